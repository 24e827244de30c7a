"""Any vision language model on a server with OpenAI's chat API that answers the image of a page with Markdown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ocr_plugins.engines.lightonocr import LightOnOcrServerEngine, PageReader, VlmServerOptions
from ocr_plugins.engines.lightonocr.families import ANY_MODEL, by_name
from ocr_plugins.engines.lightonocr.server import ServerBackend
from ocr_plugins.errors import OptionError

__all__ = ["VlmServerEngine"]


class VlmServerEngine(PageReader):
    """The engine ``vlm-server``; its options are :class:`VlmServerOptions`.

    What LightOnOCR needs against loops, broken answers and overload serves every such model.
    """

    Options = VlmServerOptions
    options: VlmServerOptions
    _backend: ServerBackend
    info = replace(
        LightOnOcrServerEngine.info,
        summary="any vision language model on a server with OpenAI's API, asked for Markdown",
        licence="the model's",
        languages="the model's",
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if by_name(self.options.model or "") and self.options.prompt:
            raise OptionError(f"{self.options.model} is asked without words: take the engine lightonocr-server.")
        family = replace(ANY_MODEL, instruction=self.options.prompt)
        self._set_info(family, self.options.concurrency)
        self._backend = ServerBackend(self.options, family)
