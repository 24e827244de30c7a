"""Options of the engines ``lightonocr`` and ``lightonocr-server``."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ocr_plugins.engine import EngineOptions
from ocr_plugins.engines.lightonocr.address import api_url, variable_name
from ocr_plugins.engines.lightonocr.attempts import RETRY_TEMPERATURES
from ocr_plugins.runtime.placement import DeviceMap, Quantization
from ocr_plugins.runtime.pytorch import DtypeName

__all__ = ["LightOnOcrOptions", "LightOnOcrServerOptions", "ReadingOptions"]

Temperature = Annotated[float, Field(ge=0, le=2)]


class ReadingOptions(EngineOptions):
    """What is asked of the model, wherever it runs."""

    model: str = Field("lightonai/LightOnOCR-2-1B", min_length=1, description="hub id or local folder")
    temperature: Temperature | None = Field(
        None, description="of the sampling, 0 for greedy decoding; by default the model card's"
    )
    top_p: float | None = Field(None, gt=0, le=1, description="probability sampled from; by default the model card's")
    max_new_tokens: int | None = Field(None, ge=1, description="a page's longest text; by default the model card's")
    longest_edge: int | None = Field(
        None, ge=28, le=8000, description="longest edge of the page image in pixels; by default the model card's"
    )
    grounding: bool = Field(False, description="ask for every block's box and kind (LightOnOCR-3)")
    retries: tuple[Temperature, ...] = Field(
        RETRY_TEMPERATURES, description="temperatures at which a page without an end is read again, best attempt kept"
    )
    stop_repeats: bool = Field(True, description="stop a page at once when it only repeats itself")


class LightOnOcrOptions(ReadingOptions):
    """Options of the engine ``lightonocr``."""

    revision: str | None = Field(None, description="branch, tag or commit of a hub id")
    offline: bool = Field(False, description="never ask the hub; a model that is in its cache is not asked for anyway")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, … or mps; auto takes a GPU that is there")
    device_map: DeviceMap | None = Field(
        None,
        description="spread the model by accelerate, beside no device: auto, or a device, cpu or disk by part (JSON)",
    )
    dtype: DtypeName = Field("auto", description="auto, float32, bfloat16 or float16; auto is the device's best")
    quantization: Quantization | None = Field(None, description="8bit or 4bit (NF4), by bitsandbytes on GPU or CPU")
    threads: int = Field(0, ge=0, description="of PyTorch on the CPU, 0 to leave its setting; for the whole process")
    batch_size: int | None = Field(None, ge=1, description="pages written at once; by default 8, or what fits on a GPU")
    seed: int | None = Field(0, description="of the sampling: the same pages give the same text; None for chance")


class LightOnOcrServerOptions(ReadingOptions):
    """Options of the engine ``lightonocr-server``."""

    model: str = Field(
        "lightonai/LightOnOCR-2-1B", min_length=1, description="the model's hub id; its family sets how it is asked"
    )
    base_url: Annotated[str, AfterValidator(api_url)] = Field(
        description="the server's address, such as http://localhost:8000/v1"
    )
    served_model_name: str | None = Field(None, description="what the server calls the model, if it serves several")
    api_key_env: Annotated[str | None, AfterValidator(variable_name)] = Field(
        None, description="environment variable with the key; by default OPENAI_API_KEY over https, none over http"
    )
    concurrency: int = Field(64, ge=1, le=1000, description="pages under way at once")
    timeout: float = Field(
        600.0, gt=0, description="seconds for the server to begin a page's answer, and again to end it"
    )
    seed: int | None = Field(
        None, description="of the sampling, for servers that sample reproducibly; None leaves it to the server"
    )
