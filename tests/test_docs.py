"""What the documentation shows runs, and what it lists is all there is."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ocr_plugins
from ocr_plugins import WarningCode
from ocr_plugins.plugins import registry
from ocr_plugins.testing import made_page, made_pdf

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))}
_TEST = re.compile(r"`(\S+\.py)::(test_\w+)`")
# A block of Python, and the comment above one that needs what a test has not.
_BLOCK = re.compile(r"(?P<skipped><!-- not run: .+ -->\n)?^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> Iterator[tuple[str, bool]]:
    """The Python of a page, each block on its lines, and whether it can be run."""
    text = path.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        lines_before = text.count("\n", 0, found.start("code"))
        yield "\n" * lines_before + found["code"], not found["skipped"]


def is_here(code: str) -> bool:
    """Whether all that a block imports is installed."""
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    return all(importlib.util.find_spec(name.split(".")[0]) for name in names)


def with_python() -> list[str]:
    return [name for name, path in PAGES.items() if list(blocks(path))]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the documents that the pages read."""
    (tmp_path / "scans").mkdir()
    scan = made_pdf([made_page([f"This is page {n}.", "It has two lines."], size=(700, 300)) for n in (1, 2, 3)])
    for place in ("scan.pdf", "scans/letter.pdf"):
        (tmp_path / place).write_bytes(scan)
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", with_python())
def test_the_python_of_a_page_runs(name: str) -> None:
    """One block after the other, as a reader would in a notebook; what cannot run here is Python all the same."""
    names: dict[str, object] = {}
    for code, runs in blocks(PAGES[name]):
        compiled = compile(code, name, "exec")
        if runs and is_here(code):
            exec(compiled, names)


def test_the_pages_that_are_run_are_those_with_python() -> None:
    assert {"README.md", "docs/python.md", "docs/chunks.md"} <= set(with_python())


def test_every_warning_is_in_the_table_with_what_to_do() -> None:
    rows = (DOCS / "warnings.md").read_text(encoding="utf-8").splitlines()
    told = [row.split(" | ")[0].strip("| `") for row in rows if row.startswith("| `") and len(row.split(" | ")) == 3]
    assert sorted(told) == sorted(WarningCode)


def test_every_public_name_is_in_the_reference() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md"))
    assert sorted(re.findall(r"^::: ocr_plugins\.(\w+)$", pages, re.MULTILINE)) == sorted(ocr_plugins.__all__)


def test_the_options_of_every_engine_are_in_the_reference() -> None:
    page = (DOCS / "reference" / "engines.md").read_text(encoding="utf-8")
    ours = {name for name, target in registry().engines.items() if target.distribution == "ocr-plugins"}
    assert set(re.findall(r"<!-- options: (\S+) -->", page)) == ours


def functions(path: Path) -> set[str]:
    """The names of all functions in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_what_the_comparison_says_of_us_has_a_test_in_every_row() -> None:
    told, _, shown = (DOCS / "comparison.md").read_text(encoding="utf-8").partition("## What shows it")
    rows = {number: _TEST.findall(text) for number, text in re.findall(r"^(\d+)\. (.*?)(?=^\d|\Z)", shown, re.M | re.S)}
    assert list(rows) == re.findall(r"^\| (\d+)\. ", told, re.M)
    assert [number for number, tests in rows.items() if not tests] == []
    here = [test for tests in rows.values() for test in tests if (ROOT / test[0].partition("/")[0]).is_dir()]
    assert [(path, name) for path, name in here if name not in functions(ROOT / path)] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150
