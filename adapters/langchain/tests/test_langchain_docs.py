"""What the documentation shows works as it is printed."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader

from ocr_plugins.testing import made_page, made_pdf

README = Path(__file__).parents[1] / "README.md"
HARBOUR = [
    "The crane in the harbour was built in 1928.",
    "It lifts twelve tons and turns all the way round.",
    "This spring it was painted red, and it will be",
    "shown to visitors from the first of May.",
]


@pytest.mark.slow
def test_the_code_in_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "letter.pdf").write_bytes(made_pdf([made_page(HARBOUR)]))
    for year in ("2023", "2024"):
        (tmp_path / "scans" / year).mkdir()
        made_page([f"Harbour dues of {year}"], size=(700, 300)).save(tmp_path / "scans" / year / "dues.png")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"data": (tmp_path / "scans" / "letter.pdf").read_bytes()}
    for block in re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    assert "crane in the harbour" in capsys.readouterr().out
    assert names["documents"][0].metadata["case"] == 7
    assert ["2023" in d.page_content for d in names["documents"][-2:]] == [True, False]


@pytest.mark.slow
def test_the_code_in_the_docstrings_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scans").mkdir()
    for path in (tmp_path / "scan.pdf", tmp_path / "scans" / "letter.pdf"):
        path.write_bytes(made_pdf([made_page(HARBOUR)]))
    monkeypatch.chdir(tmp_path)
    for documented in (OcrPluginsLoader, OcrBlobParser):
        names: dict[str, Any] = {}
        for block in re.findall(r"```python\n(.*?)```", inspect.getdoc(documented) or "", re.DOTALL):
            code = compile(textwrap.dedent(block), documented.__name__, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            if code.co_flags & inspect.CO_COROUTINE:
                asyncio.run(eval(code, names))
            else:
                exec(code, names)
    assert capsys.readouterr().out.count("crane in the harbour") == 2
    assert (tmp_path / "cited.png").stat().st_size > 0


def test_the_readme_names_every_option_and_no_other() -> None:
    table = README.read_text(encoding="utf-8").partition("## Options")[2].partition("## Metadata")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert named == set(inspect.signature(OcrPluginsLoader).parameters)
    assert named - {"path", "glob"} == set(inspect.signature(OcrBlobParser).parameters)
