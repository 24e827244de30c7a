"""An engine out of two parts: a detector of text lines and a recogniser that reads one at a time."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from pydantic import Field

from ocr_plugins.blocks import BBox, TextLine, Word
from ocr_plugins.engine import (
    EngineOptions,
    LineDetector,
    LineRecognizer,
    Lines,
    LineText,
    OcrEngine,
    PageImage,
    Quad,
    Recognition,
)
from ocr_plugins.errors import EngineError
from ocr_plugins.text import counted

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LineEngine", "LineEngineOptions", "crop_quad"]

T = TypeVar("T")

# Of a crop's width, its height from which it may hold several characters one below the other; and of the width of such
# a column, what one character is high at least.
TALL, FLAT = 2.0, 0.3
# 0..1: what is read less surely in a turned crop is what stands on its head.
SURE = 0.7
# Quarter turns clockwise, from level to text that runs down and up.
DOWN, UP = 1, 3


class LineEngineOptions(EngineOptions):
    """Options of every engine that reads line by line."""

    min_confidence: float = Field(0.0, ge=0, le=1, description="lines below it are left out")


class LineEngine(OcrEngine):
    """An engine made of a line detector and a line recogniser.

    The crops of all pages of a batch go to the recogniser in one call, so that it can sort and batch them. Tall ones go
    there a second time, turned: text of Chinese and Japanese may run downwards, and labels are set sideways. Lines
    without text, and lines below ``min_confidence``, are left out.

    Each worker of a pipeline has a recogniser of its own. They share the detector, which takes much memory and little
    of the time, and use it one after the other.
    """

    Options: ClassVar[type[EngineOptions]] = LineEngineOptions
    options: LineEngineOptions

    def __init__(self, detector: LineDetector, recognizer: LineRecognizer, /, **options: Any) -> None:
        super().__init__(**options)
        self.detector = detector
        self.recognizer = recognizer
        self._detector_lock = threading.Lock()

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        with self._detector_lock:
            pages = self.detector.detect(images)
        crops = [crop_quad(page.image, quad) for page, quads in zip(images, pages, strict=True) for quad in quads]
        texts = iter(self._read(crops) if crops else [])
        return [self._page(page, quads, texts) for page, quads in zip(images, pages, strict=True)]

    def _read(self, crops: list[Image]) -> list[tuple[LineText, int]]:
        """The text of each crop, and the quarter turns clockwise from level to how it runs.

        Tall crops are read turned too, either way, and the surest reading counts.
        """
        from PIL.Image import Transpose

        tall = [i for i, crop in enumerate(crops) if crop.height >= TALL * crop.width]
        down = [crops[i].transpose(Transpose.ROTATE_90) for i in tall]
        up = [crops[i].transpose(Transpose.ROTATE_270) for i in tall]
        texts = iter(self._checked(self.recognizer.read_words([*crops, *down, *up]), [*crops, *down, *up]))
        read = [(text, 0) for text in islice(texts, len(crops))]
        for turns in (DOWN, UP):
            for i, turned in zip(tall, islice(texts, len(tall)), strict=True):
                most = crops[i].height / crops[i].width / FLAT
                sure = turned.confidence is not None and turned.confidence >= SURE
                if sure and 1 < len(turned.text.strip()) <= most and _surety(turned) > _surety(read[i][0]):
                    read[i] = turned, turns
        return read

    def _page(self, page: PageImage, quads: Sequence[Quad], all_texts: Iterator[tuple[LineText, int]]) -> Lines:
        texts = list(islice(all_texts, len(quads)))
        return Lines(tuple(self._lines(page, quads, texts)), any(read.truncated for read, _ in texts))

    def _lines(
        self, page: PageImage, quads: Sequence[Quad], texts: Sequence[tuple[LineText, int]]
    ) -> Iterator[TextLine]:
        for found, (read, turns) in zip(quads, texts, strict=True):
            a, b, c, d = found
            quad = {DOWN: (b, c, d, a), UP: (d, a, b, c)}.get(turns, found)
            if read.text.strip() and (read.confidence is None or read.confidence >= self.options.min_confidence):
                words = tuple(Word(w.text, _box(quad, page.size, w.start, w.end), w.confidence) for w in read.words)
                fall = 0.0 if turns else (quad[1][1] + quad[2][1] - quad[0][1] - quad[3][1]) / 2 / page.size[1]
                yield TextLine(read.text.strip(), _box(quad, page.size), read.confidence, slope=fall, words=words)

    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        """Read line images directly, without detection.

        Raises:
            EngineError: The recogniser gave another number of texts than crops.
        """
        return self._checked(self.recognizer.read_lines(crops), crops)

    def _checked(self, texts: list[T], crops: Sequence[Image]) -> list[T]:
        if len(texts) != len(crops):
            gave = f"{counted(len(texts), 'text')} for {counted(len(crops), 'line image')}"
            raise EngineError(f"{type(self.recognizer).__name__} gave {gave}.")
        return texts

    def download(self) -> list[str]:
        return [*self.detector.download(), *self.recognizer.download()]

    def close(self) -> None:
        self.detector.close()
        self.recognizer.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"options": self.options, "detector": self.detector, "recognizer": self.recognizer}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _detector_lock=threading.Lock())

    def for_worker(self) -> Self:
        other = super().for_worker()
        other.detector, other._detector_lock = self.detector, self._detector_lock
        other.recognizer = self.recognizer.for_worker()
        return other


def _surety(read: LineText) -> float:
    return (read.confidence or 0.0) * len(read.text.strip())


def _box(quad: Quad, size: tuple[int, int], start: float = 0.0, end: float = 1.0) -> BBox:
    """The box around the part of a quad from ``start`` to ``end``, in 0..1 of the line and of the page."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    corners = [
        (x + (to_x - x) * at, y + (to_y - y) * at)
        for at in (start, end)
        for x, y, to_x, to_y in ((x0, y0, x1, y1), (x3, y3, x2, y2))
    ]
    xs, ys = [x / size[0] for x, _ in corners], [y / size[1] for _, y in corners]
    return BBox(min(xs), min(ys), max(xs), max(ys)).clipped()


def crop_quad(image: Image, quad: Quad) -> Image:
    """Cut a line out of a page and set it level.

    A quad within two pixels of level is cut without resampling; a line that stands on its head is turned.
    """
    from PIL.Image import Resampling, Transform

    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    if max(abs(y0 - y1), abs(y2 - y3), abs(x0 - x3), abs(x1 - x2)) <= 2 and x0 <= x1 and y0 <= y3:
        left, top = math.floor(min(x0, x3)), math.floor(min(y0, y1))
        return image.crop((left, top, max(left + 1, math.ceil(max(x1, x2))), max(top + 1, math.ceil(max(y2, y3)))))
    width = max(1, round(max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))))
    height = max(1, round(max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))))
    corners = (x0, y0, x3, y3, x2, y2, x1, y1)
    return image.transform((width, height), Transform.QUAD, corners, Resampling.BICUBIC)
