"""Checkpoints of LightOnOCR's classes, tiny, that know a dozen page images by heart.

Their configs are as published but for the sizes. Every page has a text of its own, so whatever mixes up pages,
positions or padding shows as wrong text.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image, ImageDraw
from tokenizers import pre_tokenizers
from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ocr_plugins.testing import EngineContract, made_page

LIMIT = 60
TEMPLATE = """\
{% for message in messages %}
{% if loop.first and message['role'] != 'system' %}
<|im_start|>system<|im_end|>
{% endif %}
<|im_start|>{{ message['role'] }}
{% for content in message['content'] %}
{% if content['type'] == 'image' %}
<|image_pad|>
{%- elif 'text' in content %}
{{ content['text'] }}
{% endif %}
{% endfor %}
<|im_end|>
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% if enable_thinking is defined and not enable_thinking %}
<think>

</think>

{% endif %}
{% endif %}"""

CODE_LENGTH = 7
SIZES = ((140, 98), (98, 140), (196, 70), (56, 56), (154, 126), (70, 196), (126, 126), (112, 84))


@dataclass(frozen=True)
class Sample:
    """A page and what the model is to write for it; ``ends`` is false for a page that makes it loop."""

    image: Image.Image
    text: str
    prompt: str = ""
    ends: bool = True


def coded_page(lines: Sequence[str], size: tuple[int, int], font_size: int = 13) -> Image.Image:
    """A page with text, and with a row of squares that are a code for it: the model learns them sooner than letters."""
    page = made_page(lines, size=size, font_size=font_size, margin=5)
    draw, side = ImageDraw.Draw(page), size[0] // CODE_LENGTH
    bits = zlib.crc32("".join(lines).encode())
    for i in range(CODE_LENGTH):
        if bits >> i & 1:
            draw.rectangle((i * side, size[1] - 28, (i + 1) * side, size[1]), "black")
    return page


def contract_page(lines: Sequence[str]) -> Image.Image:
    """A page of the engine contract, smaller than its own."""
    return coded_page(lines, (336, 112))


def samples() -> list[Sample]:
    """Pages of several sizes with a text each, those of the engine contract, and one on which the model loops."""
    made = [Sample(coded_page([f"{i}"], size), f"# Page {i}\n\nNo. {i * 37 % 50}") for i, size in enumerate(SIZES)]
    lines = EngineContract.lines
    made += [Sample(contract_page([line]), line) for line in lines]
    made.append(Sample(contract_page(lines), "\n\n".join(lines)))
    made.append(Sample(coded_page(["....", "...."], (84, 112)), "Contents" + " ." * 48, ends=False))
    return made


def tokenizer() -> Any:
    """Bytes, the special tokens as published and, so that training is short, the words of the pages."""
    vocab = {character: i for i, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = transformers.Qwen2Tokenizer(
        vocab=vocab,
        merges=[],
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        unk_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|video_pad|>"],
        extra_special_tokens={
            "image_token": "<|image_pad|>",
            "image_break_token": "<|vision_pad|>",
            "image_end_token": "<|vision_end|>",
        },
    )
    made.chat_template = TEMPLATE
    words = {word for line in EngineContract.lines for word in line.split()} | {"Contents", "# Page ", "No. ", " ."}
    made.add_tokens(sorted(w for w in words if len(w) > 1))
    return made


class ImageProcessor(transformers.Qwen3VLProcessor):  # type: ignore[misc]
    """The processor of Qwen3.5 as documented, but for its video processor, which needs torchvision."""

    def __init__(self, image_processor: Any = None, tokenizer: Any = None, chat_template: str | None = None) -> None:
        transformers.ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)
        self.image_token, self.image_token_id = "<|image_pad|>", tokenizer.convert_tokens_to_ids("<|image_pad|>")
        self.video_token, self.video_token_id = "<|video_pad|>", tokenizer.convert_tokens_to_ids("<|video_pad|>")


def lighton_model(tok: Any) -> tuple[Any, Any]:
    """Pixtral and Qwen3, as LightOnOCR-1 and -2 and LightOnOCR-3-1B: model and processor."""
    config = transformers.LightOnOcrConfig(
        image_token_id=tok.image_token_id,
        vision_config={
            "model_type": "pixtral",
            "head_dim": 16,
            "initializer_range": 0.1,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_attention_heads": 4,
            "num_hidden_layers": 2,
            "patch_size": 14,
            "image_size": 1540,
            "rope_theta": 10000,
        },
        text_config={
            "model_type": "qwen3",
            "head_dim": 16,
            "initializer_range": 0.1,
            "hidden_size": 64,
            "intermediate_size": 128,
            "max_position_embeddings": 8192,
            "num_attention_heads": 4,
            "num_hidden_layers": 2,
            "num_key_value_heads": 2,
            "rope_theta": 1000000,
            "vocab_size": len(tok),
        },
    )
    images = PixtralImageProcessorPil(patch_size=14, size={"longest_edge": 1540})
    processor = transformers.LightOnOcrProcessor(images, tok, chat_template=tok.chat_template)
    return transformers.LightOnOcrForConditionalGeneration(config), processor


def qwen_model(tok: Any) -> tuple[Any, Any]:
    """Qwen3.5, as LightOnOCR-3-0.8B and -4B: model and processor."""
    config = transformers.Qwen3_5Config(
        image_token_id=tok.image_token_id,
        video_token_id=tok.convert_tokens_to_ids("<|video_pad|>"),
        vision_start_token_id=tok.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=tok.convert_tokens_to_ids("<|vision_end|>"),
        tie_word_embeddings=True,
        vision_config={
            "depth": 2,
            "initializer_range": 0.1,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_heads": 4,
            "num_position_embeddings": 64,
            "out_hidden_size": 64,
        },
        text_config={
            "head_dim": 32,
            "initializer_range": 0.1,
            "hidden_size": 64,
            "intermediate_size": 128,
            "layer_types": ["linear_attention", "full_attention"],
            "linear_key_head_dim": 16,
            "linear_num_key_heads": 2,
            "linear_num_value_heads": 4,
            "linear_value_head_dim": 16,
            "num_attention_heads": 4,
            "num_hidden_layers": 2,
            "num_key_value_heads": 2,
            "rope_parameters": {
                "mrope_interleaved": True,
                "mrope_section": [2, 1, 1],
                "partial_rotary_factor": 0.25,
                "rope_theta": 10000000,
                "rope_type": "default",
            },
            "tie_word_embeddings": True,
            "vocab_size": len(tok),
        },
    )
    images = Qwen2VLImageProcessorPil(
        patch_size=16, size={"shortest_edge": 4096, "longest_edge": 16777216}, image_mean=[0.5] * 3, image_std=[0.5] * 3
    )
    return transformers.Qwen3_5ForConditionalGeneration(config), ImageProcessor(images, tok, tok.chat_template)


def asked(processor: Any, sample: Sample) -> dict[str, torch.Tensor]:
    """What the model's documentation makes of a page."""
    content = [
        {"type": "image", "image": sample.image},
        *([{"type": "text", "text": sample.prompt}] if sample.prompt else []),
    ]
    return dict(
        processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            enable_thinking=False,
        )
    )


def batch(processor: Any, known: Sequence[Sample]) -> dict[str, torch.Tensor]:
    """All pages as one batch to learn from, padded on the right."""
    tok, rows = processor.tokenizer, [asked(processor, sample) for sample in known]
    ids, labels = [], []
    for row, sample in zip(rows, known, strict=True):
        answer = tok(sample.text)["input_ids"] + [tok.eos_token_id] * sample.ends
        ids.append(torch.cat([row["input_ids"][0], torch.tensor(answer)]))
        labels.append(torch.cat([torch.full_like(row["input_ids"][0], -100), torch.tensor(answer)]))
    pad = torch.nn.utils.rnn.pad_sequence
    made = {
        "input_ids": pad(ids, batch_first=True, padding_value=tok.pad_token_id),
        "labels": pad(labels, batch_first=True, padding_value=-100),
        "attention_mask": pad([torch.ones_like(i) for i in ids], batch_first=True),
    }
    if "image_sizes" in rows[0]:
        made["image_sizes"] = torch.cat([row["image_sizes"] for row in rows])
        height, width = made["image_sizes"].amax(0).tolist()
        made["pixel_values"] = torch.cat(
            [
                torch.nn.functional.pad(p, (0, width - p.shape[3], 0, height - p.shape[2]))
                for p in (row["pixel_values"] for row in rows)
            ]
        )
    else:
        made |= {name: torch.cat([row[name] for row in rows]) for name in ("pixel_values", "image_grid_thw")}
        made["mm_token_type_ids"] = (made["input_ids"] == tok.image_token_id).int()
    return made


def learn(
    model: Any, inputs: dict[str, torch.Tensor], *, rate: float = 5e-3, steps: int = 200, loss: float = 0.02
) -> None:
    """Train until every page is known by heart.

    Raises:
        RuntimeError: They are not, after so many steps.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 20) * (1 - step / steps)
        result = model(**inputs).loss
        if result.item() < loss:
            return
        optimizer.zero_grad()
        result.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    raise RuntimeError(f"The pages are not learned: loss {result.item():.3f}")


@dataclass(frozen=True)
class Made:
    """A checkpoint's folder, the pages that it knows, and the processor as documented."""

    folder: Path
    samples: Sequence[Sample]
    processor: Any


def make(folder: Path, model: Any, processor: Any, known: Sequence[Sample]) -> Made:
    """Teach a model its pages and save it."""
    learn(model, batch(processor, known))
    ends = [processor.tokenizer.eos_token_id, processor.tokenizer.pad_token_id]
    model.generation_config = transformers.GenerationConfig(
        do_sample=True, temperature=0.2, top_p=0.9, eos_token_id=ends, pad_token_id=ends[1]
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return Made(folder, known, processor)


def relabelled(made: Made, folder: Path, **config: Any) -> Made:
    """A copy of a checkpoint with other entries in its config.json, left out where None."""
    shutil.copytree(made.folder, folder)
    path = folder / "config.json"
    described = json.loads(path.read_text()) | config
    path.write_text(json.dumps({name: value for name, value in described.items() if value is not None}))
    return Made(folder, made.samples, made.processor)


def published(made: Made, folder: Path, **config: Any) -> Made:
    """As :func:`relabelled`, with the processor in the files and with the names of the first published models."""
    copy = relabelled(made, folder, **config)
    saved = json.loads((folder / "processor_config.json").read_text())
    images = saved["image_processor"] | {"image_processor_type": "PixtralImageProcessorFast"}
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    tokens = {name: settings.pop(name) for name in ("image_token", "image_break_token", "image_end_token")}
    settings |= {"processor_class": "LightOnOCRProcessor", "extra_special_tokens": {}}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "preprocessor_config.json").write_text(json.dumps(images | {"processor_class": "LightOnOCRProcessor"}))
    (folder / "processor_config.json").write_text(
        json.dumps({**tokens, "patch_size": 14, "spatial_merge_size": 2, "processor_class": "LightOnOCRProcessor"})
    )
    return copy


def documented(made: Made, *, limit: int = LIMIT) -> list[list[int]]:
    """The token ids of each page by the recipe of the model's documentation, page by page and greedy."""
    cls = transformers.AutoModelForImageTextToText
    model = cls.from_pretrained(made.folder).eval()
    written = []
    for sample in made.samples:
        inputs = asked(made.processor, sample)
        output = model.generate(**inputs, max_new_tokens=limit, do_sample=False)
        written.append(output[0, inputs["input_ids"].shape[1] :].tolist())
    return written
