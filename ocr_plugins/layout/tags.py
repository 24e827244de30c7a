"""The author's tags of a PDF page (ISO 32000-1, 14.7 and 14.8), and the pieces of the page that they name, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ocr_plugins.document import BBox, BlockKind, Font

# Marks of text that no tag names, and of text that the author marked as no part of the content.
UNMARKED, ARTIFACT = -1, -2
_HEADING = re.compile(r"H([1-9]\d?)?")
_SECTIONS = frozenset({"Sect", "Part", "Art"})
_INLINE = frozenset(
    {
        *("Span", "Link", "Quote", "Reference", "BibEntry", "Annot", "Form", "Em", "Strong", "Sub", "Lbl", "LBody"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "NonStruct", "Private", "Formula", "Code"),
    }
)
_ALONE = {"Formula": BlockKind.FORMULA, "Code": BlockKind.CODE}


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


@dataclass(slots=True)
class Draft:
    """A block to be: what it is, and the marks of its text in order.

    ``kind`` is None for text that stands in no paragraph of its own: geometry is to cut it.
    """

    kind: BlockKind | None
    level: int = 0
    marks: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    alt: str = ""
    table: Element | None = None


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


def find_drafts(tree: Sequence[Element]) -> list[Draft]:
    """The blocks that the tags of a page make, in their order."""
    walk = _Walk()
    for element in tree:
        walk.visit(element)
    walk.close()
    return walk.drafts


class _Walk:
    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._current: Draft | None = None
        # What stands within a paragraph and is no part of it: it follows the paragraph.
        self._pending: list[Draft] = []
        self._lists = 0
        self._sections = 0
        self._in_item = False

    def visit(self, element: Element) -> None:
        kind = element.kind
        if heading := _HEADING.fullmatch(kind):
            level = min(6, int(heading[1])) if heading[1] else max(1, min(6, self._sections))
            self._block(element, Draft(BlockKind.HEADING, level))
        elif kind == "Title" or (kind == "P" and element.style == "Title"):
            self._block(element, Draft(BlockKind.TITLE, 1))
        elif kind == "P":
            if self._in_item or self._in_caption():
                self._in_item = False
                self._children(element)
            else:
                self._block(element, Draft(BlockKind.PARAGRAPH))
        elif kind in ("L", "TOC"):
            self.close()
            self._lists += 1
            self._children(element)
            self.close()
            self._lists -= 1
        elif kind in ("LI", "TOCI"):
            self._in_item = True
            self._block(element, Draft(BlockKind.LIST_ITEM, max(0, self._lists - 1)))
            self._in_item = False
        elif kind == "Lbl" and self._current and self._current.kind == BlockKind.LIST_ITEM and not self._current.marks:
            self._current.label += marks_of(element)
        elif kind == "Caption":
            self._block(element, Draft(BlockKind.CAPTION))
        elif kind in ("Note", "FENote"):
            self._aside(Draft(BlockKind.FOOTNOTE, marks=list(marks_of(element))))
        elif kind == "Figure":
            self._figure(element)
        elif kind == "Table":
            self._table(element)
        elif kind == "Artifact":
            pass
        elif kind in _INLINE:
            if self._current is None and kind in _ALONE:
                self._block(element, Draft(_ALONE[kind]))
            else:
                self._children(element)
        else:
            self._group(element)

    def close(self) -> None:
        """End the open block."""
        self._current = None
        self.drafts += self._pending
        self._pending = []

    def _in_caption(self) -> bool:
        return self._current is not None and self._current.kind in (BlockKind.CAPTION, BlockKind.FOOTNOTE)

    def _children(self, element: Element) -> None:
        for child in element.children:
            if isinstance(child, Element):
                self.visit(child)
            elif child is not None:
                if self._current is None:
                    self._open(Draft(None))
                assert self._current is not None
                self._current.marks.append(child)

    def _open(self, draft: Draft) -> None:
        before = self._current
        self.close()
        if before and before.kind == BlockKind.LIST_ITEM and before.label and not before.marks:
            # The item is a heading or a figure: its number belongs to that.
            self.drafts.remove(before)
            draft.marks[:0] = before.label
        self._current = draft
        self.drafts.append(draft)

    def _block(self, element: Element, draft: Draft) -> None:
        self._open(draft)
        self._children(element)
        self.close()

    def _aside(self, draft: Draft) -> None:
        (self._pending if self._current else self.drafts).append(draft)

    def _figure(self, element: Element) -> None:
        captions = list(elements_of(element, frozenset({"Caption"})))
        taken = {mark for caption in captions for mark in marks_of(caption)}
        marks = [mark for mark in marks_of(element) if mark not in taken]
        self._aside(Draft(BlockKind.FIGURE, marks=marks, alt=element.alt))
        for caption in captions:
            self._aside(Draft(BlockKind.CAPTION, marks=list(marks_of(caption))))

    def _table(self, element: Element) -> None:
        self.close()
        for caption in elements_of(element, frozenset({"Caption"})):
            self.drafts.append(Draft(BlockKind.CAPTION, marks=list(marks_of(caption))))
        layout = frozenset({"Table", "Title", *(f"H{n}" for n in range(1, 7)), "H"})
        if any(True for _ in elements_of(element, layout)):
            # It only arranges the page.
            self._group(element)
        else:
            self.drafts.append(Draft(BlockKind.TABLE, marks=list(marks_of(element)), table=element))

    def _group(self, element: Element) -> None:
        self._sections += element.kind in _SECTIONS
        if self._current and self._current.kind == BlockKind.LIST_ITEM and not self._current.marks:
            self._children(element)
        else:
            self.close()
            self._children(element)
            self.close()
        self._sections -= element.kind in _SECTIONS
