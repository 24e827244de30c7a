"""The contract of engines finds what is wrong with one, and says what it is and what cures it."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import wrong_engines as wrong

from ocr_plugins import OcrEngine, PageImage
from ocr_plugins.testing import EngineContract

GUIDE = Path(__file__).parents[1] / "examples" / "plugin-tesseract" / "README.md"
# What the engine of the guide takes for its model: lines, boxes in pixels and percents, as many libraries give them.
MODEL = """
from dataclasses import astuple
from ocr_plugins import PageImage
from wrong_engines import Oracle

def load(beams):
    return lambda image: [
        (line.text, astuple(line.box.scaled(*image.size)), 90)
        for line in Oracle().recognize([PageImage(image)])[0].lines
    ]
"""


def failures(engine: type[OcrEngine], capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The checks of the contract, but for the one that needs a process, that find something wrong, and what they say.

    Anything but an AssertionError is raised: the contract is to explain it.
    """

    class Contract(EngineContract):
        def make_engine(self, **options: Any) -> OcrEngine:
            return engine(**options)

    contract, failed = Contract(), {}
    for name in dir(contract):
        if not name.startswith("test_") or name == "test_construction_is_cheap":
            continue
        check = getattr(contract, name)
        pages = [PageImage(contract.make_page([line]), i) for i, line in enumerate(contract.lines, 1)]
        given = {"engine": engine(), "pages": pages, "capfd": capfd}
        try:
            check(**{name: given[name] for name in inspect.signature(check).parameters})
        except AssertionError as e:
            failed[name.removeprefix("test_")] = str(e)
    return failed


READS = {
    "results_are_in_the_order_of_the_pages",
    "a_batch_gives_the_same_as_page_by_page",
    "a_blank_page_gives_an_empty_result",
    "known_text_is_read",
    "an_engine_for_another_worker_reads_the_same",
    "an_unpickled_engine_reads_the_same",
    "images_are_left_as_they_were",
    "it_can_be_closed_twice_and_used_again",
    "it_works_from_another_thread",
    "nothing_is_written_to_stdout",
}
# What the pipeline would not take from it, as soon as there is text.
BREAKS = READS | {"boxes_lie_on_the_text", "confidence_is_known_or_none"}
BOXES = {"boxes_lie_on_the_text"}

# The engine, the checks that fail for it, and what one of them says of the cure.
WRONG = [
    (
        wrong.IgnoresOptions,
        {"an_unknown_option_is_an_error_that_names_it"},
        "options are ignored. Name a subclass of EngineOptions as Options, and pass",
    ),
    (wrong.HasLooseOptions, {"options_are_frozen_and_described"}, "leave the model_config of EngineOptions as it is"),
    (wrong.HasNoLicence, {"info_is_complete"}, "info.licence is unknown: users must know"),
    (
        wrong.LosesAPage,
        READS - {"known_text_is_read", "it_can_be_closed_twice_and_used_again"},
        "gave 1 result for 3 pages. Give a list of one result per image",
    ),
    (
        wrong.MixesPagesUp,
        {
            "results_are_in_the_order_of_the_pages",
            "a_batch_gives_the_same_as_page_by_page",
            "a_blank_page_gives_an_empty_result",
        },
        "Give the results in the order of the images",
    ),
    (
        wrong.GivesStrings,
        BREAKS | {"a_page_may_have_any_size"},
        "gave str, not Lines, Markdown or Blocks. Wrap it: Markdown(text)",
    ),
    (
        wrong.GivesNothing,
        {"a_blank_page_gives_an_empty_result", "a_page_may_have_any_size"},
        "Give Lines() for a page without text, and an EngineError for one that failed.",
    ),
    (wrong.GivesExceptions, {"a_page_may_have_any_size"}, "give an OcrError: EngineError(f'why: {error}')"),
    (wrong.GivesBytes, BREAKS, "Decode it: text.decode()."),
    (wrong.MindsItsBatch, {"a_batch_gives_the_same_as_page_by_page", "known_text_is_read"}, "keep nothing from one to"),
    (
        wrong.RemembersPages,
        {
            "results_are_in_the_order_of_the_pages",
            "a_batch_gives_the_same_as_page_by_page",
            "known_text_is_read",
            "an_engine_for_another_worker_reads_the_same",
            "it_can_be_closed_twice_and_used_again",
            "it_works_from_another_thread",
        },
        "keep nothing from one page or call to",
    ),
    (
        wrong.InventsText,
        {"a_blank_page_gives_an_empty_result", "a_page_may_have_any_size"},
        "give Lines() where there is no ink",
    ),
    (
        wrong.NeedsLargePages,
        {"a_page_may_have_any_size"},
        "recognize raised ValueError: too small, for 1 page of 1 × 1 pixels. Such pages exist: read them, or give",
    ),
    (wrong.Misreads, {"known_text_is_read"}, "of the characters are wrong"),
    (wrong.CountsPixels, BREAKS, "In pixels? Divide by width and height: left and right by page.size[0], here 1000"),
    (wrong.SwapsTheSides, BREAKS, "The order is BBox(left, top, right, bottom): are two of them swapped"),
    (wrong.MirrorsThePage, BOXES, "Are left and right swapped, or counted from the right?"),
    (wrong.CountsFromTheBottom, BOXES, "counted from the bottom, as in a PDF?"),
    (wrong.PutsTopBeforeLeft, BOXES, "Are left and top swapped, as in (y, x)?"),
    (wrong.GivesSizes, BREAKS - {"known_text_is_read"}, "is it left, top, width, height?"),
    (wrong.TakesThePageForASquare, BOXES, "Are top and bottom divided by the width? Divide them by the height."),
    (wrong.GivesThePage, BOXES, "Give the box of the text, not that of the page"),
    (wrong.PutsWordsInTheLine, BOXES, "Words are in 0..1 of the page too."),
    (wrong.IsSureInPercent, BREAKS, "In percent? Divide by 100."),
    (wrong.GivesLogProbabilities, BREAKS, "Take math.exp of it."),
    (wrong.GivesNumPysNumbers, BREAKS, "float(value)"),
    (wrong.ClaimsConfidence, {"confidence_is_known_or_none"}, "confidences were not given: set it to False"),
    (wrong.DrawsOnThePage, {"images_are_left_as_they_were"}, "was changed: work on page.image.copy()."),
    (wrong.PicklesItsModel, {"an_unpickled_engine_reads_the_same"}, "the model must not go along"),
    (wrong.CannotBePickled, {"an_unpickled_engine_reads_the_same"}, "Leave __getstate__ as OcrEngine has it"),
    (
        wrong.ForgetsItsOptions,
        {"an_engine_for_another_worker_reads_the_same", "an_unpickled_engine_reads_the_same"},
        "Keep them in __getstate__ and __setstate__.",
    ),
    (wrong.StaysClosed, {"it_can_be_closed_twice_and_used_again"}, "Load the model again when it is not there."),
    (
        wrong.ClosesOnlyWhatIsOpen,
        {
            "it_can_be_closed_twice_and_used_again",
            "it_can_be_closed_before_first_use",
            "nothing_is_written_to_stdout",
        },
        "free it only if it is there",
    ),
    (
        wrong.BelongsToAThread,
        {"an_engine_for_another_worker_reads_the_same", "it_works_from_another_thread"},
        "in another thread: recognize raised RuntimeError: wrong thread",
    ),
    (wrong.Chatters, {"nothing_is_written_to_stdout"}, "Use logging, or stderr."),
]


@pytest.mark.slow
def test_the_contract_finds_nothing_wrong_with_an_engine_that_keeps_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert failures(wrong.Oracle, capfd) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "expected", "cure"), WRONG, ids=[case[0].__name__ for case in WRONG])
def test_the_contract_says_what_is_wrong_and_what_cures_it(
    engine: type[OcrEngine], expected: set[str], cure: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = failures(engine, capfd)
    assert found.keys() == expected
    assert [message for message in found.values() if cure in message], found


@pytest.mark.slow
def test_the_engine_of_the_guide_keeps_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = next(
        code for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL) if "MyOptions" in code
    )
    (tmp_path / "my_engine.py").write_text(code)
    (tmp_path / "my_model.py").write_text(MODEL)
    monkeypatch.syspath_prepend(tmp_path)
    assert failures(importlib.import_module("my_engine").MyEngine, capfd) == {}


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
