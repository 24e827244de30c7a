"""Files side by side, each in a process of its own."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from commands import convert, files, pdf, scan

from ocr_plugins.cli.reading import Reading

pytestmark = pytest.mark.slow

SCRIPTED = ("--engine", "scripted")
TWO = ("--jobs", "2")


def test_results_and_report_are_those_of_one_file_after_the_other(tmp_path: Path, out: Path) -> None:
    paths: list[Path] = [
        scan(tmp_path / f"{name}.tif", pages=n) for name, n in (("a", 5), ("b", 1), ("c", 2), ("d", 3))
    ]
    paths.insert(2, tmp_path / "missing.pdf")
    arguments: tuple[str | Path, ...] = (
        *paths,
        *SCRIPTED,
        "-O",
        "fail_on=2",
        "-O",
        "truncate=true",
        "--stdout",
        "--summary",
        "json",
    )
    done, expected = convert(*arguments, *TWO), convert(*arguments)
    assert done.stdout == expected.stdout
    assert done.exit_code == expected.exit_code == 1
    reports = [json.loads(run.stderr) for run in (done, expected)]
    assert reports[0] | {"seconds": 0} == reports[1] | {"seconds": 0}
    convert(*arguments, *TWO, "-o", out)
    assert files(out) == [".a.md.incomplete", ".c.md.incomplete", ".d.md.incomplete", "a.md", "b.md", "c.md", "d.md"]


def test_the_next_run_skips_what_is_there(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "abc"]
    convert(paths[1], "-o", out, *SCRIPTED)
    assert "2 files converted, 1 skipped" in convert(*paths, "-o", out, *SCRIPTED, *TWO).stderr


def test_what_every_file_would_meet_stops_the_run(tmp_path: Path, out: Path) -> None:
    done = convert(*[scan(tmp_path / f"{name}.png") for name in "abc"], "-o", out, "--engine", "lost", *TWO)
    assert (done.exit_code, files(out)) == (2, [])
    assert done.stderr == "Error: model.onnx is missing: reinstall it\n"


def test_a_process_that_dies_takes_one_file_along_and_no_other(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "abcd"]
    done = convert(*paths, "-o", out, *SCRIPTED, *TWO, "-O", "die_at=b.png")
    assert (done.exit_code, files(out)) == (1, ["a.md", "c.md", "d.md"])
    assert f"error: {paths[1]}: the process that read it ended: out of memory?" in done.stderr


def test_a_full_disk_stops_it(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    done = convert(*[scan(tmp_path / f"{name}.png") for name in "abcd"], "-o", out, *SCRIPTED, *TWO)
    assert (done.exit_code, files(out)) == (1, [])
    assert "cannot be written: No space left on device." in done.stderr
    assert "stopped there, with 3 of 4 files not tried" in done.stderr


def test_a_picture_that_cannot_be_saved_is_told_as_without_jobs(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "ab"]
    arguments: tuple[str | Path, ...] = (
        *paths,
        "-o",
        out,
        *SCRIPTED,
        "-O",
        "figure=true",
        "--images",
        tmp_path / "pictures",
    )
    assert convert(*arguments).exit_code == 0
    for picture in (tmp_path / "pictures").iterdir():
        picture.unlink()
        picture.mkdir()
    arguments += ("--force",)
    done, expected = convert(*arguments, *TWO), convert(*arguments)
    assert done.exit_code == expected.exit_code == 1
    errors = [[line for line in run.stderr.splitlines() if line.startswith("error: ")] for run in (done, expected)]
    assert errors[0] == errors[1] != []


def test_the_log_of_the_processes_is_shown(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "ab"]
    done = subprocess.run(
        [sys.executable, "-m", "ocr_plugins", "convert", *paths, "-o", out, *SCRIPTED, *TWO, "-v"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [f"INFO: {path}: 1 page in " in done.stderr for path in paths] == [True, True]


def test_stdin_is_read_beside_a_file(tmp_path: Path, out: Path) -> None:
    data = pdf(tmp_path / "a.pdf", "words").read_bytes()
    convert("-", pdf(tmp_path / "b.pdf", "b"), "-o", out, *TWO, stdin=data)
    assert (out / "stdin.md").read_text() == "words\n"
    assert files(out) == ["b.md", "stdin.md"]


def test_the_engines_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    given: dict[str, Any] = {
        "options": {},
        "model": None,
        "pages": None,
        "password": None,
        "layout": "none",
        "no_upright": True,
    }
    reading = Reading(engine="rapidocr", text="auto", workers=2, batch_size=None, **given)
    assert reading.pipeline(beside=2).engine_options == {"threads": 2}
    assert reading.pipeline().engine_options is None


def ended(group: int) -> bool:
    """Whether no process of a group is left, soon."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("group", [False, True], ids=["the process alone", "as a terminal does"])
def test_ctrl_c_ends_all_at_once_and_leaves_what_is_finished(tmp_path: Path, out: Path, group: bool) -> None:
    paths = [pdf(tmp_path / "a.pdf", "done"), scan(tmp_path / "hang.png"), scan(tmp_path / "hang2.png")]
    marker = tmp_path / "marker"
    arguments = ["convert", *paths, "-o", out, *SCRIPTED, "-O", f"hang={marker}", *TWO]
    # What a shell starts in the background ignores the signal, and so would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "ocr_plugins", *map(str, arguments)], stderr=subprocess.PIPE, start_new_session=True
    )
    signal.signal(signal.SIGINT, before)
    give_up = time.monotonic() + 60
    while not (marker.exists() and files(out) == ["a.md"]) and time.monotonic() < give_up:
        time.sleep(0.02)
    (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert process.returncode == 130
    assert files(out) == ["a.md"]
    assert messages.count(b"\n") == 2
    assert messages.startswith(b"1 file converted")
    assert ended(process.pid)
