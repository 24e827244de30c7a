"""The command line: ``ocr-plugins convert``, ``engines`` and ``download``.

Results go to stdout or into files, everything else to stderr. Exit codes:

* 0: everything was converted, or had been before.
* 1: some files or pages failed; the good ones are converted, the others are listed with their reasons.
* 2: nothing can work this way: wrong usage, an unknown engine or option, a package or model file that is missing.
* 130: interrupted with Ctrl-C; the files that were finished stay.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console

from ocr_plugins.cli.files import OUTPUT_SUFFIX, Conversion, Format, Report, plan
from ocr_plugins.errors import OcrError
from ocr_plugins.pipeline.pipeline import Pipeline, Progress, TextPolicy
from ocr_plugins.plugins import EngineEntry, get_engine, list_engines
from ocr_plugins.source.open import select_pages

__all__ = ["main"]

log = logging.getLogger(__name__)
stderr = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

EXIT_CODES = """\b
Exit codes:
  0    everything was converted, or had been before
  1    some files or pages failed: the good ones are converted, the others
       listed with their reasons
  2    wrong usage, an unknown engine or option, a missing package or model
  130  interrupted with Ctrl-C: the files that were finished stay
"""


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


_verbose = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_set_up_logging,
    help="Log what happens on stderr, with tracebacks of what fails.",
)


def _engine_options(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    # They stay strings: the engine's pydantic model knows which are numbers, and which are text that looks like one.
    pairs = [value.partition("=") for value in values]
    for key, equals, value in pairs:
        if not key or not equals:
            raise click.BadParameter(f"{key + equals + value!r} is not of the form KEY=VALUE.")
    return {key: value for key, _, value in pairs}


def _with_model(options: dict[str, str], model: str | None) -> dict[str, str]:
    return options if model is None else options | {"model": model}


def _page_selection(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse what no document can satisfy before the first one is opened."""
    if value is not None:
        firsts = (part.partition("-")[0].strip() for part in value.split(","))
        try:
            select_pages(value, max((int(first) for first in firsts if first.isdecimal()), default=1))
        except ValueError:
            raise click.BadParameter(f"{value!r} selects no page. Write it as in '1-3,7' or '5-', from 1.") from None
    return value


_option = click.option(
    "-O",
    "options",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_engine_options,
    help="An option of the engine; may be repeated.",
)
_model = click.option("--model", metavar="MODEL", help="Short for -O model=MODEL: a hub id or a local folder.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="ocr-plugins")
@_verbose
def main() -> None:
    """Scans and PDFs to layout-aware Markdown, with any OCR engine."""


@main.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="DIR", type=click.Path(path_type=Path), help="Write a file per input here.")
@click.option("--stdout", is_flag=True, help="Print the results, of several files too; JSON is one document per line.")
@click.option("--engine", metavar="NAME", default="rapidocr", show_default=True, help="See 'ocr-plugins engines'.")
@_option
@_model
@click.option("--pages", metavar="PAGES", callback=_page_selection, help="Such as '1-3,7' or '5-', counted from 1.")
@click.option(
    "--text",
    type=click.Choice(["auto", "ocr", "layer"]),
    default="auto",
    show_default=True,
    help="Take a PDF page's own text where it is sound, never, or always.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Pages of a document read at once; each takes the memory of an engine.",
)
@click.option("--format", "format_", type=click.Choice(list(OUTPUT_SUFFIX)), default="md", show_default=True)
@click.option(
    "--images",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Save the pictures of figures here, linked from the results.",
)
@click.option("--furniture", is_flag=True, help="Keep page headers, footers and numbers; JSON always has them.")
@click.option("--password", metavar="TEXT", envvar="OCR_PLUGINS_PASSWORD", show_envvar=True, help="Of encrypted PDFs.")
@click.option("--force", is_flag=True, help="Overwrite output files that exist, instead of skipping their inputs.")
@_verbose
@click.pass_context
def convert(
    context: click.Context,
    *,
    paths: tuple[Path, ...],
    output: Path | None,
    stdout: bool,
    engine: str,
    options: dict[str, str],
    model: str | None,
    pages: str | None,
    text: TextPolicy,
    workers: int,
    format_: Format,
    images: Path | None,
    furniture: bool,
    password: str | None,
    force: bool,
) -> None:
    """Convert files and directories to Markdown, JSON or plain text.

    Of a directory all PDFs and images are converted, hidden ones left out, those in subdirectories too.

    One file without -o is printed on stdout. With -o every input becomes a file there: a/b.pdf of the directory given
    becomes DIR/a/b.md. Where two inputs differ in their suffix alone it is kept, as in b.pdf.md and b.png.md. An
    output file that exists is kept and its input skipped, unless --force is given: a command that was interrupted can
    be repeated as it is.

    Pages that fail are left out and listed at the end. A file without a single good page gives no result.
    """
    if output is None and not stdout and (len(paths) > 1 or paths[0].is_dir()):
        raise click.UsageError("Several files or a directory: give a folder for the results with -o DIR, or --stdout.")
    show = _show if stdout or output is None else None
    conversion = Conversion(format=format_, furniture=furniture, pages=pages, password=password, force=force)
    report = Report()
    try:
        jobs = plan(paths, output, format_, report, images)
        options = _with_model(options, model)
        with Pipeline(engine, engine_options=options, text=text, workers=workers, images=images) as pipeline:
            _make_folder(output)
            _make_folder(images)
            conversion.run(pipeline, jobs, report, watch=_bar, show=show)
    except KeyboardInterrupt:
        _print_report(report)
        stderr.print("interrupted; the files that were finished stay", style="red")
        context.exit(130)
    except OcrError as e:
        log.debug("Every file would meet this error.", exc_info=True)
        if report.files:
            _print_report(report)
        raise Unusable(str(e)) from e
    _print_report(report)
    context.exit(1 if report.failures else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, with everything that is known.")
def engines(*, as_json: bool) -> None:
    """List the engines, and how to install them.

    Shows what is installed, the command that installs what is not, each engine's licence and what it gives, and the
    plugins that are broken with their errors. Loads no model.
    """
    entries = list_engines()
    if as_json:
        known = [dataclasses.asdict(entry) | {"installed": entry.installed} for entry in entries]
        _show(json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    else:
        _print_engines(entries)


@main.command()
@click.argument("engine", metavar="ENGINE")
@_option
@_model
def download(*, engine: str, options: dict[str, str], model: str | None) -> None:
    """Fetch the model files that an engine needs with these options, to be offline later.

    Engines without such files, and files that are here, are fine.
    """
    try:
        files = get_engine(engine, **_with_model(options, model)).download()
    except OcrError as e:
        raise Unusable(str(e)) from e
    stderr.print("\n".join(f"fetched {file}" for file in files) or f"Nothing to fetch: {engine} has all it needs.")


def _make_folder(folder: Path | None) -> None:
    """Now, so that a wrong name is known before hours of work and not after."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Unusable(f"The folder {folder} cannot be made: {e.strerror or e}.") from e


@contextlib.contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], object]]:
    """A bar of pages, on a terminal; it shows movement alone until the first page is done."""
    # Rich before 14.3 leaves an empty line of a bar that it was told to disable.
    if not stderr.is_terminal:
        yield lambda _: None
        return
    from rich import progress

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("pages"),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    # Redirection would send to stderr what is printed on stdout while the bar is shown.
    with progress.Progress(*columns, console=stderr, redirect_stdout=False) as bar:
        task = bar.add_task(name, total=None)
        yield lambda step: bar.update(task, completed=step.done, total=step.total)


def _show(result: str) -> None:
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


def _print_report(report: Report) -> None:
    """What went wrong, then the totals as the last line."""
    for failure in report.failures:
        stderr.print(f"error: {failure}", style="red")
    for note in report.notes:
        stderr.print(f"note: {note}", style="yellow")
    totals = [f"{_count(report.files, 'file')} converted"]
    if report.skipped:
        totals.append(f"{report.skipped} skipped")
    if report.failures:
        totals.append(_count(len(report.failures), "error"))
    if report.pages:
        certainty = "unknown" if report.confidence is None else f"{report.confidence:.3f}"
        totals += [_count(report.pages, "page"), f"{report.seconds / report.pages:.2f} s per page"]
        totals.append(f"mean confidence {certainty}")
    stderr.print(", ".join(totals))


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


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
