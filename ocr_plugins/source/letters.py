"""Whether letters make words, told by which letters follow which in the languages of the world."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from ocr_plugins.source.bigrams import STEP, TABLES
from ocr_plugins.source.misread import is_misread

# Nats for each letter that follows another: what words of every language are above on average, and any other letters
# are below. Of 16,000 samples of 2 to 60 words of 27 languages none is more than 3 nats below its floor in all.
FLOORS = (-2.1, -2.8, -2.8)
# Nats below the floor, over all different words: two long words of cipher; a name or a key is not enough.
LIMIT = 15.0
# And of one word, at most: a key or password is no cipher.
WORST = 8.0
# Letters: shorter words, and shorter ones in capitals, are abbreviations; longer ones are keys and sequences.
SHORT, SHORT_CAPITALS, LONG = 4, 5, 30
# Nats below the floor for each character of another alphabet's code page, as in "Ïðîòîêîë", and of signs in a row.
WRONG_CODE = -1.0
# Nats for a capital behind a small letter.
MIXED = 1.0

_MIXED = re.compile("[a-z][A-Z]")
_WORDS = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[!-/:-@[-^`{-~]+")
# No language has four letters with accents in a row, nor a text without letters four different signs.
_OTHER_CODE_PAGE = re.compile(r"[À-ÿ]{4}")
DIFFERENT_SIGNS = 4
_PLACES = tuple({c: i for i, c in enumerate(alphabet, 1)} for alphabet in TABLES)
_COSTS = tuple(tuple(tuple(-STEP * int(digit, 36) for digit in row) for row in rows) for rows in TABLES.values())
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d"})


def make_no_words(text: str) -> bool:
    """Whether letters are not those that an author wrote: the cipher that a font gives for what it shows.

    Few words are enough where they are far from words of any language. What cannot be told is taken for words: names,
    abbreviations, numbers, and scripts that no table is for.
    """
    if is_misread(text):
        return True
    words, signs = _WORDS.findall(text), _SIGNS.findall(text)
    if sum(map(len, signs)) > sum(map(str.isalnum, text)):
        words += signs
    return sum(map(_surplus, dict.fromkeys(words))) < -LIMIT


@functools.lru_cache(2048)
def _surplus(word: str) -> float:
    """Nats above the floor, 0 for what cannot be told."""
    if not word[0].isalpha():
        return max(-WORST, WRONG_CODE * len(word)) if len(set(word)) >= DIFFERENT_SIGNS else 0.0
    if not (SHORT_CAPITALS if word.isupper() else SHORT) <= len(word) <= LONG:
        return 0.0
    if _OTHER_CODE_PAGE.search(word):
        return max(-WORST, WRONG_CODE * len(word))
    folded = fold(word)
    for places, costs, floor in zip(_PLACES, _COSTS, FLOORS, strict=True):
        if folded[0] in places:
            found = [places.get(letter, 0) for letter in folded]
            if 0 in found:
                return 0.0
            return max(-WORST, sum(_steps(found, costs)) - floor * (len(found) + 1) - MIXED * len(_MIXED.findall(word)))
    return 0.0


def _steps(letters: list[int], costs: tuple[tuple[float, ...], ...]) -> Iterator[float]:
    last = 0
    for letter in letters:
        yield costs[last][letter]
        last = letter
    yield costs[last][0]


def fold(word: str) -> str:
    """A word in small letters without accents."""
    small = word.casefold()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFD", small)
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_PLAIN)
