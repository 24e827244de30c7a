"""HTML within Markdown, as models write it: tables with their spans, and the text around them. Nothing else is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ocr_plugins.blocks import Block, BlockKind, Cell, Table
from ocr_plugins.markdown.inline import (
    BREAKING_TAGS,
    KEPT_TAGS,
    elements,
    figures_in,
    hide_numbered,
    is_element,
    read_html_text,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

# No table on paper is wider, and a model that repeats itself must not fill the memory.
MAX_SPAN = 100
# Their content is no text.
_SILENT = ("script", "style")
# What hides all that follows where it is not closed, and declarations, which on a page are text.
_HIDING = re.compile(r"<(?:(script|style)\b[^<>]*>?|(!--)|[!?])", re.IGNORECASE)
# A tag that does not end, such as the last one where a model was stopped within it.
_CUT_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)?(\s[^<>]*)?(?=<|\Z)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|\d+|["'])?""")


def read_html(source: str) -> list[Block]:
    """Tables, and paragraphs of what stands outside of them, in order; then the figures that comments tell of."""
    reader = _HtmlReader()
    reader.feed(hide_numbered(_CUT_TAG.sub(_cut_or_text, _HIDING.sub(_closed_or_text, source))))
    reader.close()
    return [*reader.blocks, *figures_in(source)]


def table_block(table: Table) -> Block:
    return Block(BlockKind.TABLE, table.text, table=table)


def _closed_or_text(start: re.Match[str]) -> str:
    name, comment = start.groups()
    if name is None and comment is None:
        return f"&lt;{start[0][1:]}"
    end = "-->" if comment else f"</{name}"
    closed = re.compile(re.escape(end), re.IGNORECASE).search(start.string, start.end())
    return start[0] if closed else " "


def _cut_or_text(tag: re.Match[str]) -> str:
    """Nothing for a tag that does not end, what is no attribute in it excepted; text where HTML has no such element."""
    name, rest = (tag[2] or "").lower(), (tag[3] or "").strip()
    last = tag.end() == len(tag.string)
    if not (is_element(name) or (last and not rest and any(element.startswith(name) for element in elements()))):
        return f"&lt;{tag[0][1:]}"
    text = _ATTRIBUTE.sub(" ", rest).strip()
    # At the end, a single word is the attribute that the model was writing.
    return "" if last and re.fullmatch(r"[^\S\n]*\w*", text) else f" {text}"


class _HtmlReader(HTMLParser):
    """Collects :attr:`blocks`; scripts and styles are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._outside: list[str | Token] = []
        self._cells: list[Cell] = []
        # By column, the last row that a cell covers so far.
        self._covered: dict[int, int] = {}
        self._row = -1
        self._open: tuple[str, int, int] | None = None
        self._inside: list[str | Token] = []
        self._depth = 0
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._mark(tag, f"<{tag}>", self.get_starttag_text() or "")
        if tag in _SILENT:
            self._skipped += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._end_text()
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
        if tag != "br":
            self._mark(tag, f"</{tag}>", f"</{tag}>")
        if tag in _SILENT:
            self._skipped = max(0, self._skipped - 1)
        elif tag in ("td", "th", "tr") and self._depth == 1:
            self._end_cell()
        elif tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._end_cell()
                self._end_text()
                rows = self._row + 1
                # As in a browser, cells end with the table.
                self._cells = [replace(c, row_span=min(c.row_span, rows - c.row)) for c in self._cells]
                columns = max((c.column + c.column_span for c in self._cells), default=0)
                # A position without a cell is empty too.
                filled = tuple(c for c in self._cells if c.text or c.row_span > 1 or c.column_span > 1)
                if columns:
                    self.blocks.append(table_block(Table(rows, columns, filled)))

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._parts.append(data)

    def close(self) -> None:
        super().close()
        while self._depth:
            self._depth = 1
            self.handle_endtag("table")
        self._end_text()

    @property
    def _parts(self) -> list[str | Token]:
        return self._inside if self._open else self._outside

    def _mark(self, name: str, tag: str, source: str) -> None:
        """Note the tag where it means something for the text."""
        from markdown_it.token import Token

        if name == "br" or name in KEPT_TAGS:
            self._parts.append(Token("html_inline", "", 0, content=tag))
        elif name in BREAKING_TAGS:
            self._parts.append(Token("softbreak", "", 0))
        elif not is_element(name):
            self._parts.append(source)

    def _end_text(self) -> None:
        self.blocks += read_html_text(_merged(self._outside)).blocks(BlockKind.PARAGRAPH)
        self._outside = []

    def _end_cell(self) -> None:
        if self._open is None:
            return
        tag, row_span, column_span = self._open
        column = 0
        while self._covered.get(column, -1) >= self._row:
            column += 1
        self._covered |= dict.fromkeys(range(column, column + column_span), self._row + row_span - 1)
        said = read_html_text(_merged(self._inside))
        cell = Cell(self._row, column, said.text, row_span, column_span, tag == "th", markdown=said.markdown)
        self._cells.append(cell)
        self._open, self._inside = None, []


def _merged(parts: list[str | Token]) -> Iterator[str | Token]:
    """The parts with neighbouring texts as one, so that a formula is not cut where the HTML parser cut."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        yield part
        text = ""
    if text:
        yield text


def _span(value: str | None) -> int:
    return max(1, min(int(value[:4]), MAX_SPAN)) if value and value.isdecimal() else 1
