"""The author's tags of a PDF page (ISO 32000-1, 14.7 and 14.8), and the pieces of the page that they name, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ocr_plugins.blocks import BlockKind
from ocr_plugins.source.textlayer import HEADINGS, Element, elements_of, marks_of

_HEADING = re.compile(r"H([1-9]\d?)?")
_ROW = frozenset({"TR"})
_SECTIONS = frozenset({"Sect", "Part", "Art"})
_INLINE = frozenset(
    {
        *("Span", "Link", "Quote", "Reference", "BibEntry", "Annot", "Form", "Em", "Strong", "Sub", "Lbl", "LBody"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "NonStruct", "Private", "Formula", "Code"),
    }
)
# A table with headings in it and fewer rows of several cells only arranges the page.
GRID_ROWS = 3
_ALONE = {"Formula": BlockKind.FORMULA, "Code": BlockKind.CODE}
# Paragraphs within them are their text.
_WHOLE = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.CAPTION, BlockKind.CODE})
# What an author writes within a figure beside its labels.
_PARTS = HEADINGS | {"Caption", "P", "L", "Table"}


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
        elif kind in _INLINE:
            self._inline(element)
        else:
            _VISITS.get(kind, _Walk._group)(self, element)

    def close(self) -> None:
        """End the open block."""
        self._current = None
        self.drafts += self._pending
        self._pending = []

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

    def _inline(self, element: Element) -> None:
        current = self._current
        if element.kind == "Lbl" and current and current.kind == BlockKind.LIST_ITEM and not current.marks:
            current.label += marks_of(element)
        elif current is None and element.kind in _ALONE:
            self._block(element, Draft(_ALONE[element.kind]))
        else:
            self._children(element)

    def _paragraph(self, element: Element) -> None:
        within = self._current is not None and self._current.kind in _WHOLE
        if self._in_item or within:
            self._in_item = False
            self._children(element)
        else:
            self._block(element, Draft(BlockKind.PARAGRAPH))

    def _list(self, element: Element) -> None:
        self.close()
        self._lists += 1
        self._children(element)
        self.close()
        self._lists -= 1

    def _item(self, element: Element) -> None:
        self._in_item = True
        self._block(element, Draft(BlockKind.LIST_ITEM, max(0, self._lists - 1)))
        self._in_item = False

    def _caption(self, element: Element) -> None:
        self._block(element, Draft(BlockKind.CAPTION))

    def _note(self, element: Element) -> None:
        self._aside(Draft(BlockKind.FOOTNOTE, marks=list(marks_of(element))))

    def _artifact(self, element: Element) -> None:
        """It is no part of the content; what it marks is put where it stands."""

    def _block(self, element: Element, draft: Draft) -> None:
        self._open(draft)
        self._children(element)
        self.close()

    def _aside(self, draft: Draft) -> None:
        (self._pending if self._current else self.drafts).append(draft)

    def _figure(self, element: Element) -> None:
        parts = list(elements_of(element, _PARTS))
        taken = {mark for part in parts for mark in marks_of(part)}
        marks = [mark for mark in marks_of(element) if mark not in taken]
        self._aside(Draft(BlockKind.FIGURE, marks=marks, alt=element.alt))
        for part in parts:
            if part.kind == "Caption" or self._current:
                kind = BlockKind.CAPTION if part.kind == "Caption" else None
                self._aside(Draft(kind, marks=list(marks_of(part))))
            else:
                self.visit(part)

    def _table(self, element: Element) -> None:
        self.close()
        if _only_arranges(element):
            self._group(element)
            return
        # One within a cell, of a figure there, is a part of the cell.
        for outside in elements_of(element, frozenset({"Caption", "TR"})):
            if outside.kind == "Caption":
                self._caption(outside)
        cells = [cell for row in elements_of(element, _ROW) for cell in row.children if isinstance(cell, Element)]
        for heading in (cell for cell in cells if cell.kind in HEADINGS):
            self.visit(heading)
        marks = [mark for cell in cells if cell.kind not in HEADINGS for mark in marks_of(cell)]
        self.drafts.append(Draft(BlockKind.TABLE, marks=marks, table=element))
        drafted = {mark for draft in self.drafts for mark in (*draft.marks, *draft.label)}
        self.drafts.append(Draft(None, marks=[mark for mark in marks_of(element) if mark not in drafted]))

    def _group(self, element: Element) -> None:
        self._sections += element.kind in _SECTIONS
        if self._current and self._current.kind == BlockKind.LIST_ITEM and not self._current.marks:
            self._children(element)
        else:
            self.close()
            self._children(element)
            self.close()
        self._sections -= element.kind in _SECTIONS


def _only_arranges(table: Element) -> bool:
    """Whether a table arranges the page: it has tables in it, or headings and few rows of several cells."""
    if any(elements_of(table, frozenset({"Table"}))):
        return True
    rows = sum(len(row.children) > 1 for row in elements_of(table, _ROW))
    return rows < GRID_ROWS and any(elements_of(table, HEADINGS))


_VISITS: dict[str, Callable[[_Walk, Element], None]] = {
    "P": _Walk._paragraph,
    "L": _Walk._list,
    "TOC": _Walk._list,
    "LI": _Walk._item,
    "TOCI": _Walk._item,
    "Caption": _Walk._caption,
    "Note": _Walk._note,
    "FENote": _Walk._note,
    "Figure": _Walk._figure,
    "Table": _Walk._table,
    "Artifact": _Walk._artifact,
}
