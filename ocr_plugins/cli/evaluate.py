"""``ocr-plugins evaluate``: which engine reads your documents best."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from ocr_plugins.cli.common import (
    Unusable,
    bar,
    engine_names,
    engine_option,
    model_option,
    options_of,
    show,
    stderr,
    table,
    verbose_option,
    with_model,
)
from ocr_plugins.cli.diff import diff
from ocr_plugins.cli.evaluation import Reading, load_jiwer, make_reader, misread, samples_in, scores
from ocr_plugins.errors import OcrError

__all__ = ["evaluate"]

Readings = Mapping[str, Sequence[Reading]]

EXIT_CODES = """\b
Exit codes:
  0    everything was read
  1    some files or pages could not be read and count as missed
  2    wrong usage, no ground truth, a missing package or model
  130  interrupted with Ctrl-C: what was read until then is shown
"""


@click.command(epilog=EXIT_CODES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--engine",
    "engines",
    metavar="NAME",
    multiple=True,
    default=["rapidocr"],
    show_default="rapidocr",
    shell_complete=engine_names,
    help="May be repeated, to compare; see 'ocr-plugins engines'.",
)
@engine_option
@model_option
@click.option("--lines", is_flag=True, help="The images are single text lines; engines that find lines need not.")
@click.option("--furniture", is_flag=True, help="The ground truth has page headers, footers and numbers.")
@click.option(
    "--worst",
    metavar="N",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Show what was misread in the worst files, as [-truth-]{+read+}.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with everything that was read.")
@verbose_option
@click.pass_context
def evaluate(
    context: click.Context,
    *,
    paths: tuple[Path, ...],
    engines: tuple[str, ...],
    options: dict[str, str],
    model: str | None,
    lines: bool,
    furniture: bool,
    worst: int,
    as_json: bool,
) -> None:
    """Measure engines on files whose text is known.

    Of directories all PDFs and images count that have their text beside them: name.gt.txt, or Markdown in name.gt.md or
    name.md. Prints the rates of wrong characters (CER) and words (WER), white space folded, capitals and punctuation as
    written, and the seconds a page, without the first file, with which models load. PDFs are read by the engine, also
    where they have text of their own.

    With several engines -O ENGINE.KEY=VALUE is an option of one, -O KEY=VALUE of all.
    """
    readings: dict[str, list[Reading]] = {}
    try:
        load_jiwer()
        samples = samples_in(paths)
        chosen = {name: options_of(name, engines, with_model(options, model)) for name in engines}
        readers = {name: make_reader(name, of, lines=lines, furniture=furniture) for name, of in chosen.items()}
        for name, reader in readers.items():
            readings[name] = []
            with closing(reader), bar(name, "files") as progress:
                for reading in reader.read(samples):
                    readings[name].append(reading)
                    progress(len(readings[name]), len(samples))
    except KeyboardInterrupt:
        _print(readings, worst, as_json)
        stderr.print("interrupted; these are the files read until then", style="red")
        context.exit(130)
    except OcrError as e:
        raise Unusable(str(e)) from e
    _print(readings, worst, as_json)
    context.exit(1 if any(reading.error for read in readings.values() for reading in read) else 0)


def _print(readings: Readings, worst: int, as_json: bool) -> None:
    """The results on stdout, what could not be read on stderr."""
    begun = {name: read for name, read in readings.items() if read}
    for name, read in begun.items():
        for reading in read:
            if reading.error:
                stderr.print(f"error: {name}: {reading.sample.path}: {reading.error}", style="red")
    if as_json:
        show(json.dumps([_as_json(*item) for item in begun.items()], indent=2, ensure_ascii=False) + "\n")
    elif begun:
        show(_table(begun) + "".join(_worst(name, read, worst) for name, read in begun.items()))


def _table(readings: Readings) -> str:
    titles = ("engine", "folder", "files", "pages", "CER %", "WER %", "s/page")
    rows = [titles, *(row for name, read in readings.items() for row in _rows(name, read))]
    return table(rows, names=2)


def _rows(engine: str, readings: Sequence[Reading]) -> Iterator[tuple[str, ...]]:
    """A row for all files, after one for each folder if there are several."""
    by_folder = sorted(readings, key=lambda reading: reading.sample.path.parent)
    groups = [(str(f), list(some)) for f, some in groupby(by_folder, lambda reading: reading.sample.path.parent)]
    for folder, some in [*(groups if len(groups) > 1 else []), ("all", readings)]:
        of = scores(some)
        rates = (f"{100 * of.cer:.2f}", f"{100 * of.wer:.2f}", f"{of.seconds_per_page:.2f}")
        yield engine, folder, str(of.files), str(of.pages), *rates


def _worst(engine: str, readings: Sequence[Reading], count: int) -> str:
    wrong = [reading for reading in readings if reading.text != reading.sample.truth]
    wrong = sorted(wrong, key=lambda reading: -reading.cer)[:count]
    return "".join(f"\n{engine}: {r.sample.path}, CER {100 * r.cer:.2f} %\n  {diff(misread(r))}\n" for r in wrong)


def _as_json(engine: str, readings: Sequence[Reading]) -> dict[str, object]:
    results = [
        {
            "file": str(reading.sample.path),
            "truth": reading.sample.truth,
            "text": reading.text,
            "cer": reading.cer,
            "wer": reading.wer,
            "pages": reading.pages,
            "seconds": reading.seconds,
            "error": reading.error,
        }
        for reading in readings
    ]
    return {"engine": engine} | asdict(scores(readings)) | {"results": results}
