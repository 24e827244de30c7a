"""LaTeX in Markdown: nothing in a formula is Markdown, and a price is none."""

from __future__ import annotations

import pytest

from ocr_plugins import Block, BlockKind
from ocr_plugins.markdown.escape import escape, link_text
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render


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


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        (r"\$x^2\$", "$x^2$"),
        (r"\$\frac{1}{2}\$", r"$\frac{1}{2}$"),
        (r"\$ a_i \$", "$a_i$"),
        (r"10\$\mu\$m", r"10$\mu$m"),
        (r"\$n\$", "$n$"),
        (r"\$f(x) = 2x + 1\$", "$f(x) = 2x + 1$"),
        (r"\$x_{\text{the largest}} \le 5\$", r"$x_{\text{the largest}} \le 5$"),
        (r"\$5 \times 10^3\$", r"$5 \times 10^3$"),
        (r"\$\$E = mc^2\$\$", "$$E = mc^2$$"),
        (r"\$a_1\$, \$b_1\$", "$a_1$, $b_1$"),
    ],
)
def test_a_formula_whose_dollar_signs_are_escaped_is_a_formula(source: str, formula: str) -> None:
    (block,) = parse_markdown(f"See *this*: {source}.")
    assert (block.text, block.markdown) == (f"See this: {formula}.", f"See *this*: {formula}.")
    assert parse_markdown(render([block])) == (block,)


@pytest.mark.parametrize(
    "source",
    [
        r"\$5 and \$10",
        r"it cost \$5–\$10",
        r"US\$",
        r"between US\$ and A\$",
        r"US\$A\$ and \$A = US\$ 2",
        r"5\$ or 10\$",
        r"\$5^a or 6\$, see note a",
        r"the names \$my_file and \$your_file",
        r"\$some_long_name\$",
        r"\$\$\$",
        r"\$ - \$",
        r"\$x^2$",
    ],
)
def test_escaped_dollar_signs_of_amounts_and_names_are_text(source: str) -> None:
    text = source.replace("\\", "")
    assert parse_markdown(source) == (Block(BlockKind.PARAGRAPH, text),)


def test_text_like_two_formulas_is_rendered_as_text() -> None:
    for text in ("$a^1$b^2$", "$a^1$ and $b^2$", "$$a^1$$b^2$$", r"\$a^1\$b^2\$"):
        assert parse_markdown(escape(text)) == (Block(BlockKind.PARAGRAPH, text),)


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
