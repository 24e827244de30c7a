"""Signs that belong to a figure, and figures that do not belong to one another."""

from __future__ import annotations

import pytest
from made_geometry import UNIT, piece

from ocr_plugins.layout.rows import Row
from ocr_plugins.layout.tables.signs import split_figures, with_signs


def texts(rows: list[Row]) -> list[str]:
    return [row.text for row in rows]


@pytest.mark.parametrize(
    ("left", "gap", "right", "joined"),
    [
        ("$", 70, "178", True),
        ("$", 90, "178", False),
        ("\u20ac", 10, "1,204.55", True),
        ("(", 5, "12)", True),
        ("$", -4, "178", True),
        ("$", -7, "178", False),
        ("$", 10, "Total", False),
        ("(12", 3, ")", True),
        ("21.0", 12, "%", True),
        ("21.0", 18, "%", False),
        ("rate", 5, "%", False),
        ("12", 10, "13", False),
    ],
)
def test_a_sign_goes_with_its_figure(left: str, gap: float, right: str, joined: bool) -> None:
    first = piece(left, 0, 0)
    second = piece(right, first.box.right + gap, 0)
    assert texts(with_signs([first, second], UNIT)) == ([f"{left} {right}"] if joined else [left, right])


def test_a_sign_on_another_line_stays() -> None:
    assert texts(with_signs([piece("$", 0, 0), piece("178", 20, 12)], UNIT)) == ["$", "178"]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(["6.25 12.5", "12.50 25.0", "31.25 62.5"], 6, id="decimals on three lines"),
        pytest.param(["6.25 12.5", "12.50 25.0"], 2, id="on two lines"),
        pytest.param(["0113 496", "0114 497", "0115 498"], 3, id="groups of digits"),
        pytest.param(["May 12.5", "June 25.0", "July 62.5"], 3, id="words"),
    ],
)
def test_figures_of_neighbouring_columns_are_apart(lines: list[str], found: int) -> None:
    assert len(split_figures([piece(text, 100, 15 * i) for i, text in enumerate(lines)])) == found


def test_the_head_above_them_is_cut_with_them() -> None:
    rows = [piece("MIC MBC", 100, 0), *(piece("6.25 12.5", 100, 15.0 * i) for i in (1, 2, 3))]
    pieces = split_figures(rows)
    assert texts(pieces)[:3] == ["MIC", "MBC", "6.25"]
    assert pieces[0].box.right < pieces[1].box.left
