"""Tagged PDFs: the author's structure where it describes the page, geometry where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ocr_plugins import Block, BlockKind, Cell, Page, Pipeline

WIDTH, HEIGHT = 595, 842


@dataclass
class Text:
    """A line of text, drawn where it says; ``y`` is counted from the top of the page."""

    text: str
    y: float
    x: float = 70
    size: float = 11


@dataclass
class Tag:
    """A structure element with elements and texts in it."""

    kind: str
    children: Sequence[Tag | Text] = ()
    more: bytes = b""
    marks: list[int] = field(default_factory=list)


def tag(kind: str, *children: Tag | Text, more: bytes = b"") -> Tag:
    return Tag(kind, children, more)


def lines(*texts: str, y: float, x: float = 70) -> list[Text]:
    return [Text(text, y + 14 * i, x) for i, text in enumerate(texts)]


class Writer:
    """Writes a page: what is tagged, what is an artifact, and what is neither."""

    def __init__(self) -> None:
        self.content = b""
        self.elements: list[bytes] = []
        self.parents: list[int] = []

    def draw(self, text: Text) -> None:
        shown = text.text.replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        self.content += b"BT /F %f Tf %f %f Td (%s) Tj ET\n" % (text.size, text.x, HEIGHT - text.y, shown)

    def element(self, item: Tag, parent: int) -> int:
        number = 8 + len(self.elements)
        self.elements.append(b"")
        kids = []
        for child in item.children:
            if isinstance(child, Tag):
                kids.append(b"%d 0 R" % self.element(child, number))
                continue
            kids.append(b"%d" % len(self.parents))
            self.content += b"/%s <</MCID %d>> BDC\n" % (item.kind.encode(), len(self.parents))
            self.parents.append(number)
            self.draw(child)
            self.content += b"EMC\n"
        body = b"<</Type/StructElem/S/%s/P %d 0 R/Pg 3 0 R/K[%s]%s>>"
        self.elements[number - 8] = body % (item.kind.encode(), parent, b" ".join(kids), item.more)
        return number


def tagged_pdf(
    *tags: Tag, artifacts: Sequence[Text] = (), untagged: Sequence[Text] = (), drawing: bytes = b""
) -> bytes:
    """A PDF of one page. PDFium does without a table of its objects."""
    writer = Writer()
    writer.content += drawing
    for text in artifacts:
        writer.content += b"/Artifact BMC\n"
        writer.draw(text)
        writer.content += b"EMC\n"
    roots = b" ".join(b"%d 0 R" % writer.element(item, 6) for item in tags)
    for text in untagged:
        writer.draw(text)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(writer.content), writer.content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/StructTreeRoot/ParentTree 7 0 R/K[%s]>>" % roots,
        b"<</Nums[0[%s]]>>" % b" ".join(b"%d 0 R" % parent for parent in writer.parents),
        *writer.elements,
    ]
    numbered = (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"


def page_of(pdf: bytes) -> Page:
    (page,) = Pipeline(text="layer").read(pdf).pages
    assert page.error is None
    return page


def blocks(*tags: Tag, **more: Sequence[Text]) -> tuple[Block, ...]:
    return page_of(tagged_pdf(*tags, artifacts=more.get("artifacts", ()), untagged=more.get("untagged", ()))).blocks


def shown(found: Sequence[Block]) -> list[tuple[BlockKind, int, str | None, str]]:
    return [(b.kind, b.level, b.marker, b.text) for b in found]


PARAGRAPH = tag("P", *lines("The first line of a paragraph that is", "long enough to go on.", y=200))


def test_headings_have_the_level_that_the_author_gave_whatever_their_type() -> None:
    found = blocks(
        tag("H1", Text("Small", 100, size=9)),
        tag("H3", Text("Large", 140, size=30)),
        PARAGRAPH,
        tag("H6", Text("as body text", 300)),
    )
    assert shown(found) == [
        (BlockKind.HEADING, 1, None, "Small"),
        (BlockKind.HEADING, 3, None, "Large"),
        (BlockKind.PARAGRAPH, 0, None, "The first line of a paragraph that is long enough to go on."),
        (BlockKind.HEADING, 6, None, "as body text"),
    ]
    assert [line.text for line in found[2].lines] == ["The first line of a paragraph that is", "long enough to go on."]
    assert found[2].box is not None
    assert found[2].box.top * HEIGHT == pytest.approx(191, abs=3)
    assert all(line.font and line.font.size == 11 for line in found[2].lines)


def test_headings_without_a_level_have_the_depth_of_their_sections() -> None:
    inner = tag("Sect", tag("H", Text("Inner", 150)), PARAGRAPH)
    found = blocks(tag("Document", tag("Sect", tag("H", Text("Outer", 100)), inner)))
    assert [(b.text, b.level) for b in found if b.kind == BlockKind.HEADING] == [("Outer", 1), ("Inner", 2)]


def test_a_title_is_one_by_the_name_that_the_author_gave_it() -> None:
    found = blocks(tag("Title", Text("On Pages", 100)), PARAGRAPH)
    assert found[0].kind == BlockKind.TITLE


def test_lists_are_nested_as_tagged() -> None:
    inner = tag("L", tag("LI", tag("Lbl", Text("a)", 130, 100)), tag("LBody", Text("within it", 130, 120))))
    found = blocks(
        tag(
            "L",
            tag("LI", tag("Lbl", Text("1.", 100)), tag("LBody", tag("P", Text("the first", 100, 90)), inner)),
            tag("LI", tag("LBody", Text("2. the second", 150))),
        ),
        PARAGRAPH,
    )
    assert shown(found)[:3] == [
        (BlockKind.LIST_ITEM, 0, "1.", "the first"),
        (BlockKind.LIST_ITEM, 1, "a)", "within it"),
        (BlockKind.LIST_ITEM, 0, "2.", "the second"),
    ]


def test_items_under_one_tag_are_told_apart_by_their_bullets() -> None:
    found = blocks(tag("P", *lines("Bring with you:", "• a pen", "• paper that is", "lined", y=100)))
    assert [(b.marker, b.text) for b in found] == [
        (None, "Bring with you:"),
        ("•", "a pen"),
        ("•", "paper that is lined"),
    ]


def row(y: float, *cells: Tag) -> Tag:
    return tag("TR", *cells)


def cell(text: str, x: float, y: float, kind: str = "TD", more: bytes = b"") -> Tag:
    return tag(kind, Text(text, y, x), more=more)


SPAN_2 = b"/A<</O/Table/ColSpan 2>>"


def test_cells_of_a_table_are_where_their_spans_put_them() -> None:
    table = tag(
        "Table",
        tag(
            "TR",
            cell("Place", 70, 100, "TH", b"/A[<</O/Layout>><</O/Table/RowSpan 2>>]"),
            cell("Year", 150, 100, "TH", SPAN_2),
        ),
        tag("TR", cell("2001", 150, 120, "TH"), cell("2002", 230, 120, "TH")),
        tag("TR", cell("Bonn", 70, 140), cell("7", 150, 140), cell("9", 230, 140)),
    )
    found = blocks(table, PARAGRAPH)[0]
    assert found.kind == BlockKind.TABLE
    assert found.table is not None
    assert (found.table.rows, found.table.columns) == (3, 3)
    placed = {(c.row, c.column): (c.text, c.row_span, c.column_span, c.header) for c in found.table.cells}
    assert placed[0, 0] == ("Place", 2, 1, True)
    assert placed[0, 1] == ("Year", 1, 2, True)
    assert placed[1, 1] == ("2001", 1, 1, True)
    assert placed[2, 2] == ("9", 1, 1, False)
    assert found.text.splitlines()[2] == "Bonn\t7\t9"
    assert len(found.lines) == 7


def test_an_empty_cell_keeps_its_place() -> None:
    table = tag(
        "Table",
        tag("TR", *(cell(text, x, 100, "TH") for text, x in (("A", 70), ("B", 150), ("C", 230)))),
        tag("TR", tag("TD"), tag("TD"), cell("c", 230, 120)),
    )
    found = blocks(table, PARAGRAPH)[0]
    assert found.table is not None
    assert found.table.texts() == [["A", "B", "C"], ["", "", "c"]]


def test_rows_that_do_not_agree_are_put_where_they_stand() -> None:
    table = tag(
        "Table",
        tag("TR", *(cell(text, x, 100) for text, x in (("A", 70), ("B", 150), ("C", 230)))),
        tag("TR", cell("b", 150, 120), cell("c", 230, 120)),
        tag("TR", cell("over all of the columns together, and a little more", 70, 140)),
    )
    found = blocks(table, PARAGRAPH)[0]
    assert found.table is not None
    assert found.table.texts()[1] == ["", "b", "c"]
    assert found.table.cells[-1] == Cell(
        2, 0, "over all of the columns together, and a little more", 1, 3, box=found.table.cells[-1].box
    )
    assert found.table.cells[0].header


def test_a_table_of_very_many_rows_is_whole() -> None:
    rows = (
        tag("TR", *(tag("TD", Text(f"{name}{i}", 20 + 1.7 * i, x, size=1.5)) for name, x in (("a", 70), ("b", 150))))
        for i in range(450)
    )
    found = blocks(tag("Table", *rows))[0]
    assert found.table is not None
    assert found.table.texts() == [[f"a{i}", f"b{i}"] for i in range(450)]


def test_a_table_that_arranges_the_page_is_none() -> None:
    left = tag("TD", tag("H2", Text("Left", 100)), tag("P", *lines("of the page", "and more", y=120)))
    right = tag("TD", tag("H2", Text("Right", 100, 320)), tag("P", *lines("of it", "and more", y=120, x=320)))
    found = blocks(tag("Table", tag("TR", left, right)))
    assert [b.text for b in found] == ["Left", "of the page and more", "Right", "of it and more"]


def test_the_order_is_the_author_s() -> None:
    # Side by side, with no gutter that geometry could see: a label and the text that belongs to it, twice.
    texts = [("One", 70, 100), ("two", 130, 115), ("Three", 70, 130), ("four", 130, 145)]
    found = blocks(*(tag("P", Text(text, y, x)) for text, x, y in texts), PARAGRAPH)
    assert [b.text for b in found][:4] == ["One", "two", "Three", "four"]


def test_artifacts_are_furniture() -> None:
    found = page_of(
        tagged_pdf(tag("H1", Text("Title", 100)), PARAGRAPH, artifacts=[Text("Annual report", 30), Text("7", 820)])
    )
    kinds = {b.text: b.kind for b in found.blocks}
    assert kinds["Annual report"] == BlockKind.PAGE_HEADER
    assert kinds["7"] == BlockKind.PAGE_NUMBER
    assert found.markdown.startswith("# Title\n\nThe first line")
    assert "Annual report" not in found.markdown
    assert "Annual report" in found.to_markdown(furniture=True)


def test_text_that_no_tag_names_is_put_where_it_stands() -> None:
    last = tag("P", *lines("The last paragraph of this page, which", "ends here.", y=400))
    found = blocks(tag("H1", Text("Title", 100)), PARAGRAPH, last, untagged=[Text("between the two", 300)])
    assert [b.text[:15] for b in found] == ["Title", "The first line ", "between the two", "The last paragr"]


def sentences(n: int) -> list[str]:
    return [f"this is line {i} of a text that fills the whole of it and goes on" for i in range(n)]


def test_tags_that_name_little_of_the_page_are_not_followed() -> None:
    found = blocks(tag("H1", Text("tagged in vain", 790)), untagged=lines(*sentences(8), y=100))
    assert found[0].text.startswith("this is line 0")
    assert {b.kind for b in found if b.text == "tagged in vain"} <= {BlockKind.PARAGRAPH, BlockKind.PAGE_FOOTER}


def test_tags_in_a_wild_order_are_not_followed() -> None:
    paragraphs = [tag("P", Text(f"Sentence {i} stands on its own line.", 100 + 40 * i)) for i in range(8)]
    found = blocks(*reversed(paragraphs))
    assert " ".join(b.text for b in found).startswith("Sentence 0")


def test_lines_that_are_tagged_as_paragraphs_become_paragraphs() -> None:
    found = blocks(*(tag("P", line) for line in lines(*sentences(12), y=100)))
    assert len(found) == 1


def test_a_page_under_one_tag_is_cut_into_paragraphs() -> None:
    texts = [line for i in range(6) for line in lines(*sentences(6), y=80 + 120 * i)]
    found = blocks(tag("P", *texts))
    assert len(found) == 6


def test_much_text_tagged_as_headings_is_no_heading() -> None:
    found = blocks(*(tag("H1", *lines(*sentences(3), y=100 + 70 * i)) for i in range(5)))
    assert BlockKind.HEADING not in {b.kind for b in found}


def test_headings_are_told_by_their_type_where_no_tag_is_one() -> None:
    found = blocks(tag("P", Text("Larger", 100, size=20)), PARAGRAPH)
    assert [b.kind for b in found] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    found = blocks(tag("P", Text("Larger", 100, size=20)), PARAGRAPH, tag("H2", Text("Named", 300)))
    assert [b.kind for b in found] == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.HEADING]


def test_a_figure_is_described_by_its_author() -> None:
    figure = tag("Figure", Text("x", 150), more=b"/Alt(A map -- of the <old> town)")
    page = page_of(tagged_pdf(tag("H1", Text("Title", 100)), figure, PARAGRAPH))
    (block,) = (b for b in page.blocks if b.kind == BlockKind.FIGURE)
    assert block.text == "A map -- of the <old> town\nx"
    comment = page.markdown.split("\n\n")[1]
    assert comment.startswith("<!-- figure 0.1")
    assert comment.endswith(": A map - of the -old- town -->")


def test_a_caption_follows_its_figure() -> None:
    figure = tag("Figure", Text("x", 150), tag("Caption", tag("P", Text("Figure 1", 180))))
    found = blocks(figure, PARAGRAPH)
    assert [(b.kind, b.text) for b in found[:2]] == [(BlockKind.FIGURE, "x"), (BlockKind.CAPTION, "Figure 1")]


def test_a_note_does_not_cut_its_paragraph() -> None:
    note = tag("Note", Text("1 See there.", 780))
    found = blocks(tag("P", Text("It is so, they say,", 100), note, Text("and we do.", 114)), PARAGRAPH)
    assert [b.text for b in found][:2] == ["It is so, they say, and we do.", "1 See there."]
    assert found[1].kind == BlockKind.FOOTNOTE


def test_a_tree_that_names_its_elements_again_and_again_is_walked_once() -> None:
    # Each element holds the next one twice: 2 to the power of 24 ways down.
    nested = PARAGRAPH
    for _ in range(24):
        nested = tag("Div", nested)
    pdf = tagged_pdf(nested)
    for number in range(8, 32):
        pdf = pdf.replace(b"K[%d 0 R]>>" % number, b"K[%d 0 R %d 0 R]>>" % (number, number))
    assert b"K[9 0 R 9 0 R]" in pdf
    assert [b.text for b in page_of(pdf).blocks] == ["The first line of a paragraph that is long enough to go on."]


def test_nothing_of_a_tagged_page_is_lost_or_doubled() -> None:
    page = tagged_pdf(
        tag("H1", Text("alpha", 60)),
        tag("P", Text("bravo", 100), tag("Span", Text("charlie", 100, 130)), Text("delta", 114)),
        tag("L", tag("LI", Text("echo", 140), tag("L", tag("LI", Text("foxtrot", 160))), Text("golf", 180))),
        tag("Form", Text("hotel", 200)),
        tag("Sect", Text("india", 220), tag("BlockQuote", Text("juliett", 240)), Text("kilo", 260)),
        tag("TOC", tag("TOCI", tag("Lbl", Text("3.1", 280)), tag("Reference", tag("Link", Text("lima", 280, 110))))),
        tag("Formula", Text("mike", 300)),
        tag("Unheard", tag("Of", Text("november", 320))),
        tag("Table", tag("TR", tag("TD", Text("oscar", 340)), tag("TD", Text("papa", 340, 200)))),
        tag(
            "Table",
            tag("Caption", Text("sierra", 420)),
            Text("tango", 440),
            tag(
                "TR",
                tag("H1", Text("uniform", 460)),
                tag("TD", Text("victor", 480)),
                tag("TD", Text("whiskey", 480, 200)),
            ),
            tag("TR", Text("xray", 500), tag("TD", Text("yankee", 500)), tag("TD", Text("zulu", 500, 200))),
            tag("TR", tag("TD", Text("one", 520)), tag("TD", Text("two", 520, 200))),
        ),
        tag(
            "Table",
            tag("TR", tag("TD", Text("six", 600)), tag("TD", Text("seven", 600, 200))),
            tag("TR", tag("TD", Text("eight", 620)), tag("TD", tag("Figure", tag("Caption", Text("nine", 620, 200))))),
        ),
        tag("L", tag("LI", tag("Lbl", Text("three", 540)))),
        tag("Table", tag("Caption", Text("four", 560)), tag("TR", tag("TD", tag("H2", Text("five", 580))), tag("TD"))),
        artifacts=[Text("quebec", 30)],
        untagged=[Text("romeo", 400)],
    )
    words = page_of(page).to_markdown(furniture=True).split()
    expected = (
        "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo 3.1 lima mike november oscar papa quebec"
        " romeo sierra tango uniform victor whiskey xray yankee zulu one two three four five six seven eight nine"
    )
    words = [word.strip("*") for word in words]
    assert sorted(w for w in words if w.isalpha() or w == "3.1") == sorted(expected.split())
