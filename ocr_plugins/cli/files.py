"""Which files are read, and where the result of each goes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ocr_plugins.cli.report import Report
from ocr_plugins.errors import OptionError
from ocr_plugins.source.page import SUFFIXES

__all__ = ["OUTPUT_SUFFIX", "STDIN", "Format", "Job", "files_in", "names_a_file", "plan"]

Format = Literal["md", "json", "text"]
OUTPUT_SUFFIX: dict[Format, str] = {"md": ".md", "json": ".json", "text": ".txt"}
STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to convert, or stdin; ``target`` is the file for its result, None where it is only shown."""

    source: Path
    target: Path | None

    @property
    def name(self) -> str:
        """The source for messages and results; bytes that are no text in this file system are replaced."""
        return "<stdin>" if self.source == STDIN else str(self.source).encode(errors="replace").decode()

    def content(self) -> Path | bytes:
        """What the pipeline is given. Stdin can be read once."""
        return sys.stdin.buffer.read() if self.source == STDIN else self.source


def names_a_file(output: Path) -> Format | None:
    """The format that the name of a file of results has, None for the name of a folder."""
    formats = {suffix: format_ for format_, suffix in OUTPUT_SUFFIX.items()}
    return None if output.is_dir() else formats.get(output.suffix.lower())


def plan(
    paths: Sequence[Path], output: Path | None, format_: Format, report: Report, images: Path | None = None
) -> list[Job]:
    """What is to be read and where each result goes. Nothing is opened yet; a directory without files is a failure.

    ``scans/a/b.pdf`` of the directory ``scans`` becomes ``a/b.md`` in ``output``. Where two inputs differ in their
    suffix alone it is kept: ``b.pdf.md`` and ``b.png.md``. The pictures that an earlier run left in ``images``, a
    folder inside a directory, are no inputs.

    Raises:
        OptionError: Two results would have the same name, or one would overwrite an input; or ``output`` is the name
            of one file and there are more inputs.
    """
    found = _find_files(paths, report, images)
    if output is None:
        return [Job(file, None) for file, _ in found]
    if names_a_file(output):
        if len(paths) > 1 or paths[0].is_dir():
            raise OptionError(f"-o {output} names one file: give a folder for the results of several, or of a folder.")
        targets = [output]
    else:
        targets = _targets([place for _, place in found], output, OUTPUT_SUFFIX[format_])
    inputs = {file.resolve() for file, _ in found if file != STDIN}
    jobs: dict[Path, Job] = {}
    for (file, _), target in zip(found, targets, strict=True):
        if target in jobs:
            raise OptionError(f"{jobs[target].source} and {file} would both become {target}: convert them apart.")
        if target.resolve() in inputs:
            raise OptionError(f"The result of {file} would overwrite the input {target}: choose another name.")
        jobs[target] = Job(file, target)
    return list(jobs.values())


def _targets(places: Sequence[Path], folder: Path, suffix: str) -> list[Path]:
    # Upper and lower case are the same name on some file systems.
    stems = [str(place.with_suffix("")).casefold() for place in places]
    count = Counter(stems)
    return [
        folder / (place.with_suffix(suffix) if count[stem] == 1 else f"{place}{suffix}")
        for place, stem in zip(places, stems, strict=True)
    ]


def _find_files(paths: Iterable[Path], report: Report, images: Path | None) -> list[tuple[Path, Path]]:
    """Each file once, with its place below its directory argument."""
    found: dict[Path, tuple[Path, Path]] = {}
    for path in paths:
        if path == STDIN:
            found.setdefault(path, (path, Path("stdin")))
        elif path.is_dir():
            places = files_in(path, images)
            if not places:
                report.failures.append(f"{path} holds no file of a supported type: {', '.join(sorted(SUFFIXES))}.")
            for place in places:
                found.setdefault((path / place).resolve(), (path / place, place))
        else:
            found.setdefault(path.resolve(), (path, Path(path.name)))
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
