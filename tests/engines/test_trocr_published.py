"""TrOCR as its users have it: every published shape is read as the recipe reads it, fine-tuned, and read again."""

from __future__ import annotations

import sys
from pathlib import Path

import finetune_trocr
import pytest
import torch
import trocr_checkpoints as checkpoints
import trocr_published as published
from transformers import Seq2SeqTrainer, Seq2SeqTrainingArguments

from ocr_plugins.engines.trocr import TrOcrRecognizer

IMAGES = [checkpoints.line_image(text) for text in checkpoints.TEXTS[:4]]
LIMIT = 8
# A file of each kind, as both are published.
WEIGHTS = {name: "bin" if i % 2 else "safetensors" for i, name in enumerate(published.NAMES)}


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    lines = folder / "lines"
    lines.mkdir()
    for i, text in enumerate(checkpoints.TEXTS[:5]):
        checkpoints.line_image(text).save(lines / f"{i}.png")
        (lines / f"{i}.gt.txt").write_text(text)
    return folder


@pytest.fixture(scope="module", params=published.NAMES)
def checkpoint(request: pytest.FixtureRequest, root: Path) -> Path:
    return published.publish(root / request.param, request.param, WEIGHTS[request.param])  # type: ignore[arg-type]


def reads_as_the_recipe(folder: Path) -> list[list[int]]:
    expected = [ids for ids, _ in checkpoints.recipe(folder, IMAGES, max_new_tokens=LIMIT, use_cache=True)]
    read = TrOcrRecognizer(model=str(folder), max_new_tokens=LIMIT, guards=False, dtype="float32").read_raw(IMAGES)
    assert [list(reading.tokens) for reading in read] == expected
    return expected


def finetune(monkeypatch: pytest.MonkeyPatch, checkpoint: Path, out: Path, *options: str) -> None:
    here = {"dataloader_num_workers": 0, "dataloader_persistent_workers": False}
    monkeypatch.setattr(
        finetune_trocr, "Seq2SeqTrainingArguments", lambda **given: Seq2SeqTrainingArguments(**given | here)
    )
    monkeypatch.setattr(finetune_trocr, "MOST_TOKENS", LIMIT)
    lines = str(checkpoint.parent / "lines")
    given = ["--model", str(checkpoint), "--lines", lines, "--steps", "2", "--batch-size", "2", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["finetune_trocr.py", *given, *options])
    finetune_trocr.main()


def test_a_published_checkpoint_reads_as_the_recipe(checkpoint: Path) -> None:
    assert len({tuple(ids) for ids in reads_as_the_recipe(checkpoint)}) > 1, "it does not look at the image"


def test_a_published_checkpoint_is_fine_tuned_saved_and_read(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token ids are in ``decoder`` alone, where training does not look, and its positions may be in no file."""
    finetune(monkeypatch, checkpoint, tmp_path / "mine", "--rate", "1e-3")
    reads_as_the_recipe(tmp_path / "mine")
    before, after = (TrOcrRecognizer(model=str(folder))._checkpoint for folder in (checkpoint, tmp_path / "mine"))
    assert after.tokens == before.tokens
    weights = zip(after.model.parameters(), before.model.parameters(), strict=True)
    changed = [not torch.equal(trained, given.half().float()) for trained, given in weights]
    assert sum(changed) > len(changed) / 2, "nothing was learned"


def test_training_takes_bfloat16_and_several_batches_at_once(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    class Trainer(Seq2SeqTrainer):  # type: ignore[misc]
        def train(self) -> None:
            given.extend((self.args.bf16, self.args.gradient_accumulation_steps, self.args.auto_find_batch_size))
            super().train()

    monkeypatch.setattr(finetune_trocr, "Seq2SeqTrainer", Trainer)
    checkpoint = published.publish(root / "again", "small-stage1")
    finetune(monkeypatch, checkpoint, tmp_path / "mine", "--bf16", "--gradient-accumulation", "2")
    assert given == [True, 2, True]
    reads_as_the_recipe(tmp_path / "mine")
