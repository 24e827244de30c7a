"""The engine contract: options, engines made of a detector and a recogniser, and cutting lines out of pages."""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from pydantic import Field, ValidationError

from ocr_plugins import BBox, Lines, PageImage, TextLine
from ocr_plugins.engine import EngineOptions, LineDetector, LineRecognizer, LineText, OcrEngine, Quad, WordSpan
from ocr_plugins.engines.lines import LineEngine, LineEngineOptions, crop_quad
from ocr_plugins.errors import EngineError, OptionError
from ocr_plugins.testing import FakeEngine


class ThirdsOptions(EngineOptions):
    lines: int = Field(3, ge=0, description="lines per page")


class Thirds(LineDetector):
    """Finds lines of equal height, one below the other."""

    Options = ThirdsOptions
    options: ThirdsOptions
    closed = 0

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [[self._quad(page, i) for i in range(self.options.lines)] for page in images]

    def _quad(self, page: PageImage, i: int) -> Quad:
        width, height = page.size
        top, bottom = height * i / self.options.lines, height * (i + 1) / self.options.lines
        return (0, top), (width, top), (width, bottom), (0, bottom)

    def close(self) -> None:
        self.closed += 1


class Shades(LineRecognizer):
    """Reads the shade of a line: its grey level as text, and as confidence; nothing where it is white."""

    closed = 0
    calls = 0

    def read_lines(self, crops: Sequence[Image.Image]) -> list[tuple[str, float | None]]:
        self.calls += 1
        shades = [round(float(np.asarray(crop.convert("L")).mean())) for crop in crops]
        return [("" if shade == 255 else f" {shade} ", shade / 255 if shade else None) for shade in shades]

    def close(self) -> None:
        self.closed += 1


class Forgetful(LineRecognizer):
    def read_lines(self, crops: Sequence[Image.Image]) -> list[tuple[str, float | None]]:
        return [("x", None)] * (len(crops) - 1)


def striped(*shades: int) -> PageImage:
    """A page with a stripe of each grey level."""
    image = Image.new("RGB", (60, 20 * len(shades)))
    for i, shade in enumerate(shades):
        image.paste((shade,) * 3, (0, 20 * i, 60, 20 * i + 20))
    return PageImage(image)


def engine(**options: Any) -> LineEngine:
    return LineEngine(Thirds(), Shades(), **options)


def test_an_unknown_option_is_named_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match=r"FakeEngine: text: .*Known options: texts, confidence, fail_on, output"):
        FakeEngine(text=("x",))
    with pytest.raises(OptionError, match=r"Thirds: lines: .*greater than or equal to 0"):
        Thirds(lines=-1)


def test_an_engine_without_options_says_so() -> None:
    with pytest.raises(OptionError, match=r"Shades: colour: .*Known options: none"):
        Shades(colour=1)


def test_every_wrong_option_is_named() -> None:
    with pytest.raises(OptionError, match=r"confidence.*fail_on"):
        FakeEngine(confidence=3, fail_on="never")


def test_options_are_values_and_frozen() -> None:
    options = FakeEngine(texts=["a"]).options
    assert options.texts == ("a",)
    with pytest.raises(ValidationError, match="frozen"):
        options.texts = ("b",)  # type: ignore[misc]


def test_an_abstract_engine_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="recognize"):
        OcrEngine()  # type: ignore[abstract]


def test_an_engine_is_a_context_manager() -> None:
    detector = Thirds()
    with detector as entered:
        assert entered is detector
        assert detector.closed == 0
    assert detector.closed == 1


def test_pickling_keeps_the_options_alone() -> None:
    detector = Thirds(lines=2)
    detector.closed = 5
    again = pickle.loads(pickle.dumps(detector))
    assert again.options == detector.options
    assert again.closed == 0


def test_a_line_engine_gives_each_page_its_own_lines() -> None:
    first, second = engine().recognize([striped(0, 100, 200), striped(50, 255, 150)])
    assert isinstance(first, Lines)
    assert isinstance(second, Lines)
    assert [line.text for line in first.lines] == ["0", "100", "200"]
    assert [line.text for line in second.lines] == ["50", "150"]
    assert second.lines[1].box == BBox(0, 2 / 3, 1, 1)
    assert [line.confidence for line in first.lines] == [None, 100 / 255, 200 / 255]


def test_a_line_engine_reads_all_lines_of_a_batch_in_one_call() -> None:
    recognizer = Shades()
    LineEngine(Thirds(), recognizer).recognize([striped(0, 1, 2)] * 4)
    assert recognizer.calls == 1


def test_a_line_engine_does_not_call_the_recogniser_without_lines() -> None:
    recognizer = Shades()
    assert LineEngine(Thirds(lines=0), recognizer).recognize([striped(0)] * 2) == [Lines(), Lines()]
    assert LineEngine(Thirds(), recognizer).recognize([]) == []
    assert recognizer.calls == 0


def test_lines_below_the_least_confidence_are_left_out_and_unknown_ones_kept() -> None:
    (result,) = engine(min_confidence=0.5).recognize([striped(0, 100, 200)])
    assert isinstance(result, Lines)
    assert [line.text for line in result.lines] == ["0", "200"]


class Column(LineDetector):
    """Finds one line in the middle third of a page, as high as the page."""

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [[((20, 0), (40, 0), (40, page.size[1]), (20, page.size[1]))] for page in images]


class Level(LineRecognizer):
    """Reads ``level`` on what is wider than it is high, surely; something else on the rest."""

    def __init__(self, level: str, upright: str = "l", confidence: float = 0.9) -> None:
        super().__init__()
        self.texts, self.confidence = (upright, level), confidence

    def read_words(self, crops: Sequence[Image.Image]) -> list[LineText]:
        read = [
            (self.texts[crop.width > crop.height], self.confidence if crop.width > crop.height else 0.9)
            for crop in crops
        ]
        return [LineText(text, confidence, words=(WordSpan(text, 0.0, 0.5, None),)) for text, confidence in read]

    def read_lines(self, crops: Sequence[Image.Image]) -> list[tuple[str, float | None]]:
        return [(read.text, read.confidence) for read in self.read_words(crops)]


def column(recognizer: LineRecognizer, height: int) -> TextLine:
    (result,) = LineEngine(Column(), recognizer).recognize([PageImage(Image.new("RGB", (60, height)))])
    assert isinstance(result, Lines)
    return result.lines[0]


def test_a_tall_line_whose_characters_stand_one_below_the_other_is_read_turned() -> None:
    line = column(Level("downwards"), 200)
    assert (line.text, line.slope) == ("downwards", 0.0)
    assert line.box == BBox(1 / 3, 0, 2 / 3, 1)
    assert line.words[0].box == BBox(1 / 3, 0, 2 / 3, 0.5)


@pytest.mark.parametrize(("height", "text"), [(39, "l"), (41, "two")])
def test_a_line_that_is_not_tall_is_read_as_it_stands(height: int, text: str) -> None:
    assert column(Level("two"), height).text == text


def test_a_line_that_runs_up_is_read_turned_the_other_way() -> None:
    class Upwards(Level):
        def read_words(self, crops: Sequence[Image.Image]) -> list[LineText]:
            *others, last = super().read_words(crops)
            return [*others, replace(last, text="upwards")]

    line = column(Upwards("up"), 200)
    assert line.text == "upwards"
    assert line.words[0].box == BBox(1 / 3, 0.5, 2 / 3, 1)


@pytest.mark.parametrize("level", ["-", "", "------------", "--"])
def test_a_tall_letter_is_not_read_turned(level: str) -> None:
    assert column(Level(level, confidence=0.4), 60).text == "l"


def test_a_recogniser_that_loses_a_line_is_caught() -> None:
    with pytest.raises(EngineError, match="Forgetful gave 2 texts for 3 line images"):
        LineEngine(Thirds(), Forgetful()).recognize([striped(0, 100, 200)])


def test_lines_can_be_read_without_detection() -> None:
    assert engine().read_lines([striped(7).image]) == [(" 7 ", 7 / 255)]


def test_a_line_engine_closes_both_parts() -> None:
    parts = Thirds(), Shades()
    LineEngine(*parts).close()
    assert [part.closed for part in parts] == [1, 1]


def test_a_line_engine_is_pickled_with_its_parts() -> None:
    original = LineEngine(Thirds(lines=2), Shades(), min_confidence=0.25)
    again = pickle.loads(pickle.dumps(original))
    assert again.options == LineEngineOptions(min_confidence=0.25)
    assert again.detector.options == original.detector.options
    assert again.recognize([striped(0, 100)]) == original.recognize([striped(0, 100)])


WIDTH, HEIGHT = 240, 40


class Guarded(Thirds):
    """Notes how many detections run at once."""

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        self.__dict__["running"] = self.__dict__.get("running", 0) + 1
        self.__dict__["most"] = max(self.__dict__.get("most", 0), self.__dict__["running"])
        time.sleep(0.02)
        self.__dict__["running"] -= 1
        return super().detect(images)


def test_engines_of_several_workers_take_turns_with_one_detector() -> None:
    first = LineEngine(Guarded(), Shades())
    second = first.for_worker()
    assert second.detector is first.detector
    assert second.recognizer is not first.recognizer
    pages = [striped(0, 100, 200)]
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda i: (first, second)[i % 2].recognize(pages), range(6)))
    assert results == [engine().recognize(pages)] * 6
    assert first.detector.__dict__["most"] == 1


def arrow() -> Image.Image:
    """A line that shows which way it lies, with soft edges that survive being turned twice."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 16, 180, 24), fill="black")
    draw.polygon([(180, 4), (230, 20), (180, 36)], fill="black")
    draw.rectangle((10, 24, 30, 36), fill="black")
    return image.filter(ImageFilter.GaussianBlur(2))


def on_page(degrees: float) -> tuple[Image.Image, Quad]:
    """A page with the arrow turned clockwise about the page's middle, and the quad around it."""
    page = Image.new("RGB", (400, 400), "white")
    page.paste(arrow(), (80, 180))
    corners = [(80, 180), (80 + WIDTH, 180), (80 + WIDTH, 180 + HEIGHT), (80, 180 + HEIGHT)]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    a, b, c, d = [
        (200 + (x - 200) * cos - (y - 200) * sin, 200 + (x - 200) * sin + (y - 200) * cos) for x, y in corners
    ]
    return page.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor="white"), (a, b, c, d)


def difference(first: Image.Image, second: Image.Image) -> float:
    """The mean difference of the pixels, 0..1."""
    return float(np.asarray(ImageChops.difference(first.convert("L"), second.convert("L"))).mean()) / 255


@pytest.mark.parametrize("degrees", [-45, -20, -8, -2, 2, 8, 20, 45, 90, 135, 179, 180, 181, 270])
def test_a_turned_line_is_cut_out_level(degrees: float) -> None:
    page, quad = on_page(degrees)
    crop = crop_quad(page, quad)
    assert crop.size == (WIDTH, HEIGHT)
    assert difference(crop, arrow()) < 0.006  # a pixel off in any direction gives 0.008 or more
    assert difference(page.crop((80, 180, 80 + WIDTH, 180 + HEIGHT)), arrow()) > 0.03


def test_a_level_line_is_cut_out_pixel_by_pixel() -> None:
    page, quad = on_page(0)
    assert crop_quad(page, quad).tobytes() == arrow().tobytes()
    slightly_off = ((80.4, 179.5), (319.2, 180.7), (319.8, 219.9), (80.1, 219.2))
    assert crop_quad(page, slightly_off) == page.crop((80, 179, 320, 220))


def test_a_slanted_quad_is_levelled_whatever_its_shape() -> None:
    page = Image.new("RGB", (200, 200), "white")
    quad: Quad = ((20, 20), (180, 60), (180, 100), (20, 60))
    ImageDraw.Draw(page).polygon(list(quad), fill="black")
    crop = crop_quad(page, quad)
    assert crop.size == (round(math.dist(quad[0], quad[1])), 40)
    assert np.asarray(crop).mean() < 5


@pytest.mark.parametrize(
    "quad",
    [
        ((10, 10), (10, 10), (10, 10), (10, 10)),
        ((10, 10), (10.2, 10), (10.2, 10.1), (10, 10.1)),
        ((-20, -20), (5, 5), (0, 10), (-25, -15)),
    ],
)
def test_a_degenerate_quad_gives_some_pixels(quad: Quad) -> None:
    assert min(crop_quad(striped(0).image, quad).size) >= 1
