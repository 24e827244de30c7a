"""TrOCR checkpoints of the real classes, small, and overfitted on a dozen lines so that every line has its own text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import sentencepiece
import torch
from PIL import Image, ImageDraw, ImageFont
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    DeiTConfig,
    RobertaTokenizer,
    TrOCRConfig,
    TrOCRProcessor,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTImageProcessorPil,
    XLMRobertaTokenizer,
)

Kind = Literal["base", "small", "large"]

TEXTS = (
    "To",
    "Dear Madam,",
    "your letter of the 4th",
    "Total: 1,305.60",
    "1905",
    "I am, Sir, yours",
    "faithfully and in haste, as ever",
    "SACRAMENTO, CAL.",
    "(two copies)",
    "and so on, and so on, and so on",
    "Mr. J. Smith",
    "No. 40007",
)


def line_image(text: str, size: int = 24) -> Image.Image:
    """The text in black on white, in Pillow's font."""
    font = ImageFont.load_default(size)
    image = Image.new("RGB", (round(font.getlength(text)) + size, round(1.5 * size)), "white")
    ImageDraw.Draw(image).text((size // 2, size // 5), text, "black", font)
    return image


def make(folder: Path, kind: Kind = "base", steps: int = 300) -> Path:
    """Write a checkpoint that reads ``TEXTS`` and little else.

    Args:
        folder: To write to.
        kind: The published size whose shape it has: ``base`` and ``large`` have a RoBERTa tokenizer, ``small`` that of
            XLM-R and a DeiT encoder; ``large`` has sinusoidal positions.
        steps: Of training, at most.
    """
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    processor = TrOCRProcessor(ViTImageProcessorPil(size={"height": 32, "width": 96}), _tokenizer(kind))
    model = VisionEncoderDecoderModel(config=_config(kind, len(processor.tokenizer)))
    _train(model, processor, [line_image(text) for text in TEXTS], TEXTS, steps)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    # As the published checkpoints have it: no cache, and no limit but the library's own.
    shipped = json.loads((folder / "generation_config.json").read_text()) | {"use_cache": False}
    (folder / "generation_config.json").write_text(json.dumps(shipped))
    torch.set_num_threads(threads)
    return folder


def as_old(folder: Path, target: Path) -> Path:
    """The checkpoint as they were saved years ago: a pickle, and the generation's settings in config.json."""
    processor, model = TrOCRProcessor.from_pretrained(folder), VisionEncoderDecoderModel.from_pretrained(folder)
    target.mkdir()
    torch.save(model.state_dict(), target / "pytorch_model.bin")
    processor.save_pretrained(target)
    config = model.config.to_dict() | {
        "max_length": 64,
        "num_beams": 4,
        "no_repeat_ngram_size": 3,
        "early_stopping": True,
    }
    (target / "config.json").write_text(json.dumps(config))
    return target


def as_published_small(folder: Path, target: Path) -> Path:
    """The checkpoint with a SentencePiece model for its tokenizer and no tokenizer.json, as trocr-small-* have it."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("tokenizer.json"))
    with (target / "sentencepiece.bpe.model").open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(TEXTS), model_writer=file, vocab_size=80, hard_vocab_limit=False, minloglevel=2
        )
    return target


def recipe(
    folder: Path, images: Sequence[Image.Image], loading: Mapping[str, Any] | None = None, **arguments: Any
) -> list[tuple[list[int], str]]:
    """Token ids and texts by the recipe of the model's documentation, line by line."""
    processor = TrOCRProcessor.from_pretrained(folder)
    model = VisionEncoderDecoderModel.from_pretrained(folder, dtype=torch.float32, **loading or {}).eval()
    positions = model.decoder.model.decoder.embed_positions
    if isinstance(getattr(positions, "weights", None), torch.Tensor):
        # transformers 5 leaves sinusoidal positions, which are in no file, without values.
        positions.weights = positions.get_embedding(*positions.weights.shape, positions.padding_idx)
    read = []
    for image in images:
        pixels = processor(images=image, return_tensors="pt").pixel_values
        ids = model.generate(pixels, **arguments)
        read.append((ids[0, 1:].tolist(), processor.batch_decode(ids, skip_special_tokens=True)[0]))
    return read


def _config(kind: Kind, vocabulary: int) -> VisionEncoderDecoderConfig:
    shape: dict[str, Any] = {
        "image_size": (32, 96),
        "patch_size": (16, 8),
        "hidden_size": 96 if kind == "large" else 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    encoder = DeiTConfig(**shape) if kind == "small" else ViTConfig(**shape, qkv_bias=False)
    decoder = TrOCRConfig(
        vocab_size=vocabulary,
        d_model=96 if kind == "base" else 64,
        decoder_layers=2,
        decoder_attention_heads=4,
        decoder_ffn_dim=128,
        max_position_embeddings=64,
        dropout=0.0,
        cross_attention_hidden_size=shape["hidden_size"],
        use_learned_position_embeddings=kind != "large",
        scale_embedding=kind != "base",
        layernorm_embedding=kind != "large",
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
    )
    return VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        encoder, decoder, decoder_start_token_id=2, pad_token_id=1, eos_token_id=2
    )


def _tokenizer(kind: Kind) -> Any:
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    if kind == "small":
        pieces = Tokenizer(models.Unigram())
        pieces.pre_tokenizer = pre_tokenizers.Metaspace()
        pieces.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=90, show_progress=False))
        learned = [(piece, score) for piece, score in json.loads(pieces.to_str())["model"]["vocab"]]
        return XLMRobertaTokenizer(vocab=[(token, 0.0) for token in special] + learned)
    pairs = Tokenizer(models.BPE())
    pairs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pairs.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=100, special_tokens=special, show_progress=False))
    learned = json.loads(pairs.to_str())["model"]
    return RobertaTokenizer(vocab=learned["vocab"], merges=[tuple(pair) for pair in learned["merges"]])


def _train(model: Any, processor: Any, images: Sequence[Image.Image], texts: Sequence[str], steps: int) -> None:
    pixels = processor(images=list(images), return_tensors="pt").pixel_values
    labels = processor.tokenizer(list(texts), padding=True, return_tensors="pt").input_ids
    labels = labels.masked_fill(labels == processor.tokenizer.pad_token_id, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(steps):
        loss = model(pixel_values=pixels, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if loss.item() < 0.005:
            break
    model.eval()
