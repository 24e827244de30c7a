"""Readings of one document side by side as one HTML file: what others read differently from the first is marked."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Protocol

from ocr_plugins.report.assets import asset, filled, framed
from ocr_plugins.report.embed import Pictures, pictures_of
from ocr_plugins.report.notebook import EDGE, MAX_CHARACTERS, MAX_PAGES, cell
from ocr_plugins.report.seen import SeenDocument, SeenPage, page_facts
from ocr_plugins.text import counted

__all__ = ["compared", "comparison_cell", "summary_rows"]

TITLES = ("engine", "pages", "words", "agreement %", "confidence", "s/page", "errors", "warnings")


class SeenChange(Protocol):
    """As :class:`~ocr_plugins.comparison.Change`."""

    @property
    def first(self) -> tuple[str, ...]: ...
    @property
    def second(self) -> tuple[str, ...]: ...


class SeenReading(Protocol):
    """As :class:`~ocr_plugins.comparison.Reading`."""

    @property
    def engine(self) -> str: ...
    @property
    def document(self) -> SeenDocument: ...
    @property
    def seconds(self) -> tuple[float, ...]: ...


class SeenSummary(Protocol):
    """As :class:`~ocr_plugins.comparison.Summary`."""

    @property
    def engine(self) -> str: ...
    @property
    def pages(self) -> int: ...
    @property
    def errors(self) -> int: ...
    @property
    def words(self) -> int: ...
    @property
    def agreement(self) -> float | None: ...
    @property
    def confidence(self) -> float | None: ...
    @property
    def seconds_per_page(self) -> float: ...
    @property
    def warnings(self) -> Mapping[str, int]: ...


class SeenComparison(Protocol):
    """As :class:`~ocr_plugins.comparison.Comparison`."""

    @property
    def source(self) -> str: ...
    @property
    def readings(self) -> Sequence[SeenReading]: ...
    def summary(self) -> Sequence[SeenSummary]: ...
    def changes(self, page: int, other: int = 1) -> Sequence[SeenChange]: ...


def compared(comparison: SeenComparison, pictures: Pictures) -> str:
    """The whole comparison as an HTML file."""
    count = len(comparison.readings[0].document.pages)
    return _frame(comparison, (_section(comparison, i, pictures) for i in range(count)), pictures.missing)


def comparison_cell(comparison: SeenComparison) -> str:
    """Its first pages, as many as a cell bears, for a notebook."""
    count = len(comparison.readings[0].document.pages)
    shown: list[str] = []
    room = MAX_CHARACTERS
    with pictures_of(comparison.source, edge=EDGE) as pictures:
        for i in range(min(count, MAX_PAGES)):
            section = _section(comparison, i, pictures)
            room -= len(html.escape(section))
            if room < 0:
                break
            shown.append(section)
    notes = [pictures.missing] if pictures.missing else []
    if len(shown) < count:
        how = 'Path("compare.html").write_text(comparison.to_html(), encoding="utf-8")'
        notes.append(f"{len(shown)} of {counted(count, 'page')} are shown. All of it: {how}")
    facts = f"{comparison.source}: {', '.join(reading.engine for reading in comparison.readings)}"
    return cell(facts, _frame(comparison, shown, " ".join(notes)))


def summary_rows(summaries: Iterable[SeenSummary]) -> list[list[str]]:
    """The readings in numbers as a table below its titles; columns that say nothing are left out."""
    rows = [TITLES, *map(_row, summaries)]
    return [list(row) for row in zip(*(column for column in zip(*rows, strict=True) if any(column[1:])), strict=True)]


def _row(summary: SeenSummary) -> tuple[str, ...]:
    return (
        summary.engine,
        str(summary.pages),
        str(summary.words),
        "" if summary.agreement is None else f"{100 * summary.agreement:.1f}",
        "" if summary.confidence is None else f"{summary.confidence:.3f}",
        f"{summary.seconds_per_page:.2f}",
        str(summary.errors or ""),
        ", ".join(f"{count} {code}" for code, count in summary.warnings.items()),
    )


def _frame(comparison: SeenComparison, sections: Iterable[str], note: str | None) -> str:
    style = asset("view.css") + asset("compare.css")
    head, *body = ([html.escape(value) for value in row] for row in summary_rows(comparison.summary()))
    name = html.escape(PurePath(comparison.source).name or comparison.source)
    filling = filled(
        "compare.html",
        name=name,
        first=html.escape(comparison.readings[0].engine),
        note=f'<p class="note">{html.escape(note)}</p>' if note else "",
        head="".join(f'<th scope="col">{title}</th>' for title in head),
        body="\n".join(
            f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{value}</td>" for value in row[1:])}</tr>' for row in body
        ),
        pages="\n".join(sections),
    )
    return framed(f"{name} – compared", filling, style)


def _section(comparison: SeenComparison, place: int, pictures: Pictures) -> str:
    """A page: its picture, and what each engine read."""
    page = comparison.readings[0].document.pages[place]
    picture = pictures.of(page)
    shown = f'<p class="nothing">{html.escape(picture.missing or "")}</p>'
    if picture.uri:
        shown = f'<img src="{picture.uri}" alt="The page as it looks" loading="lazy" decoding="async">'
    columns = [f'<div class="look">{shown}</div>'] if picture.uri or picture.missing else []
    columns += (_column(comparison, i, place) for i in range(len(comparison.readings)))
    of = f" of {page.total_pages}" if page.total_pages else ""
    return (
        f'<section class="page" aria-labelledby="h{place}"><h2 id="h{place}">Page {page.number}{of}</h2>\n'
        f'<div class="columns">{"".join(columns)}</div></section>'
    )


def _column(comparison: SeenComparison, reader: int, place: int) -> str:
    reading = comparison.readings[reader]
    page = reading.document.pages[place]
    # Of the second engine of a class the name is `Name#2`, and pages know nothing of that.
    known = (fact for fact in page_facts(page) if fact != reading.engine.partition("#")[0])
    facts = " · ".join([*known, f"{reading.seconds[place]:.2f} s"])
    text = _plain(page.text) if reader == 0 else _marked(page.text, comparison.changes(place, reader))
    nothing = '<p class="nothing" lang="en">No text.</p>'
    return (
        f'<div class="reading"><h3>{html.escape(reading.engine)}</h3><p class="facts">{html.escape(facts)}</p>'
        f'{_notes(page)}<div class="text" lang="" dir="auto">{text or nothing}</div></div>\n'
    )


def _notes(page: SeenPage) -> str:
    notes = [f'<li class="error"><strong>Not read</strong> {html.escape(page.error)}</li>'] if page.error else []
    notes += [f"<li><strong>{html.escape(w.code)}</strong> {html.escape(w.message)}</li>" for w in page.warnings]
    return f'<ul class="notes">{"".join(notes)}</ul>' if notes else ""


def _plain(text: str) -> str:
    return "".join(f"<p>{html.escape(' '.join(part.split()))}</p>" for part in text.split("\n\n") if part.strip())


def _marked(text: str, changes: Iterable[SeenChange]) -> str:
    """The paragraphs of a text, in them what it has not and what it has more than the first."""
    starts = set(itertools.accumulate(len(part.split()) for part in text.split("\n\n")))
    paragraphs: list[list[str]] = [[]]
    at = 0
    for change in changes:
        same = change.first == change.second
        if change.first and not same:
            paragraphs[-1].append(f"<del>{html.escape(' '.join(change.first))}</del>")
        words: list[str] = []
        for word in change.second:
            if at and at in starts:
                paragraphs[-1] += _run(words, same)
                paragraphs.append([])
                words = []
            words.append(word)
            at += 1
        paragraphs[-1] += _run(words, same)
    return "".join(f"<p>{' '.join(parts)}</p>" for parts in paragraphs if parts)


def _run(words: Sequence[str], same: bool) -> list[str]:
    if not words:
        return []
    shown = html.escape(" ".join(words))
    return [shown if same else f"<ins>{shown}</ins>"]
