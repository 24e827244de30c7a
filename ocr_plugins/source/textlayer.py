"""The values that a page's own text is made of: lines, the author's tags, the words under links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from ocr_plugins.blocks import BBox, Font, TextLine

# Marks of text that no tag names, and of text that the author marked as no part of the content.
UNMARKED, ARTIFACT = -1, -2
# Why text is not sound that a font gives other letters for than it shows.
WRONG_LETTERS = "the letters of a font make no words"


HEADINGS = frozenset({"Title", "H", *(f"H{n}" for n in range(1, 7))})


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element, as far as it belongs to one page.

    Attributes:
        kind: The standard structure type, such as ``P`` or ``H1``.
        children: Elements, numbers of marked content, and None for what is not on this page or has no content: an
            empty cell.
        style: The author's own name of the type, before it was mapped to a standard one.
        alt: The author's description of it, for those who cannot see it.
        row_span, column_span: Of a cell.
    """

    kind: str
    children: tuple[Element | int | None, ...] = ()
    style: str = ""
    alt: str = ""
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a text line under one mark.

    Attributes:
        line: The number of the line; the fragments of a line follow one another.
        mark: The number of its marked content, ``UNMARKED`` or ``ARTIFACT``.
        text: White space at its ends included.
        box: In 0..1 of the page.
    """

    line: int
    mark: int
    text: str
    box: BBox
    font: Font


def marks_of(element: Element) -> Iterator[int]:
    """All marks below an element, in order."""
    for child in element.children:
        if isinstance(child, Element):
            yield from marks_of(child)
        elif child is not None:
            yield child


def elements_of(element: Element, kinds: frozenset[str]) -> Iterator[Element]:
    """The elements of some kinds below another one, in order, and not those within them."""
    for child in element.children:
        if isinstance(child, Element):
            if child.kind in kinds:
                yield child
            else:
                yield from elements_of(child, kinds)


def headings_in(tree: Sequence[Element]) -> int:
    """How many elements are headings."""
    return sum(1 if e.kind in HEADINGS else sum(1 for _ in elements_of(e, HEADINGS)) for e in tree)


@dataclass(frozen=True, slots=True)
class TurnedLine:
    """A line of text that does not run level from left to right.

    Attributes:
        line: Its box, around it where it is oblique, in 0..1 of the page as it stands.
        degrees: Clockwise, from level to where it runs, 0..359: text that is read from top to bottom has 90.
    """

    line: TextLine
    degrees: int

    def parts(self) -> Iterator[TextLine]:
        """The line, or its letters where it is oblique, each with about the box that it stands in."""
        if self.degrees % 90 == 0:
            yield self.line
            return
        box, count = self.line.box, len(self.line.text)
        for i, letter in enumerate(self.line.text):
            along = max(0, i - 2) / count, min(count, i + 3) / count
            against = 1 - along[1], 1 - along[0]
            left, right = against if 90 < self.degrees < 270 else along
            top, bottom = along if self.degrees < 180 else against
            x, y, width, height = box.left, box.top, box.width, box.height
            place = BBox(x + left * width, y + top * height, x + right * width, y + bottom * height)
            yield replace(self.line, text=letter, box=place)


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the blocks of a tagged page are made from.

    Attributes:
        tree: Its structure elements.
        fragments: Its text, cut at the marks.
        drawings: Where images and drawings stand, by mark.
        images: The images, with their marks.
        answers: Text that no mark can name: the lines of each filled form field and written annotation.
        headings: Whether the tags of the document name its headings. Those of many do not.
        turned: Turned text that no mark names.
    """

    tree: tuple[Element, ...]
    fragments: tuple[Fragment, ...]
    drawings: Mapping[int, BBox]
    images: tuple[tuple[int, BBox], ...] = ()
    answers: tuple[tuple[TextLine, ...], ...] = ()
    headings: bool = True
    turned: tuple[TurnedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words of one line that a link lies over, with the text around them; ``box`` is in 0..1 of the page."""

    url: str
    before: str
    text: str
    after: str
    box: BBox


@dataclass(frozen=True, slots=True)
class Script:
    """A superscript or subscript of one line, with the text around it; ``box`` is in 0..1 of the page.

    ``tag`` is that of HTML.
    """

    tag: Literal["sup", "sub"]
    before: str
    text: str
    after: str
    box: BBox


@dataclass(frozen=True, slots=True)
class TextLayer:
    """A page's own text.

    Attributes:
        lines: Level ones, in the order of the content stream, boxes in 0..1 of the page as displayed.
        rulings: Thin rectangles and lines, in 0..1.
        figures: Images, in 0..1.
        distrust: Why the page should be OCRed instead, None where the text is sound.
        tagged: The author's structure of the page, None where there is none.
        anchors: Words that links lie over.
        scripts: Characters that are raised or lowered.
        drawn: There are pictures, or drawings as detailed as letters are.
        hidden: Text that a reader of the page cannot see. It is not among the lines, unless it is most of the text, as
            an OCR program writes it under a scan.
        turned: Lines that are not level, tagged ones too.
        doubtful: Those of the lines that have letters in a font which makes no words of them.
        legible: The text can be seen and decoded, but for what is doubtful, even where it is not sound.
        xfa: The page only stands in for an XFA form, which other programs than Adobe's do not show.
    """

    lines: tuple[TextLine, ...] = ()
    rulings: tuple[BBox, ...] = ()
    figures: tuple[BBox, ...] = ()
    distrust: str | None = None
    tagged: Tagged | None = None
    anchors: tuple[Anchor, ...] = ()
    scripts: tuple[Script, ...] = ()
    hidden: tuple[TextLine, ...] = ()
    drawn: bool = False
    turned: tuple[TurnedLine, ...] = ()
    doubtful: frozenset[TextLine] = frozenset()
    legible: bool = True
    xfa: bool = False

    @property
    def doubt(self) -> str | None:
        """Why all of it, or some of it, is not sound."""
        return self.distrust or (WRONG_LETTERS if self.doubtful else None)

    def legible_characters(self) -> int:
        """How much of it can be read, white space between words included."""
        left = self.without(self.doubtful) if self.doubtful else self
        return sum(len(line.text) for line in left.places()) if self.legible else 0

    def without(self, lines: Set[TextLine]) -> TextLayer:
        """The layer without some of its lines, and so without tags."""
        left = tuple(line for line in self.lines if line not in lines)
        turned = tuple(turned for turned in self.turned if turned.line not in lines)
        return replace(self, lines=left, turned=turned, tagged=None)

    def places(self) -> list[TextLine]:
        """All text with where it stands; the letters of oblique lines each for itself, as their boxes are empty."""
        return [*self.lines, *(part for turned in self.turned for part in turned.parts())]
