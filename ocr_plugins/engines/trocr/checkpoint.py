"""TrOCR checkpoints: ``VisionEncoderDecoderModel`` with ``TrOCRProcessor``, loaded whole or not at all.

See https://huggingface.co/docs/transformers/model_doc/trocr and Li et al., "TrOCR: Transformer-based Optical Character
Recognition with Pre-trained Models" (https://arxiv.org/abs/2109.10282).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_plugins.errors import MissingDependencyError, ModelError
from ocr_plugins.runtime.lora import Located, with_adapter
from ocr_plugins.runtime.placement import Placement, fitting
from ocr_plugins.runtime.pytorch import check_loaded, is_out_of_memory, loading

if TYPE_CHECKING:
    import torch

__all__ = ["Checkpoint", "load"]

# The pooler of the image encoder is missing in many published checkpoints, and not used.
UNUSED = ("encoder.pooler.",)
# Not in fewer bits: the scores, whose weights are the embedding's, and what is not in the file.
WHOLE = ("decoder.output_projection", "encoder.pooler.dense")
# Other models of that class, such as Donut, read whole pages into other languages than text.
ENCODERS = ("vit", "deit", "beit")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A loaded model with what it takes to use it.

    Attributes:
        model: transformers' ``VisionEncoderDecoderModel``, in evaluation mode.
        processor: transformers' ``TrOCRProcessor``.
        device: Where its inputs go.
        tokens: The special token ids of generation, by their names in ``GenerationConfig``.
        most_tokens: How many tokens the decoder has positions for.
        aspect: Width by height of a crop that the model reads well.
        row_bytes: Memory that one crop takes while it is read, roughly.
    """

    model: Any
    processor: Any
    device: torch.device
    tokens: dict[str, Any]
    most_tokens: int
    aspect: float
    row_bytes: int


def load(found: Located, placement: Placement) -> Checkpoint:
    """Load a checkpoint.

    Raises:
        ModelError: It is no TrOCR checkpoint, weights are missing, a file is damaged, or the memory does not hold it.
        MissingDependencyError: A package for its tokenizer, or for an adapter, is missing.
    """
    folder = found.folder
    _check_kind(folder)
    from transformers import VisionEncoderDecoderModel

    if bits := placement.arguments.get("quantization_config"):
        bits.llm_int8_skip_modules = list(WHOLE)
    with loading(), fitting(str(folder), placement.device):
        processor = _processor(found.processor)
        try:
            model, info = VisionEncoderDecoderModel.from_pretrained(
                folder, output_loading_info=True, **placement.arguments
            )
        except Exception as e:
            if is_out_of_memory(e):
                raise
            raise ModelError(f"The checkpoint {folder} cannot be loaded: {type(e).__name__}: {_first_line(e)}") from e
        check_loaded(str(folder), info, UNUSED)
        _check_tokenizer(found.processor, processor, model)
        if found.adapter:
            model = with_adapter(model, found.adapter, merge=not bits)
    with fitting(str(folder), placement.device):
        model = placement.put(model)
    device = placement.device_of(model)
    _compute_positions(model, device)
    tokens = _tokens(model, processor, folder)
    # What checkpoints ship (no cache, n-gram bans, 20 tokens) would fill every argument left open.
    model.generation_config = type(model.generation_config)(**tokens)
    height, width = _pair(model.config.encoder.image_size)
    wide = width / height
    return Checkpoint(
        model=model.eval(),
        processor=processor,
        device=device,
        tokens=tokens,
        # RoBERTa begins to count its positions at 2.
        most_tokens=int(getattr(model.config.decoder, "max_position_embeddings", 512)) - 2,
        # A square one squeezes its lines: the published models saw lines of handwriting and receipts of about 8 : 1.
        aspect=wide if wide > 2 else 8.0,
        row_bytes=_row_bytes(model),
    )


def _check_kind(folder: Path) -> None:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind, encoder = config.get("model_type"), config.get("encoder", {}).get("model_type")
    except (OSError, ValueError, AttributeError) as e:
        raise ModelError(f"The config.json of {folder} cannot be read: {e}") from e
    if kind != "vision-encoder-decoder":
        raise ModelError(
            f"{folder} is no TrOCR checkpoint: its config.json says model_type {kind!r}, not 'vision-encoder-decoder'."
        )
    if encoder not in ENCODERS:
        raise ModelError(
            f"{folder} is no TrOCR checkpoint: its image encoder is a {encoder!r}, not one of {', '.join(ENCODERS)}."
        )


def _processor(folder: Path) -> Any:
    from transformers import TrOCRProcessor

    try:
        return TrOCRProcessor.from_pretrained(folder)
    except ImportError as e:
        raise MissingDependencyError(
            f"The tokenizer of {folder} needs a package: {_first_line(e)} pip install 'ocr-plugins[trocr]'"
        ) from e
    except Exception as e:
        raise ModelError(
            f"The processor of {folder} cannot be loaded: {_first_line(e)} A checkpoint has preprocessor_config.json "
            "and tokenizer files beside its weights: save them with TrOCRProcessor.save_pretrained, or download the "
            "model again."
        ) from e


def _check_tokenizer(folder: Path, processor: Any, model: Any) -> None:
    """Refuse a tokenizer with few of the model's tokens: an empty SentencePiece model is read without an error."""
    known, written = len(processor.tokenizer), int(model.config.decoder.vocab_size)
    if known < written / 2:
        raise ModelError(
            f"The tokenizer of {folder} knows {known} tokens and its model writes {written}: a file is damaged or of "
            "another model. Download the model again."
        )


def _compute_positions(model: Any, device: torch.device) -> None:
    """Compute the sinusoidal positions of large-printed and the stage1 checkpoints.

    They are no weights, so transformers 5 leaves them without values, and the first call would fail.
    """
    for module in model.modules():
        weights: Any = getattr(module, "weights", None)
        if getattr(weights, "is_meta", False):
            values = module.get_embedding(*weights.shape, module.padding_idx)
            # A part that accelerate has put elsewhere says where it computes.
            where = getattr(getattr(module, "_hf_hook", None), "execution_device", None)
            module.weights = values.to(device if where is None else where, model.dtype)


def _tokens(model: Any, processor: Any, folder: Path) -> dict[str, Any]:
    """The special tokens, from wherever a checkpoint of any age has them."""
    tokenizer = processor.tokenizer
    otherwise = {
        "decoder_start_token_id": tokenizer.cls_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id if tokenizer.sep_token_id is None else tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    found: dict[str, Any] = {}
    for name, last in otherwise.items():
        places = (getattr(part, name, None) for part in (model.generation_config, model.config, model.config.decoder))
        value = next((place for place in places if place is not None), last)
        if value is not None:
            found[name] = value
    for needed in ("decoder_start_token_id", "eos_token_id", "pad_token_id"):
        if needed not in found:
            raise ModelError(f"The checkpoint {folder} says nowhere what its {needed} is: add it to its config.json.")
    forced = getattr(model.generation_config, "forced_bos_token_id", None)
    return found | ({"forced_bos_token_id": forced} if forced is not None else {})


def _row_bytes(model: Any) -> int:
    """Keys and values of all decoder layers for one crop, and a few activations of the encoder."""
    encoder, decoder = model.config.encoder, model.config.decoder
    height, width = _pair(encoder.image_size)
    patch_height, patch_width = _pair(encoder.patch_size)
    patches = height // patch_height * (width // patch_width) + 2
    cached = 2 * patches * getattr(decoder, "d_model", decoder.hidden_size) * decoder.num_hidden_layers
    active = 12 * patches * encoder.hidden_size + 4 * decoder.vocab_size
    return int((cached + active) * model.dtype.itemsize)


def _pair(size: int | tuple[int, int] | list[int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
