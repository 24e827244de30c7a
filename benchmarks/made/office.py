"""Made documents as PDFs by LibreOffice Writer: flat OpenDocument with true headings, lists, notes and fields."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.made import parts
from benchmarks.made.model import Heading, Made, Paragraph, Quote, SideNote, Transcript
from benchmarks.made.office_looks import LOOKS
from benchmarks.made.office_text import flat_document

STYLES = tuple(LOOKS)
_LEAST_FOR_COLUMNS = 1500
"""Characters: a shorter document is not set in columns."""
_MOST_WITH_NOTES = 2
"""Columns: with more, notes and lines that must stay together send Writer round in circles."""
_SECONDS_TO_START, _SECONDS_A_DOCUMENT = 30, 3
"""Within which Writer is done, on a busy machine too."""
_DOCUMENTS_A_CALL = 12


def fits(kind: str, style: str) -> bool:
    """Whether documents of a kind can be printed in the style."""
    look = LOOKS[style]
    return look.side_notes if kind == "margins" else look.columns == 1 or kind not in parts.ONE_COLUMN


def can(made: Made, style: str) -> bool:
    """Whether a person would set this document so: side notes want a margin, transcripts and letters one column."""
    look = LOOKS[style]
    kinds = {type(item) for item in made.items}
    if SideNote in kinds and not look.side_notes:
        return False
    if look.columns == 1:
        return True
    if look.columns > _MOST_WITH_NOTES and any(isinstance(item, Paragraph) and item.notes for item in made.items):
        return False
    length = sum(len(item.text) for item in made.items if isinstance(item, Paragraph | Quote))
    return Heading in kinds and Transcript not in kinds and length >= _LEAST_FOR_COLUMNS


def as_set(made: Made, style: str) -> Made:
    """The document with the words of the page: a style may set headings in capitals."""
    capitals = LOOKS[style].capitals
    items = tuple(
        replace(item, text=item.text.upper()) if isinstance(item, Heading) and item.level in capitals else item
        for item in made.items
    )
    return replace(made, items=items)


def render(made: Made, style: str, path: Path) -> None:
    """Writes one document; `render_all` is much faster for several."""
    render_all([(made, style, path)])


def render_all(jobs: Iterable[tuple[Made, str, Path]]) -> None:
    """Writes each document in its style at its path, many with one start of Writer.

    Raises:
        FileNotFoundError: Writer is not installed (Debian: libreoffice-writer-nogui).
        RuntimeError: Writer wrote no PDF of some documents; those of all others are there.
    """
    waiting = list(jobs)
    lost = []
    for tagged in (False, True):
        group = [job for job in waiting if LOOKS[job[1]].tagged == tagged]
        for start in range(0, len(group), _DOCUMENTS_A_CALL):
            left = _convert(group[start : start + _DOCUMENTS_A_CALL], tagged=tagged)
            # Writer's layout may go round in circles: what stands behind such a document is tried by itself.
            lost += [job for job in left if _convert([job], tagged=tagged)]
    if lost:
        names = ", ".join(f"{made.name} in {style}" for made, style, _ in lost)
        raise RuntimeError(f"Writer made no PDF of {names}: leave them out")


def _convert(jobs: list[tuple[Made, str, Path]], *, tagged: bool) -> list[tuple[Made, str, Path]]:
    """Writes PDFs and gives the documents of which Writer made none."""
    if not (writer := shutil.which("soffice")):
        raise FileNotFoundError("soffice is not installed: apt install libreoffice-writer-nogui")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for index, (made, style, _) in enumerate(jobs):
            (work / f"{index}.fodt").write_text(flat_document(as_set(made, style), LOOKS[style]), encoding="utf-8")
        options = f'{{"UseTaggedPDF":{{"type":"boolean","value":"{str(tagged).lower()}"}}}}'
        command = [writer, "--headless", "--norestore", f"-env:UserInstallation={(work / 'profile').as_uri()}"]
        command += ["--convert-to", f"pdf:writer_pdf_Export:{options}", "--outdir", str(work)]
        command += [str(work / f"{index}.fodt") for index in range(len(jobs))]
        # A session of its own, because soffice is a script, and what it starts would live on.
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(_SECONDS_TO_START + _SECONDS_A_DOCUMENT * len(jobs))
        except subprocess.TimeoutExpired:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        left = []
        for index, job in enumerate(jobs):
            made_file = work / f"{index}.pdf"
            if made_file.exists():
                shutil.copyfile(made_file, job[2])
            else:
                left.append(job)
        return left
