"""How far a run over many files has come, on one line."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from ocr_plugins.cli.common import stderr
from ocr_plugins.text import counted

__all__ = ["Watch", "overall_bar"]

# Characters of a file's name, so that the rest of the line has room.
NAME = 30
MINUTE, HOUR = 60, 3600


@dataclass(slots=True)
class Watch:
    """Counts what is done; ``changed`` is called after each step with the watch itself.

    Attributes:
        files: How many there are.
        finished: How many of them are done or skipped.
        pages: How many have been read.
        name: The file of which a page was read last.
    """

    files: int
    changed: Callable[[Watch], object] = lambda _watch: None
    clock: Callable[[], float] = time.monotonic
    finished: int = 0
    pages: int = 0
    name: str = ""
    _skipped: int = 0
    _began: float = field(init=False)
    _under_way: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def page(self, place: int, name: str, done: int, total: int) -> None:
        """So many pages of a file are read."""
        self.pages += done - self._under_way.get(place, (0, 0))[0]
        self._under_way[place] = done, total
        self.name = name
        self.changed(self)

    def done(self, place: int) -> None:
        """A file is finished, well or badly."""
        self._under_way.pop(place, None)
        self.finished += 1
        self.changed(self)

    def skipped(self) -> None:
        """A file is not read."""
        self.finished += 1
        self._skipped += 1
        self.changed(self)

    @property
    def share(self) -> float:
        """Of the files that are read, what is done of them: 0..1."""
        parts = sum(done / total for done, total in self._under_way.values())
        return (self.finished - self._skipped + parts) / max(1, self.files - self._skipped)

    @property
    def short_name(self) -> str:
        """The file of which a page was read last, without its folder; of a long name the end."""
        name = PurePath(self.name).name
        return name if len(name) <= NAME else f"…{name[1 - NAME :]}"

    def __str__(self) -> str:
        """``5 of 7 files, 31 pages, 2 min left``, and of a single file ``3 of 20 pages``."""
        if self.files == 1 and self._under_way:
            ((done, total),) = self._under_way.values()
            said = [f"{done} of {counted(total, 'page')}"]
        else:
            said = [f"{self.finished} of {counted(self.files, 'file')}", counted(self.pages, "page")]
        share = self.share
        if 0 < share < 1:
            said.append(f"{_span((self.clock() - self._began) * (1 - share) / share)} left")
        return ", ".join(said)


def _span(seconds: float) -> str:
    """A time as a person says it: ``40 s``, ``2 min``, ``1 h 5 min``; rounded up."""
    if math.ceil(seconds) < MINUTE:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / MINUTE)
    return f"{minutes} min" if minutes < HOUR // MINUTE else f"{minutes // 60} h {minutes % 60} min"


@contextlib.contextmanager
def overall_bar(files: int, *, quiet: bool = False) -> Iterator[Watch]:
    """A watch, shown as a bar on a terminal unless it is to be quiet."""
    # Rich before 14.3 leaves an empty line of a bar that it was told to disable.
    if quiet or not stderr.is_terminal:
        yield Watch(files)
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[said]}", markup=False),
    )
    # Redirection would send to stderr what is printed on stdout while the bar is shown.
    with progress.Progress(*columns, console=stderr, redirect_stdout=False) as shown:
        task = shown.add_task("", total=None, said=str(Watch(files)))

        def update(watch: Watch) -> None:
            shown.update(task, description=watch.short_name, total=1, completed=watch.share, said=str(watch))

        yield Watch(files, update)
