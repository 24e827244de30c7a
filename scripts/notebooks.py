"""Run the notebooks of examples/ in that folder, and store each with what it gave: make notebooks.

python scripts/notebooks.py [NOTEBOOK …] [--to FOLDER]

What differs from run to run or machine to machine is not stored: times, counts of execution, the kernel. Pictures are
stored as small JPEGs. A cell that fails ends it, and nothing of that notebook is stored.
"""

from __future__ import annotations

import argparse
import base64
import io
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

EXAMPLES = Path(__file__).parents[1] / "examples"
# Of a notebook's longest cell: models are loaded in it.
SECONDS = 600
# A picture's longest side, in pixels, and its JPEG quality, of 100.
EDGE, QUALITY = 1000, 70
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# One state of a bar of tqdm, and how long it took.
_BAR = re.compile(r"(?P<state>.*\d+%\|.*\| \d+/\d+)(?: \[[^]]*\])?")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of examples/ by default")
    parser.add_argument("--to", type=Path, help="the folder to store them in; by default where they are")
    args = parser.parse_args()
    for path in args.notebooks or sorted(EXAMPLES.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook, timeout=SECONDS, kernel_name="python3", record_timing=False, coalesce_streams=True
        )
        client.execute(cwd=str(EXAMPLES))
        tidy(notebook)
        nbformat.write(notebook, (args.to or path.parent) / path.name)
        print(path.name)


def tidy(notebook: Any) -> None:
    """Keep of a notebook that has run what a reader wants, and what stays the same."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [tidied for output in cell.outputs if (tidied := _tidied(output))]


def _tidied(output: Any) -> Any:
    if output.output_type == "stream" and output.name == "stderr":
        output.text = _without_times(output.text)
        return output if output.text else None
    if output.output_type == "execute_result":
        output.execution_count = None
    if "image/png" in output.get("data", {}):
        output.data = nbformat.from_dict({"image/jpeg": _small(output.data["image/png"])})
        output.metadata = nbformat.from_dict({})
    return output


def _without_times(text: str) -> str:
    """Of each bar its last state. Without ipywidgets tqdm says that there could be a nicer one, and where it lies."""
    kept = []
    for line in text.split("\n"):
        last = line.split("\r")[-1]
        if "TqdmWarning" in last or last.strip() == "from .autonotebook import tqdm as notebook_tqdm":
            continue
        bar = _BAR.fullmatch(last)
        kept.append(bar["state"] if bar else last)
    return "\n".join(kept).strip("\n")


def _small(png: str) -> str:
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    picture.thumbnail((EDGE, EDGE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    main()
