"""What a block says, as HTML: text is escaped, of Markdown only what is known is shown, and raw HTML never."""

from __future__ import annotations

import functools
import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it.renderer import RendererHTML

from ocr_plugins.blocks import Block, BlockKind, Cell, Table
from ocr_plugins.markdown.inline import kept_tags, parse_inline, tag_text
from ocr_plugins.markdown.rules import parser
from ocr_plugins.report.doubts import Doubts, doubts_in_cells
from ocr_plugins.report.seen import read_words

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# Where a link may lead. What is none of these is shown as text.
SCHEMES = ("https:", "http:", "mailto:")
# Above the first heading of a document stands that of its page.
TITLE_LEVEL, DEEPEST = 3, 6


def block_html(block: Block, picture: str | None = None) -> str:
    """The content of a block; ``picture`` is the data URI of a figure."""
    match block.kind:
        case BlockKind.TABLE if block.table:
            return _table(block, block.table)
        case BlockKind.FIGURE:
            return _figure(block, picture)
        case BlockKind.CODE:
            return f"<pre><code>{Doubts(read_words(block.lines)).marked(block.text)}</code></pre>"
        case BlockKind.TITLE:
            return f"<h{TITLE_LEVEL}>{_text(block)}</h{TITLE_LEVEL}>"
        case BlockKind.HEADING:
            level = min(DEEPEST, TITLE_LEVEL + max(1, block.level) - 1)
            return f"<h{level}>{_text(block)}</h{level}>"
        case BlockKind.LIST_ITEM if block.marker:
            return f'<p><span class="marker">{html.escape(block.marker)}</span> {_text(block)}</p>'
        case _:
            return f"<p>{_text(block)}</p>"


def inline_html(markdown: str, doubts: Doubts) -> str:
    """Inline Markdown as HTML: emphasis, code, formulas, links to the web, and of HTML the tags that are kept."""
    made = parser()
    tokens = parse_inline(markdown)
    env = {"doubts": doubts, "kept": kept_tags(tokens), "links": []}
    return str(_renderer().renderInline(tokens, made.options, env))


class _Renderer(RendererHTML):
    """The rules are called by the type of a token; ``env`` has the doubts, the tags that are kept and open links."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return str(env["doubts"].marked(tokens[idx].content))

    def html_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return env["kept"].get(idx) or html.escape(tag_text(tokens[idx]))

    def html_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return html.escape(tokens[idx].content)

    def formula(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f'<code class="formula">{html.escape(tokens[idx].meta["formula"].markdown)}</code>'

    def image(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return html.escape(tokens[idx].content)

    def link_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        address = str(tokens[idx].attrs.get("href", ""))
        leads = address.lower().startswith(SCHEMES)
        env["links"].append(leads)
        return f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">' if leads else "<u>"

    def link_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: EnvType) -> str:
        return "</a>" if env["links"].pop() else "</u>"


@functools.cache
def _renderer() -> _Renderer:
    return _Renderer()


def _text(block: Block) -> str:
    doubts = Doubts(read_words(block.lines))
    return doubts.marked(block.text) if block.markdown is None else inline_html(block.markdown, doubts)


def _figure(block: Block, picture: str | None) -> str:
    said = block.markdown or ("" if block.lines else block.text)
    parts = [f'<img src="{picture}" alt="{html.escape(said or "Figure")}" loading="lazy" decoding="async">'] * bool(
        picture
    )
    parts += [f"<p>{html.escape(said)}</p>"] * bool(said)
    if block.text and block.text != said:
        parts.append(f'<p class="within">{Doubts(read_words(block.lines)).marked(block.text)}</p>')
    return "".join(parts) or '<p class="nothing">Figure</p>'


def _table(block: Block, table: Table) -> str:
    doubts = doubts_in_cells(block)
    at = {(cell.row, cell.column): cell for cell in table.cells}
    covered = {
        (cell.row + i, cell.column + j)
        for cell in table.cells
        for i in range(cell.row_span)
        for j in range(cell.column_span)
    }
    lines = ['<div class="wide"><table>']
    for row in range(table.rows):
        cells = [
            _cell(cell, doubts.get(cell)) if (cell := at.get((row, column))) else "<td></td>"
            for column in range(table.columns)
            if (row, column) in at or (row, column) not in covered
        ]
        # The white space keeps the words of cells apart for whoever searches.
        lines.append(f"<tr>{' '.join(cells)}</tr>")
    return "\n".join([*lines, "</table></div>"])


def _cell(cell: Cell, doubts: Doubts | None) -> str:
    name = "th" if cell.header else "td"
    spans = "".join(f' {key}="{n}"' for key, n in (("rowspan", cell.row_span), ("colspan", cell.column_span)) if n > 1)
    scope = ' scope="col"' if cell.header and cell.row == 0 else ""
    marks = doubts or Doubts()
    text = marks.marked(cell.text) if cell.markdown is None else inline_html(cell.markdown, marks)
    return f'<{name}{spans}{scope} dir="auto">{text}</{name}>'
