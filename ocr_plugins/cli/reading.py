"""How documents are read: the options that the commands which read have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from ocr_plugins.cli.common import engine_names, engine_option, model_option, with_model
from ocr_plugins.pipeline.pipeline import Pipeline, TextPolicy
from ocr_plugins.plugins import share_of_cores
from ocr_plugins.source.open import select_pages

__all__ = ["Reading", "pages_option", "password_option", "reading_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the options of :func:`reading_options` say."""

    engine: str
    options: dict[str, str]
    model: str | None
    pages: str | None
    password: str | None
    text: TextPolicy
    layout: str
    no_upright: bool
    workers: int
    batch_size: int | None

    def pipeline(self, images: Path | None = None, beside: int = 1) -> Pipeline:
        """A pipeline that reads so.

        Args:
            images: Where the pictures of figures are saved.
            beside: How many such pipelines, this one included, share the cores.

        Raises:
            OcrError: There is none: see :class:`~ocr_plugins.pipeline.pipeline.Pipeline`.
        """
        options: dict[str, Any] = with_model(self.options, self.model)
        if beside > 1 and self.text != "layer":
            options = options | share_of_cores(self.engine, options, beside * self.workers)
        return Pipeline(
            self.engine,
            engine_options=options,
            text=self.text,
            layout=None if self.layout == "none" else self.layout,
            upright=not self.no_upright,
            batch_size=self.batch_size,
            workers=self.workers,
            images=images,
        )


def _page_selection(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse what no document can satisfy before the first one is opened."""
    if value is not None:
        firsts = (part.partition("-")[0].strip() for part in value.split(","))
        try:
            select_pages(value, max((int(first) for first in firsts if first.isdecimal()), default=1))
        except ValueError:
            raise click.BadParameter(f"{value!r} selects no page. Write it as in '1-3,7' or '5-', from 1.") from None
    return value


pages_option = click.option(
    "--pages", metavar="PAGES", callback=_page_selection, help="Such as '1-3,7' or '5-', counted from 1."
)
password_option = click.option(
    "--password", metavar="TEXT", envvar="OCR_PLUGINS_PASSWORD", show_envvar=True, help="Of encrypted PDFs."
)
_OPTIONS = (
    click.option(
        "--engine",
        metavar="NAME",
        default="rapidocr",
        show_default=True,
        shell_complete=engine_names,
        help="See 'ocr-plugins engines'.",
    ),
    engine_option,
    model_option,
    pages_option,
    password_option,
    click.option(
        "--text",
        type=click.Choice(["auto", "ocr", "layer"]),
        default="auto",
        show_default=True,
        help="Take a PDF page's own text where it is sound, never, or always.",
    ),
    click.option(
        "--layout",
        metavar="NAME",
        default="auto",
        show_default=True,
        help="The layout detector; 'none' for layout by geometry alone.",
    ),
    click.option("--no-upright", is_flag=True, help="Pages are upright and straight: do not look whether they are."),
    click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Pages of a document read at once; each takes the memory of an engine.",
    ),
    click.option(
        "--batch-size",
        metavar="N",
        type=click.IntRange(min=1),
        help="Pages that the engine is given at once; by default what suits it.",
    ),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options, which the command gets as one argument ``reading``."""

    @functools.wraps(command)
    def with_reading(*arguments: Any, **values: Any) -> Any:
        reading = Reading(**{field.name: values.pop(field.name) for field in fields(Reading)})
        return command(*arguments, reading=reading, **values)

    decorated: Callable[..., Any] = with_reading
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
