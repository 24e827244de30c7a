"""Options of the engine ``lightonocr``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocr_plugins.engine import EngineOptions
from ocr_plugins.engines.lightonocr.attempts import RETRY_TEMPERATURES
from ocr_plugins.runtime.pytorch import DtypeName

Temperature = Annotated[float, Field(ge=0, le=2)]


class LightOnOcrOptions(EngineOptions):
    """Options of the engine."""

    model: str = Field("lightonai/LightOnOCR-2-1B", min_length=1, description="hub id or local folder")
    revision: str | None = Field(None, description="branch, tag or commit of a hub id")
    offline: bool = Field(False, description="never ask the hub; a model that is in its cache is not asked for anyway")
    backend: Literal["transformers", "server"] = Field("transformers", description="in this process, or on a server")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, … or mps; auto takes a GPU that is there")
    dtype: DtypeName = Field("auto", description="auto, float32, bfloat16 or float16; auto is the device's best")
    batch_size: int | None = Field(None, ge=1, description="pages written at once; by default 8, or what fits on a GPU")
    temperature: Temperature | None = Field(
        None, description="of the sampling, 0 for greedy decoding; by default the model card's"
    )
    top_p: float | None = Field(None, gt=0, le=1, description="probability sampled from; by default the model card's")
    seed: int | None = Field(
        0, description="of the sampling: the same pages give the same text; None for chance; sent to a server if given"
    )
    max_new_tokens: int | None = Field(None, ge=1, description="a page's longest text; by default the model card's")
    longest_edge: int | None = Field(
        None, ge=28, le=8000, description="longest edge of the page image in pixels; by default the model card's"
    )
    grounding: bool = Field(False, description="ask for every block's box and kind (LightOnOCR-3)")
    retries: tuple[Temperature, ...] = Field(
        RETRY_TEMPERATURES, description="temperatures at which a page without an end is read again, best attempt kept"
    )
    stop_repeats: bool = Field(True, description="stop a page at once when it only repeats itself")
    base_url: str | None = Field(None, description="the server's address, such as http://localhost:8000/v1")
    served_model_name: str | None = Field(None, description="what the server calls the model, if it serves several")
    api_key_env: str | None = Field(None, description="environment variable with the key for the server")
    concurrency: int = Field(64, ge=1, le=1024, description="pages under way at once on the server")
    timeout: float = Field(600.0, gt=0, description="seconds for a page on the server")
