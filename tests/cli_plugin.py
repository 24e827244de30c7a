"""A third party's plugin that the tests of the command line install: engines that do what they are told."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from PIL.Image import Image

from ocr_plugins import (
    BBox,
    Block,
    BlockKind,
    Blocks,
    EngineInfo,
    EngineOptions,
    LineDetector,
    LineEngine,
    LineRecognizer,
    OcrEngine,
    PageImage,
    Quad,
    Recognition,
    Table,
    hookimpl,
)
from ocr_plugins.errors import ModelError
from ocr_plugins.plugins import Registry


class ScriptedOptions(EngineOptions):
    text: str = "words"
    fail_on: int = 0
    truncate: bool = False
    table: bool = False
    interrupt_at: str = ""
    hang: str = ""
    die_at: str = ""
    figure: bool = False


class Scripted(OcrEngine):
    """Gives ``text`` under a page header with the file's name; fails on a page, or is interrupted at a file."""

    Options = ScriptedOptions
    info = EngineInfo(summary="Says what it is told", licence="MIT", languages="any", confidence=True)
    options: ScriptedOptions

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [self._read(image, len(images)) for image in images]

    def _read(self, image: PageImage, batch: int) -> Recognition:
        name = Path(image.source).name
        if self.options.interrupt_at == name:
            raise KeyboardInterrupt
        if self.options.hang and "hang" in name:
            Path(self.options.hang).touch()
            time.sleep(60)
        if self.options.die_at == name:
            os._exit(3)
        if self.info.summary == "Has no model":
            raise ModelError("model.onnx is missing: reinstall it")
        if self.options.fail_on == image.number:
            raise RuntimeError("the ink is gone")
        header = Block(BlockKind.PAGE_HEADER, name)
        body = Block(BlockKind.PARAGRAPH, f"{self.options.text.format(batch=batch)} {image.number}", confidence=0.5)
        if self.options.table:
            rows = Table.from_rows([["name", "page"], [name, str(image.number)]])
            body = Block(BlockKind.TABLE, name, BBox(0.1, 0.1, 0.9, 0.9), table=rows)
        if self.options.figure:
            body = Block(BlockKind.FIGURE, box=BBox(0.1, 0.1, 0.9, 0.9))
        return Blocks((header, body), truncated=self.options.truncate)


class FindsNothing(LineDetector):
    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [[] for _ in images]


class ReadsWidths(LineRecognizer):
    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        return [(f"{crop.width} wide", 0.5) for crop in crops]


class Widths(LineEngine):
    """Reads a line's width on it, if it is given lines; on pages it finds none."""

    info = EngineInfo(summary="Measures lines")

    def __init__(self, **options: object) -> None:
        super().__init__(FindsNothing(), ReadsWidths(), **options)


class Unavailable(Scripted):
    info = EngineInfo(requires=("a_module_that_nobody_has",), install="pip install 'scripted[model]'")


class Other(Scripted):
    """A second one that is told something else."""


class Lost(Scripted):
    info = EngineInfo(summary="Has no model")


@hookimpl
def ocr_plugins_register(registry: Registry) -> None:
    registry.engine("scripted", "cli_plugin:Scripted")
    registry.engine("other", "cli_plugin:Other")
    registry.engine("unavailable", "cli_plugin:Unavailable")
    registry.engine("widths", "cli_plugin:Widths")
    registry.engine("lost", "cli_plugin:Lost")
