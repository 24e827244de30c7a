"""``ocr-plugins compare``: engines side by side on one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ocr_plugins.cli.common import (
    bar,
    engine_names,
    engine_option,
    options_of,
    show,
    stderr,
    table,
    verbose_option,
)
from ocr_plugins.cli.conversion import told
from ocr_plugins.cli.diff import diff
from ocr_plugins.cli.files import Job
from ocr_plugins.cli.reading import pages_option, password_option
from ocr_plugins.comparison import Comparison
from ocr_plugins.comparison import compare as compare_engines
from ocr_plugins.files import write_aside
from ocr_plugins.pipeline.judgement import TextPolicy
from ocr_plugins.pipeline.pipeline import Progress
from ocr_plugins.report.compared import summary_rows
from ocr_plugins.runtime.interrupt import never_swallowed

__all__ = ["compare"]

EXIT_CODES = """\b
Exit codes:
  0    every engine has read every page
  1    the document cannot be read, or some pages not by all engines, or the
       file cannot be written
  2    wrong usage, an unknown engine or option, a missing package or model
  130  interrupted with Ctrl-C
"""


def _named(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",")]
    if len(names) < 2 or not all(names):
        raise click.BadParameter(f"{value!r}: give two engines or more, as in 'rapidocr,trocr'.")
    return names


@click.command(epilog=EXIT_CODES)
@click.argument("scan", metavar="SCAN", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--engines",
    metavar="NAME,NAME…",
    required=True,
    callback=_named,
    shell_complete=engine_names,
    help="The first is what the others are held against; see 'ocr-plugins engines'.",
)
@engine_option
@pages_option
@password_option
@click.option(
    "--text",
    type=click.Choice(["auto", "ocr", "layer"]),
    default="ocr",
    show_default=True,
    help="Take a PDF page's own text where it is sound, never, or always.",
)
@click.option(
    "--worst",
    metavar="N",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Show what differs on the pages that agree least, as [-first-]{+other+}.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="All pages with their pictures and what was read beside them, as HTML.",
)
@verbose_option
@click.pass_context
def compare(
    context: click.Context,
    *,
    scan: Path,
    engines: list[str],
    options: dict[str, str],
    pages: str | None,
    password: str | None,
    text: TextPolicy,
    worst: int,
    output: Path | None,
) -> None:
    """Show where engines differ on a document.

    They read it one after the other. For each are printed the words that it read, how many it has in common with the
    first, its confidence, the seconds a page, without the first one, with which models load, and its warnings. None of
    it says which engine is right: where you have the true text, 'ocr-plugins evaluate' does. SCAN is a PDF or an image,
    - is stdin.

    -O ENGINE.KEY=VALUE is an option of one engine, -O KEY=VALUE of all.
    """
    job = Job(scan)
    if output is not None and output.resolve() == scan.resolve():
        raise click.UsageError(f"-o {output} would overwrite the input: choose another name.")
    chosen = {name: options_of(name, engines, options) for name in engines}
    content = job.content()
    try:
        with never_swallowed(), bar(job.name) as progress:
            done = 0

            def watch(_engine: str, step: Progress) -> None:
                nonlocal done
                done += 1
                progress(done, step.total * len(engines))

            compared = compare_engines(
                content,
                engines,
                engine_options=chosen,
                pages=pages,
                password=password,
                name=job.name,
                text=text,
                progress=watch,
            )
        page = compared.to_html(content, password=password) if output else ""
    except KeyboardInterrupt:
        stderr.print("interrupted; nothing is shown", style="red")
        context.exit(130)
    except Exception as e:
        raise told(e, job.name) from e
    failed = False
    for reading in compared.readings:
        for number, reason in reading.document.errors.items():
            failed = True
            stderr.print(f"error: {reading.engine}: page {number}: {reason}", style="red")
    show(table(summary_rows(compared.summary()), names=1) + "".join(_worst(compared, worst)))
    if output is not None:
        try:
            write_aside(output, page.encode())
        except OSError as e:
            raise click.ClickException(f"{output} cannot be written: {e.strerror or e}.") from e
    context.exit(1 if failed else 0)


def _worst(compared: Comparison, count: int) -> Iterator[str]:
    """What differs on the pages that agree least."""
    first, *others = compared.readings
    differing = [
        (agreement, place, other)
        for place, page in enumerate(compared.pages())
        for other in range(1, len(others) + 1)
        if (agreement := compared.agreement(other, page=place)) is not None and agreement < 1
    ]
    for _, place, other in sorted(differing)[:count]:
        runs = ((change.first, change.second) for change in compared.changes(place, other))
        number = first.document.pages[place].number
        yield f"\npage {number}, {first.engine} → {compared.readings[other].engine}\n  {diff(runs)}\n"
