"""``ocr-plugins engines``: what is installed, and how to get the rest."""

from __future__ import annotations

import dataclasses
import json
import shutil
import textwrap
from collections.abc import Iterator

import click

from ocr_plugins.cli.common import show
from ocr_plugins.plugins import EngineEntry, list_engines

__all__ = ["engines"]

# Before everything below an engine's name, and the width of what precedes a value.
INDENT, NAMES = "  ", 11


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, with everything that is known.")
def engines(*, as_json: bool) -> None:
    """List the engines, and how to install them.

    Shows what is installed, the command that installs what is not, each engine's licence and what it gives, and the
    plugins that are broken with their errors. Loads no model.
    """
    entries = list_engines()
    if as_json:
        known = [dataclasses.asdict(entry) | {"installed": entry.installed} for entry in entries]
        show(json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    else:
        width = shutil.get_terminal_size().columns
        show("\n\n".join("\n".join(_lines(entry, width)) for entry in entries) + "\n")


def _lines(entry: EngineEntry, width: int) -> Iterator[str]:
    """An engine in lines of ``width`` characters: what a person must do first, then what they get."""
    yield f"{entry.name}: {_state(entry)}"
    if entry.error is not None:
        yield _wrapped(entry.error, width)
    if entry.info is not None and entry.missing:
        # Whole, however long: it is to be copied.
        yield INDENT + (entry.info.install or f"pip install {' '.join(entry.missing)}")
    if entry.info is not None and entry.info.summary:
        yield _wrapped(entry.info.summary, width)
    for name, value in _fields(entry):
        yield _wrapped(value, width, name)


def _state(entry: EngineEntry) -> str:
    if entry.error is not None:
        return "broken"
    return "installed" if entry.installed else f"not installed, {', '.join(entry.missing)} missing"


def _fields(entry: EngineEntry) -> Iterator[tuple[str, str]]:
    if info := entry.info:
        gives = [name for name, given in (("boxes", info.boxes), ("confidence", info.confidence)) if given]
        yield "gives", ", ".join(gives) or "text alone"
        yield "languages", info.languages
        yield "licence", info.licence
    yield "package", entry.distribution


def _wrapped(text: str, width: int, name: str = "") -> str:
    first, others = (f"{INDENT}{name:{NAMES}}", INDENT + " " * NAMES) if name else (INDENT, INDENT)
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=others, break_long_words=False)
