"""Where a PyTorch model is put, and in how many bits."""

from __future__ import annotations

import importlib.util
import logging
import sys
from types import ModuleType
from typing import Any

import pytest
import torch

from ocr_plugins.errors import MissingDependencyError, ModelError, OptionError
from ocr_plugins.runtime import placement
from ocr_plugins.runtime.placement import fitting, place
from ocr_plugins.runtime.pytorch import free_memory

CPU = torch.device("cpu")


@pytest.fixture
def bitsandbytes(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A stand-in of the package as far as its settings go; it need not be installed."""
    module = ModuleType("bitsandbytes")
    module.supported_torch_devices = {"cpu", "cuda"}  # type: ignore[attr-defined]
    module.__version__ = "0.50"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bitsandbytes", module)
    monkeypatch.setattr(placement, "_need", lambda *_: None)
    return module


def test_a_model_is_loaded_and_then_moved_to_its_device() -> None:
    placed = place("cpu", "auto")
    assert (placed.device, placed.dtype, placed.moves) == (CPU, torch.float32, True)
    assert placed.arguments == {"dtype": torch.float32}


def test_a_map_is_given_to_transformers_as_it_is_and_the_first_that_computes_gets_the_inputs() -> None:
    parts = {"model.vision": "disk", "model.text": "cpu"}
    placed = place("auto", "bfloat16", device_map=parts)
    assert placed.arguments == {"dtype": torch.bfloat16, "device_map": parts}
    assert (placed.device, placed.moves) == (CPU, False)
    spread = torch.nn.Linear(1, 1)
    spread.hf_device_map = {"a": "disk", "b": "cpu", "c": 1, "d": 0}
    assert placed.device_of(spread) == torch.device("cuda:1")


def test_a_device_beside_a_map_is_an_error() -> None:
    with pytest.raises(OptionError, match="device='cpu' has no effect beside device_map"):
        place("cpu", "auto", device_map="auto")


def test_four_bits_are_nf4_and_computed_in_the_models_format(bitsandbytes: ModuleType) -> None:
    config = place("cpu", "bfloat16", quantization="4bit").arguments["quantization_config"]
    assert config.bnb_4bit_quant_type == "nf4"
    assert config.bnb_4bit_compute_dtype == torch.bfloat16


def test_eight_bits_are_multiplied_in_float16_on_a_gpu(
    bitsandbytes: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement, "pick_device", torch.device)
    placed = place("cuda:0", "auto", quantization="8bit")
    assert placed.dtype == torch.float16
    assert placed.arguments["device_map"] == {"": torch.device("cuda:0")}
    assert place("cpu", "auto", quantization="8bit").dtype == torch.float32


def test_a_device_that_bitsandbytes_does_not_know_is_an_error(
    bitsandbytes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bitsandbytes.supported_torch_devices = {"cuda"}
    with pytest.raises(ModelError, match="0.50 does not run on cpu"):
        place("cpu", "auto", quantization="8bit")


def test_a_package_that_is_not_there_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependencyError, match="pip install bitsandbytes accelerate"):
        place("cpu", "auto", quantization="8bit")
    with pytest.raises(MissingDependencyError, match="pip install accelerate"):
        place("auto", "auto", device_map="auto")


def test_what_bitsandbytes_says_with_every_multiplication_is_said_once(
    bitsandbytes: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        place("cpu", "auto", quantization="8bit")
    for _ in range(3):
        logging.getLogger("bitsandbytes.autograd._functions").warning("inputs will be cast from %s", "bfloat16")
    assert [r.getMessage() for r in caplog.records].count("inputs will be cast from bfloat16") == 1


def test_memory_that_runs_out_while_a_model_loads_is_an_error_with_a_remedy() -> None:
    with (
        pytest.raises(ModelError, match=r"a model does not fit into the memory of cpu.*quantization"),
        fitting("a model", CPU),
    ):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory")
    with pytest.raises(RuntimeError, match="something else"), fitting("a model", CPU):
        raise RuntimeError("something else")


def test_the_cache_of_mps_is_given_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[str] = []
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.mps, "empty_cache", lambda: given_back.append("mps"))
    free_memory()
    assert given_back == ["mps"]
