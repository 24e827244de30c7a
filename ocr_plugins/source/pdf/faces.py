"""Fonts that give other letters than they show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ocr_plugins.source.letters import make_no_words
from ocr_plugins.source.pdf.pieces import Piece


def with_wrong_letters(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with text in a font of which all text on the page makes no words."""
    texts: dict[int, list[str]] = defaultdict(list)
    for piece in pieces:
        for face, text in _by_face(piece):
            texts[face].append(text)
    wrong = {face for face, parts in texts.items() if make_no_words(" ".join(parts))}
    return [piece for piece in pieces if not wrong.isdisjoint(piece.faces)] if wrong else []


def _by_face(piece: Piece) -> Iterable[tuple[int, str]]:
    different = set(piece.faces)
    if len(different) == 1:
        return [(piece.faces[0], "".join(piece.text))]
    parts: dict[int, list[str]] = {face: [] for face in different}
    faces, last = iter(piece.faces), None
    for char in piece.text:
        if char == " ":
            last = None
            continue
        face = next(faces, None)
        if face is None:
            break
        parts[face].append(char if face == last else " " + char)
        last = face
    return [(face, "".join(text)) for face, text in parts.items()]
