"""Where white that several lines leave in the same place cuts them into the cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

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
# In font sizes: words that begin a cell as those above or below do are no farther from where these do.
EDGE = 0.4
# Of the size of a line, that of those next to it differs by less.
ALIKE = 0.5
# In font sizes: the middles of pieces on one line are no farther apart.
ONE_LINE = 0.35


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a piece of a line, all lengths in one unit.

    Attributes:
        texts: Left to right.
        spans: Where each begins and ends.
        middle: Of the piece, from the top of the page.
        size: Of its type.
    """

    texts: Sequence[str]
    spans: Sequence[tuple[float, float]]
    middle: float
    size: float

    @property
    def left(self) -> float:
        return self.spans[0][0]

    @property
    def right(self) -> float:
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class _White:
    """White between two words of a line.

    Attributes:
        left, right: Where it begins and ends.
        piece: The number of the piece that it is in, None where it is between two.
        index: Of the word that it ends before, in that piece.
    """

    left: float
    right: float
    piece: int | None = None
    index: int = 0


def cells_begin(pieces: Sequence[Words], min_white: float = MIN_WHITE, min_lines: int = MIN_LINES) -> list[list[int]]:
    """For each piece of level text on a page, the indices of its words that begin another cell.

    Args:
        pieces: With one word at least, in any order.
        min_white: In font sizes, what is between two cells of a piece.
        min_lines: Lines in a row, the piece's among them, that leave white in the same place.
    """
    lines = _lines(pieces)
    whites = [list(_whites(line, pieces, min_white)) for line in lines]
    firm: list[list[_White]] = []
    for i, some in enumerate(whites):
        firm.append([w for w in some if w.piece is None or _beside(lines, whites, pieces, i, w, min_lines)])
    cuts: list[list[int]] = [[] for _ in pieces]
    for i, some in enumerate(firm):
        for white in [*some, *_narrow(lines, firm, pieces, i)] if some else ():
            if white.piece is not None:
                cuts[white.piece].append(white.index)
    return [sorted(set(some)) for some in cuts]


def _narrow(
    lines: Sequence[Sequence[int]], firm: Sequence[Sequence[_White]], pieces: Sequence[Words], at: int
) -> Iterator[_White]:
    """The white between words of a line, however narrow, in which cells of the two lines above, or below, or of one
    each, begin as these words do: a head is as wide as its column.
    """
    for k in lines[at]:
        piece, marker = pieces[k], _marker(pieces[k].texts)
        gaps = [_White(a[1], b[0], k, n) for n, (a, b) in enumerate(pairwise(piece.spans), start=1)]
        near: list[list[_White]] = []
        for i in (i for step in (-1, 1) for i in islice(_neighbours(lines, pieces, at, step), MIN_LINES - 1)):
            inside = [w for w in firm[i] if piece.left < (w.left + w.right) / 2 < piece.right]
            inside = [w for w in inside if not _met(w, firm[at], piece.size)]
            # A head over several columns begins none of them with each of its words.
            spans = any(not any(_is_edge(gap, w, piece.size) for gap in gaps) for w in inside)
            near += [] if spans else [inside]
        for gap in gaps[marker:]:
            if sum(any(_is_edge(gap, w, piece.size) for w in some) for some in near) + 1 >= MIN_LINES:
                yield gap


def _neighbours(lines: Sequence[Sequence[int]], pieces: Sequence[Words], at: int, step: int) -> Iterator[int]:
    """The lines above or below one, up to the first one that is far from the last, or in another size."""
    for i in range(at + step, len(lines) if step > 0 else -1, step):
        size, other = pieces[lines[at][0]].size, pieces[lines[i][0]]
        pitch = abs(other.middle - pieces[lines[i - step][0]].middle)
        if pitch > MAX_PITCH * size or abs(other.size - size) > ALIKE * size:
            return
        yield i


def _met(white: _White, others: Sequence[_White], size: float) -> bool:
    """Whether other white is in the same place."""
    return any(min(w.right, white.right) - max(w.left, white.left) >= COMMON * size for w in others)


def _is_edge(white: _White, wide: _White, size: float) -> bool:
    """Whether white lies in wider one, and ends where that does."""
    return white.left > wide.left - EDGE * size and abs(wide.right - white.right) < EDGE * size


def _lines(pieces: Sequence[Words]) -> list[list[int]]:
    """The numbers of the pieces line by line, top to bottom, each from left to right."""
    lines: list[list[int]] = []
    for i in sorted(range(len(pieces)), key=lambda i: pieces[i].middle):
        if lines and pieces[i].middle - pieces[lines[-1][-1]].middle < ONE_LINE * pieces[i].size:
            lines[-1].append(i)
        else:
            lines.append([i])
    for line in lines:
        line.sort(key=lambda i: pieces[i].left)
    return lines


def _whites(line: Sequence[int], pieces: Sequence[Words], min_white: float) -> Iterator[_White]:
    """The white between the pieces of a line, and the wide white within them."""
    for i in line:
        yield from _inner(pieces[i], i, min_white)
    for before, after in pairwise(line):
        yield _White(pieces[before].right, pieces[after].left)


def _inner(piece: Words, number: int, min_white: float) -> Iterator[_White]:
    """The white between words of a piece that stands out among that of its line; none behind the marker of a list."""
    widths = [after[0] - before[1] for before, after in pairwise(piece.spans)]
    least = min_white * piece.size
    if max(widths, default=0.0) < least:
        return
    usual = min(widths) if len(widths) > 1 else 0.0
    marker = _marker(piece.texts)
    for n, width in enumerate(widths, start=1):
        stands_out = width > WIDER * usual or any(map(_is_figure, piece.texts[n - 1 : n + 1]))
        if width >= least and stands_out and n > marker:
            yield _White(piece.spans[n - 1][1], piece.spans[n][0], number, n)


def _marker(words: Sequence[str]) -> int:
    """How many words at the begin of a piece are the marker of a list, the sign of a form among them."""
    if not any(map(str.isalnum, words[0])):
        return 1
    first = split_marker(" ".join(words))
    return len(first[0].split()) if first else 0


def _is_figure(word: str) -> bool:
    return sum(map(str.isdigit, word)) > sum(map(str.isalpha, word))


def _beside(
    lines: Sequence[Sequence[int]],
    whites: Sequence[Sequence[_White]],
    pieces: Sequence[Words],
    at: int,
    white: _White,
    wanted: int,
) -> bool:
    """Whether so many lines, this one among them, leave white in the same place, none with text there between.

    Titles of groups of rows end before it.
    """
    size = pieces[lines[at][0]].size
    found = 1
    for step in (-1, 1):
        for i in _neighbours(lines, pieces, at, step):
            if _met(white, whites[i], size):
                found += 1
                if found >= wanted:
                    return True
            elif any(pieces[k].left < white.right and white.left < pieces[k].right for k in lines[i]):
                break
    return False
