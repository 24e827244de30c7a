"""Where on a line its words are: TrOCR gives a text alone, so its words are fitted to the gaps in the ink.

Each word should be about as wide as its characters are, and end where there is a gap; what fits best is found for all
words of a line together. How badly a text fits tells, too, whether what it repeats is on the line.
"""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ocr_plugins.engine import WordSpan
from ocr_plugins.engines.trocr.crops import runs
from ocr_plugins.pixels.ink import Mask
from ocr_plugins.runtime.repeats import repeated_tail

__all__ = ["fit_words", "without_invented_repeats"]

# Widths of characters in print, in those of a common lower-case letter; all others are 1. A space is one of them.
NARROW, WIDE = 0.55, 1.45
SPACE = 0.7
CAPITAL = 1.25
# In line heights: gaps narrower than LEAST_GAP are none, wider than WIDE_GAP are all as good.
LEAST_GAP, WIDE_GAP = 0.04, 0.35
# What a gap of a line height would gain, and what a word end without one costs, in line heights of a wrong width.
GAIN, NO_GAP = 1.5, 0.4
# Gaps that are tried for each word; letters have some between them, too.
GAPS_PER_WORD, GAPS_MORE = 4, 8
# By so much worse fits a text whose last words the model has repeated though they are written once. Of 655 real lines
# of print, type and handwriting 1.2 % lie above it when line and text are doubled, and 72 % when the text alone is.
DOUBT = 0.13

Numbers = npt.NDArray[np.float64]


def fit_words(text: str, empty: Mask, height: int) -> tuple[tuple[WordSpan, ...], float]:
    """Fit the words of a line to its ink.

    Args:
        text: What was read.
        empty: Which columns of the line's image have no ink.
        height: Of the image in pixels.

    Returns:
        The words, empty if there is no ink, and how badly they fit: the mean difference between the width of a word
        and that of its characters, in heights of the line, more where words do not end at gaps and less where they do.
    """
    words, inked = text.split(), np.flatnonzero(~empty)
    if not words or not len(inked):
        return (), 0.0
    first, last = float(inked[0]), float(inked[-1] + 1)
    widths = np.array([sum(map(_width, word)) for word in words])
    pitch = (last - first) / (widths.sum() + SPACE * (len(words) - 1))
    wanted = pitch * widths
    gaps = _gaps(empty, int(first), int(last), height, GAPS_PER_WORD * (len(words) - 1) + GAPS_MORE)
    ends = first + np.cumsum(wanted + SPACE * pitch)[:-1] - SPACE * pitch
    cost, chosen = _best(wanted, gaps, ends, (first, last), height)
    starts, stops = [first, *(end for _, end in chosen)], [*(start for start, _ in chosen), last]
    spans = [
        WordSpan(word, start / len(empty), stop / len(empty))
        for word, start, stop in zip(words, starts, stops, strict=True)
    ]
    return tuple(spans), cost / len(words)


def without_invented_repeats(text: str, empty: Mask, height: int) -> str:
    """The text without words at its end that it says again, where the ink has them fewer times.

    Args:
        text: What was read.
        empty: Which columns of the line's image have no ink.
        height: Of the image in pixels.
    """
    words = text.split()
    bare = [word.strip(string.punctuation).casefold() for word in words]
    unit, start = repeated_tail(bare, len(bare) // 2, 2)
    # Rows of dots and dashes are repetitions by their nature.
    if not any(bare[start : start + unit]):
        return text
    shorter = [" ".join(words[:end]) for end in range(start + unit, len(words), unit)]
    costs = [fit_words(one, empty, height)[1] for one in shorter]
    best = int(np.argmin(costs))
    return shorter[best] if costs[best] < fit_words(text, empty, height)[1] - DOUBT else text


def _width(character: str) -> float:
    if character in "iljI.,:;'’!|()[]-`":
        return NARROW
    if character in "mwMW—":
        return WIDE
    return CAPITAL if character.isupper() else 1.0


def _gaps(empty: Mask, first: int, last: int, height: int, most: int) -> list[tuple[float, float]]:
    """The widest gaps of the line from left to right."""
    inside = [(start + first, end + first) for start, end in runs(empty[first:last])]
    wide = [gap for gap in inside if gap[1] - gap[0] >= LEAST_GAP * height]
    return sorted(sorted(wide, key=lambda gap: gap[0] - gap[1])[:most])


def _best(
    wanted: Numbers, gaps: Sequence[tuple[float, float]], ends: Numbers, line: tuple[float, float], height: int
) -> tuple[float, list[tuple[float, float]]]:
    """The cheapest choice of one gap behind every word but the last, or of its expected end without any gap."""
    real = np.array(gaps, dtype=float).reshape(-1, 2)
    gain = -GAIN * np.minimum((real[:, 1] - real[:, 0]) / height, WIDE_GAP)
    starts, costs = np.array([line[0]]), np.zeros(1)
    before: list[npt.NDArray[np.intp]] = []
    candidates: list[Numbers] = []
    for width, end in zip(wanted[:-1], ends, strict=True):
        places = np.vstack([real, [[end, end]]])
        actual = places[None, :, 0] - starts[:, None]
        total = np.where(actual > 0, costs[:, None] + np.abs(actual - width) / height, np.inf)
        before.append(total.argmin(0))
        candidates.append(places)
        starts, costs = places[:, 1], total.min(0) + np.append(gain, NO_GAP)
    total = np.where(line[1] > starts, costs + np.abs(line[1] - starts - wanted[-1]) / height, np.inf)
    best = int(total.argmin())
    cost, chosen = float(total[best]), []
    for places, previous in zip(candidates[::-1], before[::-1], strict=True):
        chosen.append((float(places[best, 0]), float(places[best, 1])))
        best = int(previous[best])
    return cost, chosen[::-1]
