"""Options of the engines ``lightonocr``, ``lightonocr-server`` and ``vlm-server``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ocr_plugins.engine import EngineOptions
from ocr_plugins.engines.lightonocr.address import SERVERS, api_url, served_by, variable_name, words
from ocr_plugins.engines.lightonocr.attempts import RETRY_TEMPERATURES
from ocr_plugins.engines.lightonocr.families import TRANSCRIBE
from ocr_plugins.runtime.placement import DeviceMap, Quantization
from ocr_plugins.runtime.pytorch import DtypeName

__all__ = ["LightOnOcrOptions", "LightOnOcrServerOptions", "ReadingOptions", "ServerOptions", "VlmServerOptions"]

Temperature = Annotated[float, Field(ge=0, le=2)]
Arguments = Annotated[tuple[str, ...], BeforeValidator(lambda given: words(given) if isinstance(given, str) else given)]


class WritingOptions(EngineOptions):
    """How a model writes a page, whichever it is."""

    temperature: Temperature | None = Field(
        None, description="of the sampling, 0 for greedy decoding; by default what suits the model"
    )
    top_p: float | None = Field(None, gt=0, le=1, description="probability sampled from; by default the model card's")
    max_new_tokens: int | None = Field(None, ge=1, description="a page's longest text; by default what suits the model")
    longest_edge: int | None = Field(
        None, ge=28, le=8000, description="longest edge of the page image in pixels; by default what suits the model"
    )
    retries: tuple[Temperature, ...] = Field(
        RETRY_TEMPERATURES, description="temperatures at which a page without an end is read again, best attempt kept"
    )
    stop_repeats: bool = Field(True, description="stop a page at once when it only repeats itself")


class ReadingOptions(WritingOptions):
    """What is asked of LightOnOCR, wherever it runs."""

    model: str = Field("lightonai/LightOnOCR-2-1B", min_length=1, description="hub id or local folder")
    grounding: bool = Field(False, description="ask for every block's box and kind (LightOnOCR-3)")


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


class ServerOptions(EngineOptions):
    """Which server is asked, somebody's or one of our own, and how."""

    base_url: Annotated[str, AfterValidator(api_url)] | None = Field(
        None, description="the server's address, such as http://localhost:8000/v1"
    )
    serve: Annotated[str, AfterValidator(served_by)] | None = Field(
        None,
        description="start a server on this machine: vllm, sglang, transformers, or a command with the place {port}, "
        "and {model}, {host} and {python} if it needs them",
    )
    serve_python: Path | None = Field(
        None, description="the Python of the environment in which the server is installed; by default this one"
    )
    serve_args: Arguments = Field(
        (), description="further arguments for the server that is started: a list, or a string as in a shell"
    )
    serve_timeout: float = Field(900.0, gt=0, description="seconds for the server to load its model, fetched or not")
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

    @model_validator(mode="after")
    def _one_server(self) -> Self:
        if self.base_url is None and self.serve is None:
            raise ValueError("give base_url, the address of a server, or serve, such as vllm, to have one started")
        if self.base_url is not None and self.serve is not None:
            raise ValueError("base_url and serve exclude one another: a server is somebody's or is started")
        given = [name for name in sorted(self.model_fields_set) if name.startswith("serve_")]
        if self.serve is None and given:
            raise ValueError(f"{given[0]} is for a server that is started: give serve instead of base_url")
        if self.serve_python is not None and self.serve not in SERVERS and "{python}" not in str(self.serve):
            raise ValueError("serve_python has no effect on a command without the place {python}")
        return self


class LightOnOcrServerOptions(ReadingOptions, ServerOptions):
    """Options of the engine ``lightonocr-server``."""

    name_option: ClassVar[str] = "served_model_name"

    model: str = Field(
        "lightonai/LightOnOCR-2-1B",
        min_length=1,
        description="the model's hub id, or the folder that is served; its family sets how it is asked",
    )
    served_model_name: str | None = Field(None, description="what the server calls the model, if it serves several")


class VlmServerOptions(WritingOptions, ServerOptions):
    """Options of the engine ``vlm-server``."""

    name_option: ClassVar[str] = "model"
    grounding: ClassVar[bool] = False

    model: str | None = Field(
        None,
        min_length=1,
        description="what the server calls the model, if it serves several; with serve, its hub id or folder",
    )
    prompt: str = Field(TRANSCRIBE, description="what is said beside the page image")

    @property
    def served_model_name(self) -> str | None:
        """The model where that is a name on somebody's server; one of our own may have another for it."""
        return self.model if self.serve is None else None

    @model_validator(mode="after")
    def _something_to_serve(self) -> Self:
        if self.model is None and self.serve is not None and (self.serve in SERVERS or "{model}" in self.serve):
            raise ValueError("model: give the hub id or the folder of the model that is to be served")
        return self
