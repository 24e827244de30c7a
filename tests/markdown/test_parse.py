"""Markdown and HTML of models to blocks: nothing is lost, nothing is let through."""

from __future__ import annotations

import pytest
from counting import calls

from ocr_plugins import Block, BlockKind, Cell, Table
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render, render_table


def item(text: str, level: int = 0, marker: str = "-") -> Block:
    return Block(BlockKind.LIST_ITEM, text, level=level, marker=marker)


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
