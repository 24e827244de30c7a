"""Made documents printed by WeasyPrint and LibreOffice: every word is on the page, and structure trees are true."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from benchmarks.made import office, parts, weasy
from benchmarks.made.content import document
from benchmarks.made.model import Cell, Heading, Made, Paragraph, SideNote, Table
from benchmarks.made.office_looks import LOOKS

writer = pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice Writer")
KINDS = ("manual", "tables", "transcript")


def _texts(item: Any) -> list[str]:
    if isinstance(item, str):
        return item.split()
    if isinstance(item, tuple):
        return [word for part in item for word in _texts(part)]
    return [word for field in fields(item) for word in _texts(getattr(item, field.name))] if is_dataclass(item) else []


def _flat(text: str) -> str:
    return re.sub(r"\W|_", "", text).casefold()


def _missing(made: Made, pdf: Path) -> list[str]:
    with pdfium.PdfDocument(pdf) as pages:
        printed = _flat("".join(page.get_textpage().get_text_bounded() for page in pages))
    return [word for word in _texts(made.items) if _flat(word) not in printed]


def _tagged(pdf: Path) -> bool:
    with pdfium.PdfDocument(pdf) as opened:
        return bool(raw.FPDFCatalog_IsTagged(opened))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_weasyprint_prints_every_word(kind: str, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    made = document(kind, 1)
    style = next(style for style in weasy.STYLES if weasy.can(made, style))
    weasy.render(made, style, tmp_path / "made.pdf")
    assert not _missing(weasy.as_set(made, style), tmp_path / "made.pdf")


@pytest.mark.slow
@writer
def test_writer_prints_every_word_of_many_documents(tmp_path: Path) -> None:
    chosen = zip(KINDS, office.STYLES, strict=False)
    jobs = [(document(kind, 1), style, tmp_path / f"{kind}.pdf") for kind, style in chosen]
    office.render_all(jobs)
    assert [_missing(office.as_set(made, style), path) for made, style, path in jobs] == [[], [], []]
    assert [_tagged(path) for *_, path in jobs] == [LOOKS[style].tagged for _, style, _ in jobs]


@pytest.mark.parametrize("renderer", [weasy, office])
def test_notes_beside_the_text_want_a_margin(renderer: Any) -> None:
    made = Made("m", "en", (Heading(1, "Title"), SideNote("Beside."), Paragraph("Text.")))
    assert [style for style in renderer.STYLES if renderer.can(made, style)] == [
        style for style, look in renderer.LOOKS.items() if look.side_notes
    ]


@pytest.mark.parametrize("renderer", [weasy, office])
def test_headings_in_capitals_are_what_the_page_says(renderer: Any) -> None:
    made = Made("m", "en", (Heading(1, "Title"), Heading(2, "Part"), Heading(3, "Piece")))
    for style, look in renderer.LOOKS.items():
        for item in renderer.as_set(made, style).items:
            assert item.text.isupper() == (item.level in look.capitals)


def test_a_covered_cell_leaves_its_place_empty() -> None:
    table = Table(((Cell("a", row_span=2), Cell("b")), (Cell("c"),), (Cell("d", column_span=2),)))
    assert [[cell and cell.text for cell in row] for row in parts.placed(table)] == [
        ["a", "b"],
        [None, "c"],
        ["d", None],
    ]


def test_a_note_is_called_where_the_number_stood() -> None:
    assert parts.without_calls(Paragraph("It is so.12", ((12, "Or not."),)))[0] == "It is so."
