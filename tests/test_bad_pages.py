"""Bad pages, read by the default engine: in bounded time, without invented text, and the result says what it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from counting import calls
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr_plugins import BBox, BlockKind, Lines, OcrEngine, Page, PageImage, Pipeline, TextLine
from ocr_plugins.cli import main
from ocr_plugins.engine import LOW_CONFIDENCE
from ocr_plugins.testing import made_page

pytestmark = pytest.mark.slow

SIZE = (900, 1200)
PROSE = [
    "The old harbour was built in 1928 and was",
    "painted red in spring, when the ships came",
    "in from the north and the wind had turned.",
    "Nobody knew who had left the door open, nor",
    "why the lamp was still burning at noon, but",
    "the keeper wrote it down and went to bed.",
]
WORDS = set(" ".join(PROSE).split())
# Function calls for a page; the grainiest takes 1.8 million.
MOST_CALLS = 5_000_000


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    with Pipeline(text="ocr") as pipeline:
        yield pipeline


def read(pipeline: Pipeline, image: Image.Image) -> Page:
    """The page, read with a bounded amount of work."""
    file = io.BytesIO()
    image.save(file, "PNG")
    pages: list[Page] = []
    work = calls(lambda: pages.extend(pipeline.read(file.getvalue()).pages))
    (page,) = pages
    assert work < MOST_CALLS
    assert page.error is None
    return page


def random() -> np.random.Generator:
    return np.random.default_rng(7)


def noise(deviation: float) -> Image.Image:
    """Grey grain on white."""
    grain = np.abs(random().normal(0, deviation, (*SIZE[::-1], 3)))
    return Image.fromarray(np.clip(255 - grain, 0, 255).astype(np.uint8))


def speckled(share: float) -> Image.Image:
    return Image.fromarray(np.where(random().random(SIZE[::-1]) < share, 0, 255).astype(np.uint8)).convert("RGB")


def clouds(roughness: float) -> Any:
    """Grey values that vary at all scales, as in a landscape: noise of the spectrum ``frequency ** -roughness``."""
    frequency = np.hypot(np.fft.fftfreq(SIZE[1])[:, None], np.fft.fftfreq(SIZE[0])[None])
    frequency[0, 0] = 1
    values = np.fft.ifft2(np.fft.fft2(random().normal(size=SIZE[::-1])) / frequency**roughness).real
    return (values - values.min()) / np.ptp(values) * 255


def photograph() -> Image.Image:
    """Things of all colours with edges and shades, before clouds, a little blurred and with grain."""
    image = Image.fromarray(clouds(1.5).astype(np.uint8)).convert("RGB")
    draw, choose = ImageDraw.Draw(image), Random(7)
    for i in range(60):
        x, y, side = choose.randrange(SIZE[0]), choose.randrange(SIZE[1]), choose.randrange(20, 200)
        color = tuple(choose.randrange(256) for _ in range(3))
        (draw.ellipse if i % 2 else draw.rectangle)((x, y, x + side, y + side * choose.uniform(0.3, 1.5)), fill=color)
    grain = random().normal(0, 8, (*SIZE[::-1], 3))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(1)), np.float32)
    return Image.fromarray(np.clip(blurred + grain, 0, 255).astype(np.uint8))


def halftone() -> Image.Image:
    """Clouds as a newspaper prints them."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    screen = (np.sin(x * np.pi / 4) * np.sin(y * np.pi / 4) + 1) * 127
    return Image.fromarray(((clouds(1.8) > screen) * 255).astype(np.uint8)).convert("RGB")


WITHOUT_TEXT: dict[str, Callable[[], Image.Image]] = {
    "white": lambda: Image.new("RGB", SIZE, "white"),
    "black": lambda: Image.new("RGB", SIZE, "black"),
    "red": lambda: Image.new("RGB", SIZE, (200, 0, 0)),
    "shaded": lambda: Image.linear_gradient("L").resize(SIZE).convert("RGB"),
    "grain": lambda: noise(10),
    "noise": lambda: noise(80),
    "dust": lambda: speckled(0.001),
    "dirt": lambda: speckled(0.05),
    "clouds": lambda: Image.fromarray(clouds(1.8).astype(np.uint8)).convert("RGB"),
    "photograph": photograph,
    "halftone": halftone,
}


@pytest.mark.parametrize("name", WITHOUT_TEXT)
def test_no_text_is_invented_on_a_page_without_text(name: str, pipeline: Pipeline) -> None:
    page = read(pipeline, WITHOUT_TEXT[name]())
    assert (page.text, page.confidence) == ("", None)
    assert {block.kind for block in page.blocks} <= {BlockKind.FIGURE}


def test_a_page_that_is_a_photograph_is_a_figure(pipeline: Pipeline) -> None:
    (block,) = read(pipeline, photograph()).blocks
    assert block.kind == BlockKind.FIGURE
    assert block.box is not None
    assert block.box.area > 0.9


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_as_if_it_were_upright(degrees: int, pipeline: Pipeline) -> None:
    page = read(pipeline, made_page(PROSE, size=SIZE, margin=60).rotate(degrees, expand=True))
    assert page.rotation == degrees
    assert page.text.split() == " ".join(PROSE).split()


@pytest.mark.parametrize("degrees", [-45, 20, 45])
def test_slanting_lines_give_words_of_the_page_and_no_others(degrees: int, pipeline: Pipeline) -> None:
    image = made_page(PROSE, size=SIZE, margin=60)
    page = read(pipeline, image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white"))
    words = page.text.split()
    assert len(words) <= len(" ".join(PROSE).split())
    assert sum(word in WORDS for word in words) >= 0.9 * len(words)


def test_letters_below_one_another_are_not_multiplied(pipeline: Pipeline) -> None:
    image = Image.new("RGB", SIZE, "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(36)
    words = ("HARBOUR", "LIGHTHOUSE", "KEEPER")
    for column, word in enumerate(words):
        for row, letter in enumerate(word):
            draw.text((200 + column * 200, 150 + row * 60), letter, "black", font)
    read_letters = "".join(read(pipeline, image).text.split())
    assert len(read_letters) <= len("".join(words))
    assert set(read_letters) <= set("".join(words)) | set("1l0")


def test_a_script_that_the_engine_does_not_read_has_a_low_confidence(pipeline: Pipeline, data: Path) -> None:
    with Image.open(data / "hebrew.png") as image:
        page = read(pipeline, image)
    assert page.confidence is None or page.confidence < LOW_CONFIDENCE
    done = CliRunner().invoke(main, ["convert", str(data / "hebrew.png")])
    assert done.exit_code == 0
    assert ("1 page low-confidence (1)" in done.stderr) == (page.confidence is not None)


def test_a_sound_page_is_not_said_to_be_doubtful(data: Path) -> None:
    done = CliRunner().invoke(main, ["convert", str(data / "phototest.tif")])
    assert "note: " not in done.stderr


def test_a_page_too_small_or_too_blurred_to_be_read_is_empty(pipeline: Pipeline) -> None:
    image = made_page(PROSE, size=SIZE, margin=60)
    for bad in (image.reduce(10), image.filter(ImageFilter.GaussianBlur(9))):
        page = read(pipeline, bad)
        assert (page.text, page.confidence) == ("", None)


class FindsScraps(OcrEngine):
    """Gives a thousand tiny lines all over the page."""

    places: str = "scattered"

    def recognize(self, images: Sequence[PageImage]) -> list[Lines]:
        # Of a part of the page, nothing.
        return [Lines(tuple(self.line(i) for i in range(1000)) if page.size == SIZE else ()) for page in images]

    def line(self, i: int) -> TextLine:
        row, column = divmod(i, 20)
        choose = Random(i)
        anywhere = choose.uniform(0, 0.97), choose.uniform(0, 0.99)
        left, top = (column / 20, row / 50) if self.places == "grid" else anywhere
        return TextLine(f"w{i}", BBox(left, top, left + 0.03, top + 0.004), 0.9)


class FindsAGrid(FindsScraps):
    places = "grid"


@pytest.mark.parametrize("engine", [FindsScraps(), FindsAGrid()])
def test_a_thousand_tiny_lines_are_laid_out_with_a_bounded_effort(engine: FindsScraps) -> None:
    file = io.BytesIO()
    made_page(PROSE, size=SIZE, margin=60).save(file, "PNG")
    pages: list[Page] = []
    pipeline = Pipeline(engine, layout=None, upright=False)
    work = calls(lambda: pages.extend(pipeline.read(file.getvalue()).pages))
    (page,) = pages
    assert work < 4 * MOST_CALLS
    assert sorted(page.text.split()) == sorted(f"w{i}" for i in range(1000))


def test_thousands_of_boxes_are_not_read_as_text(pipeline: Pipeline) -> None:
    image = Image.new("RGB", (1500, 1500), "white")
    draw = ImageDraw.Draw(image)
    for y in range(10, 1490, 20):
        for x in range(10, 1480, 30):
            draw.rectangle((x, y, x + 16, y + 9), outline="black")
    assert read(pipeline, image).text == ""
