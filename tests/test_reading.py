"""What comes out of the pipeline: where the text is taken from, which way up, and what the whole document decides."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

import ocr_plugins
from ocr_plugins import BBox, Block, BlockKind, Blocks, Font, OcrEngine, Page, PageImage, Pipeline, TextLine
from ocr_plugins import plugins as plugins_module
from ocr_plugins.engine import EngineOptions
from ocr_plugins.errors import OptionError
from ocr_plugins.pipeline import pipeline as pipeline_module
from ocr_plugins.pipeline import quick
from ocr_plugins.plugins import Registry
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

SIZE = (400, 300)


def scan(pages: int) -> bytes:
    """A PDF of small scanned pages, each with its number."""
    return made_pdf([made_page([f"page {n}"], size=SIZE) for n in range(1, pages + 1)])


class Recorder(OcrEngine):
    """Keeps which pages it was called with, and their sizes; reads ``page N``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seen: list[int] = []
        self.sizes: list[tuple[int, int]] = []

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.seen += [page.number for page in images]
        self.sizes += [page.size for page in images]
        return [self.read(page) for page in images]

    def read(self, page: PageImage) -> Blocks:
        return Blocks((Block(BlockKind.PARAGRAPH, f"page {page.number}"),))


def texts(pages: Sequence[Page]) -> list[str]:
    return [page.text for page in pages]


@pytest.mark.slow
@pytest.mark.parametrize("output", ["lines", "blocks", "markdown"])
def test_every_kind_of_result_becomes_blocks(output: str) -> None:
    with Pipeline(FakeEngine(texts=("One line of text.", "And another one."), output=output)) as pipeline:
        (page,) = pipeline.read(scan(1)).pages
    assert " ".join(page.text.split()) == "One line of text. And another one."
    assert page.confidence == pytest.approx(0.9)
    assert page.engine == "FakeEngine"


def test_heading_levels_of_a_markdown_engine_are_kept() -> None:
    pipeline = Pipeline(FakeEngine(texts=("# A", "### B", "## C"), output="markdown"))
    assert pipeline.read(scan(1)).markdown == "# A\n\n### B\n\n## C"


@pytest.fixture
def mixed(draw_pdf: Callable[..., bytes]) -> bytes:
    """A page with text, a scanned one, a blank one, a scan with invisible text, and a page with text again."""

    def scanned(canvas: Any) -> None:
        file = io.BytesIO()
        made_page(["scanned"], size=(595, 842)).save(file, "PNG")
        canvas.drawImage(ImageReader(Image.open(file)), 0, 0, 595, 842)

    def searchable(canvas: Any) -> None:
        scanned(canvas)
        text = canvas.beginText(100, 700)
        text.setTextRenderMode(3)
        text.textLine("what another program has read")
        canvas.drawText(text)

    def born(canvas: Any) -> None:
        canvas.drawString(100, 700, "Text that was never scanned")

    return draw_pdf(born, scanned, lambda _: None, searchable, born)


def test_auto_takes_the_text_of_a_page_where_it_is_sound(mixed: bytes) -> None:
    engine = Recorder()
    document = Pipeline(engine, text="auto").read(mixed)
    own = "Text that was never scanned"
    assert texts(document.pages) == [own, "page 2", "", "page 4", own]
    assert [p.engine for p in document.pages] == ["text-layer", "Recorder", "text-layer", "Recorder", "text-layer"]
    assert engine.seen == [2, 4]
    assert document.errors == {}


def test_ocr_never_takes_the_text_of_a_page(mixed: bytes) -> None:
    engine = Recorder()
    document = Pipeline(engine, text="ocr").read(mixed)
    assert texts(document.pages) == ["page 1", "page 2", "", "page 4", "page 5"]
    assert engine.seen == [1, 2, 4, 5]


def test_layer_never_uses_an_engine(mixed: bytes) -> None:
    engine = Recorder()
    document = Pipeline(engine, text="layer").read(mixed)
    own = "Text that was never scanned"
    assert texts(document.pages) == [own, "", "", "what another program has read", own]
    assert engine.seen == []
    assert document.errors == {}


def test_layer_finds_no_text_in_an_image() -> None:
    file = io.BytesIO()
    made_page(["text"], size=SIZE).save(file, "PNG")
    (page,) = Pipeline(Recorder(), text="layer").read(file.getvalue()).pages
    assert (page.blocks, page.error, page.engine) == ((), None, None)


@pytest.mark.parametrize("kind", ["PDF", "PNG"])
def test_a_blank_page_is_empty_and_not_sent_to_the_engine(kind: str) -> None:
    file = io.BytesIO()
    made_page([], size=SIZE).save(file, kind)
    engine = Recorder()
    (page,) = Pipeline(engine).read(file.getvalue()).pages
    assert (page.blocks, page.text, page.markdown, page.error, page.confidence) == ((), "", "", None, None)
    assert engine.seen == []


class Styled(Recorder):
    """A document whose largest heading, and second running head, come late."""

    def read(self, page: PageImage) -> Any:
        heads = {1: "The first part", 6: "The first part"}
        sizes = {2: 14.0, 7: 20.0}
        blocks = []
        if page.number in heads:
            blocks.append(Block(BlockKind.PARAGRAPH, heads[page.number], BBox(0.1, 0.02, 0.5, 0.04)))
        if page.number in sizes:
            box = BBox(0.1, 0.3, 0.9, 0.34)
            line = TextLine("A heading", box, font=Font(sizes[page.number]))
            blocks.append(Block(BlockKind.HEADING, "A heading", box, lines=(line,)))
        return Blocks((*blocks, Block(BlockKind.PARAGRAPH, f"page {page.number}", BBox(0.1, 0.5, 0.9, 0.6))))


@pytest.mark.slow
def test_read_decides_with_all_pages_and_iter_pages_with_those_it_has_seen() -> None:
    read = list(Pipeline(Styled()).read(scan(8)).pages)
    streamed = list(Pipeline(Styled()).iter_pages(scan(8)))

    def outline(pages: list[Page]) -> list[tuple[int, BlockKind, int]]:
        return [(p.number, b.kind, b.level) for p in pages for b in p.blocks if not b.text.startswith("page")]

    assert outline(read) == [
        (1, BlockKind.PAGE_HEADER, 0),
        (2, BlockKind.HEADING, 2),
        (6, BlockKind.PAGE_HEADER, 0),
        (7, BlockKind.HEADING, 1),
    ]
    assert outline(streamed) == [
        (1, BlockKind.PARAGRAPH, 0),
        (2, BlockKind.HEADING, 1),
        (6, BlockKind.PAGE_HEADER, 0),
        (7, BlockKind.HEADING, 1),
    ]


def test_iter_pages_looks_two_pages_ahead() -> None:
    pages = list(Pipeline(Styled()).iter_pages(scan(8), pages="3,2,8,7"))
    assert [b.level for p in pages for b in p.blocks if b.kind == BlockKind.HEADING] == [2, 1]


@pytest.mark.slow
def test_a_turned_scan_is_set_upright_and_read(data: Path) -> None:
    with Pipeline(text="ocr") as pipeline:
        (page,) = pipeline.read(data / "ocr_test_rotated_90.pdf").pages
        straight = "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package"
        assert " ".join(page.text.split()) == straight
        assert page.rotation in (90, 270)
        assert page.width < page.height
        assert page.confidence is not None
        assert page.confidence > 0.9
        assert all(b.box and 0 <= b.box.left < b.box.right <= 1 for b in page.blocks)


def test_a_page_is_left_as_it_lies_if_asked_to(data: Path) -> None:
    engine = Recorder()
    (page,) = Pipeline(engine, upright=False).read(data / "ocr_test_rotated_90.pdf").pages
    assert (page.rotation, page.skew) == (0, 0.0)
    ((width, height),) = engine.sizes
    assert width > height


def test_a_slanting_scan_is_straightened() -> None:
    lines = [
        "Text that stands on a slant",
        "is set level before an engine",
        "sees it, so that it can read",
        "every line.",
    ]
    file = io.BytesIO()
    page = made_page(lines, size=(900, 700)).rotate(-3, Image.Resampling.BICUBIC, fillcolor="white")
    page.save(file, "PNG")
    (read,) = Pipeline(Recorder()).read(file.getvalue()).pages
    assert read.skew == pytest.approx(-3, abs=0.3)


@pytest.mark.slow
def test_a_real_scan_is_read(data: Path) -> None:
    (page,) = ocr_plugins.read(data / "phototest.tif").pages
    assert page.markdown.replace("\n\n", " ") == (
        "This is a lot of 12 point text to test the ocr code and see if it works on all types of file format. "
        "The quick brown dog jumped over the lazy fox. The quick brown dog jumped over the lazy fox. "
        "The quick brown dog jumped over the lazy fox. The quick brown dog jumped over the lazy fox."
    )


class CountingOptions(EngineOptions):
    shout: bool = False


class Counting(Recorder):
    Options = CountingOptions
    made = 0

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        type(self).made += 1


def test_read_keeps_the_pipeline_of_the_last_call(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    registry.engine("counting", f"{__name__}:Counting")
    monkeypatch.setattr(plugins_module, "registry", lambda: registry)
    monkeypatch.setattr(quick, "_last", [])
    monkeypatch.setattr(pipeline_module, "layout_detector", lambda *_: None)
    monkeypatch.setattr(Counting, "made", 0)
    for _ in range(3):
        assert ocr_plugins.read(scan(1), engine="counting", pages="1").text == "page 1"
    assert Counting.made == 1
    ocr_plugins.read(scan(1), engine="counting", shout=True)
    ocr_plugins.read(scan(1), engine="counting", shout=True, text="ocr")
    assert Counting.made == 3


def test_read_takes_an_engine_itself() -> None:
    assert ocr_plugins.read(scan(2), engine=Recorder(), pages="2").text == "page 2"
    with pytest.raises(OptionError, match="instance"):
        ocr_plugins.read(scan(1), engine=Recorder(), shout=True)
