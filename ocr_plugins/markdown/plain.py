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
        header: How many rows the table begins with that hold nothing but headers.
        names: What the header says of each column, from the top down.
    """

    cells: tuple[tuple[Cell, ...], ...]
    header: int
    names: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> Rows:
        rows: list[list[Cell]] = [[] for _ in range(table.rows)]
        for cell in sorted(table.cells, key=lambda cell: cell.column):
            for row in rows[cell.row : cell.row + cell.row_span]:
                row.append(cell)
        header = _header_rows(rows)
        names: list[list[str]] = [[] for _ in range(table.columns)]
        for i, row in enumerate(rows[:header]):
            for cell in row:
                if cell.row == i:
                    for name in names[cell.column : cell.column + cell.column_span]:
                        name.append(_text(cell))
        return cls(tuple(map(tuple, rows)), header, tuple(" ".join(filter(None, name)) for name in names))

    def part(self, rows: Sequence[int]) -> Table:
        """The table with these of its rows alone, which are in order."""
        spans: dict[tuple[int, int], tuple[Cell, int, int]] = {}
        for i, row in enumerate(rows):
            for cell in self.cells[row]:
                _, first, count = spans.get((cell.row, cell.column), (cell, i, 0))
                spans[cell.row, cell.column] = cell, first, count + 1
        cells = [replace(cell, row=first, row_span=count) for cell, first, count in spans.values()]
        return Table(len(rows), len(self.names), tuple(cells))

    def group_of(self, row: int) -> int | None:
        """The last row above this one that is but one text for those below it, as ``Europe`` is; None without one."""
        for i in range(row - 1, self.header - 1, -1):
            if self.is_group(i):
                return i
        return None

    def is_group(self, row: int) -> bool:
        return len(self.names) > 1 and len(self.texts(row)) == 1

    def texts(self, row: int) -> list[str]:
        return [text for cell in self.cells[row] if (text := _text(cell))]

    def named(self, row: int) -> str:
        """The cells of a row, each behind the name of its column: ``Area: 103 km²; Capital: Rome``."""
        said = [(self.names[cell.column], text) for cell in self.cells[row] if (text := _text(cell))]
        return "; ".join(f"{name}: {text}" if name else text for name, text in said)


def plain_table(table: Table) -> list[str]:
    """A line for the header and one for each row; a cell that spans rows is said in each of them."""
    rows = Rows.of(table)
    names = [name for name, _ in itertools.groupby(rows.names) if name]
    lines = [names, *(rows.texts(row) for row in range(rows.header, table.rows))]
    return [SEPARATOR.join(line) for line in lines if line]


def _header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    count = 0
    while count < len(rows) and rows[count] and all(cell.header for cell in rows[count]):
        count += 1
    # Headers alone are rows after all.
    return count if count < len(rows) else 0


def _text(cell: Cell) -> str:
    return " ".join(cell.text.split())
