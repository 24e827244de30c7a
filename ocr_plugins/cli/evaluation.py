"""Error rates of an engine on documents whose text is known: ``ocr-plugins evaluate`` without its command line.

The rates are jiwer's, over all characters and words of all files, as written: capitals, punctuation and all. White
space is folded to single spaces, and characters are compared in Unicode's composed form.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ocr_plugins.cli.conversion import reason_of
from ocr_plugins.cli.files import files_in
from ocr_plugins.engines.lines import LineEngine
from ocr_plugins.errors import MissingDependencyError, SourceError
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.pipeline.pipeline import Pipeline
from ocr_plugins.plugins import get_engine
from ocr_plugins.source.open import open_source

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Reader", "Reading", "Sample", "Scores", "load_jiwer", "make_reader", "misread", "samples_in", "scores"]

# What a file's ground truth may be called, behind its name without suffix; the first that exists counts.
PLAIN_TRUTH = ".gt.txt"
TRUTHS = (PLAIN_TRUTH, ".gt.md", ".md")
# Line images in memory at a time, and pixels of their longest edge.
CHUNK, LINE_EDGE = 512, 8000


@dataclass(frozen=True, slots=True)
class Sample:
    """A file, and the text that is on it, white space folded."""

    path: Path
    truth: str


@dataclass(frozen=True)
class Reading:
    """What was read of a sample; ``error`` says what is missing of it, and why."""

    sample: Sample
    text: str
    pages: int
    seconds: float
    error: str | None = None

    @cached_property
    def cer(self) -> float:
        """Its character error rate; 0 is perfect, above 1 is possible."""
        return float(load_jiwer().cer(self.sample.truth, self.text))

    @cached_property
    def wer(self) -> float:
        """Its word error rate."""
        return float(load_jiwer().wer(self.sample.truth, self.text))


@dataclass(frozen=True, slots=True)
class Scores:
    """Error rates over several files; ``seconds_per_page`` leaves the first out, with which models load."""

    files: int
    pages: int
    cer: float
    wer: float
    seconds_per_page: float


class Reader(Protocol):
    """Reads samples in order. What cannot be read is a reading without text, so that it counts as missed."""

    def read(self, samples: Sequence[Sample]) -> Iterator[Reading]: ...

    def close(self) -> None: ...


def load_jiwer() -> Any:
    """The module jiwer.

    Raises:
        MissingDependencyError: It is not installed.
    """
    try:
        import jiwer
    except ImportError as e:
        raise MissingDependencyError("Evaluation needs jiwer: pip install 'ocr-plugins[evaluate]'") from e
    return jiwer


def samples_in(paths: Iterable[Path]) -> list[Sample]:
    """The files, and those of the directories, that have text in a ground truth beside them.

    Raises:
        SourceError: There is none, or a ground truth is not in UTF-8.
    """
    files = [path for given in paths for path in ([given / f for f in files_in(given)] if given.is_dir() else [given])]
    samples = [Sample(file, truth) for file in dict.fromkeys(files) if (truth := _truth(file))]
    if not samples:
        raise SourceError("There is no file with ground truth: name.gt.txt, name.gt.md or name.md beside name.png.")
    return samples


def _truth(file: Path) -> str | None:
    paths = (file.with_name(f"{file.stem}{suffix}") for suffix in TRUTHS)
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise SourceError(f"{path} cannot be read: {e}") from e
    if not path.name.endswith(PLAIN_TRUTH):
        text = " ".join(block.text for block in parse_markdown(text))
    return _folded(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def make_reader(engine: str, options: Mapping[str, Any], *, lines: bool = False, furniture: bool = False) -> Reader:
    """What reads samples with an engine.

    Args:
        engine: Its registered name.
        options: Its options.
        lines: The samples are images of single lines: engines that read line by line are given them as they are, to
            others each is a page.
        furniture: The ground truth has page headers, footers and numbers.

    Raises:
        UnknownEngineError, MissingDependencyError, OptionError: See :func:`~ocr_plugins.plugins.get_engine`.
    """
    made = get_engine(engine, **options)
    if not lines:
        return _Documents(Pipeline(made, text="ocr"), furniture)
    if isinstance(made, LineEngine):
        return _SingleLines(made)
    return _Documents(Pipeline(made, text="ocr", layout=None, upright=False), furniture=True)


@dataclass(frozen=True)
class _Documents:
    pipeline: Pipeline
    furniture: bool

    def read(self, samples: Sequence[Sample]) -> Iterator[Reading]:
        return map(self._read, samples)

    def _read(self, sample: Sample) -> Reading:
        began = time.perf_counter()
        try:
            document = self.pipeline.read(sample.path)
        except Exception as e:
            return Reading(sample, "", 0, time.perf_counter() - began, reason_of(e, str(sample.path)))
        seconds = time.perf_counter() - began
        blocks = (b for page in document.pages for b in page.blocks if self.furniture or not b.kind.is_furniture)
        errors = "; ".join(f"page {number}: {reason}" for number, reason in document.errors.items())
        text = _folded(" ".join(b.text for b in blocks))
        return Reading(sample, text, len(document.pages), seconds, errors or None)

    def close(self) -> None:
        self.pipeline.close()


@dataclass(frozen=True)
class _SingleLines:
    engine: LineEngine

    def read(self, samples: Sequence[Sample]) -> Iterator[Reading]:
        # The first alone: its time is that of loading.
        yield from self._read(samples[:1])
        for start in range(1, len(samples), CHUNK):
            yield from self._read(samples[start : start + CHUNK])

    def _read(self, samples: Sequence[Sample]) -> Iterator[Reading]:
        began = time.perf_counter()
        images = [_line_image(sample) for sample in samples]
        texts = iter(self.engine.read_lines([image for image in images if not isinstance(image, str)]))
        results = [("", image) if isinstance(image, str) else (next(texts)[0], None) for image in images]
        seconds = (time.perf_counter() - began) / len(samples)
        for sample, (text, error) in zip(samples, results, strict=True):
            yield Reading(sample, _folded(text), 1, seconds, error)

    def close(self) -> None:
        self.engine.close()


def _line_image(sample: Sample) -> Image | str:
    """Its pixels, or why there are none."""
    try:
        with open_source(sample.path) as source:
            return source.page(1).render(LINE_EDGE)
    except Exception as e:
        return reason_of(e, str(sample.path))


def scores(readings: Sequence[Reading]) -> Scores:
    """Error rates over all characters and words of some readings, one at least.

    Raises:
        MissingDependencyError: jiwer is not installed.
    """
    jiwer = load_jiwer()
    truths, texts = [reading.sample.truth for reading in readings], [reading.text for reading in readings]
    timed = readings[1:] or readings
    seconds = sum(reading.seconds for reading in timed) / max(1, sum(reading.pages for reading in timed))
    pages = sum(reading.pages for reading in readings)
    return Scores(len(readings), pages, float(jiwer.cer(truths, texts)), float(jiwer.wer(truths, texts)), seconds)


def misread(reading: Reading) -> Iterator[tuple[list[str], list[str]]]:
    """Words of the truth and what was read of them, runs that agree and runs that do not in turn."""
    truth, text = reading.sample.truth.split(), reading.text.split()
    (alignment,) = load_jiwer().process_words(reading.sample.truth, reading.text).alignments
    for _, run in groupby(alignment, lambda chunk: chunk.type == "equal"):
        chunks = list(run)
        yield (
            truth[chunks[0].ref_start_idx : chunks[-1].ref_end_idx],
            text[chunks[0].hyp_start_idx : chunks[-1].hyp_end_idx],
        )
