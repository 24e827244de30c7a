"""Lists of a tagged page: markers that were tagged apart from their text, and items that were not nested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.layout.lists import nest
from ocr_plugins.layout.rows import same_row
from ocr_plugins.layout.tagged.drafts import Draft
from ocr_plugins.source.textlayer import Fragment
from ocr_plugins.text import split_marker

_LOOSE = frozenset({BlockKind.PARAGRAPH, None})


def labelled(drafts: Sequence[Draft], fragments_of: Callable[[Sequence[int]], list[Fragment]]) -> list[Draft]:
    """The drafts, each paragraph with the list marker beside it that stands at the end of the one before."""
    found: list[Draft] = []
    for given in drafts:
        draft, before = given, found[-1] if found else None
        if before and before.marks and {before.kind, draft.kind} <= _LOOSE:
            label, text = fragments_of(before.marks[-1:]), fragments_of(draft.marks)
            if len(label) == 1 and text and _is_marker(label[0].text) and _is_left_of(label[0].box, text[0].box):
                found[-1] = replace(before, marks=before.marks[:-1])
                draft = replace(draft, kind=BlockKind.LIST_ITEM, label=before.marks[-1:])
        found.append(draft)
    return found


def _is_marker(text: str) -> bool:
    text = text.strip()
    return bool(text) and split_marker(f"{text} x") == (text, "x")


def _is_left_of(label: BBox, text: BBox) -> bool:
    return same_row(label, text) and label.right <= text.left


def nested(blocks: Sequence[Block], unit: float, size: tuple[float, float]) -> list[Block]:
    """The blocks, lists that the author left flat on the levels that the places of their items tell.

    Args:
        blocks: Boxes in 0..1.
        unit: The height of the running text, in points.
        size: Width and height of the page, in points.
    """
    lists: list[list[Block]] = []
    for block in blocks:
        if lists and _goes_on(lists[-1][-1], block):
            lists[-1].append(block)
        else:
            lists.append([block])
    return [block for some in lists for block in _nested(some, unit, size)]


def _goes_on(last: Block, block: Block) -> bool:
    is_list = last.kind == block.kind == BlockKind.LIST_ITEM
    return is_list and last.box is not None and block.box is not None and block.box.top >= last.box.top


def _nested(items: list[Block], unit: float, size: tuple[float, float]) -> list[Block]:
    if len(items) == 1 or any(item.level for item in items):
        return items
    levels = nest([replace(item, box=item.box and item.box.scaled(*size)) for item in items], unit)
    return [replace(item, level=level.level) for item, level in zip(items, levels, strict=True)]
