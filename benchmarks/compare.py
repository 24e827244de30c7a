"""Seconds per page of the default engine and of other tools, on the same scanned PDFs, tool by tool in turn.

    pip install rapidocr ocrmypdf liteparse pymupdf4llm
    python benchmarks/compare.py FILE.pdf... [--runs 2]

A tool that is not installed is left out with a note. A run starts from the file and ends with text, so rendering is a
part of its time; one over the first file, to load the models, is not counted. OCRmyPDF also needs tesseract and
ghostscript, liteparse TESSDATA_PREFIX where it cannot download. pymupdf4llm is licensed under the AGPL: install what
you compare in an environment of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pypdfium2 as pdfium

Tool = Callable[[str], str]
CORES = os.cpu_count() or 1


def ours(workers: int) -> Tool:
    from ocr_plugins import Pipeline

    pipeline = Pipeline(text="ocr", workers=workers)
    return lambda path: pipeline.read(path).markdown


def rapidocr() -> Tool:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})

    def read(path: str) -> str:
        with pdfium.PdfDocument(path) as pdf:
            images = (np.asarray(page.render(scale=200 / 72).to_pil().convert("RGB"))[:, :, ::-1] for page in pdf)
            return "\n".join(text for image in images for text in engine(image).txts or ())

    return read


def ocrmypdf() -> Tool:
    if not (shutil.which("tesseract") and shutil.which("gs")):
        raise FileNotFoundError("tesseract or ghostscript is not installed")
    command = [sys.executable, "-m", "ocrmypdf", "--force-ocr", "--jobs", str(CORES), "--output-type", "pdf", "--quiet"]

    def read(path: str) -> str:
        done = subprocess.run(
            [*command, "--sidecar", "-", path, os.devnull], check=True, capture_output=True, text=True
        )
        return done.stdout

    return read


def liteparse() -> Tool:
    from liteparse import LiteParse

    tessdata = os.environ.get("TESSDATA_PREFIX")
    parser = LiteParse(ocr_enabled=True, tessdata_path=tessdata, num_workers=CORES, quiet=True)
    return lambda path: parser.parse(path).text


def pymupdf4llm() -> Tool:
    import pymupdf4llm as library

    return lambda path: library.to_markdown(path, force_ocr=True, show_progress=False)


TOOLS: dict[str, tuple[str, Callable[[], Tool]]] = {
    "ocr-plugins": ("rapidocr", lambda: ours(1)),
    f"ocr-plugins, {CORES} workers": ("rapidocr", lambda: ours(CORES)),
    "RapidOCR plain": ("rapidocr", rapidocr),
    f"OCRmyPDF --jobs {CORES}": ("ocrmypdf", ocrmypdf),
    "liteparse": ("liteparse", liteparse),
    "pymupdf4llm": ("pymupdf4llm", pymupdf4llm),
}


def usable(file: str) -> Iterator[tuple[str, Tool]]:
    """The tools that can be used, their models loaded by reading the file."""
    for name, (module, make) in TOOLS.items():
        try:
            if importlib.util.find_spec(module) is None:
                raise ImportError(f"{module} is not installed")
            tool = make()
            tool(file)
            yield name, tool
        except Exception as e:
            print(f"{name}: left out, {type(e).__name__}: {e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--runs", type=int, default=2)
    args = parser.parse_args()
    pages = {path: len(pdfium.PdfDocument(path)) for path in args.files}
    tools = dict(usable(args.files[0]))
    seconds: dict[str, list[float]] = {name: [] for name in tools}
    characters = dict.fromkeys(tools, 0)
    for path in args.files * args.runs:
        for name, tool in tools.items():
            began = time.perf_counter()
            text = tool(path)
            seconds[name].append((time.perf_counter() - began) / pages[path])
            characters[name] += len("".join(text.split()))
    fastest = statistics.mean(next(iter(seconds.values())))
    print(f"{'tool':<26}{'s/page':>8}{'times ours':>12}{'characters/page':>17}")
    for name, times in seconds.items():
        mean = statistics.mean(times)
        print(f"{name:<26}{mean:8.2f}{mean / fastest:12.2f}{characters[name] / sum(pages.values()) / args.runs:17.0f}")


if __name__ == "__main__":
    main()
