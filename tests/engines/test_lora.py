"""Adapter folders, as peft writes them: read on their base, refused with the remedy where they do not fit."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightonocr_checkpoints
import peft
import pytest
import torch
import trocr_checkpoints as checkpoints
import trocr_published as published
from transformers import VisionEncoderDecoderModel

from ocr_plugins import MissingDependencyError, ModelError
from ocr_plugins.engines.lightonocr import LightOnOcrEngine
from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.runtime.lora import located, located_if_here

IMAGES = [checkpoints.line_image(text) for text in checkpoints.TEXTS[:4]]
LIMIT = 8
# A tokenizer that is a SentencePiece model, and positions that are in no file.
NAMES = ("small-printed", "base-handwritten", "large-printed")

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
]


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bases")
    return {name: published.publish(folder / name, name) for name in NAMES}


def adapted(base: Path) -> Any:
    """The model with an adapter, of random weights so that it changes what is read."""
    torch.manual_seed(1)
    model = VisionEncoderDecoderModel.from_pretrained(base, dtype=torch.float32)
    config = peft.LoraConfig(r=4, lora_alpha=32, target_modules=["q_proj", "fc1"], init_lora_weights=False)
    return peft.get_peft_model(model, config)


@pytest.fixture
def adapter(bases: dict[str, Path], tmp_path: Path) -> Path:
    adapted(bases["base-handwritten"]).save_pretrained(tmp_path / "mine")
    return tmp_path / "mine"


def read(model: Path, **options: Any) -> list[list[int]]:
    reader = TrOcrRecognizer(model=str(model), max_new_tokens=LIMIT, guards=False, dtype="float32", **options)
    return [list(reading.tokens) for reading in reader.read_raw(IMAGES)]


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_reads_as_the_model_into_which_it_is_merged(
    bases: dict[str, Path], tmp_path: Path, name: str
) -> None:
    model = adapted(bases[name])
    model.save_pretrained(tmp_path / "mine")
    shutil.copytree(bases[name], tmp_path / "merged", ignore=shutil.ignore_patterns("model.safetensors"))
    model.merge_and_unload().save_pretrained(tmp_path / "merged")
    expected = checkpoints.recipe(tmp_path / "merged", IMAGES, max_new_tokens=LIMIT, use_cache=True)
    assert read(tmp_path / "mine") == [ids for ids, _ in expected]
    assert read(tmp_path / "mine") != read(bases[name])


def test_an_adapter_is_put_on_a_model_that_accelerate_places(adapter: Path) -> None:
    assert read(adapter, device_map="auto") == read(adapter)


@pytest.mark.parametrize("bits", ["8bit", "4bit"])
def test_on_fewer_bits_an_adapter_is_kept_apart(bases: dict[str, Path], adapter: Path, bits: str) -> None:
    pytest.importorskip("bitsandbytes")
    reader = TrOcrRecognizer(model=str(adapter), device="cpu", quantization=bits, max_new_tokens=LIMIT, guards=False)
    layer = reader._checkpoint.model.encoder.layers[0].mlp.fc1
    assert layer.base_layer.weight.dtype in (torch.int8, torch.uint8)
    assert not layer.merged
    kept = [list(reading.tokens) for reading in reader.read_raw(IMAGES)]
    assert kept != read(bases["base-handwritten"], device="cpu", quantization=bits)


def test_the_tokenizer_is_the_adapters_own_if_it_has_one(bases: dict[str, Path], adapter: Path) -> None:
    base = bases["base-handwritten"]
    assert located(str(adapter), engine="trocr").processor == base
    for file in ("preprocessor_config.json", "tokenizer_config.json", "vocab.json", "merges.txt"):
        shutil.copy(base / file, adapter)
    found = located_if_here(str(adapter))
    assert found is not None
    assert (found.folder, found.processor, found.adapter) == (base, adapter, adapter)
    (adapter / "vocab.json").write_text("{")
    with pytest.raises(ModelError, match="mine cannot be loaded"):
        read(adapter)


Harm = Callable[[Path, dict[str, Path]], object]


def say(**fields: Any) -> Harm:
    """Write other fields into adapter_config.json."""

    def harm(adapter: Path, _: dict[str, Path]) -> None:
        path = adapter / "adapter_config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | fields))

    return harm


def on(name: str) -> Harm:
    return lambda adapter, bases: say(base_model_name_or_path=str(bases[name]))(adapter, bases)


def cut(name: str, length: int) -> Harm:
    return lambda adapter, _: (adapter / name).write_bytes((adapter / name).read_bytes()[:length])


def on_another_adapter(adapter: Path, bases: dict[str, Path]) -> None:
    shutil.copytree(adapter, adapter.parent / "other")
    say(base_model_name_or_path=str(adapter.parent / "other"))(adapter, bases)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (on("small-printed"), r"does not fit .*small-printed.*size mismatch.*Give its adapter_config\.json the base"),
        (say(target_modules=["query_key_value"]), r"does not fit .*query_key_value.*the base that it was trained on"),
        (say(target_modules=["q_proj"]), r"does not fit .*unexpected \(.*fc1"),
        (say(target_modules=["q_proj", "fc1", "fc2"]), r"does not fit .*missing.*fc2"),
        (say(peft_type="NEWEST"), r"does not fit .*NEWEST"),
        (say(base_model_name_or_path=None), r"adapter_config\.json cannot be read: .*names no model.*Save or download"),
        (
            say(base_model_name_or_path="/nowhere"),
            r"is for /nowhere, .*does not exist.*write its folder into .*adapter",
        ),
        (say(base_model_name_or_path="team/base"), r"is for team/base, .*offline=True.*ocr-plugins download trocr"),
        (on_another_adapter, r"is an adapter itself: merge that into its base first"),
        (cut("adapter_config.json", 20), r"adapter_config\.json cannot be read: .*Save or download the adapter again"),
        (cut("adapter_model.safetensors", 900), r"is damaged .*save the adapter again"),
        (
            lambda adapter, _: (adapter / "adapter_model.safetensors").unlink(),
            r"has no adapter_model\.safetensors beside its adapter_config\.json",
        ),
    ],
)
def test_an_adapter_that_cannot_be_used_is_an_error_with_the_remedy(
    bases: dict[str, Path], adapter: Path, harm: Harm, message: str
) -> None:
    harm(adapter, bases)
    with pytest.raises(ModelError, match=message):
        read(adapter, offline=True)


def test_an_adapter_for_another_kind_of_model_is_refused(bases: dict[str, Path], adapter: Path) -> None:
    with pytest.raises(ModelError, match="base-handwritten is no LightOnOCR model"):
        LightOnOcrEngine(model=str(adapter), offline=True).load()


def test_a_prompt_is_no_adapter(bases: dict[str, Path], adapter: Path) -> None:
    config = {"peft_type": "PROMPT_TUNING", "base_model_name_or_path": str(bases["small-printed"])}
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="but a prompt: save it as LoRA"):
        read(adapter)


def test_parts_on_the_disk_are_refused(adapter: Path) -> None:
    inner = ("embed_tokens", "embed_positions", "layernorm_embedding", "layers.0")
    parts = {f"decoder.model.decoder.{part}": "cpu" for part in inner}
    parts |= {"encoder": "cpu", "decoder.model.decoder.layers.1": "disk", "decoder.output_projection": "cpu"}
    with pytest.raises(ModelError, match="leave device_map out, or merge the adapter"):
        read(adapter, device_map=parts)


def test_without_peft_the_command_that_installs_it_is_told(adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'ocr-plugins\[finetune\]'"):
        read(adapter)


@pytest.mark.parametrize(
    ("name", "file", "content"),
    [
        ("small-printed", "sentencepiece.bpe.model", b""),
        ("small-printed", "sentencepiece.bpe.model", b"half of a model"),
        ("base-handwritten", "vocab.json", b'{"<s>": 0,'),
        ("base-handwritten", "tokenizer.json", b"{}"),
        ("base-handwritten", "tokenizer.json", b'{"version": "1.0", "truncation": null, "padd'),
    ],
)
def test_a_damaged_tokenizer_is_named(
    bases: dict[str, Path], tmp_path: Path, name: str, file: str, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(bases[name], tmp_path / "damaged")
    (tmp_path / "damaged" / file).write_bytes(content)
    with pytest.raises(ModelError, match=r"(tokenizer|processor) of .*damaged .*[Dd]ownload the model again"):
        read(tmp_path / "damaged")
    assert capfd.readouterr().err == "", "the libraries' own words are in the message"


@pytest.mark.parametrize("make", [lightonocr_checkpoints.lighton_model, lightonocr_checkpoints.qwen_model])
@pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": "1.0", "model": {"type": "BPE"', '{"model": 1}'])
def test_a_damaged_tokenizer_of_lightonocr_is_named(tmp_path: Path, make: Callable[..., Any], content: str) -> None:
    model, processor = make(lightonocr_checkpoints.tokenizer())
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match=r"The tokenizer of .* cannot be loaded from .*Download the model again"):
        LightOnOcrEngine(model=str(tmp_path), device="cpu").load()
