"""What an engine's author probably did, told from what the engine gave."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ocr_plugins.blocks import BBox, Block, TextLine, Word
from ocr_plugins.engine import Blocks, Lines, Markdown, PageImage
from ocr_plugins.errors import OcrError

# By how much more of the text a box must cover, of what both cover together, once it is put right.
BETTER = 0.1
# Of the area of the ink, what boxes must cover at least, and how many times as large they may be.
COVERED, LARGEST = 0.7, 3.0


def cure(given: object, page: PageImage) -> str:
    """What to do about a result that the pipeline refuses; empty where the complaint says it all."""
    match given:
        case OcrError():
            return "An error in a page's place is for a page that cannot be read; this one can."
        case None:
            return "Give Lines() for a page without text, and an EngineError for one that failed."
        case BaseException():
            return "In the place of a page that failed give an OcrError: EngineError(f'why: {error}')."
        case str():
            return "Wrap it: Markdown(text), or Lines of a TextLine for each line."
        case bytes():
            return "Decode it and wrap it: Markdown(text.decode())."
    return next(_cures(given, page), "")


def _cures(given: object, page: PageImage) -> Iterator[str]:
    for text, box, confidence in _pieces(given):
        if isinstance(text, bytes):
            yield "Decode it: text.decode()."
        elif text is None:
            yield "Leave out what has no text."
        if isinstance(box, BBox):
            yield from _box_cures(box, page)
        elif isinstance(box, tuple | list):
            yield "Make one of it: BBox(left, top, right, bottom), each in 0..1 of the page."
        yield from _confidence_cures(confidence)


def _pieces(given: object) -> Iterator[tuple[object, object, object]]:
    """Text, box and confidence of everything in a result."""
    if isinstance(given, Markdown):
        yield given.text, None, given.confidence
        return
    items: object = given.lines if isinstance(given, Lines) else given.blocks if isinstance(given, Blocks) else ()
    for item in items if isinstance(items, tuple | list) else ():
        if isinstance(item, TextLine | Block | Word):
            yield item.text, item.box, item.confidence
        for word in getattr(item, "words", ()):
            if isinstance(word, Word):
                yield word.text, word.box, word.confidence


def _box_cures(box: BBox, page: PageImage) -> Iterator[str]:
    width, height = page.size
    sides = (box.left, box.top, box.right, box.bottom)
    if not all(isinstance(side, float | int) for side in sides):
        yield "NumPy's numbers are not JSON's: float(value)."
    elif not all(map(math.isfinite, sides)):
        yield "Leave out what has no place."
    elif max(sides) > 1:
        yield (
            f"In pixels? Divide by width and height: left and right by page.size[0], here {width}, top and bottom by "
            f"page.size[1], here {height}. In percent or thousandths? Divide by 100 or 1000."
        )
    elif min(sides) < 0:
        yield "It reaches beyond the page: box.clipped()."
    elif box.left > box.right or box.top > box.bottom:
        yield "The order is BBox(left, top, right, bottom): are two of them swapped, or is it left, top, width, height?"


def _confidence_cures(confidence: object) -> Iterator[str]:
    if confidence is None:
        return
    if not isinstance(confidence, float | int):
        yield "NumPy's numbers are not JSON's, and a text is no number: float(value)."
    elif math.isnan(confidence):
        yield "Give None where it is not known."
    elif confidence > 1:
        yield "In percent? Divide by 100."
    elif confidence < 0:
        yield "A log-probability? Take math.exp of it. For unknown give None, not -1."


def misplaced(found: BBox, expected: BBox, size: tuple[int, int]) -> str | None:
    """What was probably done to ``found``, by which it is not ``expected``; None where it is as it should be.

    Args:
        found: Around all boxes of a page, in 0..1.
        expected: Around its ink.
        size: Of the page, in pixels.
    """
    width, height = size
    ways = {
        "Are left and top swapped, as in (y, x)?": BBox(found.top, found.left, found.bottom, found.right),
        "Are they counted from the bottom, as in a PDF? Then top is 1 - y.": BBox(
            found.left, 1 - found.bottom, found.right, 1 - found.top
        ),
        "Are left and right swapped, or counted from the right? Then left is 1 - x.": BBox(
            1 - found.right, found.top, 1 - found.left, found.bottom
        ),
        "Are top and bottom divided by the width? Divide them by the height.": found.scaled(1, width / height),
        "Are left and right divided by the height? Divide them by the width.": found.scaled(height / width, 1),
        "Is it left, top, width, height? BBox takes left, top, right, bottom.": BBox(
            found.left, found.top, found.left + found.right, found.top + found.bottom
        ),
    }
    likeliest = max(ways, key=lambda way: _common(ways[way], expected))
    if _common(ways[likeliest], expected) > _common(found, expected) + BETTER:
        return likeliest
    if expected.share_in(found) <= COVERED:
        return "Were they scaled with the image, or cut with a crop, and not back?"
    if found.area >= LARGEST * expected.area:
        return "Give the box of the text, not that of the page or of its margins."
    return None


def _common(first: BBox, second: BBox) -> float:
    """The area that two boxes share, of what they cover together, 0..1."""
    shared = first.overlap_x(second) * first.overlap_y(second)
    both = first.area + second.area - shared
    return shared / both if both > 0 else 0.0
