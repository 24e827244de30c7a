"""How much text may stand on a page, told by its ink: for engines that say what a page says, and not where."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.ink import CONTRAST, page_depth
from ocr_plugins.pixels.unread import LEAST_LETTER, MOST_PIECES, letters_of, rows_of

# Characters for as much ink as fills a square of a letter's height. Pages that are printed, typed or written by hand
# have 0.2 to 3.2.
MOST_TEXT = 6.0
# Characters for each height of a line along it. Pages with lines have 0.8, on a receipt with remarks that nobody
# transcribed, and else 1.3 to 5.
LEAST_TEXT = 0.35
# Characters for each piece of ink that may be a letter: a page with more has enough text, and its lines are not sought.
ENOUGH = 0.6
# Characters, too many or too few, that are worth a word.
WORTH = 100


def wrong_amount(page: PageImage, characters: int) -> Literal["little", "much"] | None:
    """Whether a page can hardly have so little text, or so much; None where it may, and without OpenCV.

    Args:
        page: Upright, as the engine saw it.
        characters: That were read, without white space and markup.
    """
    try:
        import cv2
    except ImportError:
        return None
    depths, _ = page_depth(page)
    ink = (np.abs(depths) > CONTRAST).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    letters = letters_of(stats[1:, :5])
    height = max(LEAST_LETTER, float(np.median(letters[:, 3] - letters[:, 1]))) if len(letters) else LEAST_LETTER
    most = MOST_TEXT * float(ink.sum()) / height**2
    if characters > most + WORTH:
        return "much"
    if characters >= ENOUGH * len(letters) or count > MOST_PIECES:
        return None
    heights = sum((right - left) / (bottom - top) for left, top, right, bottom in rows_of(letters))
    return "little" if characters + WORTH * LEAST_TEXT < LEAST_TEXT * heights else None
