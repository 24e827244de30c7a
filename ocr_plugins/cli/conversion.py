"""Files in, files out: what ``ocr-plugins convert`` does, without the command line around it."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from ocr_plugins.cli.files import Format, Job
from ocr_plugins.cli.report import Report
from ocr_plugins.document import OcrDocument
from ocr_plugins.errors import EngineError, OcrError, PageError, SourceError
from ocr_plugins.files import write_aside
from ocr_plugins.pipeline.pipeline import Pipeline
from ocr_plugins.runtime.interrupt import never_swallowed, raise_if_interrupted
from ocr_plugins.text import counted

__all__ = ["Conversion", "mark_of", "reason_of"]

log = logging.getLogger(__name__)

# Errors of one document; any other OcrError would meet every document alike.
DOCUMENT_ERRORS = (SourceError, PageError, EngineError)
# Where nothing more can be written, reading on would be hours of work for nothing.
NO_MORE_OUTPUT = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

Watch = Callable[[str], AbstractContextManager[Callable[[int, int], object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How files are converted.

    Attributes:
        format: Of the results.
        furniture: Keep page headers, footers and numbers; JSON always has them.
        join_tables: Make tables that run over several pages one, in Markdown.
        page_breaks: Put a comment with its number before each page, in Markdown.
        figures: Show with a comment where a figure is that has no picture, in Markdown.
        pages: Such as ``1-3,7``, counted from 1; all by default.
        password: Of encrypted PDFs.
        force: Overwrite results that exist, instead of skipping their inputs.
    """

    format: Format = "md"
    furniture: bool = False
    join_tables: bool = False
    page_breaks: bool = False
    figures: bool = True
    pages: str | None = None
    password: str | None = None
    force: bool = False

    def run(
        self,
        pipeline: Pipeline,
        jobs: Sequence[Job],
        report: Report,
        *,
        watch: Watch,
        show: Callable[[str], None] | None = None,
    ) -> None:
        """Convert one file after the other and keep ``report`` up to date.

        A document without a single good page gives no result. One with pages that failed gives a result and a mark
        beside it, see :func:`mark_of`, and is read again at the next run.

        Args:
            pipeline: Reads the files.
            jobs: From :func:`~ocr_plugins.cli.files.plan`.
            report: Is filled in, also when this is interrupted.
            watch: Called with a file's name; its context is held while the file is read, and is told how many pages
                are done and how many there are.
            show: Is given each result; a blank line comes before every one but the first, except in JSON.

        Raises:
            OcrError: Something is wrong that every file would meet.
            BrokenPipeError: ``show`` has nobody left to show it to.
        """
        for i, job in enumerate(jobs):
            if self._skips(job, report):
                continue
            try:
                with never_swallowed(), watch(job.name) as progress:
                    read = self._read(pipeline, job, report, progress)
                if read is not None:
                    self._give(*read, job, report, show)
            except BrokenPipeError:
                raise
            except OSError as e:
                what = e.filename or job.target or "The result"
                report.failures.append(f"{what} cannot be written: {e.strerror or e}.")
                if e.errno in NO_MORE_OUTPUT:
                    if left := len(jobs) - i - 1:
                        report.notes.append(f"stopped there, with {left} of {counted(len(jobs), 'file')} not tried.")
                    return

    def _skips(self, job: Job, report: Report) -> bool:
        if self.force or job.target is None or not os.path.lexists(job.target) or mark_of(job.target).exists():
            return False
        report.skipped += 1
        report.notes.append(f"{job.target} exists: {job.name} was skipped; --force overwrites.")
        return True

    def _read(
        self, pipeline: Pipeline, job: Job, report: Report, progress: Callable[[int, int], object]
    ) -> tuple[OcrDocument, str] | None:
        """The document and what becomes of it; None where it has no good page."""
        began = time.perf_counter()
        try:
            document = pipeline.read(
                job.content(),
                pages=self.pages,
                password=self.password,
                name=job.name,
                progress=lambda step: progress(step.done, step.total),
            )
            result = self._render(document.relink(job.target.parent if job.target else Path()))
        except Exception as e:
            report.fail(job.name, reason_of(e, job.name))
            return None
        finally:
            seconds = time.perf_counter() - began
            report.seconds += seconds
        report.add(document)
        log.info("%s: %s in %.1f s", job.name, counted(len(document.pages), "page"), seconds)
        return (document, result) if len(document.errors) < len(document.pages) else None

    def _give(
        self, document: OcrDocument, result: str, job: Job, report: Report, show: Callable[[str], None] | None
    ) -> None:
        if job.target is not None:
            if not self.force and job.target.exists() and _good_pages(document) < _marked_pages(mark_of(job.target)):
                report.notes.append(f"{job.target} is of an earlier run that read more pages, and was kept.")
                return
            _write(job.target, result, document, report)
        if show:
            show(f"\n{result}" if report.files and self.format != "json" else result)
        report.files += 1

    def _render(self, document: OcrDocument) -> str:
        if self.format == "json":
            return document.to_json() + "\n"
        if self.format == "md":
            text = document.to_markdown(
                furniture=self.furniture,
                join_tables=self.join_tables,
                page_breaks=self.page_breaks,
                figures=self.figures,
            )
        else:
            blocks = (block for page in document.pages for block in page.blocks)
            text = "\n\n".join(b.text for b in blocks if b.text and (self.furniture or not b.kind.is_furniture))
        return f"{text}\n" if text else ""


def mark_of(target: Path) -> Path:
    """The file that says that the result beside it is not whole, and which pages are missing and why.

    Its name begins with a dot, so that loaders of whole folders, which leave out hidden files, do not take it for text.
    """
    return target.with_name(f".{target.name}.incomplete")


def _write(target: Path, result: str, document: OcrDocument, report: Report) -> None:
    mark, errors = mark_of(target), document.errors
    if errors:
        # Before the result: whatever happens between the two, what is not whole never looks as if it were.
        lines = [f"{_good_pages(document)} of {counted(len(document.pages), 'page')} read"]
        lines += [f"page {number}: {' '.join(reason.split())}" for number, reason in errors.items()]
        write_aside(mark, "".join(f"{line}\n" for line in lines).encode())
        report.notes.append(f"{target} is not whole: the next run reads it again, unless you delete {mark}.")
    write_aside(target, result.encode())
    if not errors:
        mark.unlink(missing_ok=True)


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
