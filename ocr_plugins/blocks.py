"""What a page is made of: boxes, words, lines, tables, blocks; frozen values.

Boxes are relative to the upright page, 0..1 from its top-left corner, so they do not depend on a resolution.
A confidence is 0..1, or None where nobody knows it.

``Block.text`` is always plain text; in it a formula within a line keeps its dollar signs. Inline structure that an
engine gives (links, emphasis, LaTeX) is kept beside it in ``Block.markdown`` and ``Cell.markdown``; plain text is not
escaped before it is rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

_sides = attrgetter("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True)
class BBox:
    """An axis-aligned box in 0..1 of the upright page, unless said otherwise; ``left <= right``, ``top <= bottom``."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, boxes: Iterable[BBox]) -> BBox:
        """The smallest box that holds all of ``boxes``, of which there is at least one."""
        lefts, tops, rights, bottoms = zip(*map(_sides, boxes), strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def scaled(self, x: float, y: float) -> BBox:
        """The box with its horizontal coordinates times ``x`` and its vertical ones times ``y``."""
        return BBox(self.left * x, self.top * y, self.right * x, self.bottom * y)

    def clipped(self) -> BBox:
        """The part of the box that lies on the page, that is within 0..1."""
        left, top = min(max(self.left, 0.0), 1.0), min(max(self.top, 0.0), 1.0)
        return BBox(left, top, max(left, min(self.right, 1.0)), max(top, min(self.bottom, 1.0)))

    def overlap_x(self, other: BBox) -> float:
        """Length of the common horizontal extent, 0 where there is none."""
        return max(0.0, min(self.right, other.right) - max(self.left, other.left))

    def overlap_y(self, other: BBox) -> float:
        """Length of the common vertical extent, 0 where there is none."""
        return max(0.0, min(self.bottom, other.bottom) - max(self.top, other.top))

    def share_in(self, other: BBox) -> float:
        """The share of this box's area that lies in ``other``, 0..1; 0 for a box without area."""
        return self.overlap_x(other) * self.overlap_y(other) / self.area if self.area > 0 else 0.0

    def mostly_in(self, other: BBox) -> bool:
        """Whether more than half of its area lies in ``other``."""
        return self.share_in(other) > 0.5

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Font:
    """The type of a line, told by a PDF or measured from the pixels; ``size`` is in the units of ``Page.height``.

    ``mono`` is told by a PDF alone: all of the letters are of one width.
    """

    size: float
    bold: bool = False
    italic: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line, from an engine that knows where its words are."""

    text: str
    box: BBox
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text, or a piece of a line where a wide gap cuts it (the cells of a table row).

    Attributes:
        text: Plain text.
        box: Where it is.
        confidence: 0..1, None when unknown.
        font: Its type, None when unknown.
        slope: By how much the line falls from its left end to its right end, in page heights; negative where it rises.
            Worn and curled pages have such lines after the page as a whole is set straight.
        words: Left to right; empty when the engine does not know them.
    """

    text: str
    box: BBox
    confidence: float | None = None
    font: Font | None = None
    slope: float = 0.0
    words: tuple[Word, ...] = ()


class BlockKind(StrEnum):
    """What a block is on the page. The last three are page furniture, left out of Markdown unless asked for."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    FIGURE = "figure"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FORMULA = "formula"
    CODE = "code"
    PAGE_HEADER = "page_header"
    PAGE_FOOTER = "page_footer"
    PAGE_NUMBER = "page_number"

    @property
    def is_furniture(self) -> bool:
        return self in (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER, BlockKind.PAGE_NUMBER)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell.

    Attributes:
        row, column: Its top-left position in the grid, counted from 0.
        text: Plain text.
        row_span, column_span: How many rows and columns it takes.
        header: It names what is below it or beside it.
        box: Where it is, None when unknown.
        markdown: Inline Markdown of ``text``, where that does not show all (formulas, superscripts); rendered instead.
    """

    row: int
    column: int
    text: str = ""
    row_span: int = 1
    column_span: int = 1
    header: bool = False
    box: BBox | None = None
    markdown: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as cells on a grid. Positions that no cell covers are empty."""

    rows: int
    columns: int
    cells: tuple[Cell, ...] = ()

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[str]], header_rows: int = 1) -> Table:
        """A table without spans from the texts of its rows; short rows are filled with empty cells."""
        cells = [
            Cell(i, j, text, header=i < header_rows) for i, row in enumerate(rows) for j, text in enumerate(row) if text
        ]
        return cls(len(rows), max((len(row) for row in rows), default=0), tuple(cells))

    @property
    def has_spans(self) -> bool:
        return any(c.row_span > 1 or c.column_span > 1 for c in self.cells)

    def texts(self) -> list[list[str]]:
        """The grid as rows of texts; a spanning cell's text stands at its top-left position."""
        grid = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            grid[cell.row][cell.column] = cell.text
        return grid

    @property
    def text(self) -> str:
        """Its plain text: a line per row, tabs between cells, none behind the last one that has text."""
        return "\n".join("\t".join(row).rstrip() for row in self.texts())


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page in reading order.

    Attributes:
        kind: What it is.
        text: Plain text; for a table its cells, a row per line, tabs between cells.
        box: Where it is, None when the engine does not say.
        confidence: 0..1, the mean over its lines weighted by their length, None when unknown.
        level: Of a heading 1..6, 0 until the whole document is known; of a list item its depth from 0; otherwise 0.
        marker: Of a list item, as printed: ``•``, ``3.``, ``(a)``; of code, its language. Not part of ``text``.
        lines: The lines it is made of, where the engine gives lines.
        table: The cells, for a table.
        markdown: Inline Markdown of ``text``, when the engine gave some or it has links; rendered instead of ``text``.
            Of a figure its description by the author or the engine, rendered in its comment. Of a formula the LaTeX in
            its delimiters.
        continues: It goes on from the one of its kind before: of the previous page or column, or before a figure.
        image: Path of a figure's picture, with ``/``, where ``Pipeline(images=…)`` saved it; see :meth:`Page.relink`.
    """

    kind: BlockKind
    text: str = ""
    box: BBox | None = None
    confidence: float | None = None
    level: int = 0
    marker: str | None = None
    lines: tuple[TextLine, ...] = ()
    table: Table | None = None
    markdown: str | None = None
    continues: bool = False
    image: str | None = None


def mean_confidence(weighted: Iterable[tuple[float | None, int]]) -> float | None:
    """The mean of ``(confidence, weight)`` pairs, those without a confidence left out; None if none remains."""
    known = [(c, max(1, w)) for c, w in weighted if c is not None]
    return sum(c * w for c, w in known) / sum(w for _, w in known) if known else None


def text_confidence(parts: Iterable[TextLine | Block]) -> float | None:
    """The mean confidence of lines or blocks, weighted by the length of their text; None when unknown."""
    return mean_confidence((part.confidence, len(part.text)) for part in parts)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page that a layout detector has classified; the box is in 0..1 of the page."""

    kind: BlockKind
    box: BBox
    confidence: float


# A paragraph may go on behind them.
STANDS_BETWEEN = frozenset((BlockKind.FIGURE, BlockKind.CAPTION, BlockKind.FOOTNOTE))
