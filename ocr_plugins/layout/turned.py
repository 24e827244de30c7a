"""Text that is not level: pages and tables set sideways, heads of columns, notes up the margin, watermarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from ocr_plugins.blocks import BBox, Block, BlockKind, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.place import insert
from ocr_plugins.layout.stacked import unstacked
from ocr_plugins.layout.tagged.page import tagged_blocks
from ocr_plugins.layout.touching import pictures
from ocr_plugins.source.textlayer import Tagged, TextLayer, TurnedLine

QUARTER = 90
# Share of the page's width: so near its left or right edge, turned text is a note in the margin.
MARGIN = 0.08
# Height of an oblique line in those of the running text: it is a watermark.
WATERMARK = 1.5
# A page with more blocks of turned text is a map or a drawing, whose labels have no place among its text.
MOST_PLACED = 200


def layer_blocks(layer: TextLayer, size: tuple[float, float], regions: Sequence[Region] = ()) -> tuple[Block, ...]:
    """The blocks of a page's own text: by the author's tags where they are sound, by geometry otherwise.

    A page whose text mostly runs up, down or upside down is read as if it were upright; the boxes of the blocks are
    those on the page as it stands. Turned tables and texts are read where they stand; notes in the margin and
    watermarks are furniture.

    Args:
        layer: The text.
        size: Width and height of the page, in points.
        regions: Of a layout detector, beside the pictures of the layer.
    """
    degrees = _most_common(layer)
    if degrees:
        upright = _upright_layer(layer, degrees)
        regions = [replace(region, box=turned_box(region.box, degrees)) for region in regions]
        blocks = _blocks(upright, _turned_size(size, degrees), regions)
        return tuple(_turned_block(block, -degrees) for block in blocks)
    return _blocks(layer, size, regions)


def _most_common(layer: TextLayer) -> int:
    """The way most of the text runs, if that is a quarter or half turn; 0 otherwise."""
    if not layer.turned:
        return 0
    lengths = Counter({0: sum(len(line.text) for line in layer.lines)})
    for turned in layer.turned:
        lengths[turned.degrees] += len(turned.line.text)
    degrees, _ = lengths.most_common(1)[0]
    return degrees if degrees % QUARTER == 0 else 0


def _blocks(layer: TextLayer, size: tuple[float, float], regions: Sequence[Region]) -> tuple[Block, ...]:
    if layer.tagged:
        by_tags = tagged_blocks(layer.tagged, layer.rulings, size)
        if by_tags is not None:
            return _with_turned(list(by_tags), layer.tagged.turned, layer.rulings, size)
    lines, stacked = unstacked(layer.lines, size)
    turned = (*layer.turned, *stacked)
    # Nobody knows whether an image is a figure with words in it or the ground that text is printed on.
    regions = [*regions, *(Region(BlockKind.FIGURE, box, 0.5) for box in pictures(layer.figures))]
    if not turned:
        return assemble(lines, regions, layer.rulings, size)
    tables = _sideways_tables(turned, lines, layer.rulings, size)
    taken = {id(line) for table in tables for line in table.lines}
    rulings = [r for r in layer.rulings if not any(table.box and _is_in(r, table.box) for table in tables)]
    heads = [t.line for t in turned if t.degrees % (2 * QUARTER) == QUARTER and id(t.line) not in taken]
    blocks = list(assemble(lines, regions, rulings, size, heads))
    taken.update(id(line) for block in blocks if block.table for line in block.lines)
    for table in tables:
        _insert(blocks, table)
    return _with_turned(blocks, [t for t in turned if id(t.line) not in taken], rulings, size)


def _is_in(box: BBox, other: BBox) -> bool:
    return other.contains(*box.center)


def _sideways_tables(
    turned: Sequence[TurnedLine], lines: Sequence[TextLine], rulings: Sequence[BBox], size: tuple[float, float]
) -> list[Block]:
    """The tables among turned text, less those that are level tables with turned heads."""
    tables = [b for degrees in _quarters(turned) for b in _read_turned(turned, degrees, rulings, size) if b.table]
    return [
        table
        for table in tables
        if table.box and sum(len(line.text) for line in lines if _is_in(line.box, table.box)) < len(table.text)
    ]


def _quarters(turned: Iterable[TurnedLine]) -> list[int]:
    return sorted({t.degrees for t in turned if t.degrees % QUARTER == 0})


def _read_turned(
    turned: Iterable[TurnedLine], degrees: int, rulings: Sequence[BBox], size: tuple[float, float]
) -> list[Block]:
    """The blocks of the text that runs one way, read as if it were level; their boxes are on the page as it stands."""
    given = [t.line for t in turned if t.degrees == degrees]
    lines = [_turned_line(line, degrees) for line in given]
    line_of = {id(line): original for line, original in zip(lines, given, strict=True)}
    level = assemble(lines, (), [turned_box(r, degrees) for r in rulings], _turned_size(size, degrees))
    return [
        replace(_turned_block(block, -degrees), lines=tuple(line_of[id(line)] for line in block.lines))
        for block in level
    ]


def _with_turned(
    blocks: list[Block], turned: Sequence[TurnedLine], rulings: Sequence[BBox], size: tuple[float, float]
) -> tuple[Block, ...]:
    """The blocks with turned text among them, where it is no furniture, and behind them where it is."""
    if not turned:
        return tuple(blocks)
    body = [block for block in blocks if not block.kind.is_furniture]
    lines = [line for block in body for line in block.lines]
    middles = np.array([line.box.center for line in lines]).reshape(-1, 2)
    unit = _text_height(lines)
    text, furniture = [], []
    for block in _turned_blocks(turned, rulings, size):
        if body and not block.table and (_is_in_margin(block) or _is_watermark(block, middles, unit)):
            furniture.append(replace(block, kind=_furniture_kind(block)))
        else:
            text.append(block)
    if len(text) > MOST_PLACED:
        return (*blocks, *text, *furniture)
    for block in text:
        _insert(blocks, block)
    return (*blocks, *furniture)


def _insert(blocks: list[Block], block: Block) -> None:
    """Put a block behind what is above or left of it, but between no two parts of a paragraph."""
    insert(blocks, block)
    place = next(i for i, other in enumerate(blocks) if other is block)
    while place + 1 < len(blocks) and blocks[place + 1].continues:
        blocks[place], blocks[place + 1] = blocks[place + 1], block
        place += 1


def _turned_blocks(turned: Sequence[TurnedLine], rulings: Sequence[BBox], size: tuple[float, float]) -> Iterator[Block]:
    """Tables and paragraphs of what runs up, down or upside down; oblique lines of a kind in a row are a paragraph."""
    for degrees in _quarters(turned):
        for block in _read_turned(turned, degrees, rulings, size):
            yield block if block.table else replace(block, kind=BlockKind.PARAGRAPH, level=0)
    oblique = [t for t in turned if t.degrees % QUARTER]
    for _, labels in groupby(oblique, key=lambda t: (t.degrees, t.line.font)):
        lines = tuple(t.line for t in labels)
        box = BBox.around(line.box for line in lines)
        yield Block(BlockKind.PARAGRAPH, " ".join(line.text for line in lines), box, lines=lines)


def _text_height(lines: Iterable[TextLine]) -> float:
    """The size of the type of most characters, 0 where nobody knows it."""
    sizes = Counter[float]()
    for line in lines:
        sizes[line.font.size if line.font else 0.0] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _is_in_margin(block: Block) -> bool:
    """Whether a block stands at the left or right edge of the page, and is no wider than a margin."""
    if block.box is None:
        return False
    x = block.box.center[0]
    return not MARGIN < x < 1 - MARGIN and block.box.width < 2 * MARGIN


def _is_watermark(block: Block, middles: npt.NDArray[np.float64], unit: float) -> bool:
    """Whether turned text is large, or is drawn over the body, the middles of whose lines are given."""
    box = block.box
    if box is None:
        return False
    large = any(line.font and line.font.size > WATERMARK * unit for line in block.lines)
    x, y = middles.T
    return large or bool(((box.left <= x) & (x <= box.right) & (box.top <= y) & (y <= box.bottom)).any())


def _furniture_kind(block: Block) -> BlockKind:
    return BlockKind.PAGE_HEADER if block.box and block.box.center[1] < 0.5 else BlockKind.PAGE_FOOTER


def turned_box(box: BBox, degrees: int) -> BBox:
    """A box on the page after the page was turned until text that runs at ``degrees`` is level; both in 0..1."""
    match degrees % (4 * QUARTER):
        case 90:
            return BBox(box.top, 1 - box.right, box.bottom, 1 - box.left)
        case 180:
            return BBox(1 - box.right, 1 - box.bottom, 1 - box.left, 1 - box.top)
        case 270:
            return BBox(1 - box.bottom, box.left, 1 - box.top, box.right)
    return box


def _turned_size(size: tuple[float, float], degrees: int) -> tuple[float, float]:
    return size if degrees % (2 * QUARTER) == 0 else (size[1], size[0])


def _turned_line(line: TextLine, degrees: int) -> TextLine:
    return replace(line, box=turned_box(line.box, degrees))


def _turned_block(block: Block, degrees: int) -> Block:
    table = block.table
    if table:
        cells = tuple(replace(c, box=turned_box(c.box, degrees)) if c.box else c for c in table.cells)
        table = replace(table, cells=cells)
    lines = tuple(_turned_line(line, degrees) for line in block.lines)
    return replace(block, box=turned_box(block.box, degrees) if block.box else None, lines=lines, table=table)


def _upright_layer(layer: TextLayer, degrees: int) -> TextLayer:
    """The layer of the page turned until text that runs at ``degrees`` is level; its links are left as they are."""

    def boxes(some: Iterable[BBox]) -> tuple[BBox, ...]:
        return tuple(turned_box(box, degrees) for box in some)

    def other(turned: Iterable[TurnedLine]) -> tuple[TurnedLine, ...]:
        return tuple(
            TurnedLine(_turned_line(t.line, degrees), (t.degrees - degrees) % (4 * QUARTER))
            for t in turned
            if t.degrees != degrees
        )

    level = tuple(TurnedLine(line, 0) for line in layer.lines)
    lines = tuple(_turned_line(t.line, degrees) for t in layer.turned if t.degrees == degrees)
    tagged = layer.tagged and _upright_tags(layer.tagged, degrees)
    return TextLayer(
        lines, boxes(layer.rulings), boxes(layer.figures), None, tagged, turned=other((*layer.turned, *level))
    )


def _upright_tags(tagged: Tagged, degrees: int) -> Tagged:
    return replace(
        tagged,
        fragments=tuple(replace(f, box=turned_box(f.box, degrees)) for f in tagged.fragments),
        drawings={mark: turned_box(box, degrees) for mark, box in tagged.drawings.items()},
        images=tuple((mark, turned_box(box, degrees)) for mark, box in tagged.images),
        answers=tuple(tuple(_turned_line(line, degrees) for line in lines) for lines in tagged.answers),
    )
