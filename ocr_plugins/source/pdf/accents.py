"""Accents that a PDF draws as signs of their own, over or under a letter: TeX makes ``é`` so in its older fonts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.pieces import Piece

# By the sign that stands for itself the one that is put on a letter.
_COMBINING = dict(
    zip(
        "`´^ˆ~˜¯ˉ˘˙¨°˚˝ˇ¸˛",
        "\u0300\u0301\u0302\u0302\u0303\u0303\u0304\u0304\u0306\u0307\u0308\u030a\u030a\u030b\u030c\u0327\u0328",
        strict=True,
    )
)
_ACCENTS = frozenset(_COMBINING)
_DOTLESS = {"ı": "i", "ȷ": "j"}
# Of the narrower one of a letter and its accent, what they have in common.
OVER = 0.6
# Of the height of its box: a character so close behind another one is of the same word.
TOUCHING = 0.12
# Pieces before and behind a lone accent among which its letter is looked for.
NEAR = 8


def with_accents(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces, accents composed with the letters that they are drawn over; what stands alone stays.

    Args:
        pieces: In the order of the page; those with accents are changed.
    """
    found: list[Piece] = []
    for piece in pieces:
        if not piece.boxes:
            continue
        if found and _are_parted(found[-1], piece):
            found[-1].extend(piece)
        else:
            found.append(piece)
    alone = [i for i, piece in enumerate(found) if len(piece.boxes) == 1 and piece.text[0] in _ACCENTS]
    put = {i for i in alone if any(_put(found[i], other) for other in found[max(0, i - NEAR) : i + NEAR + 1])}
    for piece in found:
        if not _ACCENTS.isdisjoint(piece.text):
            _compose(piece)
    return [piece for i, piece in enumerate(found) if i not in put] if put else found


def _put(accent: Piece, other: Piece) -> bool:
    """Compose an accent that stands for itself, as a raised one does, with the letter of another piece under it."""
    if accent.frame is not other.frame:
        return False
    places = (i for i, char in enumerate(other.text) if char != " ")
    for place, box in zip(places, other.boxes, strict=True):
        if _is_over(accent.boxes[0], box) and (both := _composed(accent.text[0], other.text[place])):
            other.text[place] = both
            return True
    return False


def _are_parted(first: Piece, second: Piece) -> bool:
    """Whether one piece ends with an accent or letter, and the other one begins with what belongs to it."""
    ends = first.text[-1], second.text[0]
    if _ACCENTS.isdisjoint(ends) or first.frame is not second.frame:
        return False
    return _composed(*ends) is not None and _is_over(first.boxes[-1], second.boxes[0])


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character of a piece, its number among those with boxes, and whether a space is before it."""

    char: str
    number: int
    spaced: bool
    composed: bool = False


def _compose(piece: Piece) -> None:
    signs: list[_Sign] = []
    for sign in _signs(piece.text):
        last = signs[-1] if signs else None
        both = _composed(last.char, sign.char) if last else None
        if last is None or both is None or not _is_over(piece.boxes[last.number], piece.boxes[sign.number]):
            signs.append(sign)
            continue
        letter = last if sign.char in _ACCENTS else sign
        signs[-1] = _Sign(both, letter.number, last.spaced, composed=True)
    if len(signs) == len(piece.boxes):
        return
    text: list[str] = []
    for before, sign in zip([None, *signs[:-1]], signs, strict=True):
        # An accent is mostly off the place of its letter, which PDFium takes for the end of a word.
        composed = before is not None and (before.composed or sign.composed)
        boxes = piece.boxes[before.number if before else 0], piece.boxes[sign.number]
        if sign.spaced and not (composed and _touch(*boxes)):
            text.append(" ")
        text.append(sign.char)
    numbers = [sign.number for sign in signs]
    piece.text = [*text, *([" "] if piece.text[-1] == " " else [])]
    for name in ("boxes", "fonts", "marks", "faces"):
        setattr(piece, name, [getattr(piece, name)[i] for i in numbers])


def _signs(text: Sequence[str]) -> Iterator[_Sign]:
    number, spaced = 0, False
    for char in text:
        if char != " ":
            yield _Sign(char, number, spaced)
            number += 1
        spaced = char == " "


def _composed(first: str, second: str) -> str | None:
    """The letter that two characters make, one of which is an accent; None where they make none."""
    accent, letter = (first, second) if first in _ACCENTS else (second, first)
    if accent not in _ACCENTS or not letter.isalpha():
        return None
    both = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])
    return both if len(both) == 1 else None


def _is_over(one: BBox, other: BBox) -> bool:
    """Whether two characters are drawn over one another and not one behind the other."""
    common = one.overlap_y(other) > 0
    return common and one.overlap_x(other) >= OVER * min(one.width, other.width)


def _touch(first: BBox, second: BBox) -> bool:
    return second.left - first.right < TOUCHING * first.height
