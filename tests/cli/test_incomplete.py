"""A result without some of its pages is marked, read again, and never taken for done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import convert, files, pdf, scan

FAILS = ("--engine", "scripted", "-O", "fail_on=2")
GOOD = ("--engine", "scripted")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three pages."""
    return scan(tmp_path / "a.tif", pages=3)


@pytest.fixture
def out(tmp_path: Path, path: Path) -> Path:
    """With a result that lacks page 2."""
    assert convert(path, "-o", tmp_path / "out", *FAILS).exit_code == 1
    return tmp_path / "out"


def test_a_mark_beside_the_result_says_what_is_missing(out: Path) -> None:
    assert files(out) == [".a.md.incomplete", "a.md"]
    assert (out / "a.md").read_text() == "words 1\n\nwords 3\n"
    marked = (out / ".a.md.incomplete").read_text()
    assert marked == "2 of 3 pages read\npage 2: RuntimeError: the ink is gone\n"


def test_it_is_not_done_until_it_is_whole(path: Path, out: Path) -> None:
    again = convert(path, "-o", out, *FAILS)
    assert again.exit_code == 1
    assert "1 file converted, 1 error, 3 pages" in again.stderr
    assert f"{out / 'a.md'} is not whole: the next run reads it again" in again.stderr
    assert convert(path, "-o", out, *GOOD).exit_code == 0
    assert files(out) == ["a.md"]
    assert (out / "a.md").read_text().split() == ["words", "1", "words", "2", "words", "3"]
    assert "1 skipped" in convert(path, "-o", out, *GOOD).stderr


@pytest.mark.parametrize("format_", ["json", "text"])
def test_every_format_has_the_mark(path: Path, tmp_path: Path, format_: str) -> None:
    convert(path, "-o", tmp_path / "other", *FAILS, "--format", format_)
    assert len(files(tmp_path / "other")) == 2
    convert(path, "-o", tmp_path / "other", *GOOD, "--format", format_)
    assert len(files(tmp_path / "other")) == 1


def test_a_person_who_deletes_the_mark_keeps_the_result(path: Path, out: Path) -> None:
    (out / ".a.md.incomplete").unlink()
    done = convert(path, "-o", out, *GOOD)
    assert (done.exit_code, (out / "a.md").read_text()) == (0, "words 1\n\nwords 3\n")
    assert "1 skipped" in done.stderr


@pytest.mark.parametrize("worse", [("--pages", "1"), ("--pages", "2"), ("--engine", "lost")])
def test_a_later_run_that_reads_fewer_pages_does_not_replace_it(path: Path, out: Path, worse: tuple[str, ...]) -> None:
    convert(path, "-o", out, *FAILS, *worse)
    assert files(out) == [".a.md.incomplete", "a.md"]
    assert (out / "a.md").read_text() == "words 1\n\nwords 3\n"


def test_force_writes_anew_and_marks_anew(path: Path, out: Path) -> None:
    convert(path, "-o", out, *FAILS, "--pages", "1", "--force")
    assert files(out) == ["a.md"]
    assert (out / "a.md").read_text() == "words 1\n"


def test_a_mark_that_someone_has_changed_stands_in_nobodys_way(path: Path, out: Path) -> None:
    (out / ".a.md.incomplete").write_bytes(b"\xff to do")
    assert convert(path, "-o", out, *GOOD).exit_code == 0
    assert files(out) == ["a.md"]


def test_an_interruption_between_mark_and_result_leaves_no_result_that_looks_whole(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def interrupted_at_the_second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted_at_the_second)
    convert(path, "-o", tmp_path / "new", *FAILS)
    assert files(tmp_path / "new") == [".a.md.incomplete"]
    monkeypatch.undo()


def test_the_other_files_of_the_folder_are_skipped(path: Path, out: Path) -> None:
    other = pdf(path.parent / "b.pdf", "b")
    convert(other, "-o", out)
    done = convert(path, other, "-o", out, *FAILS)
    assert "1 file converted, 1 skipped, 1 error, 3 pages" in done.stderr
