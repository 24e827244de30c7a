"""Tables as plain rows of text, which embedding models and people read better than marks, and parts of tables."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_plugins.blocks import Cell, Table

SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Rows:
    """A table by its rows.

    Attributes:
        cells: Of each row, from the left; one that spans rows is in each of them.
        header: How many rows the table begins with that name what is below them: a title over all columns, headers.
        titles: What the rows say that are a title.
        names: What the header says of each column, from the top down.
    """

    cells: tuple[tuple[Cell, ...], ...]
    header: int
    titles: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> Rows:
        rows: list[list[Cell]] = [[] for _ in range(table.rows)]
        for cell in sorted(table.cells, key=lambda cell: cell.column):
            for row in rows[cell.row : cell.row + cell.row_span]:
                row.append(cell)
        header = _header_rows(rows, table.columns)
        titles: list[str] = []
        names: list[list[str]] = [[] for _ in range(table.columns)]
        for i, row in enumerate(rows[:header]):
            if _is_title(row, table.columns):
                titles += [_text(cell) for cell in row if cell.row == i]
                continue
            for cell in row:
                if cell.row == i:
                    for name in names[cell.column : cell.column + cell.column_span]:
                        name.append(_text(cell))
        said = tuple(" ".join(filter(None, name)) for name in names)
        return cls(tuple(map(tuple, rows)), header, tuple(filter(None, titles)), said)

    @property
    def heading(self) -> list[str]:
        """A line for each title, and one for what the columns are called."""
        return [*self.titles, *filter(None, (_line(self.names),))]

    def line(self, row: int) -> str:
        """A row below the header, its cells in their order, with nothing between the bars for an empty one."""
        texts = [""] * len(self.names)
        for cell in self.cells[row]:
            texts[cell.column] = _text(cell)
        return _line(texts)

    def part(self, rows: Sequence[int]) -> Table:
        """The table with these of its rows alone, which are in order."""
        spans: dict[tuple[int, int], tuple[Cell, int, int]] = {}
        for i, row in enumerate(rows):
            for cell in self.cells[row]:
                _, first, count = spans.get((cell.row, cell.column), (cell, i, 0))
                spans[cell.row, cell.column] = cell, first, count + 1
        cells = [replace(cell, row=first, row_span=count) for cell, first, count in spans.values()]
        return Table(len(rows), len(self.names), tuple(cells))

    def is_group(self, row: int) -> bool:
        """Whether a row is but one text for those below it, as ``Europe`` is."""
        return len(self.names) > 1 and len(texts := self.texts(row)) == 1 and texts[0] not in self.titles

    def texts(self, row: int) -> list[str]:
        return [text for cell in self.cells[row] if (text := _text(cell))]

    def named(self, row: int) -> str:
        """The cells of a row, each behind the name of its column: ``Area: 103 km²; Capital: Rome``."""
        said = [(self.names[cell.column], text) for cell in self.cells[row] if (text := _text(cell))]
        return "; ".join(f"{name}: {text}" if name else text for name, text in said)


def plain_table(table: Table) -> list[str]:
    """The header, and a line for each row; a cell that spans rows is said in each of them."""
    rows = Rows.of(table)
    return [*rows.heading, *filter(None, map(rows.line, range(rows.header, table.rows)))]


def _line(texts: Sequence[str]) -> str:
    """Texts of cells with bars between; empty ones are left out at the end, and where they are all but one."""
    said = [i for i, text in enumerate(texts) if text]
    return SEPARATOR.join(texts[: said[-1] + 1]) if len(said) > 1 else "".join(texts)


def _header_rows(rows: Sequence[Sequence[Cell]], columns: int) -> int:
    count = 0
    while count < len(rows) and rows[count] and all(cell.header for cell in rows[count]):
        count += 1
    if not count:
        count = sum(1 for _ in itertools.takewhile(lambda row: _is_title(row, columns), rows))
        headers = sum(1 for _ in itertools.takewhile(lambda row: row and all(c.header for c in row), rows[count:]))
        count = count + headers if headers else 0
    if count and count < len(rows) and _names_parts(rows[:count], rows[count]):
        count += 1
    # Headers alone are rows after all.
    return count if count < len(rows) else 0


def _is_title(row: Sequence[Cell], columns: int) -> bool:
    """One cell over all columns."""
    return columns > 1 and len(row) == 1 and row[0].column_span == columns


def _names_parts(header: Sequence[Sequence[Cell]], row: Sequence[Cell]) -> bool:
    """Whether a row names the columns that headers span: without numbers, and empty to the left of them."""
    said = [cell for cell in row if _text(cell)]
    spanned = [
        range(cell.column, cell.column + cell.column_span) for above in header for cell in above if cell.column_span > 1
    ]
    return (
        len(said) > 1
        and bool(spanned)
        and said[0].column > 0
        and not any(char.isdigit() for cell in said for char in cell.text)
        and any(said[0].column in columns for columns in spanned)
    )


def _text(cell: Cell) -> str:
    return " ".join(cell.text.split())
