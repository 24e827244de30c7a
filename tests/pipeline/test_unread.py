"""What looks like text and was not read: it is read beside a page's own text, once more on a scan, or told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader

from ocr_plugins import BBox, Block, BlockKind, Blocks, EngineInfo, Lines, OcrEngine, PageImage, Pipeline, TextLine
from ocr_plugins.pipeline.unread import COLOURED, SURE, added, read_again
from ocr_plugins.testing import made_page

DrawPdf = Callable[[Callable[[Any], None]], bytes]

FOUND = ["The northern warehouse would end in June.", "Nobody had asked the keeper of the lamp."]


def picture(lines: Sequence[str] = FOUND) -> Image.Image:
    return made_page(lines, size=(1000, 260), margin=60)


class Reads(OcrEngine):
    """Gives the lines of ``answers``, call after call; keeps what it saw."""

    info = EngineInfo(boxes=True, confidence=True, other_scripts="Fetch others.")

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers: Iterator[Any] = iter(answers)
        self.seen: list[PageImage] = []

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.seen += images
        return [next(self.answers) for _ in images]


def line(text: str, box: BBox, confidence: float = 0.95) -> TextLine:
    return TextLine(text, box, confidence)


def with_picture(image: Image.Image) -> Callable[[Any], None]:
    """A page with three lines of text, the picture between the second and the third."""

    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 740, "Please find the minutes of our last meeting below, as you wished.")
        canvas.drawString(72, 724, "They are a copy of the one that hangs in the hall of the town.")
        canvas.drawImage(ImageReader(image), 72, 400, 450, 117)
        canvas.drawString(72, 300, "With kind regards, and in the hope that you are well and happy.")

    return page


@pytest.mark.slow
def test_a_picture_of_text_is_read_where_it_stands_among_live_text(draw_pdf: DrawPdf) -> None:
    pytest.importorskip("rapidocr")
    (page,) = Pipeline().read(draw_pdf(with_picture(picture()))).pages
    text = " ".join(page.text.split())
    places = [text.find(part) for part in ("Please find", FOUND[0], FOUND[1], "With kind regards")]
    assert -1 not in places
    assert places == sorted(places)
    assert page.warnings == ()


def test_a_photograph_beside_live_text_is_not_shown_to_the_engine(draw_pdf: DrawPdf) -> None:
    # Grey values that vary at all scales, as in a landscape.
    frequency = np.hypot(np.fft.fftfreq(260)[:, None], np.fft.fftfreq(1000)[None])
    frequency[0, 0] = 1
    values = np.fft.ifft2(np.fft.fft2(np.random.default_rng(5).normal(size=(260, 1000))) / frequency**1.5).real
    photo = Image.fromarray(((values - values.min()) / np.ptp(values) * 255).astype(np.uint8)).convert("RGB")
    engine = Reads()
    (page,) = Pipeline(engine).read(draw_pdf(with_picture(photo))).pages
    assert engine.seen == []
    assert (page.engine, page.warnings) == ("text-layer", ())


def test_what_the_engine_does_not_read_there_either_is_told_with_its_place(draw_pdf: DrawPdf) -> None:
    (page,) = Pipeline(Reads(Lines())).read(draw_pdf(with_picture(picture()))).pages
    (warning,) = page.warnings
    assert warning.code == "unread-ink"
    assert "2 lines" in warning.message
    assert warning.box is not None
    assert warning.box.mostly_in(BBox(0.1, 0.3, 0.9, 0.55))
    assert page.engine == "text-layer"
    (alone,) = Pipeline(Reads(), text="layer").read(draw_pdf(with_picture(picture()))).pages
    assert [w.code for w in alone.warnings] == ["unread-ink"], "also where no engine is asked"


def test_an_engine_that_reads_pages_as_a_whole_reads_this_one(draw_pdf: DrawPdf) -> None:
    whole = Blocks((Block(BlockKind.PARAGRAPH, "All of the page, live text and picture, once. " * 6),))
    (page,) = Pipeline(Reads(whole)).read(draw_pdf(with_picture(picture()))).pages
    assert (page.engine, page.text.strip()) == ("Reads", whole.blocks[0].text.strip())
    (kept,) = Pipeline(Reads(Blocks())).read(draw_pdf(with_picture(picture()))).pages
    assert "Please find" in kept.text
    assert [w.code for w in kept.warnings] == ["unread-ink"]


def scan() -> Image.Image:
    return made_page(FOUND, size=(1240, 1754))


FIRST, SECOND = BBox(0.09, 0.066, 0.7, 0.092), BBox(0.09, 0.094, 0.7, 0.12)


def test_a_line_that_was_overlooked_is_read_once_more_by_itself() -> None:
    engine = Reads(Lines((line(FOUND[0], FIRST),)), Lines((line(FOUND[1], BBox(0.1, 0.3, 0.9, 0.6)),)))
    (page,) = Pipeline(engine, upright=False).read(scan()).pages
    assert page.text.split("\n")[-1].endswith(FOUND[1])
    assert page.warnings == ()
    second = engine.seen[1]
    assert second.size[1] < 400, "a part of the page, so that it is seen larger"


def test_what_is_overlooked_twice_is_told_and_nothing_is_asked_a_third_time() -> None:
    engine = Reads(Lines((line(FOUND[0], FIRST),)), Lines())
    (page,) = Pipeline(engine, upright=False).read(scan()).pages
    (warning,) = page.warnings
    assert warning.code == "unread-ink"
    assert warning.box is not None
    assert warning.box.mostly_in(SECOND)
    assert len(engine.seen) == 2


def test_a_script_that_becomes_full_stops_is_told_with_the_remedy() -> None:
    dots = Lines((line(".", FIRST, 0.93), line(". .", SECOND, 0.9)))
    engine = Reads(dots, Lines())
    (page,) = Pipeline(engine, upright=False).read(scan()).pages
    unknown = next(w for w in page.warnings if w.code == "unknown-script")
    assert "2 lines" in unknown.message
    assert unknown.message.endswith("Fetch others.")
    assert page.confidence == 0


def test_a_page_that_was_read_is_read_once() -> None:
    engine = Reads(Lines((line(FOUND[0], FIRST), line(FOUND[1], SECOND))))
    (page,) = Pipeline(engine, upright=False).read(scan()).pages
    assert (len(engine.seen), page.warnings) == (1, ())


def test_a_second_look_sees_no_coloured_ink() -> None:
    page = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((50, 50, 150, 100), "black")
    draw.rectangle((200, 50, 300, 100), (200, 20, 30))
    draw.rectangle((50, 150, 150, 200), (90, 90, 90 + COLOURED))
    seen: list[PageImage] = []

    def reader(image: PageImage) -> Lines:
        seen.append(image)
        return Lines()

    read_again([], [BBox(0, 0, 1, 1)], PageImage(page), reader)
    image = seen[0].image
    assert [image.getpixel(at) for at in ((100, 75), (250, 75))] == [(0, 0, 0), (200, 200, 200)]
    grey = Image.new("RGB", (400, 300), (120, 118, 121))
    read_again([], [BBox(0, 0, 1, 1)], PageImage(grey), reader)
    assert seen[1].image.getpixel((5, 5)) == (120, 118, 121)


def test_what_a_second_look_finds_is_placed_on_the_page_and_taken_once() -> None:
    page = PageImage(Image.new("RGB", (1000, 1000), "white"))
    known = line("known", BBox(0.1, 0.1, 0.5, 0.15))
    missed = BBox(0.2, 0.5, 0.6, 0.55)
    margin = 0.03
    width, height = 0.4 + 2 * margin, 0.05 + 2 * margin
    inner = BBox(margin / width, margin / height, 1 - margin / width, 1 - margin / height)
    lines = read_again([known], [missed], page, lambda _: Lines((line("new", inner),)))
    assert [i.text for i in lines] == ["known", "new"]
    found = lines[1].box
    assert (round(found.left, 3), round(found.top, 3), round(found.right, 3), round(found.bottom, 3)) == (
        0.2,
        0.5,
        0.6,
        0.55,
    )


def test_of_what_is_found_only_what_is_sure_and_new_is_added() -> None:
    known = line("known", BBox(0.1, 0.1, 0.5, 0.15))
    others = [
        line("the same", BBox(0.1, 0.1, 0.5, 0.15)),
        line("unsure", BBox(0.1, 0.3, 0.5, 0.35), SURE - 0.01),
        line("sure", BBox(0.1, 0.5, 0.5, 0.55), SURE),
        TextLine("unknown", BBox(0.1, 0.7, 0.5, 0.75)),
    ]
    assert [i.text for i in added([known], others)] == ["known", "sure", "unknown"]


def test_a_line_between_two_whose_boxes_are_high_is_another_line() -> None:
    above, below = line("above", BBox(0.1, 0.1, 0.9, 0.124)), line("below", BBox(0.1, 0.132, 0.9, 0.156))
    between = line("between", BBox(0.1, 0.118, 0.9, 0.138))
    assert [i.text for i in added([above, below], [between])] == ["above", "below", "between"]
    halves = [line("a whole", BBox(0.1, 0.118, 0.5, 0.138)), line("line", BBox(0.5, 0.118, 0.9, 0.138))]
    assert added(halves, [between]) == halves
