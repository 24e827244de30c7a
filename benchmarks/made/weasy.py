"""Made documents as PDFs by WeasyPrint: HTML that says what things are, and CSS that says how they look."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from benchmarks.made import parts
from benchmarks.made.model import (
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
from benchmarks.made.weasy_styles import LOOKS, Look

STYLES = tuple(LOOKS)
_LEAST_FOR_COLUMNS = 1500
"""Characters: a shorter document is not set in columns."""
_SHORT_CELL = 18
"""Characters that are not broken into lines where a table has room."""
_SHORT_TABLE = 9
"""Rows, and lines of code, that stay on one page."""
_NUMBER_EVERY = 5
"""Lines, where the numbers in the margin count on over pages."""


def fits(kind: str, style: str) -> bool:
    """Whether documents of a kind can be printed in the style."""
    look = LOOKS[style]
    return look.side_notes if kind == "margins" else look.columns == 1 or kind not in parts.ONE_COLUMN


def can(made: Made, style: str) -> bool:
    """Whether a person would set this document so: side notes want a margin, transcripts and letters one column."""
    look = LOOKS[style]
    kinds = {type(item) for item in made.items}
    if SideNote in kinds and not look.side_notes:
        return False
    if look.columns == 1:
        return True
    # WeasyPrint sets columns that follow something over all of them into the notes of their page.
    if _has_notes(made) and any(_is_wide(item, look) for item in made.items):
        return False
    length = sum(len(item.text) for item in made.items if isinstance(item, Paragraph | Quote))
    return Heading in kinds and Transcript not in kinds and length >= _LEAST_FOR_COLUMNS


def as_set(made: Made, style: str) -> Made:
    """The document with the words of the page: a style may set headings in capitals."""
    capitals = LOOKS[style].capitals
    items = tuple(
        replace(item, text=item.text.upper()) if isinstance(item, Heading) and item.level in capitals else item
        for item in made.items
    )
    return replace(made, items=items)


def render(made: Made, style: str, path: Path) -> None:
    """Writes the document in one of `STYLES` as a PDF, with a structure tree where the style has one.

    Raises:
        ImportError: WeasyPrint is not installed.
    """
    import weasyprint

    variant = {"pdf_variant": "pdf/ua-1"} if LOOKS[style].tagged else {}
    weasyprint.HTML(string=html(made, style)).write_pdf(path, **variant)


def html(made: Made, style: str) -> str:
    """The document with its style sheet."""
    look, made = LOOKS[style], as_set(made, style)
    title = next((item.text for item in made.items if isinstance(item, Heading)), made.name)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{look.css}{_running(made, look)}</style>'
    if look.columns > 1 and _has_notes(made):
        look = replace(look, figures=("column",))
    body = "\n".join(_items(made.items, look))
    return f'<!doctype html><html lang="{made.language}"><head>{head}</head><body><main>{body}</main></body></html>'


def _has_notes(made: Made) -> bool:
    return any(isinstance(item, Paragraph) and item.notes for item in made.items)


def _is_wide(item: Item, look: Look) -> bool:
    """Whether an item is set over all columns because one is too narrow."""
    if isinstance(item, Table):
        return parts.characters(item) > look.characters
    return isinstance(item, Contents) or (isinstance(item, Code) and parts.characters(item) > look.characters * 0.8)


def _running(made: Made, look: Look) -> str:
    boxes = {look.head: _string(made.running_head), look.foot: _string(made.running_foot)}
    if made.numbered_pages:
        number = look.number_words.replace("#", '" counter(page) "').replace("@", '" counter(pages) "')
        boxes[look.number] = f'"{number}"'
    boxes = {box: content for box, content in boxes.items() if content != '""'}
    pages = f"@page {{ {_boxes(boxes)} }} "
    if look.mirrored:
        swapped = {_other_side(box): content for box, content in boxes.items()}
        pages += f"@page :left {{ {_boxes(dict.fromkeys(boxes, 'none') | swapped)} }} "
    return pages + f"@page :first {{ @{look.head} {{ content: none }} }}"


def _boxes(boxes: dict[str, str]) -> str:
    return " ".join(f"@{box} {{ content: {content} }}" for box, content in boxes.items())


def _other_side(box: str) -> str:
    edge, _, side = box.partition("-")
    return f"{edge}-{ {'left': 'right', 'right': 'left'}.get(side, side) }"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _items(items: tuple[Item, ...], look: Look) -> Iterator[str]:
    figures = 0
    for index, item in enumerate(items):
        match item:
            case Heading():
                wide = index + 1 < len(items) and _is_wide(items[index + 1], look)
                yield _heading(item, wide=wide)
            case Paragraph():
                yield _paragraph(item, first=index == 0 or not isinstance(items[index - 1], Paragraph))
            case Lines():
                yield _lines(item, first=index < 2)
            case Figure():
                yield _figure(item, look.figures[figures % len(look.figures)])
                figures += 1
            case Table() | Code() | Transcript():
                yield _IN_A_WIDTH[type(item)](item, look)
            case _:
                yield _AS_THEY_ARE[type(item)](item)


def _heading(item: Heading, *, wide: bool) -> str:
    number, rest = parts.numbered(item.text)
    words = f'<span class="number">{escape(number)}</span> {escape(rest)}' if number else escape(rest)
    return f"<h{item.level}{' class=wide' if wide else ''}>{words}</h{item.level}>"


def _code(item: Code, look: Look) -> str:
    kinds = "wide" if _is_wide(item, look) else ""
    kinds += " short" if item.text.count("\n") < _SHORT_TABLE else ""
    return f'<pre class="{kinds}"><code>{escape(item.text)}</code></pre>'


def _lines(item: Lines, *, first: bool) -> str:
    return f'<p class="lines {"top" if first else ""}">{"<br>".join(map(escape, item.lines))}</p>'


def _paragraph(item: Paragraph, *, first: bool) -> str:
    text, notes = parts.without_calls(item)
    calls = "".join(f'<span class="note" data-number="{number}">{escape(note)}</span>' for number, note in notes)
    return f'<p class="text {"first" if first else ""}">{escape(text)}{calls}</p>'


def _list(item: List | ListItem) -> str:
    tag = "ol" if parts.is_ordered(item) else "ul"
    entries = "".join(
        f'<li style="list-style-type: {escape(_string(entry.marker + " "))}">{escape(entry.text)}'
        f"{_list(entry) if entry.items else ''}</li>"
        for entry in item.items
    )
    return f"<{tag}>{entries}</{tag}>"


def _table(table: Table, look: Look) -> str:
    width, heads, amounts = parts.columns(table), parts.head_rows(table), parts.amount_columns(table)
    roomy = not _is_wide(table, look)
    rows = []
    for row, line in zip(table.rows, parts.placed(table), strict=True):
        group = ' class="group"' if parts.is_group(row, width) else ""
        cells = ""
        for column, cell in enumerate(line):
            if cell is None:
                continue
            tag = "th" if cell.head else "td"
            spans = (f' rowspan="{cell.row_span}"' if cell.row_span > 1 else "") + (
                f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
            )
            kinds = "amount" if column in amounts and cell.column_span < width else ""
            if roomy and len(cell.text) <= _SHORT_CELL:
                kinds += " short"
            cells += f'<{tag}{spans} class="{kinds}">{"<br>".join(map(escape, cell.text.split(chr(10))))}</{tag}>'
        rows.append(f"<tr{group}>{cells}</tr>")
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = f"<thead>{''.join(rows[:heads])}</thead>" if heads else ""
    kinds = ("" if roomy else "wide") + (" short" if len(rows) <= _SHORT_TABLE else "")
    return f'<table class="{kinds}">{caption}{head}<tbody>{"".join(rows[heads:])}</tbody></table>'


def _figure(figure: Figure, place: str) -> str:
    kind, data = parts.picture(figure)
    picture = f'<img alt="" src="data:{kind};base64,{base64.b64encode(data).decode()}">'
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>" if figure.caption else ""
    return f'<figure class="{place}"><div class="whole">{picture}{caption}</div></figure>'


def _contents(contents: Contents) -> str:
    entries = "".join(
        f'<li class="depth{depth}"><span class="entry" data-page="{escape(page)}">{escape(text)}</span></li>'
        for depth, text, page in contents.entries
    )
    return f'<ul class="contents">{entries}</ul>'


def _form(form: Form) -> str:
    fields = "".join(
        f'<p class="field"><span class="label">{escape(label)}:</span> <span class="value">{escape(value)}</span></p>'
        for label, value in form.fields
    )
    return f'<div class="form">{fields}</div>'


def _transcript(transcript: Transcript, look: Look) -> str:
    number, speeches = 0, ""
    for speech in transcript.speeches:
        lines = ""
        for line in parts.speech_lines(speech, look.transcript_characters, indent=look.transcript_indent):
            number += 1
            shown = (number - 1) % look.lines_on_page + 1 if look.lines_on_page else number
            last = "last" if look.lines_on_page and shown == look.lines_on_page else ""
            label = str(shown) if look.lines_on_page or shown % _NUMBER_EVERY == 0 else ""
            lines += f'<span class="line {last}" data-number="{label}">{escape(line)}</span> '
        speeches += f'<p class="speech">{lines}</p>'
    return f'<div class="transcript {"paged" if look.lines_on_page else ""}">{speeches}</div>'


_AS_THEY_ARE: dict[type, Callable[..., str]] = {
    SideNote: lambda note: f"<aside>{escape(note.text)}</aside>",
    Quote: lambda quote: f"<blockquote><p>{escape(quote.text)}</p></blockquote>",
    List: _list,
    Contents: _contents,
    Form: _form,
}
_IN_A_WIDTH: dict[type, Callable[..., str]] = {Table: _table, Code: _code, Transcript: _transcript}
