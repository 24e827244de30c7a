"""The contract of engines as a class of tests."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from PIL import Image
from pydantic import ValidationError

from ocr_plugins.blocks import BBox
from ocr_plugins.contract.cures import misplaced
from ocr_plugins.contract.pages import made_page
from ocr_plugins.contract.reading import (
    close,
    confidences_of,
    distance,
    during,
    ink_of,
    items_of,
    pickled,
    read,
    texts_of,
    unlike,
    words_of,
)
from ocr_plugins.engine import EngineInfo, EngineOptions, OcrEngine, PageImage, StreamingEngine
from ocr_plugins.errors import OptionError

# Packages that take long to import; an engine imports them when it reads its first page.
HEAVY = frozenset({"cv2", "onnxruntime", "openvino", "paddle", "tensorflow", "torch", "transformers", "vllm"})
# Of a pickled engine, in bytes: options are small, models are not.
MAX_PICKLE = 100_000
# Of a page's width and height: by so much a word may stick out of the box of the text.
WORD_MARGIN = 0.05


class EngineContract:
    """What every engine promises, as tests; subclass it, name the subclass ``Test…`` and write :meth:`make_engine`.

    A check that fails says what is wrong and what cures it.

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
            input=pickled(engine),
            capture_output=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        assert result.returncode == 0, (
            f"it cannot be made in another process, as workers do: {result.stderr.decode()}\n"
            "Its module must be importable by name, and its options be all that it needs."
        )
        heavy = sorted(set(result.stdout.decode().split()) & (HEAVY | set(engine.info.requires)))
        assert not heavy, f"making it imports {', '.join(heavy)}: import these in the methods that use them."

    def test_an_unknown_option_is_an_error_that_names_it(self) -> None:
        """A misspelt option must not be ignored: the user would believe it had an effect."""
        cure = "Name a subclass of EngineOptions as Options, and pass all options on: super().__init__(**options)."
        try:
            self.make_engine(no_such_option=1)
        except OptionError as e:
            said = str(e)
        except Exception as e:
            raise AssertionError(f"an unknown option raised {type(e).__name__}: {e}, not an OptionError. {cure}") from e
        else:
            raise AssertionError(f"make_engine(no_such_option=1) went well: options are ignored. {cure}")
        assert "no_such_option" in said, f"the error does not name the option no_such_option: {said}. {cure}"

    def test_options_are_frozen_and_described(self, engine: OcrEngine) -> None:
        """Options are read at any time, by a loaded model or after pickling, so they cannot change on the way."""
        options = engine.options
        assert isinstance(options, EngineOptions), (
            f"options is a {type(options).__name__}: leave it what super().__init__(**options) makes, an EngineOptions."
        )
        loose = "the options can be changed: leave the model_config of EngineOptions as it is."
        assert options.model_config.get("frozen"), loose
        for name, field in type(options).model_fields.items():
            assert field.description, (
                f"the option {name} has no description: Field(…, description='what it does, in which unit')."
            )
            try:
                setattr(options, name, getattr(options, name))
            except ValidationError:
                continue
            raise AssertionError(loose)

    def test_info_is_complete(self, engine: OcrEngine) -> None:
        """``ocr-plugins engines`` shows it, and the pipeline renders and batches by it, without loading the engine."""
        info = engine.info
        assert isinstance(info, EngineInfo), (
            f"info is a {type(info).__name__}: info = EngineInfo(summary=…, licence=…)."
        )
        assert info.summary, "info.summary is empty: say in a line what it is."
        assert "\n" not in info.summary, "info.summary has several lines: say it in one."
        assert info.licence not in ("", "unknown"), (
            "info.licence is unknown: users must know under which licences they run code and model."
        )
        assert info.languages not in ("", "unknown"), "info.languages is unknown: say in words what it reads."
        wrong = [name for name in info.requires if not name.isidentifier()]
        assert not wrong, f"info.requires has {', '.join(wrong)}: name top-level modules, as in import, not packages."
        assert info.install or not info.requires, (
            "info.install is empty: say with which command the modules in info.requires are installed."
        )
        assert 16 <= info.longest_edge <= 8000, (
            f"info.longest_edge is {info.longest_edge}: give the pixels of a page that it reads best, 16 to 8000."
        )
        assert info.batch_size >= 1, f"info.batch_size is {info.batch_size}: give 1 or more pages."

    def test_no_pages_give_no_results(self, engine: OcrEngine) -> None:
        """The last batch of a worker may be empty."""
        read(engine, [])

    def test_results_are_in_the_order_of_the_pages(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """One result per page, in order: the pipeline knows by nothing else to which page a result belongs."""
        texts = texts_of(engine, pages)
        assert len(set(texts)) == len(texts), (
            f"different pages must give different results: {texts}. Is one read for all?"
        )
        opposite = texts_of(engine, pages[::-1])[::-1]
        assert opposite == texts, (
            f"the same pages in the opposite order: {unlike(texts, opposite)}. Give the results in the order of the "
            "images, and keep nothing from one page or call to the next."
        )

    def test_a_batch_gives_the_same_as_page_by_page(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """What is read on a page does not depend on its neighbours, so results do not change with the batch size."""
        together = texts_of(engine, pages)
        alone = [texts_of(engine, [page])[0] for page in pages]
        assert together == alone, (
            f"in a batch and alone: {unlike(together, alone)}. What is read on a page must not depend on those "
            "before it or beside it: keep nothing from one to the next, and mask the padding of a batch."
        )

    def test_a_blank_page_gives_an_empty_result(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Empty pages are usual in scans: neither an error nor a reason to invent text."""
        blank = PageImage(Image.new("RGB", pages[0].size, "white"))
        with during("a blank page beside one with text"):
            text = texts_of(engine, [pages[0], blank])[1]
        assert text == "", f"on a blank page it read {text!r}: give Lines() where there is no ink."

    def test_a_page_may_have_any_size(self, engine: OcrEngine) -> None:
        """Sources have stamps and strips as well as sheets of A4."""
        for size in ((1, 1), (16, 16), (1200, 24), (24, 1200)):
            (text,) = texts_of(engine, [PageImage(Image.new("RGB", size, "white"))])
            assert text == "", "on a blank page of {} × {} pixels it read {!r}: give Lines().".format(*size, text)

    def test_known_text_is_read(self, engine: OcrEngine) -> None:
        """On a clean made page nearly every character is right."""
        if self.max_cer is None:
            pytest.skip("max_cer is None: the engine is not expected to read text")
        truth = " ".join(self.lines)
        (text,) = texts_of(engine, [PageImage(self.make_page(self.lines))])
        cer = distance(text, truth) / len(truth)
        assert cer <= self.max_cer, (
            f"{cer:.1%} of the characters are wrong: {text!r}. The page is black on white, mode RGB, {len(self.lines)} "
            "lines. If the engine reads other characters set lines and make_page, if it reads worse set max_cer."
        )

    def test_boxes_lie_on_the_text(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Boxes are in 0..1 of the page, from its top left, and there are some if ``info.boxes`` says so."""
        page = pages[0]
        (result,) = read(engine, [page])
        boxes = [item.box for item in items_of(result) if item.box]
        assert bool(boxes) == engine.info.boxes, (
            f"info.boxes is {engine.info.boxes}, and {len(boxes)} boxes were given: set it to {bool(boxes)}."
        )
        if not boxes:
            return
        flat = [box for box in boxes if box.width <= 0 or box.height <= 0]
        assert not flat, f"{flat[0]} has no area: left must be less than right, top less than bottom."
        found, expected = BBox.around(boxes), ink_of(page)
        fault = misplaced(found, expected, page.size)
        assert fault is None, f"the text is in {expected}, and the boxes are in {found}. {fault}"
        around = BBox(
            found.left - WORD_MARGIN, found.top - WORD_MARGIN, found.right + WORD_MARGIN, found.bottom + WORD_MARGIN
        )
        astray = [word for word in words_of(result) if not word.box.mostly_in(around)]
        assert not astray, (
            f"{astray[0]} lies outside of the lines, which are in {found}. Words are in 0..1 of the page too."
        )

    def test_confidence_is_known_or_none(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """A confidence is 0..1, None where unknown, and never a constant made up to fill the field."""
        (result,) = read(engine, pages[:1])
        known = bool(confidences_of(result))
        assert known == engine.info.confidence, (
            f"info.confidence is {engine.info.confidence}, and confidences were {'given' if known else 'not given'}: "
            f"set it to {known}, or give {'None, if they are made up' if known else 'them, in 0..1'}."
        )

    def test_images_are_left_as_they_were(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """The pipeline still needs them: layout looks at the same pixels after the engine."""
        before = [page.image.copy() for page in pages]
        read(engine, pages)
        changed = [page.number for page, image in zip(pages, before, strict=True) if page.image != image]
        assert not changed, f"the image of page {changed[0]} was changed: work on page.image.copy()."

    def test_an_unpickled_engine_reads_the_same(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Workers get the engine by pickle: its options, not its model."""
        texts = texts_of(engine, pages)
        data = pickled(engine)
        assert len(data) < MAX_PICKLE, (
            f"pickled it has {len(data):,} bytes: the model must not go along. Leave __getstate__ as OcrEngine has it."
        )
        with during("after pickling"):
            self._reads_the_same(pickle.loads(data), engine, pages, texts)

    def test_an_engine_for_another_worker_reads_the_same(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Of several workers each has an engine of its own; they may be at work, and be closed, at the same time."""
        texts = texts_of(engine, pages)
        other = engine.for_worker()
        with during("of two engines at the same time, the second made by for_worker()"):
            with ThreadPoolExecutor(2) as pool:
                both = [pool.submit(texts_of, each, pages) for each in (engine, other)]
                for done in both:
                    assert done.result() == texts, f"{unlike(texts, done.result())}. What they share needs a lock."
            self._reads_the_same(other, engine, pages, texts)
        with during("after the engine of another worker was closed"):
            after = texts_of(engine, pages)
            assert after == texts, f"{unlike(texts, after)}. Close only what is not shared."

    def test_a_stream_gives_what_a_batch_does_and_may_be_left(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Of an engine that reads streams: a consumer may stop in the middle, or read something else meanwhile."""
        if not isinstance(engine, StreamingEngine):
            return
        assert list(engine.recognize_stream(iter([]))) == [], "a stream of no pages gave something: give nothing."
        stream = engine.recognize_stream(iter(pages))
        begun = next(stream)
        batch = engine.recognize(pages)
        rest = [begun, *stream]
        streamed = sorted((r for r in rest if r), key=lambda result: result[0])
        assert streamed == list(enumerate(batch)), (
            f"a stream gave {streamed}, the batch {batch}: give each page's place, from 0, and its result, once."
        )
        left = engine.recognize_stream(iter(pages))
        next(left)
        del left
        assert engine.recognize(pages) == batch, (
            "after a stream was left a batch gives something else: drop its pages when it is closed (finally:)."
        )

    def test_it_can_be_closed_twice_and_used_again(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Closing frees the model; the next page loads it again."""
        texts = texts_of(engine, pages[:1])
        close(engine, "after reading")
        close(engine, "a second time")
        with during("after it was closed, reading again"):
            again = texts_of(engine, pages[:1])
            assert again == texts, f"{unlike(texts, again)}. Load the model again when it is not there."

    def test_it_can_be_closed_before_first_use(self) -> None:
        """A pipeline that fails early is closed with a model that was never loaded."""
        close(self.make_engine(), "before the first page")

    def test_it_works_from_another_thread(self, engine: OcrEngine, pages: list[PageImage]) -> None:
        """Calls do not overlap, but they may come from any thread, as from a web server's pool."""
        texts = texts_of(engine, pages)
        with during("in another thread"), ThreadPoolExecutor(1) as pool:
            other = pool.submit(texts_of, engine, pages).result()
            assert other == texts, f"{unlike(texts, other)}. Keep nothing that belongs to a thread."

    def test_nothing_is_written_to_stdout(
        self, engine: OcrEngine, pages: list[PageImage], capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Results of the command line go there; messages belong into the log."""
        close(engine, "before the first page")
        read(engine, pages)
        out = capfd.readouterr().out
        assert out == "", f"it wrote to stdout, where results go: {out[:200]!r}. Use logging, or stderr."

    def _reads_the_same(
        self, other: OcrEngine, engine: OcrEngine, pages: Sequence[PageImage], texts: Sequence[str]
    ) -> None:
        assert type(other) is type(engine), f"it is a {type(other).__name__}, not a {type(engine).__name__}."
        assert other.options == engine.options, (
            f"its options are {other.options!r}, not {engine.options!r}. Keep them in __getstate__ and __setstate__."
        )
        again = texts_of(other, pages)
        assert again == texts, f"{unlike(texts, again)}. All that decides how it reads must be in the options."
        close(other, "after reading")


_ENGINES = pytest.StashKey[dict[type, OcrEngine]]()
