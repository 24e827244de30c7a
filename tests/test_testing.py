"""What the package offers for tests: made pages, the fake engine, and a contract that finds what is wrong."""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pypdfium2
import pytest
from PIL import Image, ImageOps
from pydantic import ConfigDict, Field

from ocr_plugins import BBox, Blocks, Lines, Markdown, OcrEngine, PageImage, TextLine
from ocr_plugins.engine import EngineInfo, EngineOptions, Recognition
from ocr_plugins.testing import EngineContract, FakeEngine, made_page, made_pdf


def test_a_made_page_is_black_text_on_white() -> None:
    page = made_page(["Hello"])
    assert (page.mode, page.size, page.getpixel((0, 0))) == ("RGB", (1240, 1754), (255, 255, 255))
    left, top, right, bottom = ink_of(page) or (0, 0, 0, 0)
    assert 120 <= left < 125
    assert 120 <= top < bottom < 120 + 48
    assert 180 < right < 220
    assert page.convert("L").getextrema() == (0, 255)


def test_a_made_page_without_lines_is_blank() -> None:
    assert made_page([], size=(30, 20)) == Image.new("RGB", (30, 20), "white")


@pytest.mark.parametrize("lines", [["much too long " * 9], ["many"] * 40])
def test_a_made_page_holds_all_its_text(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        made_page(lines)


def test_a_made_pdf_has_an_image_per_page_and_no_text() -> None:
    with pypdfium2.PdfDocument(made_pdf([made_page(["one"]), made_page(["two"]), made_page([])])) as pdf:
        assert len(pdf) == 3
        assert [round(side) for side in pdf[0].get_size()] == [595, 842]
        assert pdf[0].get_textpage().count_chars() == 0
        drawn = pdf[0].render(scale=150 / 72).to_pil().convert("L")
    assert drawn.getextrema() == (0, 255)


def test_the_fake_engine_gives_its_texts_in_each_kind_of_result() -> None:
    page = PageImage(made_page([]))
    (lines,) = FakeEngine(texts=("a", "b")).recognize([page])
    (blocks,) = FakeEngine(texts=("a", "b"), output="blocks").recognize([page])
    (markdown,) = FakeEngine(texts=("a", "b"), output="markdown", confidence=None).recognize([page])
    assert isinstance(lines, Lines)
    assert isinstance(blocks, Blocks)
    assert [(i.text, i.confidence) for i in lines.lines] == [("a", 0.9), ("b", 0.9)]
    assert lines.lines[0].box.bottom < lines.lines[1].box.top
    assert [b.lines for b in blocks.blocks] == [(line,) for line in lines.lines]
    assert markdown == Markdown("a\n\nb", None)


def test_the_fake_engine_fails_on_the_page_it_is_told_to() -> None:
    engine = FakeEngine(fail_on=2)
    assert len(engine.recognize([PageImage(made_page([]), 1)])) == 1
    with pytest.raises(RuntimeError, match="page 2"):
        engine.recognize([PageImage(made_page([]), 1), PageImage(made_page([]), 2)])


def ink_of(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageOps.invert(image.convert("L")).getbbox()


def known_pages() -> dict[object, str]:
    contract = EngineContract()
    pages = [*([line] for line in contract.lines), contract.lines]
    return {ink_of(contract.make_page(lines)): " ".join(lines) for lines in pages}


class OracleOptions(EngineOptions):
    shout: bool = Field(False, description="nothing of importance")


class Oracle(OcrEngine):
    """Knows the pages of the contract by heart, so it keeps it; the engines below are like it but for one thing."""

    Options: ClassVar[type[EngineOptions]] = OracleOptions
    info = EngineInfo("Reads what it knows", "Apache-2.0", "any", boxes=True, confidence=True)
    known = known_pages()

    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [self.read(page) for page in images]

    def read(self, page: PageImage) -> Recognition:
        ink = ink_of(page.image)
        text = self.known.get(ink)
        if text is None or ink is None:
            return Lines()
        box = BBox(*map(float, ink)).scaled(1 / page.image.width, 1 / page.image.height)
        return Lines((TextLine(text, box, 0.9),))

    def changed(self, page: PageImage, **changes: Any) -> Recognition:
        result = Oracle.read(self, page)
        assert isinstance(result, Lines)
        return Lines(tuple(replace(line, **changes) for line in result.lines))


class IgnoresOptions(Oracle):
    def __init__(self, **_options: Any) -> None:
        super().__init__()


class LooseOptions(EngineOptions):
    model_config = ConfigDict(frozen=False)
    shout: bool = Field(False, description="nothing of importance")


class HasLooseOptions(Oracle):
    Options = LooseOptions


class HasNoLicence(Oracle):
    info = EngineInfo("Reads what it knows", languages="any", boxes=True, confidence=True)


class LosesAPage(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return super().recognize(images)[:1]


class MixesPagesUp(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return sorted(super().recognize(images), key=str)


class GivesStrings(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return ["text"] * len(images)


class MindsItsBatch(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        return [self.changed(page, text=f"{page.number} of {len(images)}") for page in images]


class InventsText(Oracle):
    def read(self, page: PageImage) -> Recognition:
        blank = page.image.size > (900, 0) and page.image.convert("L").getextrema() == (255, 255)
        line = TextLine("This page is intentionally left blank.", BBox(0, 0, 1, 1), 0.9)
        return Lines((line,)) if blank else super().read(page)


class NeedsLargePages(Oracle):
    def read(self, page: PageImage) -> Recognition:
        if min(page.size) < 32:
            raise ValueError("too small")
        return super().read(page)


class Misreads(Oracle):
    def read(self, page: PageImage) -> Recognition:
        (line,) = getattr(super().read(page), "lines", ()) or (None,)
        return self.changed(page, text=line.text.replace("o", "0")) if line else Lines()


class CountsPixels(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, box=BBox(120, 120, 600, 150))


class TakesThePageForASquare(Oracle):
    def read(self, page: PageImage) -> Recognition:
        result = super().read(page)
        assert isinstance(result, Lines)
        ratio = page.image.height / page.image.width
        return Lines(tuple(replace(line, box=line.box.scaled(1, ratio)) for line in result.lines))


class IsSureInPercent(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=90)


class ClaimsConfidence(Oracle):
    def read(self, page: PageImage) -> Recognition:
        return self.changed(page, confidence=None)


class DrawsOnThePage(Oracle):
    def read(self, page: PageImage) -> Recognition:
        if ink := ink_of(page.image):
            page.image.putpixel(((ink[0] + ink[2]) // 2, (ink[1] + ink[3]) // 2), (1, 2, 3))
        return super().read(page)


class PicklesItsModel(Oracle):
    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"model": b"x" * 200_000}


class ForgetsItsOptions(Oracle):
    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__init__(shout=True)


class StaysClosed(Oracle):
    def close(self) -> None:
        self.known = {}


class ClosesOnlyWhatIsOpen(Oracle):
    def recognize(self, images: Sequence[PageImage]) -> list[Any]:
        self.model = object()
        return super().recognize(images)

    def close(self) -> None:
        del self.model


class BelongsToAThread(Oracle):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.thread = threading.get_ident()

    def read(self, page: PageImage) -> Recognition:
        if threading.get_ident() != self.thread:
            raise RuntimeError("wrong thread")
        return super().read(page)


class Chatters(Oracle):
    def read(self, page: PageImage) -> Recognition:
        print("reading", page.number)  # noqa: T201
        return super().read(page)


def failures(engine: type[OcrEngine], capfd: pytest.CaptureFixture[str]) -> set[str]:
    """The checks of the contract, but for the one that needs a process, that find something wrong with an engine."""

    class Contract(EngineContract):
        def make_engine(self, **options: Any) -> OcrEngine:
            return engine(**options)

    contract, failed = Contract(), set()
    for name in dir(contract):
        if not name.startswith("test_") or name == "test_construction_is_cheap":
            continue
        check = getattr(contract, name)
        pages = [PageImage(contract.make_page([line]), i) for i, line in enumerate(contract.lines, 1)]
        given = {"engine": engine(), "pages": pages, "capfd": capfd}
        try:
            check(**{name: given[name] for name in inspect.signature(check).parameters})
        except (Exception, pytest.fail.Exception):
            failed.add(name.removeprefix("test_"))
    return failed


READS = {
    "results_are_in_the_order_of_the_pages",
    "a_batch_gives_the_same_as_page_by_page",
    "a_blank_page_gives_an_empty_result",
    "a_page_may_have_any_size",
    "known_text_is_read",
    "an_engine_for_another_worker_reads_the_same",
    "an_unpickled_engine_reads_the_same",
    "it_can_be_closed_twice_and_used_again",
    "it_works_from_another_thread",
}
# What the pipeline would not take from it, as soon as there is text.
BREAKS = (READS - {"a_page_may_have_any_size"}) | {"boxes_lie_on_the_text", "confidence_is_known_or_none"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        (Oracle, set()),
        (IgnoresOptions, {"an_unknown_option_is_an_error_that_names_it"}),
        (HasLooseOptions, {"options_are_frozen_and_described"}),
        (HasNoLicence, {"info_is_complete"}),
        (LosesAPage, READS - {"known_text_is_read", "it_can_be_closed_twice_and_used_again"}),
        (
            MixesPagesUp,
            {
                "results_are_in_the_order_of_the_pages",
                "a_batch_gives_the_same_as_page_by_page",
                "a_blank_page_gives_an_empty_result",
            },
        ),
        (GivesStrings, READS | {"boxes_lie_on_the_text", "confidence_is_known_or_none"}),
        (MindsItsBatch, {"a_batch_gives_the_same_as_page_by_page", "known_text_is_read"}),
        (InventsText, {"a_blank_page_gives_an_empty_result", "a_page_may_have_any_size"}),
        (NeedsLargePages, {"a_page_may_have_any_size"}),
        (Misreads, {"known_text_is_read"}),
        (CountsPixels, BREAKS),
        (TakesThePageForASquare, {"boxes_lie_on_the_text"}),
        (IsSureInPercent, BREAKS),
        (ClaimsConfidence, {"confidence_is_known_or_none"}),
        (DrawsOnThePage, {"images_are_left_as_they_were"}),
        (PicklesItsModel, {"an_unpickled_engine_reads_the_same"}),
        (ForgetsItsOptions, {"an_engine_for_another_worker_reads_the_same", "an_unpickled_engine_reads_the_same"}),
        (StaysClosed, {"it_can_be_closed_twice_and_used_again"}),
        (
            ClosesOnlyWhatIsOpen,
            {
                "it_can_be_closed_twice_and_used_again",
                "it_can_be_closed_before_first_use",
                "nothing_is_written_to_stdout",
            },
        ),
        (BelongsToAThread, {"an_engine_for_another_worker_reads_the_same", "it_works_from_another_thread"}),
        (Chatters, {"nothing_is_written_to_stdout"}),
    ],
)
def test_the_contract_finds_what_is_wrong(
    engine: type[OcrEngine], expected: set[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert failures(engine, capfd) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "body", "finding"),
    [
        ("cheap", "pass", None),
        ("imports", "def __setstate__(self, state): import onnxruntime", "import these in the methods"),
        ("fails", "def __setstate__(self, state): raise RuntimeError('no')", "cannot be made in another process"),
    ],
)
def test_the_contract_finds_what_is_costly_to_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str, finding: str | None
) -> None:
    code = f"from ocr_plugins.testing import FakeEngine\nclass Engine(FakeEngine):\n    {body}\n"
    (tmp_path / f"engine_that_{name}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    engine = importlib.import_module(f"engine_that_{name}").Engine

    class Contract(EngineContract):
        def make_engine(self, **options: Any) -> OcrEngine:
            made: OcrEngine = engine(**options)
            return made

    if finding is None:
        Contract().test_construction_is_cheap()
    else:
        with pytest.raises(AssertionError, match=finding):
            Contract().test_construction_is_cheap()
