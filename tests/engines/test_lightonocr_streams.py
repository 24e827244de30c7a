"""LightOnOCR reads a document as a stream: its rows are never empty while there are pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from lightonocr_checkpoints import coded_page

from ocr_plugins import CancelledError, Pipeline
from ocr_plugins.engines.lightonocr import LightOnOcrEngine
from ocr_plugins.engines.lightonocr.slots import Slots
from ocr_plugins.engines.lightonocr.writing import Writer, WrittenPage
from ocr_plugins.testing import made_pdf

TINY = Path(__file__).parents[1] / "data" / "lightonocr-tiny"


def test_rows_are_refilled_while_a_document_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = [3 + 20 * (n % 7 == 0) + n % 4 for n in range(20)]
    busy: list[int] = []
    step, is_done = Slots.step, Writer._is_done

    def counted(self: Slots, rows: list[int], device: torch.device) -> Any:
        busy.append(len(rows))
        return step(self, rows, device)

    def at_its_length(self: Writer, page: WrittenPage) -> bool:
        is_done(self, page)
        page.finished = len(page.tokens) >= lengths[page.asked.key]
        return page.finished

    monkeypatch.setattr(Slots, "step", counted)
    monkeypatch.setattr(Writer, "_is_done", at_its_length)
    pages = made_pdf([coded_page([f"page {n}"], (224, 84)) for n in range(20)])
    seen: list[int] = []
    engine = LightOnOcrEngine(model=str(TINY), device="cpu", batch_size=4, longest_edge=224)
    with Pipeline(engine, upright=False) as pipeline:
        pipeline.read(pages, progress=lambda _: seen.append(len(busy)))
    rows = [0] * 4
    for length in lengths:
        # The first token of a page comes with its being read in.
        rows[rows.index(min(rows))] += length - 1
    assert len(busy) == max(rows), "each page goes where a row is free first"
    assert seen[0] == lengths[0] - 1, "the first page is given when it is finished"


def test_a_page_is_left_in_the_middle_when_reading_is_cancelled() -> None:
    engine = LightOnOcrEngine(model=str(TINY), device="cpu", stop_repeats=False, max_new_tokens=4000)
    steps = [0]

    def cancel() -> bool:
        steps[0] += 1
        return steps[0] > 6

    with pytest.raises(CancelledError, match="after 0 of 1 page"):
        Pipeline(engine, upright=False).read(coded_page(["page"], (224, 84)), cancel=cancel)
    assert steps[0] == 7
