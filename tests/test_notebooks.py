"""The notebooks in examples/: what is stored of them can be shown to anybody, and they run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
# In bytes: pages with them are loaded whole.
MOST = 600_000
# What the scan says on its page 3, and the notice in its table.
EXILE = "The longest term, which has been fixed for exile, is the 25th of May."
MEETING = "Friday, March 13, 2009 at 2:00 p.m."

stored = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def printed(notebook: dict[str, Any]) -> str:
    return "".join("".join(output["text"]) for output in outputs(notebook) if output.get("name") == "stdout")


def pictures(notebook: dict[str, Any]) -> int:
    return sum("image/jpeg" in output.get("data", {}) for output in outputs(notebook))


def ran(name: str, folder: Path, **values: str) -> dict[str, Any]:
    """A notebook that has run, with other values for variables of its own."""
    pytest.importorskip("nbclient")
    notebook = json.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))
    for variable, value in values.items():
        cell = next(cell for cell in code_cells(notebook) if f"{variable} = None\n" in cell["source"])
        cell["source"] = [value if line == f"{variable} = None\n" else line for line in cell["source"]]
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")
    script = ROOT / "scripts" / "notebooks.py"
    done = subprocess.run([sys.executable, script, folder / name], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return result


def test_there_is_one_for_each_framework_and_one_for_engines() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["langchain_rag", "llama_index_rag", "swap_engines"]


@stored
def test_its_first_cell_says_what_to_install(path: Path) -> None:
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    assert re.search(r"^pip install .*ocr-plugins", "".join(first["source"]), re.MULTILINE)


@stored
def test_what_is_stored_is_small_and_shows_pictures(path: Path) -> None:
    assert path.stat().st_size < MOST
    assert pictures(json.loads(path.read_text(encoding="utf-8"))) >= 2


@stored
def test_nothing_is_stored_of_the_machine_that_ran_it(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    shown = re.sub(r"base64,[\w+/=]+", "", json.dumps([o for o in outputs(notebook) if pictureless(o)]))
    assert shown != "[]"
    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|home|Users|usr)\b|[A-Z]:\\", shown) == []
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert {json.dumps(cell["metadata"]) for cell in notebook["cells"]} == {"{}"}
    assert {cell["execution_count"] for cell in code_cells(notebook)} == {None}


def pictureless(output: dict[str, Any]) -> bool:
    return "image/jpeg" not in output.get("data", {})


@stored
def test_it_is_stored_as_it_ran_without_an_error_or_a_warning(path: Path) -> None:
    found = outputs(json.loads(path.read_text(encoding="utf-8")))
    assert {output["output_type"] for output in found} <= {"stream", "execute_result", "display_data"}
    said = "".join("".join(output["text"]) for output in found if output.get("name") == "stderr")
    assert all(re.search(r"100%\|█+\| \d+/\d+$", line) for line in said.splitlines()), said


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_notebook_of_langchain_answers_with_the_passage_and_its_picture(tmp_path: Path) -> None:
    for module in ("langchain_ocr_plugins", "langchain_chroma", "wordllama"):
        pytest.importorskip(module)
    parrot = (
        "from langchain_core.language_models.fake_chat_models import ParrotFakeChatModel\nllm = ParrotFakeChatModel()\n"
    )
    check_answers(ran("langchain_rag.ipynb", tmp_path, llm=parrot))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_notebook_of_llama_index_answers_and_embeds_nothing_twice(tmp_path: Path) -> None:
    for module in ("llama_index.readers.ocr_plugins", "llama_index.vector_stores.qdrant", "wordllama"):
        pytest.importorskip(module)
    echo = "from llama_index.core.llms import MockLLM\nllm = MockLLM()\n"
    notebook = ran("llama_index_rag.ipynb", tmp_path, llm=echo)
    check_answers(notebook)
    assert re.search(r"^0 passages embedded$", printed(notebook), re.MULTILINE)


def check_answers(notebook: dict[str, Any]) -> None:
    """Each question has found its passage, and the model was given one of them."""
    said = printed(notebook)
    for place, words in (
        ("data/scan.pdf, page 2", "25,000 Austrian shillings"),
        ("data/scan.pdf, page 3", EXILE),
        ("data/notice.pdf, page 1", MEETING),
    ):
        answer = said[said.index(place) :].partition("data/")[2].partition("data/")[0]
        assert words in answer
        assert ("PDF's own text" in answer) == (place == "data/notice.pdf, page 1")
    assert pictures(notebook) == 3
    asked = "".join("".join(output.get("text", "")) for output in code_cells(notebook)[-1]["outputs"])
    assert "and in which room?" in asked
    assert MEETING in asked


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_notebook_of_engines_shows_who_reads_what_and_what_is_flagged(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    said = printed(ran("swap_engines.ipynb", tmp_path))
    default, _, trocr = said.partition("--- trocr")
    assert "the rest came from Czecho-Slovakia." in default
    assert "into thefr homes" in trocr
    assert re.search(r"^trocr +confidence 0\.\d\d +agreement 0\.[5-9]\d +no warnings$", said, re.MULTILINE)
    assert re.search(r"^lightonocr .*\btruncated, low-confidence\b", said, re.MULTILINE)
    assert "## Love date\n\n| Any | Hope |\n| --- | --- |\n| Wind | 712 |" in said
