"""LaTeX in a text: where a formula begins and ends.

Inside it nothing is Markdown: ``$a_1 * b_2 * c$`` has no emphasis. A formula is ``$…$`` or ``\\(…\\)`` in a line,
``$$…$$`` or ``\\[…\\]`` when displayed, or a mathematical environment on lines of its own. A price is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A delimiter that is never closed is looked for no further than this: many of them must not take long.
_BODY = r"{1,4000}?"
_DOUBLE = rf"\$\$(?P<double>(?:[^$\\]|\\.|\$(?!\$)){_BODY})\$\$"
_BRACKETS = rf"\\\[(?P<brackets>(?:[^\\]|\\[^\]]){_BODY})\\\]"
_INLINE = re.compile(
    rf"{_DOUBLE}|{_BRACKETS}"
    rf"|\$(?P<single>(?:[^$\\]|\\.){_BODY})\$(?![\d$])"
    rf"|\\\((?P<parentheses>(?:[^\\]|\\[^)]){_BODY})\\\)",
    re.DOTALL,
)
_ENVIRONMENTS = (
    r"(?:equation|align|alignat|aligned|gather|gathered|multline|flalign|eqnarray|split|cases|array|[pbBvV]?matrix)\*?"
)
_DISPLAY = re.compile(
    rf"\s*(?:{_DOUBLE}|{_BRACKETS}|(?P<environment>\\begin\{{(?P<name>{_ENVIRONMENTS})\}}.*?\\end\{{(?P=name)\}}))"
    r"[ \t]*(?:\n|$)",
    re.DOTALL,
)
_SIGN = re.compile(r"[\\^_={}]")
_WORDS = re.compile(r"[^\W\d_]{3}.*\s|\s.*[^\W\d_]{3}", re.DOTALL)
# Brackets that are escaped in Markdown look the same: in a line, they are a formula with one of these in it.
_BRACKETED = re.compile(r"[\\^={}]")
# What stands in brackets and is a reference, not a formula.
_NUMBERS = re.compile(r"[\d\s,;–-]*")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a text.

    Attributes:
        body: The LaTeX without its delimiters and the white space around it.
        end: Where the text goes on.
        display: It stands on a line of its own, or is to.
    """

    body: str
    end: int
    display: bool

    @property
    def markdown(self) -> str:
        return f"$${self.body}$$" if self.display else f"${self.body}$"


def formula_at(text: str, start: int) -> Formula | None:
    """The formula within a line that begins at ``start``, where a dollar sign or a backslash stands; None if none does.

    Prices are left alone: what is in single dollar signs has no white space at its ends, and is not several words,
    unless it has a sign that only LaTeX has.
    """
    match = _INLINE.match(text, start)
    if match is None:
        return None
    kind, body = match.lastgroup, match[match.lastgroup or 0]
    if not body.strip() or (kind == "brackets" and not _BRACKETED.search(body)):
        return None
    if kind == "single" and not _SIGN.search(body):
        after_digit = text[start - 1 : start].isdigit()
        if after_digit or body != body.strip() or _WORDS.search(body):
            return None
    return Formula(body.strip(), match.end(), kind in ("double", "brackets"))


def display_formula(text: str) -> Formula | None:
    """The displayed formula that the text begins with, nothing but white space behind it on its last line."""
    match = _DISPLAY.match(text)
    if match is None:
        return None
    body = match["double"] or match["brackets"] or match["environment"]
    if not body.strip() or (match["brackets"] and _NUMBERS.fullmatch(body)):
        return None
    return Formula(body.strip(), match.end(), display=True)
