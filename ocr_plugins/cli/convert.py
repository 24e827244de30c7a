"""``ocr-plugins convert``: files and folders to Markdown, JSON or text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from ocr_plugins.chunks import MAX_TOKENS
from ocr_plugins.cli.common import Unusable, show, stderr, verbose_option
from ocr_plugins.cli.conversion import Conversion, check_pages
from ocr_plugins.cli.files import OUTPUT_SUFFIX, Format, names_a_file, plan
from ocr_plugins.cli.progress import overall_bar
from ocr_plugins.cli.reading import Reading, reading_options
from ocr_plugins.cli.report import Report
from ocr_plugins.cli.results import Rendering
from ocr_plugins.errors import OcrError
from ocr_plugins.files import write_aside

__all__ = ["convert"]

log = logging.getLogger(__name__)

# What --summary takes in place of the name of a file.
ON_STDERR = Path("json")

EXIT_CODES = """\b
Exit codes:
  0    everything was converted, or had been before
  1    some files or pages failed: the good ones are converted, the others
       listed with their reasons, and read again at the next run
  2    wrong usage, an unknown engine or option, a missing package or model
  130  interrupted with Ctrl-C: the files that were finished stay
"""


def _patterns(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> Sequence[str]:
    if "" in values:
        raise click.BadParameter("it is empty: write a pattern as '*.tif' or 'drafts'.")
    return values


def _summary(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value != ON_STDERR and value.suffix.lower() != ".json":
        raise click.BadParameter(f"{str(value)!r} is neither 'json' nor the name of a file in .json.")
    return value


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    help="A folder for the results; for one result also the name of its file, in .md, .json, .txt, .html or .jsonl.",
)
@click.option("--stdout", is_flag=True, help="Print the results, of several files too; JSON is one document per line.")
@click.option(
    "--format",
    "chosen_formats",
    type=click.Choice(list(OUTPUT_SUFFIX)),
    multiple=True,
    help="Of the results; may be repeated, for a file of each. By default that of the name behind -o, or md.",
)
@click.option(
    "--exclude",
    metavar="PATTERN",
    multiple=True,
    callback=_patterns,
    help="Of files or folders in directories to leave out, such as '*.tif', 'drafts' or '2019/*.pdf'; may be repeated.",
)
@click.option("--force", is_flag=True, help="Overwrite output files that exist, instead of skipping their inputs.")
@click.option("--fail-fast", is_flag=True, help="Stop behind the first file that fails, or a page of which fails.")
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Files read at once, each in a process of its own with an engine of its own.",
)
@reading_options
@click.option(
    "--furniture", is_flag=True, help="Keep page headers, footers and numbers; JSON and HTML always have them."
)
@click.option("--join-tables", is_flag=True, help="Make tables that run over several pages one, in Markdown.")
@click.option("--page-breaks", is_flag=True, help="Put <!-- page 3 --> before each page, in Markdown.")
@click.option("--no-figures", is_flag=True, help="Leave out <!-- figure … -->, in Markdown.")
@click.option(
    "--max-tokens",
    metavar="N",
    type=click.IntRange(min=1),
    help=f"The most that the text of a chunk has, in characters. [default: {MAX_TOKENS}]",
)
@click.option(
    "--images",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Save the pictures of figures here, linked from the results.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@click.option(
    "--summary",
    metavar="json|FILE.json",
    type=click.Path(path_type=Path),
    callback=_summary,
    help="What was done as one JSON object, on stderr in place of the lines there, or in a file.",
)
@verbose_option
@click.pass_context
def convert(
    context: click.Context,
    *,
    paths: tuple[Path, ...],
    output: Path | None,
    stdout: bool,
    chosen_formats: tuple[Format, ...],
    exclude: tuple[str, ...],
    force: bool,
    fail_fast: bool,
    jobs: int,
    reading: Reading,
    furniture: bool,
    join_tables: bool,
    page_breaks: bool,
    no_figures: bool,
    max_tokens: int | None,
    images: Path | None,
    quiet: bool,
    summary: Path | None,
) -> None:
    """Convert files and directories to Markdown, JSON, plain text, HTML or chunks.

    Of a directory all PDFs and images are converted, hidden ones left out, those in subdirectories too; - is stdin.

    One file without -o is printed on stdout. With -o DIR every input becomes a file there: a/b.pdf of the directory
    given becomes DIR/a/b.md. Where two inputs differ in their suffix alone it is kept, as in b.pdf.md and b.png.md. An
    output file that exists is kept, and its input skipped where all its results exist, unless --force is given: a
    command that was interrupted can be repeated as it is.

    \b
    Formats:
      md      Markdown
      json    everything that is known, with places and confidences
      text    plain text
      html    the pages' pictures with the text beside them, as of 'view'
      chunks  passages for an embedding model: JSON lines of id, text, markdown
              and metadata, see --max-tokens; in .jsonl

    Pages that fail are left out and listed at the end. A file without a single good page gives no result. A result
    without some of its pages is not done: beside b.md a file .b.md.incomplete names them, and the next run reads the
    input again until all are there, or that file is deleted. What may be wrong on the others is summed up at the end;
    -v says it page by page.
    """
    formats = _formats(output, chosen_formats)
    if output is None and not stdout and (len(paths) > 1 or paths[0].is_dir()):
        raise click.UsageError("Several files or a directory: give a folder for the results with -o DIR, or --stdout.")
    if len(formats) > 1 and (stdout or output is None):
        raise click.UsageError("Several formats are not printed: give a folder for the results with -o DIR alone.")
    for name, given, format_ in (
        ("join-tables", join_tables, "md"),
        ("page-breaks", page_breaks, "md"),
        ("no-figures", no_figures, "md"),
        ("max-tokens", max_tokens, "chunks"),
    ):
        if given and format_ not in formats:
            what = "Markdown" if format_ == "md" else format_
            raise click.UsageError(f"--{name} is for {what}: leave it out, or write --format {format_}.")
    rendering = Rendering(
        furniture=furniture,
        join_tables=join_tables,
        page_breaks=page_breaks,
        figures=not no_figures,
        max_tokens=max_tokens or MAX_TOKENS,
        password=reading.password,
    )
    report = Report()
    code, fatal = 0, None
    try:
        files = plan(paths, output, formats, report, images=images, exclude=exclude)
        jobs = max(1, min(jobs, len(files)))
        conversion = Conversion(
            formats=formats,
            rendering=rendering,
            pages=reading.pages,
            password=reading.password,
            force=force,
            fail_fast=fail_fast,
            jobs=jobs,
        )
        with reading.pipeline(images, beside=jobs) as pipeline:
            check_pages(files, reading.pages, reading.password)
            for folder in (output and (output.parent if names_a_file(output) else output), images):
                _make_folder(folder)
            if not (fail_fast and report.failures):
                with overall_bar(len(files), quiet=quiet) as watch:
                    conversion.run(
                        pipeline, files, report, watch=watch, show=show if stdout or output is None else None
                    )
        code = 1 if report.all_failures() else 0
    except KeyboardInterrupt:
        report.interrupted = True
        code = 130
    except OcrError as e:
        log.debug("Every file would meet this error.", exc_info=True)
        fatal = e
    _tell(report, summary, quiet=quiet, fatal=fatal)
    if fatal:
        raise Unusable(str(fatal)) from fatal
    context.exit(code)


def _formats(output: Path | None, chosen: Sequence[Format]) -> tuple[Format, ...]:
    named = names_a_file(output) if output else None
    formats = tuple(dict.fromkeys(chosen))
    if named and formats and formats != (named,):
        others = " and ".join(formats)
        raise click.UsageError(f"-o {output} is a name for {named}, and --format is {others}: leave one of them out.")
    return formats or (named or "md",)


def _make_folder(folder: Path | None) -> None:
    """Now, so that a wrong name is known before hours of work and not after."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Unusable(f"The folder {folder} cannot be made: {e.strerror or e}.") from e


def _tell(report: Report, summary: Path | None, *, quiet: bool, fatal: OcrError | None) -> None:
    """What went wrong, then the totals as the last line; of a run that has not begun, only for programs."""
    if summary is not None:
        if fatal:
            report.fail(str(fatal))
        _write_summary(report, summary)
    if summary == ON_STDERR or (fatal and not report.files):
        return
    failures = [] if fatal and summary else report.all_failures()
    for failure in failures:
        stderr.print(f"error: {failure}", style="red")
    if not quiet:
        for note in report.all_notes():
            stderr.print(f"note: {note}", style="yellow")
        stderr.print(report.totals())
    if report.interrupted:
        stderr.print("interrupted; the files that were finished stay", style="red")


def _write_summary(report: Report, summary: Path) -> None:
    if summary == ON_STDERR:
        stderr.print(report.to_json())
        return
    try:
        write_aside(summary, f"{report.to_json()}\n".encode())
    except OSError as e:
        raise click.ClickException(f"The summary {summary} cannot be written: {e.strerror or e}.") from e
