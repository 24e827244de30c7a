"""White that several lines of a PDF page leave in the same place cuts them into cells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr_plugins.blocks import BBox, Font
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.pdf.white import at_columns

SIZE = 10.0
FONT = Font(SIZE)
# Of a letter, and of the white between two words.
WIDE, SPACE = 5.0, 2.5


def line(y: float, *words: str | float, left: float = 0, font: Font = FONT) -> Piece:
    """Words with a space between them, or with the white that stands between them here."""
    piece, x = Piece(), left
    for word in words:
        if isinstance(word, float):
            x += word - SPACE
            continue
        if piece.boxes:
            piece.text.append(" ")
            x += SPACE
        for char in word:
            piece.text.append(char)
            piece.boxes.append(BBox(x, y, x + WIDE, y + SIZE))
            piece.fonts.append(font)
            piece.marks.append(0)
            piece.faces.append(0)
            x += WIDE
    return piece


def texts(pieces: Sequence[Piece]) -> list[str]:
    return ["".join(piece.text).strip() for piece in at_columns(pieces)]


def rows(white: float, *others: Piece, count: int = 3, pitch: float = 14, font: Font = FONT) -> list[Piece]:
    """Lines of two words, some white, and two more words; every one begins where it does above."""
    return [line(pitch * i, "Great", "House", white, "some", "town", font=font) for i in range(count)] + list(others)


@pytest.mark.parametrize(("white", "cut"), [(9.0, True), (6.0, True), (4.5, False), (3.0, False)])
def test_white_that_stands_out_on_three_lines_cuts_them(white: float, cut: bool) -> None:
    assert texts(rows(white)) == (["Great House", "some town"] if cut else ["Great House some town"]) * 3


@pytest.mark.parametrize(("count", "pitch", "cut"), [(3, 14, True), (2, 14, False), (3, 19, True), (3, 21, False)])
def test_it_takes_several_lines_close_to_one_another(count: int, pitch: float, cut: bool) -> None:
    assert (len(texts(rows(9.0, count=count, pitch=pitch))) == 2 * count) == cut


def test_white_between_pieces_is_white_as_well() -> None:
    """Of a shaded table every other row is cut by the edges of its cells."""
    cut = [line(y, "Great", "House") for y in (0, 28)] + [line(y, "some", left=61.5) for y in (0, 28)]
    assert texts([*cut, line(14, "Great", "House", 9.0, "town")])[-2:] == ["Great House", "town"]


def test_words_of_justified_lines_stand_equally_far_apart() -> None:
    justified = [line(14.0 * i, "as", 8.0, "wide", 8.0, "as", 8.0, "can", 8.0, "be") for i in range(3)]
    assert len(texts(justified)) == 3


def test_figures_stand_equally_far_apart_too() -> None:
    assert texts([line(14.0 * i, "1.0", 8.0, "2.0", 8.0, "3.0") for i in range(3)]) == ["1.0", "2.0", "3.0"] * 3


@pytest.mark.parametrize("marker", ["(a)", "1.", "•", "\uf0a8"])
def test_a_marker_is_not_cut_from_its_item(marker: str) -> None:
    assert len(texts([line(14.0 * i, marker, 9.0, "some", "item") for i in range(3)])) == 3


@pytest.mark.parametrize(("shift", "cut"), [(0, True), (5, True), (8, False)])
def test_the_white_stands_in_the_same_place(shift: float, cut: bool) -> None:
    moved = line(14, "Great", "House", 9.0, "some", "town", left=shift)
    first, _, last = rows(9.0)
    assert (len(texts([first, moved, last])) == 6) == cut


def test_type_of_one_width_is_left_as_it_is() -> None:
    assert len(texts(rows(9.0, font=Font(SIZE, mono=True)))) == 3


def numbered(*head: str | float, left: float = 0, size: float = SIZE) -> list[Piece]:
    """A head above lines of a number, a name and an amount."""
    lines = [
        [line(14 + 14 * i, "1", 9.0, name, left=7.5), line(14 + 14 * i, "25", left=90)]
        for i, name in enumerate(("Ash", "Elm"))
    ]
    return [line(0, *head, left=left, font=Font(size)), line(0, "Sum", left=90), *(p for some in lines for p in some)]


@pytest.mark.parametrize(
    ("left", "size", "cut"), [(4, 10, True), (0.5, 10, True), (-1.5, 10, False), (4, 15, True), (4, 21, False)]
)
def test_a_head_as_wide_as_its_column_is_cut_where_the_cells_below_begin(left: float, size: float, cut: bool) -> None:
    found = texts([*numbered("No.", "Tree", left=left, size=size), line(42, "1", 9.0, "Oak", left=7.5)])
    assert ("Tree" in found) == cut


def test_a_head_over_several_columns_is_not_cut() -> None:
    pieces = [line(14 * i, "1", 9.0, "Ash", 9.0, "Elm", 9.0, "Oak") for i in (1, 2, 3)]
    assert texts([line(0, "A", "head", "over", "all"), line(0, "x", left=90), *pieces])[0] == "A head over all"
