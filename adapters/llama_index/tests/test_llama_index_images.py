"""The pictures of figures, saved by the reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.readers.ocr_plugins import OcrPluginsReader

from ocr_plugins import BBox, Block, BlockKind, Blocks, OcrEngine, PageImage
from ocr_plugins.engine import Recognition
from ocr_plugins.testing import made_page


class SeesAFigure(OcrEngine):
    """Says that the middle of every page is a figure."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [Blocks((Block(BlockKind.FIGURE, box=BBox(0.2, 0.2, 0.8, 0.8)),)) for _ in images]


@pytest.mark.parametrize("mode", ["page", "single"])
def test_figures_are_saved_and_linked(tmp_path: Path, mode: Any) -> None:
    made_page(["a figure"]).save(tmp_path / "scan.png")
    reader = OcrPluginsReader(engine=SeesAFigure(), mode=mode, images=tmp_path / "images")
    (document,) = reader.load_data(tmp_path / "scan.png")
    (picture,) = (tmp_path / "images").iterdir()
    assert document.text == f"![]({picture.as_posix()})"


def test_the_folder_survives_json(tmp_path: Path) -> None:
    data = OcrPluginsReader(images=tmp_path).to_json()
    assert json.loads(data)["images"] == str(tmp_path)
    assert OcrPluginsReader.from_json(data).images == str(tmp_path)
