"""What the commands have in common: options, messages on stderr, results on stdout."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

import click
from click.shell_completion import CompletionItem
from rich.console import Console

from ocr_plugins.plugins import registry

__all__ = [
    "Unusable",
    "bar",
    "engine_names",
    "engine_option",
    "model_option",
    "options_of",
    "show",
    "stderr",
    "table",
    "verbose_option",
    "with_model",
]

stderr = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class Unusable(click.ClickException):
    """What is the same for every file: shown as one line, exit code 2."""

    exit_code = 2


class _LogHandler(logging.Handler):
    """Prints through the console that the bar is on, so that neither breaks the other."""

    def emit(self, record: logging.LogRecord) -> None:
        stderr.print(self.format(record), style="dim")


def _set_up_logging(context: click.Context, _parameter: click.Parameter, verbose: bool) -> None:
    # Pages that fail are warnings in the log and errors in the report: without --verbose the report is enough.
    if context.parent is None:
        logging.basicConfig(level=logging.ERROR, format="%(levelname)s: %(message)s", handlers=[_LogHandler()])
    if verbose:
        logging.getLogger().setLevel(logging.INFO)
        logging.getLogger("ocr_plugins").setLevel(logging.DEBUG)


def _pairs(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    # They stay strings: the engine's pydantic model knows which are numbers, and which are text that looks like one.
    pairs = [value.partition("=") for value in values]
    for key, equals, value in pairs:
        if not key or not equals:
            raise click.BadParameter(f"{key + equals + value!r} is not of the form KEY=VALUE.")
    return {key: value for key, _, value in pairs}


verbose_option = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_set_up_logging,
    help="Log what happens on stderr, with tracebacks of what fails.",
)
engine_option = click.option(
    "-O",
    "options",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help="An option of the engine; may be repeated.",
)
model_option = click.option("--model", metavar="MODEL", help="Short for -O model=MODEL: a hub id or a local folder.")


def with_model(options: dict[str, str], model: str | None) -> dict[str, str]:
    """The engine's options with ``--model`` among them."""
    return options if model is None else options | {"model": model}


def options_of(engine: str, engines: Sequence[str], options: Mapping[str, str]) -> dict[str, str]:
    """The options of one of several engines; those that name it go before those for all."""
    named = [(key.rpartition("."), value) for key, value in options.items()]
    if unknown := next((owner for (owner, _, _), _ in named if owner and owner not in engines), None):
        raise click.UsageError(f"-O {unknown}.…: {unknown!r} is not among the engines, {', '.join(engines)}.")
    return {key: value for whose in ("", engine) for (owner, _, key), value in named if owner == whose}


def engine_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The engines whose names begin so, behind the others of a list separated by commas."""
    before, comma, begun = incomplete.rpartition(",")
    return [CompletionItem(f"{before}{comma}{name}") for name in sorted(registry().engines) if name.startswith(begun)]


@contextlib.contextmanager
def bar(name: str, unit: str = "pages") -> Iterator[Callable[[int, int], object]]:
    """A bar on a terminal, told what is done and how much there is; movement alone until the first is done."""
    # Rich before 14.3 leaves an empty line of a bar that it was told to disable.
    if not stderr.is_terminal:
        yield lambda _done, _total: None
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn(unit),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    # Redirection would send to stderr what is printed on stdout while the bar is shown.
    with progress.Progress(*columns, console=stderr, redirect_stdout=False) as shown:
        task = shown.add_task(name, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def table(rows: Sequence[Sequence[str]], *, names: int) -> str:
    """Rows below one another, the first ``names`` columns on the left and the others, numbers, on the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    template = "  ".join(f"{{:{'<' if i < names else '>'}{width}}}" for i, width in enumerate(widths))
    return "".join(f"{template.format(*row).rstrip()}\n" for row in rows)


def show(result: str) -> None:
    """Print on stdout in UTF-8: another locale may lack half of the characters.

    Raises:
        OSError: Not all of it could be written.
    """
    stream = sys.stdout.buffer
    # Python's own printing loses the rest of what a nearly full disk takes a part of, if PYTHONUNBUFFERED is set, and
    # keeps it in a buffer that fails once more at the end, if not.
    unbuffered = stream.raw if isinstance(stream, io.BufferedWriter) else stream
    rest = memoryview(result.encode())
    while rest:
        rest = rest[unbuffered.write(rest) :]
    stream.flush()
