"""Which way up a page lies, told by the model in the package."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr_plugins.engine import PageImage
from ocr_plugins.pixels.orientation import Orientation, PageOrientation
from ocr_plugins.pixels.upright import turn
from ocr_plugins.runtime.onnx import Array
from ocr_plugins.testing import made_page

TEXT = [f"Line {i} of a page of running text that is long enough to be seen by a model" for i in range(24)]
PAGE = PageImage(made_page(TEXT))


class Camera(PageOrientation):
    """Keeps what the model is shown, and says that the page lies on its side."""

    shown: Array

    def _model(self, batch: Array) -> list[Array]:  # type: ignore[override]
        self.shown = batch
        return [np.tile(np.array([[0.1, 0.7, 0.1, 0.1]]), (len(batch), 1))]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_turn_that_sets_a_page_upright_is_found(turned: int) -> None:
    found = PageOrientation().of(turn(PAGE, turned))
    assert found.rotation == (360 - turned) % 360
    assert found.probability > 0.7


def test_a_page_without_ink_counts_as_upright() -> None:
    assert PageOrientation().of(PageImage(Image.new("RGB", (800, 1000), "white"))) == Orientation(0, 1.0)


def test_the_model_is_shown_three_parts_along_what_is_inked_at_a_shorter_side_of_256_pixels() -> None:
    image = Image.new("RGB", (1200, 3000), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((100, 100, 1099, 2899), outline="black", width=10)
    for middle, height in ((858, 100), (1500, 200), (2143, 100)):
        draw.rectangle((350, middle - height // 2, 849, middle + height // 2), "black")
    camera = Camera()
    found = camera.of(PageImage(image))
    assert (found.rotation, round(found.probability, 6)) == (270, 0.7)
    assert camera.shown.shape == (3, 3, 224, 224)
    black = camera.shown[:, 0, :, 20:-20] < 0
    assert black.any(2).sum(1).tolist() == pytest.approx([100 * 0.256, 200 * 0.256, 100 * 0.256], abs=2)
    assert black.any(1).sum(1).tolist() == pytest.approx([500 * 0.256] * 3, abs=2)


def test_the_model_files_are_the_ones_that_the_notes_name() -> None:
    data = Path(str(files("ocr_plugins"))) / "data"
    notes = (data / "README.md").read_text(encoding="utf-8")
    for model in data.glob("*.onnx"):
        assert hashlib.sha256(model.read_bytes()).hexdigest() in notes
