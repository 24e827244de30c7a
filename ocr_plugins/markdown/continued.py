"""Blocks made whole that go on in the next column or on the next page: paragraphs, lists, code, tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ocr_plugins.blocks import STANDS_BETWEEN, Block, BlockKind, Table
from ocr_plugins.markdown.escape import escape
from ocr_plugins.text import join_lines

_MAY_STAND_BETWEEN = STANDS_BETWEEN | {BlockKind.TABLE}

# Characters of a line that may be a running head.
RUNNING_HEAD = 80


@dataclass(frozen=True, slots=True)
class Part:
    """A block as it stands on a page; ``rows`` is how many rows the table has with it, from its begin."""

    page: int
    block: Block
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    """A block with what continues it, and the parts that it is made of."""

    block: Block
    parts: tuple[Part, ...]

    def with_part(self, joined: Block, page: int, part: Block) -> Whole:
        return Whole(joined, (*self.parts, Part(page, part, _rows(joined))))


def flow(
    pages: Iterable[tuple[int, Iterable[Block]]], *, furniture: bool = False, join_tables: bool = False
) -> tuple[list[Whole], dict[int, list[int]]]:
    """The blocks of pages, each given as its number and its blocks, with what goes on made whole.

    Args:
        pages: In order; where one between is missing, nothing goes on.
        furniture: Keep page headers, footers and numbers.
        join_tables: Make one of any tables that go on over a page end; otherwise of those alone that say so.

    Returns:
        The blocks, and the numbers of the pages that begin before a block, by its index.
    """
    wholes: list[Whole] = []
    starts: dict[int, list[int]] = {}
    previous: int | None = None
    last = 0
    for number, page in pages:
        first = 0 if previous == number - 1 else len(wholes)
        # A table goes on only from the last block of the page before; furniture stands between without a meaning.
        table = last if join_tables and previous == number - 1 else None
        begin, headed = len(wholes), False
        empty = True
        for block in page:
            empty = False
            if block.kind.is_furniture:
                if furniture:
                    wholes.append(Whole(block, (Part(number, block),)))
                continue
            joined = joined_table(wholes[table].block, block, headed=headed) if table is not None else None
            if table is not None and joined:
                wholes[table] = wholes[table].with_part(joined, number, block)
            elif _add(wholes, number, block, first):
                last = len(wholes) - 1
            # A running head that nobody told from the text may stand above a table that repeats its header.
            table, headed = table if not (joined or headed) and _is_short(block) else None, True
            previous = number
        if not empty:
            starts.setdefault(begin, []).append(number)
    return wholes, starts


def _is_short(block: Block) -> bool:
    """Whether a block may be a running head: one line of text, and a short one."""
    return block.table is None and len(block.lines) == 1 and len(block.text) <= RUNNING_HEAD


def _add(wholes: list[Whole], page: int, block: Block, first: int) -> bool:
    """Append the block, or join it to the one from ``first`` on that it continues; whether it was appended."""
    if block.continues:
        for i in range(len(wholes) - 1, first - 1, -1):
            other = wholes[i].block
            if other.kind == block.kind:
                joined = _joined(other, block)
                if joined is None:
                    break
                wholes[i] = wholes[i].with_part(joined, page, block)
                return False
            if not other.kind.is_furniture and other.kind not in _MAY_STAND_BETWEEN:
                break
    wholes.append(Whole(block, (Part(page, block, _rows(block)),)))
    return True


def _rows(block: Block) -> int:
    return block.table.rows if block.table else 0


def _joined(first: Block, second: Block) -> Block | None:
    """The two as one; None for tables that have not as many columns."""
    if first.kind == BlockKind.TABLE:
        return joined_table(first, second, told=True)
    if first.kind == BlockKind.CODE:
        return replace(first, text=f"{first.text}\n{second.text}")
    markdown = None
    if first.markdown is not None or second.markdown is not None:
        markdown = join_lines([b.markdown if b.markdown is not None else escape(b.text) for b in (first, second)])
    return replace(first, text=join_lines([first.text, second.text]), markdown=markdown)


def joined_table(last: Block, first: Block, *, told: bool = False, headed: bool = False) -> Block | None:
    """The table of the last block of a page, with that of the first block of the next one below it.

    The second one continues the first if it has as many columns in the same places, or repeats its header, or if the
    engine has ``told`` so; where text stands between the two, it is to be ``headed`` alike. A header that is repeated
    is left out.

    Returns:
        The first block with all rows; its box, in 0..1 of its own page, stays. None where the two are no one table.
    """
    a, b = last.table, first.table
    if last.kind != BlockKind.TABLE or first.kind != BlockKind.TABLE or a is None or b is None:
        return None
    if a.columns != b.columns:
        return None
    repeated = _repeated_rows(a, b)
    if not (repeated or told or (not headed and _same_places(a, b) and not _opens(b))):
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


def _opens(table: Table) -> bool:
    """Whether a table begins with a title over all of its columns and headers below that, as a new one does."""
    first = [cell for cell in table.cells if cell.row == 0]
    second = [cell for cell in table.cells if cell.row == 1]
    over_all = len(first) == 1 and first[0].column_span == table.columns > 1
    return over_all and bool(second) and all(cell.header for cell in second)


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
