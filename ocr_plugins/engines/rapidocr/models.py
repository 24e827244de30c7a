"""The models of RapidOCR: which there are, where they lie, how they are fetched, loaded and fed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from ocr_plugins.engine import EngineInfo, EngineOptions
from ocr_plugins.errors import ModelError
from ocr_plugins.runtime.onnx import Array, Model, Precision, Runtime, chosen, downloaded

log = logging.getLogger(__name__)

INFO = EngineInfo(
    summary="PP-OCRv6 small: detection and recognition on the CPU, models inside the package",
    licence="Apache-2.0",
    languages="English, Chinese, Japanese and the languages in Latin script",
    requires=("rapidocr", "cv2", "onnxruntime"),
    install="pip install 'ocr-plugins[rapidocr]'",
    other_scripts=(
        "For Cyrillic: ocr-plugins download rapidocr -O script=cyrillic, then read with script='cyrillic'; likewise "
        "arabic, devanagari, el, korean, ta, te, th."
    ),
    boxes=True,
    confidence=True,
    longest_edge=2000,
    enlarge_to=1280,
)

Size = Literal["tiny", "small", "medium"]
Script = Literal[
    "multi", "arabic", "cyrillic", "devanagari", "el", "en", "eslav", "korean", "latin", "ta", "te", "th"
]  # fmt: skip


class RuntimeOptions(EngineOptions):
    """How the models are run."""

    runtime: Runtime = Field("auto", description="auto, openvino or onnxruntime; auto prefers OpenVINO")
    precision: Precision = Field("auto", description="auto, float32 or bfloat16 (OpenVINO alone, on CPUs that have it)")
    threads: int = Field(0, ge=0, description="threads per model, 0 for one per core")
    size: Size = Field("small", description="of PP-OCRv6: tiny, small or medium; only small is in the package")

    @field_validator("precision")
    @classmethod
    def _has_an_effect(cls, precision: Precision, given: ValidationInfo) -> Precision:
        if precision == "bfloat16" and chosen(given.data.get("runtime", "auto")) == "onnxruntime":
            raise ValueError(
                "ONNX Runtime computes in float32: pip install openvino and leave runtime out, or precision"
            )
        return precision


@dataclass(frozen=True, slots=True)
class Choice:
    """A model of RapidOCR: for detection (``det``) or recognition (``rec``), of a size, for a script."""

    task: str
    size: str
    script: str = "multi"

    @property
    def version(self) -> str:
        return "PP-OCRv6" if self.script == "multi" else "PP-OCRv5"

    @property
    def key(self) -> str:
        """As RapidOCR's list of models has it."""
        return f"{self.script}_{self.version}_{self.task}_{self.size if self.script == 'multi' else 'mobile'}"

    @property
    def bundled(self) -> bool:
        return (self.size, self.script) == ("small", "multi")

    @property
    def path(self) -> Path:
        import rapidocr

        if self.bundled:
            return Path(rapidocr.__file__).parent / "models" / f"{self.version}_{self.task}_{self.size}.onnx"
        return downloaded(f"rapidocr/{self.key}.onnx")


def load(options: RuntimeOptions, choice: Choice, **arguments: Any) -> Model:
    """A model that is on this machine, ``arguments`` being those of :class:`~ocr_plugins.runtime.onnx.Model`.

    Raises:
        ModelError: It is not here, or cannot be loaded.
    """
    if not choice.path.is_file():
        if choice.bundled:
            raise ModelError(
                f"The installed rapidocr has no {choice.path.name}: pip install 'ocr-plugins[rapidocr]' --upgrade"
            )
        raise ModelError(
            f"The model {choice.key} is not on this machine. To fetch it: "
            f"ocr-plugins download rapidocr -O size={choice.size} -O script={choice.script}"
        )
    return Model(
        choice.path, runtime=options.runtime, precision=options.precision, threads=options.threads, **arguments
    )


def download(choice: Choice) -> list[str]:
    """Fetch a model from where RapidOCR keeps it, with RapidOCR's own loader, and check it before it gets its name."""
    import rapidocr
    from omegaconf import OmegaConf
    from rapidocr.utils.download_file import DownloadFile, DownloadFileException, DownloadFileInput

    path = choice.path
    if choice.bundled or path.is_file():
        return []
    models = OmegaConf.load(Path(rapidocr.__file__).parent / "default_models.yaml")
    entry = OmegaConf.select(models, "onnxruntime")[choice.version][choice.task].get(choice.key)
    if entry is None:
        raise ModelError(f"The installed rapidocr knows no model {choice.key}.")
    partial = path.with_suffix(".partial")
    try:
        DownloadFile.run(DownloadFileInput(entry.model_dir, partial, log, verbose=False))
        if not DownloadFile.check_file_sha256(partial, entry.SHA256):
            raise ModelError(f"{entry.model_dir} is not the file that it should be: its SHA-256 differs. Try again.")
        partial.replace(path)
    except (DownloadFileException, OSError) as e:
        raise ModelError(f"{choice.key} cannot be fetched from {entry.model_dir}: {e}") from e
    finally:
        partial.unlink(missing_ok=True)
    return [str(path)]


def normalised(pixels: Array) -> Array:
    """RGB bytes, height × width × 3, as the BGR planes in -1..1 that the models take."""
    return np.ascontiguousarray((pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1))
