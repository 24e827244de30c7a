"""Helpers to run the command line, and files for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins.cli import main
from ocr_plugins.testing import made_page


def convert(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    """Run ``ocr-plugins convert`` in this process."""
    return CliRunner().invoke(main, ["convert", *map(str, arguments)], input=stdin)


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``ocr-plugins`` as a user does."""
    command = [sys.executable, "-m", "ocr_plugins", *map(str, arguments)]
    return subprocess.run(command, text=True, encoding="utf-8", check=False, **{"capture_output": True} | options)


def pdf(path: Path, *pages: str, password: str | None = None) -> Path:
    """A born-digital PDF; its pages are read without an engine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), encrypt=password)
    for page in pages:
        canvas.drawString(72, 700, page)
        canvas.showPage()
    canvas.save()
    return path


def scan(path: Path, pages: int = 1) -> Path:
    """An image with ink on it, a TIFF for several pages; they need an engine."""
    image = made_page(["ink"], size=(300, 300))
    if pages == 1:
        image.save(path)
    else:
        image.save(path, save_all=True, append_images=[image] * (pages - 1))
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())
