"""LightOnOCR: a vision language model that turns a page image straight into Markdown, in this process or on a server.

Models and prompts are LightOn's (https://huggingface.co/lightonai, Apache-2.0).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from pydantic import Field

from ocr_plugins.engine import Blocks, EngineInfo, EngineOptions, OcrEngine, PageImage, Recognition
from ocr_plugins.engines.lightonocr.attempts import RETRY_TEMPERATURES, Attempt, read_pages
from ocr_plugins.engines.lightonocr.families import Family
from ocr_plugins.errors import OcrError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LightOnOcrEngine", "LightOnOcrOptions"]


class LightOnOcrOptions(EngineOptions):
    """Options of the engine."""

    model: str = Field("lightonai/LightOnOCR-2-1B", description="hub id, folder, or the server's name of the model")
    revision: str | None = Field(None, description="branch, tag or commit on the hub")
    offline: bool = Field(False, description="never ask the hub")
    backend: Literal["transformers", "server"] = Field("transformers", description="in this process, or on a server")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, mps")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="what it computes in")
    batch_size: int | None = Field(None, ge=1, description="pages written at once")
    temperature: float | None = Field(None, ge=0, le=2, description="0 is greedy")
    top_p: float | None = Field(None, gt=0, le=1, description="nucleus")
    seed: int | None = Field(0, description="of the sampling; None for another one each time")
    max_new_tokens: int | None = Field(None, ge=1, description="tokens")
    longest_edge: int | None = Field(None, ge=28, le=8000, description="px")
    grounding: bool = Field(False, description="boxes")
    retries: tuple[float, ...] = Field(RETRY_TEMPERATURES, description="temps")
    stop_repeats: bool = Field(True, description="stop")
