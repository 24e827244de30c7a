"""Lines whose words have places, cut into cells where the white of several lines says so: detectors read over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.layout.rows import LEADING
from ocr_plugins.source.white import Words, cells_begin

# In font sizes, between two cells of a line, and lines in a row that leave white in the same place: where a recogniser
# says that words end is not as true as their boxes in a PDF.
MIN_WHITE, MIN_LINES = 0.74, 4


def cut_at_white(lines: Sequence[TextLine], size: tuple[float, float]) -> list[TextLine]:
    """The lines of an upright page, those cut before the words that begin another cell.

    Args:
        lines: Those whose words have no places are not cut.
        size: Width and height of the page.
    """
    if not any(line.words for line in lines):
        return list(lines)
    level = [line for line in lines if line.text.strip()]
    begun = cells_begin([_words(line, *size) for line in level], MIN_WHITE, MIN_LINES)
    starts = {id(line): some for line, some in zip(level, begun, strict=True)}
    return [part for line in lines for part in _parts(line, starts.get(id(line), ()))]


def _words(line: TextLine, width: float, height: float) -> Words:
    """The words of a line in page units, or all of it as one."""
    box = line.box
    font_size = line.font.size if line.font else box.height * height / LEADING
    told = [w.text for w in line.words] == line.text.split()
    texts = line.text.split() if told else [line.text]
    spans = [(w.box.left * width, w.box.right * width) for w in line.words] if told else []
    return Words(texts, spans or [(box.left * width, box.right * width)], box.center[1] * height, font_size)


def _parts(line: TextLine, starts: Sequence[int]) -> list[TextLine]:
    if not starts:
        return [line]
    parts = []
    for begin, end in pairwise((0, *starts, len(line.words))):
        words = line.words[begin:end]
        left = words[0].box.left if begin else line.box.left
        right = words[-1].box.right if end < len(line.words) else line.box.right
        box = BBox(left, line.box.top, right, line.box.bottom)
        slope = line.slope * box.width / line.box.width if line.box.width else 0.0
        parts.append(replace(line, text=" ".join(w.text for w in words), box=box, slope=slope, words=words))
    return parts
