"""The bar over many files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from commands import scan

from ocr_plugins.cli.progress import Watch


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_counts_files_and_pages_and_says_what_is_left() -> None:
    clock = Clock()
    watch = Watch(4, clock=clock)
    assert str(watch) == "0 of 4 files, 0 pages"
    clock.now = 30
    watch.page(0, "a.pdf", 1, 2)
    assert str(watch) == "0 of 4 files, 1 page, 4 min left"
    watch.page(0, "a.pdf", 2, 2)
    watch.done(0)
    clock.now = 60
    watch.page(1, "b.pdf", 5, 10)
    watch.page(2, "c.pdf", 5, 10)
    assert str(watch) == "1 of 4 files, 12 pages, 1 min left"
    for place in (1, 2, 3):
        watch.done(place)
    assert str(watch) == "4 of 4 files, 12 pages"


def test_files_that_are_skipped_take_no_time() -> None:
    clock = Clock()
    watch = Watch(4, clock=clock)
    watch.skipped()
    watch.skipped()
    clock.now = 3 * 3600
    watch.page(2, "a.pdf", 1, 2)
    watch.done(2)
    assert str(watch) == "3 of 4 files, 1 page, 3 h 0 min left"


@pytest.mark.parametrize(
    ("minutes", "said"), [(0.5, "30 s"), (1.2, "2 min"), (45, "45 min"), (60, "1 h 0 min"), (90, "1 h 30 min")]
)
def test_what_is_left_is_said_as_a_person_does(minutes: float, said: str) -> None:
    clock = Clock()
    watch = Watch(2, clock=clock)
    clock.now = 60 * minutes
    watch.done(0)
    assert str(watch) == f"1 of 2 files, 0 pages, {said} left"


def test_a_long_name_leaves_room_for_the_rest() -> None:
    watch = Watch(1)
    watch.page(0, f"scans/{'0123456789' * 4}.tif", 1, 2)
    assert watch.short_name == "…5678901234567890123456789.tif"
    watch.page(0, "scans/0123456789.tif", 1, 2)
    assert watch.short_name == "0123456789.tif"


def test_of_a_single_file_pages_are_counted() -> None:
    clock = Clock()
    watch = Watch(1, clock=clock)
    clock.now = 6
    watch.page(0, "a.pdf", 3, 20)
    assert str(watch) == "3 of 20 pages, 34 s left"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_terminal_shows_it(tmp_path: Path, jobs: str) -> None:
    import pty

    paths = [str(scan(tmp_path / f"{name}.tif", pages=2)) for name in "abc"]
    arguments = ["convert", *paths, "-o", str(tmp_path / "out"), "--engine", "scripted", "--jobs", jobs]
    shown: list[bytes] = []

    def keep(terminal: int) -> bytes:
        data = os.read(terminal, 65536)
        shown.append(data)
        return data

    code = (
        "import os, sys; os.environ.update(TERM='xterm', COLUMNS='100');"
        "from ocr_plugins.cli import main; main(sys.argv[1:])"
    )
    pty.spawn([sys.executable, "-c", code, *arguments], keep)
    said = b"".join(shown).decode()
    assert "3 of 3 files, 6 pages" in said
    assert ".tif" in said
    assert "3 files converted" in said
