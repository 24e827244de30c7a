"""The default engine: PP-OCRv6 small from the ``rapidocr`` wheel, on the CPU, offline.

The models and their pre- and post-processing constants are RapidOCR's (https://github.com/RapidAI/RapidOCR,
Apache-2.0). The models run here, rather than through ``RapidOCR()``, to read the lines of several pages as one batch
sorted by width, in a few fixed widths (every new input width costs memory), and without its classifier of upside-down
lines, which garbles good ones: the pipeline turns whole pages instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from ocr_plugins.ctc import decode, line_text
from ocr_plugins.engine import (
    EngineInfo,
    EngineOptions,
    LineDetector,
    LineEngine,
    LineEngineOptions,
    LineRecognizer,
    LineText,
    PageImage,
    Quad,
)
from ocr_plugins.errors import ModelError
from ocr_plugins.models import Array, Model, Precision, Runtime

if TYPE_CHECKING:
    from PIL.Image import Image

_INFO = EngineInfo(
    summary="PP-OCRv6 small: detection and recognition on the CPU, models inside the package",
    licence="Apache-2.0",
    languages="English, Chinese, Japanese and the languages in Latin script",
    requires=("rapidocr", "cv2", "onnxruntime"),
    install="pip install 'ocr-plugins[rapidocr]'",
    boxes=True,
    confidence=True,
    longest_edge=2000,
    enlarge_to=1280,
)

LINE_HEIGHT = 48
LINE_WIDTHS = (256, 512, 768, 1024, 1536, 2048)
BATCH_WIDTH = 4096
# Where ink is looked for: in squares of so many pixels, darker or lighter than the ground by so many grey levels.
INK_STEP, INK_CONTRAST, INK_MARGIN = 4, 30, 64


class RuntimeOptions(EngineOptions):
    """How the models are run."""

    runtime: Runtime = Field("auto", description="auto, openvino or onnxruntime; auto prefers OpenVINO")
    precision: Precision = Field("auto", description="auto, float32 or bfloat16 (OpenVINO on CPUs that have it)")
    threads: int = Field(0, ge=0, description="threads per model, 0 for one per core")


class DetectorOptions(RuntimeOptions):
    """Options of the line detector."""

    detection_edge: int = Field(1280, ge=320, le=4096, description="longest edge, in pixels, at which lines are found")
    box_threshold: float = Field(0.5, ge=0, le=1, description="least mean score of a line's pixels")


class RapidOcrDetector(LineDetector):
    """Text lines by Differentiable Binarization (https://arxiv.org/abs/1911.08947), PP-OCRv6 small."""

    Options = DetectorOptions
    info = _INFO
    options: DetectorOptions

    @cached_property
    def _model(self) -> Model:
        return _load(self.options, "PP-OCRv6_det_small.onnx")

    @cached_property
    def _boxes(self) -> Any:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        return DBPostProcess(
            thresh=0.3, box_thresh=self.options.box_threshold, max_candidates=3000, unclip_ratio=1.6, use_dilation=True
        )

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [self._detect(page.image) for page in images]

    def _detect(self, image: Image) -> list[Quad]:
        import cv2

        left, top, right, bottom = _inked_part(image)
        inked = np.asarray(image)[top:bottom, left:right]
        scale = min(1.0, self.options.detection_edge / max(inked.shape))
        height, width = (max(32, round(side * scale / 32) * 32) for side in inked.shape[:2])
        pixels = cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA)
        scores = self._model(_normalised(pixels)[None])[0]
        quads, _ = self._boxes(scores, inked.shape[:2])
        offset = np.array((left, top))
        return [_quad(quad + offset) for quad in quads]

    def close(self) -> None:
        self.__dict__.pop("_model", None)


class RapidOcrRecognizer(LineRecognizer):
    """Text of line images by a CTC recogniser, PP-OCRv6 small."""

    Options = RuntimeOptions
    info = _INFO
    options: RuntimeOptions

    @cached_property
    def _model(self) -> Model:
        return _load(self.options, "PP-OCRv6_rec_small.onnx", best_class=True)

    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        return [(line.text, line.confidence) for line in self.read_words(crops)]

    def read_words(self, crops: Sequence[Image]) -> list[LineText]:
        texts = [LineText("")] * len(crops)
        widths = [_scaled_width(crop) for crop in crops]
        order = sorted(range(len(crops)), key=widths.__getitem__)
        for padded, group in groupby(order, key=lambda i: next(w for w in LINE_WIDTHS if w >= widths[i])):
            same_width = list(group)
            step = max(1, BATCH_WIDTH // padded)
            for start in range(0, len(same_width), step):
                part = same_width[start : start + step]
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

    def close(self) -> None:
        self.__dict__.pop("_model", None)


class RapidOcrOptions(DetectorOptions, LineEngineOptions):
    """Options of the engine."""

    min_confidence: float = Field(0.5, ge=0, le=1, description="lines below it are left out")


class RapidOcrEngine(LineEngine):
    """Detector and recogniser together, the engine ``rapidocr``; its options are :class:`RapidOcrOptions`."""

    Options = RapidOcrOptions
    info = _INFO
    options: RapidOcrOptions

    def __init__(self, **options: Any) -> None:
        given = RapidOcrOptions.parse(type(self).__name__, options).model_dump()
        super().__init__(
            RapidOcrDetector(**{k: given[k] for k in DetectorOptions.model_fields}),
            RapidOcrRecognizer(**{k: given[k] for k in RuntimeOptions.model_fields}),
            **options,
        )


def _load(options: RuntimeOptions, name: str, *, best_class: bool = False) -> Model:
    import rapidocr

    path = Path(rapidocr.__file__).parent / "models" / name
    if not path.is_file():
        raise ModelError(f"The installed rapidocr has no {name}: pip install 'ocr-plugins[rapidocr]' --upgrade")
    return Model(
        path,
        runtime=options.runtime,
        precision=options.precision,
        threads=options.threads,
        best_class=best_class,
    )


def _inked_part(image: Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what differs from the ground, in pixels, with a margin.

    The detector overlooks a little text on a lot of white.
    """
    grey = np.asarray(image.convert("L").reduce(INK_STEP), np.int16)
    ink = np.abs(grey - np.median(grey)) > INK_CONTRAST
    rows, columns = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    if not len(rows):
        return 0, 0, image.width, image.height
    return (
        max(0, int(columns[0]) * INK_STEP - INK_MARGIN),
        max(0, int(rows[0]) * INK_STEP - INK_MARGIN),
        min(image.width, (int(columns[-1]) + 1) * INK_STEP + INK_MARGIN),
        min(image.height, (int(rows[-1]) + 1) * INK_STEP + INK_MARGIN),
    )


def _quad(corners: Array) -> Quad:
    start, end, below_end, below_start = ((float(x), float(y)) for x, y in corners)
    return start, end, below_end, below_start


def _normalised(pixels: Array) -> Array:
    """RGB bytes, height × width × 3, as the BGR planes in -1..1 that the models take."""
    return np.ascontiguousarray((pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1))


def _scaled_width(crop: Image) -> int:
    return max(1, min(LINE_WIDTHS[-1], math.ceil(crop.width * LINE_HEIGHT / crop.height)))


def _line_pixels(crop: Image, width: int) -> Array:
    import cv2

    return _normalised(cv2.resize(np.asarray(crop), (width, LINE_HEIGHT)))
