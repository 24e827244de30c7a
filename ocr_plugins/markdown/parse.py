"""Markdown to blocks, for engines whose model writes Markdown. Parsed by markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_plugins.blocks import Block, BlockKind, Cell, Table
from ocr_plugins.markdown.html import read_html, table_block
from ocr_plugins.markdown.inline import Inline, formula_block, parse_inline, read_inline
from ocr_plugins.markdown.rules import parser

if TYPE_CHECKING:
    from markdown_it.token import Token

# What opens a part of HTML that, where it is not closed, takes all that follows; and what closes it.
_OPENINGS = tuple(
    (re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))
    for opening, closing in (
        (r"<(?:script|style|pre|textarea)(?=[\s>]|$)[^<>]*>?", r"</(?:script|style|pre|textarea)>"),
        (r"<!--", r"-->"),
        (r"<!\[CDATA\[", r"\]\]>"),
        (r"<\?", r"\?>"),
        (r"<!(?=[A-Za-z])", r">"),
    )
)
_CELL_END = re.compile(r"(?<!\\)\|")
# Beyond those of the header; more are one.
MAX_COLUMNS = 100
_TABLE_END = re.compile(r".*</table\s*>", re.IGNORECASE | re.DOTALL)


def parse_markdown(text: str, confidence: float | None = None) -> tuple[Block, ...]:
    """Blocks of a Markdown text, in order, without boxes but for figures.

    Headings, paragraphs, nested lists, pipe tables, HTML tables with spans, formulas, code and images are told apart.
    What else is HTML is kept as plain text of a paragraph, its tags left out. Markup that is not closed hides no text.
    An engine that knows where a figure is writes the comment that a figure is rendered as, with its box in 0..1:
    ``<!-- figure 0.100,0.250,0.900,0.500 -->``.

    Args:
        text: CommonMark with tables and LaTeX: see :mod:`ocr_plugins.latex`.
        confidence: Given to every block that has text.
    """
    return tuple(replace(b, confidence=confidence if b.text else None) for b in _blocks(text))


def parse_line(text: str, kind: BlockKind) -> list[Block]:
    """A block of this kind for a text with inline Markdown alone, and figures of its images; white space is folded."""
    return read_inline(parse_inline(" ".join(text.split()))).blocks(kind)


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    # The marker of each list that is open, None after the first text of its item.
    markers: list[str | None] = []
    tokens = parser().parse(text)
    lines = re.split(r"\r\n?|\n", text)
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if markers and markers[-1] and token.type in _NOT_BEHIND_MARKER:
            # A number that stands alone is kept, a bullet means nothing.
            if markers[-1] != "-":
                blocks.append(Block(BlockKind.LIST_ITEM, level=len(markers) - 1, marker=markers[-1]))
            markers[-1] = None
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                markers.append(None)
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
            case "list_item_open":
                markers[-1] = f"{token.info}{token.markup}" if token.info else "-"
            case "inline":
                blocks += _text(read_inline(token.children or []), tokens[i - 1], markers)
            case "formula_block" if markers and markers[-1]:
                blocks += _text(read_inline(parse_inline(token.meta["formula"].markdown)), token, markers)
            case "table_open":
                end = next(k for k in range(i, len(tokens)) if tokens[k].type == "table_close")
                blocks += _pipe_table(tokens[i:end], lines)
                i = end
            case _:
                blocks += _leaf(token)
        i += 1
    return blocks


def _text(said: Inline, opening: Token, markers: list[str | None]) -> list[Block]:
    """The blocks of a heading, of the first text of a list item, or of another paragraph."""
    marker = markers[-1] if markers else None
    if opening.type == "heading_open":
        kind, level, marker = BlockKind.HEADING, int(opening.tag[1]), None
    elif marker is not None:
        kind, level, markers[-1] = BlockKind.LIST_ITEM, len(markers) - 1, None
    else:
        kind, level = BlockKind.PARAGRAPH, 0
    return [replace(b, level=level, marker=marker) if b.kind == kind else b for b in said.blocks(kind)]


def _leaf(token: Token) -> list[Block]:
    """The blocks of a token that stands alone; none for what bears no text."""
    match token.type:
        case "formula_block":
            return [formula_block(token.meta["formula"])]
        case "fence" | "code_block":
            info, code = token.info.strip(), token.content.rstrip("\n")
            if re.fullmatch(r"[\w+#.-]*", info):
                return [Block(BlockKind.CODE, code, marker=info or None)]
            # It is more than a language: the model forgot a line break.
            return [Block(BlockKind.CODE, f"{info}\n{code}".rstrip("\n"))]
        case "html_block":
            return _html(token.content)
        case _:
            return []


_NOT_BEHIND_MARKER = frozenset(
    (
        *("heading_open", "fence", "code_block", "table_open", "html_block", "blockquote_open"),
        *("bullet_list_open", "ordered_list_open", "list_item_close"),
    )
)


def _pipe_table(tokens: Sequence[Token], lines: Sequence[str]) -> list[Block]:
    rows: list[list[Cell]] = []
    figures: list[Block] = []
    line = 0
    for token in tokens:
        found: list[Sequence[Token]] = []
        if token.type == "tr_open":
            rows.append([])
            line = token.map[0] if token.map else 0
        elif token.type == "inline":
            found = [token.children or []]
        elif token.type == "tr_close":
            found = [parse_inline(text) for text in _excess(lines[line], len(rows[0]))]
        for children in found:
            said = read_inline(children)
            rows[-1].append(Cell(0, 0, said.text, markdown=said.markdown))
            figures += said.figures
    header = int(any(cell.text for cell in rows[0]))
    # A table without a header is written with an empty one.
    cells = [
        replace(cell, row=i, column=j, header=i < header)
        for i, row in enumerate(rows[1 - header :])
        for j, cell in enumerate(row)
        if cell.text
    ]
    return [table_block(Table(len(rows) - 1 + header, max(map(len, rows)), tuple(cells))), *figures]


def _excess(line: str, columns: int) -> list[str]:
    """The cells of a row that the header has no column for: the parser leaves them out."""
    row = re.sub(r"^[\s>]*\|?|(?<!\\)\|\s*$", "", line)
    cells = [cell.replace("\\|", "|").strip() for cell in _CELL_END.split(row)][columns:]
    cells[MAX_COLUMNS:] = [" ".join(cells[MAX_COLUMNS:])] if cells[MAX_COLUMNS:] else []
    return cells if any(cells) else []


def _html(content: str) -> list[Block]:
    for opening, closing in _OPENINGS:
        if opening.match(content.lstrip()):
            if closing.search(content):
                break
            # It was not meant, or the model was stopped within it: the text behind it is no part of it.
            return _blocks(opening.sub(" ", content))
    table = _TABLE_END.match(content)
    if table is None:
        return read_html(content)
    return [*read_html(table[0]), *_blocks(content[table.end() :])]
