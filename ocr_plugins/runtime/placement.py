"""Where a PyTorch model is put and in how many bits: the arguments of ``from_pretrained`` for it."""

from __future__ import annotations

import importlib.util
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from ocr_plugins.errors import MissingDependencyError, ModelError, OptionError
from ocr_plugins.runtime.pytorch import DtypeName, is_out_of_memory, pick_device, pick_dtype

if TYPE_CHECKING:
    import torch

__all__ = ["DeviceMap", "Int8", "Placement", "Quantization", "fitting", "place"]

Quantization = Literal["8bit", "4bit"]
Int8 = Literal["int8"]


def _parsed(value: object) -> object:
    """A map from the command line, where it is JSON."""
    return json.loads(value) if isinstance(value, str) and value.lstrip().startswith("{") else value


DeviceMap = Annotated[Literal["auto"] | dict[str, int | str], BeforeValidator(_parsed)]
"""``auto``, or a device by the name of each part of the model: ``cpu``, ``disk``, ``cuda:1`` or the number of a GPU."""

# Places that hold weights; what is on them is computed by the main device, or by the CPU where there is no other.
STORES = ("cpu", "disk")


@dataclass(frozen=True)
class Placement:
    """Where a model goes.

    Attributes:
        device: What it is called on.
        dtype: What it computes in.
        arguments: Of ``from_pretrained``.
        moves: It is loaded on the CPU and moved then; otherwise it is loaded where it belongs, and must stay there.
        int8: Its linear layers are to multiply in 8 bits, by ONNX Runtime.
    """

    device: torch.device
    dtype: torch.dtype
    arguments: Mapping[str, Any]
    moves: bool = True
    int8: bool = False

    def put(self, model: Any) -> Any:
        """The loaded model on its device."""
        if self.int8:
            from ocr_plugins.runtime.int8 import to_int8

            to_int8(model)
        return model.to(self.device) if self.moves else model

    def device_of(self, model: Any) -> torch.device:
        """Where the inputs of the loaded model go, which ``device_map="auto"`` decides while it loads."""
        import torch

        parts: Mapping[str, Any] = {} if self.moves else getattr(model, "hf_device_map", {})
        return torch.device(_main(parts)) if parts else self.device


def place(
    device: str,
    dtype: DtypeName,
    *,
    device_map: Literal["auto"] | Mapping[str, int | str] | None = None,
    quantization: Quantization | Int8 | None = None,
) -> Placement:
    """Decide where a model goes.

    Args:
        device: A name as :func:`~ocr_plugins.runtime.pytorch.pick_device` takes it.
        dtype: A name, or ``auto`` for the device's best; float16 for 8 bits on a GPU, in which they are multiplied.
        device_map: Spread the model over devices, by accelerate.
        quantization: Linear layers in 8 bits, or in 4 (NF4), by bitsandbytes; ``int8``: by ONNX Runtime, on a CPU.

    Raises:
        OptionError: A device is not there, or given beside a map; int8 anywhere but on the CPU, or not beside float32.
        ModelError: bitsandbytes does not run on the device.
        MissingDependencyError: accelerate, bitsandbytes, onnx or onnxruntime is not installed.
    """
    if quantization == "int8":
        return _int8(device, dtype, device_map)
    if device_map is not None and device != "auto":
        raise OptionError(f"device={device!r} has no effect beside device_map: leave one of them out.")
    _need("device_map", ["accelerate"] if device_map is not None else [])
    where = pick_device(str(_main(device_map)) if isinstance(device_map, Mapping) else device)
    if dtype == "auto" and quantization == "8bit" and where.type == "cuda":
        dtype = "float16"
    number = pick_dtype(dtype, where)
    arguments: dict[str, Any] = {"dtype": number}
    if device_map is not None:
        arguments["device_map"] = dict(device_map) if isinstance(device_map, Mapping) else device_map
    if quantization:
        arguments |= {"device_map": {"": where}, "quantization_config": _bits(quantization, where, number)} | arguments
    return Placement(where, number, arguments, len(arguments) == 1)


def _int8(device: str, dtype: DtypeName, device_map: object) -> Placement:
    import torch

    if device not in ("auto", "cpu") or device_map is not None:
        raise OptionError(
            "quantization='int8' is for the CPU: leave device and device_map out, or take '8bit' or '4bit' instead."
        )
    if dtype not in ("auto", "float32"):
        raise OptionError(f"dtype={dtype!r} has no effect beside quantization='int8': leave one of them out.")
    _need("quantization='int8'", ["onnx", "onnxruntime"])
    return Placement(torch.device("cpu"), torch.float32, {"dtype": torch.float32}, int8=True)


@contextmanager
def fitting(model: str, where: object) -> Iterator[None]:
    """Load or move a model; where the memory runs out, an error says what to do.

    Raises:
        ModelError: It does not fit.
    """
    try:
        yield
    except Exception as e:
        if not is_out_of_memory(e):
            raise
        raise ModelError(
            f"{model} does not fit into the memory of {where}: take a smaller model, quantization='8bit' or '4bit', "
            f"device_map='auto' or device='cpu'. ({str(e).splitlines()[0] if str(e) else type(e).__name__})"
        ) from e


def _main(device_map: Mapping[str, Any]) -> Any:
    """The device that computes: the first that does not only hold weights."""
    main = next((place for place in device_map.values() if str(place) not in STORES), "cpu")
    return f"cuda:{main}" if str(main).isdecimal() else main


def _need(option: str, packages: list[str]) -> None:
    if missing := [name for name in packages if importlib.util.find_spec(name) is None]:
        raise MissingDependencyError(f"{option} needs packages that are not installed: pip install {' '.join(missing)}")


def _bits(quantization: Quantization, device: torch.device, dtype: torch.dtype) -> Any:
    """The settings of transformers for bitsandbytes."""
    _need(f"quantization={quantization!r}", ["bitsandbytes", "accelerate"])
    import bitsandbytes
    from transformers import BitsAndBytesConfig

    if device.type not in getattr(bitsandbytes, "supported_torch_devices", {"cuda"}):
        raise ModelError(
            f"quantization={quantization!r}: bitsandbytes {bitsandbytes.__version__} does not run on {device.type}. "
            "Take a newer one, another device, or dtype='bfloat16'."
        )
    _once(logging.getLogger("bitsandbytes.autograd._functions"))
    if quantization == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


class _Once(logging.Filter):
    """Lets each message through once: bitsandbytes says the same with every multiplication."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        new = message not in self._said
        self._said.add(message)
        return new


def _once(log: logging.Logger) -> None:
    if not any(isinstance(known, _Once) for known in log.filters):
        log.addFilter(_Once())
