"""Lines, regions and ruling lines to ordered blocks: the chain of the layout stage. Pure geometry, no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_plugins.blocks import BBox, Block, BlockKind, Region, TextLine, text_confidence
from ocr_plugins.layout.asides import insert_notes, numbers_block, take_line_numbers, take_notes
from ocr_plugins.layout.captions import bind_captions
from ocr_plugins.layout.code import find_code
from ocr_plugins.layout.footnotes import notes_last
from ocr_plugins.layout.furniture import in_place, outermost
from ocr_plugins.layout.headings import ALONE, Setting, is_numbered, looks_like_heading, settings
from ocr_plugins.layout.initials import join_initials
from ocr_plugins.layout.lists import join_items, nest_columns, without_leader
from ocr_plugins.layout.margins import set_apart
from ocr_plugins.layout.order import Item, reading_order
from ocr_plugins.layout.paragraphs import is_one_title, mark_continued, split_paragraphs, split_sides
from ocr_plugins.layout.rows import Row, join_rows, typical_height, with_capitals, with_underlines
from ocr_plugins.layout.tables.aligned import split_aligned
from ocr_plugins.layout.tables.apart import cut_at_white
from ocr_plugins.layout.tables.cells import build_table
from ocr_plugins.layout.tables.find import FoundTable, find_tables
from ocr_plugins.markdown.escape import escape_inline, escape_start
from ocr_plugins.text import compounds_in, join_lines, split_marker

# Of a row's area, what lies in the region that it belongs to.
MOST = 0.5
# Of a row's height beside a figure or table: it runs around it.
BESIDE = 0.5
# Of the height of the box around a line, what its slope may account for.
MAX_SLOPE = 0.8
# A figure with more text than this, of its area or of the page's text, is text that the detector took for a figure.
FIGURE_INK, FIGURE_TEXT = 0.12, 0.5
# Unless the detector is that sure and the text is no more of the page's: the words in a chart or drawing.
SURE_FIGURE, LABELS = 0.9, 0.2
# Of the page: a figure as large as that with text on it is the page, taken for one because of a stamp or a signature.
LARGE_FIGURE = 0.45


@dataclass(frozen=True, slots=True)
class _Solid:
    """A block that is already made and only has to be put in order."""

    block: Block
    box: BBox


def assemble(
    lines: Sequence[TextLine],
    regions: Sequence[Region] = (),
    rulings: Sequence[BBox] = (),
    size: tuple[float, float] = (612.0, 792.0),
    heads: Sequence[TextLine] = (),
) -> tuple[Block, ...]:
    """Make blocks in reading order.

    Args:
        lines: Of one upright page, in any order.
        regions: Of a layout detector; without them geometry alone decides.
        rulings: Ruling lines, in 0..1 of the page.
        size: Width and height of the page, in points or pixels.
        heads: Lines that run up or down the page: those that stand in tables become text of their cells, others are
            left out.
    """
    width, height = size
    rulings = [r.scaled(width, height) for r in rulings]
    rows = with_underlines(_rows(cut_at_white(lines, size), width, height), rulings)
    unit = typical_height(rows)
    numbers, rows = take_line_numbers(rows, unit)
    above, rows, below = set_apart(join_items(join_initials(rows, unit), unit), rulings, unit, height)
    notes, rows = take_notes(rows, unit)
    code, rows = find_code(rows, unit)
    regions = _regions(regions, rows, width, height)

    sideways = _rows(heads, width, height)
    tables = find_tables(_in_cells([*rows, *sideways], regions), regions, rulings, unit)
    rest = [in_place(_classified(row, regions), unit, height) for row in _outside_tables(rows, tables)]
    solids = [*map(_table_block, tables), *_figure_blocks(regions, rest), *map(_solid, code)]
    compounds = compounds_in(line.text for line in lines)
    columns = _ordered([row for row in rest if row.kind != BlockKind.FIGURE], solids, unit, compounds)
    blocks = notes_last(nest_columns(mark_continued(columns), unit), rulings, unit, height)
    blocks = bind_captions(insert_notes(blocks, [_note(note, unit, compounds) for note in notes]), unit)
    whole = outermost([_on_page(block, width, height) for block in (*above, *blocks, *below)])
    return (*whole, *(_on_page(block, width, height) for block in numbers_block(numbers)))


def _rows(lines: Sequence[TextLine], width: float, height: float) -> list[Row]:
    """The lines with text as rows, in page units."""
    return with_capitals([Row((line,), _level_box(line).scaled(width, height)) for line in lines if line.text.strip()])


def _regions(regions: Sequence[Region], rows: Sequence[Row], width: float, height: float) -> list[Region]:
    """The regions in page units, without figures that are text."""
    scaled = [replace(region, box=region.box.scaled(width, height)) for region in regions]
    return [r for r in scaled if r.kind != BlockKind.FIGURE or _is_figure(r, rows, width * height)]


def _on_page(block: Block, width: float, height: float) -> Block:
    """The block with its boxes in 0..1 of the page."""
    table = block.table
    if table is not None:
        cells = tuple(
            replace(c, box=c.box.scaled(1 / width, 1 / height).clipped()) if c.box else c for c in table.cells
        )
        table = replace(table, cells=cells)
    box = block.box.scaled(1 / width, 1 / height).clipped() if block.box else None
    return replace(block, box=box, table=table)


def _level_box(line: TextLine) -> BBox:
    """The line's box as if it were level: the box around a line that rises or falls reaches into its neighbours."""
    box = line.box
    spare = min(abs(line.slope), MAX_SLOPE * box.height) / 2
    return BBox(box.left, box.top + spare, box.right, box.bottom - spare)


def _is_figure(region: Region, rows: Sequence[Row], page: float) -> bool:
    """Whether what the detector takes for a figure is one, and not text; areas in page units."""
    inside = [row for row in rows if row.box.share_in(region.box) > MOST]
    text, total = _characters(inside), _characters(rows)
    if region.confidence >= SURE_FIGURE and text <= LABELS * total:
        return True
    if region.box.area > LARGE_FIGURE * page and inside:
        return False
    return sum(row.box.area for row in inside) <= FIGURE_INK * region.box.area and text <= FIGURE_TEXT * total


def _characters(rows: Sequence[Row]) -> int:
    return sum(len(row.text) for row in rows)


def _in_cells(rows: Sequence[Row], regions: Sequence[Region]) -> list[Row]:
    """The rows that may be of a table: the words in what is surely a figure are of none, nor are contents."""
    sure = [r.box for r in regions if r.kind == BlockKind.FIGURE and r.confidence >= SURE_FIGURE]
    return [row for row in rows if not row.entry and not any(row.box.share_in(box) > MOST for box in sure)]


def _outside_tables(rows: Sequence[Row], tables: Sequence[FoundTable]) -> list[Row]:
    inside = {id(row) for table in tables for row in table.rows}
    return [row for row in rows if id(row) not in inside]


def _classified(row: Row, regions: Sequence[Region]) -> Row:
    """The row with the region that holds most of it, and its kind."""
    shares = [(row.box.share_in(region.box), region.confidence, i) for i, region in enumerate(regions)]
    share, _, best = max(shares, default=(0.0, 0.0, -1))
    if share < MOST:
        return row
    kind = regions[best].kind
    # Text in a table region that made no table is read as text.
    return replace(row, region=best, kind=BlockKind.PARAGRAPH if kind == BlockKind.TABLE else kind)


def _solid(block: Block) -> _Solid:
    assert block.box is not None
    return _Solid(block, block.box)


def _table_block(found: FoundTable) -> _Solid:
    lines = tuple(line for row in found.rows for line in row.lines)
    table = found.table
    block = Block(BlockKind.TABLE, table.text, found.box, text_confidence(lines), lines=lines, table=table)
    return _Solid(block, found.box)


def _figure_blocks(regions: Sequence[Region], rows: Sequence[Row]) -> list[_Solid]:
    """The figures among the regions, each with the rows that lie in it."""
    return [
        _figure_block(region, join_rows([row for row in rows if row.kind == BlockKind.FIGURE and row.region == i]))
        for i, region in enumerate(regions)
        if region.kind == BlockKind.FIGURE
    ]


def _figure_block(region: Region, rows: Sequence[Row]) -> _Solid:
    lines = tuple(line for row in rows for line in row.lines)
    confidence = text_confidence(lines)
    text = "\n".join(row.text for row in rows)
    return _Solid(Block(BlockKind.FIGURE, text, region.box, confidence, lines=lines), region.box)


def _ordered(
    rows: Sequence[Row], solids: Sequence[_Solid], unit: float, compounds: frozenset[str]
) -> list[list[Block]]:
    """The blocks of each column of the page, in reading order."""
    items = [Item(r.box, len(r.text), sum(map(str.isalpha, r.text)), text=r.text) for r in rows]
    items += [Item(s.box, solid=True) for s in solids]
    columns: list[list[Block]] = []
    for column in _with_whole_titles(reading_order(items, unit), rows, unit):
        blocks: list[Block] = []
        text: list[Row] = []
        beside: list[_Solid] = []
        for i in column:
            if i < len(rows):
                text.append(rows[i])
                continue
            solid = solids[i - len(rows)]
            if any(solid.box.overlap_y(rows[k].box) > BESIDE * rows[k].box.height for k in column if k < len(rows)):
                # Text runs around it: the paragraph is not to be cut where the figure begins.
                beside.append(solid)
            else:
                blocks += [*_with_solids(_text_blocks(text, unit, compounds), beside), solid.block]
                text, beside = [], []
        columns.append([*blocks, *_with_solids(_text_blocks(text, unit, compounds), beside)])
    return columns


def _with_whole_titles(columns: Sequence[list[int]], rows: Sequence[Row], unit: float) -> list[list[int]]:
    """The columns, the last lines of a title with its first ones: where they are short they stand in one column."""
    whole: list[list[int]] = []
    for column in columns:
        rest = list(column)
        while whole and rest and max(rest[0], whole[-1][-1]) < len(rows):
            if not is_one_title(rows[whole[-1][-1]], rows[rest[0]], unit):
                break
            whole[-1].append(rest.pop(0))
        if rest:
            whole.append(rest)
    return whole


def _with_solids(blocks: Sequence[Block], solids: Sequence[_Solid]) -> list[Block]:
    """The blocks with each solid before the first one that begins below its top."""
    merged = list(blocks)
    for solid in solids:
        below = (i for i, b in enumerate(merged) if b.box is not None and b.box.top >= solid.box.top)
        merged.insert(next(below, len(merged)), solid.block)
    return merged


def _text_blocks(rows: Sequence[Row], unit: float, compounds: frozenset[str]) -> list[Block]:
    blocks = []
    for aligned, pieces in split_aligned(rows, unit):
        table = build_table(pieces, BBox.around(p.box for p in pieces), (), (), unit) if aligned else None
        if table:
            found = FoundTable(table, BBox.around(p.box for p in pieces), tuple(pieces))
            blocks.append(_table_block(found).block)
        else:
            paragraphs = [side for p in split_paragraphs(join_rows(pieces), unit) for side in split_sides(p, unit)]
            for rows_of, setting in zip(paragraphs, settings(paragraphs, unit), strict=True):
                blocks.append(_block(rows_of, setting, unit, compounds))
    return blocks


def _own_kind(rows: Sequence[Row]) -> BlockKind:
    """What the region of a paragraph says; a number tells a heading from a caption."""
    kind = rows[0].kind
    return BlockKind.PARAGRAPH if kind == BlockKind.CAPTION and is_numbered(rows[0].text) else kind


def _note(rows: Sequence[Row], unit: float, compounds: frozenset[str]) -> Block:
    """A note in the margin."""
    block = _block([replace(row, kind=BlockKind.FOOTNOTE) for row in rows], ALONE, unit, compounds)
    return replace(block, kind=BlockKind.FOOTNOTE)


def _block(rows: Sequence[Row], setting: Setting, unit: float, compounds: frozenset[str]) -> Block:
    lines = tuple(line for row in rows for line in row.lines)
    box = BBox.around(row.box for row in rows)
    confidence = text_confidence(lines)
    text = join_lines([row.text for row in rows], compounds)
    kind, marker = _own_kind(rows), None
    if kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
        classified = kind == BlockKind.HEADING
        kind = (
            BlockKind.HEADING if looks_like_heading(rows, unit, setting, classified=classified) else BlockKind.PARAGRAPH
        )
        split = split_marker(text) if kind == BlockKind.PARAGRAPH else None
        if rows[0].entry:
            kind, (marker, text) = BlockKind.LIST_ITEM, split or (None, text)
            text = without_leader(text)
        elif split:
            kind, (marker, text) = BlockKind.LIST_ITEM, split
    if kind == BlockKind.PARAGRAPH and len(rows) > 1 and all(row.broken for row in rows):
        text = "\n".join(row.text for row in rows)
        markdown = escape_start("<br>".join(escape_inline(row.text) for row in rows))
        return Block(kind, text, box, confidence, lines=lines, markdown=markdown)
    return Block(kind, text, box, confidence, marker=marker, lines=lines)
