"""The memory of several pages that are being written at once, each of its own length.

A page is read alone, so it needs no padding, and then takes a slot. One step writes the next token of every page in a
slot. A page that is done gives its slot to the next one, or the last slot moves up, so that it costs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin, LinearAttentionLayer

__all__ = ["Slots"]

# Keys and values are allocated, and looked at, in steps of so many tokens.
ROOM, VIEW = 512, 64


@dataclass
class _Now:
    """What a step is about: the rows that take part, where each writes, and how far any of them reaches."""

    rows: Tensor
    at: Tensor
    end: int


class _Attention(CacheLayerMixin):
    """Keys and values of a layer, of shape (slots, heads, tokens, size), written at a position for each row."""

    is_sliding = False

    def __init__(self, count: int, now: _Now) -> None:
        super().__init__()
        self._count, self._now = count, now

    def put(self, row: int, layer: Any) -> None:
        length = layer.keys.shape[-2]
        self.keys = self._roomy(self.keys, layer.keys, length)
        self.values = self._roomy(self.values, layer.values, length)
        self.keys[row, :, :length] = layer.keys[0]
        self.values[row, :, :length] = layer.values[0]

    def _roomy(self, old: Tensor | None, like: Tensor, length: int) -> Tensor:
        """``old`` if it has room for ``length`` tokens, else a larger one with its content.

        Zeros, as memory that was never written may hold what is not a number, and that shows through a mask.
        """
        if old is not None and old.shape[2] >= length:
            return old
        new = like.new_zeros(self._count, like.shape[1], -(-(length + 1) // ROOM) * ROOM, like.shape[3])
        if old is not None:
            new[:, :, : old.shape[2]] = old
        return new

    def move(self, source: int, target: int, length: int) -> None:
        assert self.keys is not None
        assert self.values is not None
        self.keys[target, :, :length] = self.keys[source, :, :length]
        self.values[target, :, :length] = self.values[source, :, :length]

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        now = self._now
        self.keys = self._roomy(self.keys, key_states, now.end)
        self.values = self._roomy(self.values, value_states, now.end)
        self.keys[now.rows, :, now.at] = key_states[:, :, 0]
        self.values[now.rows, :, now.at] = value_states[:, :, 0]
        count = len(now.rows)
        return self.keys[:count, :, : now.end], self.values[:count, :, : now.end]

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None: ...

    def get_mask_sizes(self, _query_length: int) -> tuple[int, int]:
        return self._now.end, 0

    def get_seq_length(self) -> int:
        return self._now.end - 1

    def get_max_length(self) -> int:
        return -1


class _States(LinearAttentionLayer):
    """The states of a linear attention layer, which do not grow; those of the rows in use are views of all."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._all: list[Tensor] = []

    def put(self, row: int, layer: Any) -> None:
        states = [layer.conv_states[0], layer.recurrent_states[0]]
        self._all = self._all or [s.new_zeros(self._count, *s.shape[1:]) for s in states]
        for mine, theirs in zip(self._all, states, strict=True):
            mine[row] = theirs[0]

    def move(self, source: int, target: int, _length: int) -> None:
        for state in self._all:
            state[target] = state[source]

    def use(self, count: int) -> None:
        """Let the model see, and change in place, the first ``count`` rows."""
        self.conv_states[0], self.recurrent_states[0] = (state[:count] for state in self._all)
        self.is_conv_states_initialized[0] = self.is_recurrent_states_initialized[0] = self.has_previous_state[0] = True


class Slots(Cache):
    """A cache for transformers' models in which every row has its own length.

    Args:
        count: Of slots. Their memory grows with the longest page in them.
    """

    def __init__(self, count: int) -> None:
        super().__init__(layers=[])
        self._count = count
        self._now = _Now(torch.empty(0), torch.empty(0), 0)

    def put(self, row: int, page: Cache) -> None:
        """Take over the cache of a page that was read alone."""
        if not self.layers:
            self.layers = [
                _States(self._count) if isinstance(layer, LinearAttentionLayer) else _Attention(self._count, self._now)
                for layer in page.layers
            ]
        for mine, theirs in zip(self.layers, page.layers, strict=True):
            mine.put(row, theirs)

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the ``length`` tokens of one slot to another."""
        for layer in self.layers:
            layer.move(source, target, length)

    def step(self, lengths: list[int], device: torch.device) -> dict[str, Tensor | None]:
        """Prepare for one more token of the first ``len(lengths)`` slots, after the tokens that each holds.

        Returns:
            The masks by kind of layer, as ``attention_mask`` of the model.
        """
        end = -(-(max(lengths) + 1) // VIEW) * VIEW
        self._now.at = torch.tensor(lengths, device=device)
        self._now.rows = torch.arange(len(lengths), device=device)
        self._now.end = end
        for layer in self.layers:
            if isinstance(layer, _States):
                layer.use(len(lengths))
        seen = torch.arange(end, device=device) <= self._now.at[:, None]
        return {"full_attention": seen[:, None, None], "linear_attention": None}
