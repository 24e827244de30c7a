"""Boxes that touch."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.touching import connected, pictures


def test_boxes_are_connected_directly_or_through_others() -> None:
    a, b, c, alone = BBox(0, 0, 1, 1), BBox(3, 0, 4, 1), BBox(1.05, 0, 2.95, 1), BBox(0, 5, 1, 6)
    assert connected([a, b, c, alone], 0.1) == [[a, b, c], [alone]]
    assert connected([a, b, c, alone], 0.01) == [[a], [b], [c], [alone]]
    assert connected([], 1.0) == []


def test_the_tiles_of_a_picture_are_one_picture() -> None:
    tiles = [
        BBox(0.1 + 0.01 * i, 0.2 + 0.01 * j, 0.11 + 0.01 * i, 0.21 + 0.01 * j) for i in range(40) for j in range(40)
    ]
    other = BBox(0.7, 0.7, 0.8, 0.8)
    (picture, second) = pictures([*tiles, other])
    assert second == other
    assert [round(v, 6) for v in (picture.left, picture.top, picture.right, picture.bottom)] == [0.1, 0.2, 0.5, 0.6]


@pytest.mark.parametrize(("gap", "count"), [(0.0008, 1), (0.0012, 2)])
def test_images_with_white_between_them_are_two_pictures(gap: float, count: int) -> None:
    assert len(pictures([BBox(0.1, 0.1, 0.2, 0.2), BBox(0.2 + gap, 0.1, 0.3, 0.2)])) == count
