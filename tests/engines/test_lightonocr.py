"""LightOnOCR without a checkpoint: the table of families, the choice between attempts, sampling and options."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from transformers import TopPLogitsWarper

from ocr_plugins import MissingDependencyError, OptionError, PageImage, get_engine
from ocr_plugins.engines.lightonocr import LightOnOcrEngine
from ocr_plugins.engines.lightonocr.attempts import Asked, Attempt, best_attempt, read_pages
from ocr_plugins.engines.lightonocr.families import UNKNOWN, by_name, of_config, read_config
from ocr_plugins.engines.lightonocr.sampling import choose
from ocr_plugins.engines.lightonocr.writing import WrittenPage, unrepeated
from ocr_plugins.errors import EngineError, ModelError, OcrError
from ocr_plugins.testing import made_page

SERVER = "http://localhost:8000/v1"
PIXTRAL = {"vision_config": {"model_type": "pixtral"}, "text_config": {"model_type": "qwen3"}}
LABELLED = {"model_type": "mistral3", "architectures": ["LightOnOCRForConditionalGeneration"], **PIXTRAL}
QWEN = {
    "model_type": "qwen3_5",
    "vision_config": {"model_type": "qwen3_5_vision"},
    "text_config": {"model_type": "qwen3_5_text"},
}


@pytest.mark.parametrize(
    ("model", "architecture", "edge", "temperature", "limit", "dialect", "grounds"),
    [
        ("lightonai/LightOnOCR-1B-1025", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-0.9B-32k-1025", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-0.9B-16k-1025", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-2-1B", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-2-1B-base", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-2-1B-bbox", "lighton_ocr", 1540, 0.2, 4096, "bbox", False),
        ("lightonai/LightOnOCR-2-1B-bbox-soup", "lighton_ocr", 1540, 0.2, 4096, "bbox", False),
        ("lightonai/LightOnOCR-2-1B-ocr-soup", "lighton_ocr", 1540, 0.2, 4096, "markdown", False),
        ("lightonai/LightOnOCR-3-1B", "lighton_ocr", 1540, 0.1, 12288, "markdown", True),
        ("lightonai/LightOnOCR-3-0.8B", "qwen3_5", 2048, 0.1, 12288, "markdown", True),
        ("lightonai/LightOnOCR-3-4B", "qwen3_5", 2048, 0.1, 12288, "markdown", True),
    ],
)
def test_every_published_model_is_known_by_its_name(
    model: str, architecture: str, edge: int, temperature: float, limit: int, dialect: str, grounds: bool
) -> None:
    family = by_name(model)
    assert family is not None
    assert (family.architecture, family.longest_edge, family.temperature) == (architecture, edge, temperature)
    assert (family.max_new_tokens, family.dialect, family.grounds) == (limit, dialect, grounds)
    assert by_name(f"/models/{model.split('/')[1]}/") == family
    assert by_name(f"someone/my-{model.split('/')[1]}-invoices") == family


@pytest.mark.parametrize(
    ("config", "architecture"), [(LABELLED, "lighton_ocr"), (PIXTRAL | {"model_type": "lighton_ocr"}, "lighton_ocr")]
)
def test_a_fine_tune_of_another_name_is_recognised_by_its_config(config: dict[str, Any], architecture: str) -> None:
    family = of_config(config, "someone/receipts")
    assert (family.architecture, family.longest_edge) == (architecture, 1540)
    assert of_config(QWEN, "someone/receipts").longest_edge == 2048
    assert by_name("someone/receipts") is None


def test_the_config_is_believed_and_not_a_name_that_contradicts_it() -> None:
    assert of_config(QWEN, "someone/lightonocr-2-distilled").architecture == "qwen3_5"
    assert of_config(LABELLED, "someone/LightOnOCR-2-1B-bbox").dialect == "bbox"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"model_type": "bert"},
        LABELLED | {"text_config": {"model_type": "mistral"}},
        {"model_type": "qwen3", "text_config": None},
        QWEN | {"model_type": "qwen3_5_text", "vision_config": None},
    ],
)
def test_another_model_is_no_family(config: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"no LightOnOCR model.*Choose"):
        of_config(config, "someone/model")


def test_a_folder_without_a_readable_config_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        read_config(tmp_path)
    for content in ("{", "[1]"):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(ModelError, match="Download the model again"):
            read_config(tmp_path)


def test_the_engine_is_rendered_for_as_its_family_wants(tmp_path: Path) -> None:
    assert get_engine("lightonocr").info.longest_edge == 1540
    assert get_engine("lightonocr", model="lightonai/LightOnOCR-3-4B").info.longest_edge == 2048
    assert get_engine("lightonocr", longest_edge=1024, batch_size=3).info.longest_edge == 1024
    assert get_engine("lightonocr", longest_edge=1024, batch_size=3).info.batch_size == 3
    (tmp_path / "config.json").write_text(json.dumps(QWEN))
    (tmp_path / "model.safetensors").touch()
    assert get_engine("lightonocr", model=str(tmp_path)).info.longest_edge == 2048
    assert LightOnOcrEngine.info.longest_edge == 1540


def test_more_pages_are_given_at_once_to_a_gpu() -> None:
    batches = {device: get_engine("lightonocr", device=device).info.batch_size for device in ("cpu", "cuda", "cuda:1")}
    assert batches == {"cpu": 8, "cuda": 64, "cuda:1": 64}
    assert get_engine("lightonocr", device="cuda", batch_size=100).info.batch_size == 100


def test_boxes_are_only_asked_for_where_there_are_any() -> None:
    assert get_engine("lightonocr", model="lightonai/LightOnOCR-3-1B", grounding=True).info.boxes
    assert not get_engine("lightonocr", model="lightonai/LightOnOCR-3-1B").info.boxes
    assert UNKNOWN.prompt(grounding=True) == "grounding"
    assert UNKNOWN.prompt(grounding=False) == ""
    with pytest.raises(OptionError, match=r"gives no boxes.*LightOnOCR-3"):
        get_engine("lightonocr", model="lightonai/LightOnOCR-2-1B", grounding=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "http://localhost:8000/v1"}, "base_url"),
        ({"concurrency": 4}, "concurrency"),
        ({"temperature": 3}, "temperature"),
        ({"retries": (0.5, -1)}, "retries"),
        ({"model": ""}, "model"),
        ({"batch_size": 0}, "batch_size"),
    ],
)
def test_impossible_options_are_errors(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        get_engine("lightonocr", **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give base_url, the address of a server, or serve"),
        ({"base_url": SERVER, "device": "cuda"}, "device"),
        ({"base_url": SERVER, "batch_size": 4}, "batch_size"),
        ({"base_url": SERVER, "concurrency": 0}, "concurrency"),
        ({"base_url": SERVER, "grounding": True}, "gives no boxes"),
    ],
)
def test_what_has_no_effect_on_a_server_is_an_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        get_engine("lightonocr-server", **options)


def test_a_server_is_given_as_many_pages_at_once_as_it_reads() -> None:
    engine = get_engine("lightonocr-server", base_url=SERVER, model="LightOnOCR-3-4B", concurrency=9)
    assert (engine.info.longest_edge, engine.info.batch_size) == (2048, 9)
    assert engine.download() == []


@pytest.mark.parametrize(
    ("options", "edge"),
    [
        ({"served_model_name": "lightonai/LightOnOCR-3-4B"}, 2048),
        ({"served_model_name": "ocr"}, 1540),
        ({"served_model_name": "lightonai/LightOnOCR-3-4B", "model": "lightonai/LightOnOCR-2-1B"}, 1540),
        ({"served_model_name": "ocr", "model": "lightonai/LightOnOCR-3-4B"}, 2048),
    ],
)
def test_the_name_on_the_server_tells_the_family_unless_a_model_is_given(options: dict[str, str], edge: int) -> None:
    assert get_engine("lightonocr-server", base_url=SERVER, **options).info.longest_edge == edge


@pytest.mark.parametrize("module", ["huggingface_hub", "torch", "transformers"])
def test_a_missing_package_is_an_error_with_the_command_that_installs_it(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LABELLED))
    (tmp_path / "model.safetensors").touch()
    model = "nobody/LightOnOCR-2-1B" if module == "huggingface_hub" else str(tmp_path)
    page = PageImage(made_page(["text"], size=(200, 200)))
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "ocr_plugins.engines.lightonocr.checkpoint", raising=False)
    with pytest.raises(
        MissingDependencyError, match=rf"{module} is not installed: pip install 'ocr-plugins\[lightonocr]'"
    ):
        LightOnOcrEngine(model=model).recognize([page])


class Reader:
    """Reads pages, which go by their text, one by one: what is listed for it, one after the other; notes its calls."""

    def __init__(self, results: dict[str, list[Attempt | OcrError]]) -> None:
        self.results = results
        self.calls: list[tuple[str, float]] = []

    def __call__(self, asked: Iterator[Asked[str]]) -> Iterator[tuple[int, Attempt | OcrError] | None]:
        for page in asked:
            self.calls.append((page.image, page.temperature))
            yield None
            yield page.key, self.results[page.image].pop(0)

    def read(self, pages: str, temperature: float, **options: Any) -> list[Attempt | OcrError]:
        results = read_pages(self, enumerate(pages), temperature=temperature, **options)
        return [result for _, result in sorted(filter(None, results), key=lambda keyed: keyed[0])]


def test_only_pages_without_an_end_are_read_again_at_rising_temperature() -> None:
    good, bad = Attempt("good", finished=True), Attempt("bad", finished=False)
    reader = Reader({"a": [good], "b": [bad, bad, good], "c": [bad, bad, bad, bad]})
    assert reader.read("abc", temperature=0.1) == [good, good, bad]
    heats = {page: [heat for name, heat in reader.calls if name == page] for page in "abc"}
    assert heats == {"a": [0.1], "b": [0.1, 0.2, 0.5], "c": [0.1, 0.2, 0.5, 0.8]}


def test_a_page_without_an_end_comes_before_new_ones() -> None:
    good, bad = Attempt("good", finished=True), Attempt("bad", finished=False)
    reader = Reader({"a": [bad, good], "b": [good], "c": [bad, good]})
    reader.read("abc", temperature=0)
    assert reader.calls == [("a", 0), ("a", 0.2), ("b", 0), ("c", 0), ("c", 0.2)]


def test_retries_below_the_first_temperature_are_left_out() -> None:
    reader = Reader({"a": [Attempt("bad", finished=False)] * 4})
    reader.read("a", temperature=0.5, retries=(0.2, 0.5, 0.8))
    assert reader.calls == [("a", 0.5), ("a", 0.8)]


def test_the_attempt_that_came_furthest_is_kept() -> None:
    short, long = Attempt("ab", finished=False, logprob=-0.1), Attempt("abc", finished=False, logprob=-2.0)
    assert best_attempt([short, long]) == long
    assert best_attempt([long, Attempt("", finished=True)]).text == ""
    likely = Attempt("abd", finished=False, logprob=-0.2)
    assert best_attempt([long, likely, Attempt("abe", finished=False)]) == likely


def test_an_error_stands_for_its_page_alone_and_never_replaces_text() -> None:
    error, bad, good = EngineError("down"), Attempt("bad", finished=False), Attempt("good", finished=True)
    reader = Reader({"a": [error], "b": [good], "c": [bad, error]})
    assert reader.read("abc", temperature=0.2) == [error, good, bad]


def test_greedy_takes_the_likeliest_token_and_tells_its_probability() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0]])
    tokens, logprobs = choose(logits, [0.9, 0.9], temperatures=[0, 0], top_p=0.5)
    assert tokens == [1, 0]
    assert logprobs == pytest.approx(logits.log_softmax(-1).amax(-1).tolist(), abs=1e-6)


def test_each_row_has_a_temperature_of_its_own() -> None:
    logits = torch.tensor([[1.1, 1.2, 1.0]]).repeat(3, 1)
    tokens, _ = choose(logits, [0.5, 0.5, 0.999], temperatures=[1.0, 0, 0.5], top_p=1.0)
    assert tokens == [0, 1, 2]
    assert choose(logits[:1], [0.5], temperatures=[1.0], top_p=1.0)[0] == [0]
    assert choose(logits[:1], [0.999], temperatures=[0.5], top_p=1.0)[0] == [2]


@pytest.mark.parametrize("top_p", [0.3, 0.9, 1.0])
@pytest.mark.parametrize("temperature", [0.3, 1.0])
@pytest.mark.parametrize("vocabulary", [9, 1000])
def test_tokens_are_drawn_with_the_probabilities_of_transformers(
    top_p: float, temperature: float, vocabulary: int
) -> None:
    torch.manual_seed(0)
    logits = torch.randn(1, vocabulary) * 2
    scores = logits / temperature
    if top_p < 1:
        scores = TopPLogitsWarper(top_p)(torch.zeros(1, 1, dtype=torch.long), scores)
    draws = 20_000
    even = [(i + 0.5) / draws for i in range(draws)]
    tokens, logprobs = choose(logits.expand(draws, -1), even, temperatures=[temperature] * draws, top_p=top_p)
    drawn = torch.bincount(torch.tensor(tokens), minlength=vocabulary) / draws
    assert torch.allclose(drawn, scores.softmax(-1)[0], atol=3e-4)
    assert logprobs[0] == pytest.approx(float(logits.log_softmax(-1)[0, tokens[0]]), abs=1e-5)


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        ([7] * 70, 1),
        ([7, 8] * 66, 2),
        (list(range(20)) * 41, 20),
        (list(range(300)) * 6 + [0, 1, 2], 300),
    ],
)
def test_a_loop_is_known_and_its_first_unit_kept(end: list[int], kept: int) -> None:
    before = list(range(1000, 1100))
    assert unrepeated(before + end) == 100 + kept


def test_what_a_page_may_repeat_is_no_loop() -> None:
    row = [3, 5, 5, 5, 5, 4]
    for written in ([7] * 40, row * 35, list(range(20)) * 30, list(range(300)) * 3, []):
        assert unrepeated(written) == len(written)


@pytest.mark.parametrize(
    ("hidden", "engine", "needed"),
    [
        ("torch", "lightonocr-server", ""),
        ("openai", "lightonocr-server", "ocr-plugins[server]"),
        ("torch", "lightonocr", "ocr-plugins[lightonocr]"),
        ("openai", "lightonocr", ""),
    ],
)
def test_each_engine_needs_its_own_packages(hidden: str, engine: str, needed: str) -> None:
    options = {"base_url": SERVER} if engine == "lightonocr-server" else {}
    code = (
        f"import sys; sys.modules[{hidden!r}] = None\n"
        "from ocr_plugins import MissingDependencyError, get_engine\n"
        f"try: get_engine({engine!r}, **{options!r})\n"
        "except MissingDependencyError as e: print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert needed in done.stdout
    assert bool(needed) == bool(done.stdout)


def test_confidence_is_that_of_the_text_and_of_its_end_and_not_of_what_only_repeats() -> None:
    page = Asked(0, Image.new("RGB", (1, 1)), 0.0)
    loop = WrittenPage(page, 1, 0, random.Random(), tokens=[5, *[7] * 600], logprobs=[-2.0, *[0.0] * 600])
    assert loop.mean_logprob(stop_repeats=True) == pytest.approx(-1.0)
    assert loop.mean_logprob(stop_repeats=False) == pytest.approx(-2 / 601)
    done = WrittenPage(page, 1, 0, random.Random(), tokens=[5, 2], logprobs=[-0.1, -0.5], finished=True)
    assert done.mean_logprob(stop_repeats=True) == pytest.approx(-0.3)
    assert Attempt("text", finished=True, logprob=-0.3).confidence == pytest.approx(0.741, abs=0.001)
