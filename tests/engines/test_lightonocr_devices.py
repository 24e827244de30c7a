"""LightOnOCR on devices that are not at hand, or that are made small: what they cannot do is not asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from lightonocr_checkpoints import coded_page, qwen_model, tokenizer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ocr_plugins.engines.lightonocr import LightOnOcrOptions
from ocr_plugins.engines.lightonocr.local import LocalBackend
from ocr_plugins.engines.lightonocr.writing import WrittenPage

TINY = Path(__file__).parents[1] / "data" / "lightonocr-tiny"


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of Qwen3.5's classes with random weights."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("qwen")
    for part in qwen_model(tokenizer()):
        part.save_pretrained(folder)
    return folder


def backend(folder: Path, **options: Any) -> LocalBackend:
    defaults: dict[str, Any] = {"dtype": "float32", "max_new_tokens": 12}
    return LocalBackend(LightOnOcrOptions(model=str(folder), **defaults | options))


class NoFloat64(TorchDispatchMode):  # type: ignore[misc]
    """Every tensor is as on MPS, where a float64 cannot be."""

    def __torch_dispatch__(self, op: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = op(*args, **(kwargs or {}))
        if any(isinstance(leaf, torch.Tensor) and leaf.dtype == torch.float64 for leaf in tree_leaves(result)):
            raise TypeError(f"{op}: cannot convert an MPS tensor to float64")
        return result


@pytest.mark.parametrize("temperature", [0.0, 0.8])
@pytest.mark.parametrize("model", ["lighton", "qwen"])
def test_pages_are_written_without_float64_which_mps_has_not(qwen: Path, model: str, temperature: float) -> None:
    reader = backend(qwen if model == "qwen" else TINY)
    reader.write([coded_page(["load"], (112, 84))], temperature=0)
    with NoFloat64():
        written = reader.write([coded_page([text], (224, 84)) for text in ("one", "two")], temperature=temperature)
    assert all(isinstance(page, WrittenPage) and page.tokens for page in written)
    with pytest.raises(TypeError, match="float64"), NoFloat64():
        torch.ones(1).double()
