"""Blocks to Markdown (CommonMark with tables). Plain text is escaped here and nowhere else.

A table with spanning cells becomes an HTML table. A figure becomes a link to its picture where that was saved, else a
comment with its box in 0..1 of the page and its author's description, so that nothing is shown that is not on the page.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence

from ocr_plugins.blocks import Block, BlockKind, Table
from ocr_plugins.markdown.continued import flow
from ocr_plugins.markdown.escape import _anchor, escape, escape_inline
from ocr_plugins.text import is_bullet

_HEADING_END = re.compile(r"(?<!\S)(?=#+$)")


def render(blocks: Iterable[Block], *, furniture: bool = False, figures: bool = True) -> str:
    """Blocks as Markdown; page headers, footers and numbers only with ``furniture=True``. Ends without a newline.

    With ``figures=False`` the comments are left out that stand for figures without a picture.
    """
    wholes, _ = flow([(0, blocks)], furniture=furniture)
    return _render_joined([whole.block for whole in wholes], figures=figures)


def _render_joined(shown: Sequence[Block], *, figures: bool, starts: Mapping[int, Sequence[int]] | None = None) -> str:
    """The blocks as one text; ``starts`` has the numbers of the pages that begin before a block, by its index."""
    starts = starts or {}
    parts: list[str] = []
    previous: Block | None = None
    indents = [0]
    for i, (block, following) in enumerate(zip(shown, [*shown[1:], None], strict=False)):
        for number in starts.get(i, ()):
            parts += ["\n\n"] * bool(parts) + [page_break(number)]
            previous = None
        both_items = previous is not None and _is_item(previous) and _is_item(block)
        # An item further in than one step below the last would be code, or part of the last item's text.
        del indents[min(block.level, len(indents) - 1) + 1 if both_items else 1 :]
        text = _render_block(block, indents[-1], following)
        if not text or not (figures or block.kind != BlockKind.FIGURE or block.image):
            continue
        if parts:
            parts.append("\n" if both_items else "\n\n")
        parts.append(text)
        previous = block
        # Below a long number, items begin further in.
        indents.append(indents[-1] + max(4, len(block.marker or "") + 1))
    for number in starts.get(len(shown), ()):
        parts += ["\n\n"] * bool(parts) + [page_break(number)]
    return "".join(parts)


def page_break(number: int) -> str:
    """What stands before the text of a page; :func:`~ocr_plugins.markdown.parse.parse_markdown` leaves it out."""
    return f"<!-- page {number} -->"


def render_pages(
    pages: Iterable[tuple[int, Sequence[Block]]],
    *,
    furniture: bool = False,
    join_tables: bool = False,
    page_breaks: bool = False,
    figures: bool = True,
) -> str:
    """Pages, each its number and its blocks, as one text; what goes on is made whole, on demand any table too.

    With ``page_breaks`` a comment with its number stands before each page that has text, behind a paragraph that goes
    on from the page before.
    """
    wholes, starts = flow(pages, furniture=furniture, join_tables=join_tables)
    blocks = [whole.block for whole in wholes]
    return _render_joined(blocks, figures=figures, starts=starts if page_breaks else None)


def _render_block(block: Block, indent: int, following: Block | None) -> str:
    in_heading = block.kind in (BlockKind.TITLE, BlockKind.HEADING)
    text = block.markdown
    if text is None:
        text = escape_inline(block.text) if in_heading else escape(block.text)
    match block.kind:
        case BlockKind.TITLE:
            return _render_heading(1, text)
        case BlockKind.HEADING:
            return _render_heading(block.level, text)
        case BlockKind.LIST_ITEM:
            return _render_item(block, text, indent)
        case BlockKind.TABLE:
            return render_table(block.table) if block.table else text
        case BlockKind.FIGURE:
            return _render_figure(block, following)
        case BlockKind.CODE:
            longest = max(map(len, re.findall("`+", block.text)), default=0)
            fence = "`" * max(3, longest + 1)
            return f"{fence}{block.marker or ''}\n{block.text}\n{fence}"
        case BlockKind.CAPTION:
            emphasised = bool(text) and block.markdown is None and "*" not in text and not text.endswith("\\")
            return f"*{text}*" if emphasised else text
        case _:
            return text


def _render_heading(level: int, text: str) -> str:
    # Number signs at the end would be taken for the closing ones of the heading.
    text = _HEADING_END.sub(r"\\", text)
    return f"{'#' * max(1, min(6, level))} {text}" if text else ""


def _is_item(block: Block) -> bool:
    """A list item that is shown with its marker; the rest of one of a page before has none."""
    return block.kind == BlockKind.LIST_ITEM and not (block.continues and block.marker is None)


def _render_item(block: Block, text: str, spaces: int) -> str:
    if not _is_item(block):
        return text
    indent = " " * spaces
    marker = block.marker or "-"
    if re.fullmatch(r"\d{1,9}[.)]", marker):
        return f"{indent}{marker} {text}".rstrip()
    if is_bullet(marker):
        return f"{indent}- {text}"
    return f"{indent}- {marker} {text}"


def _render_figure(block: Block, following: Block | None) -> str:
    if block.image is None:
        return _placeholder(block)
    # What was read inside of a figure does not describe it; what its author or an engine says of it does.
    said = block.markdown or ("" if block.lines else block.text)
    text = following.text if following and following.kind == BlockKind.CAPTION else said
    return f"![{_anchor(' '.join(text.split()))}]({urllib.parse.quote(block.image)})"


def _placeholder(block: Block) -> str:
    box, alt = block.box, re.sub("-{2,}|[<>]", "-", block.markdown or "").strip("-")
    place = f" {box.left:.3f},{box.top:.3f},{box.right:.3f},{box.bottom:.3f}" if box else ""
    return f"<!-- figure{place}: {alt} -->" if alt else f"<!-- figure{place} -->"


def render_table(table: Table) -> str:
    """A Markdown table, or an HTML table where cells span."""
    if not table.rows or not table.columns:
        return ""
    return _render_html_table(table) if table.has_spans else _render_pipe_table(table)


def _render_pipe_table(table: Table) -> str:
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        text = cell.markdown if cell.markdown is not None else escape_inline(cell.text)
        rows[cell.row][cell.column] = text.replace("|", "\\|")
    has_header = any(cell.header and cell.row == 0 for cell in table.cells)
    head, body = (rows[0], rows[1:]) if has_header else ([""] * table.columns, rows)
    lines = [head, ["---"] * table.columns, *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _render_html_table(table: Table) -> str:
    from ocr_plugins.markdown.inline import html_text, inline_html

    covered = {
        (cell.row + i, cell.column + j)
        for cell in table.cells
        for i in range(cell.row_span)
        for j in range(cell.column_span)
        if i or j
    }
    at = {(cell.row, cell.column): cell for cell in table.cells}
    lines = ["<table>"]
    for row in range(table.rows):
        cells = []
        for column in range(table.columns):
            cell = at.get((row, column))
            if cell is None and (row, column) in covered:
                continue
            if cell is None:
                cells.append("<td></td>")
                continue
            name = "th" if cell.header else "td"
            spans = "".join(
                f' {key}="{n}"' for key, n in (("rowspan", cell.row_span), ("colspan", cell.column_span)) if n > 1
            )
            # A blank line would end the table.
            text = inline_html(cell.markdown) if cell.markdown is not None else html_text(" ".join(cell.text.split()))
            cells.append(f"<{name}{spans}>{text}</{name}>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table>"])
