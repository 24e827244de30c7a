"""What a passage is put together from: blocks that stay together, or parts of one that is too long for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ocr_plugins.blocks import BBox, Block, BlockKind, mean_confidence
from ocr_plugins.markdown.continued import Part, Whole
from ocr_plugins.markdown.plain import Rows, plain_table
from ocr_plugins.markdown.render import render

OBJECTS = frozenset((BlockKind.TABLE, BlockKind.FIGURE))
_ANNOUNCED = frozenset((*OBJECTS, BlockKind.LIST_ITEM, BlockKind.CODE, BlockKind.FORMULA))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a passage stands.

    Attributes:
        page: Its number, from 1.
        kind: What it is there.
        boxes: Of its lines, or of the block or the rows where those are not known, in 0..1 of the page; empty where
            the engine gives none.
    """

    page: int
    kind: BlockKind
    boxes: tuple[BBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage.

    Attributes:
        text: Plain, and empty where nothing is to be read.
        named: It is a table, or a part of one, that begins with its caption or its title.
    """

    text: str
    markdown: str
    places: tuple[Place, ...]
    kind: BlockKind
    confidence: float | None = None
    named: bool = False

    @property
    def pages(self) -> frozenset[int]:
        return frozenset(place.page for place in self.places)


def together(body: Sequence[Whole]) -> Iterator[tuple[Whole, ...]]:
    """The blocks of a section as they stay together.

    The items of a list do, a caption with its figure or table, and what ends with a colon with what it announces.
    """
    unit: list[Whole] = []
    for i, whole in enumerate(body):
        if unit and not _stay(unit, whole, body[i + 1] if i + 1 < len(body) else None):
            yield tuple(unit)
            unit = []
        unit.append(whole)
    if unit:
        yield tuple(unit)


def _stay(unit: Sequence[Whole], whole: Whole, following: Whole | None) -> bool:
    """Whether a block stays with those before it; ``following`` comes next."""
    last, kind = unit[-1].block, whole.block.kind
    kinds = [other.block.kind for other in unit]
    if last.kind == BlockKind.LIST_ITEM:
        return kind == BlockKind.LIST_ITEM
    if last.kind == BlockKind.CAPTION:
        return kind in OBJECTS and OBJECTS.isdisjoint(kinds)
    if last.kind in OBJECTS:
        # One that has a caption from above leaves this one to the next object.
        return kind == BlockKind.CAPTION and BlockKind.CAPTION not in kinds and not _is_above(whole, last, following)
    announces = last.kind == BlockKind.PARAGRAPH and last.text.rstrip().endswith((":", "："))
    return announces and (kind in _ANNOUNCED or kind == BlockKind.CAPTION)


def _is_above(caption: Whole, before: Block, following: Whole | None) -> bool:
    """Whether a caption between two objects stands nearer to the second one."""
    if following is None or following.block.kind not in OBJECTS:
        return False
    a, box, b = before.box, caption.block.box, following.block.box
    return a is not None and box is not None and b is not None and abs(b.top - box.bottom) < abs(box.top - a.bottom)


def piece(unit: Sequence[Whole]) -> Piece:
    """Blocks as they are."""
    parts = [part for whole in unit for part in whole.parts]
    texts = [text for whole in unit if (text := plain_text(whole))]
    longest = max(unit, key=lambda whole: (whole.block.kind in OBJECTS, len(whole.block.text)))
    return Piece(
        text="\n".join(texts),
        markdown=render((whole.block for whole in unit), figures=False),
        places=tuple(place_of(part) for part in parts),
        kind=longest.block.kind,
        confidence=mean_confidence((part.block.confidence, len(part.block.text)) for part in parts),
        named=any(whole.block.table and (len(unit) > 1 or Rows.of(whole.block.table).titles) for whole in unit),
    )


def plain_text(whole: Whole) -> str:
    """The text of a block to search: with a list's marker, a table in rows, of a figure what describes it."""
    block = whole.block
    match block.kind:
        case BlockKind.TABLE if block.table:
            return "\n".join(plain_table(block.table))
        case BlockKind.FIGURE:
            # What was read inside is marks of a chart or words of a photograph; what is said of it describes it.
            return (block.markdown or ("" if block.lines else block.text)).strip()
        case BlockKind.LIST_ITEM:
            return f"{block.marker or '-'} {block.text}" if not block.continues or block.marker else block.text
        case _:
            return block.text.strip()


def place_of(part: Part) -> Place:
    """Where a part stands."""
    block = part.block
    if block.lines and block.kind not in OBJECTS:
        return Place(part.page, block.kind, tuple(line.box.clipped() for line in block.lines))
    return Place(part.page, block.kind, (block.box.clipped(),) if block.box else ())


def places_between(whole: Whole, begin: float, end: float) -> tuple[Place, ...]:
    """Where a part of the text of a block stands, from one share of its length to another, each 0..1.

    Of a line that is in it but in part, the words in it are taken where the line knows its words.
    """
    atoms = [(part, *atom) for part in whole.parts for atom in _atoms(part)]
    total = sum(length for *_, length in atoms)
    # Joining lines drops hyphens: a character at each side may be the neighbour's.
    slack = min(1.0, (end - begin) * total / 4)
    found: dict[tuple[int, int], list[BBox]] = {}
    at = 0
    for part, line, box, length in atoms:
        if box is not None and at < end * total - slack and at + length > begin * total + slack:
            found.setdefault((whole.parts.index(part), line), []).append(box)
        at += length
    boxes: dict[int, list[BBox]] = {}
    for (i, _), of_line in found.items():
        boxes.setdefault(i, []).append(BBox.around(of_line).clipped())
    return tuple(Place(whole.parts[i].page, whole.block.kind, tuple(of_part)) for i, of_part in boxes.items()) or tuple(
        Place(part.page, part.block.kind) for part in whole.parts[:1]
    )


def _atoms(part: Part) -> Iterator[tuple[int, BBox | None, int]]:
    """The words of a part, or its lines, or itself: the number of the line, the box, how many letters."""
    if not part.block.lines:
        yield 0, part.block.box, letters(part.block.text)
    for i, line in enumerate(part.block.lines):
        if line.words:
            yield from ((i, word.box, letters(word.text)) for word in line.words)
        else:
            yield i, line.box, letters(line.text)


def letters(text: str) -> int:
    """How many characters it has but for white space."""
    return len("".join(text.split()))
