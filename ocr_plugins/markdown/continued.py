"""Tables that go on over a page end."""

from __future__ import annotations

from dataclasses import replace

from ocr_plugins.blocks import Block, BlockKind, Table


def joined_table(last: Block, first: Block, *, told: bool = False) -> Block | None:
    """The table of the last block of a page, with that of the first block of the next one below it.

    The second one continues the first if it has as many columns in the same places, or repeats its header, or if the
    engine has ``told`` so; a header that is repeated is left out.

    Returns:
        The first block with all rows; its box, in 0..1 of its own page, stays. None where the two are no one table.
    """
    a, b = last.table, first.table
    if last.kind != BlockKind.TABLE or first.kind != BlockKind.TABLE or a is None or b is None:
        return None
    if a.columns != b.columns:
        return None
    repeated = _repeated_rows(a, b)
    if not (repeated or told or _same_places(a, b)):
        return None
    moved = [replace(cell, row=cell.row + a.rows - repeated, header=False) for cell in b.cells if cell.row >= repeated]
    table = Table(a.rows + b.rows - repeated, a.columns, (*a.cells, *moved))
    return replace(last, text=table.text, table=table, lines=last.lines + first.lines)


def _repeated_rows(a: Table, b: Table) -> int:
    """How many rows ``b`` begins with that are those ``a`` begins with, headers all of them."""
    headers = 1 + max((cell.row for cell in b.cells if cell.header), default=-1)
    pairs = zip(_folded(a)[:headers], _folded(b)[:headers], strict=False)
    count = 0
    for row, other in pairs:
        if row != other or not any(row):
            break
        count += 1
    # A header cell that spans rows is left out with all of its rows, or kept.
    spans_out = any(cell.row < count < cell.row + cell.row_span for cell in b.cells)
    return 0 if spans_out or count == b.rows else count


def _folded(table: Table) -> list[list[str]]:
    return [["".join(text.casefold().split()) for text in row] for row in table.texts()]


def _same_places(a: Table, b: Table) -> bool:
    """Whether every column stands where it stood; False where the boxes of too few columns are known."""
    places, others = _places(a), _places(b)
    both = places.keys() & others.keys()
    overlapping = all(min(places[k][1], others[k][1]) > max(places[k][0], others[k][0]) for k in both)
    return overlapping and len(both) >= max(2, a.columns - 1)


def _places(table: Table) -> dict[int, tuple[float, float]]:
    """Where each column begins and ends, in 0..1 of the page, by its cells that span no others."""
    places: dict[int, tuple[float, float]] = {}
    for cell in table.cells:
        if cell.box is not None and cell.column_span == 1:
            left, right = places.get(cell.column, (cell.box.left, cell.box.right))
            places[cell.column] = min(left, cell.box.left), max(right, cell.box.right)
    return places
