"""What a careful human would write down of a made document: blocks in reading order, and Markdown of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from benchmarks.made.model import (
    Cell,
    Code,
    Contents,
    Figure,
    Form,
    Heading,
    Item,
    Lines,
    List,
    ListItem,
    Made,
    Paragraph,
    Quote,
    SideNote,
    Table,
    Transcript,
)

# A block has "kind" and "text"; headings have "level", list items "depth" and "marker", tables "rows".
Block = dict[str, Any]


def blocks(made: Made) -> list[Block]:
    """In reading order, a note directly behind what calls it, captions of tables before them."""
    return [block for item in made.items for block in _blocks(item)]


def markdown(truth: Iterable[Mapping[str, Any]]) -> str:
    """The blocks as Markdown, without furniture: captions are paragraphs, tables with spans are HTML."""
    parts: list[str] = []
    listed = False
    for block in truth:
        item = block["kind"] in ("list_item", "contents_entry")
        text = _markdown(block)
        parts += ["\n" if item and listed else "\n\n" if parts else "", text]
        listed = item
    return "".join(parts) + "\n"


def _blocks(item: Item) -> list[Block]:
    match item:
        case Heading():
            return [{"kind": "heading", "level": item.level, "text": item.text}]
        case Paragraph():
            return [
                _block("paragraph", item.text),
                *(_block("note", f"{number} {text}") for number, text in item.notes),
            ]
        case List():
            return list(_items(item.items, 1))
        case Table():
            return [*([_block("caption", item.caption)] if item.caption else []), _cells(item)]
        case Contents():
            return [_block("contents_entry", f"{text} {page}") | {"depth": depth} for depth, text, page in item.entries]
        case _:
            return [_block(kind, text) for kind, text in _simple(item)]


def _simple(item: SideNote | Quote | Code | Lines | Figure | Form | Transcript) -> Iterator[tuple[str, str]]:
    match item:
        case SideNote():
            yield "side_note", item.text
        case Quote():
            yield "quote", item.text
        case Code():
            yield "code", item.text
        case Lines():
            yield "lines", "\n".join(item.lines)
        case Figure():
            yield "caption", item.caption
        case Form():
            yield from (("form_field", f"{label}: {value}") for label, value in item.fields)
        case Transcript():
            yield from (("speech", speech) for speech in item.speeches)


def _block(kind: str, text: str) -> Block:
    return {"kind": kind, "text": text}


def _items(items: Iterable[ListItem], depth: int) -> Iterator[Block]:
    for item in items:
        yield {"kind": "list_item", "depth": depth, "marker": item.marker, "text": item.text}
        yield from _items(item.items, depth + 1)


def _cells(table: Table) -> Block:
    text = " ".join(cell.text for row in table.rows for cell in row if cell.text)
    return _block("table", text) | {"rows": [[_cell(cell) for cell in row] for row in table.rows]}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": cell.text, "row_span": cell.row_span, "column_span": cell.column_span, "head": cell.head}


def _markdown(block: Mapping[str, Any]) -> str:
    text = block["text"]
    match block["kind"]:
        case "heading":
            return f"{'#' * block['level']} {_escape(text)}"
        case "quote":
            return f"> {_escape(text)}"
        case "code":
            return f"```\n{text}\n```"
        case "lines":
            return "\\\n".join(_escape(line) for line in text.split("\n"))
        case "list_item":
            marker = block["marker"]
            sign = marker if re.fullmatch(r"\d{1,9}\.", marker) else "-" if len(marker) == 1 else f"- {_escape(marker)}"
            # A marker of letters is text to Markdown: "- (a) …".
            return f"{'    ' * (block['depth'] - 1)}{sign} {_escape(text)}"
        case "contents_entry":
            return f"{'    ' * (block['depth'] - 1)}- {_escape(text)}"
        case "table":
            return _table(block["rows"])
        case _:
            return _escape(text)


def _table(rows: list[list[dict[str, Any]]]) -> str:
    if all(cell["row_span"] == cell["column_span"] == 1 for row in rows for cell in row):
        lines = ["| " + " | ".join(_escape(cell["text"]).replace("|", "\\|") for cell in row) + " |" for row in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)
    lines = [f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in rows]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _html_cell(cell: dict[str, Any]) -> str:
    name = "th" if cell["head"] else "td"
    spans = "".join(
        f' {attribute}="{cell[key]}"'
        for attribute, key in (("rowspan", "row_span"), ("colspan", "column_span"))
        if cell[key] > 1
    )
    return f"<{name}{spans}>{html.escape(cell['text'])}</{name}>"


def _escape(text: str) -> str:
    text = re.sub(r"([\\`*_\[\]<>#&~$])", r"\\\1", text)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)
