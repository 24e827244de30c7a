"""Drop caps begin the first word of their paragraph."""

from __future__ import annotations

import pytest
from layout_lines import HEIGHT, PITCH, SIZE, line

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.layout.assemble import assemble

LEFT, TOP = 0.1, 0.2
TEXTS = [
    "he board met on the third of",
    "March to consider the report",
    "and it found that the cost of paper",
    "had risen.",
]


def page(letter: str = "T", *, size: float = 2.4, gap: float = 0.2, beside: int = 2, down: float = 0.0) -> list[str]:
    """The texts of a page whose first lines stand beside a letter; lengths in heights of the running text."""
    height = HEIGHT * SIZE[1]
    right = LEFT + 1.5 * height / SIZE[0]
    cap = TextLine(letter, BBox(LEFT, TOP + down * HEIGHT, right, TOP + (down + size) * HEIGHT), None, Font(size * 9))
    lefts = [right + gap * height / SIZE[0]] * beside + [LEFT] * (len(TEXTS) - beside)
    lines = [line(text, left, TOP + i * PITCH) for i, (text, left) in enumerate(zip(TEXTS, lefts, strict=True))]
    return [block.text for block in assemble([cap, *lines], size=SIZE)]


@pytest.mark.parametrize("other", [{}, {"gap": 0.6}, {"down": -0.5}, {"size": 2.0}])
def test_a_drop_cap_is_joined_to_its_word(other: dict[str, float]) -> None:
    assert page(**other) == [f"T{' '.join(TEXTS)}"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("gap", "space"), [(0.2, ""), (0.5, " ")])
def test_a_letter_that_is_a_word_stands_apart(gap: float, space: str) -> None:
    assert page("A", gap=gap)[0].startswith(f"A{space}he board")


@pytest.mark.parametrize(
    "other",
    [
        {"size": 1.5, "down": 0.4},
        {"gap": 1.5},
        {"beside": 1},
        {"letter": "t"},
        {"letter": "To"},
        {"size": 3.5, "down": -1.2},
    ],
)
def test_other_letters_are_no_drop_caps(other: dict[str, float]) -> None:
    assert not page(**other)[0].startswith("The board")  # type: ignore[arg-type]
