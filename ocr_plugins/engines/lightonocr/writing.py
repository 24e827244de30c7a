"""Writing the text of several pages at once, a token of each in a step.

Pages are encoded and read in one by one: several at once would be packed into one sequence, whose cost grows with its
square. The text is then written for all of them together, since a step reads all weights of the model once, for
however many pages. Whatever page is done makes room for the next.
"""

from __future__ import annotations

import inspect
import random
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from transformers import DynamicCache

from ocr_plugins.engines.lightonocr.attempts import Asked
from ocr_plugins.engines.lightonocr.checkpoint import Checkpoint
from ocr_plugins.engines.lightonocr.sampling import choose
from ocr_plugins.engines.lightonocr.slots import Slots
from ocr_plugins.errors import OcrError, PageError
from ocr_plugins.runtime.repeats import repeated_tail

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions

__all__ = ["Writer", "WrittenPage", "unrepeated"]

# After so many tokens each, the pages being written are looked at for loops: units of so many tokens, at most, that
# are repeated so often. Short ones often are: dots, and the empty rows of a table.
CHECK_EVERY = 16
LOOPS = ((8, 64), (64, 40), (512, 6))
# Pages whose images are made ready while others are being written.
AHEAD = 2

Inputs = dict[str, torch.Tensor]


@dataclass
class WrittenPage:
    """A page that is being written, or was.

    Attributes:
        asked: The page, and its temperature.
        length: Tokens that its slot holds, the image's among them.
        shift: Of its positions, where those of the image's tokens count less than one each.
        draw: Where its random numbers come from; they do not depend on other pages.
        tokens: What was written.
        logprobs: Of each of them, as the model gave it.
        finished: The model has ended it.
        looping: It only repeats itself.
    """

    asked: Asked[Image]
    length: int
    shift: int
    draw: random.Random
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finished: bool = False
    looping: bool = False

    def text(self, *, stop_repeats: bool) -> list[int]:
        """The tokens of its text: without its end and, where wanted, without what only repeats at the end."""
        if self.finished:
            return self.tokens[:-1]
        return self.tokens[: unrepeated(self.tokens)] if stop_repeats else self.tokens

    def mean_logprob(self, *, stop_repeats: bool) -> float:
        """Of the tokens of its text, and of its end: a model is sure of what it repeats."""
        kept = self.logprobs[: len(self.text(stop_repeats=stop_repeats)) + self.finished]
        return sum(kept) / len(kept)


class Writer:
    """Writes pages as they come.

    Args:
        checkpoint: The model.
        options: How it is asked.
        rows: Pages that are written at the same time, at most.
        asked: The pages; one is taken when there is room for it, and a few ahead.
    """

    def __init__(
        self, checkpoint: Checkpoint, options: LightOnOcrOptions, *, rows: int, asked: Iterator[Asked[Image]]
    ) -> None:
        self._checkpoint = checkpoint
        self._options = options
        self._rows = rows
        self._asked = asked
        # Named anew in transformers 5.24.
        parameters = inspect.signature(type(checkpoint.model).forward).parameters
        self._cache_name = "cache" if "cache" in parameters else "past_key_values"
        self._prompt = checkpoint.family.prompt(grounding=options.grounding)
        self._pages: list[WrittenPage] = []
        # Pages that the last call of the model was for, or that were in memory beside it.
        self.busy = 0
        self._slots = Slots(rows)
        self._coming: deque[tuple[Asked[Image], Future[Inputs]]] = deque()
        self._pool = ThreadPoolExecutor(AHEAD, thread_name_prefix="ocr-plugins-inputs")

    def close(self) -> None:
        """End the threads that make pages ready."""
        self._pool.shutdown(cancel_futures=True)

    @property
    def unfinished(self) -> list[Asked[Image]]:
        """What was taken and is not finished, the eldest first."""
        return [*(page.asked for page in self._pages), *(asked for asked, _ in self._coming)]

    def prepare(self) -> None:
        """Take pages where there is room, a few of them ahead: other threads make ready what a GPU would wait for."""
        while len(self._pages) < self._rows and len(self._coming) <= AHEAD:
            asked = next(self._asked, None)
            if asked is None:
                return
            self._coming.append((asked, self._pool.submit(self._checkpoint.inputs, asked.image, self._prompt)))

    def advance(self) -> list[tuple[int, WrittenPage | OcrError]] | None:
        """Read in a page where there is room and one was taken, or else write a token of each.

        Returns:
            What was finished by this, or why it cannot be read, under its key; None when there was nothing to do.
        """
        with torch.inference_mode():
            if len(self._pages) < self._rows and self._coming:
                return self._read_in()
            if not self._pages:
                return None
            self._choose(self._pages, self._step())
            return list(self._cleared())

    def _read_in(self) -> list[tuple[int, WrittenPage | OcrError]]:
        """Take a page, with the first token of its text."""
        asked, coming = self._coming[0]
        try:
            inputs = coming.result()
        except PageError as e:
            self._coming.popleft()
            return [(asked.key, e)]
        self.busy = len(self._pages) + 1
        cache = DynamicCache(config=self._checkpoint.model.config)
        output = self._model(cache, **inputs, logits_to_keep=1)
        shift = getattr(self._checkpoint.model.model, "rope_deltas", None)
        seed = self._options.seed
        page = WrittenPage(
            asked,
            length=inputs["input_ids"].shape[1],
            shift=0 if shift is None else int(shift),
            draw=random.Random(seed) if seed is not None else random.Random(),
        )
        self._choose([page], output.logits[:, -1])
        done = self._is_done(page)
        if not done:
            self._slots.put(len(self._pages), cache)
            self._pages.append(page)
        self._coming.popleft()
        return [(asked.key, page)] if done else []

    def _step(self) -> torch.Tensor:
        """The scores of the next token of each page."""
        pages, device = self._pages, self._checkpoint.device
        self.busy = len(pages)
        mask = self._slots.step([page.length for page in pages], device)
        output = self._model(
            self._slots,
            input_ids=torch.tensor([page.tokens[-1:] for page in pages], device=device),
            position_ids=torch.tensor([[page.length + page.shift] for page in pages], device=device),
            attention_mask=mask,
        )
        for page in pages:
            page.length += 1
        scores: torch.Tensor = output.logits[:, -1]
        return scores

    def _model(self, cache: Any, **inputs: Any) -> Any:
        return self._checkpoint.model(**{self._cache_name: cache}, **inputs, use_cache=True)

    def _choose(self, pages: Sequence[WrittenPage], scores: Any) -> None:
        """Choose the next token of each page."""
        draws = [page.draw.random() for page in pages]
        top_p = self._checkpoint.family.top_p if self._options.top_p is None else self._options.top_p
        chosen = choose(scores, draws, temperatures=[page.asked.temperature for page in pages], top_p=top_p)
        for page, token, logprob in zip(pages, *chosen, strict=True):
            page.tokens.append(token)
            page.logprobs.append(logprob)

    def _cleared(self) -> Iterator[tuple[int, WrittenPage]]:
        """The pages that are done; of those that are left the last take their slots."""
        for row in reversed(range(len(self._pages))):
            page = self._pages[row]
            if self._is_done(page):
                yield page.asked.key, page
                last = self._pages.pop()
                if last is not page:
                    self._slots.move(len(self._pages), row, last.length)
                    self._pages[row] = last

    def _is_done(self, page: WrittenPage) -> bool:
        page.finished = page.tokens[-1] in self._checkpoint.stops
        if self._options.stop_repeats and not page.finished and len(page.tokens) % CHECK_EVERY == 0:
            page.looping = unrepeated(page.tokens) < len(page.tokens)
        limit = self._options.max_new_tokens or self._checkpoint.family.max_new_tokens
        return page.finished or page.looping or len(page.tokens) >= limit


def unrepeated(tokens: Sequence[int]) -> int:
    """How many tokens there are if what only repeats to the end is counted once; all if that is no loop."""
    longest, fewest = LOOPS[-1]
    unit, start = repeated_tail(tokens, longest, fewest)
    if not unit:
        return len(tokens)
    times = next(times for length, times in LOOPS if unit <= length)
    return start + unit if len(tokens) - start >= unit * times else len(tokens)
