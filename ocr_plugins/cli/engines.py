"""``ocr-plugins engines``: what is installed, and how to get the rest."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence

import click
from rich.console import Console

from ocr_plugins.cli.common import show
from ocr_plugins.plugins import EngineEntry, list_engines

__all__ = ["engines"]


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
        _print_engines(entries)


def _print_engines(entries: Sequence[EngineEntry]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    # Where there is no terminal to fit, nothing is broken into lines, commands to be copied least of all.
    console = Console(width=None if sys.stdout.isatty() else 240)
    table = Table(box=SIMPLE_HEAD)
    for title in ("engine", "status", "licence", "gives", "languages", "package"):
        table.add_column(title, no_wrap=title in ("engine", "status"), overflow="fold")
    for entry in entries:
        table.add_row(*map(Text, _row(entry)))
    console.print(table)
    for entry in entries:
        if entry.error is not None:
            error = f"{entry.name} of {entry.distribution} is broken: {entry.error}"
            console.print(error, markup=False, highlight=False, soft_wrap=True)


def _row(entry: EngineEntry) -> tuple[str, ...]:
    if entry.info is None:
        return entry.name, "broken, see below", "", "", "", entry.distribution
    info = entry.info
    status = "installed" if entry.installed else info.install or f"pip install {' '.join(entry.missing)}"
    gives = [name for name, given in (("boxes", info.boxes), ("confidence", info.confidence)) if given]
    return entry.name, status, info.licence, ", ".join(gives) or "text alone", info.languages, entry.distribution
