"""LightOnOCR on devices that are not at hand, or that are made small: what they cannot do is not asked of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from attempts import once
from lightonocr_checkpoints import coded_page, qwen_model, tokenizer
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ocr_plugins import EngineError, ModelError, OptionError, get_engine
from ocr_plugins.engines import lightonocr
from ocr_plugins.engines.lightonocr import LightOnOcrEngine, LightOnOcrOptions
from ocr_plugins.engines.lightonocr.families import UNKNOWN
from ocr_plugins.engines.lightonocr.local import LocalBackend
from ocr_plugins.engines.lightonocr.slots import Slots
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
    once(reader.write, [coded_page(["load"], (112, 84))])
    with NoFloat64():
        written = once(reader.write, [coded_page([text], (224, 84)) for text in ("one", "two")], temperature)
    assert all(isinstance(page, WrittenPage) and page.tokens for page in written)
    with pytest.raises(TypeError, match="float64"), NoFloat64():
        torch.ones(1).double()


def tokens(pages: Sequence[Any]) -> list[list[int]]:
    return [page.tokens for page in pages]


PAGES = [coded_page([text], (224, 84)) for text in ("one", "two", "three")]
SPLIT = {
    "model.vision_encoder": "disk",
    "model.vision_projection": "cpu",
    "model.language_model.embed_tokens": "cpu",
    "model.language_model.layers.0": "cpu",
    "model.language_model.layers.1": "disk",
    "model.language_model.layers.2": "cpu",
    "model.language_model.layers.3": "disk",
    "model.language_model.norm": "cpu",
    "model.language_model.rotary_emb": "cpu",
    "lm_head": "cpu",
}


@pytest.mark.parametrize("device_map", ["auto", SPLIT])
def test_a_model_that_is_spread_writes_what_one_in_one_place_does(device_map: Any) -> None:
    pytest.importorskip("accelerate")
    expected = tokens(once(backend(TINY, device="cpu").write, PAGES))
    spread = backend(TINY, device_map=device_map)
    assert tokens(once(spread.write, PAGES)) == expected
    weights = spread._checkpoint().model.model.vision_encoder.patch_conv.weight
    assert weights.is_meta == (device_map is SPLIT), "what is on the disk is not in memory"


def test_a_map_may_come_from_the_command_line() -> None:
    engine = LightOnOcrEngine(device_map='{"model": "cpu", "lm_head": 0}')
    assert engine.options.device_map == {"model": "cpu", "lm_head": 0}
    with pytest.raises(OptionError, match="device_map"):
        get_engine("lightonocr", device_map="everywhere")


@pytest.mark.parametrize("bits", ["8bit", "4bit"])
def test_fewer_bits_write_nearly_the_same(bits: str) -> None:
    pytest.importorskip("bitsandbytes")
    whole, few = backend(TINY, device="cpu"), backend(TINY, device="cpu", quantization=bits)
    written = tokens(once(few.write, PAGES))
    assert all(written)
    if bits == "8bit":
        assert [page[:3] for page in written] == [page[:3] for page in tokens(once(whole.write, PAGES))]
    sizes = [reader._checkpoint().model.get_memory_footprint() for reader in (few, whole)]
    assert sizes[0] < sizes[1] / 2


def test_a_model_that_does_not_fit_into_the_memory_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    for name in ("from_pretrained", "to"):
        with monkeypatch.context() as patched:
            patched.setattr(transformers.LightOnOcrForConditionalGeneration, name, full)
            with pytest.raises(ModelError, match=r"does not fit into the memory of cpu.*quantization.*2\.00 GiB"):
                once(backend(TINY, device="cpu").write, PAGES)


def test_a_page_that_does_not_fit_alone_is_an_error_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = coded_page(["one"], (224, 84)), coded_page(["large"], (448, 420))
    pages = [small, large, coded_page(["two"], (224, 84))]
    whole = once(backend(TINY, device="cpu").write, pages)
    held = [page.length for page in whole if isinstance(page, WrittenPage)]
    most = max(held[0], held[2])
    assert held[1] > most
    step = Slots.step

    def limited(self: Slots, lengths: list[int], device: torch.device) -> Any:
        if max(lengths) > most:
            raise torch.OutOfMemoryError("made to fail")
        return step(self, lengths, device)

    monkeypatch.setattr(Slots, "step", limited)
    first, failed, last = once(backend(TINY, device="cpu", batch_size=3).write, pages)
    assert isinstance(failed, EngineError)
    assert "does not fit into the memory of cpu" in str(failed)
    assert tokens([first, last]) == tokens([whole[0], whole[2]])


def test_threads_are_those_of_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    once(backend(TINY, device="cpu", threads=3).write, PAGES[:1])
    assert chosen == [3]


def test_a_gpu_is_told_by_torch_where_it_is_loaded_and_by_its_driver_where_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(lightonocr, "GPU_DEVICES", (str(tmp_path / "nvidiactl"),))
    for there in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert get_engine("lightonocr").info.batch_size == (64 if there else 8)
    monkeypatch.delitem(sys.modules, "torch")
    assert get_engine("lightonocr").info.batch_size == 8
    (tmp_path / "nvidiactl").touch()
    assert get_engine("lightonocr").info.batch_size == 64


def test_rows_are_counted_with_the_tokens_that_the_page_has_and_a4_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    assert UNKNOWN.image_tokens((1654, 2339), 1540) == 39 * 55
    assert UNKNOWN.image_tokens((224, 168), 1540) == 8 * 6
    reader = backend(TINY, device="cpu", max_new_tokens=1000)
    loaded = reader._checkpoint()
    on_gpu = replace(loaded, device=torch.device("cuda"))
    text = loaded.model.config.text_config
    token = 2 * text.num_hidden_layers * text.num_key_value_heads * text.head_dim * 4
    # Nine of ten rows are in what others left, the last is in what PyTorch keeps for itself.
    rows = (39 * 55 + 1000) * token
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (9 * rows / 0.7, 0))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _device: 3 * rows / 0.7)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _device: 1.9 * rows / 0.7)
    assert [reader._fitting_rows(on_gpu, coded_page(["a"], size)) for size in ((224, 84), (1654, 2339))] == [10, 10]
    square = coded_page(["a"], (1540, 1540))
    assert reader._fitting_rows(on_gpu, square) == int(10 * (39 * 55 + 1000) / (55 * 55 + 1000))
