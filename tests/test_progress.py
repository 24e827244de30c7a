"""``progress=True``: a bar of tqdm for those who wait."""

from __future__ import annotations

import sys

import pytest

from ocr_plugins import Pipeline
from ocr_plugins.errors import MissingDependencyError
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

SCAN = made_pdf([made_page([f"page {n}"], size=(300, 300)) for n in (1, 2, 3)])


def test_true_shows_how_many_pages_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    Pipeline(FakeEngine()).read(SCAN, name="letter.pdf", pages="1-2", progress=True)
    shown = capsys.readouterr()
    last = shown.err.rpartition("\r")[2]
    assert last.startswith("letter.pdf: 100%")
    assert "2/2" in last
    assert shown.out == ""


def test_a_stream_that_is_left_half_way_closes_its_bar(capsys: pytest.CaptureFixture[str]) -> None:
    pages = Pipeline(FakeEngine(), batch_size=1).iter_pages(SCAN, progress=True)
    next(pages)
    del pages
    assert capsys.readouterr().err.endswith("\n")


@pytest.mark.parametrize("progress", [False, None])
def test_nothing_is_shown_unless_asked_for(progress: bool | None, capsys: pytest.CaptureFixture[str]) -> None:
    Pipeline(FakeEngine()).read(SCAN, progress=progress)
    assert capsys.readouterr().err == ""


def test_without_tqdm_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    engine = FakeEngine()
    with pytest.raises(MissingDependencyError, match=r"pip install 'ocr-plugins\[progress\]'"):
        Pipeline(engine).read(SCAN, progress=True)
