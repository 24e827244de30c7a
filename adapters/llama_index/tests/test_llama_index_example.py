"""The example that the README of the project points to."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from ocr_plugins.testing import made_page, made_pdf

EXAMPLE = Path(__file__).parents[3] / "examples" / "llama_index_rag.py"


def test_the_example_finds_the_passage_and_says_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan = tmp_path / "scan.pdf"
    pages = ["The crane in the harbour was painted red.", "The library opens at nine in the morning."]
    scan.write_bytes(made_pdf([made_page([page]) for page in pages]))
    runpy.run_path(str(EXAMPLE))["main"]([str(scan), "When can I visit the library?"])
    place, passage = capsys.readouterr().out.split("\n", 1)
    assert place.startswith(f"{scan}, page 2, confidence 0.9")
    assert "library opens at nine" in passage
    assert "crane" not in passage
