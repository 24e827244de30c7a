"""``ocr-plugins download``: model files, to be offline later."""

from __future__ import annotations

import click

from ocr_plugins.cli.common import Unusable, engine_names, engine_option, model_option, stderr, with_model
from ocr_plugins.errors import OcrError
from ocr_plugins.plugins import get_engine

__all__ = ["download"]


@click.command()
@click.argument("engine", metavar="ENGINE", shell_complete=engine_names)
@engine_option
@model_option
def download(*, engine: str, options: dict[str, str], model: str | None) -> None:
    """Fetch the model files that an engine needs with these options, to be offline later.

    Engines without such files, and files that are here, are fine.
    """
    try:
        files = get_engine(engine, **with_model(options, model)).download()
    except OcrError as e:
        raise Unusable(str(e)) from e
    stderr.print("\n".join(f"fetched {file}" for file in files) or f"Nothing to fetch: {engine} has all it needs.")
