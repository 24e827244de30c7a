"""Where things came to stand in the pages of a PDF: notes belong to a page, and captions go above or below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from benchmarks.made.model import Made
from benchmarks.made.truth import Block, blocks

# Characters of a block that are looked for in a page: enough to be its own, few enough for one line.
KEY = 28
# How page numbers may be printed.
NUMBERS = ("{page}", "Page {page}", "– {page} –", "{page} / {pages}", "Page {page} of {pages}")


def page_texts(pdf: Path) -> list[str]:
    """Of each page, in the order of its content."""
    with pdfium.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def placed(made: Made, texts: Sequence[str]) -> dict[str, Any]:
    """What is to be read of the pages: blocks in order, the notes of a page behind what begins on it; and furniture."""
    letters = "".join(_letters(text) for text in texts)
    pages = [_normal(text) for text in texts]
    ends = [sum(map(len, pages[: i + 1])) for i in range(len(pages))]
    everything = "".join(pages)
    main: list[tuple[int, Block]] = []
    notes: list[tuple[int, Block]] = []
    cursor = 0
    for block in blocks(made):
        note = block["kind"] == "note"
        at = everything.find(_normal(block["text"])[:KEY], cursor)
        capitals = _letters(block["text"].upper())
        if block["kind"] == "heading" and at >= 0 and letters.startswith(capitals, at):
            block["text"] = block["text"].upper()
        page = next((i for i, end in enumerate(ends) if max(at, cursor) < end), len(ends) - 1)
        if note:
            notes.append((page, block))
            continue
        main.append((page, block))
        # What is not found, or far ahead only, moves nothing.
        cursor = at if at >= 0 and block["kind"] != "side_note" else cursor
    headings = [block["text"] for _, block in main if block["kind"] == "heading"]
    outside = furniture(made, texts) + _section_heads(headings, texts)
    return {"blocks": _with_notes(_captions(main, everything), notes), "furniture": outside}


def furniture(made: Made, texts: Sequence[str]) -> list[str]:
    """What stands at the head or foot of pages, as it is printed."""
    # The first page has no running head, but may have a title of the same words.
    found = [made.running_head] if made.running_head and any(made.running_head in page for page in texts[1:]) else []
    found += [made.running_foot] if made.running_foot and any(made.running_foot in page for page in texts) else []
    for number, text in enumerate(texts, 1):
        # A number may stand on the line of the running head.
        lines = {_less(line, (made.running_head, made.running_foot)) for line in text.splitlines()}
        shapes = [shape.format(page=number, pages=len(texts)) for shape in NUMBERS]
        found += [shape for shape in shapes if made.numbered_pages and shape in lines]
    return found


def _section_heads(headings: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Sections' names that stand at the head of pages, in capitals."""
    lines = {line.strip().rstrip("0123456789 ") for text in texts for line in text.splitlines()}
    return [heading.upper() for heading in headings if heading.upper() != heading and heading.upper() in lines]


def _less(line: str, parts: Sequence[str]) -> str:
    for part in filter(None, parts):
        line = line.replace(part, "")
    return line.strip()


def _captions(main: Sequence[tuple[int, Block]], everything: str) -> list[tuple[int, Block]]:
    """A caption that is printed below its table is read behind it."""
    ordered = list(main)
    for i in range(len(ordered) - 1):
        (page, caption), (table_page, table) = ordered[i], ordered[i + 1]
        if caption["kind"] != "caption" or table["kind"] != "table":
            continue
        own = everything.find(_normal(caption["text"])[:KEY])
        first, last = (everything.find(_normal(_row(table["rows"][k])), 0) for k in (0, -1))
        if 0 <= max(first, last) < own:
            ordered[i], ordered[i + 1] = (table_page, table), (page, caption)
    return ordered


def _with_notes(main: Sequence[tuple[int, Block]], notes: Sequence[tuple[int, Block]]) -> list[Block]:
    ordered: list[Block] = []
    left = list(notes)
    for i, (page, block) in enumerate(main):
        ordered.append(block)
        following = main[i + 1][0] if i + 1 < len(main) else None
        if following is None or following > page:
            ordered += [note for at, note in left if following is None or at < following]
            left = [(at, note) for at, note in left if following is not None and at >= following]
    return ordered


def _row(cells: Sequence[dict[str, Any]]) -> str:
    return "".join(cell["text"] for cell in cells)


def _letters(text: str) -> str:
    """Without what lines and hyphens at their ends add, which is all but letters and digits."""
    return re.sub(r"[^\w]|_", "", text).replace("ß", "ss")


def _normal(text: str) -> str:
    return _letters(text).lower()
