"""LightOnOCR in this process, through transformers: its model, and how many pages fit into the memory."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any

from ocr_plugins.engines.lightonocr.attempts import Asked, Attempt
from ocr_plugins.engines.lightonocr.families import Family, of_checkpoint
from ocr_plugins.errors import EngineError, MissingDependencyError, OcrError
from ocr_plugins.runtime.lora import Located, fetch_all, located
from ocr_plugins.runtime.placement import Placement, place
from ocr_plugins.runtime.pytorch import DtypeName, free_memory, is_out_of_memory
from ocr_plugins.text import counted

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.checkpoint import Checkpoint
    from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.writing import Writer, WrittenPage

log = logging.getLogger(__name__)

# Pages at once on a CPU; memory bounds it on a GPU.
CPU_ROWS, MOST_ROWS = 8, 256
# Of a GPU's free memory, for what the model remembers of the pages that are being written.
SHARE_OF_GPU = 0.7


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
            return of_checkpoint(self._located(), self._options.model)

    def read(self, asked: Iterator[Asked[Image]]) -> Iterator[tuple[int, Attempt | OcrError] | None]:
        """Read pages as they come, once each.

        Args:
            asked: RGB images of any size.

        Yields:
            What was read on a page, or why it cannot be read, as soon as it is there; None after each token.

        Raises:
            OcrError: The model is not there or does not fit, so no page can be read.
        """
        for done in self.write(asked):
            if done is None or isinstance(done[1], OcrError):
                yield done  # type: ignore[misc]
            else:
                yield done[0], self._attempt(done[1])

    def write(self, asked: Iterator[Asked[Image]]) -> Iterator[tuple[int, WrittenPage | OcrError] | None]:
        """As :meth:`read`, with the tokens instead of text.

        The lock is free whenever something is yielded, so that several threads read in turns.
        """
        first = next(asked, None)
        if first is None:
            return
        with self._lock:
            checkpoint = self._checkpoint()
        from ocr_plugins.engines.lightonocr.writing import Writer

        todo = chain([first], asked)
        while True:
            rows = self._rows or self._fitting_rows(checkpoint, first.image)
            with closing(Writer(checkpoint, self._options, rows=rows, asked=todo)) as writer:
                failure = yield from self._written(writer)
            if failure is None:
                return
            busy, left = writer.busy, writer.unfinished
            # With the tensors of the failed call.
            del writer
            free_memory()
            if busy == 1:
                yield (
                    left.pop(0).key,
                    EngineError(
                        f"A page does not fit into the memory of {checkpoint.device}: choose a smaller model, "
                        f"a smaller longest_edge or max_new_tokens, or device='cpu'. ({failure})"
                    ),
                )
            else:
                self._rows = busy // 2
                log.warning("Out of memory: %s at once instead of %d", counted(self._rows, "page"), busy)
            todo = chain(left, todo)

    def _written(self, writer: Writer) -> Generator[tuple[int, WrittenPage | OcrError] | None, None, str | None]:
        """What a writer finishes, until there is nothing more to do or memory runs out: then what is said of that."""
        while True:
            # Without the lock: it may have to be waited for.
            writer.prepare()
            try:
                with self._lock:
                    done = writer.advance()
            except Exception as e:
                if not is_out_of_memory(e):
                    raise
                return str(e)
            if done is None:
                return None
            yield from done
            yield None

    def download(self) -> list[str]:
        """Fetch the model's files, if it is a hub id and not in the hub's cache; their paths."""
        if self._options.offline:
            return []
        return fetch_all(self._options.model, engine="lightonocr", revision=self._options.revision)

    def close(self) -> None:
        """Free the model."""
        with self._lock:
            if self._loaded is not None:
                self._loaded = None
                free_memory()

    def load(self) -> Checkpoint:
        """The model with what belongs to it."""
        with self._lock:
            return self._checkpoint()

    def _located(self) -> Located:
        options = self._options
        try:
            return located(options.model, engine="lightonocr", revision=options.revision, offline=options.offline)
        except ImportError as e:
            raise _missing(e) from e

    def _checkpoint(self) -> Checkpoint:
        if self._loaded is None:
            options, found = self._options, self._located()
            # Before torch is imported, which takes seconds.
            of_checkpoint(found, options.model)
            try:
                from ocr_plugins.engines.lightonocr.checkpoint import load
            except ImportError as e:
                raise _missing(e) from e
            if options.threads:
                import torch

                torch.set_num_threads(options.threads)
            self._loaded = load(found, name=options.model, placement=self._placement(), edge=options.longest_edge)
        return self._loaded

    def _placement(self) -> Placement:
        options = self._options

        def placed(dtype: DtypeName) -> Placement:
            return place(options.device, dtype, device_map=options.device_map, quantization=options.quantization)

        placement = placed(options.dtype)
        if options.dtype == "auto" and not options.quantization and _is_fast_in_bfloat16(placement.device):
            placement = placed("bfloat16")
        return placement

    def _fitting_rows(self, checkpoint: Checkpoint, image: Image) -> int:
        """How many pages as large as this one, and as A4 at least, fit into the free memory of a GPU."""
        import torch

        device, family = checkpoint.device, checkpoint.family
        if device.type != "cuda":
            return CPU_ROWS
        config = checkpoint.model.config.text_config
        layers = [kind for kind in config.layer_types if kind == "full_attention"]
        token = 2 * len(layers) * config.num_key_value_heads * config.head_dim * checkpoint.dtype.itemsize
        edge = family.longest_edge
        read = max(family.image_tokens(size, edge) for size in (image.size, (round(edge / math.sqrt(2)), edge)))
        tokens = read + (self._options.max_new_tokens or family.max_new_tokens)
        # What PyTorch keeps of earlier pages is free as well.
        free = torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device)
        free -= torch.cuda.memory_allocated(device)
        # What is left is for reading a page in and for the scores of a step.
        return max(1, min(MOST_ROWS, int(SHARE_OF_GPU * free / (token * tokens))))

    def _attempt(self, page: WrittenPage) -> Attempt:
        checkpoint = self.load()
        stop = self._options.stop_repeats
        text = checkpoint.decode(page.text(stop_repeats=stop))
        return Attempt(text, page.finished, page.mean_logprob(stop_repeats=stop))


def _missing(error: ImportError) -> MissingDependencyError:
    return MissingDependencyError(f"{error.name} is not installed: pip install 'ocr-plugins[lightonocr]'")


def _is_fast_in_bfloat16(device: torch.device) -> bool:
    """Whether it is a CPU with instructions for it; models are published and documented in bfloat16.

    There, a step for eight pages takes hardly longer than one for a single page; in float32 it takes thrice as long.
    """
    import torch

    able: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)() if device.type == "cpu" else {}
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
