"""TrOCR in 8 bits on a CPU, by ONNX Runtime: nearly what float32 reads, and nothing but that."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
import trocr_checkpoints as checkpoints
import trocr_published as published
from torch import nn

from ocr_plugins import MissingDependencyError, OptionError
from ocr_plugins.engines.trocr import TrOcrRecognizer

TRAINED = Path(__file__).parents[1] / "data" / "trocr-small"
IMAGES = [checkpoints.line_image(text) for text in checkpoints.TEXTS]


def recognizer(folder: Path = TRAINED, **options: Any) -> TrOcrRecognizer:
    return TrOcrRecognizer(model=str(folder), quantization="int8", **options)


@pytest.fixture
def needed() -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")


@pytest.mark.usefixtures("needed")
def test_a_trained_model_reads_in_int8_what_it_reads_in_float32() -> None:
    whole = TrOcrRecognizer(model=str(TRAINED), device="cpu").read_lines(IMAGES)
    few = recognizer().read_lines(IMAGES)
    same = [a[0] == b[0] for a, b in zip(whole, few, strict=True)]
    assert sum(same) >= 0.9 * len(same)
    assert [c for _, c in few] == pytest.approx([c for _, c in whole], abs=0.1)
    assert few != whole, "the confidence shows that it was rounded"


@pytest.mark.usefixtures("needed")
@pytest.mark.parametrize("name", ["small-printed", "base-handwritten", "large-printed"])
def test_every_linear_layer_of_the_published_shapes_is_in_int8(name: str, tmp_path: Path) -> None:
    few = recognizer(published.publish(tmp_path / name, name), max_new_tokens=8)
    assert len(few.read_raw(IMAGES[:3])) == 3
    assert not any(type(module) is nn.Linear for module in few._checkpoint.model.modules())


@pytest.mark.usefixtures("needed")
@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_is_near_to_its_own_float32_for_any_weights(bias: bool) -> None:
    from ocr_plugins.runtime.int8 import Int8Linear

    # All weights and inputs at their largest: in 8 bits the sums of a CPU without VNNI would overflow here.
    layer = nn.Linear(64, 3, bias=bias)
    nn.init.constant_(layer.weight, 0.5)
    layer.weight.data[1], layer.weight.data[2] = 0, -1e-3
    x = torch.full((2, 5, 64), 3.0)
    with torch.inference_mode():
        torch.testing.assert_close(Int8Linear(layer)(x), layer(x), rtol=0.02, atol=1e-3)


@pytest.mark.parametrize("options", [{"device": "cuda"}, {"device_map": "auto"}, {"dtype": "bfloat16"}])
def test_int8_is_refused_where_it_does_not_run(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="int8"):
        recognizer(**options).read_lines(IMAGES[:1])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="pip install onnx onnxruntime"):
        recognizer().read_lines(IMAGES[:1])


@pytest.mark.usefixtures("needed")
def test_it_closes_and_goes_to_another_process_like_any_other() -> None:
    few = recognizer()
    before = few.read_lines(IMAGES[:2])
    few.close()
    assert pickle.loads(pickle.dumps(few)).read_lines(IMAGES[:2]) == before
