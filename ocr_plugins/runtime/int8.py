"""Linear layers of a PyTorch model in 8 bits on the CPU, by ONNX Runtime; all else stays PyTorch's, in float32.

Weights are rounded once, by output channel; inputs with each call, by their largest and smallest value (dynamic
quantisation). So what is read together with a line can move the last digits of it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Int8Linear", "to_int8"]

# Of 127: CPUs without VNNI add two products in 16 bits, which the other half of the range would overflow.
LARGEST_WEIGHT = 63
# Every layer has threads of its own, which sleep between its calls.
MOST_THREADS = 8
# Of ONNX and its file format: old enough for every ONNX Runtime that is in use.
OPSET, IR_VERSION = 17, 8


def to_int8(model: nn.Module) -> None:
    """Put :class:`Int8Linear` in the place of every linear layer of a model on the CPU, one at a time."""
    for module in list(model.modules()):
        for name, layer in module.named_children():
            if type(layer) is nn.Linear:
                setattr(module, name, Int8Linear(layer))


class Int8Linear(nn.Module):  # type: ignore[misc]  # PyTorch's types are not followed
    """A linear layer that multiplies in 8 bits, for inference; it takes and gives float32."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        import onnxruntime

        _share_memory()
        settings = onnxruntime.SessionOptions()
        settings.add_session_config_entry("session.use_env_allocators", "1")
        settings.intra_op_num_threads = min(torch.get_num_threads(), MOST_THREADS)
        # PyTorch's threads want the cores in between.
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.out_features = layer.out_features
        self._session = onnxruntime.InferenceSession(_graph(layer), settings, providers=["CPUExecutionProvider"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """As of ``nn.Linear``."""
        rows = x.reshape(-1, x.shape[-1]).contiguous().numpy()
        (result,) = self._session.run(None, {"x": rows})
        return torch.from_numpy(result).view(*x.shape[:-1], self.out_features)


@functools.cache
def _share_memory() -> None:
    """One memory for the results of all layers: each would keep its own, which for a batch is gigabytes together."""
    from onnxruntime import OrtAllocatorType, OrtArenaCfg, OrtMemoryInfo, OrtMemType, create_and_register_allocator

    memory = OrtMemoryInfo("Cpu", OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, OrtMemType.DEFAULT)
    no_limit, as_asked, default = 0, 1, -1
    create_and_register_allocator(memory, OrtArenaCfg(no_limit, as_asked, default, default))


def _graph(layer: nn.Linear) -> bytes:
    """The layer as an ONNX model; ONNX Runtime makes one operation of its nodes."""
    from onnx import TensorProto, helper, numpy_helper

    weight = layer.weight.detach().float().numpy().T
    scale = np.maximum(np.abs(weight).max(0), np.finfo(np.float32).tiny) / LARGEST_WEIGHT
    constants: dict[str, npt.NDArray[Any]] = {
        "weight": np.round(weight / scale).astype(np.int8),
        "weight_scale": scale.astype(np.float32),
        "bias": np.zeros(len(scale), np.float32) if layer.bias is None else layer.bias.detach().float().numpy(),
    }
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["rounded", "x_scale", "x_zero"]),
        helper.make_node("MatMulInteger", ["rounded", "weight", "x_zero"], ["product"]),
        helper.make_node("Cast", ["product"], ["as_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["x_scale", "weight_scale"], ["scale"]),
        helper.make_node("Mul", ["as_float", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, layer.in_features])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, layer.out_features])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())
