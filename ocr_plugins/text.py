"""Rules of plain text: how lines are joined, what a list marker is, where a sentence ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

SENTENCE_END = re.compile(r"[.!?:;][\"'”’»)\]]*$")

# Chinese and Japanese characters and their punctuation.
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")

# A hyphen at a line end that stays: after these words a compound is meant.
KEPT_PREFIXES = frozenset(
    (
        *("all", "anti", "co", "cross", "ex", "full", "half", "high", "inter", "long", "low", "mid", "multi", "non"),
        *("post", "pre", "quasi", "re", "self", "semi", "short", "sub", "ultra", "well"),
    )
)


def join_lines(texts: Sequence[str]) -> str:
    """Join the lines of a paragraph, words hyphenated at a line end made whole.

    The hyphen goes where a small letter follows and the first part is a piece of a word; it stays in ``well-known``,
    in ``Anglo-Saxon`` and between figures. There is no space between Chinese or Japanese characters.
    """
    joined = ""
    for text in texts:
        if not joined:
            joined = text
        elif _is_hyphenated(joined, text):
            joined = joined[:-1] + text
        elif _is_compound(joined, text) or (_UNSPACED.match(joined[-1]) and _UNSPACED.match(text)):
            joined += text
        else:
            joined += f" {text}"
    return joined


def _is_compound(first: str, second: str) -> bool:
    return first.endswith(("-", "\u2010")) and second[:1].isalnum() and not first.endswith(" -")


def _is_hyphenated(first: str, second: str) -> bool:
    if not first.endswith(("-", "\u00ad", "\u2010", "¬")) or not second[:1].islower():
        return False
    word = re.search(r"([^\W\d_]+)[-\u00ad\u2010¬]$", first)
    return word is not None and word[1].lower() not in KEPT_PREFIXES


_BULLET = re.compile(r"^([•●○◦▪■□▸►‣∙·➢➤✓❖]|[-–—*o](?=\s))\s*(?=\S)")


_NUMBER = re.compile(r"^((?:\((?=\w+\)))?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)])\s+(?=\S)")


def split_marker(text: str) -> tuple[str, str] | None:
    """The list marker at the start of a line and what follows it; None where there is no marker.

    ``3.``, ``(a)`` and ``iv)`` are markers, ``3.1 Results``, ``1984 was`` and ``(e. g.`` are not.
    """
    match = _BULLET.match(text) or _NUMBER.match(text)
    return (match[1], text[match.end() :]) if match else None


def is_bullet(marker: str) -> bool:
    return _NUMBER.match(f"{marker} x") is None


def counted(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``: for messages."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
