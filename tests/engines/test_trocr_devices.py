"""TrOCR spread over devices, and in fewer bits: the tokens of the recipe that is given the same."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
import trocr_checkpoints as checkpoints
import trocr_published as published

from ocr_plugins import ModelError, OptionError, get_engine
from ocr_plugins.engines.trocr import TrOcrRecognizer

IMAGES = [checkpoints.line_image(text) for text in checkpoints.TEXTS[:4]]
LIMIT = 8
SPLIT = {
    "encoder.embeddings": "cpu",
    "encoder.layers.0": "disk",
    "encoder.layers.1": "cpu",
    "encoder.layernorm": "cpu",
    "encoder.pooler": "cpu",
    "decoder.model.decoder.embed_tokens": "cpu",
    "decoder.model.decoder.embed_positions": "cpu",
    "decoder.model.decoder.layernorm_embedding": "cpu",
    "decoder.model.decoder.layers.0": "cpu",
    "decoder.model.decoder.layers.1": "disk",
    "decoder.output_projection": "cpu",
}


@pytest.fixture(scope="module", params=["base-handwritten", "large-printed", "small-printed"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published.publish(tmp_path_factory.mktemp("published") / request.param, request.param)


def recognizer(folder: Path, **options: Any) -> TrOcrRecognizer:
    return TrOcrRecognizer(model=str(folder), max_new_tokens=LIMIT, guards=False, **options)


def tokens(reader: TrOcrRecognizer) -> list[list[int]]:
    return [list(reading.tokens) for reading in reader.read_raw(IMAGES)]


def recipe(folder: Path, **loading: Any) -> list[list[int]]:
    return [ids for ids, _ in checkpoints.recipe(folder, IMAGES, loading, max_new_tokens=LIMIT, use_cache=True)]


@pytest.mark.parametrize("device_map", ["auto", SPLIT])
def test_a_model_that_is_spread_reads_what_one_in_one_place_does(folder: Path, device_map: Any) -> None:
    pytest.importorskip("accelerate")
    if isinstance(device_map, dict) and folder.name in published.SINUSOIDAL:
        device_map = {part: place for part, place in device_map.items() if not part.endswith("layernorm_embedding")}
    spread = recognizer(folder, device_map=device_map)
    assert tokens(spread) == recipe(folder)
    weights = spread._checkpoint.model.encoder.layers[0].mlp.fc1.weight
    assert weights.is_meta == (device_map != "auto"), "what is on the disk is not in memory"


@pytest.mark.parametrize("bits", ["8bit", "4bit"])
def test_fewer_bits_read_what_the_recipe_reads_with_them(
    folder: Path, bits: str, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("bitsandbytes")
    from transformers import BitsAndBytesConfig

    few = recognizer(folder, device="cpu", quantization=bits)
    with caplog.at_level(logging.WARNING):
        read = tokens(few)
    said = [record.getMessage() for record in caplog.records if "bitsandbytes" in record.name]
    assert len(said) == len(set(said)), "it says the same with every multiplication"
    four = {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
    whole = ["decoder.output_projection", "encoder.pooler.dense"]
    chosen: dict[str, Any] = four if bits == "4bit" else {"load_in_8bit": True}
    config = BitsAndBytesConfig(**chosen, llm_int8_skip_modules=whole)
    assert read == recipe(folder, quantization_config=config, device_map={"": "cpu"})
    assert few._checkpoint.model.encoder.layers[0].mlp.fc1.weight.dtype in (torch.int8, torch.uint8)


def test_a_map_may_come_from_the_command_line() -> None:
    parts = {"encoder": "cpu", "decoder": 0}
    assert (
        get_engine("trocr", device_map='{"encoder": "cpu", "decoder": 0}').options.model_dump()["device_map"] == parts
    )
    with pytest.raises(OptionError, match="device_map"):
        get_engine("trocr", device_map="everywhere")


def test_a_device_beside_a_map_is_an_error(folder: Path) -> None:
    with pytest.raises(OptionError, match="no effect"):
        recognizer(folder, device="cpu", device_map="auto").read_raw(IMAGES)


@pytest.mark.parametrize("where", ["from_pretrained", "to"])
def test_a_model_that_does_not_fit_into_the_memory_is_an_error_with_a_remedy(
    folder: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(f"transformers.VisionEncoderDecoderModel.{where}", full)
    with pytest.raises(ModelError, match=r"does not fit into the memory of cpu.*quantization.*2\.00 GiB"):
        recognizer(folder, device="cpu").read_raw(IMAGES)
