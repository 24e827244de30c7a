"""Character and word error rates of a TrOCR checkpoint on line images with known text.

A folder of lines has an image and, beside it, its transcription in UTF-8: ``a01-000u.png`` and ``a01-000u.gt.txt``.
The paper's figures (https://arxiv.org/abs/2109.10282, table 4) are for IAM's test lines, with ten beams and the whole
line at once: ``evaluate(folder, TrOcrRecognizer(model=…, num_beams=10, guards=False))``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.errors import MissingDependencyError, SourceError

__all__ = ["Line", "Scores", "evaluate", "line_pairs", "scores"]

TEXT_SUFFIX = ".gt.txt"
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"})
# Images in memory at a time.
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Line:
    """What is written on an image, what was read, and the reader's confidence (0..1 or None)."""

    path: Path
    truth: str
    read: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Error rates over all characters and words of some lines; 0 is perfect, above 1 is possible."""

    lines: int
    cer: float
    wer: float


def line_pairs(folder: Path) -> list[tuple[Path, str]]:
    """Every image below ``folder`` that has a transcription, with the transcription.

    Raises:
        SourceError: There is none.
    """
    texts = sorted(folder.rglob(f"*{TEXT_SUFFIX}"))
    named = ((_image_of(text), text.read_text(encoding="utf-8").strip()) for text in texts)
    pairs = [(image, text) for image, text in named if image is not None and text]
    if not pairs:
        raise SourceError(
            f"{folder} has no line images with transcriptions: name.png with name{TEXT_SUFFIX} beside it."
        )
    return pairs


def _image_of(text: Path) -> Path | None:
    stem = text.name.removesuffix(TEXT_SUFFIX)
    found = (path for path in sorted(text.parent.glob(f"{_escaped(stem)}.*")) if path.suffix.lower() in IMAGE_SUFFIXES)
    return next((path for path in found if path.stem == stem), None)


def _escaped(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def evaluate(folder: Path, recognizer: TrOcrRecognizer) -> tuple[list[Line], float]:
    """Read the lines of a folder.

    Returns:
        The lines, and the seconds that reading took, without loading of the model.

    Raises:
        SourceError: There are no lines with transcriptions.
        ModelError: The checkpoint cannot be loaded.
    """
    pairs = line_pairs(folder)
    recognizer.load()
    lines: list[Line] = []
    started = time.perf_counter()
    for start in range(0, len(pairs), CHUNK):
        part = pairs[start : start + CHUNK]
        read = recognizer.read_lines(list(_images(path for path, _ in part)))
        lines += [Line(path, truth, *result) for (path, truth), result in zip(part, read, strict=True)]
    return lines, time.perf_counter() - started


def _images(paths: Iterator[Path]) -> Iterator[Image.Image]:
    for path in paths:
        with Image.open(path) as image:
            yield ImageOps.exif_transpose(image).convert("RGB")


def scores(lines: list[Line]) -> Scores:
    """Error rates with jiwer, as written: capitals, punctuation and all.

    Raises:
        MissingDependencyError: jiwer is not installed.
    """
    try:
        import jiwer
    except ImportError as e:
        raise MissingDependencyError("Evaluation needs jiwer: pip install 'ocr-plugins[evaluate]'") from e
    truths, reads = [line.truth for line in lines], [line.read for line in lines]
    return Scores(len(lines), float(jiwer.cer(truths, reads)), float(jiwer.wer(truths, reads)))
