"""Lines of an engine that knows where its words are, cut into cells at white that several of them leave."""

from __future__ import annotations

import pytest

from ocr_plugins.blocks import BBox, Font, TextLine, Word
from ocr_plugins.layout.tables.apart import cut_at_white

PAGE = (600.0, 800.0)
SIZE = 10.0


def line(i: int, white: float, *, told: bool = True) -> TextLine:
    """``1 Ash tree``, with so much white behind the number; the line falls a little."""
    spans = [("1", 50.0, 55.0), ("Ash", 55 + white, 75 + white), ("tree", 78 + white, 98 + white)]
    top, bottom = (100 + 14 * i) / 800, (112 + 14 * i) / 800
    words = tuple(Word(text, BBox(a / 600, top, b / 600, bottom)) for text, a, b in spans) if told else ()
    box = BBox(50 / 600, top, (98 + white) / 600, bottom)
    return TextLine("1 Ash tree", box, 0.9, Font(SIZE), 0.01, words)


@pytest.mark.parametrize(
    ("white", "count", "cut"), [(12.0, 4, True), (7.8, 4, True), (7.0, 4, False), (12.0, 3, False)]
)
def test_white_on_several_lines_cuts_them(white: float, count: int, cut: bool) -> None:
    parts = cut_at_white([line(i, white) for i in range(count)], PAGE)
    assert [p.text for p in parts] == (["1", "Ash tree"] if cut else ["1 Ash tree"]) * count


def test_the_parts_have_their_words_places_and_slopes() -> None:
    first, second = cut_at_white([line(i, 12.0) for i in range(4)], PAGE)[:2]
    assert (first.box.left * 600, first.box.right * 600) == pytest.approx((50, 55))
    assert (second.box.left * 600, second.box.right * 600) == pytest.approx((67, 110))
    assert second.slope == pytest.approx(0.01 * 43 / 60)
    assert [w.text for w in second.words] == ["Ash", "tree"]


def test_lines_whose_words_have_no_places_are_left_as_they_are() -> None:
    lines = [line(i, 12.0, told=False) for i in range(4)]
    assert cut_at_white(lines, PAGE) == lines
    assert len(cut_at_white([*lines, line(4, 12.0)], PAGE)) == 5
