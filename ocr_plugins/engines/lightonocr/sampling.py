"""Choosing the next token of each page: the likeliest, or one drawn after temperature and nucleus (top-p)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["choose"]

# So many of the likeliest tokens nearly always hold the nucleus; to sort a whole vocabulary takes long.
LIKELIEST = 128
# Without a nucleus, all but this share of probability is drawn from.
NEARLY_ALL = 0.9999


def choose(
    logits: Tensor, draws: Sequence[float], *, temperatures: Sequence[float], top_p: float
) -> tuple[list[int], list[float]]:
    """The next token of each row, and its log-probability as the model gave it, before temperature and nucleus.

    Args:
        logits: Of shape (rows, vocabulary).
        draws: A random number in 0..1 for each row, so that a row does not depend on its neighbours.
        temperatures: Of each row, 0 for the likeliest token.
        top_p: The smallest set of likeliest tokens with this share of probability is drawn from
            (https://arxiv.org/abs/1904.09751).
    """
    logits = logits.float()
    tokens = logits.argmax(-1, keepdim=True)
    if any(temperatures):
        hot = [row for row, temperature in enumerate(temperatures) if temperature]
        drawn, heat = torch.tensor([[draws[r], temperatures[r]] for r in hot], device=logits.device).split(1, -1)
        tokens[hot] = _drawn(logits[hot] / heat, drawn, top_p)
    logprobs = logits.gather(-1, tokens) - logits.logsumexp(-1, keepdim=True)
    # Fetched together, which waits for the device once, and without float64, which MPS has not.
    chosen = torch.cat([tokens.int(), logprobs.view(torch.int32)], 1).cpu()
    return chosen[:, 0].tolist(), chosen[:, 1].view(torch.float32).tolist()


def _drawn(scaled: Tensor, draws: Tensor, top_p: float) -> Tensor:
    top_p = min(top_p, NEARLY_ALL)
    total = scaled.logsumexp(-1, keepdim=True)
    for count in (min(LIKELIEST, scaled.shape[-1]), scaled.shape[-1]):
        values, ids = scaled.topk(count)
        upto = (values - total).exp().cumsum(-1)
        if bool((upto[:, -1] >= top_p).all()):
            break
    last = (upto < top_p).sum(-1, keepdim=True).clamp(max=count - 1)
    place = (upto < draws * upto.gather(-1, last)).sum(-1, keepdim=True)
    return ids.gather(-1, place.clamp(max=count - 1))
