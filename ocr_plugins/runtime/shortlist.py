"""The best of very many classes without computing most of them, by a shortlist.

A text recogniser that knows 18,710 characters spends a fifth of its time on its last layer, though nearly every line is
made of a few hundred. So the last layer is cut off and computed for the common classes first (as a shortlist of the
target vocabulary in machine translation, https://arxiv.org/abs/1412.2007). Where one of them stands out in every column
of a row, as scores of these models do, that is the answer; the other rows get all classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Columns that all classes are computed for at once: 18,710 scores of 4 bytes each.
MOST_COLUMNS = 512


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Which classes are common, and when one of them is taken without looking at the others.

    Attributes:
        classes: Their indices, the CTC blank first.
        least_blank: Score, before the softmax, from which the blank stands out.
        least_score: The same for the other classes.
    """

    classes: tuple[int, ...]
    least_blank: float
    least_score: float


def best_classes(
    model: Any, shortlist: Shortlist, compiled: Callable[[Any, str], Callable[[Array], list[Array]]], precision: str
) -> Callable[[Array], list[Array]]:
    """A function from a batch to the best class and its probability, both rows × columns.

    A probability within the shortlist leaves the other classes out of the sum: it is too high by 0.0002 on average.

    Args:
        model: An OpenVINO model that ends in a linear layer and a softmax.
        shortlist: Tried first.
        compiled: Compiles a model at a precision; the batch goes in, the outputs come out.
        precision: Of all but the last layer, which is small enough for float32.
    """
    import openvino

    linear = _linear(model)
    features = compiled(openvino.Model([linear.features], model.get_parameters()), precision)
    short = compiled(_head(linear, shortlist.classes), "f32")
    full = compiled(_head(linear, None), "f32")
    index = np.array(shortlist.classes)

    def run(batch: Array) -> list[Array]:
        (rows,) = features(batch)
        position, score, probability = short(rows)
        classes = index[position]
        least = np.where(position == 0, shortlist.least_blank, shortlist.least_score)
        unsure = np.nonzero((score < least).any(1))[0]
        step = max(1, MOST_COLUMNS // rows.shape[1])
        for start in range(0, len(unsure), step):
            part = unsure[start : start + step]
            classes[part], _, probability[part] = full(rows[part])
        return [classes, probability]

    return run


@dataclass(frozen=True, slots=True)
class _Linear:
    """The last layer of a model: what goes in, its weights (features × classes) and the bias of each class."""

    features: Any
    weights: Array
    bias: Array


def _linear(model: Any) -> _Linear:
    """Taken from behind: result, softmax, sum with the bias, product with the weights."""
    node = model.get_results()[0].input_value(0).get_node()
    bias = None
    while node.get_type_name() != "MatMul":
        if node.get_type_name() == "Add":
            bias = _constant(node.input_value(1).get_node())
        node = node.input_value(0).get_node()
    if bias is None:
        raise ValueError("its last layer has no bias")
    return _Linear(node.input_value(0), _constant(node.input_value(1).get_node()), bias.ravel())


def _constant(node: Any) -> Array:
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    return np.asarray(node.data, np.float32)


def _head(linear: _Linear, classes: Sequence[int] | None) -> Any:
    """Position, score and probability of the best of ``classes``, of all for None, as a model of its own."""
    import openvino
    from openvino import opset13 as op

    chosen = slice(None) if classes is None else list(classes)
    weights = np.ascontiguousarray(linear.weights[:, chosen])
    rows = op.parameter(linear.features.get_partial_shape(), np.float32)
    scores = op.add(op.matmul(rows, op.constant(weights), False, False), op.constant(linear.bias[chosen]))
    top = op.topk(scores, np.int64(1), axis=-1, mode="max", sort="none")
    total = op.reduce_sum(op.exp(op.subtract(scores, top.output(0))), np.int64(-1), True)
    outputs = [top.output(1), top.output(0), op.divide(np.float32(1), total)]
    return openvino.Model([op.squeeze(o, np.int64(-1)) for o in outputs], [rows])
