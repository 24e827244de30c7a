"""The bundled layout detector: what its model is given, and what is made of its answer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from ocr_plugins.blocks import BBox, BlockKind, Region
from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.regions import KINDS, CdlaDetector, _suppress
from ocr_plugins.runtime.onnx import Array
from ocr_plugins.testing import made_page

# Of the model's pixels: the steps between its positions, and how many there are across and down a page.
MAPS = ((8, 76, 100), (16, 38, 50), (32, 19, 25), (64, 10, 13))


class Answers:
    """A model that keeps what it was asked, and sees at most one table: in the middle of one of its maps."""

    def __init__(self, level: int | None = None) -> None:
        self.batch = np.empty(0)
        scores = [np.zeros((1, across * down, len(KINDS)), np.float32) for _, across, down in MAPS]
        distances = [np.zeros((1, across * down, 32), np.float32) for _, across, down in MAPS]
        if level is not None:
            _, across, down = MAPS[level]
            middle = (down // 2) * across + across // 2
            scores[level][0, middle, KINDS.index(BlockKind.TABLE)] = 0.9
            # One step to the left and up, two to the right and down.
            distances[level][0, middle, [1, 8 + 1, 16 + 2, 24 + 2]] = 50
        self.outputs = [*scores, *distances]

    def __call__(self, batch: Array) -> list[Array]:
        self.batch = batch
        return self.outputs


def detect(model: Answers, image: Image.Image) -> list[Region]:
    detector = CdlaDetector()
    detector.__dict__["_model"] = model
    (regions,) = detector.detect([PageImage(image)])
    return regions


@pytest.mark.parametrize(
    ("colour", "values"), [("white", (2.2489, 2.4286, 2.64)), ("black", (-2.1179, -2.0357, -1.8044))]
)
def test_the_model_is_given_the_page_in_its_size_and_its_scale(colour: str, values: tuple[float, ...]) -> None:
    model = Answers()
    assert detect(model, Image.new("RGB", (300, 500), colour)) == []
    assert list(model.batch.shape) == [1, 3, 800, 608]
    assert model.batch[0, :, 400, 300] == pytest.approx(values, abs=1e-4)


@pytest.mark.parametrize("level", range(4))
def test_boxes_of_each_map_are_placed_by_its_steps(level: int) -> None:
    (region,) = detect(Answers(level), Image.new("RGB", (300, 500)))
    step, across, down = MAPS[level]
    x, y = (across // 2 + 0.5) * step, (down // 2 + 0.5) * step
    place = BBox(x - step, y - step, x + 2 * step, y + 2 * step).scaled(1 / 608, 1 / 800).clipped()
    assert region.kind == BlockKind.TABLE
    assert region.confidence == pytest.approx(0.9)
    assert dataclasses.astuple(region.box) == pytest.approx(dataclasses.astuple(place), abs=1e-5)


def test_of_boxes_that_overlap_the_surest_is_kept_and_unsure_ones_are_not() -> None:
    boxes = np.array([(0, 0, 10, 10), (0, 0, 10, 9), (5, 0, 15, 10), (20, 0, 30, 10), (40, 0, 50, 10)], float)
    scores = np.array([0.8, 0.9, 0.7, 0.6, 0.3])
    assert _suppress(boxes, scores, least=0.4, max_overlap=0.5) == [1, 2, 3]
    assert _suppress(boxes, scores, least=0.4, max_overlap=0.3) == [1, 3]
    assert _suppress(boxes, scores, least=0.1, max_overlap=0.95) == [1, 0, 2, 3, 4]


@pytest.mark.parametrize(("count", "kept"), [(350, 350), (450, 400)])
def test_of_very_many_boxes_the_surest_are_kept(count: int, kept: int) -> None:
    boxes = np.array([(20 * i, 0, 20 * i + 10, 10) for i in range(count)], float)
    scores = np.linspace(0.5, 0.9, count)
    assert _suppress(boxes, scores, 0.4, 0.5) == list(range(count))[::-1][:kept]


def test_text_is_found_where_it_stands() -> None:
    page = made_page([f"Line {i} of a page of running text that is long enough for a model" for i in range(24)])
    (regions,) = CdlaDetector().detect([PageImage(page)])
    text = max(regions, key=lambda region: region.box.area)
    assert text.kind == BlockKind.PARAGRAPH
    assert text.box.width > 0.5
