"""What renderers ask of items: where a note is called, which rows are heads, how wide a thing wants to be."""

from __future__ import annotations

import random
import re
import textwrap

from benchmarks.made.model import Cell, Code, Figure, List, ListItem, Paragraph, Table
from benchmarks.made.pictures import drawing, photograph

_NUMBER = re.compile(r"^(?:[A-Z]\.|\d+(?:\.\d+)*\.?|[IVXLC]+\.|§\s?\d+|Chapter \d+\.?)\s+(?=\S)")
_AMOUNT = re.compile(r"^[\s(+\-−–±~<>≤≥$€£]*\d[\d.,'\s]*[)%\w°]{0,3}\*?$|^[–—-]$|^n/a$")
ONE_COLUMN = frozenset(("transcript", "account", "rate_sheet", "times", "inventory", "form", "letter"))
"""Kinds of documents that nobody sets in columns."""
_PHOTOGRAPHS = 0.3
"""The share of pictures that are no drawings."""
_LONGEST_WORDS = 24
"""Characters of a cell that are kept on one line where there is room; more is broken into lines."""


def without_calls(paragraph: Paragraph) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The text before the numbers that it ends with, and the notes whose numbers were there."""
    text = paragraph.text
    for number, _ in reversed(paragraph.notes):
        text = text.rstrip().removesuffix(",").removesuffix(str(number)).rstrip()
    return text, paragraph.notes


def numbered(heading: str) -> tuple[str, str]:
    """The number at the start of a heading, empty where there is none, and what follows it."""
    match = _NUMBER.match(heading)
    return (match[0].strip(), heading[match.end() :]) if match else ("", heading)


def is_amount(text: str) -> bool:
    """Whether a cell is set at the right: it has a number and a unit at most."""
    return bool(_AMOUNT.match(text.strip()))


def amount_columns(table: Table) -> set[int]:
    """Columns of amounts: all their cells below the head are, but for empty ones."""
    body = placed(table)[head_rows(table) :]
    found = set()
    for x in range(columns(table)):
        texts = [cell.text for row in body if (cell := row[x]) and cell.column_span == 1 and cell.text.strip()]
        if texts and all(map(is_amount, texts)):
            found.add(x)
    return found


def columns(table: Table) -> int:
    """The number of columns, spans counted."""
    return max(sum(cell.column_span for cell in row) for row in _with_spans_from_above(table))


def head_rows(table: Table) -> int:
    """How many rows at the top are heads: what is repeated on a table's next page."""
    count = 0
    for row in table.rows:
        if not (row and all(cell.head for cell in row)) or is_group(row, columns(table)):
            break
        count += 1
    return count


def is_group(row: tuple[Cell, ...], width: int) -> bool:
    """Whether a row is one cell over all columns of a table that has more than one."""
    return len(row) == 1 and row[0].column_span == width > 1


def placed(table: Table) -> list[list[Cell | None]]:
    """A grid of the table's cells: each where it begins, None where a span covers."""
    width, grid = columns(table), []
    covered: dict[tuple[int, int], bool] = {}
    for y, row in enumerate(table.rows):
        line: list[Cell | None] = [None] * width
        x = 0
        for cell in row:
            while covered.get((y, x)):
                x += 1
            line[x] = cell
            for below in range(cell.row_span):
                for right in range(cell.column_span):
                    covered[y + below, x + right] = True
            x += cell.column_span
        grid.append(line)
    return grid


def column_characters(table: Table) -> list[int]:
    """The characters that each column would like for its longest cell that spans no other."""
    grid = placed(table)
    return [
        max(
            (
                min(_LONGEST_WORDS, max(len(line) for line in cell.text.split("\n")))
                for row in grid
                if (cell := row[x]) and cell.column_span == 1
            ),
            default=4,
        )
        + 2
        for x in range(len(grid[0]))
    ]


def characters(item: Table | Code) -> int:
    """The characters beside one another that a table or code wants."""
    if isinstance(item, Table):
        return sum(column_characters(item))
    return max(map(len, item.text.split("\n")))


def speech_lines(speech: str, width: int, *, indent: int = 0) -> list[str]:
    """A speech broken into lines of ``width`` characters, the first shorter by ``indent``."""
    lines = textwrap.wrap(" " * indent + speech, width, drop_whitespace=True, break_on_hyphens=False)
    return [line.strip() for line in lines]


def is_ordered(entries: List | ListItem) -> bool:
    """Whether the markers count."""
    return any(character.isalnum() for item in entries.items for character in item.marker)


def _with_spans_from_above(table: Table) -> list[list[Cell]]:
    rows: list[list[Cell]] = [list(row) for row in table.rows]
    for y, row in enumerate(table.rows):
        for cell in row:
            for below in range(1, cell.row_span):
                if y + below < len(rows):
                    rows[y + below].append(Cell("", column_span=cell.column_span))
    return rows


def picture(figure: Figure) -> tuple[str, bytes]:
    """The media type and the content of what a figure shows, always the same for its caption."""
    choose = random.Random(figure.caption)
    if choose.random() < _PHOTOGRAPHS:
        return "image/png", photograph(choose)
    return "image/svg+xml", drawing(choose).encode()
