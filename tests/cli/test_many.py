"""Many files: what is left out, when it stops, and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import convert, files, pdf, scan

SCRIPTED = ("--engine", "scripted")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four files in three folders."""
    for name in ("a.pdf", "drafts/b.pdf", "2019/c.pdf", "2019/drafts.pdf"):
        pdf(tmp_path / "in" / name, name)
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["*.pdf"], []),
        (["drafts"], ["2019/c.md", "2019/drafts.md", "a.md"]),
        (["2019/*.pdf"], ["a.md", "drafts/b.md"]),
        (["drafts", "c.*"], ["2019/drafts.md", "a.md"]),
        (["in"], ["2019/c.md", "2019/drafts.md", "a.md", "drafts/b.md"]),
    ],
)
def test_files_and_folders_are_left_out_by_pattern(
    folder: Path, out: Path, patterns: list[str], left: list[str]
) -> None:
    done = convert(folder, "-o", out, *[argument for p in patterns for argument in ("--exclude", p)])
    assert files(out) == left
    assert (done.exit_code, "that --exclude does not leave out" in done.stderr) == (0 if left else 1, not left)


def test_a_file_that_is_named_is_never_left_out(folder: Path, out: Path) -> None:
    convert(folder / "a.pdf", "-o", out, "--exclude", "*.pdf")
    assert files(out) == ["a.md"]


def test_quiet_says_errors_alone(tmp_path: Path, out: Path) -> None:
    good, bad = scan(tmp_path / "a.tif", pages=2), tmp_path / "missing.pdf"
    done = convert(good, bad, "-o", out, *SCRIPTED, "-O", "truncate=true", "--quiet")
    assert done.exit_code == 1
    assert done.stderr == f"error: There is no file {bad}.\n"
    assert convert(good, "-o", out, *SCRIPTED, "-q").stderr == ""


def test_fail_fast_stops_behind_the_first_file_with_a_failure(tmp_path: Path, out: Path) -> None:
    paths = scan(tmp_path / "a.png"), scan(tmp_path / "b.tif", pages=2), scan(tmp_path / "c.png")
    arguments = (*paths, "-o", out, *SCRIPTED, "-O", "fail_on=2")
    done = convert(*arguments, "--fail-fast")
    assert done.exit_code == 1
    assert files(out) == [".b.md.incomplete", "a.md", "b.md"]
    assert "stopped there, with 1 of 3 files not tried" in done.stderr
    convert(*arguments)
    assert "c.md" in files(out)


def test_fail_fast_does_not_begin_where_a_folder_is_empty(folder: Path, tmp_path: Path, out: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert convert(folder, tmp_path / "empty", "-o", out, "--fail-fast").exit_code == 1
    assert files(out) == []


@pytest.mark.parametrize("pages", ["4-", "7", "4,9"])
def test_pages_that_no_file_has_are_an_error_before_any_is_read(tmp_path: Path, out: Path, pages: str) -> None:
    paths = pdf(tmp_path / "a.pdf", *"abc"), pdf(tmp_path / "b.pdf", "b"), tmp_path / "missing.pdf"
    done = convert(*paths, "-o", out, "--pages", pages)
    assert done.exit_code == 2
    assert f"Error: {paths[0]} has 3 pages: pages='{pages}' selects none of them." in done.stderr
    assert not out.exists()


def test_pages_that_one_file_has_are_read_of_it(tmp_path: Path, out: Path) -> None:
    paths = pdf(tmp_path / "a.pdf", "a"), pdf(tmp_path / "b.pdf", "b", "second")
    done = convert(*paths, "-o", out, "--pages", "2")
    assert (done.exit_code, files(out)) == (1, ["b.md"])
    assert "a.pdf has 1 page: pages='2' selects none of them" in done.stderr


def summary(stderr: str) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(stderr)
    assert known.pop("seconds") > 0
    return known


def test_the_summary_counts_everything(tmp_path: Path, out: Path) -> None:
    path, bad = scan(tmp_path / "a.tif", pages=3), tmp_path / "missing.pdf"
    arguments = (path, bad, "-o", out, *SCRIPTED, "-O", "truncate=true", "-O", "fail_on=2")
    done = convert(*arguments, "--summary", "json")
    assert done.exit_code == 1
    known = summary(done.stderr)
    assert f"{path}: 2 pages low-confidence (1, 3)" in known.pop("notes")
    assert known == {
        "files": 1,
        "skipped": 0,
        "pages": 3,
        "confidence": 0.5,
        "warnings": {"low-confidence": 2, "truncated": 2},
        "failures": [
            {"source": str(path), "page": 2, "reason": "RuntimeError: the ink is gone"},
            {"source": str(bad), "page": None, "reason": f"There is no file {bad}."},
        ],
        "interrupted": False,
    }
    lines = convert(*arguments, "--force").stderr.splitlines()
    assert lines[-1].endswith("mean confidence 0.500, pages with warnings: 2 truncated, 2 low-confidence")


def test_the_summary_goes_into_a_file_beside_what_is_said(tmp_path: Path, out: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "a")
    done = convert(path, "-o", out, "--summary", tmp_path / "sums" / "run.json")
    assert "1 file converted" in done.stderr
    assert summary((tmp_path / "sums" / "run.json").read_text())["files"] == 1
    refused = convert(path, "--summary", "run.txt")
    assert (refused.exit_code, "neither 'json' nor" in refused.stderr) == (2, True)


@pytest.mark.parametrize(("arguments", "code"), [(("-O", "interrupt_at=b.png"), 130), (("--engine", "lost"), 2)])
def test_a_run_that_ends_early_has_a_summary_too(
    tmp_path: Path, out: Path, arguments: tuple[str, ...], code: int
) -> None:
    paths = pdf(tmp_path / "a.pdf", "a"), scan(tmp_path / "b.png")
    file = tmp_path / "run.json"
    assert convert(*paths, "-o", out, *SCRIPTED, *arguments, "--summary", file).exit_code == code
    known = summary(file.read_text())
    assert (known["files"], known["interrupted"]) == (1, code == 130)
    assert [failure["reason"] for failure in known["failures"]] == (
        [] if code == 130 else ["model.onnx is missing: reinstall it"]
    )
