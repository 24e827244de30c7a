"""A third party's line detector, which is told where the lines are."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ocr_plugins import EngineOptions, LineDetector, PageImage, Quad


class PlacedLinesOptions(EngineOptions):
    boxes: tuple[tuple[float, float, float, float], ...] = Field((), description="left, top, right, bottom in 0..1")


class PlacedLines(LineDetector):
    Options = PlacedLinesOptions
    options: PlacedLinesOptions

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [[_quad(box, page.size) for box in self.options.boxes] for page in images]


def _quad(box: tuple[float, float, float, float], size: tuple[int, int]) -> Quad:
    left, top, right, bottom = (edge * side for edge, side in zip(box, 2 * size, strict=True))
    return (left, top), (right, top), (right, bottom), (left, bottom)
