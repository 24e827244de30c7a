"""Checkpoints that are adapters, such as LoRA's, in the form of peft: few weights, put on those of a base model.

What is needed of both lies in two folders; which is which is told here, for every engine that runs such models.
"""

from __future__ import annotations

import importlib.util
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr_plugins.errors import MissingDependencyError, ModelError
from ocr_plugins.runtime.hub import ADAPTER, cached, fetch, find, has_processor
from ocr_plugins.runtime.pytorch import is_out_of_memory

__all__ = ["Located", "fetch_all", "located", "located_if_here", "with_adapter"]


@dataclass(frozen=True, slots=True)
class Located:
    """A checkpoint on this machine.

    Attributes:
        folder: With the config and the weights of the model; for an adapter those of its base.
        processor: With the files of the tokenizer and the image processor: the adapter's own, or else its base's.
        base: What an adapter calls its base, a hub id or folder; None for a whole checkpoint.
        adapter: With the weights of an adapter.
    """

    folder: Path
    processor: Path
    base: str | None = None
    adapter: Path | None = None


def located(model: str, *, engine: str, revision: str | None = None, offline: bool = False) -> Located:
    """Where a checkpoint is, and for an adapter its base, which are fetched where they are not here.

    Args:
        model, engine, revision, offline: As for :func:`~ocr_plugins.runtime.hub.find`.

    Raises:
        ModelError: Either is not here and cannot be fetched, or the adapter's configuration is damaged.
    """
    folder = find(model, engine=engine, revision=revision, offline=offline)
    base = _base_of(folder)
    if base is None:
        return Located(folder, folder)
    try:
        there = find(base.name, engine=engine, revision=base.revision, offline=offline)
    except ModelError as e:
        raise _without_base(folder, base, e) from e
    return _located(folder, base, there)


def located_if_here(model: str, revision: str | None = None) -> Located | None:
    """As :func:`located`, None if something would have to be fetched."""
    folder = cached(model, revision)
    if folder is None:
        return None
    base = _base_of(folder)
    if base is None:
        return Located(folder, folder)
    there = cached(base.name, base.revision)
    return _located(folder, base, there) if there else None


def fetch_all(model: str, *, engine: str, revision: str | None = None) -> list[str]:
    """Fetch a checkpoint, and for an adapter its base: what of them is on the hub and not here.

    Returns:
        The files of those that were fetched.

    Raises:
        ModelError: See :func:`~ocr_plugins.runtime.hub.fetch`.
    """
    files = fetch(model, engine=engine, revision=revision)
    folder = cached(model, revision)
    base = _base_of(folder) if folder else None
    if folder is None or base is None:
        return files
    try:
        return files + fetch(base.name, engine=engine, revision=base.revision)
    except ModelError as e:
        raise _without_base(folder, base, e) from e


def with_adapter(model: Any, adapter: Path, *, merge: bool) -> Any:
    """Put an adapter on its base model, which is changed.

    Args:
        model: The base.
        adapter: The adapter's folder.
        merge: Add its weights to those of the base, so that the model is as fast as that.

    Returns:
        The model, of the class of its base.

    Raises:
        ModelError: The adapter is damaged or does not fit the model, or parts of that are not in memory.
        MissingDependencyError: peft is not installed.
    """
    if importlib.util.find_spec("peft") is None:
        raise MissingDependencyError(f"{adapter} is an adapter, which needs peft: pip install 'ocr-plugins[finetune]'")
    import peft

    if any(weight.is_meta for weight in model.parameters()):
        raise ModelError(
            f"The adapter {adapter} cannot be put on a model of which device_map leaves parts outside of the memory of "
            "the device: leave device_map out, or merge the adapter and save the whole model first."
        )
    try:
        config = peft.PeftConfig.from_pretrained(str(adapter))
        if config.is_prompt_learning:
            raise ModelError(f"{adapter} has no weights for the layers of its base, but a prompt: save it as LoRA.")
        config.inference_mode = True
        with warnings.catch_warnings():
            # It looks at a property of the model that transformers will rename.
            warnings.simplefilter("ignore", FutureWarning)
            wrapped = peft.PeftModel(model, config)
        report = peft.set_peft_model_state_dict(wrapped, peft.load_peft_weights(str(adapter), device="cpu"))
        missing = [name for name in report.missing_keys if ".default" in name]
        if missing or report.unexpected_keys:
            names = ", ".join([*missing, *report.unexpected_keys][:3])
            raise ValueError(f"{len(missing)} weights missing, {len(report.unexpected_keys)} unexpected ({names})")
        return wrapped.merge_and_unload() if merge else wrapped.get_base_model()
    except ModelError:
        raise
    except Exception as e:
        if is_out_of_memory(e):
            raise
        # PyTorch says what does not fit in the second line.
        reason = " ".join(f"{type(e).__name__}: {e}".split("\n")[:2]).replace("\t", "").rstrip(".")
        raise ModelError(
            f"The adapter {adapter} does not fit {model.config.name_or_path}, or is damaged ({reason}). Give its "
            f"{ADAPTER} the base that it was trained on as base_model_name_or_path, or save the adapter again."
        ) from e


@dataclass(frozen=True, slots=True)
class _Base:
    """A base as an adapter names it."""

    name: str
    revision: str | None


def _base_of(folder: Path) -> _Base | None:
    """The base of an adapter, None of a whole checkpoint."""
    path = folder / ADAPTER
    if not path.is_file():
        return None
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        name, revision = config["base_model_name_or_path"], config.get("revision")
        if not name or not isinstance(name, str):
            raise ValueError("base_model_name_or_path names no model")
        return _Base(name, revision)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        reason = f"it lacks {e}" if isinstance(e, KeyError) else e
        raise ModelError(f"{path} cannot be read: {reason}. Save or download the adapter again.") from e


def _located(adapter: Path, base: _Base, folder: Path) -> Located:
    if (folder / ADAPTER).is_file():
        raise ModelError(
            f"The adapter {adapter} is for {base.name}, which is an adapter itself: merge that into its base first."
        )
    return Located(folder, adapter if has_processor(adapter) else folder, base.name, adapter)


def _without_base(adapter: Path, base: _Base, error: ModelError) -> ModelError:
    return ModelError(
        f"The adapter {adapter} is for {base.name}, which is not to be had: {error} If the base is elsewhere, write "
        f"its folder into {adapter / ADAPTER} as base_model_name_or_path."
    )
