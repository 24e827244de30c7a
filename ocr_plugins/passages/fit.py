"""Pieces that are too long for a chunk, in parts that fit."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, BlockKind
from ocr_plugins.markdown.continued import Whole
from ocr_plugins.markdown.escape import escape
from ocr_plugins.markdown.plain import Rows
from ocr_plugins.markdown.render import render, render_table
from ocr_plugins.passages.measure import CELLS, LINES, SENTENCES, cut
from ocr_plugins.passages.pieces import Piece, Place, letters, piece, place_of, places_between, plain_text

# Of a part of a table, the most that its caption takes, and with it the header; longer ones are not repeated.
CAPTION_SHARE, HEADER_SHARE = 0.25, 0.5

# Words in a cell, the mean: in tables of more, each row can be read on its own, as an address is.
# Addresses have 6, the values of papers 1 to 2. Of such a table alone, 4 questions of 4 were answered by the first four
# chunks, and none where rows stood together; tables of values are found better the fewer parts they have.
RECORD_WORDS = 4

Count = Callable[[str], int]


def fitted(unit: Sequence[Whole], room: int, count: Count) -> Iterator[Piece]:
    """What stays together as one piece, or as several where it has more than ``room`` tokens."""
    whole = piece(unit)
    if count(whole.text) <= room:
        yield whole
        return
    table = next((other for other in unit if other.block.table), None)
    if table:
        yield from _table_parts(table, [other for other in unit if other is not table], room, count)
    elif len(unit) > 1:
        for other in unit:
            yield from fitted((other,), room, count)
    else:
        yield from _text_parts(unit[0], room, count)


def _text_parts(whole: Whole, room: int, count: Count) -> Iterator[Piece]:
    """Code is cut at its lines, anything else at sentences; where these are too long, at words."""
    block = whole.block
    code = block.kind == BlockKind.CODE
    text = plain_text(whole)
    total = max(1, letters(text))
    at = 0
    for begin, end in cut(text, room, count, LINES if code else SENTENCES):
        part = text[begin:end]
        upto = at + letters(part)
        shown = render([replace(block, text=part)]) if code else escape(part)
        yield Piece(part, shown, places_between(whole, at / total, upto / total), block.kind, block.confidence)
        at = upto


def _table_parts(whole: Whole, beside: Sequence[Whole], room: int, count: Count) -> Iterator[Piece]:
    """Between rows; the header and what stands beside the table are in each part, unless they take too much of it."""
    table = whole.block.table
    assert table is not None
    rows = Rows.of(table)
    caption = piece(beside) if beside else None
    if caption and count(caption.text) > CAPTION_SHARE * room:
        for other in beside:
            yield from fitted((other,), room, count)
        caption = None
    heading = rows.heading
    repeated = count("".join(f"{line}\n" for line in (*((caption.text,) if caption else ()), *heading)))
    if repeated > HEADER_SHARE * room:
        yield from _named_parts(whole, rows, range(table.rows), room, count)
        return
    records = _are_records(rows)
    chosen: list[int] = []
    size = repeated
    group: tuple[int, int] | None = None
    for row in range(rows.header, table.rows):
        line = rows.line(row)
        if line in heading:
            # The header, which stands on each page.
            continue
        more = count(f"{line}\n")
        ends = chosen and _part_of(whole, row) != _part_of(whole, chosen[-1])
        if chosen and (ends or size + more > room or (records and not rows.is_group(chosen[-1]))):
            yield _rows_part(whole, rows, chosen, caption)
            chosen, size = [], repeated
            # The name of a group is repeated like the header.
            if group and not rows.is_group(row) and repeated + group[1] + more <= room:
                chosen, size = [group[0]], repeated + group[1]
        if rows.is_group(row):
            group = row, more
        if size + more > room:
            yield from _named_parts(whole, rows, (row,), room, count)
        else:
            chosen.append(row)
            size += more
    if chosen:
        yield _rows_part(whole, rows, chosen, caption)


def _named_parts(whole: Whole, rows: Rows, chosen: Sequence[int], room: int, count: Count) -> Iterator[Piece]:
    """Rows with the name of its column before each cell, for a header or a row that is too long to stand in one part.

    They are cut between rows, or within one.
    """
    lines = [rows.line(row) if row < rows.header else rows.named(row) for row in chosen]
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    text = "\n".join(lines)
    for begin, end in cut(text, room, count, CELLS):
        first, last = bisect.bisect_right(starts, begin) - 1, bisect.bisect_left(starts, end)
        places = _places(whole, rows, chosen[first:last])
        yield Piece(text[begin:end], escape(text[begin:end]), places, BlockKind.TABLE, whole.block.confidence)


def _rows_part(whole: Whole, rows: Rows, chosen: Sequence[int], caption: Piece | None) -> Piece:
    text = "\n".join((*rows.heading, *filter(None, map(rows.line, chosen))))
    shown = render_table(rows.part((*range(rows.header), *chosen)))
    places = _places(whole, rows, chosen)
    if caption:
        text, shown = f"{caption.text}\n{text}", f"{caption.markdown}\n\n{shown}"
        # One of an earlier page comes last, as the header does.
        here = all(place.page == places[0].page for place in caption.places)
        places = (*caption.places, *places) if here else (*places, *caption.places)
    named = caption is not None or bool(rows.titles)
    return Piece(text, shown, places, BlockKind.TABLE, whole.block.confidence, named)


def _places(whole: Whole, rows: Rows, chosen: Sequence[int]) -> tuple[Place, ...]:
    """Where rows and their header stand; a header of another page, where theirs does not repeat it, comes last."""
    part = _part_of(whole, chosen[-1])
    repeated = _repeated_header(whole, part)
    header = () if repeated else range(rows.header)
    places = row_places(whole, rows, sorted({*header, *chosen}))
    page = whole.parts[part].page
    return (*repeated, *sorted(places, key=lambda place: place.page != page))


def _repeated_header(whole: Whole, part: int) -> tuple[Place, ...]:
    """Where a part of a table repeats its header, which the whole has but once."""
    own, before = whole.parts[part], whole.parts[part - 1].rows if part else 0
    table = own.block.table
    left_out = table.rows - (own.rows - before) if table else 0
    if not table or not left_out:
        return ()
    boxes = [cell.box for cell in table.cells if cell.row < left_out and cell.box]
    return (Place(own.page, BlockKind.TABLE, (BBox.around(boxes).clipped(),)),) if boxes else ()


def row_places(whole: Whole, rows: Rows, chosen: Sequence[int]) -> tuple[Place, ...]:
    """Where rows stand, those of a page that follow one another as one box; the whole table where cells have none."""
    parts = whole.parts
    found: dict[int, list[list[BBox]]] = {}
    last = None
    for row in chosen:
        part = _part_of(whole, row)
        runs = found.setdefault(part, [])
        if not runs or last != row - 1:
            runs.append([])
        runs[-1] += [cell.box for cell in rows.cells[row] if cell.box is not None and cell.row == row]
        last = row
    return tuple(
        Place(
            parts[i].page,
            BlockKind.TABLE,
            tuple(BBox.around(run).clipped() for run in runs) if all(runs) else place_of(parts[i]).boxes,
        )
        for i, runs in found.items()
    )


def _part_of(whole: Whole, row: int) -> int:
    """The part of a table that a row stands in."""
    return next((i for i, other in enumerate(whole.parts) if row < other.rows), len(whole.parts) - 1)


def _are_records(rows: Rows) -> bool:
    """Whether the rows of a table are texts rather than values that are compared with those above and below."""
    texts = [text for row in range(rows.header, len(rows.cells)) for text in rows.texts(row)]
    return sum(len(text.split()) for text in texts) > RECORD_WORDS * len(texts)
