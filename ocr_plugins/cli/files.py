"""Files in, files out: what ``ocr-plugins convert`` does, without the command line around it."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ocr_plugins.blocks import mean_confidence
from ocr_plugins.document import OcrDocument
from ocr_plugins.errors import EngineError, OcrError, OptionError, PageError, SourceError, raise_if_interrupted
from ocr_plugins.files import write_aside
from ocr_plugins.pipeline.pipeline import Pipeline
from ocr_plugins.source.page import SUFFIXES

__all__ = ["OUTPUT_SUFFIX", "Conversion", "Format", "Job", "Report", "files_in", "plan", "reason_of"]

log = logging.getLogger(__name__)

Format = Literal["md", "json", "text"]
OUTPUT_SUFFIX: dict[Format, str] = {"md": ".md", "json": ".json", "text": ".txt"}
# Errors of one document; any other OcrError would meet every document alike.
DOCUMENT_ERRORS = (SourceError, PageError, EngineError)
# Where nothing more can be written, reading on would be hours of work for nothing.
NO_MORE_OUTPUT = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Job:
    """One file to convert; ``target`` is the file for its result, None where it is only shown."""

    source: Path
    target: Path | None

    @property
    def name(self) -> str:
        """The source for messages and results; bytes that are no text in this file system are replaced."""
        return str(self.source).encode(errors="replace").decode()


@dataclass(slots=True)
class Report:
    """What a run has done so far.

    Attributes:
        files: How many were converted.
        skipped: How many were not, because their results exist.
        pages: How many were read, those that failed included.
        seconds: Spent on reading them.
        failures: What could not be read or written, with the reasons.
        notes: What else a person should know.
    """

    files: int = 0
    skipped: int = 0
    pages: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _confidences: list[tuple[float | None, int]] = field(default_factory=list)

    @property
    def confidence(self) -> float | None:
        """The mean over all text, weighted by its length, 0..1; None when unknown."""
        return mean_confidence(self._confidences)

    def add(self, document: OcrDocument) -> None:
        """Count a document's pages and note what is wrong with them."""
        self.pages += len(document.pages)
        self._confidences += [(block.confidence, len(block.text)) for page in document.pages for block in page.blocks]
        for page in document.pages:
            place = f"{document.source}, page {page.number}"
            if page.error is not None:
                self.fail(place, page.error)
            self.notes += [f"{place}: {warning.message} ({warning.code})" for warning in page.warnings]

    def fail(self, place: str, reason: str) -> None:
        """Note a failure; ``place`` is put in front unless the reason names it."""
        self.failures.append(reason if place in reason else f"{place}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How files are converted.

    Attributes:
        format: Of the results.
        furniture: Keep page headers, footers and numbers; JSON always has them.
        pages: Such as ``1-3,7``, counted from 1; all by default.
        password: Of encrypted PDFs.
        force: Overwrite results that exist, instead of skipping their inputs.
    """

    format: Format = "md"
    furniture: bool = False
    pages: str | None = None
    password: str | None = None
    force: bool = False

    def run(
        self,
        pipeline: Pipeline,
        jobs: Sequence[Job],
        report: Report,
        *,
        watch: Callable[[str], AbstractContextManager[Callable[[int, int], object]]],
        show: Callable[[str], None] | None = None,
    ) -> None:
        """Convert one file after the other and keep ``report`` up to date.

        A document without a single good page gives no result.

        Args:
            pipeline: Reads the files.
            jobs: From :func:`plan`.
            report: Is filled in, also when this is interrupted.
            watch: Called with a file's name; its context is held while the file is read, and is told how many
                pages are done and how many there are.
            show: Is given each result; a blank line comes before every one but the first, except in JSON.

        Raises:
            OcrError: Something is wrong that every file would meet.
            BrokenPipeError: ``show`` has nobody left to show it to.
        """
        for i, job in enumerate(jobs):
            if job.target and not self.force and os.path.lexists(job.target):
                report.skipped += 1
                report.notes.append(f"{job.target} exists: {job.name} was skipped; --force overwrites.")
                continue
            try:
                with watch(job.name) as progress:
                    result = self._read(pipeline, job, report, progress)
                if result is None:
                    continue
                if job.target:
                    write_aside(job.target, result.encode())
                if show:
                    show(f"\n{result}" if report.files and self.format != "json" else result)
            except BrokenPipeError:
                raise
            except OSError as e:
                report.failures.append(
                    f"{e.filename or job.target or 'The result'} cannot be written: {e.strerror or e}."
                )
                if e.errno in NO_MORE_OUTPUT:
                    if left := len(jobs) - i - 1:
                        report.notes.append(f"stopped there, with {left} of {len(jobs)} files not tried.")
                    return
            else:
                report.files += 1

    def _read(self, pipeline: Pipeline, job: Job, report: Report, progress: Callable[[int, int], object]) -> str | None:
        began = time.perf_counter()
        try:
            document = pipeline.read(
                job.source,
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
        log.info("%s: %d pages in %.1f s", job.name, len(document.pages), seconds)
        return result if len(document.errors) < len(document.pages) else None

    def _render(self, document: OcrDocument) -> str:
        if self.format == "json":
            return document.to_json() + "\n"
        if self.format == "md":
            text = document.to_markdown(furniture=self.furniture)
        else:
            blocks = (block for page in document.pages for block in page.blocks)
            text = "\n\n".join(b.text for b in blocks if b.text and (self.furniture or not b.kind.is_furniture))
        return f"{text}\n" if text else ""


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


def plan(
    paths: Iterable[Path], output: Path | None, format_: Format, report: Report, images: Path | None = None
) -> list[Job]:
    """What is to be read and where each result goes. Nothing is opened yet; a directory without files is a failure.

    ``scans/a/b.pdf`` of the directory ``scans`` becomes ``a/b.md`` in ``output``. Where two inputs differ in their
    suffix alone it is kept: ``b.pdf.md`` and ``b.png.md``. The pictures that an earlier run left in ``images``, a
    folder inside a directory, are no inputs.

    Raises:
        OptionError: Two results would have the same name, or one would overwrite an input.
    """
    found = _find_files(paths, report, images)
    if output is None:
        return [Job(file, None) for file, _ in found]
    # Upper and lower case are the same name on some file systems.
    stems = Counter(str(place.with_suffix("")).casefold() for _, place in found)
    inputs = {file.resolve() for file, _ in found}
    jobs: dict[Path, Job] = {}
    for file, place in found:
        suffix = OUTPUT_SUFFIX[format_]
        alone = stems[str(place.with_suffix("")).casefold()] == 1
        target = output / (place.with_suffix(suffix) if alone else f"{place}{suffix}")
        if target in jobs:
            raise OptionError(f"{jobs[target].source} and {file} would both become {target}: convert them apart.")
        if target.resolve() in inputs:
            raise OptionError(f"The result of {file} would overwrite the input {target}: choose another folder.")
        jobs[target] = Job(file, target)
    return list(jobs.values())


def _find_files(paths: Iterable[Path], report: Report, images: Path | None) -> list[tuple[Path, Path]]:
    """Each file once, with its place below its directory argument."""
    found: dict[Path, tuple[Path, Path]] = {}
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), (path, Path(path.name)))
            continue
        places = files_in(path, images)
        if not places:
            report.failures.append(f"{path} holds no file of a supported type: {', '.join(sorted(SUFFIXES))}.")
        for place in places:
            found.setdefault((path / place).resolve(), (path / place, place))
    return list(found.values())


def files_in(folder: Path, images: Path | None = None) -> list[Path]:
    """PDFs and images in a directory and those below it, relative to it and sorted; hidden ones are left out.

    Those in ``images``, a folder inside of it, are left out too.
    """
    places = sorted(f.relative_to(folder) for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    places = [place for place in places if not any(part.startswith(".") for part in place.parts)]
    if images and folder.resolve() in images.resolve().parents:
        places = [place for place in places if images.resolve() not in (folder / place).resolve().parents]
    return places
