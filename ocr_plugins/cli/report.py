"""What a run has done, and what a person should know of it."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

from ocr_plugins.blocks import mean_confidence
from ocr_plugins.document import OcrDocument, WarningCode
from ocr_plugins.text import counted

__all__ = ["Failure", "Outcome", "Report", "stretches"]

log = logging.getLogger(__name__)

# Of page numbers in a line of the summary.
MOST_STRETCHES = 8
# Digits of seconds and confidences in the summary for programs.
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read or written, and why; of a file as a whole where there is no ``page``."""

    reason: str
    source: str | None = None
    page: int | None = None

    def __str__(self) -> str:
        """A sentence for a person; the place is put in front unless the reason names it."""
        place = f"{self.source}, page {self.page}" if self.page else self.source
        return self.reason if place is None or place in self.reason else f"{place}: {self.reason}"


@dataclass(slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        converted: All the results that were wanted of it are there.
        skipped: They had been there before.
        pages: How many were read, those that failed included.
        failures: What could not be read or written.
        notes: What else a person should know.
        warnings: On how many pages each was given.
    """

    converted: bool = False
    skipped: bool = False
    pages: int = 0
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: Counter[WarningCode] = field(default_factory=Counter)
    confidences: list[tuple[float | None, int]] = field(default_factory=list)

    def add(self, document: OcrDocument) -> None:
        """Count a document's pages and note what is wrong with them."""
        self.pages += len(document.pages)
        self.confidences += [(block.confidence, len(block.text)) for page in document.pages for block in page.blocks]
        self.failures += [Failure(reason, document.source, number) for number, reason in document.errors.items()]
        pages: dict[WarningCode, list[int]] = {}
        for number, warnings in document.warnings.items():
            for warning in warnings:
                log.info("%s, page %d: %s (%s)", document.source, number, warning.message, warning.code)
            for code in {warning.code: None for warning in warnings}:
                pages.setdefault(code, []).append(number)
        for code, numbers in pages.items():
            where = f"{counted(len(numbers), 'page')} {code} ({stretches(numbers)})"
            self.notes.append(f"{document.source}: {where}")
            self.warnings[code] += len(numbers)


@dataclass(slots=True)
class Report:
    """What a run has done so far, in the order of its files, whichever of them was done first.

    Attributes:
        outcomes: Of the files, by their place.
        failures: What is wrong with the run as a whole.
        notes: What a person should know of it.
        seconds: That it has taken.
        interrupted: With Ctrl-C.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False

    def of(self, place: int) -> Outcome:
        """What is known of the file in that place."""
        return self.outcomes.setdefault(place, Outcome())

    def fail(self, reason: str) -> None:
        """Note what is wrong with the run as a whole."""
        self.failures.append(Failure(reason))

    def in_order(self) -> list[Outcome]:
        return [self.outcomes[place] for place in sorted(self.outcomes)]

    @property
    def files(self) -> int:
        """How many were converted."""
        return sum(outcome.converted for outcome in self.outcomes.values())

    @property
    def skipped(self) -> int:
        """How many were not, because their results exist."""
        return sum(outcome.skipped for outcome in self.outcomes.values())

    @property
    def pages(self) -> int:
        """How many were read, those that failed included."""
        return sum(outcome.pages for outcome in self.outcomes.values())

    @property
    def confidence(self) -> float | None:
        """The mean over all text, weighted by its length, 0..1; None when unknown."""
        return mean_confidence([known for outcome in self.in_order() for known in outcome.confidences])

    @property
    def warnings(self) -> Counter[WarningCode]:
        """On how many pages each was given."""
        return sum((outcome.warnings for outcome in self.in_order()), Counter())

    def all_failures(self) -> list[Failure]:
        """Those of the run, then those of each file."""
        return [*self.failures, *(failure for outcome in self.in_order() for failure in outcome.failures)]

    def all_notes(self) -> list[str]:
        """Those of each file, then those of the run."""
        return [*(note for outcome in self.in_order() for note in outcome.notes), *self.notes]

    def totals(self) -> str:
        """The whole run in a line."""
        return ", ".join(self._totals())

    def _totals(self) -> Iterator[str]:
        yield f"{counted(self.files, 'file')} converted"
        if self.skipped:
            yield f"{self.skipped} skipped"
        if failures := self.all_failures():
            yield counted(len(failures), "error")
        if self.pages:
            yield counted(self.pages, "page")
            yield f"{self.seconds / self.pages:.2f} s per page"
            yield f"mean confidence {'unknown' if self.confidence is None else f'{self.confidence:.3f}'}"
        if self.warnings:
            yield f"pages with warnings: {', '.join(f'{count} {code}' for code, count in self.warnings.items())}"

    def to_json(self) -> str:
        """The same for programs, as one object."""
        confidence = self.confidence
        known = {
            "files": self.files,
            "skipped": self.skipped,
            "pages": self.pages,
            "seconds": round(self.seconds, DIGITS),
            "confidence": None if confidence is None else round(confidence, DIGITS),
            "warnings": dict(self.warnings),
            "failures": [asdict(failure) for failure in self.all_failures()],
            "notes": self.all_notes(),
            "interrupted": self.interrupted,
        }
        return json.dumps(known, ensure_ascii=False)


def stretches(numbers: Sequence[int]) -> str:
    """Page numbers in few characters: ``1-3, 7``; the end of a long list is left out, with ``…`` in its place."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs[:MOST_STRETCHES]]
    return ", ".join(shown + ["…"] * (len(runs) > MOST_STRETCHES))
