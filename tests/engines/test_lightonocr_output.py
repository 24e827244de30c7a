"""What LightOnOCR writes becomes blocks, and these Markdown again: nothing is lost, nothing is made up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ocr_plugins import BBox, Block, BlockKind, Cell, OcrDocument, Page, Pipeline, Table
from ocr_plugins.engine import EngineInfo, EngineOptions, OcrEngine, PageImage, Recognition
from ocr_plugins.engines.lightonocr.families import Dialect
from ocr_plugins.engines.lightonocr.output import LABELS, parse_output
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render
from ocr_plugins.testing import made_page, made_pdf

# As the model writes it, and as it is rendered.
CANONICAL = r"""# On the *motion* of bodies

Let $a_1 * b_2 * c$ be given, with $x^{*}_{i} < y$ and H<sub>2</sub>O at 10<sup>6</sup> Pa; it costs $5.

$$E = mc^2$$

$$
\begin{aligned}
a &= b_1 * c \\
- d &= e_2 * f
\end{aligned}
$$

## Results

- first
    - with **bold** text
        - deeper
- second
1. one
2. two

| Name | Value |
| --- | --- |
| $\alpha_1$ | 10<sup>3</sup> |
| a \| b | <u>c</u> |

<table>
<tr><th rowspan="2">A</th><th colspan="2">B</th></tr>
<tr><th>C</th><th>$d_1 &lt; d_2$</th></tr>
<tr><td>1<br>2</td><td>3</td><td>x &lt; y</td></tr>
</table>

```python
def f(x_1):
    return "*" * x_1
```

The last line."""


def kinds(text: str, dialect: Dialect = "grounding") -> list[tuple[BlockKind, str]]:
    return [(b.kind, b.text) for b in parse_output(text, dialect).blocks]


def test_canonical_output_is_rendered_as_it_was() -> None:
    assert render(parse_output(CANONICAL, "markdown").blocks) == CANONICAL


def test_what_is_rendered_is_read_as_the_same_blocks() -> None:
    blocks = parse_output(CANONICAL, "markdown").blocks
    assert parse_markdown(render(blocks)) == blocks
    assert [b.kind for b in blocks[:4]] == [
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.FORMULA,
        BlockKind.FORMULA,
    ]


def test_other_delimiters_and_outline_are_brought_into_one_form() -> None:
    source = "See \\( x_1 \\):\n\\[\n  E = mc^2\n\\]\nand\n\\begin{align*}\na &= b\n\\end{align*}\n* a\n* b"
    blocks = parse_output(source, "markdown").blocks
    assert render(blocks) == (
        "See $x_1$:\n\n$$E = mc^2$$\n\nand\n\n$$\n\\begin{align*}\na &= b\n\\end{align*}\n$$\n\n- a\n- b"
    )
    assert parse_markdown(render(blocks)) == blocks


def test_a_picture_has_the_box_behind_it() -> None:
    source = (
        "# A\n\n![image](image_1.png)120,80,640,410\n*Figure 1*\n\n- item ![image](image_2.png) 0, 0, 1000, 500 more"
    )
    blocks = parse_output(source, "bbox").blocks
    assert [(b.kind, b.text, b.box) for b in blocks] == [
        (BlockKind.HEADING, "A", None),
        (BlockKind.FIGURE, "", BBox(0.12, 0.08, 0.64, 0.41)),
        (BlockKind.PARAGRAPH, "Figure 1", None),
        (BlockKind.LIST_ITEM, "item more", None),
        (BlockKind.FIGURE, "", BBox(0, 0, 1, 0.5)),
    ]
    assert parse_markdown(render(blocks)) == blocks


@pytest.mark.parametrize("dialect", ["markdown", "bbox"])
def test_a_picture_without_a_box_is_a_figure_without_words(dialect: Dialect) -> None:
    assert parse_output("a\n\n![image](image_3.png)\n\nb", dialect).blocks == (
        Block(BlockKind.PARAGRAPH, "a"),
        Block(BlockKind.FIGURE),
        Block(BlockKind.PARAGRAPH, "b"),
    )


@pytest.mark.parametrize(
    ("numbers", "box"),
    [
        ("640,410,120,80", BBox(0.12, 0.08, 0.64, 0.41)),
        ("-20,80,1640,410", BBox(0.0, 0.08, 1.0, 0.41)),
        ("12.5,80,640,410", BBox(0.013, 0.08, 0.64, 0.41)),
        ("2000,2000,3000,3000", None),
        ("10,10,10,10", None),
        ("a,b,c,d", None),
        ("12,nan,640,410", None),
        ("12,80,640", None),
        ("12,", None),
    ],
)
def test_a_damaged_box_costs_no_text(numbers: str, box: BBox | None) -> None:
    blocks = parse_output(f"before\n\n![image](image_1.png){numbers}\n\nafter", "bbox").blocks
    assert [(b.kind, b.text) for b in blocks] == [
        (BlockKind.PARAGRAPH, "before"),
        (BlockKind.FIGURE, ""),
        (BlockKind.PARAGRAPH, "after"),
    ]
    assert blocks[1].box == box


def test_a_number_behind_a_picture_is_text_where_it_is_no_box() -> None:
    blocks = parse_output("![image](image_1.png) 1992 was a year.\n\n![image](image_2.png)3 apples", "bbox").blocks
    assert [b.text for b in blocks] == ["", "1992 was a year.", "", "3 apples"]


def test_a_picture_in_code_is_code() -> None:
    source = "```\n![image](image_1.png)1,2,3,4\n```"
    assert kinds(source, "bbox") == [(BlockKind.CODE, "![image](image_1.png)1,2,3,4")]


TABLE = "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("title", "## 2.2 Results", [(BlockKind.HEADING, "2.2 Results")]),
        ("section", "1. Introduction", [(BlockKind.HEADING, "1. Introduction")]),
        ("text", "Some *text*.", [(BlockKind.PARAGRAPH, "Some text.")]),
        ("list", "- a\n  - b", [(BlockKind.LIST_ITEM, "a"), (BlockKind.LIST_ITEM, "b")]),
        ("caption", "Table 1: a_b", [(BlockKind.CAPTION, "Table 1: a_b")]),
        ("footnote", "1. A note.", [(BlockKind.FOOTNOTE, "1. A note.")]),
        ("aside_text", "In the margin", [(BlockKind.PARAGRAPH, "In the margin")]),
        ("header", "Annual report", [(BlockKind.PAGE_HEADER, "Annual report")]),
        ("footer", "Confidential", [(BlockKind.PAGE_FOOTER, "Confidential")]),
        ("page_number", "- 3 -", [(BlockKind.PAGE_NUMBER, "- 3 -")]),
        ("table", TABLE, [(BlockKind.TABLE, "A\tB\n1\t2")]),
        ("chart", TABLE, [(BlockKind.FIGURE, ""), (BlockKind.TABLE, "A\tB\n1\t2")]),
        ("formula", "E_1 = m*c*d", [(BlockKind.FORMULA, "E_1 = m*c*d")]),
        ("code", "if x:\n    y_1 = '*'", [(BlockKind.CODE, "if x:\n    y_1 = '*'")]),
        ("image", "A dog", [(BlockKind.FIGURE, "")]),
    ],
)
@pytest.mark.parametrize("gap", [" ", "\n", ""])
def test_every_label_gives_its_kind_and_box(
    label: str, text: str, expected: list[tuple[BlockKind, str]], gap: str
) -> None:
    blocks = parse_output(f"![{label}](100,200,900,400){gap}{text}\n", "grounding").blocks
    assert [(b.kind, b.text) for b in blocks] == expected
    assert {b.box for b in blocks} == {BBox(0.1, 0.2, 0.9, 0.4)}


def test_the_labels_are_those_of_the_model_card() -> None:
    tested = test_every_label_gives_its_kind_and_box.pytestmark[1].args[1]  # type: ignore[attr-defined]
    assert sorted(LABELS) == sorted(label for label, *_ in tested)
    assert len(LABELS) == 15


def test_headings_have_the_level_of_their_number_signs() -> None:
    source = "![title](1,2,3,4) # A\n![title](1,2,3,4) B\n![title](1,2,3,4) ### C\n![section](1,2,3,4) ## D"
    blocks = parse_output(source, "grounding").blocks
    assert [(b.kind, b.text, b.level) for b in blocks] == [
        (BlockKind.TITLE, "A", 0),
        (BlockKind.TITLE, "B", 0),
        (BlockKind.HEADING, "C", 3),
        (BlockKind.HEADING, "D", 2),
    ]


def test_a_description_is_no_text_of_the_page() -> None:
    (figure,) = parse_output("![image](100,200,900,400) Two *curves* that cross", "grounding").blocks
    assert (figure.text, figure.markdown) == ("", "Two curves that cross")
    assert render([figure]) == "<!-- figure 0.100,0.200,0.900,0.400: Two curves that cross -->"
    assert parse_markdown(render([figure])) == (figure,)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("$$x_1$$", "$$x_1$$"),
        ("$x_1$", "$x_1$"),
        ("\\[x_1\\]", "$$x_1$$"),
        ("\\$x_1\\$", "$x_1$"),
        ("x_1\n\n+ y_1", "$$\nx_1\n+ y_1\n$$"),
        ("$$x_1$$ (1)", "$$x_1$$ (1)"),
        ("$$x_1$$\n(1)", "$$x_1$$\n\n(1)"),
        ("\\begin{align}a&=b\\end{align}", "$$\\begin{align}a&=b\\end{align}$$"),
    ],
)
def test_a_formula_may_have_delimiters_or_none(source: str, rendered: str) -> None:
    blocks = parse_output(f"![formula](1,2,3,4) {source}", "grounding").blocks
    assert {b.kind for b in blocks} == {BlockKind.FORMULA}
    assert render(blocks) == rendered


def test_text_before_the_first_marker_is_kept() -> None:
    assert kinds("## Before\n![text](1,2,3,4) after") == [(BlockKind.HEADING, "Before"), (BlockKind.PARAGRAPH, "after")]
    assert kinds("no marker *at* all") == [(BlockKind.PARAGRAPH, "no marker at all")]


@pytest.mark.parametrize(
    ("marker", "box"),
    [
        ("![text](900,400,100,200)", BBox(0.1, 0.2, 0.9, 0.4)),
        ("![text](-5, 0, 5000, 500)", BBox(0, 0, 1, 0.5)),
        ("![unheard_of](100,200,900,400)", BBox(0.1, 0.2, 0.9, 0.4)),
        ("![text](100,200,900,400", BBox(0.1, 0.2, 0.9, 0.4)),
        ("![text](a,b,c,d)", None),
        ("![text](100,200,900)", None),
        ("![text](100,200,900,400,500)", None),
        ("![text](,,,)", None),
        ("![text]()", None),
        ("![text](5,5,5,5)", None),
    ],
)
def test_a_damaged_marker_costs_a_box_and_no_text(marker: str, box: BBox | None) -> None:
    blocks = parse_output(f"![text](1,2,3,4) one\n\n{marker} two words\n\n![text](1,2,3,4) three", "grounding").blocks
    assert [b.text for b in blocks] == ["one", "two words", "three"]
    assert blocks[1].box == box


def test_what_only_looks_like_a_marker_stays_in_its_block() -> None:
    source = "![text](1,2,3,4) Hi ![logo](logo.png) there ![image](image_1.png) and [a](1,2,3,4)!"
    assert kinds(source) == [
        (BlockKind.PARAGRAPH, "Hi there and a!"),
        (BlockKind.FIGURE, ""),
        (BlockKind.FIGURE, ""),
    ]


def test_a_paragraph_goes_on_behind_a_figure_and_in_the_next_column() -> None:
    source = (
        "![text](1,500,480,990) The sen-\n"
        "![image](520,10,990,300) A dog\n"
        "![caption](520,310,990,330) Fig. 1\n"
        "![text+](520,350,990,400) tence has $x_1$ in\n"
        "![text+](520,350,990,400) three parts."
    )
    blocks = parse_output(source, "grounding").blocks
    assert [b.continues for b in blocks] == [False, False, False, True, True]
    assert render(blocks).startswith("The sentence has $x_1$ in three parts.\n\n<!-- figure")


def test_a_list_goes_on_within_an_item_or_with_the_next() -> None:
    source = "![list](1,2,3,4) - a\n- b begins\n![list+](5,6,7,8) and ends\n- c"
    assert render(parse_output(source, "grounding").blocks) == "- a\n- b begins and ends\n- c"


def test_a_table_and_code_go_on() -> None:
    source = (
        f"![table](1,2,3,4) {TABLE}\n![table+](5,6,7,8) <table><tr><td>3</td><td>4</td></tr></table>\n"
        "![code](1,2,3,4) for x in y:\n![code+](1,2,3,4)     z(x)"
    )
    assert render(parse_output(source, "grounding").blocks) == (
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\n```\nfor x in y:\n    z(x)\n```"
    )


def test_tables_of_other_columns_are_not_joined() -> None:
    source = f"![table](1,2,3,4) {TABLE}\n![table+](5,6,7,8) <table><tr><td>3</td></tr></table>"
    assert render(parse_output(source, "grounding").blocks).count("| --- |") == 2


def test_text_is_not_joined_to_what_stands_in_the_margin() -> None:
    source = "![text](1,2,3,4) One\n![aside_text](1,2,3,4) Margin\n![text+](1,2,3,4) two."
    assert render(parse_output(source, "grounding").blocks) == "One\n\nMargin\n\ntwo."


class Scripted(OcrEngine):
    """Reads on each page what it was made with."""

    class Options(EngineOptions):
        outputs: tuple[str, ...] = ()

    options: Options
    info = EngineInfo(boxes=True)

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [parse_output(self.options.outputs[image.number - 1], "grounding") for image in images]


def read(*outputs: str) -> OcrDocument:
    engine = Scripted(outputs=outputs)
    page = made_page(["text"], size=(400, 400))
    return Pipeline(engine, text="ocr", upright=False).read(made_pdf([page] * len(outputs)))


def test_what_goes_on_over_a_page_end_is_joined_and_furniture_left_out() -> None:
    document = read(
        "![header](100,10,900,30) My book\n![text](100,500,900,900) The para-\n![page_number](480,960,520,980) 1",
        "![header](100,10,900,30) My book\n![text+](100,100,900,200) graph ends.\n![list](1,2,900,400) - an item\n"
        "![footer](100,950,900,970) A publisher",
        f"![list+](100,100,900,200) goes on\n![table](1,300,900,400) {TABLE}",
        f"![table+](1,100,900,400) {TABLE.replace('1', '3')}",
    )
    assert document.markdown == (
        "The paragraph ends.\n\n- an item goes on\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 | 2 |"
    )
    assert "My book" in document.to_markdown(furniture=True)
    assert "A publisher" in document.to_markdown(furniture=True)
    # Alone, a page shows what is on it.
    assert [page.markdown.splitlines()[0] for page in document.pages] == [
        "The para-",
        "graph ends.",
        "goes on",
        "| A | B |",
    ]
    assert OcrDocument.from_json(document.to_json()) == document


def test_what_goes_on_is_not_joined_over_a_page_that_is_missing() -> None:
    document = read("![text](1,2,3,4) One", "![text](1,2,3,4) two", "![text+](1,2,3,4) three\n![text+](1,2,3,4) four")
    pages = (document.pages[0], document.pages[2])
    assert OcrDocument("x", pages).markdown == "One\n\nthree four"


def test_pictures_are_cut_out_by_their_boxes(tmp_path: object) -> None:
    engine = Scripted(outputs=("![image](100,100,500,600) A dog",))
    page = made_page(["text"], size=(400, 400))
    pipeline = Pipeline(engine, text="ocr", upright=False, images=str(tmp_path))
    (figure,) = pipeline.read(made_pdf([page])).pages[0].blocks
    assert figure.image is not None
    assert render([figure]).startswith("![A dog](")


def test_html_tables_keep_their_spans_and_formulas() -> None:
    source = (
        '<table><thead><tr><th rowspan="2">A</th><th colspan="2">$b_1$</th></tr><tr><th>C</th><th>D</th></tr></thead>'
        "<tbody><tr><td>x<sup>2</sup></td><td>\\$5</td><td>*a*</td></tr></tbody></table>"
    )
    (block,) = parse_output(source, "markdown").blocks
    assert block.table == Table(
        3,
        3,
        (
            Cell(0, 0, "A", row_span=2, header=True),
            Cell(0, 1, "$b_1$", column_span=2, header=True, markdown="$b_1$"),
            Cell(1, 1, "C", header=True),
            Cell(1, 2, "D", header=True),
            Cell(2, 0, "x2", markdown="x<sup>2</sup>"),
            Cell(2, 1, "$5"),
            Cell(2, 2, "*a*"),
        ),
    )
    assert parse_markdown(render([block])) == (block,)


def test_a_formula_with_escaped_dollar_signs_is_one_beside_a_price() -> None:
    table = r"<table><tr><th>\$x^2\$</th><th>US\$</th></tr><tr><td>\$\alpha\$</td><td>\$5–\$10</td></tr></table>"
    paragraph, block = parse_output(rf"Let \$x^2\$ cost \$5 or \$10.{chr(10) * 2}{table}", "markdown").blocks
    assert paragraph.text == paragraph.markdown == "Let $x^2$ cost $5 or $10."
    assert block.text == "$x^2$\tUS$\n$\\alpha$\t$5–$10"
    assert parse_markdown(render([paragraph, block])) == (paragraph, block)


def test_half_a_table_keeps_its_cells_and_what_follows() -> None:
    source = "<table><tr><th>A</th><th>B</th></tr>\n\n<tr><td>1</td><td>2\n\nText *behind* it."
    assert kinds(source, "markdown") == [(BlockKind.TABLE, "A\tB\n1\t2"), (BlockKind.PARAGRAPH, "Text behind it.")]


def test_markup_that_html_does_not_have_is_text() -> None:
    source = "List<String> and <your name> of [1]: http://a.b\n\n[2]: http://c.d\n\n<?xml version?>"
    blocks = parse_output(source, "markdown").blocks
    assert [b.text for b in blocks] == [
        "List<String> and <your name> of [1]: http://a.b",
        "[2]: http://c.d",
        "<?xml version?>",
    ]
    assert parse_markdown(render(blocks)) == blocks


def test_a_page_of_nothing_is_an_empty_page() -> None:
    for dialect in ("markdown", "bbox", "grounding"):
        assert parse_output("", dialect).blocks == parse_output(" \n\n ", dialect).blocks == ()
    assert Page(1, blocks=parse_output("![text](1,2,3,4)", "grounding").blocks).markdown == ""
