"""Plain text as Markdown that shows the same text, and the links in it."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Sequence

from ocr_plugins.markdown.latex import formula_at

_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash that would escape what follows
    r"|[`*]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside words an underscore is text
    r"|<(?=[A-Za-z/!?])"
    r"|\](?=[(\[:])"  # of a link; its opening bracket stays, as "\\[" begins a formula
    r"|&(?=#?\w+;)"
)


_IN_ANCHOR = re.compile(rf"{_INLINE.pattern}|[\[\]]")


_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


# What would do something else to the bracket of a link behind it.
_BEFORE_LINK = re.compile(r"[\\!]$")


_BLOCK_START = re.compile(r"^(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|-(?=[-\s]*$)|=(?==*\s*$)|~~~|\\(?=begin\{))")


_FORMULA_START = re.compile(r"\\.|\$")


_ORDERED_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def escape(text: str) -> str:
    """Plain text as Markdown that shows the same text; white space is folded."""
    return escape_start(escape_inline(text))


def escape_start(text: str) -> str:
    """Markdown of a line, changed so that it begins no block."""
    return _ORDERED_START.sub(r"\1\\\2", _BLOCK_START.sub(r"\\\1", text))


def escape_inline(text: str) -> str:
    """As :func:`escape`, for where no block can start: in headings and table cells."""
    return escape_part(" ".join(text.split()))


def escape_part(text: str) -> str:
    """As :func:`escape_inline`, for a part of a line; white space stays."""
    return _escape_formulas(_INLINE.sub(lambda m: "\\" + m[0], text))


def _escape_formulas(escaped: str) -> str:
    """Markdown without formulas: what would begin one is escaped, or written as a number if it is already."""
    # From the end, as a dollar sign that is escaped no longer closes a formula that begins before it.
    for start, sign in reversed([(m.start(), m[0]) for m in _FORMULA_START.finditer(escaped)]):
        if sign in ("$", "\\[") and formula_at(escaped, start):
            before, rest = escaped[:start], escaped[start + len(sign) :]
            harmless = "\\$" if sign == "$" else "&#91;"
            # Two dollar signs that are escaped can be a formula's.
            if sign == "$" and formula_at(f"{before}\\${rest}", start):
                harmless = "&#36;"
            escaped = f"{before}{harmless}{rest}"
    return escaped


def link_text(
    text: str,
    spans: Sequence[tuple[int, int, str]],
    scripts: Sequence[tuple[int, int, str]] = (),
    *,
    in_heading: bool = False,
) -> str:
    """Plain text as Markdown with links, superscripts and subscripts.

    Args:
        text: White space is folded already.
        spans: Start and end of the words of each link and its address, in order.
        scripts: Start and end of raised and lowered characters and their tag, in order; none lies partly in a link.
        in_heading: No block can start there.
    """
    parts, end = [], 0
    for start, stop, url in spans:
        before = _with_scripts(text, end, start, scripts, escape_part)
        parts += [_BEFORE_LINK.sub(r"\\\g<0>", before), _link(text, start, stop, url, scripts)]
        end = stop
    joined = "".join([*parts, _with_scripts(text, end, len(text), scripts, escape_part)])
    return joined if in_heading else escape_start(joined)


def _with_scripts(
    text: str, start: int, stop: int, scripts: Sequence[tuple[int, int, str]], escape: Callable[[str], str]
) -> str:
    """A part of a text with its superscripts and subscripts."""
    parts = []
    for first, last, tag in scripts:
        if start <= first and last <= stop:
            parts.append(f"{escape(text[start:first])}<{tag}>{escape(text[first:last])}</{tag}>")
            start = last
    return "".join([*parts, escape(text[start:stop])])


def _link(text: str, start: int, stop: int, url: str, scripts: Sequence[tuple[int, int, str]]) -> str:
    words, target = text[start:stop], urllib.parse.quote(url, safe="/:?#[]@!$&'*+,;=%~")
    if words == target or (f"mailto:{words}" == target and _MAIL.fullmatch(words)):
        return f"<{words}>"
    shown = _with_scripts(text, start, stop, scripts, _anchor)
    return f"[{shown}]({re.sub(r'&(?=#?[a-zA-Z0-9]+;)', '&amp;', target)})"


def _anchor(text: str) -> str:
    """Plain text as what stands in the brackets of a link."""
    return _BEFORE_LINK.sub(r"\\\g<0>", _escape_formulas(_IN_ANCHOR.sub(r"\\\g<0>", text)))
