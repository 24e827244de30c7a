"""What stands within a line of Markdown or HTML: its plain text, and beside it Markdown of it that is safe to show.

That Markdown is not what came in but is written anew from what was understood: text is escaped, formulas and emphasis
are kept, links only to addresses that markdown-it-py lets pass (no ``javascript:``), and of HTML only the tags in
:data:`KEPT_TAGS`, in pairs and without attributes. So no script, handler or frame can come through.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.markdown.escape import escape_inline, escape_part, escape_start
from ocr_plugins.markdown.latex import Formula, formula_at
from ocr_plugins.markdown.rules import parser

if TYPE_CHECKING:
    from markdown_it.token import Token

KEPT_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "del", "mark", "small", "code", "sub", "sup"})
# Tags before and after which text is not of one word.
BREAKING_TAGS = frozenset(
    ("br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "td", "th", "tr", "caption")
)
# Other elements of HTML. What looks like a tag and is none is text: ``<name>``, ``List<String>``.
_OTHER_TAGS = frozenset(
    (
        *("a", "abbr", "area", "audio", "bdi", "bdo", "big", "button", "canvas", "cite", "data", "datalist", "dfn"),
        *("embed", "figcaption", "figure", "font", "form", "frame", "iframe", "img", "input", "kbd", "label", "map"),
        *("math", "meter", "nobr", "noscript", "object", "output", "picture", "pre", "progress", "q", "rp", "rt"),
        *("ruby", "samp", "script", "select", "slot", "source", "span", "strike", "style", "svg", "template"),
        *("textarea", "time", "track", "tt", "var", "video", "wbr"),
    )
)
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
_FIGURE = re.compile(r"<!-- figure(?: ([\d.]+),([\d.]+),([\d.]+),([\d.]+))?(?:: (.*?))? -->", re.DOTALL)
_FORMULA_START = re.compile(r"[$\\]")
_OUTER_BREAKS = re.compile(r"^(?:<br> ?)+|(?: ?<br>)+$")
# What stands for a dollar sign and a backslash that were written as numbers: characters that are in no text.
_NUMBERED = {"&#36;": "\ufdd0", "&#92;": "\ufdd1"}
_MEANT = str.maketrans({"\ufdd0": "$", "\ufdd1": "\\"})


@dataclass(frozen=True, slots=True)
class Inline:
    """What was read in a line.

    Attributes:
        text: Plain text, formulas in their delimiters.
        markdown: The same as inline Markdown, where that shows more.
        figures: Those between the words.
        formula: The displayed formula that is all there is.
    """

    text: str
    markdown: str | None = None
    figures: tuple[Block, ...] = ()
    formula: Formula | None = None

    def blocks(self, kind: BlockKind) -> list[Block]:
        """A block of this kind with the text, if there is any, and the figures; a paragraph may be a formula."""
        if self.formula and kind == BlockKind.PARAGRAPH:
            return [formula_block(self.formula), *self.figures]
        if not self.text:
            return list(self.figures)
        starts_line = self.markdown is not None and kind not in (BlockKind.TITLE, BlockKind.HEADING)
        markdown = escape_start(self.markdown or "") if starts_line else self.markdown
        return [Block(kind, self.text, markdown=markdown), *self.figures]


def formula_block(formula: Formula) -> Block:
    return Block(BlockKind.FORMULA, formula.body, markdown=formula.markdown)


@functools.cache
def elements() -> frozenset[str]:
    """The names of HTML's elements."""
    from markdown_it.common.html_blocks import block_names

    return frozenset(block_names) | KEPT_TAGS | BREAKING_TAGS | _OTHER_TAGS


def is_element(name: str) -> bool:
    """Whether HTML has an element of this name, in small letters."""
    return name in elements()


def read_inline(tokens: Sequence[Token]) -> Inline:
    """What the inline tokens of markdown-it-py say."""
    kept = kept_tags(tokens)
    text = _plain(tokens)
    figures = tuple(figure for token in tokens for figure in _figures(token))
    if not any(_is_rich(token, i in kept) for i, token in enumerate(tokens)):
        return Inline(text, None, figures)
    markdown = _OUTER_BREAKS.sub("", " ".join(_write(tokens, kept).split()))
    again = parse_inline(markdown)
    # Where emphasis meets what was left out around it, the Markdown may say something else: the text counts.
    formulas = _formulas(tokens)
    same = _plain(again) == text and _formulas(again) == formulas
    alone = formulas[0] if formulas and formulas[0].display and text == formulas[0].markdown else None
    return Inline(text, markdown if same and markdown != escape_inline(text) else None, figures, alone)


def read_html_text(parts: Iterable[str | Token]) -> Inline:
    """What a part of HTML says: its texts, where formulas may stand, and between them tags as tokens."""
    from markdown_it.token import Token

    tokens: list[Token] = []
    for part in parts:
        if isinstance(part, Token):
            tokens.append(part)
            continue
        for piece in split_formulas(part):
            if isinstance(piece, Formula):
                tokens.append(Token("formula", "", 0, content=piece.body, meta={"formula": piece}))
            else:
                tokens.append(Token("text", "", 0, content=piece.translate(_MEANT)))
    return read_inline(tokens)


def hide_numbered(source: str) -> str:
    """HTML in which a dollar sign or a backslash that is written as a number begins no formula."""
    for number, character in _NUMBERED.items():
        source = source.replace(number, character)
    return source


def split_formulas(text: str) -> list[str | Formula]:
    """The text of an HTML element, cut at its formulas; any other dollar sign behind a backslash stands for itself."""
    pieces: list[str | Formula] = []
    begin = at = 0
    while match := _FORMULA_START.search(text, at):
        at = match.start()
        if formula := formula_at(text, at):
            pieces += [text[begin:at], formula]
            begin = at = formula.end
        elif text.startswith("\\$", at):
            pieces += [text[begin:at], "$"]
            begin = at = at + 2
        else:
            at += 1
    return [piece for piece in (*pieces, text[begin:]) if piece]


def parse_inline(markdown: str) -> list[Token]:
    return parser().parseInline(markdown)[0].children or []


def shows(markdown: str, text: str) -> bool:
    """Whether inline Markdown says a plain text, and no formula where that has none."""
    return not _formulas(tokens := parse_inline(markdown)) and _plain(tokens) == " ".join(text.split())


def inline_html(markdown: str) -> str:
    """Inline Markdown as HTML, with nothing in it but formulas and :data:`KEPT_TAGS`."""
    tokens = parse_inline(markdown)
    kept = kept_tags(tokens)
    parts = []
    for i, token in enumerate(tokens):
        match token.type:
            case "text":
                parts.append(html_text(token.content))
            case "formula":
                parts.append(html.escape(token.meta["formula"].markdown, quote=False))
            case "code_inline":
                parts.append(f"<code>{html_text(token.content)}</code>")
            case "em_open" | "strong_open":
                parts.append(f"<{token.tag}>")
            case "em_close" | "strong_close":
                parts.append(f"</{token.tag}>")
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("<br>")
            case "html_inline":
                parts.append(kept.get(i) or html_text(tag_text(token)))
            case _:
                pass
    return "".join(parts)


def html_text(text: str) -> str:
    """Plain text as HTML in which no formula begins."""
    escaped = html.escape(text, quote=False)
    return escaped if split_formulas(text) in ([text], []) else escaped.replace("$", "&#36;").replace("\\", "&#92;")


def figure_of(comment: re.Match[str]) -> Block:
    *sides, said = comment.groups()
    try:
        box = BBox(*(float(side) for side in sides)).clipped()
    except (TypeError, ValueError):
        box = None
    return Block(BlockKind.FIGURE, box=box, markdown=said)


def figures_in(source: str) -> list[Block]:
    """The figures that comments in HTML tell of."""
    return [figure_of(comment) for comment in _FIGURE.finditer(source)]


def _figures(token: Token) -> list[Block]:
    if token.type == "image":
        return [Block(BlockKind.FIGURE, markdown=token.content or None)]
    return figures_in(token.content) if token.type == "html_inline" else []


def _plain(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "formula":
            # In its delimiters, without which nobody could tell where it ends.
            parts.append(token.meta["formula"].markdown)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "html_inline":
            parts.append(tag_text(token))
    return " ".join("".join(parts).split())


def tag_text(token: Token) -> str:
    """What a tag means for the text: a space where it breaks the line, and itself where HTML has no such element."""
    tag = _TAG.match(token.content)
    if tag is None:
        return "" if token.content.startswith("<!--") else token.content
    name = tag["name"].lower()
    if name in BREAKING_TAGS:
        return " "
    return "" if is_element(name) else token.content


def kept_tags(tokens: Sequence[Token]) -> dict[int, str]:
    """By their index, the tags that may be shown: those that open and close a part, and line breaks."""
    kept: dict[int, str] = {}
    opened: list[tuple[str, int, int]] = []
    for i, token in enumerate(tokens):
        tag = _TAG.match(token.content) if token.type == "html_inline" else None
        name = tag["name"].lower() if tag else ""
        if name == "br":
            kept[i] = "<br>"
        elif tag is None or name not in KEPT_TAGS:
            continue
        elif not tag["close"]:
            opened.append((name, token.level, i))
        else:
            pairs = [k for k, other in enumerate(opened) if other[:2] == (name, token.level)]
            if pairs:
                kept[opened[pairs[-1]][2]] = f"<{name}>"
                kept[i] = f"</{name}>"
                del opened[pairs[-1] :]
    return kept


def _is_rich(token: Token, kept: bool) -> bool:
    """Whether the plain text alone does not show all."""
    return kept or token.type in ("formula", "code_inline", "em_open", "strong_open", "link_open", "hardbreak")


def _formulas(tokens: Sequence[Token]) -> list[Formula]:
    return [replace(token.meta["formula"], end=0) for token in tokens if token.type == "formula"]


def _write(tokens: Sequence[Token], kept: dict[int, str]) -> str:
    parts: list[str] = []
    text = ""
    addresses: list[str] = []
    for i, token in enumerate(tokens):
        markup = _markup(token, kept.get(i), addresses)
        if markup is None:
            # With what follows it, as it takes its neighbours to tell what must be escaped.
            text += token.content if token.type == "text" else tag_text(token) if token.type == "html_inline" else ""
        else:
            parts += [escape_part(text), markup]
            text = ""
    return "".join([*parts, escape_part(text)])


def _markup(token: Token, kept: str | None, addresses: list[str]) -> str | None:
    """The Markdown of a token that is not text; ``addresses`` are those of the links that are open."""
    match token.type:
        case "formula":
            return str(token.meta["formula"].markdown)
        case "code_inline":
            return _code(token.content)
        case "em_open" | "em_close" | "strong_open" | "strong_close":
            return token.markup
        case "link_open":
            addresses.append(_address(str(token.attrs.get("href", ""))))
            return "["
        case "link_close":
            return f"]({addresses.pop()})"
        case "softbreak":
            return " "
        case "hardbreak":
            return "<br>"
        case _:
            return kept


def _code(content: str) -> str:
    fence = "`" * (max(map(len, re.findall("`+", content)), default=0) + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def _address(url: str) -> str:
    # Parentheses would end the address, and what looks like an entity would be taken for one.
    quoted = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return re.sub(r"&(?=#?\w+;)", "&amp;", quoted)
