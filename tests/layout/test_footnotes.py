"""Footnotes: small type at the foot of a column, with a mark or a rule."""

from __future__ import annotations

import pytest
from layout_lines import SIZE, column, line, prose

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.footnotes import notes_last
from ocr_plugins.layout.rows import LEADING

# The page is 1000 high, its running text 10.
PAGE, UNIT = 1000.0, 10.0


def is_note(text: str, *, size: float = 0.8, top: float = 800, rule: BBox | None = None) -> bool:
    """Whether a text of that size, in heights of the running text, is a footnote."""
    box = BBox(100, top, 400, top + size * UNIT)
    block = Block(BlockKind.PARAGRAPH, text, box, lines=(TextLine(text, box, font=Font(size * UNIT / LEADING)),))
    (found,) = notes_last([[block]], [rule] if rule else [], UNIT, PAGE)
    return found.kind == BlockKind.FOOTNOTE


@pytest.mark.parametrize(("size", "small"), [(0.88, True), (0.96, False)])
def test_a_footnote_is_set_in_smaller_type(size: float, small: bool) -> None:
    assert is_note("* A note", size=size) == small


@pytest.mark.parametrize(("top", "low"), [(500, False), (600, True)])
def test_a_footnote_stands_in_the_lower_half_of_the_page(top: float, low: bool) -> None:
    assert is_note("* A note", top=top) == low


@pytest.mark.parametrize(("gap", "near"), [(1.2, True), (1.8, False)])
def test_a_rule_above_a_footnote_is_near(gap: float, near: bool) -> None:
    bottom = 800 - gap * UNIT
    assert is_note("No mark", rule=BBox(100, bottom - 1, 200, bottom)) == near


@pytest.mark.parametrize(("width", "long"), [(2.5, False), (3.5, True)])
def test_a_dash_above_a_text_is_no_rule(width: float, long: bool) -> None:
    assert is_note("No mark", rule=BBox(100, 794, 100 + width * UNIT, 795)) == long


def note(texts: list[str], top: float, left: float = 0.06) -> list[TextLine]:
    return [line(text, left, top + i * 0.012, size=7) for i, text in enumerate(texts)]


def test_a_footnote_is_read_after_both_columns_and_before_what_stands_below_them() -> None:
    left = column(prose("left", 20), 0.06, 0.30, width=0.41)
    right = column(prose("right", 22), 0.52, 0.30, width=0.41)
    below = [
        line("A licence runs below it over the width of the page, in its own type.", 0.06, 0.9, width=0.87, size=8)
    ]
    blocks = assemble([*left, *right, *note(["* A mark begins this note"], 0.67), *below], size=SIZE)
    assert [b.text.split()[0] for b in blocks] == ["left", "right", "*", "A"]
    assert blocks[2].kind == BlockKind.FOOTNOTE


def test_small_type_is_a_footnote_by_its_mark_or_the_rule_above_it() -> None:
    body = column(prose("body", 30), 0.1, 0.1, width=0.8)
    rule = BBox(0.1, 0.664, 0.3, 0.665)
    for text, rules, kind in (
        ("1 Compare the first part.", (), BlockKind.FOOTNOTE),
        ("Compare the first part.", (rule,), BlockKind.FOOTNOTE),
        ("Compare the first part.", (), BlockKind.PARAGRAPH),
    ):
        assert assemble([*body, *note([text], 0.67, 0.1)], rulings=rules, size=SIZE)[-1].kind == kind
