"""Tesseract as an engine of ocr-plugins: lines with words and confidences, in any language that it has a model for.

The program is libtesseract, through tesserocr; the models are those of the operating system (``apt install
tesseract-ocr``). Nothing of either is loaded before the first page is read.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from ocr_plugins import (
    BBox,
    EngineError,
    EngineInfo,
    EngineOptions,
    Lines,
    MissingDependencyError,
    ModelError,
    OcrEngine,
    OcrError,
    PageImage,
    Recognition,
    TextLine,
    Word,
    hookimpl,
)
from ocr_plugins.plugins import Registry

if TYPE_CHECKING:
    from tesserocr import PyResultIterator, PyTessBaseAPI

__all__ = ["TesseractEngine", "TesseractOptions"]

# Where packages put the models: Debian and Ubuntu, Fedora, Arch, Homebrew.
MODELS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/usr/local/share/tessdata",
)
SUFFIX = ".traineddata"
# Heights of a word: a wider gap between two of them separates the cells of a table row. A space is about a third; of
# justified lines 0.8 cuts some that are loose, and 2 joins the cells of narrow tables.
GAP = 1.2


class TesseractOptions(EngineOptions):
    """What a user can set: ``ocr_plugins.read(path, engine="tesseract", lang="eng+deu")``."""

    lang: str = Field(
        "eng",
        pattern=r"^\w+(/\w+)?(\+\w+(/\w+)?)*$",
        description="codes of the languages on the pages, the most frequent first, joined by +: eng+deu",
    )
    psm: int = Field(
        3,
        ge=1,
        le=13,
        description="page segmentation mode, as of the command tesseract: 3 finds columns, 1 turned pages as well, "
        "4 takes the page for one column, 6 for one block, 11 looks for scattered text",
    )
    threads: int = Field(0, ge=0, description="pages read side by side, 0 for one per core")
    timeout: float = Field(120, gt=0, description="seconds that a page may take before it is given up")
    min_confidence: float = Field(0.0, ge=0, le=1, description="words below it are left out")
    tessdata: Path | None = Field(None, description="folder of the models, if not that of the operating system")

    @field_validator("psm")
    @classmethod
    def _reads(cls, psm: int) -> int:
        if psm == 2:
            raise ValueError("2 finds lines and does not read them; take 3")
        return psm


class TesseractEngine(OcrEngine):
    """Reads the pages of a batch side by side, each with a Tesseract of its own."""

    Options = TesseractOptions
    options: TesseractOptions
    info = EngineInfo(
        summary="Tesseract: print in more than 100 languages, on the CPU",
        licence="Apache-2.0",
        languages="one model per language, given by lang: apt install tesseract-ocr-deu for lang='deu'",
        requires=("tesserocr",),
        install="pip install ocr-plugins-tesseract, and apt install tesseract-ocr",
        other_scripts="Install the model of the language, for Russian apt install tesseract-ocr-rus, then lang='rus'.",
        boxes=True,
        confidence=True,
        longest_edge=2500,
        enlarge_to=1600,
        low_confidence=0.8,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._threads = self.options.threads or os.cpu_count() or 1
        self.info = replace(type(self).info, batch_size=self._threads)
        self._idle: queue.SimpleQueue[PyTessBaseAPI] = queue.SimpleQueue()
        self._loaded = 0

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition | OcrError]:
        at_once = min(self._threads, len(images))
        while self._loaded < at_once:
            self._idle.put(self._load())
            self._loaded += 1
        if at_once < 2:
            return [self._read(page) for page in images]
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self._read, images))

    def close(self) -> None:
        while self._loaded:
            self._idle.get().End()
            self._loaded -= 1

    def _load(self) -> PyTessBaseAPI:
        from tesserocr import LeptLogLevel, PyTessBaseAPI, set_leptonica_log_level

        set_leptonica_log_level(LeptLogLevel.NONE)
        folder = find_models(self.options.lang, self.options.tessdata)
        try:
            api = PyTessBaseAPI(path=str(folder), lang=self.options.lang, psm=self.options.psm)
        except RuntimeError as e:
            raise ModelError(
                f"Tesseract cannot load {self.options.lang} from {folder}: install its models anew."
            ) from e
        api.SetVariable("debug_file", os.devnull)
        return api

    def _read(self, page: PageImage) -> Recognition | OcrError:
        api = self._idle.get()
        try:
            begun = time.monotonic()
            api.SetImage(page.image)
            if api.Recognize(round(self.options.timeout * 1000)):
                return Lines(tuple(self._lines(api, page)))
            if time.monotonic() - begun < self.options.timeout:
                return EngineError("Tesseract could not read the page.")
            return EngineError(f"Tesseract took more than {self.options.timeout:g} s: set a longer timeout=.")
        finally:
            api.Clear()
            self._idle.put(api)

    def _lines(self, api: PyTessBaseAPI, page: PageImage) -> Iterator[TextLine]:
        from tesserocr import RIL, iterate_level

        words: list[Word] = []
        slope = 0.0
        for found in iterate_level(api.GetIterator(), RIL.WORD):
            if found.IsAtBeginningOf(RIL.TEXTLINE):
                yield from pieces(words, slope, page)
                words, slope = [], _slope(found)
            if not found.Empty(RIL.WORD) and (text := found.GetUTF8Text(RIL.WORD).strip()):
                confidence = found.Confidence(RIL.WORD) / 100
                if confidence >= self.options.min_confidence:
                    words.append(Word(text, _box(found.BoundingBox(RIL.WORD), page), confidence))
        yield from pieces(words, slope, page)


def find_models(lang: str, tessdata: Path | None = None) -> Path:
    """The folder with the models of ``lang``.

    Args:
        lang: Codes joined by ``+``.
        tessdata: Where to look; None for ``TESSDATA_PREFIX``, or else where packages put them.

    Raises:
        MissingDependencyError: There are no models at all.
        ModelError: There is none for one of the languages.
    """
    given = tessdata or os.environ.get("TESSDATA_PREFIX")
    places = [Path(given)] if given else [path for pattern in MODELS for path in sorted(Path("/").glob(pattern[1:]))]
    folders = [path for path in places if any(path.rglob(f"*{SUFFIX}"))]
    if not folders:
        where = f"in {given}" if given else "on this machine"
        raise MissingDependencyError(
            f"There is no model of Tesseract {where}: apt install tesseract-ocr (brew install tesseract), or say with "
            "tessdata= or TESSDATA_PREFIX where they are."
        )
    folder = folders[-1]
    missing = [code for code in lang.split("+") if not (folder / f"{code}{SUFFIX}").is_file()]
    if missing:
        known = sorted(str(path.relative_to(folder)).removesuffix(SUFFIX) for path in folder.rglob(f"*{SUFFIX}"))
        raise ModelError(
            f"Tesseract has no model for {', '.join(missing)} in {folder}: apt install "
            f"{' '.join(map(_apt_package, missing))}. Installed: {', '.join(known)}."
        )
    return folder


def _apt_package(code: str) -> str:
    """The package of Debian and Ubuntu that has a language; those of scripts are named by another code."""
    return "tesseract-ocr-script-…" if "/" in code else f"tesseract-ocr-{code.lower().replace('_', '-')}"


def _box(pixels: tuple[int, int, int, int], page: PageImage) -> BBox:
    """Pixels as a box in 0..1 of the page."""
    width, height = page.size
    return BBox(*map(float, pixels)).scaled(1 / width, 1 / height).clipped()


def _slope(found: PyResultIterator) -> float:
    """By how many pixels the line falls per pixel to the right; 0 for one that is not level."""
    from tesserocr import RIL

    baseline = found.Baseline(RIL.TEXTLINE)
    if not baseline:
        return 0.0
    (left, top), (right, bottom) = baseline
    return (bottom - top) / (right - left) if right - left > abs(bottom - top) else 0.0


def pieces(words: Sequence[Word], slope: float, page: PageImage) -> Iterator[TextLine]:
    """A line of Tesseract, cut where the gap between two words is wide: layout makes tables of the pieces.

    Args:
        words: In the order in which they are read, from right to left in Hebrew.
        slope: By how many pixels the line falls per pixel to the right.
        page: That it stands on.
    """
    width, height = page.size
    begin = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or _gap(words[end - 1].box, words[end].box) * width > GAP * height * _tall(words):
            piece = tuple(words[begin:end])
            box = BBox.around(word.box for word in piece)
            confidence = fmean(word.confidence or 0.0 for word in piece)
            fall = slope * box.width * width / height
            level = box.width * width > box.height * height
            placed = tuple(sorted(piece, key=lambda word: word.box.left)) if level else piece
            yield TextLine(" ".join(word.text for word in piece), box, confidence, slope=fall, words=placed)
            begin = end


def _gap(first: BBox, second: BBox) -> float:
    """Between two words of a line, whichever is the left one; negative for words that stand one above the other."""
    return max(second.left - first.right, first.left - second.right)


def _tall(words: Sequence[Word]) -> float:
    return median(word.box.height for word in words)


@hookimpl
def ocr_plugins_register(registry: Registry) -> None:
    registry.engine("tesseract", "ocr_plugins_tesseract:TesseractEngine")
