"""LightOnOCR in this process, through transformers.

Pages are encoded and read in one by one: several at once would be packed into one sequence, whose cost grows with its
square. The text is then written for all of them together, a token of each in a step, since a step reads all weights of
the model once, for however many pages. Whatever page is done makes room for the next.
"""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.families import Family, of_config, read_config
from ocr_plugins.errors import EngineError, MissingDependencyError, OcrError, PageError
from ocr_plugins.runtime.hub import fetch, find
from ocr_plugins.runtime.pytorch import DtypeName, free_memory, is_out_of_memory, pick_device, pick_dtype
from ocr_plugins.runtime.repeats import repeated_tail

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.checkpoint import Checkpoint
    from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.slots import Slots

log = logging.getLogger(__name__)

# After so many tokens each, the pages being written are looked at for loops: units of so many tokens, at most, that
# are repeated so often. Short ones often are: dots, and the empty rows of a table.
CHECK_EVERY = 16
LOOPS = ((8, 64), (64, 40), (512, 6))
# Pages at once on a CPU; memory bounds it on a GPU.
CPU_ROWS, MOST_ROWS = 8, 256
# Pages whose images are made ready while others are being written.
AHEAD = 2


@dataclass
class WrittenPage:
    """A page that is being written, or was.

    Attributes:
        index: Which of the images it is.
        length: Tokens that its slot holds, the image's among them.
        shift: Of its positions, where those of the image's tokens count less than one each.
        draw: Where its random numbers come from; they do not depend on other pages.
        tokens: What was written.
        logprob: Of all tokens together.
        finished: The model has ended it.
        looping: It only repeats itself.
    """

    index: int
    length: int
    shift: int
    draw: random.Random
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    finished: bool = False
    looping: bool = False


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
        return [self._attempt(page) if isinstance(page, WrittenPage) else page for page in pages]

    def write(self, images: Sequence[Image], *, temperature: float) -> list[WrittenPage | OcrError]:
        """As :meth:`generate`, with the tokens instead of text."""
        with self._lock:
            checkpoint = self._checkpoint()
            results: dict[int, WrittenPage | OcrError] = {}
            while len(results) < len(images):
                todo = [i for i in range(len(images)) if i not in results]
                try:
                    self._write(checkpoint, images, todo, results, temperature)
                    continue
                except Exception as e:
                    if not is_out_of_memory(e):
                        raise
                    rows = min(self._rows, len(todo))
                    if rows == 1:
                        raise EngineError(
                            f"A page does not fit into the memory of {checkpoint.device}: choose a smaller model, "
                            f"a smaller longest_edge or max_new_tokens, or device='cpu'. ({e})"
                        ) from e
                # Out of the except block, where the failed call's tensors are still referred to.
                self._rows = rows // 2
                free_memory()
                log.warning("Out of memory: %d pages at once instead of %d", self._rows, rows)
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
        tokens = (family.longest_edge // family.patch) ** 2 + self._limit(checkpoint)
        free, _ = torch.cuda.mem_get_info(checkpoint.device)
        # What is left is for reading a page in and for the scores of a step.
        return max(1, min(MOST_ROWS, int(0.7 * free / (token * tokens))))

    def _limit(self, checkpoint: Checkpoint) -> int:
        return self._options.max_new_tokens or checkpoint.family.max_new_tokens

    def _write(
        self,
        checkpoint: Checkpoint,
        images: Sequence[Image],
        todo: Sequence[int],
        results: dict[int, WrittenPage | OcrError],
        temperature: float,
    ) -> None:
        """Read the images of ``todo`` into ``results``, those that are done before an error too."""
        import torch

        from ocr_plugins.engines.lightonocr.slots import Slots

        rows = min(self._rows, len(todo))
        pages: list[WrittenPage] = []
        with torch.inference_mode(), closing(self._prepared(checkpoint, images, todo)) as waiting:
            slots = Slots(rows)
            while True:
                while len(pages) < rows and (coming := next(waiting, None)):
                    index, inputs = coming
                    try:
                        page, logits, cache = self._begin(checkpoint, inputs.result(), index)
                    except PageError as e:
                        results[index] = e
                        continue
                    self._take(checkpoint, [page], logits, temperature)
                    if self._is_done(page, checkpoint):
                        results[index] = page
                    else:
                        slots.put(len(pages), cache)
                        pages.append(page)
                if not pages:
                    return
                self._take(checkpoint, pages, self._step(checkpoint, slots, pages), temperature)
                for row in range(len(pages) - 1, -1, -1):
                    if self._is_done(pages[row], checkpoint):
                        results[pages[row].index] = pages[row]
                        last = pages.pop()
                        if row < len(pages):
                            slots.move(len(pages), row, last.length)
                            pages[row] = last

    def _prepared(
        self, checkpoint: Checkpoint, images: Sequence[Image], todo: Sequence[int]
    ) -> Generator[tuple[int, Future[dict[str, torch.Tensor]]]]:
        """The inputs of each page, made a few pages ahead by other threads: a GPU would have to wait for them."""
        prompt = checkpoint.family.prompt(grounding=self._options.grounding)
        coming: deque[tuple[int, Future[dict[str, torch.Tensor]]]] = deque()
        with ThreadPoolExecutor(AHEAD) as pool:
            for index in todo:
                coming.append((index, pool.submit(checkpoint.inputs, images[index], prompt)))
                if len(coming) > AHEAD:
                    yield coming.popleft()
            yield from coming

    def _begin(
        self, checkpoint: Checkpoint, inputs: dict[str, torch.Tensor], index: int
    ) -> tuple[WrittenPage, torch.Tensor, Any]:
        """Read a page in: the page, the scores of its first token and the model's memory of it."""
        from transformers import DynamicCache

        cache = DynamicCache(config=checkpoint.model.config)
        output = checkpoint.model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1)
        shift = getattr(checkpoint.model.model, "rope_deltas", None)
        seed = self._options.seed
        page = WrittenPage(
            index,
            length=inputs["input_ids"].shape[1],
            shift=0 if shift is None else int(shift),
            draw=random.Random(seed) if seed is not None else random.Random(),
        )
        return page, output.logits[:, -1], cache

    def _step(self, checkpoint: Checkpoint, slots: Slots, pages: Sequence[WrittenPage]) -> torch.Tensor:
        """The scores of the next token of each page."""
        import torch

        device = checkpoint.device
        mask = slots.step([page.length for page in pages], device)
        output = checkpoint.model(
            input_ids=torch.tensor([page.tokens[-1:] for page in pages], device=device),
            position_ids=torch.tensor([[page.length + page.shift] for page in pages], device=device),
            attention_mask=mask,
            past_key_values=slots,
            use_cache=True,
        )
        for page in pages:
            page.length += 1
        scores: torch.Tensor = output.logits[:, -1]
        return scores

    def _take(self, checkpoint: Checkpoint, pages: Sequence[WrittenPage], logits: Any, temperature: float) -> None:
        """Choose the next token of each page."""
        from ocr_plugins.engines.lightonocr.sampling import choose

        draws = [page.draw.random() for page in pages]
        top_p = checkpoint.family.top_p if self._options.top_p is None else self._options.top_p
        for page, token, logprob in zip(
            pages, *choose(logits, draws, temperature=temperature, top_p=top_p), strict=True
        ):
            page.tokens.append(token)
            page.logprob += logprob

    def _is_done(self, page: WrittenPage, checkpoint: Checkpoint) -> bool:
        page.finished = page.tokens[-1] in checkpoint.stops
        if self._options.stop_repeats and not page.finished and len(page.tokens) % CHECK_EVERY == 0:
            page.looping = unrepeated(page.tokens) < len(page.tokens)
        return page.finished or page.looping or len(page.tokens) >= self._limit(checkpoint)

    def _attempt(self, page: WrittenPage) -> Attempt:
        with self._lock:
            checkpoint = self._checkpoint()
        tokens = page.tokens[:-1] if page.finished else page.tokens
        if self._options.stop_repeats and not page.finished:
            tokens = tokens[: unrepeated(tokens)]
        return Attempt(checkpoint.decode(tokens), page.finished, page.logprob / len(page.tokens))


def _missing(error: ImportError) -> MissingDependencyError:
    return MissingDependencyError(f"{error.name} is not installed: pip install 'ocr-plugins[lightonocr]'")


def _best_on(device: torch.device) -> DtypeName:
    """Number format: on CPUs with instructions for it bfloat16, in which the models are published and documented.

    There, a step for eight pages takes hardly longer than one for a single page; in float32 it takes thrice as long.
    """
    import torch

    able: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)() if device.type == "cpu" else {}
    return "bfloat16" if able.get("avx512_bf16") or able.get("amx_bf16") else "auto"


def unrepeated(tokens: Sequence[int]) -> int:
    """How many tokens there are if what only repeats to the end is counted once; all if that is no loop."""
    longest, fewest = LOOPS[-1]
    unit, start = repeated_tail(tokens, longest, fewest)
    if not unit:
        return len(tokens)
    times = next(times for length, times in LOOPS if unit <= length)
    return start + unit if len(tokens) - start >= unit * times else len(tokens)
