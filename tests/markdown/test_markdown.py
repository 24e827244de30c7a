"""Blocks to Markdown and back: what is rendered shows the text that was read, whatever is in it."""

from __future__ import annotations

import random

import pytest
from counting import calls

from ocr_plugins import BBox, Block, BlockKind, Cell, Page, Table
from ocr_plugins.document import OcrDocument
from ocr_plugins.markdown.escape import escape, link_text
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render, render_table

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


def test_a_confidence_is_given_to_what_has_text() -> None:
    blocks = parse_markdown("# a\n\nb\n\n![](x.png)", confidence=0.75)
    assert [(b.kind, b.confidence) for b in blocks] == [
        (BlockKind.HEADING, 0.75),
        (BlockKind.PARAGRAPH, 0.75),
        (BlockKind.FIGURE, None),
    ]
    assert [b.confidence for b in parse_markdown("a")] == [None]


def test_inline_markdown_is_kept_beside_the_plain_text() -> None:
    source = "See [the *paper*](http://x.y), `f(x)`\nand **H<sub>2</sub>O**."
    (block,) = parse_markdown(source)
    assert block.text == "See the paper, f(x) and H2O."
    assert block.markdown == source.replace("\n", " ")
    (plain,) = parse_markdown("just\ntext \\* &amp;")
    assert (plain.text, plain.markdown) == ("just text * &", None)


def test_images_are_figures() -> None:
    blocks = parse_markdown("before ![a chart](chart.png) after\n\n![](x.png)")
    assert [(b.kind, b.text, b.markdown) for b in blocks] == [
        (BlockKind.PARAGRAPH, "before after", None),
        # What describes a picture is not printed on the page.
        (BlockKind.FIGURE, "", "a chart"),
        (BlockKind.FIGURE, "", None),
    ]
    assert render(blocks) == "before after\n\n<!-- figure: a chart -->\n\n<!-- figure -->"
    assert parse_markdown(render(blocks)) == blocks


def test_an_item_of_two_paragraphs_is_one_item() -> None:
    blocks = parse_markdown("1. a\n\n   more of a\n2. b\n   - c\n\n     more of c\n3. d")
    assert [(b.kind, b.text, b.level, b.marker) for b in blocks] == [
        (BlockKind.LIST_ITEM, "a", 0, "1."),
        (BlockKind.PARAGRAPH, "more of a", 0, None),
        (BlockKind.LIST_ITEM, "b", 0, "2."),
        (BlockKind.LIST_ITEM, "c", 1, "-"),
        (BlockKind.PARAGRAPH, "more of c", 0, None),
        (BlockKind.LIST_ITEM, "d", 0, "3."),
    ]


def test_other_blocks_are_understood() -> None:
    blocks = parse_markdown("Title\n=====\n\n> quoted\n> text\n\n***\n\n    code\n\n- [ ] to do")
    assert [(b.kind, b.text, b.level) for b in blocks] == [
        (BlockKind.HEADING, "Title", 1),
        (BlockKind.PARAGRAPH, "quoted text", 0),
        (BlockKind.CODE, "code", 0),
        (BlockKind.LIST_ITEM, "[ ] to do", 0),
    ]


def test_a_pipe_table() -> None:
    (block,) = parse_markdown("| a | *b* |\n|---|:-:|\n| 1<br>2 | x \\| y |\n| 3 |")
    assert block.table == Table(
        3,
        2,
        (
            Cell(0, 0, "a", header=True),
            Cell(0, 1, "b", header=True, markdown="*b*"),
            Cell(1, 0, "1 2", markdown="1<br>2"),
            Cell(1, 1, "x | y"),
            Cell(2, 0, "3"),
        ),
    )
    assert block.text == "a\tb\n1 2\tx | y\n3"


def test_an_html_table_with_spans() -> None:
    (block,) = parse_markdown(
        "<table>\n<thead><tr><th rowspan='2'>A</th><th colspan=2>B</th></tr>\n\n"
        "<tr><th>C</th><th>D</th></tr></thead>\n\n"
        "<tbody>\n<tr><td>1<br/>2</td><td><p>3</p><p>4</p></td><td>x &lt; <b>y</b></td></tr>\n</tbody></table>"
    )
    assert block.kind == BlockKind.TABLE
    assert block.table == Table(
        3,
        3,
        (
            Cell(0, 0, "A", row_span=2, header=True),
            Cell(0, 1, "B", column_span=2, header=True),
            Cell(1, 1, "C", header=True),
            Cell(1, 2, "D", header=True),
            Cell(2, 0, "1 2", markdown="1<br>2"),
            Cell(2, 1, "3 4"),
            Cell(2, 2, "x < y", markdown="x < <b>y</b>"),
        ),
    )


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("<table><tr><td>a<td>b<tr><td>c</table>", [["a", "b"], ["c", ""]]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c", [["a", "b"], ["c", ""]]),
        ("<table><td>a</td></table>", [["a"]]),
        ("<table><tr><td>x<table><tr><td>in</td></tr></table></td><td>y</td></tr></table>", [["x in", "y"]]),
        ("<TABLE><TR><TD>a</TD></TR></TABLE>", [["a"]]),
    ],
    ids=["no end tags", "cut off", "no row", "nested", "capitals"],
)
def test_careless_html_tables(source: str, rows: list[list[str]]) -> None:
    (block,) = parse_markdown(source)
    assert block.table is not None
    assert block.table.texts() == rows


def test_a_span_ends_with_the_table() -> None:
    (block,) = parse_markdown(
        '<table><tr><td rowspan="1000">a</td><td rowspan="0">b</td></tr><tr><td>c</td></tr></table>'
    )
    assert block.table == Table(2, 2, (Cell(0, 0, "a", row_span=2), Cell(0, 1, "b"), Cell(1, 1, "c")))


def test_absurd_spans_take_a_bounded_effort() -> None:
    table = "<table>" + "<tr><td rowspan=999999 colspan=999999>x</td></tr>" * 100 + "</table>"
    assert calls(lambda: parse_markdown(table)) < 2_000_000


def test_other_html_is_plain_text() -> None:
    source = "<div><p>one</p><p>two <b>three</b></p></div>\n\n<script>alert(1)</script>\n\n<!-- hidden -->\n\nfour"
    assert [(b.kind, b.text) for b in parse_markdown(source)] == [
        (BlockKind.PARAGRAPH, "one two three"),
        (BlockKind.PARAGRAPH, "four"),
    ]


@pytest.mark.parametrize("source", ["", "\n\n", "<!-- x -->", "***", "<table></table>"])
def test_nothing_gives_no_blocks(source: str) -> None:
    assert parse_markdown(source) == ()


@pytest.mark.parametrize(
    "formula",
    [
        "$a_1 * b_2 * c$",
        "$x_i^*$",
        "$x$",
        "$a < b$",
        "$a \\\\$",
        "$\\$5$",
        "$f`(x)$",
        "$[a]$",
        "$\\text{a price}$",
        "$$x_1 * y$$",
        "10$\\mu$m",
        "$a$, $b$ and $c$",
        "$5 = x$",
    ],
)
def test_nothing_in_a_formula_is_markdown(formula: str) -> None:
    (block,) = parse_markdown(f"See *this*: {formula}.")
    assert (block.text, block.markdown) == (f"See this: {formula}.", f"See *this*: {formula}.")
    assert parse_markdown(render([block])) == (block,)


def test_formulas_in_any_delimiters_are_rendered_in_dollar_signs() -> None:
    (block,) = parse_markdown("Let \\(a_1\\), $ a_2 $ and \\[ \\frac{a}{b} \\] be.")
    assert block.markdown == block.text == "Let $a_1$, $a_2$ and $$\\frac{a}{b}$$ be."


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("$$x_1$$", "x_1"),
        ("$$\nx_1\n- y * z\n= w\n$$", "x_1\n- y * z\n= w"),
        ("\\[\nx_1 \\\\[2pt]\n\\]", "x_1 \\\\[2pt]"),
        ("\\begin{cases}\na_1 & b\\\\\n\\end{cases}", "\\begin{cases}\na_1 & b\\\\\n\\end{cases}"),
    ],
)
def test_a_displayed_formula_is_a_block_also_within_a_paragraph(source: str, body: str) -> None:
    blocks = parse_markdown(f"before\n{source}\nafter *it*")
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.PARAGRAPH, "before"),
        (BlockKind.FORMULA, body),
        (BlockKind.PARAGRAPH, "after it"),
    ]
    assert parse_markdown(render(blocks)) == blocks


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5, or $10 for two.",
        "From $5 to 10$ and 20$ a year",
        "US$5 and CA$6",
        "a $ sign and another $ sign",
        "$100 in one year, but not $",
        "$$$",
        "[12] Smith, [13, 14] Jones",
    ],
)
def test_a_price_is_no_formula(text: str) -> None:
    assert parse_markdown(text) == (Block(BlockKind.PARAGRAPH, text),)
    assert escape(text) == text


def test_brackets_that_are_escaped_are_brackets() -> None:
    assert parse_markdown("\\[12\\] Smith \\[a\\](b)") == (Block(BlockKind.PARAGRAPH, "[12] Smith [a](b)"),)


def test_brackets_in_the_words_of_a_link_are_no_formula() -> None:
    for text in ("see [12]", "[a=1]", "$a=1$ and [^x]", "[a](b) [c]: d"):
        (block,) = parse_markdown(link_text(text, [(0, len(text), "http://x.y")]))
        assert block.text == text
        assert parse_markdown(render([block])) == (block,)


def test_a_formula_that_is_not_closed_is_text() -> None:
    for source in ("a $x_1", "a $$x_1", "$$\nx_1\n\nb", "a \\(x", "\\[\nx", "\\begin{align}\nx"):
        blocks = parse_markdown(source)
        assert "x" in "".join(b.text for b in blocks)
        assert {b.kind for b in blocks} == {BlockKind.PARAGRAPH}
        assert parse_markdown(render(blocks)) == blocks


def test_a_formula_shows_no_tag_to_who_knows_no_formulas() -> None:
    (block,) = parse_markdown("$a<b$ and $<script>x_1</script>$ and $[x](javascript:y_1)$")
    assert block.markdown == "$a< b$ and $< script>x_1< /script>$ and $[x] (javascript:y_1)$"


def test_cells_keep_their_inline_markdown() -> None:
    table = Table(
        2,
        2,
        (
            Cell(0, 0, "10 6", markdown="10<br>6", header=True),
            Cell(0, 1, "$|x|$", markdown="$|x|$", header=True),
            Cell(1, 0, "x2", markdown="*x*<sup>2</sup>"),
            Cell(1, 1, "a|b", markdown="`a|b`"),
        ),
    )
    assert render_table(table) == "| 10<br>6 | $\\|x\\|$ |\n| --- | --- |\n| *x*<sup>2</sup> | `a\\|b` |"
    (block,) = parse_markdown(render_table(table))
    assert block.table == table
    spanning = Table(2, 2, (*table.cells[:2], Cell(1, 0, "x2", column_span=2, markdown="*x*<sup>2</sup> < `$`")))
    assert '<td colspan="2"><em>x</em><sup>2</sup> &lt; <code>$</code></td>' in render_table(spanning)


def test_a_row_may_have_more_cells_than_the_header() -> None:
    (block,) = parse_markdown("> | a |\n> |---|\n> | 1 | *2* | 3 \\| 4 |\n> | x |")
    assert block.text == "a\n1\t2\t3 | 4\nx"
    assert parse_markdown(render([block])) == (block,)


def test_lines_that_are_broken_on_purpose_stay_so() -> None:
    (block,) = parse_markdown("1 High Street  \nLondon\\\nEngland")
    assert (block.text, block.markdown) == ("1 High Street London England", "1 High Street<br>London<br>England")
    assert parse_markdown(render([block])) == (block,)


def test_tags_are_kept_in_pairs_and_without_attributes() -> None:
    (block,) = parse_markdown("H<SUB class='x' onclick='y'>2</SUB>O <u>a <i>b</u> c</b> <span style='z'>d</span>")
    assert (block.text, block.markdown) == ("H2O a b c d", "H<sub>2</sub>O <u>a b</u> c d")


def test_what_html_does_not_have_is_text() -> None:
    (block,) = parse_markdown("List<String> of <your name>, <?x?> and <!Y>")
    assert block.text == "List<String> of <your name>, <?x?> and <!Y>"
    assert parse_markdown(render([block])) == (block,)


@pytest.mark.parametrize("opening", ["<script>", "<style>", "<pre>", "<textarea>", "<!--", "<![CDATA[", "<?", "<!X"])
def test_html_that_is_not_closed_hides_nothing(opening: str) -> None:
    blocks = parse_markdown(f"{opening} one\n\n*two*\n\n{opening}\n- three")
    assert [b.text.removeprefix("X ") for b in blocks if b.text not in ("", "X")] == ["one", "two", "three"]


def test_links_only_go_where_that_is_safe() -> None:
    (block,) = parse_markdown("[a *b*](http://x.y/(z)?q=1&copy=2 'title') [c](javascript:d) <http://e.f>")
    assert block.text == "a b [c](javascript:d) http://e.f"
    assert block.markdown == ("[a *b*](http://x.y/%28z%29?q=1&copy=2) [c\\](javascript:d) [http://e.f](http://e.f)")


def test_a_definition_of_a_link_is_text() -> None:
    (block,) = parse_markdown("[1]: http://x.y")
    assert block.text == "[1]: http://x.y"
    assert parse_markdown(render([block])) == (block,)


def test_deep_nesting_loses_nothing() -> None:
    assert parse_markdown("> " * 45 + "quoted")[0].text == "quoted"
    items = "\n".join(f"{'  ' * i}- item{i}" for i in range(45))
    assert [b.text for b in parse_markdown(items)] == [f"item{i}" for i in range(45)]


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
