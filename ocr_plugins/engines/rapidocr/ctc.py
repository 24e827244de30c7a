"""Text from the output of a CTC recogniser: characters with their places, and words with the spaces it overlooked.

Connectionist temporal classification (A. Graves et al., 2006) gives a class for each column of a line image: a blank,
or a character that may stand in several columns in a row.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr_plugins.engine import LineText, WordSpan
from ocr_plugins.pixels.ink import strokes
from ocr_plugins.runtime.onnx import Array

# In heights of the type. A gap is a word space when it is wider than the gaps between letters by this much, and more
# than so far on the way to the spaces that were read in the same line. The second pair is for lines without any.
WIDER, WAY_TO_SPACE = 0.2, 0.6
WIDER_ALONE, TIMES_ALONE = 0.25, 2.5
# Below so many pixels gaps cannot be told apart.
MIN_TYPE_HEIGHT = 15
FIRST_CJK = "\u2e80"
ONE_LETTER_WORDS = "aAIàÀyYoOeE"
_FIGURE = re.compile(r"\d[,.:]?$")
_ADDRESS = re.compile(r"@|www\.|://")


@dataclass(frozen=True, slots=True)
class Character:
    """A character and its place: the middle of its columns, in 0..1 of the width of the line image."""

    text: str
    place: float
    confidence: float


def decode(classes: Array, scores: Array, alphabet: Sequence[str], width: float) -> list[Character]:
    """Greedy decoding: runs of one class are one character, class 0 is the blank.

    Args:
        classes: The likeliest class of each column.
        scores: Its probability, 0..1.
        alphabet: The characters of the classes.
        width: How many columns the line image takes; there is padding behind it.
    """
    changes = np.flatnonzero(np.diff(classes)) + 1
    starts = np.concatenate(([0], changes))
    ends = np.concatenate((changes, [len(classes)]))
    return [
        Character(alphabet[classes[a]], min(1.0, float(a + b) / 2 / width), min(1.0, float(scores[a])))
        for a, b in zip(starts, ends, strict=True)
        if classes[a]
    ]


def line_text(characters: Sequence[Character], grey: Array) -> LineText:
    """The words of a line. Where two characters stand a word space apart and no space was read, one is put in.

    Args:
        characters: Of one line, spaces among them.
        grey: The pixels of the line image, height × width.
    """
    if not characters:
        return LineText("")
    pitch = (characters[-1].place - characters[0].place) / max(1, len(characters) - 1)
    words = [
        WordSpan("".join(c.text for c in word), *_extent(word, pitch), statistics.fmean(c.confidence for c in word))
        for word in _split(characters, _overlooked_spaces(characters, grey))
    ]
    confidence = statistics.fmean(c.confidence for c in characters)
    return LineText(" ".join(w.text for w in words), confidence, tuple(words))


def _extent(word: Sequence[Character], pitch: float) -> tuple[float, float]:
    """From half a character before the first place to half a character behind the last one."""
    half = ((word[-1].place - word[0].place) / (len(word) - 1) if len(word) > 1 else pitch) / 2
    return max(0.0, word[0].place - half), min(1.0, word[-1].place + half)


def _split(characters: Sequence[Character], spaces: set[int]) -> Iterator[list[Character]]:
    word: list[Character] = []
    for i, character in enumerate(characters):
        if word and (character.text.isspace() or i in spaces):
            yield word
            word = []
        if not character.text.isspace():
            word.append(character)
    if word:
        yield word


def _overlooked_spaces(characters: Sequence[Character], grey: Array) -> set[int]:
    """Indices of the characters before which a space is missing."""
    ink = strokes(grey)
    if ink is None or _ADDRESS.search("".join(c.text for c in characters)):
        return set()
    profile = ink.sum(1)
    inked_rows = np.flatnonzero(profile >= 0.12 * np.percentile(profile, 85))
    type_height = int(inked_rows[-1] - inked_rows[0]) + 1 if len(inked_rows) else 0
    if type_height < MIN_TYPE_HEIGHT:
        return set()
    # Neighbouring lines reach into the edges of a line image.
    margin = len(ink) // 6
    inked = np.flatnonzero(ink[margin : len(ink) - margin].any(0))
    before = np.flatnonzero(np.diff(inked) > 1)
    widths = np.diff(inked)[before] - 1
    middles = inked[before] + (widths + 1) / 2
    printed = [i for i, c in enumerate(characters) if not c.text.isspace()]
    gaps = []
    for i, j in pairwise(printed):
        between = (middles > characters[i].place * ink.shape[1]) & (middles <= characters[j].place * ink.shape[1])
        gaps.append(float(widths[between].max(initial=0)) / type_height)
    least = _least_space(gaps, [j - i > 1 for i, j in pairwise(printed)])
    found = {
        j
        for (i, j), gap in zip(pairwise(printed), gaps, strict=True)
        if j - i == 1 and gap >= least and _may_part("".join(c.text for c in characters[: i + 1]), characters[j].text)
    }
    return _without_lone_letters(characters, found)


def _without_lone_letters(characters: Sequence[Character], found: set[int]) -> set[int]:
    """The spaces without those that cut a single letter off: it only stands far from its word."""
    kept = set(found)
    start = 0
    for end in [i for i, c in enumerate(characters) if i in found or c.text.isspace()] + [len(characters)]:
        word = "".join(c.text for c in characters[start:end]).strip()
        if len(word) == 1 and word.isalpha() and word not in ONE_LETTER_WORDS:
            kept -= {start, end}
        start = end
    return kept


def _least_space(gaps: Sequence[float], is_space: Sequence[bool]) -> float:
    """The width from which a gap is a word space, given which gaps were read as one."""
    letters = [g for g, space in zip(gaps, is_space, strict=True) if not space]
    spaces = [g for g, space in zip(gaps, is_space, strict=True) if space]
    usual = statistics.median(letters) if letters else 0.0
    if not spaces:
        return max(usual + WIDER_ALONE, usual * TIMES_ALONE)
    return max(usual + WIDER, usual + WAY_TO_SPACE * (statistics.median(spaces) - usual))


def _may_part(left: str, right: str) -> bool:
    """Whether two words may end and begin like this.

    Figures differ in width and gaps, some signs are set loosely, and Chinese, Japanese and Korean have no such spaces.
    """
    last = left[-1]
    if (right.isdigit() and _FIGURE.search(left)) or max(last, right) >= FIRST_CJK:
        return False
    return (last.isalnum() and (right.isalnum() or right in "(&")) or (last in ",;:!?)&" and right.isalnum())
