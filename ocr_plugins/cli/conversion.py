"""Files in, files out: what ``ocr-plugins convert`` does, without the command line around it."""

from __future__ import annotations

import errno
import functools
import logging
import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from ocr_plugins.cli.common import Unusable
from ocr_plugins.cli.files import STDIN, Format, Job
from ocr_plugins.cli.progress import Watch
from ocr_plugins.cli.report import Failure, Outcome, Report
from ocr_plugins.cli.results import Rendering
from ocr_plugins.cli.sidebyside import Died, side_by_side
from ocr_plugins.document import OcrDocument
from ocr_plugins.errors import EngineError, OcrError, PageError, PageSelectionError, SourceError
from ocr_plugins.files import write_aside
from ocr_plugins.pipeline.pipeline import Pipeline
from ocr_plugins.runtime.interrupt import never_swallowed, raise_if_interrupted
from ocr_plugins.source.open import open_source, select_pages
from ocr_plugins.text import counted

__all__ = ["Conversion", "check_pages", "mark_of", "reason_of", "told"]

log = logging.getLogger(__name__)

# Errors of one document; any other OcrError would meet every document alike.
DOCUMENT_ERRORS = (SourceError, PageError, EngineError)
# Where nothing more can be written, reading on would be hours of work for nothing.
NO_MORE_OUTPUT = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# Formats of which each line stands for itself, so that none is put between the results of several files.
LINES: tuple[Format, ...] = ("json", "chunks")


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read: ``place`` is that of its job, ``number`` that among the files that are read, both from 0."""

    place: int
    number: int
    name: str
    content: Path | bytes
    folder: Path
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a file: a document and its results, or why there is none.

    Attributes:
        document: None where it could not be read.
        results: Empty where the document has no good page.
        reason: Why it could not be read.
        unwritable: What kept the picture of a figure from being saved.
    """

    document: OcrDocument | None = None
    results: Mapping[Format, str] = field(default_factory=dict)
    reason: str | None = None
    unwritable: OSError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How files are converted.

    Attributes:
        formats: Of the results, one at least; a single one where they are shown.
        rendering: What they are like.
        pages: Such as ``1-3,7``, counted from 1; all by default.
        password: Of encrypted PDFs.
        force: Overwrite results that exist, instead of keeping them.
        fail_fast: Begin no other file after one that failed, or a page of which did.
        jobs: Files that are read at once; several each in a process of its own.
    """

    formats: tuple[Format, ...] = ("md",)
    rendering: Rendering = field(default_factory=Rendering)
    pages: str | None = None
    password: str | None = None
    force: bool = False
    fail_fast: bool = False
    jobs: int = 1

    def run(
        self,
        pipeline: Pipeline,
        jobs: Sequence[Job],
        report: Report,
        *,
        watch: Watch,
        show: Callable[[str], None] | None = None,
    ) -> None:
        """Convert the files and keep ``report`` up to date.

        A document without a single good page gives no result. One with pages that failed gives a result and a mark
        beside it, see :func:`mark_of`, and is read again at the next run.

        Args:
            pipeline: Reads the files.
            jobs: From :func:`~ocr_plugins.cli.files.plan`.
            report: Is filled in, also when this is interrupted.
            watch: Is told how far it has come.
            show: Is given each result, in the order of the jobs; a blank line comes before every one but the first,
                except where results are lines of JSON.

        Raises:
            OcrError: Something is wrong that every file would meet.
            BrokenPipeError: ``show`` has nobody left to show it to.
        """
        began = time.perf_counter()
        shown = _InTurn(show, lines=self.formats[0] in LINES)
        try:
            with closing(self._reads(pipeline, self._tasks(jobs, report, watch), watch)) as reads:
                for task, read in reads:
                    outcome = report.of(task.place)
                    full = self._give(read, jobs[task.place], outcome, functools.partial(shown.take, task.number))
                    watch.done(task.place)
                    if full or (self.fail_fast and outcome.failures):
                        if left := len(jobs) - len(report.outcomes):
                            where = f"{left} of {counted(len(jobs), 'file')}"
                            report.notes.append(f"stopped there, with {where} not tried.")
                        return
        finally:
            report.seconds += time.perf_counter() - began

    def _tasks(self, jobs: Sequence[Job], report: Report, watch: Watch) -> Iterator[Task]:
        """What is left to do, found out when it is asked for: other runs may work in the same folder."""
        number = 0
        for place, job in enumerate(jobs):
            there = (
                []
                if self.force
                else [t for t in job.targets.values() if os.path.lexists(t) and not mark_of(t).exists()]
            )
            formats = tuple(f for f in self.formats if job.targets.get(f) not in there)
            if there:
                names = f"{', '.join(map(str, there))} {'exist' if len(there) > 1 else 'exists'}"
                done = "was skipped" if not formats else f"is read for {', '.join(formats)} alone"
                report.of(place).notes.append(f"{names}: {job.name} {done}; --force overwrites.")
            if not formats:
                report.of(place).skipped = True
                watch.skipped()
                continue
            yield Task(place, number, job.name, job.content(), job.folder, formats)
            number += 1

    def _reads(self, pipeline: Pipeline, tasks: Iterator[Task], watch: Watch) -> Generator[tuple[Task, Read]]:
        if self.jobs > 1:
            read = functools.partial(self.read, pipeline)
            for task, result in side_by_side(
                read, tasks, self.jobs, lambda task, *pages: watch.page(task.place, task.name, *pages)
            ):
                yield task, Read(reason=result.reason) if isinstance(result, Died) else result
            return
        for task in tasks:
            with never_swallowed():
                result = self.read(pipeline, task, functools.partial(watch.page, task.place, task.name))
            yield task, result

    def read(self, pipeline: Pipeline, task: Task, advance: Callable[[int, int], object]) -> Read:
        """Read a file and make its results, writing nothing but pictures of figures.

        Args:
            pipeline: Reads it.
            task: The file.
            advance: Is told after each page how many are done and how many there are.

        Raises:
            OcrError: Something is wrong that every file would meet.
        """
        began = time.perf_counter()
        try:
            document = pipeline.read(
                task.content,
                pages=self.pages,
                password=self.password,
                name=task.name,
                progress=lambda step: advance(step.done, step.total),
            )
            placed = document.relink(task.folder)
            good = len(document.errors) < len(document.pages)
            results = {f: self.rendering.render(placed, f, task.content) for f in task.formats} if good else {}
        except Exception as e:
            try:
                return Read(reason=reason_of(e, task.name))
            except OSError as unwritable:
                if isinstance(unwritable, OcrError):
                    raise
                return Read(unwritable=unwritable)
        log.info("%s: %s in %.1f s", task.name, counted(len(document.pages), "page"), time.perf_counter() - began)
        return Read(document, results)

    def _give(self, read: Read, job: Job, outcome: Outcome, show: Callable[[str | None], None]) -> bool:
        """Write the results of a file, and show them; returns whether nothing more can be written."""
        result: str | None = None
        errors: list[OSError] = []
        try:
            result = self._write(read, job, outcome)
        except OSError as e:
            errors.append(e)
        try:
            show(result)
        except BrokenPipeError:
            raise
        except OSError as e:
            errors.append(e)
        for error in errors:
            what = error.filename or next(map(str, job.targets.values()), None)
            reason = f"{what or 'The result'} cannot be written: {error.strerror or error}."
            outcome.failures.append(Failure(reason, what))
        outcome.converted = result is not None and not errors
        return any(error.errno in NO_MORE_OUTPUT for error in errors)

    def _write(self, read: Read, job: Job, outcome: Outcome) -> str | None:
        """The first of the results once all are written, None where there is none.

        Raises:
            OSError: One cannot be written.
        """
        if read.unwritable:
            raise read.unwritable
        if read.document is None:
            outcome.failures.append(Failure(read.reason or "", job.name))
            return None
        outcome.add(read.document)
        kept = False
        for format_, result in read.results.items():
            if target := job.targets.get(format_):
                kept = not self._replace(target, result, read.document, outcome) or kept
        return None if kept else next(iter(read.results.values()), None)

    def _replace(self, target: Path, result: str, document: OcrDocument, outcome: Outcome) -> bool:
        """Write a result, unless an earlier one has more pages."""
        if not self.force and target.exists() and _good_pages(document) < _marked_pages(mark_of(target)):
            outcome.notes.append(f"{target} is of an earlier run that read more pages, and was kept.")
            return False
        mark, errors = mark_of(target), document.errors
        if errors:
            # Before the result: whatever happens between the two, what is not whole never looks as if it were.
            lines = [f"{_good_pages(document)} of {counted(len(document.pages), 'page')} read"]
            lines += [f"page {number}: {' '.join(reason.split())}" for number, reason in errors.items()]
            write_aside(mark, "".join(f"{line}\n" for line in lines).encode())
            outcome.notes.append(f"{target} is not whole: the next run reads it again, unless you delete {mark}.")
        write_aside(target, result.encode())
        if not errors:
            mark.unlink(missing_ok=True)
        return True


class _InTurn:
    """Shows results in the order of their files, whichever came first."""

    def __init__(self, show: Callable[[str], None] | None, *, lines: bool) -> None:
        self._show = show
        self._lines = lines
        self._waiting: dict[int, str | None] = {}
        self._turn = 0
        self._any = False

    def take(self, number: int, result: str | None) -> None:
        """Show the result of a file, None where there is none, or keep it until those before it are there."""
        if self._show is None:
            return
        self._waiting[number] = result
        while self._turn in self._waiting:
            text = self._waiting.pop(self._turn)
            self._turn += 1
            if text is not None:
                self._show(f"\n{text}" if self._any and not self._lines else text)
                self._any = True


def check_pages(jobs: Sequence[Job], pages: str | None, password: str | None) -> None:
    """See to it that one of the files at least has such pages; nothing is known of stdin and of what cannot be opened.

    Raises:
        PageSelectionError: None has.
    """
    if pages is None or any(job.source == STDIN for job in jobs):
        return
    longest: tuple[int, PageSelectionError] | None = None
    for job in jobs:
        try:
            with open_source(job.source, password=password, name=job.name) as source:
                total = source.total_pages
                select_pages(pages, total, job.name)
        except PageSelectionError as e:
            longest = max(longest or (total, e), (total, e), key=lambda known: known[0])
        except Exception:
            log.debug("%s: its pages are not known.", job.name, exc_info=True)
        else:
            return
    if longest:
        more = f" No other of the {counted(len(jobs), 'file')} has more." if len(jobs) > 1 else ""
        raise PageSelectionError(f"{longest[1]}{more}")


def mark_of(target: Path) -> Path:
    """The file that says that the result beside it is not whole, and which pages are missing and why.

    Its name begins with a dot, so that loaders of whole folders, which leave out hidden files, do not take it for text.
    """
    return target.with_name(f".{target.name}.incomplete")


def _good_pages(document: OcrDocument) -> int:
    return len(document.pages) - len(document.errors)


def _marked_pages(mark: Path) -> int:
    """How many good pages a result has according to its mark; 0 where a person has changed it."""
    with suppress(OSError, ValueError):
        return int(mark.read_text(encoding="utf-8").partition(" ")[0])
    return 0


def reason_of(error: Exception, name: str) -> str:
    """Why one document could not be read, for a person; to be called where ``error`` was caught.

    Raises:
        Exception: ``error`` itself where every document would meet it.
        KeyboardInterrupt: It was one.
    """
    raise_if_interrupted(error)
    # Of the other errors of the system, one is about a figure that cannot be written.
    if isinstance(error, OcrError | OSError) and not isinstance(error, DOCUMENT_ERRORS):
        raise error
    log.debug("%s failed.", name, exc_info=True)
    return str(error) if isinstance(error, OcrError) else f"{type(error).__name__}: {error}"


def told(error: Exception, name: str) -> click.ClickException:
    """What a command shows of an error of one document, or of one that every document would meet.

    Pages that the document does not have are wrong usage, as for several documents.
    """
    if isinstance(error, PageSelectionError):
        return Unusable(str(error))
    try:
        return click.ClickException(reason_of(error, name))
    except OcrError as e:
        return Unusable(str(e))
