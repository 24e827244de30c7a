"""What a run has done, and what a person should know of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from ocr_plugins.blocks import mean_confidence
from ocr_plugins.document import OcrDocument, WarningCode
from ocr_plugins.text import counted

__all__ = ["Report", "stretches"]

log = logging.getLogger(__name__)

# Of page numbers in a line of the summary.
MOST_STRETCHES = 8


@dataclass(slots=True)
class Report:
    """What a run has done so far.

    Attributes:
        files: How many were converted.
        skipped: How many were not, because their results exist.
        pages: How many were read, those that failed included.
        seconds: Spent on reading them.
        failures: What could not be read or written, with the reasons.
        notes: What else a person should know.
    """

    files: int = 0
    skipped: int = 0
    pages: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _confidences: list[tuple[float | None, int]] = field(default_factory=list)

    @property
    def confidence(self) -> float | None:
        """The mean over all text, weighted by its length, 0..1; None when unknown."""
        return mean_confidence(self._confidences)

    def add(self, document: OcrDocument) -> None:
        """Count a document's pages and note what is wrong with them."""
        self.pages += len(document.pages)
        self._confidences += [(block.confidence, len(block.text)) for page in document.pages for block in page.blocks]
        for number, reason in document.errors.items():
            self.fail(f"{document.source}, page {number}", reason)
        pages: dict[WarningCode, list[int]] = {}
        for number, warnings in document.warnings.items():
            for warning in warnings:
                log.info("%s, page %d: %s (%s)", document.source, number, warning.message, warning.code)
            for code in {warning.code: None for warning in warnings}:
                pages.setdefault(code, []).append(number)
        for code, numbers in pages.items():
            where = f"{counted(len(numbers), 'page')} {code} ({stretches(numbers)})"
            self.notes.append(f"{document.source}: {where}")

    def fail(self, place: str, reason: str) -> None:
        """Note a failure; ``place`` is put in front unless the reason names it."""
        self.failures.append(reason if place in reason else f"{place}: {reason}")


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
