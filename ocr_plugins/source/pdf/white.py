"""Where white that several lines leave in the same place cuts them into the cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.text import split_marker

# In font sizes: white between two words that may be that between two columns. A column needs no more white than this
# where its longest cell ends; justified lines have as much between any two of their words.
MIN_WHITE = 0.5
# Of the narrowest white between words of the piece: justified lines have as much between any two. Figures have not.
WIDER = 1.5
# Lines in a row, this one among them, that leave white in the same place; in font sizes, from one to the next.
MIN_LINES, MAX_PITCH = 3, 2.0
# In font sizes: what the white of two lines has in common.
COMMON = 0.3
# In font sizes: the middles of pieces on one line are no farther apart.
ONE_LINE = 0.35


@dataclass(frozen=True, slots=True)
class _White:
    """White between two characters of a line.

    Attributes:
        left, right: Where it begins and ends, in points.
        piece: The piece that it is in, None where it is between two.
        index: Of the character that it ends before, in that piece.
    """

    left: float
    right: float
    piece: Piece | None = None
    index: int = 0


def at_columns(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, those cut in which white is as wide, and stands in the white of the lines next to them."""
    lines = _lines(pieces)
    whites = [list(_whites(line)) for line in lines]
    cuts: dict[int, list[int]] = {}
    for i, (line, some) in enumerate(zip(lines, whites, strict=True)):
        for white in some:
            if white.piece is not None and _beside(lines, whites, i, white, _size(line)) + 1 >= MIN_LINES:
                cuts.setdefault(id(white.piece), []).append(white.index)
    return [part for piece in pieces for part in piece.parts(sorted(cuts.get(id(piece), ())))]


def _size(line: Sequence[Piece]) -> float:
    return line[0].fonts[0].size


def _middle(piece: Piece) -> float:
    return piece.boxes[0].center[1]


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The level pieces line by line, top to bottom, each from left to right; those in a type of one width are left."""
    level = [p for p in pieces if p.boxes and not p.frame and not p.fonts[0].mono]
    lines: list[list[Piece]] = []
    for piece in sorted(level, key=_middle):
        if lines and _middle(piece) - _middle(lines[-1][-1]) < ONE_LINE * piece.fonts[0].size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for line in lines:
        line.sort(key=lambda p: p.boxes[0].left)
    return lines


def _whites(line: Sequence[Piece]) -> Iterator[_White]:
    """The white between the pieces of a line, and the wide white within them."""
    for piece in line:
        yield from _inner(piece)
    for before, after in pairwise(line):
        yield _White(before.boxes[-1].right, after.boxes[0].left)


def _inner(piece: Piece) -> Iterator[_White]:
    """The white between words of a piece that stands out among that of its line; none behind the marker of a list."""
    if " " not in piece.text:
        return
    least = MIN_WHITE * piece.fonts[0].size
    starts = _word_starts(piece)
    widths = [piece.boxes[k].left - piece.boxes[k - 1].right for k in starts]
    if max(widths, default=0.0) < least:
        return
    words = "".join(piece.text).split()
    usual = min(widths) if len(widths) > 1 else 0.0
    marker = _marker(words)
    for n, (k, width) in enumerate(zip(starts, widths, strict=True)):
        stands_out = width > WIDER * usual or any(map(_is_figure, words[n : n + 2]))
        if width >= least and stands_out and k > marker:
            yield _White(piece.boxes[k - 1].right, piece.boxes[k].left, piece, k)


def _marker(words: Sequence[str]) -> int:
    """How many characters at the begin of a piece are the marker of a list, the sign of a form among them."""
    if not any(map(str.isalnum, words[0])):
        return len(words[0])
    first = split_marker(" ".join(words))
    return len(first[0].replace(" ", "")) if first else 0


def _is_figure(word: str) -> bool:
    return sum(map(str.isdigit, word)) > sum(map(str.isalpha, word))


def _word_starts(piece: Piece) -> list[int]:
    """The indices of the characters that a space is before."""
    starts, i = [], 0
    for before, char in pairwise(("", *piece.text)):
        if char != " ":
            if before == " " and 0 < i < len(piece.boxes):
                starts.append(i)
            i += 1
    return starts


def _beside(
    lines: Sequence[Sequence[Piece]], whites: Sequence[Sequence[_White]], at: int, white: _White, size: float
) -> int:
    """How many lines above and below leave white in the same place, up to the first one with text there.

    Titles of groups of rows end before it.
    """
    found = 0
    for step in (-1, 1):
        i = at
        while 0 <= i + step < len(lines) and found + 1 < MIN_LINES:
            if abs(_middle(lines[i + step][0]) - _middle(lines[i][0])) > MAX_PITCH * size:
                break
            i += step
            common = (min(w.right, white.right) - max(w.left, white.left) for w in whites[i])
            if max(common, default=0.0) >= COMMON * size:
                found += 1
            elif any(p.boxes[0].left < white.right and white.left < p.boxes[-1].right for p in lines[i]):
                break
    return found
