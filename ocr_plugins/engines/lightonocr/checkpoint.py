"""Loading a checkpoint through the class it was made for, and making a page image into what that class takes.

The processors of transformers are not used as a whole: that of Qwen3.5 cannot be made without torchvision, which is for
videos, and that of LightOnOCR fails on tokenizers that were published without the names of the image tokens. Their
parts are: tokenizer, chat template and the image processor that runs on Pillow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import transformers

from ocr_plugins.engines.lightonocr.families import Family, of_checkpoint, read_config
from ocr_plugins.errors import ModelError, OcrError, PageError
from ocr_plugins.runtime.lora import Located, with_adapter
from ocr_plugins.runtime.placement import Placement, fitting
from ocr_plugins.runtime.pytorch import check_loaded, is_out_of_memory, loading

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGE_TOKEN = "<|image_pad|>"


@dataclass(frozen=True)
class Checkpoint:
    """A loaded model with what belongs to it.

    Attributes:
        model: In evaluation mode, on ``device``.
        tokenizer: Of its text.
        image_processor: Scales, normalises and cuts a page image.
        family: What kind of model it is.
        stops: The tokens by which it ends an answer.
        device: Where it runs.
        dtype: What it computes in.
        folder: With the files of tokenizer and image processor.
    """

    model: Any
    tokenizer: Any
    image_processor: Any
    family: Family
    stops: frozenset[int]
    device: torch.device
    dtype: torch.dtype
    folder: Path

    def inputs(self, image: Image, prompt: str = "") -> dict[str, torch.Tensor]:
        """What the model is called with to read a page: token ids of shape (1, tokens) and the pixels.

        Args:
            image: The page, RGB.
            prompt: What is said beside it.

        Raises:
            PageError: The image cannot be cut into patches.
        """
        try:
            pixels = self.image_processor(images=[self._fitted(image)], return_tensors="pt")
        except ValueError as e:
            raise PageError(f"An image of {image.width} × {image.height} pixels cannot be read: {e}") from e
        content = [{"type": "image"}, *([{"type": "text", "text": prompt}] if prompt else [])]
        text = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": content}],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
        text = text.replace(IMAGE_TOKEN, IMAGE_TOKEN * self._image_tokens(pixels), 1)
        ids = self.tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
        inputs = {"input_ids": ids, **pixels}
        if self.family.architecture == "qwen3_5":
            inputs["mm_token_type_ids"] = (ids == self.model.config.image_token_id).int()
        return {
            name: value.to(self.device, self.dtype) if value.is_floating_point() else value.to(self.device)
            for name, value in inputs.items()
        }

    def _fitted(self, image: Image) -> Image:
        """Reduced to the longest edge, where the image processor has no such limit itself."""
        from PIL.Image import Resampling

        scale = self.family.longest_edge / max(image.size)
        if self.family.architecture == "lighton_ocr" or scale >= 1:
            return image
        return image.resize([max(1, round(side * scale)) for side in image.size], Resampling.BICUBIC)

    def _image_tokens(self, pixels: Any) -> int:
        if self.family.architecture == "qwen3_5":
            return int(pixels["image_grid_thw"].prod()) // int(self.image_processor.merge_size) ** 2
        height, width = pixels["image_sizes"][0].tolist()
        return int(height // self.family.patch) * int(width // self.family.patch)

    def decode(self, tokens: list[int]) -> str:
        """The text of tokens, without special ones."""
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True))


def load(found: Located, *, name: str, placement: Placement, edge: int | None = None) -> Checkpoint:
    """Load a checkpoint from its folders; nothing is downloaded.

    Args:
        found: As ``save_pretrained`` or a download made it, or an adapter with its base.
        name: The model as the user gave it, for its family and for messages.
        placement: Where it is to run, and what it is to compute in.
        edge: Longest edge of the page images, in pixels, if not the family's.

    Raises:
        ModelError: It is another model, its weights do not belong to its class, a file is missing or damaged, or the
            memory does not hold it.
        MissingDependencyError: It is an adapter, and peft is not installed.
    """
    family = of_checkpoint(found, name)
    family = replace(family, longest_edge=edge or family.longest_edge)
    with loading(), fitting(name, placement.device):
        with _readable(f"The tokenizer of {name}", found.processor):
            tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(found.processor, local_files_only=True)
        with _readable(f"The image processor of {name}", found.processor):
            image_processor = _image_processor(found.processor, family)
        with _readable(name, found.folder):
            model = _model(found.folder, family, name, placement)
        if found.adapter:
            model = with_adapter(model, found.adapter, merge="quantization_config" not in placement.arguments)
    image_token = tokenizer.convert_tokens_to_ids(IMAGE_TOKEN)
    if not isinstance(image_token, int) or image_token == tokenizer.unk_token_id or not tokenizer.chat_template:
        raise ModelError(
            f"The tokenizer of {name} lacks {IMAGE_TOKEN} or a chat template: copy both from the model it was made of."
        )
    # In the smallest variant's config it goes by another name, and the default of the class would be believed.
    model.config.image_token_id = image_token
    ends = model.generation_config.eos_token_id
    stops = {tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])} - {None}
    if family.architecture == "lighton_ocr":
        image_processor.size = {"longest_edge": family.longest_edge}
        # The mask tells pages from one another; there is but one at a time, and without a mask attention is faster.
        model.model.vision_encoder.transformer.register_forward_pre_hook(_unmasked, with_kwargs=True)
    with fitting(name, placement.device):
        model = placement.put(model).eval()
    device = placement.device_of(model)
    dtype = placement.dtype
    return Checkpoint(model, tokenizer, image_processor, family, frozenset(stops), device, dtype, found.processor)


@contextmanager
def _readable(what: str, folder: Path) -> Iterator[None]:
    """Whatever the libraries say of damaged files, and tokenizers raises bare exceptions, becomes an error of ours."""
    try:
        yield
    except Exception as e:
        if isinstance(e, OcrError | ImportError) or is_out_of_memory(e):
            raise
        raise ModelError(f"{what} cannot be loaded from {folder}: {e}. Download the model again.") from e


def _image_processor(folder: Path, family: Family) -> Any:
    if family.architecture == "qwen3_5":
        from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

        return Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True)
    from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil

    return PixtralImageProcessorPil.from_pretrained(folder, local_files_only=True)


def _model(folder: Path, family: Family, name: str, placement: Placement) -> Any:
    """The model, with all weights of the checkpoint and no others."""
    if family.architecture == "qwen3_5":
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
        cls: Any = transformers.AutoModelForImageTextToText
    else:
        # As labelled, most would become a Mistral3, whose vision tower has other names and so stays random.
        config = transformers.LightOnOcrConfig.from_dict({**read_config(folder), "model_type": "lighton_ocr"})
        cls = transformers.LightOnOcrForConditionalGeneration
    model, report = cls.from_pretrained(
        folder,
        config=config,
        attn_implementation="sdpa",
        local_files_only=True,
        output_loading_info=True,
        **placement.arguments,
    )
    check_loaded(name, report, unexpected=True)
    return model


def _unmasked(_module: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    return args, {**kwargs, "attention_mask": None}
