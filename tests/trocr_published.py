"""TrOCR checkpoints with the files and fields of the published ones, microsoft/trocr-*, in small and untrained.

What they have in common and our own do not: token ids in ``decoder`` alone, processors of an older kind, tokenizers
without ``tokenizer.json``, no pooler, and a generation_config.json that forbids the cache.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import sentencepiece
import torch
import trocr_checkpoints as checkpoints
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoConfig, VisionEncoderDecoderModel

Weights = Literal["safetensors", "bin"]

NAMES = tuple(f"{size}-{kind}" for size in ("small", "base", "large") for kind in ("printed", "handwritten", "stage1"))
# Of these the decoder is UniLM's: sinusoidal positions, no layer norm of the embedding. The others have RoBERTa's.
SINUSOIDAL = ("large-printed", "base-stage1", "large-stage1")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def publish(folder: Path, name: str, weights: Weights = "safetensors") -> Path:
    """Write what is published as ``microsoft/trocr-NAME``, with random weights and tiny sizes."""
    torch.manual_seed(NAMES.index(name))
    folder.mkdir(parents=True)
    small = name.startswith("small")
    vocabulary = _sentencepiece(folder) if small else _byte_pairs(folder)
    config = _config(name, vocabulary)
    _write(folder / "config.json", config)
    model = VisionEncoderDecoderModel(config=AutoConfig.from_pretrained(folder))
    model.save_pretrained(folder)
    saved = {key: w for key, w in load_file(folder / "model.safetensors").items() if "pooler" not in key}
    for key, weight in saved.items():
        # So that the image decides what is read, and not the token before.
        weight.mul_((8 if weight.ndim > 1 else 1) * (8 if "encoder_attn.out_proj" in key else 1))
    if weights == "bin":
        (folder / "model.safetensors").unlink()
        # A pickle has tied weights twice.
        saved["decoder.output_projection.weight"] = saved["decoder.model.decoder.embed_tokens.weight"]
        torch.save(saved, folder / "pytorch_model.bin")
    else:
        save_file(saved, folder / "model.safetensors", {"format": "pt"})
    _write(folder / "config.json", config)
    ids = {"bos_token_id": 0, "decoder_start_token_id": 2, "eos_token_id": 2, "pad_token_id": 1}
    shipped = {"_from_model_config": True, "transformers_version": "4.27.0.dev0", "use_cache": False}
    _write(folder / "generation_config.json", ids | shipped)
    _write(folder / "preprocessor_config.json", _preprocessor(small))
    return folder


def _write(path: Path, fields: dict[str, Any]) -> None:
    path.write_text(json.dumps(fields, indent=2))


def _preprocessor(small: bool) -> dict[str, Any]:
    fields = {"do_normalize": True, "do_resize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": 32}
    if small:
        deit = {"crop_size": 224, "do_center_crop": False, "feature_extractor_type": "DeiTFeatureExtractor"}
        return fields | deit | {"resample": 3}
    return fields | {"feature_extractor_type": "ViTFeatureExtractor", "resample": 2}


def _config(name: str, vocabulary: int) -> dict[str, Any]:
    small, sinusoidal = name.startswith("small"), name in SINUSOIDAL
    width = 24 if small else 32
    encoder = {
        "attention_probs_dropout_prob": 0.0, "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "hidden_size": width,
        "image_size": 32, "initializer_range": 0.02, "intermediate_size": 4 * width, "layer_norm_eps": 1e-12,
        "model_type": "deit" if small else "vit", "num_attention_heads": 4, "num_channels": 3, "num_hidden_layers": 2,
        "patch_size": 16, "qkv_bias": small, "return_dict": True, "tie_word_embeddings": True, "torch_dtype": None,
    }  # fmt: skip
    decoder = {
        "activation_dropout": 0.0, "activation_function": "relu" if small or sinusoidal else "gelu",
        "add_cross_attention": True, "attention_dropout": 0.0, "bos_token_id": 0, "classifier_dropout": 0.0,
        "cross_attention_hidden_size": width, "d_model": 16 if small else 32, "decoder_attention_heads": 4,
        "decoder_ffn_dim": 64, "decoder_layerdrop": 0.0, "decoder_layers": 2, "decoder_start_token_id": 2,
        "dropout": 0.1, "eos_token_id": 2, "init_std": 0.02, "is_decoder": True, "is_encoder_decoder": False,
        "layernorm_embedding": not sinusoidal, "max_length": 20,
        "max_position_embeddings": 1024 if sinusoidal else 512, "model_type": "trocr", "no_repeat_ngram_size": 0,
        "num_beams": 1, "pad_token_id": 1, "prefix": None, "scale_embedding": small or sinusoidal,
        "tie_word_embeddings": True, "torch_dtype": None, "use_cache": False,
        "use_learned_position_embeddings": not sinusoidal, "vocab_size": vocabulary,
    }  # fmt: skip
    if name == "large-stage1":
        # The older name of the field, which is not read: the sizes are equal.
        decoder |= {"cross_attention_hidden_size": None, "encoder_hidden_size": width}
    return {
        "architectures": ["VisionEncoderDecoderModel"],
        "decoder": decoder,
        "encoder": encoder,
        "is_encoder_decoder": True,
        "model_type": "vision-encoder-decoder",
        "tie_word_embeddings": False,
        "torch_dtype": "float32",
        "transformers_version": None,
    }


def _byte_pairs(folder: Path) -> int:
    """vocab.json and merges.txt of a RoBERTa tokenizer."""
    pairs = Tokenizer(models.BPE())
    pairs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special, letters = [*SPECIAL, "<mask>"], pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=special, initial_alphabet=letters, show_progress=False)
    pairs.train_from_iterator(checkpoints.TEXTS, trainer)
    pairs.model.save(str(folder))
    added = {"__type": "AddedToken", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    named = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "mask": "<mask>", "pad": "<pad>", "sep": "</s>", "unk": "<unk>"}
    tokens = {f"{name}_token": added | {"content": token, "lstrip": name == "mask"} for name, token in named.items()}
    fields = {"add_prefix_space": False, "errors": "replace", "model_max_length": 512, "special_tokens_map_file": None}
    _write(folder / "tokenizer_config.json", tokens | fields | {"tokenizer_class": "RobertaTokenizer"})
    return pairs.get_vocab_size()


def _sentencepiece(folder: Path) -> int:
    """sentencepiece.bpe.model of an XLM-R tokenizer, whose ids are one more, and the mask behind them."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(checkpoints.TEXTS), model_prefix=str(folder / "sentencepiece.bpe"),
        vocab_size=90, hard_vocab_limit=False, model_type="bpe", minloglevel=3,
    )  # fmt: skip
    (folder / "sentencepiece.bpe.vocab").unlink()
    tokens = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "sep_token": "</s>"}
    mask = {"content": "<mask>", "lstrip": True, "normalized": True, "rstrip": False, "single_word": False}
    named: dict[str, Any] = tokens | {"mask_token": mask, "unk_token": "<unk>"}
    _write(folder / "special_tokens_map.json", named)
    fields = {"sp_model_kwargs": {}, "model_max_length": 512, "tokenizer_class": "XLMRobertaTokenizer"}
    _write(folder / "tokenizer_config.json", named | {"mask_token": mask | {"__type": "AddedToken"}} | fields)
    reader = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.bpe.model"))
    return int(reader.get_piece_size()) + 2
