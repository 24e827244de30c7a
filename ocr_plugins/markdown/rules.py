"""The Markdown that models write: CommonMark with tables, formulas, and HTML tables that go on over blank lines."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from ocr_plugins.markdown.latex import display_formula, formula_at

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# Nested lists and quotes; what is deeper would be left out by the parser.
MAX_NESTING = 100
# Of a displayed formula.
MAX_LINES = 200
_FORMULA = re.compile(r"\$\$|\\\[|\\begin(\{[A-Za-z]+\*?\})")
_TABLE = re.compile(r"<table(?=[\s>]|$)", re.IGNORECASE)
_TABLE_END = re.compile(r"</table(?=[\s>]|$)", re.IGNORECASE)
_TABLE_PART = re.compile(r"</?(?:t[rdh]|thead|tbody|tfoot|caption|colgroup|col)\b|</table\b", re.IGNORECASE)


@functools.cache
def parser() -> MarkdownIt:
    """The parser; formulas are inline tokens ``formula`` and blocks ``formula_block``, the Formula itself in ``meta``.

    There are no link definitions: on paper they are text.
    """
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING})
    made.enable("table").disable("reference")
    made.inline.ruler.before("escape", "formula", _formula)
    made.block.ruler.before("fence", "formula_block", _formula_block, {"alt": ["paragraph", "blockquote", "list"]})
    made.block.ruler.before("html_block", "html_table", _html_table, {"alt": ["paragraph", "blockquote"]})
    return made


def _formula(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    formula = formula_at(state.src, state.pos)
    if formula is None or formula.end > state.posMax:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.meta = formula.body, {"formula": formula}
    state.pos = formula.end
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = state.bMarks[start] + state.tShift[start]
    opening = _FORMULA.match(state.src, first)
    if state.is_code_block(start) or opening is None:
        return False
    closing = f"\\end{opening[1]}" if opening[1] else opening[0].replace("[", "]")
    stop = start
    # There is no blank line in a formula.
    while stop < min(end, start + MAX_LINES) and not state.isEmpty(stop) and state.sCount[stop] >= state.blkIndent:
        line = state.src[opening.end() if stop == start else state.bMarks[stop] : state.eMarks[stop]]
        stop += 1
        if closing in line:
            break
    else:
        return False
    text = state.getLines(start, stop, state.blkIndent, False)
    formula = display_formula(text)
    if formula is None:
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content, token.meta = formula.body, {"formula": formula}
        state.line = start + text[: formula.end].rstrip("\n").count("\n") + 1
    return True


def _html_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table goes on over blank lines, where CommonMark ends HTML."""
    first = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not _TABLE.match(state.src, first):
        return False
    if not silent:
        stop = _table_end(state, start, end)
        token = state.push("html_block", "", 0)
        token.content = state.getLines(start, stop, state.blkIndent, True)
        state.line = stop
    return True


def _table_end(state: StateBlock, start: int, end: int) -> int:
    """The line behind the end of a table; where it has none, the one from which on nothing belongs to a table."""
    depth = 0
    for line in range(start, end):
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        if text and not text.isspace() and state.sCount[line] < state.blkIndent:
            end = line
            break
        depth += len(_TABLE.findall(text)) - len(_TABLE_END.findall(text))
        if depth <= 0:
            return line + 1
    stop = start + 1
    while stop < end:
        following = state.skipEmptyLines(stop)
        if following >= end:
            break
        text = state.src[state.bMarks[following] + state.tShift[following] : state.eMarks[following]]
        if following > stop and not _TABLE_PART.match(text):
            break
        stop = following + 1
    return stop
