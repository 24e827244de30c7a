"""Blocks to Markdown: what is rendered shows the text that was read, whatever is in it."""

from __future__ import annotations

import random

import pytest

from ocr_plugins import BBox, Block, BlockKind, Cell, Page, Table
from ocr_plugins.document import OcrDocument
from ocr_plugins.markdown.escape import escape
from ocr_plugins.markdown.links import link_blocks
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render, render_table
from ocr_plugins.source.textlayer import Anchor

# What means something in Markdown or HTML, to be put together at random.
PIECES = [
    *"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
    *("word", "a", "1", "12.", "1)", "é", "漢", "\u00a0", "  "),
    *("- ", "# ", "> ", "+ ", "* ", " #", "##", "```", "~~~", "---", "===", "***", "___", "| --- |", "||"),
    *("<b>", "</b>", "<!--", "-->", "<br>", "<?x", "<!X", "]]>", "&amp;", "&#65;", "&copy"),
    *("[a](b)", "![a](b)", "[a]: b", "[a][b]", "[x]", "[ ] ", "http://x.y", "<http://x.y>", "<a@b.c>"),
    *(
        "\\*",
        "\\\\",
        "$x_1$",
        "$",
        "$$",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "\\begin{align}",
        "\\$",
        "&#36;",
        "snake_case",
        "`a`",
        "``",
        "_a_",
        "*a*",
        "**a**",
        "~~a~~",
        "(a)",
        "iv.",
    ),
]


def nasty_texts(count: int) -> list[str]:
    chosen = random.Random(20240228)
    made = {" ".join("".join(chosen.choice(PIECES) for _ in range(chosen.randint(1, 7))).split()) for _ in range(count)}
    return sorted(made - {""})


NASTY = nasty_texts(3000)


@pytest.mark.parametrize(
    "block",
    [
        Block(BlockKind.PARAGRAPH),
        Block(BlockKind.HEADING, level=3),
        Block(BlockKind.LIST_ITEM, marker="-"),
        Block(BlockKind.LIST_ITEM, marker="12."),
    ],
    ids=["paragraph", "heading", "bullet", "number"],
)
def test_any_text_comes_back_as_it_was(block: Block) -> None:
    changed = []
    for text in NASTY:
        rendered = render([Block(block.kind, text, level=block.level, marker=block.marker)])
        back = [(b.kind, b.text, b.level, b.marker) for b in parse_markdown(rendered)]
        if back != [(block.kind, text, block.level, block.marker)]:
            changed.append((text, rendered, back))
    assert len(NASTY) > 2000
    assert changed == []


def test_any_text_in_a_table_comes_back_as_it_was() -> None:
    for text in NASTY:
        rows = [["head", text], [text, "x"]]
        (block,) = parse_markdown(render_table(Table.from_rows(rows)))
        assert block.table == Table.from_rows(rows)


def test_any_text_in_a_table_with_spans_comes_back_as_it_was() -> None:
    for text in NASTY:
        table = Table(2, 2, (Cell(0, 0, text, column_span=2), Cell(1, 0, text), Cell(1, 1, "x")))
        (block,) = parse_markdown(render_table(table))
        assert block.table == table


def test_blocks_side_by_side_do_not_run_together() -> None:
    texts = NASTY[::7]
    back = parse_markdown(render(Block(BlockKind.PARAGRAPH, text) for text in texts))
    assert [b.text for b in back] == texts


@pytest.mark.parametrize(
    "text",
    [
        "Price: $5 (was $10), 50% off!",
        "snake_case and file_name.txt",
        "a < b > c & d",
        "Fig. 3 [12, 13]",
        "C++ and C#",
        "3.1 Results",
        "1984 was a novel",
        "-5 °C",
        "+49 30 1234",
        "#hashtag",
        "x = y - z + 1",
        "e-mail: ada@example.org",
        "(see below)",
        "What? Really!",
        "~5 kg",
    ],
)
def test_ordinary_text_is_not_escaped(text: str) -> None:
    assert escape(text) == text


def test_white_space_is_folded() -> None:
    assert escape("  two\n\nlines\t of  text ") == "two lines of text"


def test_every_kind_has_its_form() -> None:
    box = BBox(0.1, 0.25, 0.5, 0.75)
    table = Table.from_rows([["a", "b"], ["1", "2"]])
    blocks = [
        Block(BlockKind.TITLE, "Title"),
        Block(BlockKind.HEADING, "Heading", level=2),
        Block(BlockKind.PARAGRAPH, "Text."),
        Block(BlockKind.LIST_ITEM, "one", marker="•"),
        Block(BlockKind.LIST_ITEM, "two", marker="•"),
        Block(BlockKind.TABLE, "a\tb\n1\t2", table=table),
        Block(BlockKind.CAPTION, "Table 1: a and b"),
        Block(BlockKind.FIGURE, "text in it", box),
        Block(BlockKind.FOOTNOTE, "1 A note."),
        Block(BlockKind.FORMULA, "E = mc²"),
        Block(BlockKind.CODE, "if x:\n    y()"),
    ]
    assert render(blocks) == "\n\n".join(
        [
            "# Title",
            "## Heading",
            "Text.",
            "- one\n- two",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
            "*Table 1: a and b*",
            "<!-- figure 0.100,0.250,0.500,0.750 -->",
            "1 A note.",
            "E = mc²",
            "```\nif x:\n    y()\n```",
        ]
    )


def test_what_has_no_text_is_left_out() -> None:
    empty = [Block(kind) for kind in BlockKind if kind not in (BlockKind.FIGURE, BlockKind.CODE, BlockKind.LIST_ITEM)]
    assert render(empty, furniture=True) == ""
    assert render([Block(BlockKind.PARAGRAPH, "a"), *empty, Block(BlockKind.PARAGRAPH, "b")]) == "a\n\nb"


def test_furniture_is_shown_when_asked_for() -> None:
    blocks = [
        Block(BlockKind.PAGE_HEADER, "Head"),
        Block(BlockKind.PARAGRAPH, "Text"),
        Block(BlockKind.PAGE_NUMBER, "7"),
    ]
    assert render(blocks) == "Text"
    assert render(blocks, furniture=True) == "Head\n\nText\n\n7"


def test_inline_markdown_is_rendered_as_it_is() -> None:
    block = Block(BlockKind.PARAGRAPH, "see here", markdown="see [here](http://x)")
    assert render([block]) == "see [here](http://x)"


@pytest.mark.parametrize(("level", "rendered"), [(0, "# x"), (1, "# x"), (6, "###### x"), (9, "###### x")])
def test_headings_have_six_levels(level: int, rendered: str) -> None:
    assert render([Block(BlockKind.HEADING, "x", level=level)]) == rendered


def test_markers_that_markdown_does_not_know_stay_in_the_text() -> None:
    items = [Block(BlockKind.LIST_ITEM, "x", marker=marker) for marker in ("•", "–", "3.", "4)", "(a)", "iv.", None)]
    assert render(items).split("\n") == ["- x", "- x", "3. x", "4) x", "- (a) x", "- iv. x", "- x"]


def item(text: str, level: int = 0, marker: str = "-") -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=level, marker=marker)


@pytest.mark.parametrize(
    "items",
    [
        [item("a"), item("b"), item("c")],
        [item("a", 0, "1."), item("b", 0, "2."), item("c", 0, "10.")],
        [item("a"), item("b", 1), item("c", 2), item("d", 3), item("e", 1), item("f")],
        [item("a", 0, "1."), item("b", 1, "1)"), item("c", 2), item("d", 1, "2)"), item("e", 0, "2.")],
        [item("a"), item("b", 0, "3."), item("c")],
    ],
)
def test_lists_come_back_with_their_levels_and_markers(items: list[Block]) -> None:
    assert list(parse_markdown(render(items))) == items


@pytest.mark.parametrize("marker", ["9.", "12.", "112.", "123456789)"])
def test_items_below_any_number_stay_below_it(marker: str) -> None:
    items = [item("a", 0, marker), item("b", 1, "1."), item("c", 2), item("d", 1, "2.")]
    assert list(parse_markdown(render(items))) == items


def test_a_number_alone_is_an_item() -> None:
    items = [item("", 0, "1."), item("", 0, "2."), item("x", 0, "3.")]
    assert render(items) == "1.\n2.\n3. x"
    assert list(parse_markdown("1.\n2.\n3. x")) == items
    assert parse_markdown("1. # A\n2. ```\n   x\n   ```\n- \n- > b") == (
        item("", 0, "1."),
        Block(BlockKind.HEADING, "A", level=1),
        item("", 0, "2."),
        Block(BlockKind.CODE, "x"),
        Block(BlockKind.PARAGRAPH, "b"),
    )


def test_a_list_that_begins_or_jumps_too_far_in_stays_a_list() -> None:
    items = [item("a", 2), item("b", 2), item("c", 5), item("d", 1)]
    back = [(b.kind, b.text) for b in parse_markdown(render(items))]
    assert back == [(BlockKind.LIST_ITEM, text) for text in "abcd"]


def test_a_list_ends_before_a_paragraph() -> None:
    blocks = [item("a"), Block(BlockKind.PARAGRAPH, "text"), item("b")]
    assert list(parse_markdown(render(blocks))) == blocks


@pytest.mark.parametrize(
    "code", ["x = `a`", "```\nfenced\n```", "````", "~~~~\n```", "  indented\n\n\tand more", "<b>&amp;"]
)
def test_code_comes_back_as_it_was(code: str) -> None:
    assert parse_markdown(render([Block(BlockKind.CODE, code)])) == (Block(BlockKind.CODE, code),)


def test_code_keeps_its_language() -> None:
    assert parse_markdown("~~~c++\nx\n~~~") == (Block(BlockKind.CODE, "x", marker="c++"),)
    assert render([Block(BlockKind.CODE, "x", marker="c++")]) == "```c++\nx\n```"
    # A line break was forgotten.
    assert parse_markdown("```x = 1\ny = 2\n```") == (Block(BlockKind.CODE, "x = 1\ny = 2"),)


@pytest.mark.parametrize(
    "caption", ["Fig. 1: a", 'Fig. 2 "b"', "Fig. 3 a*b", "Fig. 4 \\", "Fig. 5 snake_case_", "[a](b)"]
)
def test_a_caption_is_emphasised_where_that_is_safe(caption: str) -> None:
    (back,) = parse_markdown(render([Block(BlockKind.CAPTION, caption)]))
    assert back.text == caption


def test_a_table_without_a_header_gets_an_empty_one() -> None:
    table = Table.from_rows([["a", "b"], ["1", "2"]], header_rows=0)
    assert render_table(table) == "|  |  |\n| --- | --- |\n| a | b |\n| 1 | 2 |"


def test_cells_of_a_table_stay_on_one_line() -> None:
    table = Table.from_rows([["a\n\nb", "|"]])
    assert render_table(table) == "| a b | \\| |\n| --- | --- |"
    spanning = Table(2, 2, (Cell(0, 0, "a\n\nb", column_span=2), Cell(1, 0, "c"), Cell(1, 1, "d")))
    assert '<td colspan="2">a b</td>' in render_table(spanning)


def test_a_cell_that_another_one_spans_keeps_its_text() -> None:
    table = Table(2, 2, (Cell(0, 0, "wide", column_span=2), Cell(0, 1, "under it"), Cell(1, 0, "c"), Cell(1, 1, "d")))
    assert "<td>under it</td>" in render_table(table)


def test_a_table_with_spans_is_html() -> None:
    table = Table(
        3,
        3,
        (
            Cell(0, 0, "wide", column_span=2, header=True),
            Cell(0, 2, "tall", row_span=3, header=True),
            Cell(1, 0, "a<b"),
            Cell(2, 0, "c", column_span=2),
        ),
    )
    assert render_table(table) == (
        "<table>\n"
        '<tr><th colspan="2">wide</th><th rowspan="3">tall</th></tr>\n'
        "<tr><td>a&lt;b</td><td></td></tr>\n"
        '<tr><td colspan="2">c</td></tr>\n'
        "</table>"
    )


def test_an_empty_table_is_nothing() -> None:
    assert render_table(Table(0, 0)) == render([Block(BlockKind.TABLE, table=Table(0, 0))]) == ""


def test_what_continues_on_the_next_page_is_made_whole() -> None:
    first = Page(1, blocks=(Block(BlockKind.PARAGRAPH, "A sen-"), Block(BlockKind.PAGE_NUMBER, "1")))
    second = Page(
        2, blocks=(Block(BlockKind.PAGE_HEADER, "Head"), Block(BlockKind.PARAGRAPH, "tence.", continues=True))
    )
    assert OcrDocument("", (first, second)).markdown == "A sentence."
    assert OcrDocument("", (second,)).markdown == "tence."
    listed = Page(1, blocks=(item("a"),))
    assert OcrDocument("", (listed, second)).markdown == "- a\n\ntence."


def test_tables_and_code_that_continue_are_made_whole_where_an_engine_says_so() -> None:
    first, second = Table.from_rows([["a", "b"], ["1", "2"]]), Table.from_rows([["3", "4"]], header_rows=0)
    blocks = [
        Block(BlockKind.TABLE, table=first),
        Block(BlockKind.TABLE, table=second, continues=True),
        Block(BlockKind.CODE, "x", marker="py"),
        Block(BlockKind.CODE, "  y", continues=True),
        Block(BlockKind.TABLE, table=Table.from_rows([["5"]])),
        Block(BlockKind.TABLE, table=second, continues=True),
    ]
    assert render(blocks) == (
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\n```py\nx\n  y\n```\n\n"
        "| 5 |\n| --- |\n\n|  |  |\n| --- | --- |\n| 3 | 4 |"
    )


def test_an_item_that_continues_has_no_marker_of_its_own() -> None:
    rest = Block(BlockKind.LIST_ITEM, "more", continues=True)
    assert render([item("a"), rest, item("b")]) == "- a more\n- b"
    assert render([rest, item("b")]) == "more\n\n- b"


def test_pages_are_marked_on_demand() -> None:
    pages = (
        Page(3, blocks=(Block(BlockKind.PARAGRAPH, "A sen-"), Block(BlockKind.PAGE_NUMBER, "3"))),
        Page(4, blocks=(Block(BlockKind.PARAGRAPH, "tence.", continues=True), item("a"))),
        Page(5),
        Page(6, blocks=(item("b"),)),
    )
    marked = OcrDocument("", pages).to_markdown(page_breaks=True)
    assert marked == "<!-- page 3 -->\n\nA sentence.\n\n<!-- page 4 -->\n\n- a\n\n<!-- page 6 -->\n\n- b"
    assert [b.text for b in parse_markdown(marked)] == ["A sentence.", "a", "b"]


def test_the_mark_of_a_page_that_only_ends_a_paragraph_stands_behind_it() -> None:
    pages = tuple(Page(n, blocks=(Block(BlockKind.PARAGRAPH, t, continues=n > 1),)) for n, t in ((1, "A"), (2, "b.")))
    marked = "<!-- page 1 -->\n\nA b.\n\n<!-- page 2 -->"
    assert OcrDocument("", pages).to_markdown(page_breaks=True) == marked


def test_comments_on_figures_are_left_out_on_demand() -> None:
    figure = Block(BlockKind.FIGURE, box=BBox(0.1, 0.2, 0.3, 0.4), markdown="A map")
    page = Page(1, blocks=(figure, Block(BlockKind.PARAGRAPH, "text"), Block(BlockKind.FIGURE, image="a.png")))
    assert "<!-- figure" in page.markdown
    assert page.to_markdown(figures=False) == "text\n\n![](a.png)"
    assert OcrDocument("", (page,)).to_markdown(figures=False) == "text\n\n![](a.png)"


def test_lines_that_stay_lines_keep_their_links() -> None:
    box = BBox(0.1, 0.1, 0.5, 0.2)
    block = Block(BlockKind.PARAGRAPH, "Jane Miller\nher page", box, markdown="Jane Miller<br>her page")
    anchor = Anchor("https://x.example", "", "her page", "", BBox(0.1, 0.15, 0.3, 0.2))
    (linked,) = link_blocks([block], [anchor])
    assert linked.markdown == "Jane Miller<br>[her page](https://x.example)"
