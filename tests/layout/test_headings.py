"""Headings: what looks like one, each measure just enough and just too little."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import Any

import pytest
from layout_lines import PITCH, SIZE, column, line, prose, texts

from ocr_plugins.blocks import BBox, BlockKind, Font, Region, TextLine
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.headings import looks_like_heading
from ocr_plugins.layout.rows import LEADING, Row

UNIT = 10.0


def is_heading(
    text: str,
    *,
    rows: int = 1,
    size: float = 1.0,
    bold: bool = False,
    gap: float | None = None,
    classified: bool = False,
) -> bool:
    """Whether a text is a heading, on so many rows of that size, in heights of the running text, the first repeated.

    With a gap it consists of two pieces so far apart.
    """
    box = BBox(0, 0, 300, size * UNIT)
    row = Row((TextLine(text, box, font=Font(size * UNIT / LEADING, bold)),), box)
    if gap is not None:
        row = replace(row, pieces=(BBox(0, 0, 100, 10), BBox(100 + gap * UNIT, 0, 300, 10)))
    return looks_like_heading(
        [row, *repeat(replace(row, lines=(TextLine("and", box, font=row.lines[0].font),)), rows - 1)],
        UNIT,
        classified=classified,
    )


def words(characters: int) -> str:
    return ("A" + " heading" * 30)[:characters].rstrip() + "x" * (characters % 8 == 1)


@pytest.mark.parametrize(
    ("heading", "other"),
    [
        ({"text": words(150), "size": 2.0}, {"text": words(170), "size": 2.0}),
        ({"text": words(100), "bold": True}, {"text": words(120), "bold": True}),
        ({"text": words(100), "size": 1.4}, {"text": words(120), "size": 1.4}),
        ({"text": f"1.2 {words(70)}"}, {"text": f"1.2 {words(86)}"}),
        ({"text": "Ode", "bold": True}, {"text": "Od", "bold": True}),
        ({"text": "Ordinance 123456", "bold": True}, {"text": "Ordin 1234567", "bold": True}),
        ({"text": "Large", "rows": 4, "size": 2.0}, {"text": "Large", "rows": 5, "size": 2.0}),
        ({"text": "Bold", "rows": 2, "bold": True}, {"text": "Bold", "rows": 3, "bold": True}),
        (
            {"text": "What is the use of a book?", "bold": True},
            {"text": "It is of" + " no" * 8 + " use.", "bold": True},
        ),
        ({"text": "Two pieces", "bold": True, "gap": 1.7}, {"text": "Two pieces", "bold": True, "gap": 2.3}),
        ({"text": "Larger", "size": 1.4}, {"text": "Larger", "size": 1.2}),
        ({"text": words(120), "size": 1.6}, {"text": words(120), "size": 1.4}),
        ({"text": "Smaller", "bold": True, "size": 0.9}, {"text": "Smaller", "bold": True, "size": 0.8}),
        ({"text": "Slightly", "classified": True, "size": 1.2}, {"text": "Slightly", "classified": True, "size": 1.05}),
    ],
    ids=[
        *(
            "length",
            "length of bold type",
            "length of larger type",
            "length with a number",
            "letters",
            "share of letters",
        ),
        *("rows", "rows of bold type", "words of a sentence", "gap", "larger", "much larger", "bold and small"),
        "slightly larger",
    ],
)
def test_a_heading_is_told_by_its_looks(heading: dict[str, Any], other: dict[str, Any]) -> None:
    assert is_heading(**heading)
    assert not is_heading(**other)


def test_a_line_in_capitals_is_a_heading_unless_the_page_is_full_of_them() -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    capitals = line("THE STORY OF A PAGE", 0.1, 0.05)
    assert texts(assemble([capitals, *body], size=SIZE), BlockKind.HEADING) == ["THE STORY OF A PAGE"]
    shouted = [replace(x, text=x.text.upper()) for x in body]
    assert not texts(assemble([capitals, *shouted], size=SIZE), BlockKind.HEADING)


@pytest.mark.parametrize("text", ["Date of birth:", "Telephone: ()", "Amount:$"])
def test_the_label_of_a_field_is_no_heading(text: str) -> None:
    body = column(prose("body", 5), 0.1, 0.15, width=0.8)
    assert not texts(assemble([line(text, 0.1, 0.05, bold=True), *body], size=SIZE), BlockKind.HEADING)


def test_larger_or_bold_short_lines_are_headings_and_sentences_are_not() -> None:
    rows = [
        line("Large", 0.1, 0.05, size=16),
        *column(prose("body", 4), 0.1, 0.12, width=0.8),
        line("Bold", 0.1, 0.22, bold=True),
        *column(prose("more", 4), 0.1, 0.25, width=0.8),
    ]
    blocks = assemble(rows, size=SIZE)
    assert texts(blocks, BlockKind.HEADING) == ["Large", "Bold"]
    assert len(texts(blocks, BlockKind.PARAGRAPH)) == 2


def test_an_italic_line_that_the_detector_calls_a_heading_is_one() -> None:
    text = "Fixing of the upper nut"
    italic = replace(line(text, 0.1, 0.1), font=Font(9.0, italic=True))
    below = column(prose("below", 4), 0.1, 0.1 + PITCH, width=0.8)
    region = Region(BlockKind.HEADING, BBox(0.09, 0.095, 0.5, 0.115), 0.9)
    assert texts(assemble([italic, *below], [region], size=SIZE), BlockKind.HEADING) == [text]
    assert texts(assemble([italic, *below], size=SIZE), BlockKind.HEADING) == []
