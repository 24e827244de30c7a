"""TrOCR, a reader of single text lines (https://arxiv.org/abs/2109.10282), made to read pages.

Lines come from any line detector; words that it has found apart are joined to lines, lines are cut into pieces that the
model can take, pieces without ink are left out, and those of all pages of a batch are read together.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ocr_plugins.engine import EngineInfo, EngineOptions, LineRecognizer, LineText
from ocr_plugins.engines.lines import LineEngine, LineEngineOptions
from ocr_plugins.engines.trocr.checkpoint import Checkpoint, load
from ocr_plugins.engines.trocr.crops import empty_columns, has_ink, has_several_lines, merge, split_wide
from ocr_plugins.engines.trocr.generation import Reading, automatic_batch_size, read
from ocr_plugins.engines.trocr.spans import fit_words, without_invented_repeats
from ocr_plugins.engines.trocr.words import JoinedLines
from ocr_plugins.runtime.lora import fetch_all, located
from ocr_plugins.runtime.placement import DeviceMap, Int8, Quantization, place
from ocr_plugins.runtime.pytorch import DtypeName, FittingBatches, free_memory
from ocr_plugins.runtime.repeats import cut_repeated_tail

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["TrOcrEngine", "TrOcrEngineOptions", "TrOcrOptions", "TrOcrRecognizer"]

log = logging.getLogger(__name__)

_INFO = EngineInfo(
    summary="TrOCR: handwriting and print line by line, any checkpoint of its kind, CPU or GPU",
    licence="Apache-2.0 (code); MIT (the published weights)",
    languages="English in the published checkpoints; those of a fine-tuned one",
    requires=("torch", "transformers"),
    install="pip install 'ocr-plugins[rapidocr,trocr]'",
    boxes=True,
    confidence=True,
    longest_edge=2400,
    enlarge_to=1280,
    batch_size=4,
)
# A text that ran into its limit is cut where one unit of so many characters fills its end so many times; a finished
# one only where no real line repeats: rows of figures and dots do.
LONGEST_UNIT, TIMES_UNFINISHED, TIMES_FINISHED = 24, 3, 12


class TrOcrOptions(EngineOptions):
    """Options of the line recogniser."""

    model: str = Field("microsoft/trocr-base-handwritten", description="hub id or local folder of a checkpoint")
    revision: str | None = Field(None, description="branch, tag or commit of a hub id")
    offline: bool = Field(False, description="never ask the network, even for a checkpoint that is not here")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1 … or mps", pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$")
    dtype: DtypeName = Field("auto", description="auto, float32, bfloat16 or float16; auto is float32 on a CPU")
    device_map: DeviceMap | None = Field(
        None,
        description="spread the model by accelerate, beside no device: auto, or a device, cpu or disk by part (JSON)",
    )
    quantization: Quantization | Int8 | None = Field(
        None, description="8bit or 4bit (NF4), by bitsandbytes on GPU or CPU; int8, faster on a CPU, by onnxruntime"
    )
    threads: int = Field(0, ge=0, description="of PyTorch on the CPU, 0 to leave its setting; for the whole process")
    batch_size: int = Field(0, ge=0, description="crops at once, 0 for as many as the memory holds")
    num_beams: int = Field(1, ge=1, le=32, description="1 is greedy; the paper's tables have 10")
    max_new_tokens: int | None = Field(None, ge=1, description="limit of each crop; by default from its width")
    max_aspect: float | None = Field(
        None, gt=0.5, description="width by height to which wide lines are cut; by default as the checkpoint reads them"
    )
    guards: bool = Field(
        True, description="no crops without ink or of several lines; wide ones and repetitions cut; off: the bare model"
    )


class TrOcrRecognizer(LineRecognizer):
    """Reads images of single lines with a TrOCR checkpoint; it may be called from several threads."""

    Options = TrOcrOptions
    info = _INFO
    options: TrOcrOptions

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lock = threading.Lock()

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        chosen = self.options
        if chosen.threads:
            import torch

            torch.set_num_threads(chosen.threads)
        found = located(chosen.model, engine="trocr", revision=chosen.revision, offline=chosen.offline)
        bits, parts = chosen.quantization, chosen.device_map
        return load(found, place(chosen.device, chosen.dtype, device_map=parts, quantization=bits))

    @cached_property
    def _batches(self) -> FittingBatches:
        return FittingBatches(self.options.batch_size or automatic_batch_size(self._checkpoint, self.options.num_beams))

    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        return [(line.text, line.confidence) for line in self.read_words(crops)]

    def read_words(self, crops: Sequence[Image]) -> list[LineText]:
        if not self.options.guards:
            return [LineText(reading.text, reading.confidence) for reading in self.read_raw(crops)]
        if not crops:
            return []
        with self._lock:
            aspect = self.options.max_aspect or self._checkpoint.aspect
        lines = [split_wide(crop, aspect) for crop in crops]
        cut = [
            crop.crop((p.left, 0, p.right, crop.height)) for crop, line in zip(crops, lines, strict=True) for p in line
        ]
        several = [has_several_lines(crop) for crop in crops]
        refused = [alike for alike, line in zip(several, lines, strict=True) for _ in line]
        inked = [i for i, crop in enumerate(cut) if not refused[i] and has_ink(crop)]
        readings: list[Reading | None] = [None] * len(cut)
        for i, reading in zip(inked, self.read_raw([cut[i] for i in inked]), strict=True):
            readings[i] = reading
        texts = []
        for crop, line, unread in zip(crops, lines, several, strict=True):
            parts, readings = readings[: len(line)], readings[len(line) :]
            texts.append(LineText("", truncated=True) if unread else _line_text(crop, parts, line))
        return texts

    def read_raw(self, crops: Sequence[Image]) -> list[Reading]:
        """What the model writes for each crop, with its token ids: no guard against anything."""
        if not crops:
            return []
        with self._lock:
            images = [crop.convert("RGB") for crop in crops]
            return read(self._checkpoint, images, self._batches, self.options.num_beams, self.options.max_new_tokens)

    def __deepcopy__(self, _memo: dict[int, Any]) -> TrOcrRecognizer:
        """The workers of a pipeline share one model, which is large, and take turns."""
        return self

    def load(self) -> None:
        """Load the checkpoint now instead of with the first crop."""
        with self._lock:
            _ = self._batches

    def download(self) -> list[str]:
        return fetch_all(self.options.model, engine="trocr", revision=self.options.revision)

    def close(self) -> None:
        with self._lock:
            for loaded in ("_checkpoint", "_batches"):
                if self.__dict__.pop(loaded, None):
                    free_memory()


def _parsed(options: Any) -> Any:
    """Options from the command line, where they are a string."""
    return json.loads(options) if isinstance(options, str) else options


class TrOcrEngineOptions(TrOcrOptions, LineEngineOptions):
    """Options of the engine."""

    detector: str = Field("rapidocr", description="name of a registered line detector")
    detector_options: Annotated[dict[str, Any], BeforeValidator(_parsed)] = Field(
        {}, description="options of the detector, also as JSON"
    )


class TrOcrEngine(LineEngine):
    """A line detector and TrOCR together, the engine ``trocr``; its options are :class:`TrOcrEngineOptions`."""

    Options = TrOcrEngineOptions
    info = _INFO
    options: TrOcrEngineOptions

    def __init__(self, **options: Any) -> None:
        given = TrOcrEngineOptions.parse(type(self).__name__, options)
        super().__init__(
            JoinedLines(detector=given.detector, detector_options=given.detector_options),
            TrOcrRecognizer(**{name: getattr(given, name) for name in TrOcrOptions.model_fields}),
            **options,
        )


def _line_text(crop: Image, parts: Sequence[Reading | None], pieces: Sequence[Any]) -> LineText:
    """One line from its pieces: repeated tails cut and flagged, as unfinished ones are, its words placed on the ink."""
    texts, truncated = [], False
    for part in parts:
        text = _without_tail(part) if part else ""
        texts.append(text)
        truncated = truncated or (part is not None and (not part.finished or text != part.text.strip()))
    read_parts = [part for part in parts if part is not None and part.text.strip()]
    if not read_parts:
        return LineText("")
    whole, empty = merge(texts, pieces), empty_columns(crop)
    text = without_invented_repeats(whole, empty, crop.height)
    words, _ = fit_words(text, empty, crop.height)
    truncated = truncated or text != whole
    return LineText(text, _confidence(read_parts), words, truncated)


def _without_tail(part: Reading) -> str:
    text = part.text.strip()
    shorter, _ = cut_repeated_tail(text, LONGEST_UNIT, TIMES_FINISHED if part.finished else TIMES_UNFINISHED)
    # Leaders are rows of dots.
    leader = part.finished and not any(map(str.isalnum, text[len(shorter) :]))
    return text if leader else shorter


def _confidence(parts: Sequence[Reading]) -> float:
    from math import exp, log

    tokens = sum(len(part.tokens) for part in parts)
    return exp(sum(log(max(part.confidence, 1e-12)) * len(part.tokens) for part in parts) / tokens)
