"""Headings: which paragraphs of a page are some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from ocr_plugins.blocks import BBox, Block
from ocr_plugins.layout.paragraphs import is_centred, text_column
from ocr_plugins.layout.rows import Row
from ocr_plugins.text import SENTENCE_END, split_marker

# Characters and rows of a heading.
MAX_LENGTH, MAX_ROWS = 160, 4
# Letters of a heading, and their share of its characters without spaces.
MIN_LETTERS, LETTERS = 3, 0.5
# Characters and rows of one in type hardly larger than the running text.
MAX_SAME_SIZE, MAX_SAME_ROWS = 110, 2
# Characters of one that only its number tells from the running text.
MAX_NUMBERED = 80
# A heading that ends like a sentence is shorter than most sentences.
MAX_WORDS = 9
# Pieces of a line farther apart than this are fields of a form or cells, in heights of the running text.
MAX_GAP = 2.0
# Larger than the running text by this much, a short text is a heading by its size alone, a longer one too, and a text
# that the layout detector calls a heading is one.
LARGER, MUCH_LARGER, SLIGHTLY_LARGER = 1.3, 1.5, 1.12
# So much larger than the running text is a sign among others: of type that is known, and of type that is measured.
LARGER_KNOWN, LARGER_MEASURED = 1.04, 1.12
# White above a heading, in heights of the running text, beyond that between its lines; below it there is no more.
WHITE_ABOVE = 0.25
# Signs that tell a line of ordinary type, and the width of a line of running text, in shares of its column.
SIGNS, FILLED = 2, 0.8
# Characters of a sentence that is a paragraph.
LEAST_SENTENCE = 40
# Smaller than this, bold type is a label or a mark on the page.
SMALLER = 0.85
# It goes on behind this; or a colon, and nothing but signs behind it: the label of a field.
_OPEN_END = re.compile(r"[,;-]$|:\W*$")
_ADDRESS = re.compile(r"\w@\w|https?:|\bwww\.")
_ROMAN = re.compile(r"^\W*[ivxlc]+\W*$")
_DECIMAL = re.compile(r"^(\d+(?:\.\d+)+)\.?\s")
_MARGINAL = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
_INITIAL = re.compile(r"[A-H]\.?\s")
_NUMBER = re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[A-H])\.?\s+[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a paragraph stands between its neighbours in one column.

    Attributes:
        above, below: White to them, in heights of the running text, beyond that between its lines; infinite where there
            is none.
        centred: It stands in the middle of the column.
        leads: Running text follows it.
        listed: One of its neighbours begins with a marker too.
    """

    above: float = 0.0
    below: float = 0.0
    centred: bool = False
    leads: bool = False
    listed: bool = True


ALONE = Setting()


def is_numbered(text: str) -> bool:
    """``3.1 Results``, ``IV. Results``"""
    return (_DECIMAL.match(text) or _NUMBER.match(text)) is not None and not _INITIAL.match(text)


def settings(paragraphs: Sequence[Sequence[Row]], unit: float) -> list[Setting]:
    """How each of the paragraphs of a column stands."""
    if not paragraphs:
        return []
    column = text_column([row for rows in paragraphs for row in rows], unit)
    within = sorted(b.box.top - a.box.bottom for rows in paragraphs for a, b in pairwise(rows))
    usual = within[len(within) // 2] if within else 0.0
    whites = [(b[0].box.top - a[-1].box.bottom - usual) / unit for a, b in pairwise(paragraphs)]
    marked = [False, *(split_marker(rows[0].text) is not None for rows in paragraphs), False]
    return [
        Setting(
            above=above,
            below=below,
            centred=all(is_centred(row, column, unit) for row in rows),
            leads=following is not None and _is_running(following, column),
            listed=marked[i] or marked[i + 2],
        )
        for i, (rows, following, above, below) in enumerate(
            zip(paragraphs, [*paragraphs[1:], None], [inf, *whites], [*whites, inf], strict=True)
        )
    ]


def _is_running(rows: Sequence[Row], column: BBox) -> bool:
    """Whether a paragraph is running text that begins: it fills a line, or is a sentence."""
    if rows[0].text[:1].islower():
        return False
    text = rows[-1].text
    sentence = len(text) >= LEAST_SENTENCE and SENTENCE_END.search(text) is not None
    return sentence or rows[0].box.width > FILLED * column.width


@dataclass(frozen=True, slots=True)
class _Look:
    """What a paragraph looks like: its size in heights of the running text, and what all of its rows have in common."""

    text: str
    rows: int
    size: float
    bold: bool
    italic: bool
    capitals: bool
    underlined: bool
    measured: bool
    known: bool

    @property
    def is_sentence(self) -> bool:
        return SENTENCE_END.search(self.text) is not None

    @property
    def is_short(self) -> bool:
        return len(self.text) < MAX_SAME_SIZE


def looks_like_heading(rows: Sequence[Row], unit: float, setting: Setting = ALONE, *, classified: bool = False) -> bool:
    """Whether a paragraph is a heading.

    Args:
        rows: Its lines.
        unit: The height of the running text.
        setting: How it stands between its neighbours.
        classified: The layout detector says so.
    """
    look = _look(rows, unit)
    if not _could_be(look) or _has_fields(rows, unit):
        return False
    if classified and _is_likely(look):
        return True
    if _OPEN_END.search(look.text):
        return False
    if split_marker(look.text):
        large = _is_large(look) or _is_set_off(look, setting)
        return large and _NUMBER.match(look.text) is not None and not setting.listed
    return _is_large(look) or _is_heavy(look) or _is_numbered(look) or _is_set_off(look, setting)


def could_be_heading(block: Block) -> bool:
    """Whether a block is one short line of known type that ends no sentence."""
    text = block.text
    known = block.confidence is None and len(block.lines) == 1 and block.lines[0].font is not None
    ends = SENTENCE_END.search(text) or _OPEN_END.search(text)
    return known and not ends and split_marker(text) is None and len(text) < MAX_NUMBERED and _is_worded(text)


def _look(rows: Sequence[Row], unit: float) -> _Look:
    return _Look(
        text=" ".join(row.text for row in rows),
        rows=len(rows),
        size=min(row.height for row in rows) / unit,
        bold=all(row.bold for row in rows),
        italic=all(row.italic for row in rows),
        capitals=all(row.capitals for row in rows),
        underlined=all(row.underlined for row in rows),
        measured=rows[0].measured,
        known=all(row.measured and row.confidence is None for row in rows),
    )


def _could_be(look: _Look) -> bool:
    """The text is not too long, begins like a heading and is made of words."""
    text = look.text
    return look.rows <= MAX_ROWS and len(text) <= MAX_LENGTH and _is_worded(text)


def _is_worded(text: str) -> bool:
    if text[:1].islower() or _ROMAN.match(text) or _ADDRESS.search(text):
        return False
    letters = sum(c.isalpha() for c in text)
    return letters >= MIN_LETTERS and letters >= LETTERS * len(text.replace(" ", ""))


def _has_fields(rows: Sequence[Row], unit: float) -> bool:
    """A row has pieces that stand apart: the fields of a form, or cells; a number may stand in the margin."""
    numbered = len(rows[0].lines) == len(rows[0].pieces) > 1 and _MARGINAL.fullmatch(rows[0].lines[0].text.strip())
    pieces = [rows[0].pieces[1:] if numbered else rows[0].pieces, *(row.pieces for row in rows[1:])]
    return any(b.left - a.right > MAX_GAP * unit for parts in pieces for a, b in pairwise(parts))


def _is_likely(look: _Look) -> bool:
    """The layout detector's word is to be believed: the type is set off, or nobody knows it."""
    set_off = look.bold or look.italic or look.capitals or look.size > SLIGHTLY_LARGER
    return set_off or (look.is_short and not look.is_sentence and not look.measured)


def _is_large(look: _Look) -> bool:
    return look.size > MUCH_LARGER or (look.size > LARGER and look.is_short)


def _is_heavy(look: _Look) -> bool:
    """Bold or in capitals, and brief."""
    if not (look.bold or look.capitals) or look.size <= SMALLER or look.rows > MAX_SAME_ROWS:
        return False
    return look.is_short and (not look.is_sentence or look.text.count(" ") < MAX_WORDS)


def _is_set_off(look: _Look, setting: Setting) -> bool:
    """A short line before running text, which more than one sign tells from it."""
    if look.is_sentence or not look.is_short or not setting.leads:
        return False
    if look.size <= SMALLER and not look.capitals:
        return False
    larger = look.size > (LARGER_KNOWN if look.known else LARGER_MEASURED)
    type_ = look.bold + look.capitals + look.italic + look.underlined + larger
    style = type_ + is_numbered(look.text)
    apart = setting.above >= max(setting.below, WHITE_ABOVE)
    if not type_ and not apart:
        # The number of a note, before an affiliation.
        return False
    return 0 < style >= look.rows - 1 and style + setting.centred + apart >= SIGNS


def _is_numbered(look: _Look) -> bool:
    """``3.1 Results``"""
    brief = look.rows == 1 and len(look.text) < MAX_NUMBERED and not look.is_sentence
    return brief and _DECIMAL.match(look.text) is not None
