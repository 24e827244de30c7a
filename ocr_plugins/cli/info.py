"""``ocr-plugins info``: what files are, and what would become of their pages, without reading them."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from ocr_plugins.cli.common import Unusable, show, stderr, table, verbose_option
from ocr_plugins.cli.conversion import check_pages, reason_of
from ocr_plugins.cli.files import Job, plan
from ocr_plugins.cli.progress import Watch, overall_bar
from ocr_plugins.cli.reading import pages_option, password_option
from ocr_plugins.cli.report import Report
from ocr_plugins.errors import EncryptedPdfError, OcrError
from ocr_plugins.pipeline.judgement import judge
from ocr_plugins.runtime.interrupt import never_swallowed
from ocr_plugins.source.open import open_source, select_pages
from ocr_plugins.source.page import Source
from ocr_plugins.text import counted

__all__ = ["info"]

# What is said of a page for each way that it may take.
SAID = {"text": "its own text", "engine": "the engine", "both": "both"}
TITLES = ("pages", "labels", "size", "characters", "auto takes", "because")

EXIT_CODES = """\b
Exit codes:
  0    all of it is known
  1    some files or pages cannot be opened
  2    wrong usage
  130  interrupted with Ctrl-C
"""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page as it is known without reading it.

    Attributes:
        number: Counted from 1.
        label: As printed in the PDF's page labels, None where there are none.
        width, height: As displayed, in the unit of its file.
        characters: Of its own text, sound or not.
        auto: What ``text="auto"`` takes: ``text`` is its own, ``engine`` what the engine reads, ``both`` both.
        why: The reason.
        error: Why nothing is known of it.
    """

    number: int
    label: str | None = None
    width: float | None = None
    height: float | None = None
    characters: int | None = None
    auto: str | None = None
    why: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file; ``total_pages`` is None and ``error`` says why where it cannot be opened."""

    source: str
    total_pages: int | None = None
    unit: str | None = None
    encrypted: bool | None = None
    pages: tuple[PageInfo, ...] = ()
    error: str | None = None


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@pages_option
@password_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, page by page.")
@verbose_option
@click.pass_context
def info(
    context: click.Context, *, paths: tuple[Path, ...], pages: str | None, password: str | None, as_json: bool
) -> None:
    """Show what files are, before any is read.

    Of each file the number of its pages and whether it is encrypted; of each page its size, its label, how much text it
    has of its own, and whether --text auto, which 'convert' uses, would take that, have the engine read the page, or
    both, and why. Pages that have it all in common are in one line.
    """
    report = Report()
    known: list[FileInfo] = []
    jobs = plan(paths, None, ("md",), report)
    try:
        check_pages(jobs, pages, password)
    except OcrError as e:
        raise Unusable(str(e)) from e
    try:
        with overall_bar(len(jobs)) as watch:
            for place, job in enumerate(jobs):
                known.append(_look_at(job, place, pages, password, watch))
                watch.done(place)
    except KeyboardInterrupt:
        stderr.print("interrupted; these are the files seen until then", style="red")
        context.exit(130)
    finally:
        for failure in report.failures:
            stderr.print(f"error: {failure}", style="red")
        if as_json:
            show(json.dumps([asdict(file) for file in known], indent=2, ensure_ascii=False) + "\n")
        else:
            show("\n".join(map(_told, known)))
    failed = report.failures or any(file.error or any(page.error for page in file.pages) for file in known)
    context.exit(1 if failed else 0)


def _look_at(job: Job, place: int, pages: str | None, password: str | None, watch: Watch) -> FileInfo:
    try:
        with never_swallowed(), open_source(job.content(), password=password, name=job.name) as source:
            numbers = select_pages(pages, source.total_pages, source.name)
            seen = []
            for done, number in enumerate(numbers, 1):
                seen.append(_page(source, number))
                watch.page(place, job.name, done, len(numbers))
            return FileInfo(job.name, source.total_pages, source.unit, source.encrypted, tuple(seen))
    except EncryptedPdfError as e:
        return FileInfo(job.name, encrypted=True, error=str(e))
    except Exception as e:
        return FileInfo(job.name, error=reason_of(e, job.name))


def _page(source: Source, number: int) -> PageInfo:
    page = source.page(number)
    try:
        width, height = page.size
        judged = judge(page, "auto", engine=True, lock=threading.RLock())
        characters = sum(len(line.text) for line in judged.layer.places()) if judged.layer else 0
        return PageInfo(number, page.label, width, height, characters, judged.taken, judged.why)
    except Exception as e:
        return PageInfo(number, error=reason_of(e, source.name))


def _told(file: FileInfo) -> str:
    if file.error is not None:
        return f"{file.source}: {file.error.removeprefix(f'{file.source} ')}\n"
    facts = [counted(file.total_pages or 0, "page"), *(["encrypted"] * bool(file.encrypted))]
    rows = [[f"  {TITLES[0]}", *TITLES[1:]], *(_row(group, file.unit or "") for group in _alike(file.pages))]
    # Most files have no labels but the numbers of their pages.
    if not any(row[1] for row in rows[1:]):
        rows = [[row[0], *row[2:]] for row in rows]
    return f"{file.source}: {', '.join(facts)}\n{table(rows, names=len(rows[0]))}"


def _alike(pages: Sequence[PageInfo]) -> Iterator[list[PageInfo]]:
    """Pages that follow one another and have everything in common that is told of them."""

    def told(item: tuple[int, PageInfo]) -> tuple[Any, ...]:
        place, page = item
        # Numbers that go up one by one, as the places do.
        return page.number - place, page.width, page.height, bool(page.characters), page.auto, page.why, page.error

    for _, group in itertools.groupby(enumerate(pages), told):
        yield [page for _, page in group]


def _row(pages: Sequence[PageInfo], unit: str) -> list[str]:
    first, last = pages[0], pages[-1]
    labels = [page.label or str(page.number) for page in (first, last)]
    named = any(page.label not in (None, str(page.number)) for page in pages)
    numbers = f"  {_stretch(str(first.number), str(last.number))}"
    if first.error is not None or first.width is None or first.height is None:
        return [numbers, "", "", "", "nothing", first.error or ""]
    size = f"{first.width:.0f} × {first.height:.0f} {unit}"
    characters = str(sum(page.characters or 0 for page in pages))
    return [numbers, _stretch(*labels) if named else "", size, characters, SAID[first.auto or ""], first.why or ""]


def _stretch(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"
