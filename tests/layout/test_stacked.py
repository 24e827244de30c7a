"""Letters one below the other beside the text are a line that is written downwards."""

from __future__ import annotations

import pytest
from layout_lines import HEIGHT, PITCH, SIZE, column, prose

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.layout.stacked import unstacked

BODY = column(prose("body", 8), 0.1, 0.2)
RIGHT = max(line.box.right for line in BODY)
EM = 9 / SIZE[0]


def letter(text: str, left: float, top: float) -> TextLine:
    return TextLine(text, BBox(left, top, left + 0.01, top + HEIGHT), font=Font(9))


def stack(word: str, left: float = 0.9, *, pitch: float = PITCH, shift: float = 0.0) -> list[TextLine]:
    """A letter below the other, each by ``shift`` farther to the right; a space is a letter's height of white."""
    return [letter(c, left + shift * i, 0.2 + pitch * i) for i, c in enumerate(word) if c != " "]


def words(lines: list[TextLine]) -> list[str]:
    kept, turned = unstacked(lines, SIZE)
    assert sum(len(line.text) for line in kept) + sum(len(t.line.text.replace(" ", "")) for t in turned) == sum(
        len(line.text) for line in lines
    )
    assert all(t.degrees == 90 for t in turned)
    return [t.line.text for t in turned]


@pytest.mark.parametrize(("word", "stacked"), [("NOTE", True), ("SEA", False)])
def test_a_stack_has_some_letters(word: str, stacked: bool) -> None:
    assert words([*BODY, *stack(word)]) == ([word] if stacked else [])


def test_words_of_a_stack_are_told_apart() -> None:
    assert words([*BODY, *stack("ANNUAL REPORT")]) == ["ANNUAL REPORT"]


def test_letters_at_uneven_steps_are_one_word() -> None:
    letters = [letter(c, 0.9, 0.2 + PITCH * i * (1 + 0.1 * (i % 2))) for i, c in enumerate("MANUAL")]
    assert words([*BODY, *letters]) == ["MANUAL"]


@pytest.mark.parametrize(("pitch", "stacked"), [(3.0, True), (4.5, False)])
def test_letters_far_below_one_another_are_no_stack(pitch: float, stacked: bool) -> None:
    assert bool(words([*BODY, *stack("NOTE", pitch=pitch * 9 / SIZE[1])])) == stacked


@pytest.mark.parametrize(("shift", "stacked"), [(0.3, True), (0.8, False)])
def test_letters_of_a_stack_stand_below_one_another(shift: float, stacked: bool) -> None:
    assert bool(words([*BODY, *stack("NOTE", shift=shift * EM)])) == stacked


@pytest.mark.parametrize(("gap", "stacked"), [(1.4, True), (0.7, False)])
def test_a_stack_stands_apart_from_all_other_text(gap: float, stacked: bool) -> None:
    assert bool(words([*BODY, *stack("NOTE", RIGHT + gap * EM)])) == stacked


def test_letters_under_a_heading_or_between_two_texts_are_no_stack() -> None:
    assert words([*BODY, *stack("ABCDE"), letter("Grade", 0.88, 0.15)]) == []
    assert words([*BODY, *stack("ABCDE"), letter("1", 0.95, 0.2)]) == []


def test_figures_are_no_stack() -> None:
    assert words([*BODY, *stack("123456")]) == []
