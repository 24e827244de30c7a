"""What is written on the image of a line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from ocr_plugins.engine import LineRecognizer, LineText
from ocr_plugins.engines.rapidocr.ctc import decode, line_text
from ocr_plugins.engines.rapidocr.models import INFO, Choice, RuntimeOptions, Script, download, load, normalised
from ocr_plugins.runtime.onnx import Array, Model, Shortlist

if TYPE_CHECKING:
    from PIL.Image import Image

LINE_HEIGHT = 48
# Padded to less than the narrow end, single digits and short words are misread: the model has seen lines of 320.
MIN_WIDTH, MAX_WIDTH = 256, 2048
# Pixels of all lines of a batch side by side, and how they are padded to one width. A batch costs as much as 300 pixels
# more, so that of several widths the narrowest is at least this share of the widest.
BATCH_WIDTH, WIDTH_STEP, SIMILAR_WIDTH = 4096, 32, 0.8
# Measured over 174,000 columns in Latin, Greek, Chinese and Japanese: no line in which every column is above these has
# a better class outside the shortlist, but for half a percent of single Chinese characters.
LEAST_BLANK, LEAST_SCORE = 14.0, 10.0


class RecognizerOptions(RuntimeOptions):
    """Options of the line recogniser."""

    script: Script = Field(
        "multi", description="multi, or a script of PP-OCRv5 that it lacks: arabic, cyrillic, devanagari, el, …"
    )


class RapidOcrRecognizer(LineRecognizer):
    """Text of line images by a CTC recogniser, PP-OCRv6 small."""

    Options = RecognizerOptions
    info = INFO
    options: RecognizerOptions

    @property
    def _choice(self) -> Choice:
        return Choice("rec", self.options.size, self.options.script)

    @cached_property
    def _model(self) -> Model:
        # When a common character stands out was measured on the model in the package.
        common = _common if self._choice.bundled else None
        return load(self.options, self._choice, best_class=True, common=common)

    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        return [(line.text, line.confidence) for line in self.read_words(crops)]

    def read_words(self, crops: Sequence[Image]) -> list[LineText]:
        texts = [LineText("")] * len(crops)
        widths = [_scaled_width(crop) for crop in crops]
        for part in _batches(widths):
            padded = _padded(widths[part[0]])
            batch = np.zeros((len(part), 3, LINE_HEIGHT, padded), np.float32)
            for row, i in enumerate(part):
                batch[row, :, :, : widths[i]] = _line_pixels(crops[i], widths[i])
            classes, scores = self._model(batch)
            for i, line_classes, line_scores in zip(part, classes, scores, strict=True):
                columns = len(line_classes) * widths[i] / padded
                characters = decode(line_classes, line_scores, self._alphabet, columns)
                texts[i] = line_text(characters, np.asarray(crops[i].convert("L")))
        return texts

    @cached_property
    def _alphabet(self) -> list[str]:
        return ["", *self._model.characters, " "]

    def download(self) -> list[str]:
        return download(self._choice)

    def close(self) -> None:
        self.__dict__.pop("_model", None)


def _common(characters: Sequence[str]) -> Shortlist:
    """Latin and Greek letters, digits, punctuation and signs; the classes are the blank, the characters, the space."""
    alphabet = ["", *characters, " "]
    common = (i for i, c in enumerate(alphabet) if all(ord(x) < 0x400 or 0x2000 <= ord(x) < 0x2400 for x in c))
    return Shortlist(tuple(common), LEAST_BLANK, LEAST_SCORE)


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines that are read together, widest first: few enough, and not much narrower than the first."""
    part: list[int] = []
    for i in sorted(range(len(widths)), key=widths.__getitem__, reverse=True):
        padded = _padded(widths[part[0]]) if part else 0
        if part and (_padded(widths[i]) < SIMILAR_WIDTH * padded or padded * (len(part) + 1) > BATCH_WIDTH):
            yield part
            part = []
        part.append(i)
    if part:
        yield part


def _padded(width: int) -> int:
    return max(MIN_WIDTH, math.ceil(width / WIDTH_STEP) * WIDTH_STEP)


def _scaled_width(crop: Image) -> int:
    return max(1, min(MAX_WIDTH, math.ceil(crop.width * LINE_HEIGHT / crop.height)))


def _line_pixels(crop: Image, width: int) -> Array:
    import cv2

    return normalised(cv2.resize(np.asarray(crop), (width, LINE_HEIGHT)))
