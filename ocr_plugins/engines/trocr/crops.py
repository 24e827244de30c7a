"""Images of text lines as TrOCR can read them: with ink, not too wide; and their texts put together again.

TrOCR squeezes every crop into one size, whatever its shape, and writes fluent text for a crop without any. So crops
without ink never reach it, and wide ones are cut between words, or with an overlap where no gap is wide enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ocr_plugins.pixels.ink import Mask, depth

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Piece", "empty_columns", "has_ink", "has_several_lines", "merge", "runs", "split_wide"]

# Below these, nobody can read a line, nor find a gap in one.
LEAST_HEIGHT, LEAST_WIDTH = 6, 3
# Ink is looked for at about this height, at which noise has averaged out and strokes have not.
INK_HEIGHT = 40
# Ink differs from the ground around it by so many grey levels and so many times the noise.
LEAST_CONTRAST, LEAST_SIGNAL = 18, 7.0
# The ground is that of stretches as long as a few letters: in heights of the line, and in pixels at least.
STRETCH, LEAST_STRETCH = 4, 8
# So much ink that hangs together makes a full stop or a dash, in squares of the reduced line's height.
LEAST_INK = 0.004
# A row or column with more ink than this is a rule or the edge of the paper.
RULE = 0.85
# Lines one below the other: bands of ink apart by so much of the crop's height, of at least so much of it, and of so
# much of the ink of the darkest one and of the height of the highest. Of 706 real lines none looks like several; 87 %
# of two or three that are put together do, and 68 % of eight.
BAND_GAP, LEAST_BAND, SHARE_OF_INK, SHARE_OF_HEIGHT = 0.02, 0.05, 0.5, 0.59
# A line has so many parts with a gap between them at least; signs like = and : are lines of one part.
LEAST_PARTS = 2
# Bands are looked for at about this height, in rows averaged over so much of it; what has less ink than this share of
# the darkest row is between bands.
BAND_HEIGHT, SMOOTHED, BETWEEN = 160, 0.02, 0.05
# Gaps between words, overlaps where there is none, and how far from the ideal place a cut may lie; in line heights,
# the last one in lengths of a piece.
WORD_GAP, OVERLAP, REACH = 0.17, 0.6, 0.3
# Of a crop's height: what may be ink of its neighbours, and of the rest what specks fill in a gap.
SLIVER, SPECK = 0.12, 0.03
# Characters that may be read wrongly at each end of an overlap.
HALVES = 2
# Pieces are cut from lines wider than so many pieces: cutting may cost a character, squeezing a little costs none.
TOLERANCE = 1.25

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line, in pixels; ``overlap`` is what it shares with the piece before, 0 where words part."""

    left: int
    right: int
    overlap: int = 0


def has_ink(crop: Image) -> bool:
    """Whether there is anything to read: strokes that stand out of the paper, of its noise and of ruling lines."""
    if crop.height < LEAST_HEIGHT or crop.width < LEAST_WIDTH:
        return False
    grey = crop.convert("L")
    grey = grey.reduce(max(1, round(crop.height / INK_HEIGHT)))
    mask = _without_rules(_ink(np.asarray(grey)))
    # Strokes hang together; the specks of a worn copy do not.
    around = np.pad(mask, 1)
    beside = around[:-2, 1:-1] | around[2:, 1:-1] | around[1:-1, :-2] | around[1:-1, 2:]
    strokes = np.pad(mask & beside, 1)
    squares = strokes[1:, 1:] & strokes[:-1, 1:] & strokes[1:, :-1] & strokes[:-1, :-1]
    return bool(squares.sum() + (mask & beside).sum() / 4 >= max(3.0, LEAST_INK * grey.height**2))


def has_several_lines(crop: Image) -> bool:
    """Whether lines stand one below the other, which TrOCR reads as one that nobody has written."""
    if crop.height < LEAST_HEIGHT or crop.width < LEAST_WIDTH:
        return False
    grey = np.asarray(crop.convert("L").reduce(max(1, round(crop.height / BAND_HEIGHT))))
    ink = _ink(grey)
    rows = ink.sum(1).astype(np.float64)
    window = max(1, round(SMOOTHED * len(rows)))
    rows = np.convolve(rows, np.ones(window) / window, "same")
    bands = runs(rows > BETWEEN * rows.max())
    if len(bands) < 2:
        return False
    darkest = max(rows[top:bottom].sum() for top, bottom in bands)
    least = max(LEAST_BAND * len(rows), SHARE_OF_HEIGHT * max(bottom - top for top, bottom in bands))
    lines = [
        (top, bottom)
        for top, bottom in bands
        if bottom - top >= least
        and rows[top:bottom].sum() >= SHARE_OF_INK * darkest
        and len(runs(np.asarray(ink[top:bottom].any(0)))) >= LEAST_PARTS
    ]
    return any(below - bottom >= BAND_GAP * len(rows) for (_, bottom), (below, _) in pairwise(lines))


def _without_rules(mask: Mask) -> Mask:
    """Without the lines of ruled paper, and without the edge of the paper or of a table at either end."""
    height, width = mask.shape
    rows = mask.mean(1) > RULE if width > 3 * height else np.zeros(height, bool)
    columns = mask.mean(0) > RULE
    ends = np.zeros(width, bool)
    if width > height:
        ends[:2] = ends[-2:] = True
    kept: Mask = mask & ~rows[:, None] & ~(columns & ends)
    return kept


def _ink(grey: Grey) -> Mask:
    """Where a line is darker or lighter than the paper, whose shade may change along the line."""
    # Neighbours along the line differ by the noise, and only at the edges of strokes by more.
    steps = np.abs(np.diff(grey.astype(np.int16), axis=1))
    noise = float(np.median(steps)) if steps.size else 0.0
    height = len(grey)
    depths = depth(grey, (height, max(LEAST_STRETCH, STRETCH * height)))
    mask: Mask = np.abs(depths) > max(LEAST_CONTRAST, LEAST_SIGNAL * noise)
    return mask


def split_wide(crop: Image, aspect: float) -> list[Piece]:
    """The pieces to read of a line: itself, or several of about ``aspect`` widths to a height.

    Args:
        crop: The line.
        aspect: Width by height of a piece.

    Returns:
        From left to right; together they cover the line, and each begins where the one before ends, at a gap between
        words, or a little before.
    """
    wanted = aspect * crop.height
    if crop.width <= TOLERANCE * wanted or crop.height < LEAST_HEIGHT:
        return [Piece(0, crop.width)]
    empty = empty_columns(crop)
    pieces = []
    left = overlap = 0
    while crop.width - left > TOLERANCE * wanted:
        # The rest in equal pieces, so that no splinter is left at the end.
        length = (crop.width - left) / math.ceil((crop.width - left) / wanted)
        cut = _gap(empty, left + length, REACH * length, WORD_GAP * crop.height)
        right = cut if cut is not None else min(crop.width, round(left + length + OVERLAP * crop.height / 2))
        pieces.append(Piece(left, right, overlap))
        overlap = 0 if cut is not None else min(round(OVERLAP * crop.height), (right - left) // 2)
        left = right - overlap
    return [*pieces, Piece(left, crop.width, overlap)]


def empty_columns(crop: Image) -> Mask:
    """Which columns of a line have no ink."""
    # Slivers of the lines above and below fill the gaps at the edges of the crop, specks those of worn paper.
    edge = round(SLIVER * crop.height)
    ink = _without_rules(_ink(np.asarray(crop.convert("L")))[edge : crop.height - edge])
    empty: Mask = ink.mean(0) <= SPECK
    return empty


def runs(columns: Mask) -> list[tuple[int, int]]:
    """Where columns are set one after the other: first one, and the one behind the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], columns, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _gap(empty: Mask, place: float, reach: float, least: float) -> int | None:
    """The middle of the widest run of empty columns near ``place``, None if none is at least ``least`` pixels wide."""
    start, end = max(0, round(place - reach)), min(len(empty), round(place + reach))
    found = [(stop - begin, start + (begin + stop) // 2) for begin, stop in runs(empty[start:end])]
    wide = [run for run in found if run[0] >= least]
    return int(max(wide)[1]) if wide else None


def merge(texts: Sequence[str], pieces: Sequence[Piece]) -> str:
    """The text of a line from those of its pieces; what two pieces have both read is kept once."""
    line = texts[0].strip() if texts else ""
    for text, piece in zip(texts[1:], pieces[1:], strict=True):
        line = _joined(line, text.strip(), piece)
    return line


def _joined(left: str, right: str, piece: Piece) -> str:
    if not left or not right or not piece.overlap:
        return f"{left} {right}".strip()
    # How many characters of the right text lie in the overlap, with room for narrow ones.
    shared = math.ceil(1.6 * len(right) * piece.overlap / (piece.right - piece.left)) + 2
    tail, head = left[-shared:], right[:shared]
    for size in range(min(len(tail), len(head)), 0, -1):
        if tail.endswith(head[:size]) and head[:size].strip():
            return left + right[size:]
    # At the cut ends stand halves of characters: a match may leave out one or two, but no more than it keeps.
    best = max(
        (2 * match.size - (len(tail) - match.a - match.size) - match.b, match.a, match.b, match.size)
        for match in SequenceMatcher(None, tail, head, autojunk=False).get_matching_blocks()
    )
    gain, start, other, size = best
    if gain <= 0 or other > HALVES or len(tail) - start - size > HALVES or not tail[start : start + size].strip():
        return f"{left} {right}"
    return left[: len(left) - len(tail) + start] + right[other:]
