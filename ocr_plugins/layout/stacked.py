"""Words that are written downwards, one upright letter below the other, beside the text of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.source.textlayer import TurnedLine

# Letters that a stack has at least.
MIN_LETTERS = 4
# In font sizes: from the middle of a letter to that of the next one, along a stack and across it.
PITCH, ACROSS = 3.5, 0.5
# In pitches of the stack: between two words of it.
WORD_PITCH = 1.5
# In font sizes: between a stack and all other text.
APART = 1.0


def unstacked(
    lines: Sequence[TextLine], size: tuple[float, float]
) -> tuple[tuple[TextLine, ...], tuple[TurnedLine, ...]]:
    """The lines without stacked letters, and the stacks as lines that run downwards.

    A column of letters with text at both of its sides, or above it, is a column of a table.

    Args:
        lines: Boxes in 0..1 of the page.
        size: Width and height of the page, in points.
    """
    letters = [line for line in lines if len(line.text) == 1 and line.text.isalpha() and line.font]
    if len(letters) < MIN_LETTERS:
        return tuple(lines), ()
    stacks = [stack for stack in _stacks(letters, size) if len(stack) >= MIN_LETTERS]
    taken = {id(letter) for stack in stacks for letter in stack}
    others = [line.box for line in lines if id(line) not in taken]
    kept = [stack for stack in stacks if _stands_apart(stack, others, size[0])]
    taken = {id(letter) for stack in kept for letter in stack}
    turned = tuple(TurnedLine(_line(stack), 90) for stack in kept)
    return tuple(line for line in lines if id(line) not in taken), turned


def _stacks(letters: Sequence[TextLine], size: tuple[float, float]) -> Iterator[list[TextLine]]:
    """Letters below one another, top to bottom."""
    width, height = size
    open_stacks: list[list[TextLine]] = []
    for letter in sorted(letters, key=lambda line: line.box.center[1]):
        x, y = letter.box.center
        em = _size(letter)
        open_stacks, ended = _parted(open_stacks, y - PITCH * em / height)
        yield from ended
        fitting = (s for s in open_stacks if abs(s[-1].box.center[0] - x) * width < ACROSS * em)
        stack = next(fitting, None)
        if stack is None:
            open_stacks.append([letter])
        else:
            stack.append(letter)
    yield from open_stacks


def _parted(stacks: list[list[TextLine]], top: float) -> tuple[list[list[TextLine]], list[list[TextLine]]]:
    """The stacks that may go on, and those that ended above ``top``."""
    going = [s for s in stacks if s[-1].box.center[1] >= top]
    return going, [s for s in stacks if s[-1].box.center[1] < top]


def _stands_apart(stack: Sequence[TextLine], others: Sequence[BBox], width: float) -> bool:
    box = BBox.around(letter.box for letter in stack)
    gap = APART * _size(stack[0]) / width
    return all(o.left > box.right + gap for o in others) or all(o.right < box.left - gap for o in others)


def _size(line: TextLine) -> float:
    return line.font.size if line.font else 0.0


def _line(stack: Sequence[TextLine]) -> TextLine:
    middles = [letter.box.center[1] for letter in stack]
    steps = [0.0, *(b - a for a, b in pairwise(middles))]
    usual = median(steps[1:])
    text = "".join((" " if step > WORD_PITCH * usual else "") + s.text for s, step in zip(stack, steps, strict=True))
    return TextLine(text, BBox.around(letter.box for letter in stack), font=stack[0].font)
