"""Documents to be shown, and what a browser makes of their HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from ocr_plugins import (
    BBox,
    Block,
    BlockKind,
    Cell,
    OcrDocument,
    Page,
    PageWarning,
    Table,
    TextLine,
    WarningCode,
    Word,
)

HOSTILE = (
    '<script>window.pwned=1</script><img src=x onerror="pwned=1"> \' </style></svg>--> &amp; <b onclick=pwned=1>x</b>'
)
VOID = {"meta", "img", "input", "br", "link"}


@dataclass
class Element:
    """An element with its attributes, its text and those that are in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, tag: str | None = None, css: str | None = None) -> list[Element]:
        """The elements in it, in order, of a name or of a class."""
        found: list[Element] = []
        for part in self.inside:
            if isinstance(part, Element):
                classes = part.attributes.get("class", "").split()
                if tag in (None, part.tag) and (css is None or css in classes):
                    found.append(part)
                found += part.all(tag, css)
        return found

    def by_id(self, name: str) -> Element:
        (found,) = [element for element in self.all() if element.attributes.get("id") == name]
        return found

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def parsed(html: str) -> Element:
    """The elements of HTML, of which every one has to be closed."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert len(tree.open) == 1, [element.tag for element in tree.open]
    return tree.open[0]


def frame_of(cell: str) -> Element:
    """What a notebook's cell shows in its frame."""
    (frame,) = parsed(cell).all("iframe")
    return parsed(frame.attributes["srcdoc"])


def document(*blocks: Block, **page: object) -> OcrDocument:
    """A document of one page that has these blocks; there is no file of its name."""
    return OcrDocument("no such file.pdf", (Page(1, width=600, height=800, blocks=blocks, **page),), 1)  # type: ignore[arg-type]


def line(text: str, box: BBox, *confidences: float) -> TextLine:
    """A line whose words, of equal width, have these confidences."""
    words = text.split()
    width = box.width / len(words)
    lefts = [box.left + i * width for i in range(len(words))]
    placed = [
        Word(word, BBox(left, box.top, left + width, box.bottom), confidence)
        for word, left, confidence in zip(words, lefts, confidences, strict=True)
    ]
    return TextLine(text, box, sum(confidences) / len(words), words=tuple(placed))


def letter() -> OcrDocument:
    """Two pages as they are read, with a word in doubt, a warning that has a place and one that has none; a failure."""
    first = BBox(0.1, 0.2, 0.6, 0.25)
    blocks = (
        Block(BlockKind.TITLE, "Minutes", BBox(0.1, 0.1, 0.5, 0.15), 0.99),
        Block(
            BlockKind.PARAGRAPH,
            "The harbour was closed.",
            first,
            0.9,
            lines=(line("The harbour was closed.", first, 0.99, 0.42, 0.99, 0.99),),
        ),
        Block(BlockKind.LIST_ITEM, "ships", BBox(0.1, 0.3, 0.5, 0.35), 0.8, marker="•"),
        Block(BlockKind.LIST_ITEM, "boats", BBox(0.1, 0.35, 0.5, 0.4), 0.6, level=1, marker="•"),
        Block(
            BlockKind.TABLE,
            "",
            BBox(0.1, 0.5, 0.9, 0.7),
            0.95,
            table=Table.from_rows([["Harbour", "Ships"], ["Ostend", "12"]]),
        ),
    )
    warnings = (
        PageWarning(WarningCode.UNREAD_INK, "There is ink at the foot.", BBox(0.1, 0.9, 0.5, 0.95)),
        PageWarning(WarningCode.LOW_CONFIDENCE, "Much of it is in doubt."),
    )
    pages = (
        Page(1, "i", 600, 800, blocks, "rapidocr", total_pages=3, warnings=warnings),
        Page(2, width=600, height=800, total_pages=3, error="The page is damaged."),
        Page(
            3,
            width=600,
            height=800,
            blocks=(Block(BlockKind.PARAGRAPH, "Harbour, again.", first, 0.95),),
            total_pages=3,
        ),
    )
    return OcrDocument("letter.pdf", pages, 3)


def hostile() -> OcrDocument:
    """A document whose every text would like to be HTML or a script."""
    place = BBox(0.1, 0.1, 0.5, 0.2)
    markdown = f'{HOSTILE} [a](javascript:pwned=1) ![" onerror=pwned=1](javascript:pwned=1) `</script>` $x</script>$'
    table = Table(
        2, 2, (Cell(0, 0, HOSTILE, header=True), Cell(0, 1, "", markdown=markdown), Cell(1, 0, HOSTILE, column_span=2))
    )
    blocks = [
        Block(kind, HOSTILE, place, 0.5, 1, HOSTILE, (TextLine(HOSTILE, place, 0.5),), markdown=text)
        for kind in BlockKind
        for text in (None, markdown)
    ]
    blocks.append(Block(BlockKind.TABLE, HOSTILE, place, table=table))
    warnings = (PageWarning(WarningCode.HIDDEN_TEXT, HOSTILE, place), PageWarning(WarningCode.TRUNCATED, HOSTILE))
    page = Page(1, HOSTILE, 600, 800, tuple(blocks), HOSTILE, hidden=(TextLine(HOSTILE, place),), warnings=warnings)
    return OcrDocument(f"{HOSTILE}.pdf", (page, Page(2, error=HOSTILE)))
