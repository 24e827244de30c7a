"""Rules of plain text: how lines are joined, what a list marker is, where a sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SENTENCE_END = re.compile(r"[.!?:;][\"'”’»)\]]*$")

# An address of the web.
_ADDRESS = re.compile(r"https?:|www\.|doi[:.]")

# Chinese and Japanese characters and their punctuation.
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")

# ``7``, ``- 7 -``, ``Page 3 of 12``, ``Page | 3``, ``7-45``, ``A-12``; and how notes begin.
PAGE_NUMBER = re.compile(
    r"^[\W_]*(?:page|seite|p\.|pg\.?|-)?[\s|:]*(?:(?:\d{1,3}|[a-z]{1,2})[-–])?(\d{1,4}|[ivxlc]{1,7})"
    r"\s*(?:(?:of|/|von|de|sur)\s*\d{1,4}|\|\s?p\s?a\s?g\s?e)?[\W_]*$",
    re.IGNORECASE,
)
NOTE_MARK = re.compile(r"^(?:[*†‡§¶]|\(?\d{1,2}\)?\s?[^\W\d_]|[a-z]\)\s)")

# A word may be broken with them.
HYPHENS = ("-", "\u00ad", "\u2010", "¬")

# A hyphen at a line end that stays: after these words a compound is meant.
KEPT_PREFIXES = frozenset(
    (
        *("all", "anti", "co", "cross", "ex", "full", "half", "high", "inter", "long", "low", "mid", "multi", "non"),
        *("post", "pre", "quasi", "re", "self", "semi", "short", "sub", "ultra", "well"),
    )
)


# And before these, behind a whole word: ``state-owned``, but ``over`` and ``under`` are written together with them.
KEPT_SUFFIXES = frozenset(
    ("based", "driven", "friendly", "funded", "level", "minded", "oriented", "owned", "scale", "specific", "term")
)
WHOLE_WORD, TOGETHER = 4, frozenset(("counter", "inter", "over", "super", "under"))
_COMPOUND = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+(?![\w-])")


def runs_on(last: str, following: str) -> bool:
    """Whether a sentence goes on from one line to the next: no full stop before, a small letter of a word after."""
    return not SENTENCE_END.search(last) and following[:1].islower() and not _ADDRESS.match(following)


def compounds_in(texts: Iterable[str]) -> frozenset[str]:
    """The words that are written with a hyphen within a line, in small letters."""
    return frozenset(word.lower() for text in texts for word in _COMPOUND.findall(text))


def join_lines(texts: Sequence[str], compounds: frozenset[str] = frozenset()) -> str:
    """Join the lines of a paragraph, words hyphenated at a line end made whole.

    The hyphen goes where a small letter follows and the first part is a piece of a word; it stays in ``well-known``,
    in ``state-owned``, in ``Anglo-Saxon`` and between figures. There is no
    space between Chinese or Japanese characters.

    Args:
        texts: The lines.
        compounds: Words that keep their hyphen, such as those that have it elsewhere on the page.
    """
    joined = ""
    for text in texts:
        if not joined:
            joined = text
        elif _is_hyphenated(joined, text, compounds):
            joined = joined[:-1] + text
        elif _is_compound(joined, text) or (_UNSPACED.match(joined[-1]) and _UNSPACED.match(text)):
            joined += text
        else:
            joined += f" {text}"
    return joined


def _is_compound(first: str, second: str) -> bool:
    return first.endswith(("-", "\u2010")) and second[:1].isalnum() and not first.endswith(" -")


def _is_hyphenated(first: str, second: str, compounds: frozenset[str]) -> bool:
    if not first.endswith(HYPHENS) or not second[:1].islower():
        return False
    word = re.search(r"([^\W\d_]+)[-\u00ad\u2010¬]$", first)
    rest = re.match(r"[^\W\d_]+", second)
    if word is None or rest is None:
        return False
    if first.endswith("\u00ad"):
        return True
    if word[1].lower() in KEPT_PREFIXES:
        return False
    start, end = word[1].lower(), rest[0]
    whole = len(start) >= WHOLE_WORD and start not in TOGETHER
    return f"{start}-{end}" not in compounds and not (whole and end in KEPT_SUFFIXES)


_BULLET = re.compile(r"^([•●○◦▪■□▸►‣∙·➢➤✓❖]|[-–—*o](?=\s))\s*(?=\S)")


_MONTH = "jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[cz]"
_NUMBER = re.compile(
    rf"^(?!\(\d{{3}}\)\s*\d{{3}}|\d{{1,2}}\.\s(?i:{_MONTH})[^\W\d_]*\.?\s(?:1\d|20)\d\d\b|[a-z]\.\s?[A-Za-z]\.)"
    r"(\[\d{1,3}\]|(?:\((?=\w+\)))?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)])\s+(?=\S)"
)

# OCR engines read a reference in a list and its text as one.
_REFERENCE = re.compile(r"^(\[\d{1,3}\])\s*(?=[^\W\d_])")


def split_marker(text: str) -> tuple[str, str] | None:
    """The list marker at the start of a line and what follows it; None where there is no marker.

    ``3.``, ``(a)``, ``iv)`` and ``[7]`` are markers; ``3.1 Results``, ``1984 was``, ``(e. g.``, ``z. B.``,
    ``1. Mai 1999`` and ``(555) 010-4477`` are not.
    """
    match = _BULLET.match(text) or _NUMBER.match(text) or _REFERENCE.match(text)
    return (match[1], text[match.end() :]) if match else None


def is_bullet(marker: str) -> bool:
    return _NUMBER.match(f"{marker} x") is None


def counted(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``: for messages."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
