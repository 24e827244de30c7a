"""Set a page upright and straight before any engine sees it: quarter turns by a model, skew by projection profiles."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocr_plugins.engine import PageImage
from ocr_plugins.errors import MissingDependencyError
from ocr_plugins.pixels.ink import CONTRAST, FAINT, page_depth
from ocr_plugins.pixels.orientation import PageOrientation, Rotation

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

# Degrees: skews looked for and corrected, and steps in which they are told, after a first look in coarser ones.
MAX_SKEW, MIN_SKEW = 8.0, 0.25
STEP, COARSE_STEP = 0.05, 0.4
# Pixels of ink on the reduced page: less has no lines, and more would only take time.
MIN_INK, MAX_INK = 200, 60_000
# How much sharper than the page as it is: one of columns of figures, a drawing or a photograph has no clear maximum.
SHARPER = 1.15
# Least probability of a quarter turn, and that at which it is believed where no confidence can confirm it.
MAYBE_TURNED, SURELY_TURNED = 0.5, 0.9
# How often a small page is enlarged, and the longest edge, in pixels, of those that are too small for it.
MAX_ENLARGEMENT, MIN_ENLARGED = 3.0, 200


@dataclass(frozen=True, slots=True)
class Upright:
    """A page set upright and straight in one of the ways that are possible.

    Attributes:
        page: The turned page.
        rotation: Quarter turns done, in degrees clockwise.
        skew: Degrees clockwise that it was turned after that.
    """

    page: PageImage
    rotation: int = 0
    skew: float = 0.0


def enlarged(page: PageImage, edge: int) -> PageImage:
    """A small page enlarged to a longest edge of ``edge`` pixels, threefold at most; larger ones as they are.

    So are those of less than 200 pixels: on a page as small as that only words that nobody wrote are found.
    """
    from PIL.Image import Resampling

    factor = min(MAX_ENLARGEMENT, edge / max(page.size))
    if factor <= 1 or max(page.size) < MIN_ENLARGED:
        return page
    size = [max(1, round(side * factor)) for side in page.size]
    return replace(page, image=page.image.resize(size, Resampling.BICUBIC))


def ways_upright(page: PageImage, orientation: PageOrientation, *, confirmed: bool) -> list[Upright]:
    """The ways in which a page may stand upright, the likeliest first, each without skew.

    Args:
        page: As it came.
        orientation: Tells how it lies.
        confirmed: Whether the engine's confidence will choose among several ways. If not, there is but one, and the
            page is only turned when the model is sure.
    """
    rotations: list[Rotation] = [0]
    try:
        found = orientation.of(page)
    except MissingDependencyError:
        log.info("Pages are not turned: the runtime of the orientation model is not installed.")
    else:
        if found.rotation and found.probability >= (MAYBE_TURNED if confirmed else SURELY_TURNED):
            rotations = [found.rotation, 0] if confirmed else [found.rotation]
    ways = []
    for rotation in rotations:
        turned = turn(page, rotation)
        angle = skew(turned)
        ways.append(Upright(turn(turned, angle), rotation, angle))
    return ways


def turn(page: PageImage, clockwise: float) -> PageImage:
    """Turn a page by any angle in degrees; the corners that appear are white and nothing is cut off."""
    return page if clockwise % 360 == 0 else replace(page, image=_turned(page.image, clockwise))


def _turned(image: Image, clockwise: float) -> Image:
    from PIL.Image import Resampling, Transpose

    quarter = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
    if clockwise % 360 in quarter:
        return image.transpose(quarter[int(clockwise % 360)])
    try:
        return _rotated(image, clockwise)
    except ImportError:
        return image.rotate(-clockwise, Resampling.BICUBIC, expand=True, fillcolor="white")


def _rotated(image: Image, clockwise: float) -> Image:
    """With OpenCV, which takes a tenth of Pillow's time."""
    import cv2
    import PIL.Image

    width, height = image.size
    cosine, sine = (abs(f(math.radians(clockwise))) for f in (math.cos, math.sin))
    size = math.ceil(width * cosine + height * sine), math.ceil(height * cosine + width * sine)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -clockwise, 1.0)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    white = (255, 255, 255)
    pixels = cv2.warpAffine(np.asarray(image), matrix, size, flags=cv2.INTER_CUBIC, borderValue=white)
    return PIL.Image.fromarray(pixels)


def skew(page: PageImage) -> float:
    """Degrees by which to turn a page clockwise so that its text lines are level, 0 where that is not clear.

    The angle whose row profile of ink changes most from row to row (W. Postl, 1986), within ±8°.
    """
    depths, _ = page_depth(page)
    # Letters are all darker than their ground or all lighter; the edges of dark margins are both, and are not level.
    y, x = max(np.nonzero(depths > CONTRAST), np.nonzero(depths < -CONTRAST), key=lambda places: len(places[0]))
    if len(y) < MIN_INK:
        return 0.0
    if len(y) > MAX_INK:
        chosen = np.random.default_rng(0).choice(len(y), MAX_INK, replace=False)
        y, x = y[chosen], x[chosen]

    def sharpness(degrees: float) -> float:
        rows = y + x * math.tan(math.radians(degrees))
        counts = np.bincount((rows - rows.min()).astype(np.int64))
        return float(np.square(np.diff(counts)).sum())

    best = max(_between(-MAX_SKEW, MAX_SKEW, COARSE_STEP), key=sharpness)
    best = max(_between(best - COARSE_STEP, best + COARSE_STEP, STEP), key=sharpness)
    clear = sharpness(best) > SHARPER * sharpness(0.0) and abs(best) < MAX_SKEW
    return round(best, 2) if clear and abs(best) >= MIN_SKEW else 0.0


def _between(first: float, last: float, step: float) -> list[float]:
    return [float(angle) for angle in np.linspace(first, last, round((last - first) / step) + 1)]


def is_blank(page: PageImage) -> bool:
    """Whether a page has no ink at all, not even faint: it is of one colour, or shaded softly."""
    return bool(np.abs(page_depth(page)[0]).max() <= FAINT)
