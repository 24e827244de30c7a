"""Where a block belongs among others that are in reading order."""

from __future__ import annotations

from ocr_plugins.blocks import BBox, Block

# Of the page: what is above a block counts as so much farther from it than what is to the left of it.
BELOW = 0.1


def insert(blocks: list[Block], block: Block) -> None:
    """Put a block after the nearest one above or to the left of it; boxes in 0..1."""
    box = block.box
    if box is None:
        blocks.append(block)
        return
    best, place = float("inf"), 0
    for i, other in enumerate(blocks):
        distance = float("inf") if other.box is None else _distance(other.box, box)
        if distance < float("inf") and distance <= best:
            best, place = distance, i + 1
    blocks.insert(place, block)


def insert_answer(blocks: list[Block], block: Block) -> None:
    """Put an answer of a form after the nearest block to the left of it, its label; boxes in 0..1."""
    box = block.box
    left_of = [(i, b.box) for i, b in enumerate(blocks) if box and b.box and _is_beside(b.box, box)]
    if box is None or not left_of:
        insert(blocks, block)
        return
    label, _ = min(left_of, key=lambda found: box.left - found[1].right)
    blocks.insert(label + 1, block)


def _is_beside(before: BBox, box: BBox) -> bool:
    return before.overlap_y(box) > min(box.height, before.height) / 2 and before.left <= box.left


def _distance(before: BBox, box: BBox) -> float:
    """How far a box stands behind another one, to the right of it or below it; infinite where it does not."""
    if _is_beside(before, box):
        return max(0.0, box.left - before.right)
    beside = before.overlap_y(box) > min(box.height, before.height) / 2
    if not beside and before.overlap_x(box) > 0 and before.center[1] < box.center[1]:
        return BELOW + max(0.0, box.top - before.bottom)
    return float("inf")
