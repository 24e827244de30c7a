"""Pieces of lines of a PDF page, cut into the cells of a table where the white of several lines says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ocr_plugins.source.pdf.pieces import Piece
from ocr_plugins.source.white import Words, cells_begin


def at_columns(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, those cut in which white is as wide, and stands in the white of the lines next to them.

    Turned text and that in a type of one width is left as it is.
    """
    level = [p for p in pieces if p.boxes and not p.frame and not p.fonts[0].mono]
    starts = [[0, *_word_starts(p)] for p in level]
    begun = cells_begin([_words(p, some) for p, some in zip(level, starts, strict=True)])
    cuts = {id(p): [some[n] for n in words] for p, some, words in zip(level, starts, begun, strict=True)}
    return [part for piece in pieces for part in piece.parts(cuts.get(id(piece), ()))]


def _words(piece: Piece, starts: Sequence[int]) -> Words:
    characters = "".join(piece.text).replace(" ", "")
    ends = [*starts[1:], len(piece.boxes)]
    return Words(
        [characters[a:b] for a, b in zip(starts, ends, strict=True)],
        [(piece.boxes[a].left, piece.boxes[b - 1].right) for a, b in zip(starts, ends, strict=True)],
        piece.boxes[0].center[1],
        piece.fonts[0].size,
    )


def _word_starts(piece: Piece) -> Iterator[int]:
    """The indices of the characters that a space is before, but for the first one."""
    i = 0
    for before, char in pairwise(("", *piece.text)):
        if char != " ":
            if before == " " and 0 < i < len(piece.boxes):
                yield i
            i += 1
