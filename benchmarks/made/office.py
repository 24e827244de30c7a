"""Made documents as PDFs by LibreOffice Writer: flat OpenDocument with true headings, lists, notes and fields."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.made.model import Heading, Made, Paragraph, Quote, SideNote, Transcript
from benchmarks.made.office_looks import LOOKS
from benchmarks.made.office_text import flat_document

STYLES = tuple(LOOKS)
_LEAST_FOR_COLUMNS = 1500
"""Characters: a shorter document is not set in columns."""
_SECONDS = 240
"""For one call of Writer."""
_DOCUMENTS_A_CALL = 24


def can(made: Made, style: str) -> bool:
    """Whether a person would set this document so: side notes want a margin, transcripts and letters one column."""
    look = LOOKS[style]
    kinds = {type(item) for item in made.items}
    if SideNote in kinds and not look.side_notes:
        return False
    if look.columns == 1:
        return True
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
        RuntimeError: Writer wrote no PDF.
    """
    waiting = list(jobs)
    for tagged in (False, True):
        group = [job for job in waiting if LOOKS[job[1]].tagged == tagged]
        for start in range(0, len(group), _DOCUMENTS_A_CALL):
            _convert(group[start : start + _DOCUMENTS_A_CALL], tagged=tagged)


def _convert(jobs: list[tuple[Made, str, Path]], *, tagged: bool) -> None:
    if not (writer := shutil.which("soffice")):
        raise FileNotFoundError("soffice is not installed: apt install libreoffice-writer-nogui")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for index, (made, style, _) in enumerate(jobs):
            (work / f"{index}.fodt").write_text(flat_document(as_set(made, style), LOOKS[style]), encoding="utf-8")
        options = f'{{"UseTaggedPDF":{{"type":"boolean","value":"{str(tagged).lower()}"}}}}'
        command = [writer, "--headless", "--norestore", f"-env:UserInstallation={(work / 'profile').as_uri()}"]
        command += ["--convert-to", f"pdf:writer_pdf_Export:{options}", "--outdir", str(work)]
        files = [str(work / f"{index}.fodt") for index in range(len(jobs))]
        done = subprocess.run([*command, *files], capture_output=True, text=True, timeout=_SECONDS, check=False)
        for index, (made, style, path) in enumerate(jobs):
            made_file = work / f"{index}.pdf"
            if not made_file.exists():
                raise RuntimeError(f"Writer made no PDF of {made.name} in {style}: {done.stderr[-500:]}")
            shutil.copyfile(made_file, path)
