"""``ocr-plugins view``: a document as one HTML file in which a person sees what was read."""

from __future__ import annotations

import dataclasses
import logging
import tempfile
from pathlib import Path

import click
from pydantic import ValidationError

from ocr_plugins.cli.common import bar, stderr, verbose_option
from ocr_plugins.cli.conversion import told
from ocr_plugins.cli.files import Job
from ocr_plugins.cli.reading import Reading, reading_options
from ocr_plugins.document import OcrDocument
from ocr_plugins.errors import OcrError
from ocr_plugins.files import write_aside
from ocr_plugins.report.embed import is_file
from ocr_plugins.report.seen import document_facts
from ocr_plugins.runtime.interrupt import never_swallowed
from ocr_plugins.source.open import select_pages

__all__ = ["view"]

log = logging.getLogger(__name__)

SUFFIXES = (".html", ".htm")

EXIT_CODES = """\b
Exit codes:
  0    the file is written
  1    it is written, but some pages were not read; or it is not, because the
       document cannot be read or the file not be written
  2    wrong usage, an unknown engine or option, a missing package or model
  130  interrupted with Ctrl-C
"""


@click.command(epilog=EXIT_CODES)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path), help="Its name, in .html."
)
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The document that a .json result was read from, for its pictures; by default the file that it names.",
)
@click.option("--open", "opened", is_flag=True, help="Show it in the browser.")
@reading_options
@verbose_option
@click.pass_context
def view(
    context: click.Context, *, path: Path, output: Path, source: Path | None, opened: bool, reading: Reading
) -> None:
    """Show what was read of a document: the pictures of its pages with boxes, the text beside them.

    PATH is a PDF or an image, - for stdin, or a result that 'ocr-plugins convert --format json' wrote, which is shown
    without reading the document again. The file needs nothing else: it can be sent, and opened without a network.
    """
    if output.suffix.lower() not in SUFFIXES:
        raise click.UsageError(f"-o {output}: give a name that ends in .html.")
    if output.resolve() in {given.resolve() for given in (path, source) if given}:
        raise click.UsageError(f"-o {output} would overwrite the input: choose another name.")
    is_result = path.suffix.lower() == ".json"
    if is_result:
        _refuse_reading(context)
    elif source is not None:
        raise click.UsageError("--source is for a .json result: leave it out.")
    _check_writable(output)
    try:
        document, page = _view_of_result(path, source, reading) if is_result else _read(path, reading)
        write_aside(output, page.encode())
    except KeyboardInterrupt:
        stderr.print("interrupted; nothing was written", style="red")
        context.exit(130)
    except OSError as e:
        raise click.ClickException(f"{output} cannot be written: {e.strerror or e}.") from e
    for number, reason in document.errors.items():
        stderr.print(f"error: {document.source}, page {number}: {reason}", style="red")
    stderr.print(f"{output}: {', '.join(document_facts(document))}")
    if opened:
        click.launch(str(output.resolve()))
    context.exit(1 if document.errors else 0)


def _read(path: Path, reading: Reading) -> tuple[OcrDocument, str]:
    job = Job(path)
    # Once: stdin can be read no second time, and a file may change meanwhile.
    content = job.content()
    try:
        with never_swallowed(), reading.pipeline() as pipeline, bar(job.name) as progress:
            document = pipeline.read(
                content,
                pages=reading.pages,
                password=reading.password,
                name=job.name,
                progress=lambda step: progress(step.done, step.total),
            )
        return document, document.to_html(content, password=reading.password)
    except Exception as e:
        raise told(e, job.name) from e


def _view_of_result(path: Path, source: Path | None, reading: Reading) -> tuple[OcrDocument, str]:
    try:
        document = OcrDocument.from_json(path.read_bytes())
    except OSError as e:
        raise click.ClickException(f"{path} cannot be read: {e.strerror or e}.") from e
    except ValidationError as e:
        log.debug("%s cannot be read.", path, exc_info=True)
        raise click.ClickException(f"{path} is no result: 'ocr-plugins convert --format json' writes them.") from e
    try:
        if reading.pages is not None:
            last = max((page.number for page in document.pages), default=0)
            wanted = select_pages(reading.pages, last, str(path))
            pages = tuple(page for page in document.pages if page.number in wanted)
            document = dataclasses.replace(document, pages=pages)
        if source is None and not is_file(document.source):
            said = f"{document.source} is not there, so its pages are not drawn: give the file with --source."
            stderr.print(f"note: {said}", style="yellow")
        return document, document.to_html(source, password=reading.password)
    except OcrError as e:
        raise told(e, str(path)) from e


def _refuse_reading(context: click.Context) -> None:
    """A result is not read again, so that most options of reading have no effect."""
    for name in {field.name for field in dataclasses.fields(Reading)} - {"pages", "password"}:
        if context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
            option = "-O" if name == "options" else f"--{name.replace('_', '-')}"
            raise click.UsageError(f"A .json result is not read again: leave {option} out, or give the document.")


def _check_writable(output: Path) -> None:
    """Now, so that a wrong name is known before hours of work and not after."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output.parent):
            pass
    except OSError as e:
        raise click.ClickException(f"{output} cannot be written: {e.strerror or e}.") from e
