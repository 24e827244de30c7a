"""What a reader should distrust on a page that was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from ocr_plugins.blocks import BBox
from ocr_plugins.document import Page, PageWarning, WarningCode
from ocr_plugins.engine import EngineInfo
from ocr_plugins.pipeline.blocks import TEXT_LAYER
from ocr_plugins.pipeline.unread import split
from ocr_plugins.text import counted

# Of a line's height: lines no farther apart are told of together, and so are pieces that have so much of it in common.
NEAR, ON_ROW = 2.5, 0.5


# What Adobe's programs write on the page that other readers of an XFA form show.
_PLACEHOLDER = re.compile(r"please wait\b.{0,40}if this message is not eventually replaced", re.IGNORECASE | re.DOTALL)


def page_warnings(
    page: Page,
    info: EngineInfo,
    distrust: str | None = None,
    unread: Sequence[BBox] = (),
    *,
    in_part: bool = False,
    xfa: bool = False,
    amount: Literal["little", "much"] | None = None,
) -> Iterator[PageWarning]:
    """The warnings of a page that was read.

    Args:
        page: Without warnings yet.
        info: Of the engine that read it.
        distrust: Why the PDF's own text is not sound; None where it is, or where there is none.
        unread: Lines that look like text and were not read, in 0..1 of the page.
        in_part: Only some of the PDF's own text was not used.
        xfa: The PDF says that the page is to be replaced by an XFA form.
        amount: How much text was read for the ink of the page, where that can hardly be.
    """
    if xfa or _PLACEHOLDER.search(page.text):
        message = "An XFA form, which is not in the text: print it to a PDF with Adobe Reader, and read that."
        yield PageWarning(WarningCode.XFA_FORM, message)
    if distrust is not None:
        done = "was used in part" if in_part else "was not used"
        if page.engine == TEXT_LAYER:
            done = "is used all the same"
        message = f"The PDF's own text {done}, and is not sound: {distrust}."
        yield PageWarning(WarningCode.TEXT_LAYER_DISTRUSTED, message)
    if page.truncated:
        yield PageWarning(WarningCode.TRUNCATED, "The engine stopped before the end of the page.")
    if page.confidence is not None and page.confidence < info.low_confidence:
        why = "handwriting, a script that the engine does not read, or a bad image?"
        message = f"Mean confidence {page.confidence:.2f}, many words may be wrong: {why}"
        yield PageWarning(WarningCode.LOW_CONFIDENCE, message)
    if amount is not None:
        message = f"Far too {amount} text for what is inked on the page: the engine may have "
        message += "left some of it out." if amount == "little" else "made it up, or repeats itself."
        yield PageWarning(WarningCode.TEXT_AMOUNT, message)
    read = [line.box for block in page.blocks for line in block.lines]
    unknown, overlooked = split(unread, read)
    if unknown:
        message = (
            f"Hardly anything was read in {counted(len(unknown), 'line')}: a script that the engine does not know?"
        )
        yield PageWarning(WarningCode.UNKNOWN_SCRIPT, f"{message} {info.other_scripts}".strip(), BBox.around(unknown))
    for lines in _together(overlooked):
        box, rows = BBox.around(lines), counted(_rows(lines), "line")
        place = ",".join(f"{side:.3f}" for side in (box.left, box.top, box.right, box.bottom))
        message = f"Not read: {rows} of what looks like text, in a picture or under a stamp, at {place} of the page?"
        yield PageWarning(WarningCode.UNREAD_INK, message, box)
    if page.hidden:
        count = sum(len(line.text) for line in page.hidden)
        message = f"Left out: {counted(count, 'character')} that a reader of the page cannot see."
        yield PageWarning(WarningCode.HIDDEN_TEXT, message, BBox.around(line.box for line in page.hidden))


def _together(lines: Sequence[BBox]) -> list[list[BBox]]:
    """Lines that stand one below the other, and pieces on one row, as groups."""
    if not lines:
        return []
    ordered = sorted(lines, key=lambda box: (box.top, box.left))
    left, top, right, bottom = np.array([(box.left, box.top, box.right, box.bottom) for box in ordered]).T
    height = np.minimum.outer(bottom - top, bottom - top)
    beside = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    below = np.maximum.outer(top, top) - np.minimum.outer(bottom, bottom)
    near = ((beside > 0) & (below < NEAR * height)) | (-below > ON_ROW * height)
    groups: list[list[BBox]] = []
    left_over = np.ones(len(ordered), dtype=bool)
    while left_over.any():
        group = np.zeros_like(left_over)
        new = np.flatnonzero(left_over)[:1]
        while new.size:
            group[new] = True
            new = np.flatnonzero(near[new].any(axis=0) & ~group)
        left_over &= ~group
        groups.append([ordered[i] for i in np.flatnonzero(group)])
    return groups


def _rows(lines: Sequence[BBox]) -> int:
    """How many rows the pieces of lines stand on."""
    count, end = 0, -1.0
    for box in sorted(lines, key=lambda box: box.center[1]):
        if box.center[1] > end:
            count, end = count + 1, box.bottom
    return count
