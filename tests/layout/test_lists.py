"""List items and how deep they are nested."""

from __future__ import annotations

import pytest
from layout_lines import PITCH, SIZE, line

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.lists import nest


@pytest.mark.parametrize(("step", "level"), [(0.5, 0), (0.9, 1)])
def test_an_item_is_nested_if_it_is_set_in_by_most_of_a_line_height(step: float, level: int) -> None:
    items = [Block(BlockKind.LIST_ITEM, "x", BBox(left, 0, 20, 1)) for left in (0, step, 0)]
    assert [item.level for item in nest(items, 1.0)] == [0, level, 0]


def test_items_that_are_set_in_are_nested() -> None:
    items = [("1. One", 0.1), ("a) Deeper", 0.13), ("b) Deeper too", 0.13), ("• Deepest", 0.16), ("2. Two", 0.1)]
    blocks = assemble([line(text, left, 0.1 + i * PITCH) for i, (text, left) in enumerate(items)], size=SIZE)
    assert [(b.kind, b.level) for b in blocks] == [(BlockKind.LIST_ITEM, level) for level in (0, 1, 1, 2, 0)]
