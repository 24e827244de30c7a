"""Which text is the label of a check box: told by what stands between them, and how near; lengths in points."""

from __future__ import annotations

import pytest

from ocr_plugins import BBox
from ocr_plugins.blocks import Font
from ocr_plugins.source.pdf.forms import Tick
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.pdf.ticks import with_ticks
from ocr_plugins.source.textlayer import UNMARKED

BOX = BBox(100, 100, 110, 110)


def word(text: str, left: float) -> Piece:
    """Characters that are 5 wide, on the line of the box."""
    boxes = [BBox(left + 5 * i, 100, left + 5 * i + 5, 110) for i in range(len(text))]
    return Piece(list(text), boxes, [Font(10.0)] * len(text), [UNMARKED] * len(text))


def labelled(*words: Piece, wall: float | None = None) -> list[str]:
    """The texts of a line with a box, and with a rule that runs down through it."""
    rules = [] if wall is None else [BBox(wall, 90, wall, 120)]
    return ["".join(piece.text).strip() for piece in with_ticks(words, [Tick(BOX, True)], rules)]


@pytest.mark.parametrize(("gap", "near"), [(20, True), (45, False)])
def test_a_label_is_near_its_box(gap: float, near: bool) -> None:
    assert labelled(word("Resident", 110 + gap)) == (["[x] Resident"] if near else ["Resident", "[x]"])


@pytest.mark.parametrize(("gap", "behind"), [(15, True), (28, False)])
def test_a_label_behind_the_box_may_be_farther_from_it_than_what_is_before(gap: float, behind: bool) -> None:
    texts = labelled(word("yes", 75), word("no", 110 + gap))
    assert texts == (["yes", "[x] no"] if behind else ["yes [x]", "no"])


@pytest.mark.parametrize(("away", "is_frame"), [(2, True), (5, False)])
def test_a_rule_between_a_box_and_a_label_parts_them_unless_it_is_the_frame_of_the_box(
    away: float, is_frame: bool
) -> None:
    texts = labelled(word("Resident", 120), wall=110 + away)
    assert texts == (["[x] Resident"] if is_frame else ["Resident", "[x]"])
