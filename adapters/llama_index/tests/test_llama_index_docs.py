"""What the documentation shows works as it is printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from llama_index.readers.ocr_plugins import OcrPluginsReader

from ocr_plugins.testing import made_page, made_pdf

README = Path(__file__).parents[1] / "README.md"
HARBOUR = [
    "The crane in the harbour was built in 1928.",
    "It lifts twelve tons and turns all the way round.",
    "This spring it was painted red, and it will be",
    "shown to visitors from the first of May.",
]


@pytest.mark.slow
def test_the_code_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scan.pdf").write_bytes(made_pdf([made_page(HARBOUR)]))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "readme"}  # not the main module: no workers here
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    assert "crane in the harbour" in names["documents"][0].text


def test_the_readme_names_every_option_and_no_other() -> None:
    table = README.read_text(encoding="utf-8").partition("## Options")[2].partition("## Metadata")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == OcrPluginsReader.model_fields.keys() - {"is_remote"}
