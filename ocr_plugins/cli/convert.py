"""``ocr-plugins convert``: files and folders to Markdown, JSON or text."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from ocr_plugins.cli.common import Unusable, bar, show, stderr, verbose_option
from ocr_plugins.cli.conversion import Conversion
from ocr_plugins.cli.files import OUTPUT_SUFFIX, Format, names_a_file, plan
from ocr_plugins.cli.reading import Reading, reading_options
from ocr_plugins.cli.report import Report
from ocr_plugins.errors import OcrError
from ocr_plugins.text import counted

__all__ = ["convert"]

log = logging.getLogger(__name__)

EXIT_CODES = """\b
Exit codes:
  0    everything was converted, or had been before
  1    some files or pages failed: the good ones are converted, the others
       listed with their reasons, and read again at the next run
  2    wrong usage, an unknown engine or option, a missing package or model
  130  interrupted with Ctrl-C: the files that were finished stay
"""


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="DIR|FILE",
    type=click.Path(path_type=Path),
    help="A folder for a file per input; for a single input also the name of its file, in .md, .json or .txt.",
)
@click.option("--stdout", is_flag=True, help="Print the results, of several files too; JSON is one document per line.")
@click.option(
    "--format",
    "chosen_format",
    type=click.Choice(list(OUTPUT_SUFFIX)),
    help="Of the results; by default that of the name behind -o, or md.",
)
@click.option("--force", is_flag=True, help="Overwrite output files that exist, instead of skipping their inputs.")
@reading_options
@click.option("--furniture", is_flag=True, help="Keep page headers, footers and numbers; JSON always has them.")
@click.option("--join-tables", is_flag=True, help="Make tables that run over several pages one, in Markdown.")
@click.option("--page-breaks", is_flag=True, help="Put <!-- page 3 --> before each page, in Markdown.")
@click.option("--no-figures", is_flag=True, help="Leave out <!-- figure … -->, in Markdown.")
@click.option(
    "--images",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Save the pictures of figures here, linked from the results.",
)
@verbose_option
@click.pass_context
def convert(
    context: click.Context,
    *,
    paths: tuple[Path, ...],
    output: Path | None,
    stdout: bool,
    chosen_format: Format | None,
    force: bool,
    reading: Reading,
    furniture: bool,
    join_tables: bool,
    page_breaks: bool,
    no_figures: bool,
    images: Path | None,
) -> None:
    """Convert files and directories to Markdown, JSON or plain text.

    Of a directory all PDFs and images are converted, hidden ones left out, those in subdirectories too; - is stdin.

    One file without -o is printed on stdout. With -o DIR every input becomes a file there: a/b.pdf of the directory
    given becomes DIR/a/b.md. Where two inputs differ in their suffix alone it is kept, as in b.pdf.md and b.png.md. An
    output file that exists is kept and its input skipped, unless --force is given: a command that was interrupted can
    be repeated as it is.

    Pages that fail are left out and listed at the end. A file without a single good page gives no result. A result
    without some of its pages is not done: beside b.md a file .b.md.incomplete names them, and the next run reads the
    input again until all are there, or that file is deleted. What may be wrong on the others is summed up at the end;
    -v says it page by page.
    """
    if output is None and not stdout and (len(paths) > 1 or paths[0].is_dir()):
        raise click.UsageError("Several files or a directory: give a folder for the results with -o DIR, or --stdout.")
    format_ = _format(output, chosen_format)
    for name, given in (("join-tables", join_tables), ("page-breaks", page_breaks), ("no-figures", no_figures)):
        if given and format_ != "md":
            raise click.UsageError(f"--{name} is for Markdown: leave it out, or write --format md.")
    printed = show if stdout or output is None else None
    conversion = Conversion(
        format=format_,
        furniture=furniture,
        join_tables=join_tables,
        page_breaks=page_breaks,
        figures=not no_figures,
        pages=reading.pages,
        password=reading.password,
        force=force,
    )
    report = Report()
    try:
        jobs = plan(paths, output, format_, report, images)
        with reading.pipeline(images) as pipeline:
            _make_folder(output and (output.parent if names_a_file(output) else output))
            _make_folder(images)
            conversion.run(pipeline, jobs, report, watch=bar, show=printed)
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


def _format(output: Path | None, chosen: Format | None) -> Format:
    named = names_a_file(output) if output else None
    if named and chosen and named != chosen:
        raise click.UsageError(f"-o {output} is a name for {named}, and --format is {chosen}: leave one of them out.")
    return chosen or named or "md"


def _make_folder(folder: Path | None) -> None:
    """Now, so that a wrong name is known before hours of work and not after."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise Unusable(f"The folder {folder} cannot be made: {e.strerror or e}.") from e


def _print_report(report: Report) -> None:
    """What went wrong, then the totals as the last line."""
    for failure in report.failures:
        stderr.print(f"error: {failure}", style="red")
    for note in report.notes:
        stderr.print(f"note: {note}", style="yellow")
    totals = [f"{counted(report.files, 'file')} converted"]
    if report.skipped:
        totals.append(f"{report.skipped} skipped")
    if report.failures:
        totals.append(counted(len(report.failures), "error"))
    if report.pages:
        certainty = "unknown" if report.confidence is None else f"{report.confidence:.3f}"
        totals += [counted(report.pages, "page"), f"{report.seconds / report.pages:.2f} s per page"]
        totals.append(f"mean confidence {certainty}")
    stderr.print(", ".join(totals))
