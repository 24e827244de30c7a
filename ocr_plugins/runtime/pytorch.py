"""PyTorch models: the device, the number format, and what to do when memory runs out."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ocr_plugins.errors import ModelError, OptionError

if TYPE_CHECKING:
    import torch

__all__ = [
    "DtypeName",
    "FittingBatches",
    "check_loaded",
    "free_memory",
    "is_out_of_memory",
    "loading",
    "pick_device",
    "pick_dtype",
]

log = logging.getLogger(__name__)

OUT_OF_MEMORY = (
    *("out of memory", "allocate memory", "not enough memory", "unable to allocate", "alloc_failed"),
    # oneDNN's words where it gets none for its own work; another cause stays an error with single items.
    "could not create a primitive",
)

DtypeName = Literal["auto", "float32", "bfloat16", "float16"]
Item = TypeVar("Item")
Result = TypeVar("Result")


def pick_device(name: str) -> torch.device:
    """The device of that name; for ``auto`` CUDA, else Apple's MPS, else the CPU. ``cuda:1`` and the like are fine.

    Raises:
        OptionError: The device is not there, or PyTorch was built without it.
    """
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind = name.partition(":")[0]
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(kind, False):
        remedy = "; this PyTorch is built for the CPU alone" if kind == "cuda" and not torch.version.cuda else ""
        raise OptionError(f"device={name!r}: PyTorch finds no such device here{remedy}. Take device='auto' or 'cpu'.")
    if kind == "cuda" and ":" in name and int(name.partition(":")[2]) >= torch.cuda.device_count():
        raise OptionError(f"device={name!r}: there are {torch.cuda.device_count()} CUDA devices, counted from 0.")
    return torch.device(name)


def pick_dtype(name: DtypeName, device: torch.device) -> torch.dtype:
    """The number format of that name; for ``auto`` bfloat16 or else float16 on CUDA, float32 everywhere else."""
    import torch

    if name != "auto":
        dtype: torch.dtype = getattr(torch, name)
        return dtype
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


# Loading changes PyTorch's default number format and more, for all threads, and puts it back.
_LOADING = threading.RLock()


@contextmanager
def loading() -> Iterator[None]:
    """Load a model: one thread at a time, and without transformers' progress bars and warnings.

    What matters in the warnings becomes an error of ours.
    """
    with _LOADING, _quiet():
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    from transformers.utils import logging as transformers_log

    level, bars = transformers_log.get_verbosity(), transformers_log.is_progress_bar_enabled()
    transformers_log.set_verbosity_error()
    transformers_log.disable_progress_bar()
    try:
        yield
    finally:
        transformers_log.set_verbosity(level)
        if bars:
            transformers_log.enable_progress_bar()


def check_loaded(
    model: str, info: Mapping[str, Iterable[Any]], harmless: Sequence[str] = (), *, unexpected: bool = False
) -> None:
    """Refuse a checkpoint that did not fill the model: what is missing would stay random.

    Args:
        model: For the message.
        info: The loading info of ``from_pretrained(..., output_loading_info=True)``.
        harmless: Starts of the names of weights that the model does not use.
        unexpected: Refuse weights that the model has no place for, too.

    Raises:
        ModelError: Weights are missing, have other shapes, or belong to another model.
    """
    wrong = []
    for kind in ("missing_keys", "mismatched_keys", "unexpected_keys")[: 3 if unexpected else 2]:
        names = sorted(str(key[0] if isinstance(key, tuple) else key) for key in info.get(kind, ()))
        names = [name for name in names if not name.startswith(tuple(harmless))]
        if names:
            wrong.append(
                f"{len(names)} {kind.removesuffix('_keys')} ({', '.join(names[:3])}{', …' * (len(names) > 3)})"
            )
    if wrong:
        raise ModelError(
            f"The weights of {model} do not fit its configuration: {'; '.join(wrong)}. "
            "Is it the right kind of checkpoint, and was it downloaded or saved completely?"
        )


class FittingBatches:
    """Runs a model over items in batches as large as fit into memory.

    The size is halved, for this run and all later ones, whenever the memory runs out.

    Args:
        size: To begin with.
    """

    def __init__(self, size: int) -> None:
        self.size = max(1, size)

    def run(self, items: Sequence[Item], model: Callable[[Sequence[Item]], Sequence[Result]]) -> list[Result]:
        """One result per item, in order.

        Raises:
            ModelError: A single item does not fit.
        """
        results: list[Result] = []
        while len(results) < len(items):
            batch = items[len(results) : len(results) + self.size]
            try:
                results += model(batch)
                continue
            except Exception as e:
                if not is_out_of_memory(e):
                    raise
                if len(batch) == 1:
                    raise ModelError(
                        f"Out of memory with a single image: {str(e).splitlines()[0]} Take a smaller model, "
                        "dtype='bfloat16', quantization where the engine has it, or device='cpu'."
                    ) from e
            # Out of the except block, where the failed call's tensors are still referred to.
            self.size = len(batch) // 2
            free_memory()
            log.warning("Out of memory: continuing with batches of %d", self.size)
        return results


def is_out_of_memory(error: Exception) -> bool:
    """Whether the memory of the device ran out."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    # The allocators of the CPU, of MPS and of cuBLAS have no exceptions of their own, and transformers wraps numpy's.
    message = str(error).lower()
    return any(sign in message for sign in OUT_OF_MEMORY)


def free_memory() -> None:
    """Give back memory that nothing refers to any more."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
