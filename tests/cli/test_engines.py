"""The list of engines."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from ocr_plugins.cli import main

HEAVY = ("torch", "transformers", "onnxruntime", "openvino", "rapidocr", "cv2", "pypdfium2")


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The lines of each engine by its name, on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    text = CliRunner().invoke(main, ["engines"]).stdout
    return {block.partition(":")[0]: block.splitlines() for block in text.split("\n\n")}


def test_an_engine_is_a_block_of_lines_that_fit(blocks: dict[str, list[str]]) -> None:
    assert [line.split(maxsplit=1) for line in blocks["scripted"]] == [
        ["scripted:", "installed"],
        ["Says", "what it is told"],
        ["gives", "confidence"],
        ["languages", "any"],
        ["licence", "MIT"],
        ["package", "scripted"],
    ]
    assert {"rapidocr", "trocr", "lightonocr"} < blocks.keys()
    assert max(len(line) for block in blocks.values() for line in block) <= 80


def test_what_is_missing_and_how_to_get_it_come_first(blocks: dict[str, list[str]]) -> None:
    assert blocks["unavailable"][:2] == [
        "unavailable: not installed, a_module_that_nobody_has missing",
        "  pip install 'scripted[model]'",
    ]


def test_a_command_to_be_copied_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert "\n  pip install 'scripted[model]'\n" in CliRunner().invoke(main, ["engines"]).stdout


def test_a_broken_plugin_is_listed_with_its_error(blocks: dict[str, list[str]]) -> None:
    assert blocks["broken"] == [
        "broken: broken",
        "  ModuleNotFoundError: No module named 'a_module_that_nobody_has'",
        "  package    broken",
    ]


def test_engines_as_json() -> None:
    entries = {e["name"]: e for e in json.loads(CliRunner().invoke(main, ["engines", "--json"]).stdout)}
    installed = [entries[name]["installed"] for name in ("rapidocr", "scripted", "unavailable", "broken")]
    assert installed == [True, True, False, False]
    assert entries["scripted"]["info"]["licence"] == "MIT"
    assert entries["unavailable"]["missing"] == ["a_module_that_nobody_has"]
    assert "ModuleNotFoundError" in entries["broken"]["error"]


def test_engines_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ocr_plugins.cli import main; main(['engines'], standalone_mode=False);"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"
    assert "rapidocr" in done.stdout
