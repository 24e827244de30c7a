"""Checkpoints of the Hugging Face hub: a hub id or a local folder becomes a local folder.

What lies in the hub's cache (``$HF_HOME``) is used without asking the network, so that a machine that has read once
reads offline ever after. Of the two formats of weights the safe one is fetched where there is a choice.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from ocr_plugins.errors import ModelError

__all__ = ["ADAPTER", "cached", "fetch", "find", "has_processor"]

log = logging.getLogger(__name__)

# By this file a folder is an adapter, as peft writes them: its weights are put on those of another checkpoint.
ADAPTER, ADAPTER_WEIGHTS = "adapter_config.json", ("adapter_model.safetensors", "adapter_model.bin")
WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
PROCESSORS, TOKENIZERS = {"processor_config.json", "preprocessor_config.json"}, ("tokenizer.json", "vocab.")
# Patterns of what is fetched: the small files of a checkpoint, with weights of the first kind that there is. Others are
# READMEs, pictures, the states of optimisers, what lies in folders.
SMALL = ("*.json", "*.txt", "*.model", "*.jinja")
KINDS = (("model*.safetensors", "adapter_model.safetensors"), ("pytorch_model*.bin", "adapter_model.bin"))


def find(model: str, *, engine: str, revision: str | None = None, offline: bool = False) -> Path:
    """The local folder of a checkpoint, fetched from the hub when it is neither a folder nor in the hub's cache.

    Args:
        model: A folder, or the hub id ``owner/name``.
        engine: The engine's name, for the command in messages.
        revision: Branch, tag or commit of a hub id.
        offline: Never ask the network.

    Raises:
        ModelError: No such checkpoint, or it cannot be fetched; the message says how to fetch it ahead.
    """
    folder = cached(model, revision)
    if folder is None:
        if offline:
            where = model if revision is None else f"{model} at revision {revision}"
            raise ModelError(f"{where} is not in {_cache()} and offline=True. {_remedy(engine, model, revision)}")
        log.info("Fetching %s from the hub", model)
        fetch(model, engine=engine, revision=revision)
        folder = cached(model, revision)
    if folder is None:
        raise ModelError(
            f"{model} on the hub is no checkpoint: it lacks config.json, weights, processor or tokenizer. "
            "Or the hub cannot be reached, and not all of it is on this machine."
        )
    return folder


def cached(model: str, revision: str | None = None) -> Path | None:
    """The folder of a checkpoint that is on this machine and has its weights, None where a hub id is not.

    Raises:
        ModelError: ``model`` names a folder without a checkpoint, or nothing that could be one.
    """
    if _is_path(model):
        return _checked_folder(Path(model).expanduser())
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        files = [try_to_load_from_cache(model, name, revision=revision) for name in ("config.json", ADAPTER)]
    except HFValidationError as e:
        raise ModelError(f"{model!r} is neither a folder nor a hub id such as microsoft/trocr-base-printed.") from e
    # Neither None nor the mark of a file that the hub is known not to have.
    folder = next((Path(file).parent for file in files if isinstance(file, str)), None)
    return folder if folder and not _lacks(folder) and (_is_adapter(folder) or has_processor(folder)) else None


def has_processor(folder: Path) -> bool:
    """Whether what turns images into tensors and tokens into text is here: who fetched the model alone has it not."""
    names = {path.name for path in folder.iterdir()}
    return bool(names & PROCESSORS) and any(name.startswith(TOKENIZERS) or name.endswith(".model") for name in names)


def fetch(model: str, *, engine: str, revision: str | None = None) -> list[str]:
    """Fetch a checkpoint into the hub's cache, if it is a hub id and not there.

    Returns:
        The files of the checkpoint, none if it was here.

    Raises:
        ModelError: The hub does not know it, does not give it, or cannot be reached.
    """
    if cached(model, revision) is not None:
        return []
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    where = model if revision is None else f"{model} at revision {revision}"
    try:
        for weights in KINDS:
            wanted = [*SMALL, *weights]
            folder = Path(snapshot_download(model, revision=revision, allow_patterns=wanted, ignore_patterns="*/*"))
            if any(path for pattern in weights for path in folder.glob(pattern)):
                break
    except GatedRepoError as e:
        raise ModelError(f"{where} has terms to accept on the hub; then log in with `hf auth login`.") from e
    except (RepositoryNotFoundError, RevisionNotFoundError) as e:
        raise ModelError(f"The hub has no checkpoint {where}, or hides it: check the name, or `hf auth login`.") from e
    except Exception as e:
        reason = str(e).splitlines()[0] if str(e) else type(e).__name__
        remedy = _remedy(engine, model, revision)
        raise ModelError(f"{where} is not in {_cache()} and cannot be fetched: {reason} {remedy}") from e
    return [str(path) for path in sorted(folder.iterdir())]


def _is_path(model: str) -> bool:
    """Whether ``model`` means a folder: because it is one, or because a hub id cannot look like this."""
    return Path(model).expanduser().exists() or model.startswith(("/", ".", "~")) or "\\" in model


def _checked_folder(folder: Path) -> Path:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise ModelError(f"The model folder {folder} {what}: name the folder with the checkpoint's config.json.")
    if lacks := _lacks(folder):
        raise ModelError(f"The folder {folder} is no checkpoint: it has no {lacks}. Save or download it again.")
    return folder


def _is_adapter(folder: Path) -> bool:
    return (folder / ADAPTER).is_file()


def _lacks(folder: Path) -> str:
    """What a checkpoint cannot do without and the folder has not."""
    if _is_adapter(folder):
        there = any((folder / name).is_file() for name in ADAPTER_WEIGHTS)
        return "" if there else f"{ADAPTER_WEIGHTS[0]} beside its {ADAPTER}"
    if not (folder / "config.json").is_file():
        return "config.json"
    found = next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)
    if found is None:
        return "weights (model.safetensors)"
    if found.suffix != ".json":
        return ""
    shards = set(json.loads(found.read_text(encoding="utf-8"))["weight_map"].values())
    return next((shard for shard in sorted(shards) if not (folder / shard).is_file()), "")


def _cache() -> str:
    from huggingface_hub.constants import HF_HUB_CACHE

    return str(HF_HUB_CACHE)


def _remedy(engine: str, model: str, revision: str | None) -> str:
    at = f" -O revision={revision}" if revision else ""
    return (
        f"On a machine with network: ocr-plugins download {engine} --model {model}{at}, then copy that folder here, "
        "or give a local folder as the model."
    )
