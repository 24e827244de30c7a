"""The command line ``ocr-plugins``: a module for each command.

Results go to stdout or into files, everything else to stderr.
"""

from __future__ import annotations

import click

from ocr_plugins.cli.common import verbose_option
from ocr_plugins.cli.compare import compare
from ocr_plugins.cli.completion import completion
from ocr_plugins.cli.convert import convert
from ocr_plugins.cli.download import download
from ocr_plugins.cli.engines import engines
from ocr_plugins.cli.evaluate import evaluate
from ocr_plugins.cli.info import info
from ocr_plugins.cli.view import view

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocr-plugins")
@verbose_option
def main() -> None:
    """Scans and PDFs to layout-aware Markdown, with any OCR engine."""


for _command in (convert, info, view, compare, evaluate, engines, download, completion):
    main.add_command(_command)
