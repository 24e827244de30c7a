"""LightOnOCR on one's own pages: every published shape is trained, saved and read; what is wrong is told before."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import finetune_lightonocr
import lightonocr_checkpoints as checkpoints
import lightonocr_pages
import pytest
import torch
from PIL import Image
from transformers import Trainer

from ocr_plugins import PageImage, get_engine
from ocr_plugins.engines.lightonocr.writing import WrittenPage
from ocr_plugins.testing import made_page

TINY = Path(__file__).parents[1] / "data" / "lightonocr-tiny"
LIMIT = 12
PAGES = [made_page([f"Page {i}", "of a letter"], size=(98, 70), font_size=12, margin=4) for i in range(4)]
LABEL = {"model_type": "mistral3", "architectures": ["LightOnOCRForConditionalGeneration"]}
# By their names: the architecture, and what is published of the first generations in config.json.
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "LightOnOCR-1B-1025": ("lighton", LABEL),
    "LightOnOCR-0.9B-16k-1025": ("lighton", LABEL | {"image_token_id": None, "image_token_index": 256}),
    "LightOnOCR-2-1B": ("lighton", LABEL),
    "LightOnOCR-2-1B-bbox": ("lighton", LABEL),
    "LightOnOCR-3-1B": ("lighton", {}),
    "LightOnOCR-3-0.8B": ("qwen", {}),
}

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More are slower for models of this size."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, checkpoints.Made]:
    """Untrained models of both architectures."""
    folder = tmp_path_factory.mktemp("saved")
    torch.manual_seed(0)
    made = {}
    for name, make in (("lighton", checkpoints.lighton_model), ("qwen", checkpoints.qwen_model)):
        model, processor = make(checkpoints.tokenizer())
        model.save_pretrained(folder / name)
        processor.save_pretrained(folder / name)
        made[name] = checkpoints.Made(folder / name, [], processor)
    return made


def published(saved: dict[str, checkpoints.Made], folder: Path, name: str) -> Path:
    architecture, config = SHAPES[name]
    copy = checkpoints.published if config else checkpoints.relabelled
    return copy(saved[architecture], folder / name, **config).folder


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """An image, a PDF of one page and one of two, with their Markdown."""
    folder = tmp_path / "pages"
    (folder / "below").mkdir(parents=True)
    PAGES[0].save(folder / "a.png")
    PAGES[1].save(folder / "b.pdf")
    PAGES[2].save(folder / "below" / "c.pdf", save_all=True, append_images=PAGES[3:])
    for i, name in enumerate(("a.md", "b.md", "below/c.p1.md", "below/c.p2.md")):
        (folder / name).write_text(f"# Page {i}\n\nof a letter\n")
    return folder


Finetune = Callable[..., str]


@pytest.fixture
def finetune(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Finetune:
    """Run the example; gives what it prints last."""

    def run(model: Path | str, pages: Path, out: Path, *options: str) -> str:
        given = ["--model", str(model), "--pages", str(pages), "--out", str(out), "--workers", "0", *options]
        monkeypatch.setattr(sys, "argv", ["finetune_lightonocr.py", *given])
        finetune_lightonocr.main()
        return capsys.readouterr().out.splitlines()[-1]

    return run


def engine(model: Path) -> Any:
    return get_engine("lightonocr", model=str(model), device="cpu", dtype="float32", max_new_tokens=LIMIT)


def tokens(model: Path) -> list[list[int]]:
    pages = engine(model)._backend.write(PAGES, temperature=0.0)
    return [page.tokens for page in pages if isinstance(page, WrittenPage)]


QUICKLY = ("--steps", "2", "--batch-size", "2", "--rate", "0.05", "--dtype", "float32")


@pytest.mark.parametrize("name", SHAPES)
def test_a_published_shape_is_trained_and_its_adapter_reads_as_the_merged_model(
    saved: dict[str, checkpoints.Made], pages: Path, tmp_path: Path, finetune: Finetune, name: str
) -> None:
    base = published(saved, tmp_path, name)
    finetune(base, pages, tmp_path / "mine", *QUICKLY)
    finetune(base, pages, tmp_path / f"my-{name}", *QUICKLY, "--merge")
    assert not (tmp_path / "mine" / "config.json").exists()
    assert not (tmp_path / f"my-{name}" / "adapter_config.json").exists()
    assert engine(tmp_path / "mine").load().family == engine(base).load().family, "an adapter's name does not count"
    read = tokens(tmp_path / "mine")
    assert len(read) == len(PAGES)
    assert read == tokens(tmp_path / f"my-{name}")
    assert read != tokens(base)
