"""Where the lines of a page are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field

from ocr_plugins.engine import LineDetector, PageImage, Quad
from ocr_plugins.engines.rapidocr.models import INFO, Choice, RuntimeOptions, download, load, normalised
from ocr_plugins.pixels.ink import inked_part
from ocr_plugins.runtime.onnx import Array, Model

# Pixels of paper that are left around the ink. The detector overlooks a little text on a lot of white.
MARGIN = 64


class DetectorOptions(RuntimeOptions):
    """Options of the line detector."""

    detection_edge: int = Field(1280, ge=320, le=4096, description="longest edge, in pixels, at which lines are found")
    box_threshold: float = Field(0.5, ge=0, le=1, description="least mean score of a line's pixels")


class RapidOcrDetector(LineDetector):
    """Text lines by Differentiable Binarization (https://arxiv.org/abs/1911.08947), PP-OCRv6 small."""

    Options = DetectorOptions
    info = INFO
    options: DetectorOptions

    @cached_property
    def _model(self) -> Model:
        return load(self.options, Choice("det", self.options.size))

    @cached_property
    def _boxes(self) -> Any:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        return DBPostProcess(
            thresh=0.3, box_thresh=self.options.box_threshold, max_candidates=3000, unclip_ratio=1.6, use_dilation=True
        )

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [self._detect(page) for page in images]

    def _detect(self, page: PageImage) -> list[Quad]:
        import cv2

        left, top, right, bottom = inked_part(page, MARGIN) or (0, 0, *page.size)
        inked = np.asarray(page.image)[top:bottom, left:right]
        scale = min(1.0, self.options.detection_edge / max(inked.shape))
        height, width = (max(32, round(side * scale / 32) * 32) for side in inked.shape[:2])
        pixels = cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA)
        scores = self._model(normalised(pixels)[None])[0]
        quads, _ = self._boxes(scores, inked.shape[:2])
        offset = np.array((left, top))
        return [_quad(quad + offset) for quad in quads]

    def download(self) -> list[str]:
        return download(Choice("det", self.options.size))

    def close(self) -> None:
        self.__dict__.pop("_model", None)


def _quad(corners: Array) -> Quad:
    start, end, below_end, below_start = ((float(x), float(y)) for x, y in corners)
    return start, end, below_end, below_start
