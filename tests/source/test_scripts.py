"""Superscripts and subscripts of a PDF are kept as Markdown; the text stays plain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from ocr_plugins import Pipeline
from ocr_plugins.blocks import BBox, Block, BlockKind, Cell, Font, Table
from ocr_plugins.markdown.links import link_blocks
from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.pdf.scripts import with_scripts
from ocr_plugins.source.textlayer import UNMARKED, Anchor, Script, TextLayer

SIZE = 10.0
# Sizes and rises, of the size of a line, as TeX and word processors have them.
UP, DOWN = (0.7, 0.36), (0.7, -0.15)

Part = str | tuple[str, tuple[float, float]]


def write(canvas: Any, *parts: Part, y: float = 700, font: str = "Helvetica") -> None:
    """A line of texts, and of texts with their size and rise."""
    x = 72.0
    for part in parts:
        text, (size, rise) = (part, (1.0, 0.0)) if isinstance(part, str) else part
        canvas.setFont(font, size * SIZE)
        canvas.drawString(x, y + rise * SIZE, text)
        x += stringWidth(text, font, size * SIZE)


@pytest.fixture
def markdown(draw_pdf: Callable[..., bytes]) -> Callable[..., str]:
    def read(*parts: Part) -> str:
        return Pipeline(text="layer").read(draw_pdf(lambda canvas: write(canvas, *parts))).markdown

    return read


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Birgitta Arnholm", ("2", UP)), "Birgitta Arnholm<sup>2</sup>"),
        (
            ("Erik Alestig", ("1*", UP), ", Birgitta Arnholm", ("2", UP)),
            r"Erik Alestig<sup>1\*</sup>, Birgitta Arnholm<sup>2</sup>",
        ),
        (("It ends with a word.", ("3", UP), " Another begins."), "It ends with a word.<sup>3</sup> Another begins."),
        (("Water is H", ("2", DOWN), "O, and not else."), "Water is H<sub>2</sub>O, and not else."),
        (("A load of 10", ("-6", UP), " units a day"), "A load of 10<sup>-6</sup> units a day"),
        ((("1", UP), " Department of Medicine"), "<sup>1</sup> Department of Medicine"),
        (("On the 31", ("st", (0.6, 0.39)), " of March"), "On the 31<sup>st</sup> of March"),
    ],
)
def test_smaller_characters_above_or_below_the_line_are_scripts(
    parts: tuple[Part, ...], expected: str, markdown: Callable[..., str]
) -> None:
    assert markdown(*parts) == expected


@pytest.mark.parametrize(
    "parts",
    [
        ("T", ("HE ", (0.8, 0.0)), "L", ("ANCET", (0.8, 0.0))),
        (("T", (4.0, -2.0)), "here was once a king of a land"),
        ("up to ", ("1", (0.55, 0.32)), ("/", (0.55, 0.0)), ("4", (0.55, 0.0)), " inch wide"),
        ("See ", ("the note of the house", UP), " there"),
        ("Pick ", ('"', UP), "one"),
        ("of one ", ("size", (1.0, 0.2)), " of letters"),
        ("see chapter ", ("3.5", (0.82, -0.05)), " on page 17"),
    ],
    ids=["small capitals", "initial", "fraction", "a text", "a quotation mark", "as large", "another type"],
)
def test_others_are_none(parts: tuple[Part, ...], markdown: Callable[..., str]) -> None:
    assert "<su" not in markdown(*parts)


@pytest.mark.parametrize(
    ("script", "is_one"),
    [
        (("2", (0.46, 0.4)), True),
        (("2", (0.43, 0.4)), False),
        (("2", (0.85, 0.4)), True),
        (("2", (0.88, 0.4)), False),
        (("2", (0.7, 0.21)), True),
        (("2", (0.7, 0.17)), False),
        (("2", (0.7, -0.1)), True),
        (("2", (0.7, -0.07)), False),
        (("2" * 12, UP), True),
        (("2" * 13, UP), False),
    ],
)
def test_how_small_how_high_and_how_long(script: Part, *, is_one: bool, layer: Callable[..., TextLayer]) -> None:
    assert bool(layer(lambda canvas: write(canvas, "Birgitta Arnholm", script)).scripts) is is_one


def piece(text: str, left: float, size: float = SIZE, rise: float = 0.0) -> Piece:
    """Characters half as wide as high, one font for each of their sizes, on the line at 100 points."""
    bottom = 100 - rise + 0.22 * size
    boxes = [BBox(left + i * size / 2, bottom - size, left + (i + 1) * size / 2, bottom) for i in range(len(text))]
    return Piece(list(text), boxes, [Font(size)] * len(text), [UNMARKED] * len(text), [0] * len(text))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([("ab", 0.0), ("2", 11.4, 7.0, 3.6), (", cd", 16.3)], ["ab2, cd"]),
        ([("ab", 0.0), ("2", 11.6, 7.0, 3.6)], ["ab", "2"]),
        ([("ab", 0.0), ("2", 8.4, 7.0, 3.6)], ["ab", "2"]),
        ([("ab", 0.0), ("2", 10.0, 7.0, 0.0)], ["ab", "2"]),
        ([("ab", 0.0), ("2", 10.0, 7.0, 1.7)], ["ab", "2"]),
        ([("ab", 0.0), ("2", 10.0, 7.0, 2.2)], ["ab2"]),
        ([("ab", 0.0), ("cd", 10.0)], ["ab", "cd"]),
        ([("1", 0.0, 7.0, 3.6), ("Department", 3.6)], ["1 Department"]),
        ([("1", 0.0, 7.0, 3.6), ("Department", 8.4)], ["1 Department"]),
        ([("1", 0.0, 7.0, 3.6), ("Department", 8.6)], ["1", "Department"]),
        ([("1", 0.0, 7.0, 3.6), (", 5", 8.4)], ["1", ", 5"]),
    ],
)
def test_a_script_that_touches_a_piece_is_of_its_line(pieces: list[tuple[Any, ...]], expected: list[str]) -> None:
    """High ones are pieces of their own for PDFium; the space after the number of a note is thin."""
    joined = with_scripts([Piece(), *(piece(*one) for one in pieces)])
    assert ["".join(one.text) for one in joined] == expected


def test_a_table_has_them_in_its_cells() -> None:
    box = BBox(0.2, 0.2, 0.4, 0.3)
    table = Table(1, 2, (Cell(0, 0, "106 IU", box=BBox(0.0, 0.2, 0.2, 0.3)), Cell(0, 1, "106 IU", box=box)))
    script = Script("sup", "10", "6", " IU", BBox(0.22, 0.21, 0.23, 0.22))
    (block,) = link_blocks([Block(BlockKind.TABLE, table.text, box, table=table)], [], [script])
    assert block.table is not None
    assert [cell.markdown for cell in block.table.cells] == [None, "10<sup>6</sup> IU"]


def block_with(text: str, script: Script, *anchors: Anchor) -> Block:
    (block,) = link_blocks([Block(BlockKind.PARAGRAPH, text, BBox(0, 0, 1, 1))], anchors, [script])
    return block


def test_a_link_may_have_one_in_it() -> None:
    box = BBox(0.1, 0.1, 0.2, 0.2)
    anchor = Anchor("https://a.example", "See ", "Arnholm2", " there", box)
    block = block_with("See Arnholm2 there", Script("sup", "See Arnholm", "2", " there", box), anchor)
    assert block.markdown == "See [Arnholm<sup>2</sup>](https://a.example) there"


@pytest.mark.parametrize("text", ["It is $x1$ here", "A backslash \\1 then"])
def test_one_that_would_mean_something_else_is_left_out(text: str) -> None:
    before, after = text.split("1")
    block = block_with(text, Script("sup", before[-16:], "1", after[:16], BBox(0.1, 0.1, 0.2, 0.2)))
    assert block.markdown is None
    assert block.text == text


def test_a_figure_that_stands_elsewhere_is_not_taken_for_one() -> None:
    block = block_with("In 2012 there were 2", Script("sup", "Arnholm", "2", ", ", BBox(0.1, 0.1, 0.2, 0.2)))
    assert block.markdown is None
