"""LaTeX in a text: where a formula begins and ends.

Inside it nothing is Markdown: ``$a_1 * b_2 * c$`` has no emphasis. A formula is ``$…$`` or ``\\(…\\)`` in a line,
``$$…$$`` or ``\\[…\\]`` when displayed, or a mathematical environment on lines of its own. A price is none.
Models escape the dollar signs of formulas too: they delimit one where what is between them can be nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A delimiter that is never closed is looked for no further than this: many of them must not take long.
_LINE, _LINES = r"{1,1000}?", r"{1,8000}?"
_DOUBLE = r"\$\$(?P<double>(?:[^$\\]|\\.|\$(?!\$))%s)\$\$"
_BRACKETS = r"\\\[(?P<brackets>(?:[^\\]|\\[^\]])%s)\\\]"
_INLINE = re.compile(
    rf"{_DOUBLE % _LINE}|{_BRACKETS % _LINE}"
    rf"|\$(?P<single>(?:[^$\\]|\\.){_LINE})\$(?![\d$])"
    rf"|\\\((?P<parentheses>(?:[^\\]|\\[^)]){_LINE})\\\)"
    rf"|(?P<dollars>(?:\\\$){{1,2}})(?P<escaped>(?:[^$\\]|\\[^$]){_LINE})(?P=dollars)(?!\d|\\?\$)",
    re.DOTALL,
)
_ENVIRONMENTS = (
    r"(?:equation|align|alignat|aligned|gather|gathered|multline|flalign|eqnarray|split|cases|array|[pbBvV]?matrix)\*?"
)
_DISPLAY = re.compile(
    rf"\s*(?:{_DOUBLE % _LINES}|{_BRACKETS % _LINES}"
    rf"|(?P<environment>\\begin\{{(?P<name>{_ENVIRONMENTS})\}}.*?\\end\{{(?P=name)\}}))[ \t]*(?:\n|$)",
    re.DOTALL,
)
_SIGN = re.compile(r"\\(?!\$)|[\^_={}]")
# What is in single dollar signs, with white space and no sign of LaTeX in it, is a formula where it has an operator and
# no word.
_OPERATOR = re.compile(r"[-+*/<>|,·×]")
_WORD = re.compile(r"[^\W\d_]{3}")
# Brackets that are escaped in Markdown look the same: in a line, they are a formula with one of these in it.
_BRACKETED = re.compile(r"[\\^={}]")
# Between dollar signs that are escaped: a command, an index or exponent with its argument; or a letter alone or in a
# relation. Not prose: a word outside commands and braces, of three letters or, behind a number, of two.
_LATEX = re.compile(r"\\[A-Za-z]|[\^_]\s?[\w{\\*+-]")
_RELATION = re.compile(r"[A-Za-z]|[A-Za-z](?=[^=<>]*[=<>])[A-Za-z\d\s()+*/=<>.,'-]*(?<![A-Z])[A-Za-z\d)']")
_ARGUMENT = re.compile(r"\\[A-Za-z]+|\{[^{}]*\}")
_PROSE = re.compile(r"[^\W\d_]{3}|\d\S* [^\W\d_]{2} ")
# What stands in brackets and is a reference, not a formula.
_NUMBERS = re.compile(r"[\d\s,;–-]*")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a text.

    Attributes:
        body: The LaTeX without its delimiters and the white space around it; within a line, white space is folded.
        end: Where the text goes on.
        display: It stands on a line of its own, or is to.
    """

    body: str
    end: int
    display: bool

    @property
    def markdown(self) -> str:
        """It in the delimiters that most viewers know."""
        if not self.display:
            return f"${self.body}$"
        return f"$$\n{self.body}\n$$" if "\n" in self.body else f"$${self.body}$$"


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
        if after_digit or body != body.strip():
            return None
        if re.search(r"\s", body) and (_WORD.search(body) or not _OPERATOR.search(body)):
            return None
    if kind == "escaped" and not _is_latex(body, after_letter=text[start - 1 : start].isalpha()):
        return None
    display = kind in ("double", "brackets") or match["dollars"] == r"\$\$"
    return Formula(_harmless(" ".join(body.split())), match.end(), display)


def _is_latex(body: str, *, after_letter: bool) -> bool:
    """Whether what stands between escaped dollar signs can be nothing but a formula; amounts and names are none."""
    if body[0].isspace() != body[-1].isspace() or _PROSE.search(_ARGUMENT.sub("", body)):
        return False
    # Behind a letter the sign belongs to a currency: "US\\$".
    return bool(_LATEX.search(body) or (not after_letter and _RELATION.fullmatch(body)))


def display_formula(text: str) -> Formula | None:
    """The displayed formula that the text begins with, nothing but white space behind it on its last line."""
    match = _DISPLAY.match(text)
    if match is None:
        return None
    body = match["double"] or match["brackets"] or match["environment"]
    if not body.strip() or (match["brackets"] and _NUMBERS.fullmatch(body)):
        return None
    return Formula(_harmless(body.strip()), match.end(), display=True)


def bare_formula(text: str) -> Formula:
    """LaTeX without delimiters as a displayed formula."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return Formula(_harmless("\n".join(lines)), len(text), display=True)


def _harmless(body: str) -> str:
    """The same LaTeX, in which a viewer that knows no formulas sees no tag and no link."""
    return re.sub(r"<(?=[A-Za-z/!?])|\](?=\()", r"\g<0> ", body)
