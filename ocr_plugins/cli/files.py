"""Which files are read, and where the result of each goes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ocr_plugins.cli.report import Report
from ocr_plugins.errors import OptionError
from ocr_plugins.source.page import SUFFIXES

__all__ = ["OUTPUT_SUFFIX", "STDIN", "Format", "Job", "files_in", "names_a_file", "plan"]

Format = Literal["md", "json", "text", "html", "chunks"]
OUTPUT_SUFFIX: dict[Format, str] = {"md": ".md", "json": ".json", "text": ".txt", "html": ".html", "chunks": ".jsonl"}
STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to convert, or stdin; ``targets`` are the files for its results, none where it is only shown."""

    source: Path
    targets: Mapping[Format, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The source for messages and results; bytes that are no text in this file system are replaced."""
        return "<stdin>" if self.source == STDIN else str(self.source).encode(errors="replace").decode()

    @property
    def folder(self) -> Path:
        """Where its results lie, the current directory if they are only shown."""
        return next((target.parent for target in self.targets.values()), Path())

    def content(self) -> Path | bytes:
        """What the pipeline is given. Stdin can be read once."""
        return sys.stdin.buffer.read() if self.source == STDIN else self.source


def names_a_file(output: Path) -> Format | None:
    """The format that the name of a file of results has, None for the name of a folder."""
    formats = {suffix: format_ for format_, suffix in OUTPUT_SUFFIX.items()}
    return None if output.is_dir() else formats.get(output.suffix.lower())


def plan(
    paths: Sequence[Path],
    output: Path | None,
    formats: Sequence[Format],
    report: Report,
    *,
    images: Path | None = None,
    exclude: Sequence[str] = (),
) -> list[Job]:
    """What is to be read and where the results go. Nothing is opened yet; a directory without files is a failure.

    ``scans/a/b.pdf`` of the directory ``scans`` becomes ``a/b.md`` in ``output``. Where two inputs differ in their
    suffix alone it is kept: ``b.pdf.md`` and ``b.png.md``. The pictures that an earlier run left in ``images``, a
    folder inside a directory, are no inputs, and neither are files of directories that ``exclude`` has.

    Raises:
        OptionError: Two results would have the same name, or one would overwrite an input; or ``output`` is the name
            of one file and there are more inputs.
    """
    found = _find_files(paths, report, images, exclude)
    if output is None:
        return [Job(file) for file, _ in found]
    if names_a_file(output):
        if len(paths) > 1 or paths[0].is_dir():
            raise OptionError(f"-o {output} names one file: give a folder for the results of several, or of a folder.")
        jobs = [Job(file, {formats[0]: output}) for file, _ in found]
    else:
        names = _names([place for _, place in found])
        jobs = [
            Job(file, {format_: output / f"{name}{OUTPUT_SUFFIX[format_]}" for format_ in formats})
            for (file, _), name in zip(found, names, strict=True)
        ]
    inputs = {file.resolve() for file, _ in found if file != STDIN}
    owners: dict[Path, Path] = {}
    for job in jobs:
        for target in job.targets.values():
            if target in owners:
                raise OptionError(f"{owners[target]} and {job.source} would both become {target}: convert them apart.")
            if target.resolve() in inputs:
                raise OptionError(
                    f"The result of {job.source} would overwrite the input {target}: choose another name."
                )
            owners[target] = job.source
    return jobs


def _names(places: Sequence[Path]) -> list[str]:
    """What results are called, without the suffix of their format."""
    # Upper and lower case are the same name on some file systems.
    stems = [str(place.with_suffix("")).casefold() for place in places]
    count = Counter(stems)
    return [
        str(place.with_suffix("")) if count[stem] == 1 else str(place)
        for place, stem in zip(places, stems, strict=True)
    ]


def _find_files(
    paths: Iterable[Path], report: Report, images: Path | None, exclude: Sequence[str]
) -> list[tuple[Path, Path]]:
    """Each file once, with its place below its directory argument."""
    found: dict[Path, tuple[Path, Path]] = {}
    for path in paths:
        if path == STDIN:
            found.setdefault(path, (path, Path("stdin")))
        elif path.is_dir():
            places = files_in(path, images, exclude)
            if not places:
                left = " that --exclude does not leave out" if exclude else ""
                report.fail(f"{path} holds no file of a supported type{left}: {', '.join(sorted(SUFFIXES))}.")
            for place in places:
                found.setdefault((path / place).resolve(), (path / place, place))
        else:
            found.setdefault(path.resolve(), (path, Path(path.name)))
    return list(found.values())


def files_in(folder: Path, images: Path | None = None, exclude: Sequence[str] = ()) -> list[Path]:
    """PDFs and images in a directory and those below it, relative to it and sorted; hidden ones are left out.

    Those in ``images``, a folder inside of it, are left out too, and those that a pattern of ``exclude`` matches:
    the end of their place or of a folder above them, as ``*.tif``, ``drafts`` and ``2019/*.pdf`` do.
    """
    places = sorted(f.relative_to(folder) for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    places = [place for place in places if not any(part.startswith(".") for part in place.parts)]
    if images and folder.resolve() in images.resolve().parents:
        places = [place for place in places if images.resolve() not in (folder / place).resolve().parents]
    return [place for place in places if not _matches(place, exclude)]


def _matches(place: Path, patterns: Sequence[str]) -> bool:
    # The last of the parents is the directory itself.
    return any(part.match(pattern) for part in (place, *place.parents[:-1]) for pattern in patterns)
