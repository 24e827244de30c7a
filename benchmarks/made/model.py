"""What a made document says, block by block in the order in which a person reads it. How it looks is of the styles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """``text`` has its number in it, as it is printed: ``2.1 Mathematics``. The title of a document has level 1."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text. ``notes`` stand at the foot of its page, each called by its number, which the text ends with."""

    text: str
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def body(self) -> str:
        """The text without the numbers that call its notes."""
        return self.text.removesuffix("".join(str(number) for number, _ in self.notes))


@dataclass(frozen=True)
class SideNote:
    """Text in the margin beside what follows; read before or behind that, but never inside it."""

    text: str


@dataclass(frozen=True)
class Quote:
    text: str


@dataclass(frozen=True)
class Code:
    """Lines of type of one width, their indents kept."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Lines that are not to be joined: an address, a letterhead, a signature, a verse."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class ListItem:
    """``marker`` as it is printed: ``•``, ``1.``, ``(a)``."""

    marker: str
    text: str
    items: tuple[ListItem, ...] = ()


@dataclass(frozen=True)
class List:
    items: tuple[ListItem, ...]


@dataclass(frozen=True)
class Cell:
    text: str
    row_span: int = 1
    column_span: int = 1
    head: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells as HTML has them: a cell that a span covers is left out. Group rows span all columns."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing or picture without text that matters, and what stands below it."""

    caption: str


@dataclass(frozen=True)
class Contents:
    """Entries of depth 1 and more, with the page that is printed behind dots."""

    entries: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True)
class Form:
    """Labels with what is filled in beside them: one line of text each, ``Label: value``."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Transcript:
    """Lines with a number in the margin, which is furniture: what is said goes on over lines."""

    speeches: tuple[str, ...]


Item = Heading | Paragraph | SideNote | Quote | Code | Lines | List | Table | Figure | Contents | Form | Transcript


@dataclass(frozen=True)
class Made:
    """One document.

    Attributes:
        name: Of its files.
        language: As HTML names it.
        items: In reading order.
        running_head: Printed on every page but the first, empty for none. Furniture, as page numbers are.
        running_foot: On every page.
        numbered_pages: Whether pages have their number.
    """

    name: str
    language: str
    items: tuple[Item, ...]
    running_head: str = ""
    running_foot: str = ""
    numbered_pages: bool = True
