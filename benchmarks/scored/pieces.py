"""Blocks of truth and of Markdown, told alike. Read by others' parsers: a measure stays apart from what it measures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, NavigableString
from markdown_it import MarkdownIt

# Whatever else there is, is a block.
INLINE = {"a", "abbr", "b", "code", "del", "em", "i", "img", "input", "ins", "kbd", "label", "mark", "q", "s", "small"}
INLINE |= {"span", "strong", "sub", "sup", "u", "var"}
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
MOST_SPAN = 1000  # rows or columns, as HTML has it for columns
CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\u2011¬](?:\s+(?=[a-zà-ÿ])|(?=[^\W\d_]))")
MARKER = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivxlc]+)[.)]|[^\w\s(])\s+", re.I)


@dataclass(frozen=True)
class Cell:
    text: str
    row_span: int = 1
    column_span: int = 1


Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Piece:
    """A block of truth or prediction. ``level`` is a heading's level or an item's depth; ``item`` tells items apart."""

    kind: str
    text: str
    level: int = 0
    marker: str = ""
    rows: Rows = ()
    item: int = 0


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", HYPHEN.sub("", unicodedata.normalize("NFKC", text))).strip()


def words_of(text: str) -> list[str]:
    return WORD.findall(fold(text).casefold())


def bare(text: str) -> str:
    return MARKER.sub("", fold(text).casefold() + " ", count=1).strip()


def cells_text(rows: Rows) -> str:
    return " ".join(cell.text for row in rows for cell in row)


def not_blank(rows: Iterable[tuple[Cell, ...]]) -> Rows:
    return tuple(row for row in rows if any(cell.text for cell in row))


def truth_pieces(data: dict[str, Any]) -> list[Piece]:
    pieces = []
    for block in data["blocks"]:
        rows = not_blank(
            tuple(Cell(fold(c["text"]), c.get("row_span", 1), c.get("column_span", 1)) for c in row)
            for row in block.get("rows") or ()
        )
        text = cells_text(rows) if rows else fold(block.get("text") or "")
        level = block.get("depth" if block["kind"] == "list_item" else "level") or 1
        pieces.append(Piece(block["kind"], text, level, block.get("marker") or "", rows))
    return [piece for piece in pieces if words_of(piece.text)]


def found_pieces(markdown: str) -> list[Piece]:
    # The label of a footnote would be parsed as the label of a link.
    source = re.sub(r"^\[\^([^\]\n]+)\]:", r"\1", markdown, flags=re.M)
    soup = BeautifulSoup(MARKDOWN.render(source), "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    pieces: list[Piece] = []
    _walk(soup, Piece("text", ""), 0, pieces)
    return pieces


def _walk(node: Any, of: Piece, depth: int, pieces: list[Piece]) -> None:
    held: list[str] = []

    def flush() -> None:
        if words_of("".join(held)):
            pieces.append(Piece(of.kind, fold("".join(held)), of.level, item=of.item))
        held.clear()

    for child in node.children:
        if isinstance(child, NavigableString):
            held.extend([str(child)] if type(child) is NavigableString else [])
            continue
        if child.name in INLINE:
            held.append(child.get_text(""))
            continue
        flush()
        if child.name == "table":
            if child.caption:
                _walk(child.caption, Piece("text", ""), depth, pieces)
            rows = not_blank(tuple(_cell(c) for c in tr.find_all(["td", "th"])) for tr in child.find_all("tr"))
            pieces.extend([Piece("table", cells_text(rows), rows=rows)] if rows else [])
        elif re.fullmatch("h[1-6]", child.name):
            _walk(child, Piece("heading", "", int(child.name[1])), depth, pieces)
        elif child.name == "li":
            _walk(child, Piece("list_item", "", depth + 1, item=id(child)), depth + 1, pieces)
        else:
            _walk(child, of, depth, pieces)
    flush()


def _cell(tag: Any) -> Cell:
    spans = (re.sub(r"\D", "", tag.get(name, "1"))[:4] for name in ("rowspan", "colspan"))
    return Cell(fold(tag.get_text("")), *(max(1, min(int(span or 1), MOST_SPAN)) for span in spans))
