"""What the published LightOnOCR models are: the class that loads each, the page size, prompt, sampling and output.

After the model cards and LightOn's own client (https://huggingface.co/lightonai, https://github.com/lightonai/LightOnOCR,
Apache-2.0). Nothing here imports torch.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ocr_plugins.errors import ModelError, OptionError
from ocr_plugins.runtime.lora import Located

__all__ = [
    "ANY_MODEL",
    "GROUNDING_PROMPT",
    "TRANSCRIBE",
    "UNKNOWN",
    "Architecture",
    "Dialect",
    "Family",
    "by_name",
    "is_mislabelled",
    "of_checkpoint",
    "of_config",
    "read_config",
]

Architecture = Literal["lighton_ocr", "qwen3_5", "any"]
Dialect = Literal["markdown", "bbox", "grounding"]

GROUNDING_PROMPT = "grounding"
TRANSCRIBE = (
    "Transcribe this page completely, in reading order, as Markdown: # for headings, - or 1. for lists, HTML tables "
    "(<table>, with rowspan and colspan), LaTeX between $ or $$ for formulas, ![image](image.png) for pictures. "
    "Keep the language, spelling and numbers of the page. Answer with the text of the page alone, without comments and "
    "without a code fence around it. If there is no text on the page, answer with nothing."
)
"""What is said to models of which nothing else is known."""


@dataclass(frozen=True, slots=True)
class Family:
    """Models that are loaded, asked and understood in the same way.

    Attributes:
        name: For messages.
        architecture: The ``model_type`` of transformers that loads them: Pixtral and Qwen3, or Qwen3.5; ``any`` for
            others, which are read on servers alone.
        longest_edge: Of the page image, in pixels.
        patch: Pixels of the square that becomes one token; no side of a page may be less.
        temperature: Of the first attempt.
        top_p: The share of probability that is sampled from.
        max_new_tokens: Where a page is cut off.
        dialect: How the answer to an image alone is written.
        grounds: Whether they give every block its box when asked with :data:`GROUNDING_PROMPT`.
        instruction: What is said beside the image otherwise.
    """

    name: str
    architecture: Architecture = "lighton_ocr"
    longest_edge: int = 1540
    patch: int = 28
    temperature: float = 0.2
    top_p: float = 0.9
    max_new_tokens: int = 4096
    dialect: Dialect = "markdown"
    grounds: bool = False
    instruction: str = ""

    def prompt(self, *, grounding: bool) -> str:
        """What is said beside the image: of LightOnOCR nothing, or the one word that asks for boxes.

        Raises:
            OptionError: These models give no boxes.
        """
        if grounding and not self.grounds:
            raise OptionError(
                f"grounding=True: {self.name} gives no boxes. Leave it out, or take a LightOnOCR-3 model."
            )
        return GROUNDING_PROMPT if grounding else self.instruction

    def image_tokens(self, size: tuple[int, int], edge: int) -> int:
        """How many tokens an image of this width and height becomes, its longest edge reduced to ``edge`` pixels."""
        scale = min(1.0, edge / max(size))
        width, height = (math.ceil(side * scale / self.patch) for side in size)
        return width * height

    def answer(self, *, grounding: bool) -> Dialect:
        """How the answer is written."""
        return "grounding" if grounding else self.dialect


_FIRST = Family("LightOnOCR-1")
_SECOND = Family("LightOnOCR-2")
_SECOND_BBOX = replace(_SECOND, name="LightOnOCR-2 bbox", dialect="bbox")
_THIRD = Family("LightOnOCR-3", temperature=0.1, top_p=1.0, max_new_tokens=12288, grounds=True)
_THIRD_QWEN = replace(_THIRD, name="LightOnOCR-3 (Qwen3.5)", architecture="qwen3_5", longest_edge=2048, patch=32)

# The first that is found in the name counts; fine-tunes usually keep the name in theirs.
_NAMES = (
    (r"lightonocr-3-1b", _THIRD),
    (r"lightonocr-3-", _THIRD_QWEN),
    (r"lightonocr-2-.*bbox", _SECOND_BBOX),
    (r"lightonocr-2-", _SECOND),
    (r"lightonocr-(1b|0\.9b)", _FIRST),
)
# Of which a fine-tune comes, its config does not tell: figures are read if there are any, and boxes may be asked for.
_UNNAMED: dict[Architecture, Family] = {
    "lighton_ocr": replace(_SECOND_BBOX, name="LightOnOCR", grounds=True),
    "qwen3_5": replace(_THIRD_QWEN, name="LightOnOCR (Qwen3.5)"),
}
UNKNOWN = _UNNAMED["lighton_ocr"]
"""What a model is taken for that has another name and is not there yet."""
ANY_MODEL = Family("other models", architecture="any", temperature=0.0, top_p=1.0, instruction=TRANSCRIBE)
"""Any vision language model that answers a page with Markdown."""


def by_name(model: str) -> Family | None:
    """The family of a hub id, a folder or the name that a server gives its model; None if the name does not tell."""
    name = re.split(r"[/\\]", model.rstrip("/\\"))[-1].lower()
    return next((family for pattern, family in _NAMES if re.search(pattern, name)), None)


def of_config(config: Mapping[str, Any], model: str) -> Family:
    """The family of a checkpoint, by its name and by what its ``config.json`` says.

    Args:
        config: The content of ``config.json``. The first two generations are labelled ``mistral3`` there.
        model: A hub id or folder, for its name and for messages.

    Raises:
        ModelError: It is no LightOnOCR model.
    """
    architecture = _architecture(config)
    if architecture is None:
        label = config.get("model_type") or "unknown"
        raise ModelError(
            f"{model} is no LightOnOCR model: its config.json describes a model of type {label!r}, "
            f"by {', '.join(config.get('architectures') or ['an unknown class'])}. "
            "Choose a LightOnOCR model, such as lightonai/LightOnOCR-2-1B."
        )
    named = by_name(model)
    return named if named and named.architecture == architecture else _UNNAMED[architecture]


def is_mislabelled(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint of LightOnOCR says that it is another model, so that others load it wrongly, in silence."""
    return _architecture(config) == "lighton_ocr" and config.get("model_type") != "lighton_ocr"


def of_checkpoint(found: Located, model: str) -> Family:
    """The family of a checkpoint on this machine; an adapter that has another name is of its base's.

    Raises:
        ModelError: It is no LightOnOCR model, or its ``config.json`` is damaged.
    """
    return of_config(read_config(found.folder), model if by_name(model) else found.base or model)


def _architecture(config: Mapping[str, Any]) -> Architecture | None:
    """By the parts: the label is right neither on published models nor on what was saved with another class."""
    vision, text = (_model_type(config, part) for part in ("vision_config", "text_config"))
    if (vision, text) == ("pixtral", "qwen3"):
        return "lighton_ocr"
    if config.get("model_type") == "qwen3_5" and vision.startswith("qwen3_5"):
        return "qwen3_5"
    return None


def _model_type(config: Mapping[str, Any], part: str) -> str:
    described = config.get(part)
    return str(described.get("model_type", "")) if isinstance(described, Mapping) else ""


def read_config(folder: Path) -> dict[str, Any]:
    """The ``config.json`` of a checkpoint's folder.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as e:
        raise ModelError(
            f"{folder} holds no config.json: give the folder that save_pretrained or a download made, or a hub id."
        ) from e
    except (OSError, ValueError) as e:
        raise ModelError(f"{path} cannot be read: {e}. Download the model again.") from e
    if not isinstance(config, dict):
        raise ModelError(f"{path} is not the config of a model. Download the model again.")
    return config
