"""For tests, of this package and of anyone's engine: made pages, an engine without a model, and the engine contract.

An engine's author writes::

    class TestMyEngine(EngineContract):
        def make_engine(self, **options):
            return MyEngine(**options)

and pytest runs every check of :class:`EngineContract` on it. This module needs pytest; ``import ocr_plugins`` does not
import it.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Literal

import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pydantic import Field, ValidationError

from ocr_plugins.blocks import BBox, Block, BlockKind, TextLine
from ocr_plugins.document import Page
from ocr_plugins.engine import (
    Blocks,
    EngineInfo,
    EngineOptions,
    Lines,
    Markdown,
    OcrEngine,
    PageImage,
    Recognition,
    StreamingEngine,
)
from ocr_plugins.errors import OcrError, OptionError
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.pipeline.boundary import checked

__all__ = ["EngineContract", "FakeEngine", "made_page", "made_pdf"]

LEADING = 1.5
# Packages that take long to import; an engine imports them when it reads its first page.
HEAVY = frozenset({"cv2", "onnxruntime", "openvino", "paddle", "tensorflow", "torch", "transformers", "vllm"})


def made_page(
    lines: Sequence[str], *, size: tuple[int, int] = (1240, 1754), font_size: int = 32, margin: int = 120
) -> Image.Image:
    """A page with known text: black on white, in the Latin font that comes with Pillow.

    Args:
        lines: Drawn one below the other.
        size: Width and height in pixels; A4 at 150 dpi by default.
        font_size: In pixels.
        margin: White to the left of the lines and above the first one, in pixels.

    Raises:
        ValueError: The lines do not fit on the page.
    """
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(font_size)
    for i, line in enumerate(lines):
        top = margin + round(i * LEADING * font_size)
        if margin + draw.textlength(line, font) > size[0] or top + LEADING * font_size > size[1]:
            raise ValueError(f"{line!r} does not fit on a page of {size[0]} × {size[1]} pixels.")
        draw.text((margin, top), line, "black", font)
    return page


def made_pdf(images: Sequence[Image.Image], *, dpi: int = 150) -> bytes:
    """A PDF like one from a scanner: a page per image, and nothing but the image."""
    first, *others = images
    file = io.BytesIO()
    first.save(file, "PDF", save_all=True, append_images=others, resolution=dpi, quality=90)
    return file.getvalue()


class FakeOptions(EngineOptions):
    """Options of :class:`FakeEngine`."""

    texts: tuple[str, ...] = Field(("line one", "line two"), description="what is read on every page, line by line")
    confidence: float | None = Field(0.9, ge=0, le=1, description="of every line, None for unknown")
    fail_on: int | None = Field(None, description="number of the page on which it raises")
    output: Literal["lines", "markdown", "blocks"] = Field("lines", description="the kind of result it gives")


class FakeEngine(OcrEngine):
    """Reads the same texts on every page, whatever is on it; for tests of what stands around an engine."""

    Options = FakeOptions
    options: FakeOptions
    info = EngineInfo(
        summary="Gives the texts it was made with",
        licence="Apache-2.0",
        languages="any",
        boxes=True,
        confidence=True,
        longest_edge=1000,
    )

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [self._read(image) for image in images]

    def _read(self, image: PageImage) -> Recognition:
        if image.number == self.options.fail_on:
            raise RuntimeError(f"made to fail on page {image.number}")
        if self.options.output == "markdown":
            return Markdown("\n\n".join(self.options.texts), self.options.confidence)
        lines = tuple(self._lines())
        if self.options.output == "lines":
            return Lines(lines)
        return Blocks(tuple(Block(BlockKind.PARAGRAPH, i.text, i.box, i.confidence, lines=(i,)) for i in lines))

    def _lines(self) -> Iterator[TextLine]:
        step = min(0.03, 0.8 / max(1, len(self.options.texts)))
        for i, text in enumerate(self.options.texts):
            top = 0.1 + i * step
            box = BBox(0.1, top, min(0.9, 0.1 + 0.012 * len(text)), top + step * 0.7)
            yield TextLine(text, box, self.options.confidence)


class EngineContract:
    """What every engine promises, as tests; subclass it, name the subclass ``Test…`` and write :meth:`make_engine`.

    Attributes:
        max_cer: The share of characters that may be wrong on a clean made page; None for an engine that reads none.
        lines: Texts that the engine should read. Change them for an engine of other characters.
    """

    max_cer: ClassVar[float | None] = 0.02
    lines: ClassVar[tuple[str, ...]] = (
        "The quick brown fox jumps over the lazy dog.",
        "Invoice 4711 of 28 February 2024: EUR 1,305.60",
        "Sphinx of black quartz, judge my vow!",
    )

    def make_engine(self, **options: object) -> OcrEngine:
        """A new engine with these options; to be written by the subclass."""
        raise NotImplementedError("Write make_engine(self, **options) and return your engine made with the options.")

    def make_page(self, lines: Sequence[str]) -> Image.Image:
        """A page with ``lines``. Write your own where Pillow's font does not have the characters."""
        return made_page(lines, size=(1000, 700))

    @pytest.fixture
    def engine(self, request: pytest.FixtureRequest) -> OcrEngine:
        """One engine for all tests of the class, so that a large model is not loaded for each of them."""
        kept: dict[type, OcrEngine] = request.config.stash.setdefault(_ENGINES, {})
        if type(self) not in kept:
            kept[type(self)] = self.make_engine()
        return kept[type(self)]

    @pytest.fixture
    def pages(self) -> list[PageImage]:
        """A page for each of ``lines``."""
        return [PageImage(self.make_page([line]), number) for number, line in enumerate(self.lines, 1)]

    def test_construction_is_cheap(self) -> None:
        """A process that makes the engine, or is sent it, imports no heavy package and loads no model before it reads.

        Engines are made to be listed, configured and sent to workers; only who reads with one should pay for it.
        """
        engine = self.make_engine()
        code = (
            "import pickle, sys, ocr_plugins\n"
            "data, before = sys.stdin.buffer.read(), set(sys.modules)\n"
            "pickle.loads(data)\n"
            "print(*(set(sys.modules) - before))"
        )
        result = subprocess.run(
            [sys.executable, "-c", code],
            input=pickle.dumps(engine),
            capture_output=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        assert result.returncode == 0, f"it cannot be made in another process: {result.stderr.decode()}"
        imported = result.stdout.decode().split()
        assert not set(imported) & (HEAVY | set(engine.info.requires)), "import these in the methods that use them"

    def test_an_unknown_option_is_an_error_that_names_it(self) -> None:
        """A misspelt option must not be ignored: the user would believe it had an effect."""
        with pytest.raises(OptionError, match="no_such_option"):
            self.make_engine(no_such_option=1)

    def test_options_are_frozen_and_described(self, engine: OcrEngine) -> None:
        """Options are read at any time, by a loaded model or after pickling, so they cannot change on the way."""
        options = engine.options
        assert isinstance(options, EngineOptions)
        assert options.model_config.get("frozen"), "leave the model_config of EngineOptions as it is"
        for name, field in type(options).model_fields.items():
            assert field.description, f"the option {name} has no description"
            with pytest.raises(ValidationError):
                setattr(options, name, getattr(options, name))

    def test_info_is_complete(self, engine: OcrEngine) -> None:
        """``ocr-plugins engines`` shows it, and the pipeline renders and batches by it, without loading the engine."""
        info = engine.info
        assert info is type(engine).info or isinstance(info, EngineInfo)
        assert info.summary
        assert "\n" not in info.summary
        assert info.licence not in ("", "unknown"), "users must know under which licence they run it"
        assert info.languages not in ("", "unknown")
        assert all(name.isidentifier() for name in info.requires), "top-level module names"
        assert info.install or not info.requires, "say with which command the required modules are installed"
        assert 16 <= info.longest_edge <= 8000
        assert info.batch_size >= 1

    def test_no_pages_give_no_results(self, engine: OcrEngine) -> None:
        """The last batch of a worker may be empty."""
        assert engine.recognize([]) == []

    def test_results_are_in_the_order_of_the_pages(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """One result per page, in order: the pipeline knows by nothing else to which page a result belongs."""
        texts = self._texts(engine, pages)
        assert len(texts) == len(pages)
        assert len(set(texts)) == len(texts), f"different pages must give different results: {texts}"
        assert self._texts(engine, pages[::-1]) == texts[::-1]

    def test_a_batch_gives_the_same_as_page_by_page(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """What is read on a page does not depend on its neighbours, so results do not change with the batch size."""
        assert self._texts(engine, pages) == [self._texts(engine, [page])[0] for page in pages]

    def test_a_blank_page_gives_an_empty_result(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Empty pages are usual in scans: neither an error nor a reason to invent text."""
        blank = PageImage(Image.new("RGB", pages[0].size, "white"))
        assert self._texts(engine, [pages[0], blank])[1] == ""

    def test_a_page_may_have_any_size(self, engine: OcrEngine) -> None:
        """Sources have stamps and strips as well as sheets of A4."""
        sizes = ((1, 1), (16, 16), (1200, 24), (24, 1200))
        images = [PageImage(Image.new("RGB", size, "white")) for size in sizes]
        assert self._texts(engine, images) == [""] * len(sizes)

    def test_known_text_is_read(self, engine: OcrEngine) -> None:
        """On a clean made page nearly every character is right."""
        if self.max_cer is None:
            pytest.skip("max_cer is None: the engine is not expected to read text")
        truth = " ".join(self.lines)
        (text,) = self._texts(engine, [PageImage(self.make_page(self.lines))])
        cer = _distance(text, truth) / len(truth)
        assert cer <= self.max_cer, f"{cer:.1%} of the characters are wrong: {text!r}"

    def test_boxes_lie_on_the_text(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Boxes are in 0..1 of the page, from its top left, and there are some if ``info.boxes`` says so."""
        page = pages[0]
        (result,) = _read(engine, [page])
        boxes = [item.box for item in _items(result) if item.box]
        assert bool(boxes) == engine.info.boxes, "info.boxes must tell whether there are boxes"
        for box in boxes:
            assert 0 <= box.left < box.right <= 1
            assert 0 <= box.top < box.bottom <= 1
        if boxes:
            ink = ImageOps.invert(page.image.convert("L")).getbbox()
            assert ink is not None
            expected = BBox(*(float(v) for v in ink)).scaled(1 / page.image.width, 1 / page.image.height)
            found = BBox.around(boxes)
            assert expected.share_in(found) > 0.7, f"{found} does not hold the text, which is in {expected}"
            assert found.area < 3 * expected.area, f"{found} is much larger than the text, which is in {expected}"

    def test_confidence_is_known_or_none(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """A confidence is 0..1, None where unknown, and never a constant made up to fill the field."""
        (result,) = _read(engine, pages[:1])
        values = [result.confidence] if isinstance(result, Markdown) else [i.confidence for i in _items(result)]
        known = [value for value in values if value is not None]
        assert bool(known) == engine.info.confidence, "info.confidence must tell whether there are confidences"
        assert all(0 <= value <= 1 for value in known), known

    def test_images_are_left_as_they_were(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """The pipeline still needs them: layout looks at the same pixels after the engine."""
        before = [page.image.copy() for page in pages]
        engine.recognize(pages)
        assert [page.image for page in pages] == before

    def test_an_unpickled_engine_reads_the_same(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Workers get the engine by pickle: its options, not its model."""
        texts = self._texts(engine, pages)
        data = pickle.dumps(engine)
        assert len(data) < 100_000, f"{len(data)} bytes: the model must not be pickled"
        other = pickle.loads(data)
        assert other.options == engine.options
        assert self._texts(other, pages) == texts
        other.close()

    def test_an_engine_for_another_worker_reads_the_same(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Of several workers each has an engine of its own; they may be at work, and be closed, at the same time."""
        texts = self._texts(engine, pages)
        other = engine.for_worker()
        assert type(other) is type(engine)
        assert other.options == engine.options
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(self._texts, each, pages) for each in (engine, other)]
            assert [done.result() for done in both] == [texts, texts]
        other.close()
        assert self._texts(engine, pages) == texts

    def test_a_stream_gives_what_a_batch_does_and_may_be_left(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Of an engine that reads streams: a consumer may stop in the middle, or read something else meanwhile."""
        if not isinstance(engine, StreamingEngine):
            return
        assert list(engine.recognize_stream(iter([]))) == []
        stream = engine.recognize_stream(iter(pages))
        begun = next(stream)
        batch = engine.recognize(pages)
        rest = [begun, *stream]
        assert sorted((r for r in rest if r), key=lambda result: result[0]) == list(enumerate(batch))
        left = engine.recognize_stream(iter(pages))
        next(left)
        del left
        assert engine.recognize(pages) == batch

    def test_it_can_be_closed_twice_and_used_again(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Closing frees the model; the next page loads it again."""
        texts = self._texts(engine, pages[:1])
        engine.close()
        engine.close()
        assert self._texts(engine, pages[:1]) == texts

    def test_it_can_be_closed_before_first_use(self) -> None:
        """A pipeline that fails early is closed with a model that was never loaded."""
        self.make_engine().close()

    def test_it_works_from_another_thread(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Calls do not overlap, but they may come from any thread, as from a web server's pool."""
        texts = self._texts(engine, pages)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(self._texts, engine, pages).result() == texts

    def test_nothing_is_written_to_stdout(
        self, engine: OcrEngine, pages: list[PageImage], capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Results of the command line go there; messages belong into the log."""
        engine.close()
        engine.recognize(pages)
        assert capfd.readouterr().out == ""

    def _texts(self, engine: OcrEngine, pages: Sequence[PageImage]) -> list[str]:
        """The plain text of each page, as the layout stage puts it together."""
        return [_text(result, page) for result, page in zip(_read(engine, pages), pages, strict=True)]


_ENGINES = pytest.StashKey[dict[type, OcrEngine]]()


def _read(engine: OcrEngine, pages: Sequence[PageImage]) -> list[Recognition]:
    """The results, checked as the pipeline checks them; an error in a page's place fails the test."""
    results = []
    for result in checked(engine.recognize(pages), pages, type(engine).__name__):
        assert not isinstance(result, OcrError), result
        results.append(result)
    return results


def _text(result: Recognition, page: PageImage) -> str:
    match result:
        case Lines(lines):
            blocks = assemble(lines, size=page.size)
        case Markdown(text):
            blocks = parse_markdown(text)
        case Blocks(blocks):
            pass
    return " ".join(Page(1, blocks=blocks).text.split())


def _items(result: Recognition) -> Sequence[TextLine | Block]:
    match result:
        case Lines(lines):
            return lines
        case Blocks(blocks):
            return [block for block in blocks if block.text]
        case _:
            return ()


def _distance(first: str, second: str) -> int:
    """How many characters must be changed, put in or left out to make the one the other (Levenshtein)."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
