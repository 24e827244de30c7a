"""What a block says, as HTML: Markdown is shown, raw HTML is not."""

from __future__ import annotations

import pytest

from ocr_plugins import BBox, Block, BlockKind, Cell, Table, TextLine, Word
from ocr_plugins.report.prose import block_html


def paragraph(markdown: str) -> str:
    return block_html(Block(BlockKind.PARAGRAPH, "", markdown=markdown)).removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("*a* **b** `c<d`", "<em>a</em> <strong>b</strong> <code>c&lt;d</code>"),
        ("H<sub>2</sub>O", "H<sub>2</sub>O"),
        ("H<sub onclick=x>2</sub>O", "H<sub>2</sub>O"),
        ("H<sub>2", "H2"),
        ("a<br>b", "a<br>b"),
        ("<script>a</script>", "a"),
        ("List<String>", "List&lt;String&gt;"),
        ("a & b", "a &amp; b"),
        ("$a<b$", '<code class="formula">$a&lt; b$</code>'),
    ],
)
def test_inline_markdown(markdown: str, shown: str) -> None:
    assert paragraph(markdown) == shown


@pytest.mark.parametrize("address", ["https://example.org/?a=1&b=2", "http://example.org", "mailto:a@example.org"])
def test_a_link_to_the_web_is_one_and_tells_nobody_where_it_was(address: str) -> None:
    escaped = address.replace("&", "&amp;")
    assert paragraph(f"[x]({address})") == f'<a href="{escaped}" target="_blank" rel="noopener noreferrer">x</a>'


@pytest.mark.parametrize("address", ["ftp://example.org", "#t1-1", "other.html", "tel:1", "blob:x", "//example.org"])
def test_another_link_is_text(address: str) -> None:
    assert paragraph(f"[x]({address})") == "<u>x</u>"


@pytest.mark.parametrize("address", ["javascript:a()", "JavaScript:a()", "java&#115;cript:a()", "data:text/html,a"])
def test_a_link_that_runs_something_is_never_one(address: str) -> None:
    assert "<a" not in paragraph(f"[x]({address})")
    assert "<a" not in paragraph(f"<{address}>")


def test_lines_and_markers_are_kept() -> None:
    assert block_html(Block(BlockKind.PARAGRAPH, "a\nb")) == "<p>a\nb</p>"
    assert block_html(Block(BlockKind.LIST_ITEM, "x", marker="(a)")) == '<p><span class="marker">(a)</span> x</p>'
    assert block_html(Block(BlockKind.CODE, "if a < b:\n  c")) == "<pre><code>if a &lt; b:\n  c</code></pre>"


def test_a_table_has_its_spans_and_a_place_for_every_cell() -> None:
    cells = (Cell(0, 0, "wide", column_span=2, header=True), Cell(0, 2, "tall", row_span=2), Cell(1, 1, "x"))
    shown = block_html(Block(BlockKind.TABLE, table=Table(2, 3, cells)))
    assert '<tr><th colspan="2" scope="col" dir="auto">wide</th> <td rowspan="2" dir="auto">tall</td></tr>' in shown
    assert '<tr><td></td> <td dir="auto">x</td></tr>' in shown


def test_a_word_in_doubt_is_marked_in_the_cell_where_it_stands() -> None:
    left, right = BBox(0.1, 0.5, 0.4, 0.6), BBox(0.5, 0.5, 0.9, 0.6)
    words = (
        Word("same", BBox(0.1, 0.5, 0.2, 0.6), 0.9),
        Word("far", BBox(0.5, 0.5, 0.6, 0.6), 0.9),
        Word("same", BBox(0.8, 0.5, 0.9, 0.6), 0.5),
    )
    cells = (Cell(0, 0, "same", box=left), Cell(0, 1, "far far away the same", box=right))
    lines = (TextLine("same far same", BBox(0.1, 0.5, 0.9, 0.6), 0.8, words=words),)
    shown = block_html(Block(BlockKind.TABLE, table=Table(1, 2, cells), lines=lines))
    mark = '<mark class="doubt" title="confidence 0.50">same</mark>'
    assert '<td dir="auto">same</td>' in shown
    assert f'<td dir="auto">far far away the {mark}</td>' in shown


def test_a_figure_shows_its_picture_and_what_is_said_of_it() -> None:
    drawn = block_html(Block(BlockKind.FIGURE, 'a "plan"'), "data:image/webp;base64,AA")
    assert 'alt="a &quot;plan&quot;"' in drawn
    assert drawn.endswith("<p>a &quot;plan&quot;</p>")
    assert block_html(Block(BlockKind.FIGURE)) == '<p class="nothing">Figure</p>'
    read = TextLine("within", BBox(0, 0, 1, 1))
    assert block_html(Block(BlockKind.FIGURE, "within", lines=(read,))) == '<p class="within">within</p>'
