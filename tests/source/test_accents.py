"""Accents that are drawn as signs of their own are put on the letters that they stand over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocr_plugins.blocks import BBox, Font
from ocr_plugins.source.pdf.accents import with_accents
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.textlayer import UNMARKED, TextLayer


def texts(layer: TextLayer) -> list[str]:
    return [line.text for line in layer.lines]


def test_accents_before_their_letters_as_tex_writes_them(layer: Callable[..., TextLayer]) -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont("Times-Roman", 10)
        text = canvas.beginText(72, 700)
        # The accent is moved over the letter behind it, by thousandths of the size.
        text._code.append(r"[(Le caf) -55 (\264) 388 (e est l) -55 (\140) 388 (a, f) -83 (\250) 416 (ur die)] TJ")
        canvas.drawText(text)

    assert texts(layer(draw)) == ["Le café est là, für die"]


def test_accents_behind_their_letters(layer: Callable[..., TextLayer]) -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(72, 700, "cafe")
        canvas.drawString(85.7, 700, "´")
        canvas.drawString(89.6, 700, " noir")

    assert texts(layer(draw)) == ["café noir"]


def test_the_raised_accent_of_a_capital(layer: Callable[..., TextLayer]) -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(72, 660, "A lone line.")
        text = canvas.beginText(72, 700)
        text._code.append(r"[(At the )] TJ 1 0 0 1 104.4 702.1 Tm [(\264)] TJ 1 0 0 1 102 700 Tm [(Ecole)] TJ")
        canvas.drawText(text)

    assert sorted(texts(layer(draw))) == ["A lone line.", "At the École"]


def test_signs_that_stand_over_no_letter_stay(layer: Callable[..., TextLayer]) -> None:
    said = "O´Connor says `x´ or 5¨ and ~ home, 2^3 at 20°C"
    assert texts(layer(lambda canvas: canvas.drawString(72, 700, said))) == [said]


def piece(*signs: tuple[str, float, float]) -> Piece:
    """Characters from left to right on one line, ten points high; a space has no width."""
    drawn = [(left, right) for char, left, right in signs if char != " "]
    boxes, count = [BBox(left, 90, right, 100) for left, right in drawn], len(drawn)
    return Piece([char for char, *_ in signs], boxes, [Font(10)] * count, [UNMARKED] * count, [0] * count)


def read(*pieces: Piece) -> list[str]:
    return ["".join(piece.text) for piece in with_accents(pieces)]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ((("´", 0, 3), (" ", 0, 0), ("e", 0, 4)), "é"),
        ((("ı", 0, 3), ("´", 0, 3)), "í"),
        ((("c", 0, 4), ("¸", 0, 3)), "ç"),
        ((("a", 0, 4), ("ˇ", 0, 3)), "ǎ"),
        ((("q", 0, 4), ("´", 0, 3)), "q´"),
        ((("e", 0, 4), ("´", 2.4, 5.4)), "e´"),
        ((("e", 0, 4), ("´", 2, 5)), "é"),
        ((("a", 0, 4), (" ", 0, 0), ("´", 6, 9), (" ", 0, 0), ("e", 6, 10), ("t", 10, 12)), "a ét"),
        ((("a", 0, 4), (" ", 0, 0), ("´", 5, 8), (" ", 0, 0), ("e", 5, 9), (" ", 0, 0), ("t", 10.5, 12)), "aé t"),
    ],
)
def test_a_letter_and_an_accent_that_overlap_are_one(signs: tuple[Any, ...], expected: str) -> None:
    (text,) = read(piece(*signs))
    assert text == expected


def test_a_letter_and_its_accent_in_two_pieces_are_one() -> None:
    assert read(piece(("a", 0, 4), ("´", 5, 8)), piece(("e", 5, 9), ("t", 9, 11))) == ["aét"]
    assert read(piece(("a", 0, 4), ("e", 5, 9)), piece(("x", 20, 24)), piece(("´", 5, 8))) == ["aé", "x"]


@pytest.mark.parametrize(("between", "found"), [(7, True), (8, False)])
def test_how_many_pieces_away_a_letter_is_looked_for(between: int, *, found: bool) -> None:
    others = [piece(("x", 20 * n, 20 * n + 4)) for n in range(1, between + 1)]
    assert (read(piece(("e", 0, 4)), *others, piece(("´", 0, 3)))[0] == "é") is found


def test_a_composed_letter_has_the_box_of_the_letter() -> None:
    (one,) = with_accents([piece(("´", 1, 3), ("e", 0, 4), ("t", 4, 6))])
    assert [(box.left, box.right) for box in one.boxes] == [(0, 4), (4, 6)]
    assert len(one.fonts) == len(one.marks) == len(one.faces) == 2
