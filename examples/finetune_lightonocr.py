"""Fine-tune a LightOnOCR model of any generation on your own pages: LoRA, or all of its weights.

Your pages are a folder of images and PDFs with the Markdown beside them that the model is to write:

    letter.png    letter.md
    report.pdf    report.p1.md, report.p2.md, … one for each page; report.md if it has a single one

Write it as the model does: tables in HTML, formulas in LaTeX, nothing left out. Then

    pip install 'ocr-plugins[rapidocr,lightonocr,finetune,evaluate]'
    python examples/finetune_lightonocr.py --model lightonai/LightOnOCR-2-1B-base --pages my-pages --out mine
    ocr-plugins convert letter.pdf --engine lightonocr -O model=mine
    ocr-plugins evaluate other-pages/ --engine lightonocr -O model=mine

`mine` is an adapter: a few megabytes that are put on the model when it is read with. With `--merge` or `--full` it is a
whole checkpoint, which servers take as well. Keep the model's name in the folder's then, as in `my-LightOnOCR-2-1B`, by
which the engine knows how its model is asked.

Every page is set upright, framed and cut into patches as in reading. No two are of a size, so they are learned one by
one, and `--batch-size` of them make a step. All is saved every `--save-steps`, from where `--resume` goes on. Where the
memory is short: `--checkpointing`, `--longest-edge 1024`.

The last line printed is the loss on pages that were not trained on, before and after.
"""

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import peft
import torch
from PIL import Image
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments

from ocr_plugins import SUFFIXES, Blocks, OcrEngine, OcrError, Page, PageImage, Pipeline, get_engine

# The text decoder's layers, of Qwen3 and of Qwen3.5; those of the image encoder have some of the same names.
TARGETS = (
    r".*\.language_model\..*\.(q_proj|k_proj|v_proj|o_proj|in_proj_qkv|in_proj_z|out_proj|gate_proj|up_proj|down_proj)"
)
# Of a checkpoint's files those of the tokenizer and the image processor.
PROCESSOR_FILES = ("*processor_config.json", "*token*", "*.jinja", "vocab*", "merges.txt")


class Lesson(NamedTuple):
    """The picture of a page, and what is to be read on it."""

    image: Path
    markdown: str


class PageKeeper(OcrEngine):
    """Reads nothing, and saves each page as an engine is given it; a blank one is given to none."""

    def __init__(self, folder: Path, longest_edge: int) -> None:
        super().__init__()
        self.info = replace(self.info, longest_edge=longest_edge, batch_size=1)
        self.folder = folder
        self.kept: dict[tuple[str, int], Path] = {}

    def recognize(self, images: Sequence[PageImage]) -> list[Blocks]:
        for page in images:
            path = self.folder / f"{len(self.kept)}.png"
            page.image.save(path, compress_level=1)
            self.kept[page.source, page.number] = path
        return [Blocks() for _ in images]


def lessons_in(folder: Path, keeper: PageKeeper) -> list[Lesson]:
    """Every page of a folder and those below it, drawn, with its Markdown.

    Raises:
        ValueError: A page has no Markdown or Markdown no page, either is empty or cannot be read. All that is wrong is
            in the message, so that nothing is left out of the training in silence.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    unused = {path for path in folder.rglob("*.md") if path.is_file()}
    found: list[Lesson] = []
    wrong: list[str] = [] if files else [f"{folder}: there are no pages; give a folder with name.md beside name.png."]
    with Pipeline(keeper, text="ocr", layout=None) as pipeline:
        for file in files:
            whole = file.with_suffix(".md")
            try:
                pages = pipeline.read(file).pages
            except OcrError as e:
                wrong.append(f"{file} cannot be read: {e} Mend it, or take it away.")
                unused = {text for text in unused if not str(text).startswith(f"{file.with_suffix('')}.")}
                continue
            texts = [whole] if len(pages) == 1 else [file.with_name(f"{file.stem}.p{p.number}.md") for p in pages]
            # What all pages together say is for the evaluation.
            unused -= {whole, *texts} if all(text.is_file() for text in texts) else set(texts)
            for page, text in zip(pages, texts, strict=True):
                try:
                    found.append(lesson(page, text, file, keeper))
                except (OSError, ValueError) as e:
                    wrong.append(str(e))
    wrong += [
        f"{path} belongs to no page: its image is missing, of a type that is not read, or of several pages, each of "
        "which wants a file of its own: name.p1.md, name.p2.md, … Add it, or take this away."
        for path in sorted(unused)
    ]
    if wrong:
        raise ValueError("\n".join(wrong))
    return found


def lesson(page: Page, text: Path, file: Path, keeper: PageKeeper) -> Lesson:
    """One page with its Markdown.

    Raises:
        OSError, ValueError: Something is wrong with one of them.
    """
    where = f"Page {page.number} of {file}"
    if page.error is not None:
        raise ValueError(f"{where} cannot be read: {page.error} Mend it, or take it away.")
    if not text.is_file():
        raise ValueError(f"{text} is missing: write down there what is on page {page.number} of {file.name}.")
    try:
        markdown = text.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as e:
        raise ValueError(f"{text} is not in UTF-8: save it so. ({e})") from e
    if not markdown:
        raise ValueError(f"{text} is empty: write down there what is on the page, or take both away.")
    image = keeper.kept.get((str(file), page.number))
    if image is None:
        raise ValueError(f"{where} is blank, and {text.name} is not: take both away, or give the right page.")
    return Lesson(image, markdown)


class Lessons(Dataset[dict[str, Any]]):  # type: ignore[misc]
    """Pages as the engine gives them to its model, each with the answer."""

    def __init__(self, engine: Any, lessons: Sequence[Lesson]) -> None:
        self.engine, self.lessons = engine, lessons

    def __len__(self) -> int:
        return len(self.lessons)

    def __getitem__(self, index: int) -> dict[str, Any]:
        image, markdown = self.lessons[index]
        with Image.open(image) as page:
            asked = self.engine.inputs(PageImage(page.convert("RGB")))
        tokenizer = self.engine.load().tokenizer
        answer = [*tokenizer(markdown, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        return taught(asked, torch.tensor([answer]))


def taught(asked: dict[str, Any], answer: torch.Tensor) -> dict[str, Any]:
    """What the model is asked with the answer behind it, which alone is to be learned, its end included."""
    row = {"input_ids": torch.cat([asked["input_ids"], answer], 1)}
    row |= {name: value for name, value in asked.items() if name != "input_ids"}
    if (kinds := asked.get("mm_token_type_ids")) is not None:
        row["mm_token_type_ids"] = torch.cat([kinds, kinds.new_zeros(answer.shape)], 1)
    # Scores are only wanted from the last token of the prompt on: for a page's own thousands they would fill gigabytes.
    labels = torch.nn.functional.pad(answer, (1, 0), value=-100)
    return {**row, "labels": labels, "logits_to_keep": labels.shape[1], "use_cache": False}


def single(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A batch is a page: those of several would see one another in the image encoder."""
    (row,) = rows
    return row


def adapted(model: Any, chosen: argparse.Namespace) -> Any:
    """The model with fresh weights beside those of its layers, which alone are trained."""
    sizes = {"r": chosen.rank, "lora_alpha": chosen.alpha, "lora_dropout": chosen.dropout}
    return peft.get_peft_model(model, peft.LoraConfig(target_modules=chosen.targets, **sizes))


def save(model: Any, processor: Path, chosen: argparse.Namespace) -> None:
    """Write the adapter, or the whole model, with the files of the processor as they are."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    for pattern in PROCESSOR_FILES:
        for file in processor.glob(pattern):
            shutil.copy(file, chosen.out)
    if chosen.full:
        model.to(getattr(torch, chosen.dtype)).save_pretrained(chosen.out)
    elif chosen.merge:
        model.merge_and_unload().save_pretrained(chosen.out)
    else:
        base = Path(chosen.model)
        model.peft_config["default"].base_model_name_or_path = str(base.resolve()) if base.is_dir() else chosen.model
        model.save_pretrained(chosen.out, save_embedding_layers=False)


def parsed() -> argparse.Namespace:
    """The command line, checked."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", required=True, help="checkpoint to start from, a hub id or a folder")
    options.add_argument("--pages", type=Path, required=True, help="folder of pages with their Markdown")
    options.add_argument("--out", type=Path, required=True, help="folder to write to")
    options.add_argument("--full", action="store_true", help="train all weights instead of an adapter")
    options.add_argument("--merge", action="store_true", help="write a whole checkpoint, with the adapter in it")
    options.add_argument("--rank", type=int, default=16, help="of the adapter (default: %(default)s)")
    options.add_argument("--alpha", type=int, default=32, help="scale of the adapter (default: %(default)s)")
    options.add_argument("--dropout", type=float, default=0.05, help="of the adapter (default: %(default)s)")
    options.add_argument("--targets", default=TARGETS, help="layers to adapt, a regular expression of their full names")
    options.add_argument("--epochs", type=float, default=3, help="times to see each page (default: %(default)s)")
    options.add_argument("--steps", type=int, default=-1, help="steps, instead of epochs")
    options.add_argument("--batch-size", type=int, default=8, help="pages of a step (default: %(default)s)")
    options.add_argument("--rate", type=float, help="peak learning rate (default: 2e-4, with --full 1e-5)")
    options.add_argument(
        "--held-out", type=float, default=0.1, help="share of pages to measure on (default: %(default)s)"
    )
    options.add_argument("--dtype", choices=("bfloat16", "float32"), help="default: bfloat16 on GPUs that have it")
    options.add_argument("--longest-edge", type=int, help="of a page, in pixels (default: the model card's)")
    options.add_argument("--checkpointing", action="store_true", help="less memory, for a third more time")
    options.add_argument("--workers", type=int, default=2, help="processes that prepare pages (default: %(default)s)")
    options.add_argument("--save-steps", type=int, default=200, help="default: %(default)s")
    options.add_argument("--resume", action="store_true", help="go on from what was last saved in OUT")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    if chosen.full and chosen.merge:
        options.error("--merge has no effect with --full, which writes a whole checkpoint.")
    if not (chosen.full or chosen.merge) and (Path(chosen.model) / "adapter_config.json").is_file():
        options.error(f"{chosen.model} is an adapter: give --merge, as no adapter is put on another.")
    if chosen.resume and not any(chosen.out.glob("training/checkpoint-*")):
        options.error(f"--resume: nothing was saved in {chosen.out / 'training'}; leave it out.")
    if torch.cuda.device_count() > 1:
        options.error("Training is on one GPU: choose it with CUDA_VISIBLE_DEVICES=0.")
    if chosen.dtype is None:
        chosen.dtype = "bfloat16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "float32"
    chosen.parser = options
    return chosen


def main() -> None:
    """Train, then write the adapter or the checkpoint."""
    chosen = parsed()
    # On the CPU, where pages are prepared; the trainer moves the model.
    engine: Any = get_engine(
        "lightonocr",
        model=chosen.model,
        longest_edge=chosen.longest_edge,
        device="cpu",
        dtype="float32" if chosen.full else chosen.dtype,
    )
    pages = chosen.out / "training" / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    try:
        lessons = lessons_in(chosen.pages, PageKeeper(pages, engine.info.longest_edge))
        if len(lessons) < 2:
            raise ValueError(f"{chosen.pages}: a single page is too little: one is measured on and not learned from.")
        checkpoint = engine.load()
    except (OcrError, ValueError) as e:
        chosen.parser.exit(2, f"{e}\n")
    np.random.default_rng(chosen.seed).shuffle(lessons)
    unseen = min(len(lessons) - 1, max(1, round(chosen.held_out * len(lessons))))
    torch.manual_seed(chosen.seed)
    model = checkpoint.model.requires_grad_() if chosen.full else adapted(checkpoint.model, chosen)
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(chosen.out / "training"),
            num_train_epochs=chosen.epochs,
            max_steps=chosen.steps,
            per_device_train_batch_size=1,
            per_device_eval_batch_size=1,
            gradient_accumulation_steps=chosen.batch_size,
            activation_checkpointing=chosen.checkpointing,
            bf16=chosen.dtype == "bfloat16",
            use_cpu=not torch.cuda.is_available() and not torch.backends.mps.is_available(),
            learning_rate=chosen.rate or (1e-5 if chosen.full else 2e-4),
            lr_scheduler_type="cosine",
            warmup_steps=0.05,
            remove_unused_columns=False,
            label_names=["labels"],
            prediction_loss_only=True,
            dataloader_num_workers=chosen.workers,
            dataloader_pin_memory=torch.cuda.is_available(),
            save_steps=chosen.save_steps,
            save_total_limit=2,
            logging_steps=10,
            report_to="none",
            seed=chosen.seed,
        ),
        train_dataset=Lessons(engine, lessons[unseen:]),
        eval_dataset=Lessons(engine, lessons[:unseen]),
        data_collator=single,
    )
    before = trainer.evaluate()["eval_loss"]
    trainer.train(resume_from_checkpoint=chosen.resume or None)
    after = trainer.evaluate()["eval_loss"]
    save(model, checkpoint.folder, chosen)
    shutil.rmtree(pages)
    print(f"Loss on {unseen} unseen pages: {before:.4f} before, {after:.4f} after")


if __name__ == "__main__":
    main()
