"""Engines side by side on one document: what each reads, how sure it is, how long it takes."""

from __future__ import annotations

import difflib
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocr_plugins.document import OcrDocument, Page
from ocr_plugins.engine import LayoutDetector, OcrEngine
from ocr_plugins.errors import OptionError
from ocr_plugins.pipeline.pipeline import Pipeline, Progress, TextPolicy
from ocr_plugins.source.open import PageSelection, SourceInput

__all__ = ["Change", "Comparison", "Reading", "Summary", "compare", "word_changes"]

# Words of a page above which frequent ones no longer tie two texts together: of texts that only repeat themselves, the
# time would grow with the square of their length.
LONG_PAGE = 3000


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine made of a document.

    Attributes:
        engine: Its name.
        document: What it read.
        seconds: For each page, in their order. The first has what loading the model took.
    """

    engine: str
    document: OcrDocument
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that two texts have in common, or where one has these and the other those; one may have none."""

    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class Summary:
    """One engine's reading in numbers.

    Attributes:
        engine: Its name.
        pages: How many it was given.
        errors: How many of them it did not read.
        words: How many it read, separated by white space.
        agreement: With the first engine: see :meth:`Comparison.agreement`; None for the first itself.
        confidence: The mean over all text, 0..1, None when unknown.
        seconds_per_page: Without the first page where there are others, as loading the model counts there.
        warnings: On how many pages each was given.
    """

    engine: str
    pages: int
    errors: int
    words: int
    agreement: float | None
    confidence: float | None
    seconds_per_page: float
    warnings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Readings of one document, the first of them what the others are held against.

    Attributes:
        source: The document's name.
        readings: In the order asked for, of the same pages.
    """

    source: str
    readings: tuple[Reading, ...]

    def summary(self) -> list[Summary]:
        """Each reading in numbers, in order."""
        return [self._sum_up(place, reading) for place, reading in enumerate(self.readings)]

    def _sum_up(self, place: int, reading: Reading) -> Summary:
        document = reading.document
        codes = Counter(code for page in document.pages for code in {str(w.code): None for w in page.warnings})
        return Summary(
            engine=reading.engine,
            pages=len(document.pages),
            errors=len(document.errors),
            words=len(document.text.split()),
            agreement=self.agreement(place) if place else None,
            confidence=document.confidence,
            seconds_per_page=statistics.fmean(reading.seconds[1:] or reading.seconds or [0.0]),
            warnings=codes,
        )

    def to_html(self, source: SourceInput | None = None, *, password: str | None = None) -> str:
        """One HTML file: of each page its picture and what each engine read, side by side.

        What others read differently from the first engine is marked, word by word. The file needs nothing from
        elsewhere and has no script.

        Args:
            source: The document itself, for the pictures; by default the file that :attr:`source` names. Where that is
                not there, there are none.
            password: For an encrypted PDF.

        Raises:
            SourceError: ``source`` cannot be opened.
        """
        from ocr_plugins.report.compared import compared
        from ocr_plugins.report.embed import Pictures, pictures_of

        with pictures_of(self.source, password) if source is None else Pictures(source, password) as pictures:
            return compared(self, pictures)

    def _repr_html_(self) -> str:
        """Its first pages, for a notebook: see :meth:`to_html` for all."""
        from ocr_plugins.report.compared import comparison_cell

        return comparison_cell(self)

    def pages(self) -> list[tuple[Page, ...]]:
        """Each page as each engine read it."""
        return list(zip(*(reading.document.pages for reading in self.readings), strict=True))

    def changes(self, page: int, other: int = 1) -> list[Change]:
        """From what the first engine read on a page to what another did.

        Args:
            page: Its place in :meth:`pages`, from 0.
            other: The place of the other reading, from 0.
        """
        first, second = self.readings[0].document.pages[page], self.readings[other].document.pages[page]
        return word_changes(first.text, second.text)

    def agreement(self, other: int = 1, *, page: int | None = None) -> float | None:
        """The share of words that the first engine and another have in common, 0..1; None where neither has any.

        Args:
            other: The place of the other reading, from 0.
            page: The place of a page in :meth:`pages`, from 0; all of them by default.
        """
        places = range(len(self.pages())) if page is None else [page]
        runs = [change for place in places for change in self.changes(place, other)]
        words = sum(len(run.first) + len(run.second) for run in runs)
        return sum(2 * len(run.first) for run in runs if run.same) / words if words else None


def compare(
    source: SourceInput,
    engines: Sequence[str | OcrEngine],
    *,
    engine_options: Mapping[str, Mapping[str, Any]] | None = None,
    pages: PageSelection = None,
    password: str | None = None,
    name: str | None = None,
    text: TextPolicy = "ocr",
    layout: str | LayoutDetector | None = "auto",
    progress: Callable[[str, Progress], object] | None = None,
) -> Comparison:
    """Read a document with several engines, one after the other.

    Args:
        source, pages, password, name: See :meth:`Pipeline.iter_pages
            <ocr_plugins.pipeline.pipeline.Pipeline.iter_pages>`. A file object is read once, for all of them.
        engines: Names or instances, one at least; two of the same class are told apart by their place: ``#2``.
        engine_options: Options of engines given by name.
        text: ``ocr`` reads PDF pages with the engines also where they have text of their own; see
            :class:`~ocr_plugins.pipeline.pipeline.Pipeline`.
        layout: See there.
        progress: Called after each page with the engine's name.

    Raises:
        UnknownEngineError, MissingDependencyError, OptionError: Of any engine, before the first one reads.
        SourceError: The document cannot be opened.
    """
    if not engines:
        raise OptionError("compare needs an engine, better two.")
    options = engine_options or {}
    if unknown := [name for name in options if name not in engines]:
        raise OptionError(f"engine_options for {', '.join(unknown)}: not among the engines.")
    pipelines = [
        Pipeline(
            engine, engine_options=options.get(engine) if isinstance(engine, str) else None, text=text, layout=layout
        )
        for engine in engines
    ]
    read = getattr(source, "read", None)
    content: SourceInput = read() if read else source
    readings: list[Reading] = []
    for pipeline in pipelines:
        again = sum(1 for other in readings if other.engine.partition("#")[0] == pipeline.engine_name)
        engine = f"{pipeline.engine_name}#{again + 1}" if again else pipeline.engine_name
        seconds: list[float] = []

        def watch(step: Progress, engine: str = engine, seconds: list[float] = seconds) -> None:
            seconds.append(step.seconds)
            if progress:
                progress(engine, step)

        # Its models are freed before the next one's are loaded.
        with pipeline:
            document = pipeline.read(content, pages=pages, password=password, name=name, progress=watch)
        readings.append(Reading(engine, document, tuple(seconds)))
    return Comparison(readings[0].document.source, tuple(readings))


def word_changes(first: str, second: str) -> list[Change]:
    """From one text to another, word by word; white space does not count."""
    a, b = first.split(), second.split()
    matcher = difflib.SequenceMatcher(a=a, b=b, autojunk=len(b) > LONG_PAGE)
    return [Change(tuple(a[i:j]), tuple(b[k:m])) for _, i, j, k, m in matcher.get_opcodes()]
