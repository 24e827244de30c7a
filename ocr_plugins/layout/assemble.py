"""Lines, regions and ruling lines to ordered blocks: the chain of the layout stage. Pure geometry, no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_plugins.blocks import BBox, Block, BlockKind, Region, TextLine, text_confidence
from ocr_plugins.layout.captions import bind_captions
from ocr_plugins.layout.footnotes import notes_last
from ocr_plugins.layout.furniture import is_page_number, is_running_line
from ocr_plugins.layout.headings import looks_like_heading
from ocr_plugins.layout.lists import nest
from ocr_plugins.layout.order import Item, reading_order
from ocr_plugins.layout.paragraphs import goes_on, mark_continued, split_paragraphs, split_sides
from ocr_plugins.layout.rows import Row, join_rows, typical_height, with_capitals
from ocr_plugins.layout.tables.aligned import split_aligned
from ocr_plugins.layout.tables.cells import build_table
from ocr_plugins.layout.tables.find import FoundTable, find_tables
from ocr_plugins.text import join_lines, split_marker

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
) -> tuple[Block, ...]:
    """Make blocks in reading order.

    Args:
        lines: Of one upright page, in any order.
        regions: Of a layout detector; without them geometry alone decides.
        rulings: Ruling lines, in 0..1 of the page.
        size: Width and height of the page, in points or pixels.
    """
    width, height = size
    regions = [replace(r, box=r.box.scaled(width, height)) for r in regions]
    rulings = [r.scaled(width, height) for r in rulings]
    rows = with_capitals([Row((line,), _level_box(line).scaled(width, height)) for line in lines if line.text.strip()])
    unit = typical_height(rows)
    regions = _sound_regions(regions, rows, width * height)

    drawn = [r.box for r in regions if r.kind == BlockKind.FIGURE and r.confidence >= SURE_FIGURE]
    outside = [row for row in rows if not any(row.box.share_in(box) > 0.5 for box in drawn)]
    tables = find_tables(outside, regions, rulings, unit)
    in_tables = {id(r) for table in tables for r in table.rows}
    rows = [_in_place(_classified(r, regions), unit, height) for r in rows if id(r) not in in_tables]
    in_figures = [r for r in rows if r.kind == BlockKind.FIGURE]
    rows = [r for r in rows if r.kind != BlockKind.FIGURE]

    solids = [_table_block(t) for t in tables]
    solids += [_figure_block(i, r, in_figures) for i, r in enumerate(regions) if r.kind == BlockKind.FIGURE]
    blocks = bind_captions(notes_last(mark_continued(_ordered(rows, solids, unit)), rulings, unit, height), unit)
    return tuple(_outermost([_on_page(block, width, height) for block in blocks]))


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
    spare = min(abs(line.slope), 0.8 * box.height) / 2
    return BBox(box.left, box.top + spare, box.right, box.bottom - spare)


def _sound_regions(regions: Sequence[Region], rows: Sequence[Row], page: float) -> list[Region]:
    """The regions without figures that are full of text."""

    total = sum(len(row.text) for row in rows)

    def is_text(region: Region) -> bool:
        inside = [row for row in rows if row.box.share_in(region.box) > 0.5]
        ink = sum(row.box.area for row in inside)
        text = sum(len(row.text) for row in inside)
        if region.confidence >= SURE_FIGURE and text <= LABELS * total:
            return False
        if region.box.area > LARGE_FIGURE * page and inside:
            return True
        return ink > FIGURE_INK * region.box.area or text > FIGURE_TEXT * total

    return [r for r in regions if r.kind != BlockKind.FIGURE or not is_text(r)]


def _classified(row: Row, regions: Sequence[Region]) -> Row:
    """The row with the region that holds most of it, and its kind."""
    shares = [(row.box.share_in(region.box), region.confidence, i) for i, region in enumerate(regions)]
    share, _, best = max(shares, default=(0.0, 0.0, -1))
    if share < 0.5:
        return row
    kind = regions[best].kind
    # Text in a table region that made no table is read as text.
    return replace(row, region=best, kind=BlockKind.PARAGRAPH if kind == BlockKind.TABLE else kind)


def _in_place(row: Row, unit: float, page_height: float) -> Row:
    """The row, as text if a page header or footer stands too far in, or in too large a type, to be one."""
    if not row.kind.is_furniture:
        return row
    edge = min(row.box.top, page_height - row.box.bottom) / page_height
    plain = row.height < 1.1 * unit and not row.bold
    heading = row.height > 0.95 * unit and row.bold
    furniture = plain if edge > 0.05 else not heading
    return row if edge < 0.12 and furniture else replace(row, kind=BlockKind.PARAGRAPH)


def _table_block(found: FoundTable) -> _Solid:
    lines = tuple(line for row in found.rows for line in row.lines)
    table = found.table
    block = Block(BlockKind.TABLE, table.text, found.box, text_confidence(lines), lines=lines, table=table)
    return _Solid(block, found.box)


def _figure_block(index: int, region: Region, rows: Sequence[Row]) -> _Solid:
    inside = join_rows([r for r in rows if r.region == index])
    lines = tuple(line for row in inside for line in row.lines)
    confidence = text_confidence(lines)
    text = "\n".join(row.text for row in inside)
    return _Solid(Block(BlockKind.FIGURE, text, region.box, confidence, lines=lines), region.box)


def _ordered(rows: Sequence[Row], solids: Sequence[_Solid], unit: float) -> list[list[Block]]:
    """The blocks of each column of the page, in reading order."""
    items = [Item(r.box, len(r.text), sum(map(str.isalpha, r.text))) for r in rows] + [
        Item(s.box, solid=True) for s in solids
    ]
    columns: list[list[Block]] = []
    for column in reading_order(items, unit):
        blocks: list[Block] = []
        text: list[Row] = []
        beside: list[_Solid] = []
        for i in column:
            if i < len(rows):
                text.append(rows[i])
                continue
            solid = solids[i - len(rows)]
            if any(solid.box.overlap_y(rows[k].box) > 0.5 * rows[k].box.height for k in column if k < len(rows)):
                # Text runs around it: the paragraph is not to be cut where the figure begins.
                beside.append(solid)
            else:
                blocks += [*_with_solids(nest(_text_blocks(text, unit), unit), beside), solid.block]
                text, beside = [], []
        columns.append([*blocks, *_with_solids(nest(_text_blocks(text, unit), unit), beside)])
    return columns


def _with_solids(blocks: Sequence[Block], solids: Sequence[_Solid]) -> list[Block]:
    """The blocks with each solid before the first one that begins below its top."""
    merged = list(blocks)
    for solid in solids:
        below = (i for i, b in enumerate(merged) if b.box is not None and b.box.top >= solid.box.top)
        merged.insert(next(below, len(merged)), solid.block)
    return merged


def _text_blocks(rows: Sequence[Row], unit: float) -> list[Block]:
    blocks = []
    for aligned, pieces in split_aligned(rows, unit):
        table = build_table(pieces, BBox.around(p.box for p in pieces), (), (), unit) if aligned else None
        if table:
            found = FoundTable(table, BBox.around(p.box for p in pieces), tuple(pieces))
            blocks.append(_table_block(found).block)
        else:
            for paragraph in split_paragraphs(join_rows(pieces), unit):
                blocks += [_block(rows, unit) for rows in split_sides(paragraph, unit)]
    return blocks


def _block(rows: Sequence[Row], unit: float) -> Block:
    lines = tuple(line for row in rows for line in row.lines)
    box = BBox.around(row.box for row in rows)
    confidence = text_confidence(lines)
    text = join_lines([row.text for row in rows])
    kind, marker = rows[0].kind, None
    if kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
        classified = kind == BlockKind.HEADING
        kind = BlockKind.HEADING if looks_like_heading(rows, unit, classified=classified) else BlockKind.PARAGRAPH
        split = split_marker(text) if kind == BlockKind.PARAGRAPH else None
        if split:
            kind, (marker, text) = BlockKind.LIST_ITEM, split
    return Block(kind, text, box, confidence, marker=marker, lines=lines)


def _with_last_line(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, a page footer that ends the sentence of the last paragraph as its last line."""
    whole: list[Block] = []
    for block in blocks:
        text = replace(block, kind=BlockKind.PARAGRAPH)
        before = next((b for b in reversed(whole) if not b.kind.is_furniture), None)
        ends = block.kind == BlockKind.PAGE_FOOTER and before is not None and goes_on(before, text)
        whole.append(replace(text, continues=True) if ends else block)
    return whole


def _told_from_text(block: Block) -> Block:
    if is_page_number(block):
        return replace(block, kind=BlockKind.PAGE_NUMBER, level=0)
    if block.box and block.kind != BlockKind.TABLE and is_running_line(block):
        kind = BlockKind.PAGE_HEADER if block.box.top < 0.5 else BlockKind.PAGE_FOOTER
        return replace(block, kind=kind, level=0)
    return block


def _outermost(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with page numbers told from text, and as furniture only what stands outside of all text.

    A page of nothing but furniture is a page of text: a title page, or a page of few lines.
    """
    numbered = _with_last_line([_told_from_text(block) for block in blocks])
    body = [b.box for b in numbered if b.box and not b.kind.is_furniture]
    if not body:
        return [replace(b, kind=BlockKind.PARAGRAPH) if b.kind.is_furniture else b for b in blocks]
    inner = BBox.around(body)
    return [
        replace(b, kind=BlockKind.PARAGRAPH)
        if b.kind.is_furniture and b.box and inner.top < b.box.center[1] < inner.bottom
        else b
        for b in numbered
    ]
