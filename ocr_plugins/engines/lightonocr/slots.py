"""The memory of several pages that are being written at once, each of its own length.

A page is read in alone, so it needs no padding, and then takes a slot. One step writes the next token of every page in
a slot. A page that is done gives its slot to the next one, or the last slot moves up, so that it costs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Slots"]

# Keys and values are allocated, and looked at, in steps of so many tokens.
ROOM, VIEW = 512, 64


class Slots:
    """What transformers' models take as ``past_key_values``, with rows of different lengths.

    Args:
        most: Slots that there may be. Their memory grows with the pages in them, and with the longest of these.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 1
        self._used = 0
        self._at = torch.empty(0)
        self._rows = torch.empty(0)
        self._end = 0
        # By layer: keys and values of shape (slots, heads, tokens, size), or states of linear attention (slots, …).
        self._grown: dict[int, list[Tensor]] = {}
        self._fixed: dict[int, list[Tensor]] = {}

    def put(self, row: int, page: Any) -> None:
        """Take over a page that was read in alone.

        Args:
            row: The slot.
            page: A cache of transformers with one row.
        """
        if row >= self._count:
            self._count = min(self._most, max(row + 1, 2 * self._count))
        for i, layer in enumerate(page.layers):
            if hasattr(layer, "recurrent_states"):
                states = [layer.conv_states[0], layer.recurrent_states[0]]
                sizes = [(self._count, *state.shape[1:]) for state in states]
                self._fixed[i] = _enlarged(self._fixed.get(i), sizes, states)
                for mine, theirs in zip(self._fixed[i], states, strict=True):
                    mine[row] = theirs[0]
            else:
                length = layer.keys.shape[2]
                for mine, theirs in zip(self._roomy(i, length, layer.keys), (layer.keys, layer.values), strict=True):
                    mine[row, :, :length] = theirs[0]

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the ``length`` tokens of one slot to another."""
        for states in self._fixed.values():
            for state in states:
                state[target] = state[source]
        for pair in self._grown.values():
            for mine in pair:
                mine[target, :, :length] = mine[source, :, :length]

    def step(self, lengths: list[int], device: torch.device) -> dict[str, Tensor | None]:
        """Prepare for one more token in each of the first slots, after the tokens that it holds.

        Returns:
            The masks by kind of layer, as the model's ``attention_mask``.
        """
        self._used, self._end = len(lengths), -(-(max(lengths) + 1) // VIEW) * VIEW
        self._at = torch.tensor(lengths, device=device)
        self._rows = torch.arange(len(lengths), device=device)
        seen = torch.arange(self._end, device=device) <= self._at[:, None]
        return {"full_attention": seen[:, None, None], "linear_attention": None}

    def _roomy(self, layer: int, length: int, like: Tensor) -> list[Tensor]:
        """Keys and values of a layer, with room for ``length`` tokens."""
        size = (self._count, like.shape[1], -(-length // ROOM) * ROOM, like.shape[3])
        self._grown[layer] = _enlarged(self._grown.get(layer), [size, size], [like, like])
        return self._grown[layer]

    # What follows is called by the models.

    def update(self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any) -> Iterable[Tensor]:
        """Write a token's keys and values, of shape (rows, heads, 1, size); all that the rows hold."""
        pair = self._roomy(layer_idx, self._end, key_states)
        for mine, theirs in zip(pair, (key_states, value_states), strict=True):
            # Layers may be on several devices.
            mine[self._rows.to(mine.device), :, self._at.to(mine.device)] = theirs[:, :, 0]
        return tuple(mine[: self._used, :, : self._end] for mine in pair)

    def get_seq_length(self, _layer_idx: int = 0) -> int:
        """Tokens before this step, of the longest page."""
        return self._end - 1

    def get_conv_state(self, layer_idx: int, **_: Any) -> Tensor:
        """Of the rows in use; the model changes it in place."""
        return self._fixed[layer_idx][0][: self._used]

    def get_recurrent_state(self, layer_idx: int, **_: Any) -> Tensor:
        """Of the rows in use."""
        return self._fixed[layer_idx][1][: self._used]

    def update_recurrent_state(self, recurrent_states: Tensor, layer_idx: int, **_: Any) -> Tensor:
        """Replace the states of the rows in use."""
        return self._fixed[layer_idx][1][: self._used].copy_(recurrent_states)

    def is_recording_past(self, _layer_idx: int) -> bool:
        """Never: there is no way back."""
        return False


def _enlarged(old: list[Tensor] | None, sizes: list[tuple[int, ...]], like: list[Tensor]) -> list[Tensor]:
    """Tensors of these sizes at least, with what is in the old ones.

    Zeros, as memory that was never written may hold what is not a number, and that shows through a mask.
    """
    if old is None:
        return [tensor.new_zeros(size) for tensor, size in zip(like, sizes, strict=True)]
    return [_roomier(tensor, size) for tensor, size in zip(old, sizes, strict=True)]


def _roomier(tensor: Tensor, size: tuple[int, ...]) -> Tensor:
    wanted = [max(sides) for sides in zip(tensor.shape, size, strict=True)]
    if wanted == list(tensor.shape):
        return tensor
    larger = tensor.new_zeros(wanted)
    larger[tuple(slice(side) for side in tensor.shape)] = tensor
    return larger
