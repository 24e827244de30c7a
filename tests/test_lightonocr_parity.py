"""LightOnOCR in this process writes what the recipe of its documentation writes, token by token.

Proved on tiny checkpoints of its classes that know a dozen page images by heart, made once for all tests. Their configs
are as published but for the sizes. Every page has a text of its own, so whatever mixes up pages, positions or padding
shows as wrong text.
"""

from __future__ import annotations

import copy
import io
import json
import pickle
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
import transformers
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file
from tokenizers import pre_tokenizers
from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ocr_plugins import (
    BBox,
    BlockKind,
    Blocks,
    EngineError,
    ModelError,
    OcrEngine,
    OcrError,
    PageImage,
    Pipeline,
    get_engine,
)
from ocr_plugins.engines.lightonocr import LightOnOcrEngine, LightOnOcrOptions, local
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.checkpoint import load
from ocr_plugins.engines.lightonocr.local import LocalBackend, WrittenPage
from ocr_plugins.engines.lightonocr.slots import Slots
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


class ImageProcessor(transformers.Qwen3VLProcessor):
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


@pytest.fixture(scope="session")
def lighton(tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch.manual_seed(0)
    return make(tmp_path_factory.mktemp("lighton") / "model", *lighton_model(tokenizer()), samples())


@pytest.fixture(scope="session")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch.manual_seed(0)
    grounded = [
        Sample(s.image, f"![title](100,100,900,400) Page {i}\n![text](100,500,900,800) No. {i}", "grounding")
        for i, s in enumerate(samples()[:3])
    ]
    return make(tmp_path_factory.mktemp("qwen") / "model", *qwen_model(tokenizer()), [*samples(), *grounded])


@pytest.fixture(scope="session")
def variants(lighton: Made, qwen: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """As published: LightOnOCR-1B and -2-1B, LightOnOCR-0.9B-16k, LightOnOCR-3-0.8B and -4B, and as saved today."""
    folder = tmp_path_factory.mktemp("variants")
    label = {"model_type": "mistral3", "architectures": ["LightOnOCRForConditionalGeneration"]}
    token = lighton.processor.image_token_id
    return {
        "saved": lighton,
        "mistral3": relabelled(lighton, folder / "mistral3", **label),
        "index": relabelled(lighton, folder / "index", **label, image_token_id=None, image_token_index=token),
        "qwen3_5": qwen,
    }


@pytest.fixture(scope="session")
def expected(lighton: Made, qwen: Made) -> dict[Path, list[list[int]]]:
    return {made.folder: documented(made) for made in (lighton, qwen)}


def backend(made: Made, **options: Any) -> LocalBackend:
    defaults = {"device": "cpu", "dtype": "float32", "max_new_tokens": LIMIT, "stop_repeats": False, "retries": ()}
    return LocalBackend(LightOnOcrOptions(model=str(made.folder), **defaults | options))


def tokens(pages: Sequence[WrittenPage | OcrError]) -> list[list[int]]:
    return [page.tokens for page in pages if isinstance(page, WrittenPage)]


def plain(made: Made) -> list[Sample]:
    return [sample for sample in made.samples if not sample.prompt]


@pytest.mark.parametrize("variant", ["saved", "mistral3", "index", "qwen3_5"])
@pytest.mark.parametrize("batch_size", [1, 5, 16])
def test_greedy_tokens_are_those_of_the_documented_recipe(
    variants: dict[str, Made], expected: dict[Path, list[list[int]]], lighton: Made, variant: str, batch_size: int
) -> None:
    made = variants[variant]
    pages = plain(made)
    truth = expected[made.folder if made.folder in expected else lighton.folder][: len(pages)]
    written = backend(made, batch_size=batch_size).write([page.image for page in pages], temperature=0)
    assert tokens(written) == truth
    known = [page for page in pages if page.ends]
    assert [made.processor.decode(t, skip_special_tokens=True) for t in truth[: len(known)]] == [p.text for p in known]


def test_the_order_of_pages_does_not_matter(lighton: Made, expected: dict[Path, list[list[int]]]) -> None:
    order = [3, 0, 12, 7, 1, 11, 2, 10, 5]
    written = backend(lighton, batch_size=4).write([lighton.samples[i].image for i in order], temperature=0)
    assert tokens(written) == [expected[lighton.folder][i] for i in order]


def test_what_is_drawn_for_a_page_depends_on_the_seed_and_not_on_its_neighbours(lighton: Made) -> None:
    images = [sample.image for sample in lighton.samples[:6]]
    together = backend(lighton, batch_size=6, seed=1, top_p=1.0).write(images, temperature=2.0)
    alone = [backend(lighton, seed=1, top_p=1.0).write([image], temperature=2.0)[0] for image in images]
    assert tokens(together) == tokens(alone)
    other = backend(lighton, seed=2, top_p=1.0).write(images, temperature=2.0)
    assert tokens(other) != tokens(together)


@pytest.mark.parametrize("made", ["lighton", "qwen"])
def test_a_loop_is_stopped_and_leaves_the_others_alone(
    made: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Made = request.getfixturevalue(made)
    images = [sample.image for sample in known.samples[:13]]
    # Tiny models do not keep it up for as long as large ones.
    monkeypatch.setattr(local, "LOOPS", ((2, 24),))
    read = backend(known, batch_size=16, stop_repeats=True).generate(images, temperature=0)
    written = backend(known, batch_size=16, stop_repeats=True).write(images, temperature=0)
    assert [a.text for a in read if isinstance(a, Attempt)][:12] == [sample.text for sample in known.samples[:12]]
    loop, page = read[12], written[12]
    assert isinstance(loop, Attempt)
    assert isinstance(page, WrittenPage)
    assert not loop.finished
    assert loop.text == "Contents ."
    assert len(page.tokens) < LIMIT


def test_the_limit_is_no_end(lighton: Made) -> None:
    (read,) = backend(lighton, max_new_tokens=3).generate([lighton.samples[0].image], temperature=0)
    assert isinstance(read, Attempt)
    assert not read.finished
    assert lighton.samples[0].text.startswith(read.text)


def test_an_attempt_knows_how_likely_it_is(lighton: Made) -> None:
    sure, unsure = (
        backend(lighton, top_p=1.0).generate([lighton.samples[0].image], temperature=t)[0] for t in (0.0, 2.0)
    )
    assert isinstance(sure, Attempt)
    assert isinstance(unsure, Attempt)
    assert sure.logprob is not None
    assert unsure.logprob is not None
    assert -0.1 < sure.logprob <= 0
    assert unsure.logprob < sure.logprob


def test_out_of_memory_halves_the_batch(
    lighton: Made, expected: dict[Path, list[list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    step, sizes = Slots.step, []

    def limited(self: Slots, lengths: list[int], device: torch.device) -> Any:
        sizes.append(len(lengths))
        if len(lengths) > 3:
            raise torch.OutOfMemoryError("made to fail")
        return step(self, lengths, device)

    monkeypatch.setattr(Slots, "step", limited)
    written = backend(lighton, batch_size=8).write([s.image for s in lighton.samples], temperature=0)
    assert tokens(written) == expected[lighton.folder]
    assert max(sizes) == 8
    assert sizes.count(8) == sizes.count(4) == 1, "it must not try again what was too much"


def test_a_page_that_does_not_fit_alone_is_an_error(lighton: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> Any:
        raise torch.OutOfMemoryError("made to fail")

    monkeypatch.setattr(Slots, "step", failing)
    with pytest.raises(EngineError, match="does not fit into the memory of cpu"):
        backend(lighton, batch_size=2).write([s.image for s in lighton.samples[:2]], temperature=0)


def test_threads_take_turns(lighton: Made) -> None:
    shared = backend(lighton, batch_size=2)
    with ThreadPoolExecutor(3) as pool:
        read = list(pool.map(lambda s: shared.generate([s.image], temperature=0)[0], lighton.samples[:6]))
    assert [a.text for a in read if isinstance(a, Attempt)] == [s.text for s in lighton.samples[:6]]


@pytest.mark.parametrize(
    ("made", "size", "seen"),
    [
        ("lighton", (3000, 2000), (1540, 1036)),
        ("lighton", (140, 98), (140, 98)),
        ("qwen", (4096, 1024), (2048, 512)),
        ("qwen", (320, 96), (320, 96)),
    ],
)
def test_pages_are_reduced_to_the_longest_edge_and_never_enlarged(
    made: str, size: tuple[int, int], seen: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    known: Made = request.getfixturevalue(made)
    checkpoint = load(known.folder, name="a model", device=torch.device("cpu"), dtype=torch.float32)
    inputs = checkpoint.inputs(Image.new("RGB", size))
    if made == "lighton":
        assert inputs["image_sizes"].tolist() == [[seen[1], seen[0]]]
    else:
        assert inputs["image_grid_thw"].tolist() == [[1, seen[1] // 16, seen[0] // 16]]


def test_inputs_are_those_of_the_documented_processor(lighton: Made, qwen: Made) -> None:
    for made in (lighton, qwen):
        checkpoint = load(made.folder, name="a model", device=torch.device("cpu"), dtype=torch.float32)
        for sample in made.samples:
            ours, theirs = checkpoint.inputs(sample.image, sample.prompt), asked(made.processor, sample)
            assert ours["input_ids"].tolist() == theirs["input_ids"].tolist()
            assert torch.equal(ours["pixel_values"], theirs["pixel_values"])


def test_torchvision_is_not_needed(lighton: Made, qwen: Made) -> None:
    code = (
        "import sys; sys.modules['torchvision'] = None\n"
        "from ocr_plugins import get_engine\n"
        "from ocr_plugins.engine import PageImage\n"
        "from PIL import Image, ImageDraw\n"
        "image = Image.new('RGB', (140, 98), 'white'); ImageDraw.Draw(image).text((9, 9), 'text', 'black')\n"
        f"for folder in ({str(lighton.folder)!r}, {str(qwen.folder)!r}):\n"
        "    get_engine('lightonocr', model=folder, device='cpu', max_new_tokens=4).recognize([PageImage(image)])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def changed_weights(made: Made, folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> Made:
    copy = relabelled(made, folder)
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return copy


VISION = "model.vision_encoder.transformer.layers.0.attention.q_proj.weight"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop(VISION), f"1 missing.*{VISION}"),
        (lambda w: w.update({"vision_tower.weight": torch.zeros(2)}), "1 unexpected.*vision_tower.weight"),
        (lambda w: w.update({VISION: torch.zeros(2, 2)}), "q_proj|size|shape"),
    ],
)
def test_wrong_weights_are_refused(lighton: Made, tmp_path: Path, change: Any, message: str) -> None:
    broken = changed_weights(lighton, tmp_path / "model", change)
    with pytest.raises(ModelError, match=message):
        backend(broken).generate([lighton.samples[0].image], temperature=0)


def test_a_missing_weight_of_qwen_is_refused(qwen: Made, tmp_path: Path) -> None:
    broken = changed_weights(qwen, tmp_path / "model", lambda w: w.pop(next(k for k in w if "visual" in k)))
    with pytest.raises(ModelError, match="1 missing"):
        backend(broken).generate([qwen.samples[0].image], temperature=0)


def test_damaged_files_are_refused(lighton: Made, tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        broken = relabelled(lighton, tmp_path / name)
        (broken.folder / name).write_bytes(b'{"broken')
        with pytest.raises(ModelError, match="ownload the model again"):
            backend(broken).generate([lighton.samples[0].image], temperature=0)


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "bert", "architectures": ["BertModel"], "vision_config": None, "text_config": None},
        {"model_type": "mistral3", "text_config": {"model_type": "mistral"}},
    ],
)
def test_another_model_is_refused(lighton: Made, tmp_path: Path, config: dict[str, Any]) -> None:
    other = relabelled(lighton, tmp_path / "model", **config)
    with pytest.raises(ModelError, match=f"no LightOnOCR model.*{config['model_type']}"):
        LightOnOcrEngine(model=str(other.folder)).recognize([PageImage(lighton.samples[0].image)])


def test_a_model_that_is_not_there_is_an_error_that_says_how_to_get_it(lighton: Made, tmp_path: Path) -> None:
    page = PageImage(lighton.samples[0].image)
    with pytest.raises(ModelError, match="ocr-plugins download lightonocr -O model=nobody/LightOnOCR-2-1B"):
        LightOnOcrEngine(model="nobody/LightOnOCR-2-1B", offline=True).recognize([page])
    with pytest.raises(ModelError, match="does not exist"):
        LightOnOcrEngine(model=str(tmp_path / "none")).recognize([page])
    with pytest.raises(ModelError, match=r"no config\.json"):
        LightOnOcrEngine(model=str(tmp_path)).recognize([page])


def strip(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((width // 4, height // 4, width // 2, height // 2), "black")
    return image


@pytest.mark.parametrize("made", ["lighton", "qwen"])
def test_pages_of_extreme_sizes_are_kept(made: str, request: pytest.FixtureRequest) -> None:
    known: Made = request.getfixturevalue(made)
    images = [strip(1, 1), strip(20_000, 200), strip(200, 20_000), strip(3, 40), known.samples[0].image]
    engine = get_engine("lightonocr", model=str(known.folder), device="cpu", temperature=0, max_new_tokens=8)
    results = engine.recognize([PageImage(image) for image in images])
    assert len(results) == 5
    assert results[0] == Blocks()
    with Pipeline(engine=engine, upright=False) as pipeline:
        for image in images:
            file = io.BytesIO()
            image.save(file, "PNG")
            document = pipeline.read(file.getvalue())
            assert len(document.pages) == 1
            assert document.pages[0].error is None


def test_a_page_without_an_end_is_read_again_and_then_kept_as_truncated(
    lighton: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[int, float]] = []
    generate = LocalBackend.generate

    def noted(self: LocalBackend, images: Sequence[Image.Image], *, temperature: float) -> Any:
        asked_for.append((len(images), temperature))
        return generate(self, images, temperature=temperature)

    monkeypatch.setattr(LocalBackend, "generate", noted)
    engine = LightOnOcrEngine(model=str(lighton.folder), device="cpu", temperature=0, max_new_tokens=LIMIT)
    good, looping = engine.recognize([PageImage(lighton.samples[i].image) for i in (1, 12)])
    assert asked_for == [(2, 0), (1, 0.2), (1, 0.5), (1, 0.8)]
    assert not good.truncated
    assert looping.truncated
    assert isinstance(looping, Blocks)
    assert looping.blocks[0].text.startswith("Contents")


def test_grounding_gives_every_block_its_box_and_kind(qwen: Made) -> None:
    engine = get_engine("lightonocr", model=str(qwen.folder), device="cpu", temperature=0, grounding=True)
    assert engine.info.boxes
    results = engine.recognize([PageImage(sample.image) for sample in qwen.samples[:3]])
    for i, result in enumerate(results):
        assert isinstance(result, Blocks)
        assert [(b.kind, b.text, b.box) for b in result.blocks] == [
            (BlockKind.TITLE, f"Page {i}", BBox(0.1, 0.1, 0.9, 0.4)),
            (BlockKind.PARAGRAPH, f"No. {i}", BBox(0.1, 0.5, 0.9, 0.8)),
        ]


def test_copies_of_an_engine_share_the_model(lighton: Made) -> None:
    engine = LightOnOcrEngine(model=str(lighton.folder), device="cpu")
    assert copy.deepcopy(engine)._backend is engine._backend
    assert pickle.loads(pickle.dumps(engine))._backend is not engine._backend


class TestLightOnOcr(EngineContract):
    folder: ClassVar[Path]

    @pytest.fixture(autouse=True)
    def _checkpoint(self, lighton: Made) -> None:
        type(self).folder = lighton.folder

    def make_engine(self, **options: object) -> OcrEngine:
        return get_engine(
            "lightonocr", **{"model": str(self.folder), "device": "cpu", "max_new_tokens": LIMIT} | options
        )

    def make_page(self, lines: Sequence[str]) -> Image.Image:
        return contract_page(lines)


class TestLightOnOcrOfQwen(TestLightOnOcr):
    @pytest.fixture(autouse=True)
    def _checkpoint(self, qwen: Made) -> None:
        type(self).folder = qwen.folder
