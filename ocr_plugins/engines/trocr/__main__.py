"""The command ``python -m ocr_plugins.engines.trocr evaluate LINES_DIR --model CHECKPOINT``."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.engines.trocr.evaluate import Line, evaluate, scores
from ocr_plugins.errors import OcrError


@click.group()
def main() -> None:
    """Tools for TrOCR checkpoints."""


@main.command("evaluate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--model", required=True, help="Hub id or folder of the checkpoint.")
@click.option("--revision", help="Branch, tag or commit of a hub id.")
@click.option("--device", default="auto", show_default=True)
@click.option("--dtype", default="auto", show_default=True)
@click.option("--batch-size", type=int, default=0, help="Crops at once; by default as many as the memory holds.")
@click.option("--num-beams", type=int, default=1, show_default=True, help="10 for the paper's figures.")
@click.option("--guards/--no-guards", default=True, help="Without, every line goes to the model whole.")
@click.option("--offline", is_flag=True, help="Do not ask the network.")
@click.option("--show", is_flag=True, help="Print the lines that were misread.")
def evaluate_command(*, folder: Path, show: bool, **options: Any) -> None:
    """Character and word error rates over line images with transcriptions (name.png, name.gt.txt) below FOLDER."""
    try:
        recognizer = TrOcrRecognizer(**options)
        lines, seconds = evaluate(folder, recognizer)
        lines.sort(key=lambda line: (line.path.parent, line.path))
        for line in lines if show else ():
            if line.read != line.truth:
                click.echo(f"{line.path.relative_to(folder)}\n  {line.truth}\n  {line.read}")
        click.echo(_row("folder", "lines", "CER %", "WER %"))
        groups = [
            (str(of.relative_to(folder)), list(some)) for of, some in groupby(lines, lambda line: line.path.parent)
        ]
        for name, of in groups if len(groups) > 1 else ():
            click.echo(_score(name, of))
        click.echo(_score("all", lines))
    except OcrError as e:
        click.echo(str(e), err=True)
        sys.exit(2)
    click.echo(f"{len(lines) / seconds:.1f} lines per second", err=True)


def _score(name: str, lines: list[Line]) -> str:
    found = scores(lines)
    return _row(name, str(found.lines), f"{100 * found.cer:.2f}", f"{100 * found.wer:.2f}")


def _row(name: str, lines: str, cer: str, wer: str) -> str:
    return f"{name:40} {lines:>6} {cer:>8} {wer:>8}"


if __name__ == "__main__":
    main()
