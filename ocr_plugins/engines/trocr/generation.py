"""From crops to texts: batches of similar width, every argument of generation explicit, confidence from the tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_plugins.engines.trocr.checkpoint import Checkpoint
from ocr_plugins.runtime.pytorch import FittingBatches

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

__all__ = ["Reading", "automatic_batch_size", "read"]

# Tokens that a crop can need: some for short ones, and for each square of its length what the narrowest type has in a
# script that the tokenizer does not know and spells byte by byte.
TOKENS_FIRST, TOKENS_PER_SQUARE = 16, 12
TOKENS_WITH_BEAMS = 64
# Of a GPU's free memory, and of any CPU's; more crops at once than the last two gain nothing.
SHARE_OF_GPU, BYTES_ON_CPU, LARGEST_ON_GPU, LARGEST_ON_CPU = 0.4, 1.5e9, 256, 32
# Threads that make the pixels of crops ready: one makes 240 a second, about as many as a large GPU reads.
PREPARING = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model wrote for one crop.

    Attributes:
        text: Without special tokens.
        confidence: exp of the mean log-probability of its tokens, the end token included, 0..1.
        tokens: Their ids, without the start token and what follows the end token.
        finished: Whether the model ended the text itself, within its limit.
    """

    text: str
    confidence: float
    tokens: tuple[int, ...]
    finished: bool


def read(
    checkpoint: Checkpoint,
    crops: Sequence[Image],
    batches: FittingBatches,
    num_beams: int = 1,
    max_new_tokens: int | None = None,
) -> list[Reading]:
    """Read crops, each of one line.

    Args:
        checkpoint: The model.
        crops: Any number, RGB, of any size.
        batches: How many at a time; every crop is encoded once.
        num_beams: 1 for greedy decoding.
        max_new_tokens: None for a limit from each crop's width.

    Returns:
        One reading per crop, in order.

    Raises:
        ModelError: A single crop does not fit into memory.
    """
    limits = [_limit(checkpoint, crop, max_new_tokens) for crop in crops]
    # A batch takes as long as its longest text, so similar ones go together; the widest first, to meet the limit of
    # the memory at once.
    order = sorted(range(len(crops)), key=lambda i: limits[i] + crops[i].width / crops[i].height, reverse=True)
    places = {crop: place for place, crop in enumerate(order)}
    prepared: dict[int, Future[torch.Tensor]] = {}

    def one_batch(part: Sequence[int]) -> list[Reading]:
        """With the pixels of the next batch made ready meanwhile: a GPU would wait for them."""
        first = places[part[0]]
        for i in order[first : first + 2 * len(part)]:
            if i not in prepared:
                prepared[i] = pool.submit(_pixels, checkpoint, crops[i])
        pixels = [prepared.pop(i).result() for i in part]
        return _generate(checkpoint, pixels, [limits[i] for i in part], num_beams)

    with ThreadPoolExecutor(PREPARING, thread_name_prefix="ocr-plugins-crops") as pool:
        readings = batches.run(order, one_batch)
    return [reading for _, reading in sorted(zip(order, readings, strict=True), key=lambda pair: pair[0])]


def automatic_batch_size(checkpoint: Checkpoint, num_beams: int = 1) -> int:
    """As many crops as the memory holds, within reason."""
    import torch

    row = checkpoint.row_bytes * num_beams
    if num_beams > 1:
        # The scores of every step, which are needed for the confidence, and a copy.
        row += 2 * 4 * checkpoint.model.config.decoder.vocab_size * num_beams * TOKENS_WITH_BEAMS
    if checkpoint.device.type != "cuda":
        return max(1, min(LARGEST_ON_CPU, int(BYTES_ON_CPU / row)))
    free, _ = torch.cuda.mem_get_info(checkpoint.device)
    return max(1, min(LARGEST_ON_GPU, int(SHARE_OF_GPU * free / row)))


def _limit(checkpoint: Checkpoint, crop: Image, max_new_tokens: int | None) -> int:
    wanted = max_new_tokens or TOKENS_FIRST + math.ceil(TOKENS_PER_SQUARE * crop.width / crop.height)
    return max(1, min(wanted, checkpoint.most_tokens - 1))


def _pixels(checkpoint: Checkpoint, crop: Image) -> torch.Tensor:
    """What the model sees of a crop, of shape (3, height, width)."""
    pixels: torch.Tensor = checkpoint.processor(images=[crop], return_tensors="pt").pixel_values[0]
    return pixels.to(checkpoint.model.dtype)


def _generate(
    checkpoint: Checkpoint, pixels: Sequence[torch.Tensor], limits: Sequence[int], num_beams: int
) -> list[Reading]:
    import torch
    from transformers import GenerationConfig, LogitsProcessorList

    batch = torch.stack(list(pixels))
    if checkpoint.device.type == "cuda":
        batch = batch.pin_memory()
    config = GenerationConfig(
        **checkpoint.tokens,
        max_new_tokens=max(limits),
        do_sample=False,
        num_beams=num_beams,
        use_cache=True,
        no_repeat_ngram_size=0,
        repetition_penalty=1.0,
        length_penalty=1.0,
        early_stopping=num_beams > 1,
        return_dict_in_generate=True,
        output_scores=num_beams > 1,
    )
    chosen = _BestOfEachStep()
    with torch.inference_mode():
        output = checkpoint.model.generate(
            batch.to(checkpoint.device, non_blocking=True),
            generation_config=config,
            logits_processor=LogitsProcessorList([chosen] if num_beams == 1 else []),
        )
        if num_beams == 1:
            logs = torch.stack(chosen.logs, 1)
        else:
            logs = checkpoint.model.compute_transition_scores(
                output.sequences, output.scores, output.beam_indices, normalize_logits=False
            )
    tokens = output.sequences[:, 1:].tolist()
    rows = [_row(*row, checkpoint.tokens["eos_token_id"]) for row in zip(tokens, logs.tolist(), limits, strict=True)]
    texts = checkpoint.processor.batch_decode([ids for ids, _, _ in rows], skip_special_tokens=True)
    return [
        Reading(text, math.exp(sum(logs) / len(logs)) if logs else 0.0, tuple(ids), finished)
        for text, (ids, logs, finished) in zip(texts, rows, strict=True)
    ]


class _BestOfEachStep:
    """Keeps the log-probability of the best token of every step, which greedy decoding takes.

    Keeping all scores instead, as ``output_scores`` does, would take 200 kB for every token of every crop.
    """

    def __init__(self) -> None:
        self.logs: list[torch.Tensor] = []

    def __call__(self, _ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        scores = scores.float()
        self.logs.append(scores.amax(-1) - scores.logsumexp(-1))
        return scores


def _row(tokens: list[int], logs: list[float], limit: int, end: Any) -> tuple[list[int], list[float], bool]:
    """The tokens of one crop up to its end or its own limit, whatever its batch took, and whether it ended."""
    ends = set(end) if isinstance(end, list | tuple) else {end}
    stop = next((i for i, token in enumerate(tokens[:limit]) if token in ends), None)
    count = limit if stop is None else stop + 1
    return tokens[:count], logs[:count], stop is not None
