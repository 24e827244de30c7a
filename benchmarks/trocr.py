"""Speed of the TrOCR engine against the recipe of the model's documentation: same model, same lines, same text.

    OMP_NUM_THREADS=1 python benchmarks/trocr.py --page --also int8    # CPU: the size of trocr-small
    python benchmarks/trocr.py --size base --size large --device cuda --lines 512 --dtype bfloat16

The weights are random, which costs what trained ones cost; every text runs to the same limit. The recipe reads line by
line: ``processor(image)`` → ``model.generate`` → ``batch_decode``, as shipped without a key/value cache, and with it.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    TrOCRConfig,
    TrOCRProcessor,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTImageProcessorPil,
)

from ocr_plugins import PageImage
from ocr_plugins.engine import LineDetector
from ocr_plugins.engines.lines import LineEngine
from ocr_plugins.engines.trocr import TrOcrRecognizer

# Encoder width, layers and heads, decoder width, layers, feed-forward and vocabulary of the published checkpoints.
SIZES = {
    "small": (384, 12, 6, 256, 6, 1024, 64044),
    "base": (768, 12, 12, 1024, 12, 4096, 50265),
    "large": (1024, 24, 16, 1024, 12, 4096, 50265),
}


def make(folder: Path, size: str, seed: int = 0) -> None:
    """Write a checkpoint of the published shape with random weights, and no cache in its settings, as published."""
    width, layers, heads, decoder_width, decoder_layers, feed_forward, vocabulary = SIZES[size]
    torch.manual_seed(seed)
    encoder = ViTConfig(
        image_size=384, patch_size=16, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=4 * width,
    )  # fmt: skip
    decoder = TrOCRConfig(
        vocab_size=vocabulary, d_model=decoder_width, decoder_layers=decoder_layers, decoder_ffn_dim=feed_forward,
        decoder_attention_heads=8 if size == "small" else 16, cross_attention_hidden_size=width, init_std=0.08,
        decoder_start_token_id=2, bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        encoder, decoder, decoder_start_token_id=2, pad_token_id=1, eos_token_id=2
    )
    model = VisionEncoderDecoderModel(config=config)
    model.generation_config.update(use_cache=False, decoder_start_token_id=2, pad_token_id=1, eos_token_id=2)
    model.save_pretrained(folder)
    words = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>"])}
    words |= {f"{i:05}": i for i in range(4, vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Whitespace(), decoders.WordPiece()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    TrOCRProcessor(ViTImageProcessorPil(size={"height": 384, "width": 384}), fast).save_pretrained(folder)


def lines(count: int) -> list[Image.Image]:
    """Line images of mixed widths."""
    rng = np.random.default_rng(0)
    font = ImageFont.load_default(32)
    made = []
    for _ in range(count):
        text = " ".join("".join(rng.choice(list("abcdefghij"), rng.integers(2, 9))) for _ in range(rng.integers(1, 8)))
        image = Image.new("RGB", (round(font.getlength(text)) + 20, 48), "white")
        ImageDraw.Draw(image).text((10, 4), text, "black", font)
        made.append(image)
    return made


def recipe(
    folder: Path, device: str, dtype: str, tokens: int, cache: bool
) -> Callable[[Sequence[Image.Image]], list[str]]:
    """The documentation's recipe, line by line, with the checkpoint's own settings or its cache switched on."""
    processor = TrOCRProcessor.from_pretrained(folder)
    model = VisionEncoderDecoderModel.from_pretrained(folder, dtype=getattr(torch, dtype)).to(device).eval()
    settings: dict[str, Any] = {"max_new_tokens": tokens} | ({"use_cache": True} if cache else {})

    def read(images: Sequence[Image.Image]) -> list[str]:
        texts = []
        for image in images:
            pixels = processor(images=image, return_tensors="pt").pixel_values.to(device, model.dtype)
            with torch.no_grad():
                ids = model.generate(pixels, **settings)
            texts += processor.batch_decode(ids, skip_special_tokens=True)
        return texts

    return read


def timed(device: str, read: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what was read: of the process's CPU time on a CPU, which other processes do not disturb."""
    if device != "cuda":
        start = time.process_time()
        texts = read()
        return time.process_time() - start, texts
    torch.cuda.synchronize()
    start = time.perf_counter()
    texts = read()
    torch.cuda.synchronize()
    return time.perf_counter() - start, texts


def encoder_share(recognizer: TrOcrRecognizer, images: Sequence[Image.Image], device: str) -> float:
    """Share of the reading that is spent in the image encoder."""
    spent: list[float] = []
    encoder = recognizer._checkpoint.model.encoder
    forward = encoder.forward

    def timed_forward(*arguments: Any, **named: Any) -> Any:
        seconds, result = timed(device, lambda: forward(*arguments, **named))
        spent.append(seconds)
        return result

    encoder.forward = timed_forward
    seconds, _ = timed(device, lambda: [text for text, _ in recognizer.read_lines(images)])
    encoder.forward = forward
    return sum(spent) / seconds


class Boxes(LineDetector):
    """Every line of the made page, at no cost."""

    def detect(self, images: Sequence[PageImage]) -> list[list[Any]]:
        rows = range(0, 40 * 60, 60)
        return [[((0, y), (900, y), (900, y + 48), (0, y + 48)) for y in rows] for _ in images]


def measure(
    size: str, folder: Path, chosen: argparse.Namespace, images: list[Image.Image], few: list[Image.Image]
) -> None:
    """Print the rows of one size of model."""
    device = chosen.device
    own = {"model": str(folder), "device": device, "max_new_tokens": chosen.tokens, "guards": False}
    engine = TrOcrRecognizer(dtype=chosen.dtype, **own)
    engine.read_lines(images[:2])
    seconds, ours = timed(device, lambda: [text for text, _ in engine.read_lines(images)])
    rate = len(images) / seconds
    own_texts = [ours[images.index(image)] for image in few]
    for label, cache in (("recipe, as shipped", False), ("recipe, with cache", True)):
        read = recipe(folder, device, chosen.dtype, chosen.tokens, cache)
        read(few[:1])
        seconds, texts = timed(device, lambda: read(few))  # noqa: B023
        ratio = rate / (len(few) / seconds)
        row(size, label, len(few) / seconds, f"the engine is {ratio:.1f} × as fast; {same(texts, own_texts)}")
    row(size, "engine", rate, f"{encoder_share(engine, images, device):.0%} of the time in the encoder")
    for number in chosen.also:
        other = TrOcrRecognizer(**{"quantization" if number == "int8" else "dtype": number}, **own)
        other.read_lines(images[:2])
        seconds, texts = timed(device, lambda: [text for text, _ in other.read_lines(images)])  # noqa: B023
        ratio = len(images) / seconds / rate
        row(size, f"engine, {number}", len(images) / seconds, f"{ratio:.2f} × {chosen.dtype}; {same(texts, ours)}")
    if chosen.page:
        page = Image.new("RGB", (900, 40 * 60), "white")
        for number, image in enumerate(images[:40]):
            page.paste(image.resize((880, 48)), (0, number * 60))
        whole, _ = timed(device, lambda: [str(LineEngine(Boxes(), engine).recognize([PageImage(page)]))])
        crops = [page.crop((0, y, 900, y + 48)) for y in range(0, 40 * 60, 60)]
        alone, _ = timed(device, lambda: [text for text, _ in engine.read_lines(crops)])
        print(f"{size:6} a page of 40 lines: {whole:.2f} s, its lines alone {alone:.2f} s")


def row(size: str, what: str, rate: float, remark: str) -> None:
    """Print one row."""
    print(f"{size:6} {what:20} {rate:8.2f} lines/s   {remark}", flush=True)


def same(texts: Sequence[str], others: Sequence[str]) -> str:
    """How many texts are the same, in words."""
    return f"{sum(a == b for a, b in zip(texts, others, strict=True))} of {len(texts)} texts the same"


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", action="append", choices=SIZES, help="may be repeated; small by default")
    options.add_argument("--lines", type=int, default=64)
    options.add_argument("--recipe-lines", type=int, default=16, help="of them for the recipe, which is slow")
    options.add_argument("--tokens", type=int, default=64, help="limit of every line, for all")
    options.add_argument("--device", default="cpu")
    options.add_argument("--dtype", default="float32")
    options.add_argument("--also", action="append", default=[], help="for the engine alone: bfloat16 or int8")
    options.add_argument("--page", action="store_true", help="also a page of 40 lines with a warm engine")
    chosen = options.parse_args()
    images = lines(chosen.lines)
    few = images[:: max(1, len(images) // chosen.recipe_lines)][: chosen.recipe_lines]
    for size in chosen.size or ["small"]:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            measure(size, Path(folder), chosen, images, few)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory of the process, all of the above: {peak:.1f} GB")
    if chosen.device == "cuda":
        print(f"peak memory of the GPU: {torch.cuda.max_memory_allocated() / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
