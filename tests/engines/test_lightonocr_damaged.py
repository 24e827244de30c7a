"""LightOnOCR may write anything: what is cut off, strayed or hostile costs no word, brings in no markup, ends soon."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from ocr_plugins import Block
from ocr_plugins.engines.lightonocr.families import Dialect
from ocr_plugins.engines.lightonocr.output import LABELS, parse_output
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.markdown.render import render

# What is on the page stands in braces, the rest is markup.
SAMPLES: dict[Dialect, str] = {
    "markdown": """# {Alpha beta}

{Gamma} **{delta}** {epsilon} {H}<sub>{2}</sub>{O zeta} *{eta}*.

- {theta}
  {1}. {iota}
     - {kappa}

![image](image_1.png)

<table><thead><tr><th rowspan="2">{lambda}</th><th>{mu}</th></tr>

<tr><th>{nu}</th></tr></thead><tbody><tr><td>{xi}<br>{omicron}</td><td>{pi} &lt; {rho}</td></tr></tbody></table>
{sigma} {tau}

| {upsilon} | {phi} |
|---|---|
| `{chi}` | {psi} |

```
{omega one}
```

<div>{two}</div>
""",
    "bbox": """{Alpha}

![image](image_1.png)120,80,640,410
{Beta gamma}

- {delta} ![image](image_2.png)1,2,3,4 {epsilon}
""",
    "grounding": """![header](100,10,900,30) {Alpha}
![title](100,50,900,80) # {Beta gamma}
![text](100,100,500,200) {Delta epsilon}
![image](100,300,500,400) {Zeta}
![text+](100,500,500,600) {eta}

![list](1,2,3,4)
- {theta}
  - {iota}
![table](1,2,3,4)
<table><tr><td colspan="2">{kappa}</td></tr><tr><td>{lambda}</td><td>{mu}</td></tr></table>
![code](1,2,3,4) {nu}({xi})
![formula](1,2,3,4) {omicron}
![page_number](1,2,3,4) {7}""",
}


def marked(sample: str) -> tuple[str, str]:
    """What the model writes, and below each character of it the same where it is on the page, a space elsewhere."""
    source, page = "", ""
    for i, piece in enumerate(re.split("[{}]", sample)):
        source += piece
        # A tag for small letters does not part a word.
        page += piece if i % 2 else ("\0" if "sub" in piece else " ") * len(piece)
    return source, page


def words(blocks: Sequence[Block]) -> list[str]:
    """Sorted, with markers of items and descriptions of figures."""
    texts = [f"{b.marker or ''} {b.text or b.markdown or ''}" for b in blocks]
    return sorted(re.findall(r"\w+", " ".join(texts)))


@pytest.mark.parametrize("dialect", list(SAMPLES))
def test_an_output_cut_off_anywhere_loses_no_word_and_gains_none(dialect: Dialect) -> None:
    source, page = marked(SAMPLES[dialect])
    for end in range(len(source) + 1):
        # What begins there may be a tag or an entity, or text.
        if re.search(r"<\w$|&\w*$", source[:end]):
            continue
        expected = sorted(re.findall(r"\w+", page[:end].replace("\0", "")))
        blocks = parse_output(source[:end], dialect).blocks
        assert words(blocks) == expected, source[:end]
        assert words(parse_markdown(render(blocks, furniture=True))) == expected, source[:end]


# Not what closes a comment or a script: its content is no text of the page.
STRAY = (
    *("$", "$$", "\\(", "\\[", "$x_1$", "<", "<b>", "</b>", "<table>", "</table>", "<td>", "<!--"),
    *("*", "**", "_", "`", "```", "\n\n", "\n", "    ", "> ", "- ", "1. ", "#", "|", "&", "\\", "[", "](", "![", "<?"),
    *("<script>", "]]>", "![text+](1,2,3,4)", "<div>", "</div>", "<br>", "</sub>"),
)  # fmt: skip


@pytest.mark.parametrize("dialect", list(SAMPLES))
def test_stray_and_missing_markup_costs_no_word(dialect: Dialect) -> None:
    chosen = random.Random(20251122)
    for _ in range(200):
        source, page = marked(SAMPLES[dialect])
        for _ in range(3):
            at = chosen.choice([i for i, character in enumerate(page) if character in " \0"])
            stray = chosen.choice(STRAY)
            # In place of a character of markup, or before it.
            end = at + chosen.randint(0, 1)
            source, page = source[:at] + stray + source[end:], page[:at] + " " * len(stray) + page[end:]
        expected = re.findall(r"[a-zA-Z]{3,}", page.replace("\0", ""))
        rendered = render(parse_output(source, dialect).blocks, furniture=True)
        assert [word for word in expected if word not in rendered] == [], source


HOSTILE = [
    "<script>alert(1)</script>",
    "<script>alert(1)",
    "a <script src=x></script> b",
    "<img src=x onerror=alert(1)>",
    "text <img src=x onerror=alert(1)> text",
    "<iframe src='https://evil.example'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "![x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<b onclick='alert(1)'>x</b>",
    "<sup onmouseover=alert(1)>x</sup>",
    "<svg/onload=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<table><tr><td onclick='alert(1)'><script>alert(1)</script><a href='javascript:x'>c</a></td></tr></table>",
    "<table><tr><td colspan='2\" onclick=\"alert(1)'>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></table>",
    "<table><tr><td>$<script>alert(1)</script>$</td><td colspan=2>$&lt;script&gt;$</td></tr></table>",
    "$<script>alert(1)</script>$ and $$<img src=x onerror=alert(1)>$$",
    "$$\n<script>alert(1)</script>\n$$",
    "$[x](javascript:alert(1))$",
    "$`$<script>alert(1)</script>$`$",
    "| <script>alert(1)</script> | `<b>` |\n|---|---|\n| <iframe> | [x](javascript:1) |",
    "<!-- --><script>alert(1)</script> -->",
    "<!-- figure: --><script>alert(1)</script> -->",
    "```html\" onclick=\"alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "``` <script>\nx\n```",
    "![--><script>alert(1)</script>](image_1.png)1,2,3,4",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<object data=x></object><embed src=x><form action=x><input autofocus onfocus=alert(1)></form>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "\\<script>alert(1)\\</script>",
    "<<script>script>alert(1)<</script>/script>",
]  # fmt: skip

HARMLESS = frozenset(
    (
        *("p", "h1", "h2", "h3", "ul", "ol", "li", "pre", "code", "em", "strong", "a", "br", "table", "thead", "tbody"),
        *("tr", "th", "td", "sup", "sub", "u", "b", "i"),
    )
)


class Inspector(HTMLParser):
    """What a browser would make of a page: the elements, their attributes and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ("href", "rowspan", "colspan", "start", "class") or "javascript" in (value or "").lower():
                self.wrong.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("label", [None, *LABELS])
def test_hostile_html_does_not_come_through(source: str, label: str | None) -> None:
    text = source if label is None else f"![{label}](1,2,3,4) {source}"
    markdown = render(parse_output(text, "markdown" if label is None else "grounding").blocks, furniture=True)
    # A viewer that passes HTML through and knows nothing of formulas.
    inspector = Inspector()
    inspector.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    inspector.close()
    assert inspector.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "$" * 10_000,
        "$x" * 5_000,
        "\\(" * 5_000,
        "\\[" * 5_000,
        "$$\n" * 5_000,
        "<table>" * 3_000,
        "<table>\n" * 3_000,
        "<script>\n" * 3_000,
        "<!--\n" * 3_000,
        "<td " * 5_000,
        "<b>" * 5_000,
        "![image](" * 3_000,
        "![text](1,2,3,4) " * 2_000,
        "[" * 5_000,
        "*a " * 5_000,
        "> " * 2_000 + "x",
        "- " * 2_000 + "x",
        "`" * 10_000,
        ". " * 20_000,
        "\\begin{align}\n" * 1_000,
    ],
    ids=lambda source: repr(source[:15]),
)
def test_a_model_that_repeats_itself_takes_no_long_time(source: str) -> None:
    """Where it does it takes minutes, and the time limit of all tests ends it."""
    for dialect in ("bbox", "grounding"):
        render(parse_output(source, dialect).blocks)
