"""Markdown to blocks, for engines whose model writes Markdown. Parsed by markdown-it-py."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ocr_plugins.document import BBox, Block, BlockKind, Cell, Table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


# Models put blank lines into HTML tables; in CommonMark they would end there.
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_FIGURE = re.compile(r"<!-- figure(?: ([\d.]+),([\d.]+),([\d.]+),([\d.]+))? -->")
# No table on paper is wider, and a model that repeats itself must not fill the memory.
MAX_SPAN = 100
# Tags before and after which text is not of one word.
_BREAKING = frozenset({"br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "td", "th", "tr"})


def parse_markdown(text: str, confidence: float | None = None) -> tuple[Block, ...]:
    """Blocks of a Markdown text, in order, without boxes but for figures.

    Headings, paragraphs, nested lists, pipe tables, HTML tables with spans, code and images are told apart. What else
    is HTML is kept as plain text of a paragraph, its tags left out. An engine that knows where a figure is writes the
    comment that a figure is rendered as, with its box in 0..1: ``<!-- figure 0.100,0.250,0.900,0.500 -->``.

    Args:
        text: CommonMark with tables.
        confidence: Given to every block that has text.
    """
    blocks: list[Block] = []
    # The marker of each list that is open, None after the first paragraph of its item.
    markers: list[str | None] = []
    tokens = _parser().parse(_TABLE.sub(lambda table: _BLANK_LINES.sub("\n", table[0]), text))
    i = 0
    while i < len(tokens):
        token = tokens[i]
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                markers.append("-")
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
            case "list_item_open":
                markers[-1] = f"{token.info}{token.markup}" if token.info else "-"
            case "heading_open":
                blocks += _inline(tokens[i + 1], BlockKind.HEADING, level=int(token.tag[1]))
                i += 2
            case "paragraph_open":
                if markers and markers[-1] is not None:
                    blocks += _inline(tokens[i + 1], BlockKind.LIST_ITEM, level=len(markers) - 1, marker=markers[-1])
                    markers[-1] = None
                else:
                    blocks += _inline(tokens[i + 1], BlockKind.PARAGRAPH)
                i += 2
            case "fence" | "code_block":
                blocks.append(Block(BlockKind.CODE, token.content.rstrip("\n")))
            case "table_open":
                end = next(k for k in range(i, len(tokens)) if tokens[k].type == "table_close")
                blocks.append(_table_block(_pipe_table(tokens[i:end])))
                i = end
            case "html_block":
                blocks += _html(token.content)
            case _:
                pass
        i += 1
    return tuple(replace(b, confidence=confidence if b.text else None) for b in blocks)


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table")


def _inline(token: Token, kind: BlockKind, level: int = 0, marker: str | None = None) -> list[Block]:
    """A block of the text, with the inline Markdown beside it where there is any, and figures of its images."""
    children = token.children or []
    figures = [Block(BlockKind.FIGURE, c.content) for c in children if c.type == "image"]
    text = _plain(children)
    if not text:
        return figures
    rich = any(c.type not in ("text", "softbreak", "hardbreak", "text_special", "image") for c in children)
    markdown = token.content.replace("\n", " ") if rich and not figures else None
    return [Block(kind, text, level=level, marker=marker, markdown=markdown), *figures]


def _plain(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or _is_break(child):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _is_break(token: Token) -> bool:
    return token.type == "html_inline" and token.content[:3].lower() == "<br"


def _table_block(table: Table) -> Block:
    text = "\n".join("\t".join(row).rstrip() for row in table.texts())
    return Block(BlockKind.TABLE, text, table=table)


def _pipe_table(tokens: Sequence[Token]) -> Table:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token.children or []))
    return Table.from_rows(rows)


def _html(content: str) -> list[Block]:
    reader = _HtmlReader()
    reader.feed(content)
    reader.close()
    text = " ".join("".join(reader.outside).split())
    blocks = [_table_block(t) for t in reader.tables if t.rows] + [_figure(m) for m in _FIGURE.finditer(content)]
    return ([Block(BlockKind.PARAGRAPH, text)] if text else []) + blocks


def _figure(comment: re.Match[str]) -> Block:
    try:
        left, top, right, bottom = (float(side) for side in comment.groups(""))
    except ValueError:
        return Block(BlockKind.FIGURE)
    return Block(BlockKind.FIGURE, box=BBox(left, top, right, bottom).clipped())


class _HtmlReader(HTMLParser):
    """Tables with their spans, and the text outside of them; scripts and styles are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.outside: list[str] = []
        self._cells: list[Cell] = []
        # By column, the last row that a cell covers so far.
        self._covered: dict[int, int] = {}
        self._row = -1
        self._open: tuple[str, int, int] | None = None
        self._text: list[str] = []
        self._depth = 0
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_at(tag)
        if tag in ("script", "style"):
            self._skipped += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._cells, self._covered, self._row = [], {}, -1
        elif tag == "tr" and self._depth == 1:
            self._end_cell()
            self._row += 1
        elif tag in ("td", "th") and self._depth == 1:
            self._end_cell()
            spans = dict(attrs)
            self._open = (tag, _span(spans.get("rowspan")), _span(spans.get("colspan")))
            self._row = max(self._row, 0)

    def handle_endtag(self, tag: str) -> None:
        self._break_at(tag)
        if tag in ("script", "style"):
            self._skipped = max(0, self._skipped - 1)
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._end_cell()
        elif tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._end_cell()
                rows = self._row + 1
                # As in a browser, cells end with the table.
                self._cells = [replace(c, row_span=min(c.row_span, rows - c.row)) for c in self._cells]
                columns = max((c.column + c.column_span for c in self._cells), default=0)
                self.tables.append(Table(rows, columns, tuple(self._cells)))

    def _break_at(self, tag: str) -> None:
        if tag in _BREAKING:
            (self._text if self._open else self.outside).append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            (self._text if self._open else self.outside).append(data)

    def close(self) -> None:
        super().close()
        while self._depth:
            self._depth = 1
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        if self._open is None:
            return
        tag, row_span, column_span = self._open
        column = 0
        while self._covered.get(column, -1) >= self._row:
            column += 1
        self._covered |= dict.fromkeys(range(column, column + column_span), self._row + row_span - 1)
        text = " ".join("".join(self._text).split())
        self._cells.append(Cell(self._row, column, text, row_span, column_span, tag == "th"))
        self._open, self._text = None, []


def _span(value: str | None) -> int:
    return max(1, min(int(value[:4]), MAX_SPAN)) if value and value.isdecimal() else 1
