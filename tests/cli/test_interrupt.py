"""Ctrl-C: what is finished stays, and nothing swallows it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import convert, files, pdf, scan


def test_an_interruption_while_writing_leaves_nothing_half_written(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert convert(pdf(tmp_path / "a.pdf", "a"), "-o", out).exit_code == 130
    assert files(out) == []


def test_after_an_interruption_the_same_command_goes_on(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "abc"]
    done = convert(*paths, "-o", out, "--engine", "scripted", "-O", "interrupt_at=b.png")
    assert done.exit_code == 130
    assert files(out) == ["a.md"]
    assert "1 file converted" in done.stderr
    assert "2 files converted, 1 skipped" in convert(*paths, "-o", out, "--engine", "scripted").stderr
    assert files(out) == ["a.md", "b.md", "c.md"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_it_at_once_and_leaves_what_is_finished(tmp_path: Path, out: Path) -> None:
    paths = [pdf(tmp_path / "a.pdf", "done"), scan(tmp_path / "hang.png"), pdf(tmp_path / "z.pdf", "never")]
    marker = tmp_path / "marker"
    arguments = ["convert", *paths, "-o", out, "--engine", "scripted", "-O", f"hang={marker}"]
    # What a shell starts in the background ignores the signal, and so would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([sys.executable, "-m", "ocr_plugins", *map(str, arguments)], stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    give_up = time.monotonic() + 30
    while not marker.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=10)
    assert process.returncode == 130
    assert files(out) == ["a.md"]
    assert b"1 file converted" in messages
    assert b"Traceback" not in messages


# Counts the calls within omegaconf, with which rapidocr loads its configuration, and sends the signal at one of them.
AT_A_CALL = """
import itertools, os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)
calls = itertools.count(1)
def hook(frame, event, _):
    if event == "call" and "omegaconf" in frame.f_code.co_filename and next(calls) == {at}:
        os.kill(os.getpid(), signal.SIGINT)
sys.setprofile(hook)
threading.setprofile(hook)
"""
CONVERT = "from ocr_plugins.cli import main; main(['convert', {path!r}, '--workers', '{workers}'])"
READ = "from ocr_plugins import Pipeline; print(Pipeline(workers={workers}).read({path!r}))"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize(("code", "expected"), [(CONVERT, 130), (READ, -signal.SIGINT)], ids=["convert", "read"])
@pytest.mark.parametrize(("at", "workers"), [(5_000, 1), (20_000, 1), (60_000, 1), (20_000, 2)])
def test_ctrl_c_while_a_library_loads_its_configuration_is_not_lost(
    tmp_path: Path, code: str, expected: int, at: int, workers: int
) -> None:
    """omegaconf replaces the KeyboardInterrupt by an error of its own, and leaves no trace of it."""
    path = str(scan(tmp_path / "a.tif", pages=2))
    command = AT_A_CALL.format(at=at) + code.format(path=path, workers=workers)
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stderr
    assert done.stdout == ""
    assert ("interrupted; the files" if code == CONVERT else "KeyboardInterrupt") in done.stderr
