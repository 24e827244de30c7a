"""Train a small LightOnOCR model on made pages, on a CPU: python train_lightonocr.py --out CHECKPOINT.

Needs: pip install "ocr-plugins[lightonocr]" reportlab jiwer

The classes, the form of the configuration, the processor and the prompt are those of the published models; only the
sizes are small. Training starts with single words and goes on to whole pages as the smaller ones are read. The model in
`tests/data/lightonocr-tiny` comes from here; to go on from one that reads already, see `finetune_lightonocr.py`.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import torch
from lightonocr_pages import CELL, COLUMNS, KINDS, LETTERS, ROWS, SLOT, WORDS, MadePage, draw_page, make_page
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    AutoProcessor,
    LightOnOcrConfig,
    LightOnOcrForConditionalGeneration,
    LightOnOcrProcessor,
    PreTrainedTokenizerFast,
)
from transformers.modeling_outputs import BaseModelOutputWithPooling
from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil

PATCH, MERGE = 14, 2
LEVELS = ((1, 4), (1, 8), (2, 8), (4, 8), (ROWS, COLUMNS))  # from pages of a word to whole ones
TAGS = ("<table>", "</table>", "<tr>", "</tr>", "<th>", "</th>", "<td>", "</td>")
IMAGE, END = "<|image_pad|>", "<|im_end|>"
# The image alone is the prompt, after an empty system turn.
CHAT_TEMPLATE = (
    "<|im_start|>system<|im_end|>\n"
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'text' %}{{ part.text }}{% else %}<|image_pad|>{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make_processor() -> LightOnOcrProcessor:
    """The published processor's form around a byte-level BPE tokenizer that knows the words of the pages."""
    rng = random.Random("tokenizer")
    forms = (" {}".format, lambda word: f" {word.capitalize()}", lambda word: f"\n{word.capitalize()}", str.capitalize)
    words = [form(word) for word in WORDS for form in forms]
    corpus = [*words * 20, *("system\n", "user\n", "assistant\n", "# ", "\n\n## ", "\n- ") * 20]
    rng.shuffle(corpus)
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=4000, initial_alphabet=alphabet, show_progress=False)
    bpe.train_from_iterator(corpus, trainer)
    bpe.add_tokens([AddedToken(tag, normalized=False) for tag in TAGS])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=END,
        pad_token="<|endoftext|>",
        padding_side="left",
        extra_special_tokens={
            "image_token": IMAGE,
            "image_break_token": "<|vision_pad|>",
            "image_end_token": "<|vision_end|>",
            "im_start_token": "<|im_start|>",
        },
    )
    images = PixtralImageProcessorPil(
        image_mean=[0.9] * 3,
        image_std=[0.3] * 3,
        size={"longest_edge": CELL * COLUMNS},
        patch_size={"height": PATCH, "width": PATCH},
    )
    return LightOnOcrProcessor(
        images, tokenizer, patch_size=PATCH, spatial_merge_size=MERGE, chat_template=CHAT_TEMPLATE
    )


def make_model(processor: LightOnOcrProcessor) -> LightOnOcrForConditionalGeneration:
    """A model of the published form with some millions of random weights."""
    tokenizer = processor.tokenizer
    config = LightOnOcrConfig(
        image_token_id=tokenizer.image_token_id,
        spatial_merge_size=MERGE,
        vision_config={
            "model_type": "pixtral",
            "hidden_size": 192,
            "intermediate_size": 512,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "patch_size": PATCH,
            "image_size": CELL * COLUMNS,
            "hidden_act": "silu",
            "initializer_range": 0.04,
        },
        text_config={
            "model_type": "qwen3",
            "hidden_size": 192,
            "intermediate_size": 576,
            "num_hidden_layers": 4,
            "num_attention_heads": 6,
            "num_key_value_heads": 3,
            "head_dim": 32,
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 1024,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
            "initializer_range": 0.04,
            "tie_word_embeddings": True,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
    )
    model = LightOnOcrForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


def losses(
    model: LightOnOcrForConditionalGeneration,
    speller: torch.nn.Linear,
    processor: LightOnOcrProcessor,
    pages: list[MadePage],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What the decoder does not know of the Markdown, the encoder of the letters, and the encoder of the words.

    The latter two teach the encoder to read at once; with the first alone, training needs many times as many pages.
    """
    tokenizer = processor.tokenizer
    conversation = [{"role": "user", "content": [{"type": "image"}]}]
    prompt = processor.apply_chat_template(conversation, add_generation_prompt=True)
    before, after = (tokenizer(text)["input_ids"] for text in prompt.split(IMAGE))
    features: list[torch.Tensor] = []
    for group in groups([page.image for page in pages]):
        inputs = processor.image_processor(group, return_tensors="pt")
        features += model.get_image_features(**inputs).pooler_output
    ids, labels = [], []
    for page, feature in zip(pages, features, strict=True):
        answer = tokenizer(page.markdown + END)["input_ids"]
        question = [*before, *[tokenizer.image_token_id] * len(feature), *after]
        ids.append(torch.tensor(question + answer))
        labels.append(torch.tensor([-100] * len(question) + answer))
    hidden = model.model(
        input_ids=pad_sequence(ids, batch_first=True, padding_value=tokenizer.pad_token_id),
        mm_encoder_outputs={"image": BaseModelOutputWithPooling(pooler_output=tuple(features))},
        use_cache=False,
    ).last_hidden_state
    answers = pad_sequence(labels, batch_first=True, padding_value=-100)[:, 1:]
    reading = cross_entropy(model.lm_head(hidden[:, :-1][answers >= 0]).float(), answers[answers >= 0])

    seen = torch.cat(features)
    slots = [slot for page in pages for line in page.slots for slot in line]
    letters = torch.tensor([LETTERS.index(letter) for letter, _ in slots])
    spelling = cross_entropy(speller(seen).view(len(slots), len(LETTERS)).float(), letters)
    vocabulary = tokenizer.get_vocab()
    per_cell = CELL // SLOT
    words = torch.tensor([vocabulary.get(token, -100) for _, token in slots[per_cell // 2 :: per_cell]])
    naming = cross_entropy(model.lm_head(seen[words >= 0]).float(), words[words >= 0])
    return reading, spelling, naming


def groups(images: list[Image.Image], cells: int = ROWS * COLUMNS) -> Iterator[list[Image.Image]]:
    """The images in order, a few at a time: the encoder's attention grows with the square of what it gets at once."""
    group: list[Image.Image] = []
    for image in images:
        if group and sum(i.width * i.height for i in [*group, image]) > cells * CELL**2:
            yield group
            group = []
        group.append(image)
    yield group


def transcribe(model: LightOnOcrForConditionalGeneration, processor: LightOnOcrProcessor, image: Image.Image) -> str:
    """The plain recipe of the model's documentation."""
    conversation = [{"role": "user", "content": [{"type": "image", "image": image}]}]
    inputs = processor.apply_chat_template(
        conversation, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
    )
    inputs["pixel_values"] = inputs["pixel_values"].to(model.dtype)
    ids = model.generate(**inputs, max_new_tokens=160, do_sample=False)
    return str(processor.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))


def error_rates(
    model: LightOnOcrForConditionalGeneration, processor: LightOnOcrProcessor, count: int
) -> dict[str, float]:
    """The share of wrong characters on `count` pages of each kind that training never sees."""
    rates = {}
    for kind in KINDS:
        pages = [make_page(random.Random(f"unseen {kind} {i}"), kind) for i in range(count)]
        texts = [transcribe(model, processor, image) for image, _ in pages]
        rates[kind] = round(float(jiwer.cer([markdown for _, markdown in pages], texts)), 4)
    return rates


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    last = args.out / "last"
    processor = AutoProcessor.from_pretrained(last) if args.resume else make_processor()
    model = LightOnOcrForConditionalGeneration.from_pretrained(last) if args.resume else make_model(processor)
    model.set_attn_implementation("eager")  # a third faster than "sdpa" with pages as small as these
    speller = torch.nn.Linear(model.config.text_config.hidden_size, CELL // SLOT * len(LETTERS))
    weights = [*model.parameters(), *speller.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=args.lr, betas=(0.9, 0.98), weight_decay=0.02)
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "best": math.inf, "unread": [9.0] * len(LEVELS)}
    if args.resume:
        saved = torch.load(last / "training.pt")
        optimizer.load_state_dict(saved["optimizer"])
        speller.load_state_dict(saved["speller"])
        state = saved["state"]
    print(f"{sum(weight.numel() for weight in model.parameters()):,} weights", flush=True)

    begun = checked = time.monotonic()
    before = state["seconds"]
    while (done := max(state["step"] / args.steps, state["seconds"] / 60 / args.minutes)) < 1:
        rng = random.Random(f"train {args.seed} {state['step']}")
        # Half of the pages are of the smallest level that is not half read yet.
        hard = next((i for i, loss in enumerate(state["unread"]) if loss > 1), len(LEVELS) - 1)
        level = hard if rng.random() < 0.5 else rng.randrange(len(LEVELS))
        rows, columns = LEVELS[level]
        count = min(64, 600 // (rows * columns))
        pages = [draw_page(rng, rows=rows, columns=columns) for _ in range(count)]
        for group in optimizer.param_groups:
            group["lr"] = args.lr * min(1.0, (state["step"] + 1) / 100, 2 * (1 - done))
        with torch.autocast("cpu", torch.bfloat16):
            reading, spelling, naming = losses(model, speller, processor, pages)
        (reading + spelling + naming).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        state["unread"][level] += 0.1 * (reading.item() - state["unread"][level])
        state["step"] += 1
        state["seconds"] = before + time.monotonic() - begun
        if state["step"] % 50 == 0:
            unread = " ".join(f"{loss:.3f}" for loss in state["unread"])
            print(f"{state['seconds']:5.0f} s, step {state['step']}: {unread}", flush=True)
        if time.monotonic() - checked > 60 * args.check:
            save(args.out, model, processor, speller, optimizer, state)
            checked = time.monotonic()
    save(args.out, model, processor, speller, optimizer, state)


def save(
    out: Path,
    model: LightOnOcrForConditionalGeneration,
    processor: LightOnOcrProcessor,
    speller: torch.nn.Linear,
    optimizer: torch.optim.Optimizer,
    state: dict[str, Any],
) -> None:
    """Save the model in half precision if it is the best so far, and in `last` all that training goes on with."""
    rates = error_rates(model, processor, count=4)
    print(f"CER on unseen pages: {rates}", flush=True)
    if sum(rates.values()) < state["best"]:
        state["best"] = sum(rates.values())
        copy.deepcopy(model).to(torch.bfloat16).save_pretrained(out)
        processor.save_pretrained(out)
    model.save_pretrained(out / "last")
    processor.save_pretrained(out / "last")
    training = {"optimizer": optimizer.state_dict(), "speller": speller.state_dict(), "state": state}
    torch.save(training, out / "last" / "training.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--minutes", type=float, default=90, help="time at most (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=10**9, help="steps at most")
    parser.add_argument("--check", type=float, default=10, help="minutes between checkpoints (default: %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from what lies in OUT")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lr", type=float, default=2e-3, help="learning rate (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
