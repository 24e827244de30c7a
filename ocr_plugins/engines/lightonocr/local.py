"""LightOnOCR in this process, through transformers: its model, and how many pages fit into the memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.families import Family, of_config, read_config
from ocr_plugins.errors import EngineError, MissingDependencyError, OcrError
from ocr_plugins.runtime.hub import fetch, find
from ocr_plugins.runtime.pytorch import DtypeName, free_memory, is_out_of_memory, pick_device, pick_dtype
from ocr_plugins.text import counted

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.checkpoint import Checkpoint
    from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.writing import WrittenPage

log = logging.getLogger(__name__)

# Pages at once on a CPU; memory bounds it on a GPU.
CPU_ROWS, MOST_ROWS = 8, 256


class LocalBackend:
    """Reads page images with a model in this process.

    Threads take turns. The model loads at first use; :meth:`close` frees it.
    """

    def __init__(self, options: LightOnOcrOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._loaded: Checkpoint | None = None
        self._rows = options.batch_size or 0

    @property
    def family(self) -> Family:
        """What kind of model it is, by its config.

        Raises:
            ModelError: It is not there, or is none that this engine runs.
        """
        with self._lock:
            if self._loaded is not None:
                return self._loaded.family
            return of_config(read_config(self._folder()), self._options.model)

    def generate(self, images: Sequence[Image], *, temperature: float) -> list[Attempt | OcrError]:
        """Read pages, once each.

        Args:
            images: RGB, of any size.
            temperature: 0 for greedy decoding.

        Returns:
            What was read on each, or why it cannot be read, in order.

        Raises:
            OcrError: The model is not there or does not fit, so no page can be read.
        """
        pages = self.write(images, temperature=temperature)
        return [page if isinstance(page, OcrError) else self._attempt(page) for page in pages]

    def write(self, images: Sequence[Image], *, temperature: float) -> list[WrittenPage | OcrError]:
        """As :meth:`generate`, with the tokens instead of text."""
        with self._lock:
            checkpoint = self._checkpoint()
            from ocr_plugins.engines.lightonocr.writing import Writer

            results: dict[int, WrittenPage | OcrError] = {}
            while len(results) < len(images):
                todo = [i for i in range(len(images)) if i not in results]
                rows = min(self._rows, len(todo))
                try:
                    Writer(checkpoint, self._options, rows=rows, temperature=temperature, results=results).write(
                        images, todo
                    )
                    continue
                except Exception as e:
                    if not is_out_of_memory(e):
                        raise
                    if rows == 1:
                        raise EngineError(
                            f"A page does not fit into the memory of {checkpoint.device}: choose a smaller model, "
                            f"a smaller longest_edge or max_new_tokens, or device='cpu'. ({e})"
                        ) from e
                # Out of the except block, where the failed call's tensors are still referred to.
                self._rows = rows // 2
                free_memory()
                log.warning("Out of memory: %s at once instead of %d", counted(self._rows, "page"), rows)
            return [results[i] for i in range(len(images))]

    def download(self) -> list[str]:
        """Fetch the model's files, if it is a hub id and not in the hub's cache; their paths."""
        if self._options.offline:
            return []
        return fetch(self._options.model, engine="lightonocr", revision=self._options.revision)

    def close(self) -> None:
        """Free the model."""
        with self._lock:
            if self._loaded is not None:
                self._loaded = None
                free_memory()

    def _folder(self) -> Path:
        options = self._options
        try:
            return find(options.model, engine="lightonocr", revision=options.revision, offline=options.offline)
        except ImportError as e:
            raise _missing(e) from e

    def _checkpoint(self) -> Checkpoint:
        if self._loaded is None:
            options, folder = self._options, self._folder()
            # Before torch is imported, which takes seconds.
            of_config(read_config(folder), options.model)
            try:
                from ocr_plugins.engines.lightonocr.checkpoint import load
            except ImportError as e:
                raise _missing(e) from e
            device = pick_device(options.device)
            dtype = pick_dtype(_best_on(device) if options.dtype == "auto" else options.dtype, device)
            self._loaded = load(folder, name=options.model, device=device, dtype=dtype, edge=options.longest_edge)
            self._rows = self._rows or self._fitting_rows(self._loaded)
        return self._loaded

    def _fitting_rows(self, checkpoint: Checkpoint) -> int:
        """How many pages of the largest kind fit into the free memory of a GPU."""
        import torch

        if checkpoint.device.type != "cuda":
            return CPU_ROWS
        config, family = checkpoint.model.config.text_config, checkpoint.family
        layers = [kind for kind in config.layer_types if kind == "full_attention"]
        token = 2 * len(layers) * config.num_key_value_heads * config.head_dim * checkpoint.dtype.itemsize
        tokens = (family.longest_edge // family.patch) ** 2 + (self._options.max_new_tokens or family.max_new_tokens)
        free, _ = torch.cuda.mem_get_info(checkpoint.device)
        # What is left is for reading a page in and for the scores of a step.
        return max(1, min(MOST_ROWS, int(0.7 * free / (token * tokens))))

    def _attempt(self, page: WrittenPage) -> Attempt:
        with self._lock:
            checkpoint = self._checkpoint()
        text = checkpoint.decode(page.text(stop_repeats=self._options.stop_repeats))
        return Attempt(text, page.finished, page.logprob / len(page.tokens))


def _missing(error: ImportError) -> MissingDependencyError:
    return MissingDependencyError(f"{error.name} is not installed: pip install 'ocr-plugins[lightonocr]'")


def _best_on(device: torch.device) -> DtypeName:
    """Number format: on CPUs with instructions for it bfloat16, in which the models are published and documented.

    There, a step for eight pages takes hardly longer than one for a single page; in float32 it takes thrice as long.
    """
    import torch

    able: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)() if device.type == "cpu" else {}
    return "bfloat16" if able.get("avx512_bf16") or able.get("amx_bf16") else "auto"
