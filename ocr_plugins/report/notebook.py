"""What a notebook shows of a document or a page: the same view in a frame, no larger than a cell bears."""

from __future__ import annotations

import html
from dataclasses import dataclass

from ocr_plugins.report.embed import Pictures, pictures_of
from ocr_plugins.report.seen import SeenDocument, SeenPage, document_facts
from ocr_plugins.report.view import frame, sections

# What is shown is saved with the notebook: so many pages of a document, of so many pixels, and no more characters.
MAX_PAGES, EDGE, MAX_CHARACTERS = 5, 1200, 2_000_000
# Of the frame, in pixels of the screen.
HEIGHT = 640


@dataclass(frozen=True, slots=True)
class _Alone:
    """A page as a document of its own."""

    pages: tuple[SeenPage]
    source: str
    total_pages: int | None
    confidence: float | None


def document_cell(document: SeenDocument) -> str:
    """The first pages of a document, on pictures of its source where that is still there."""
    with pictures_of(document.source, edge=EDGE) as pictures:
        return _cell(document, pictures)


def page_cell(page: SeenPage) -> str:
    """A page on blank paper: it does not know where it comes from."""
    alone = _Alone((page,), f"Page {page.number}", page.total_pages, page.confidence)
    with Pictures(None) as pictures:
        return _cell(alone, pictures)


def _cell(document: SeenDocument, pictures: Pictures) -> str:
    shown: list[str] = []
    room = MAX_CHARACTERS
    for section in sections(document.pages[:MAX_PAGES], pictures):
        room -= len(html.escape(section))
        if room < 0:
            break
        shown.append(section)
    page = frame(document, document.pages[: len(shown)], shown, note=_note(len(shown), document, pictures) or None)
    return cell(" · ".join((document.source, *document_facts(document))), page)


def cell(facts: str, page: str) -> str:
    """A page of HTML in a frame of its own, below a line of facts.

    The frame keeps the styles of notebook and page apart, and scripts from all but what they came with. Where a
    notebook is not trusted or rendered without frames, the line is what is left.
    """
    facts = html.escape(facts)
    sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
    return (
        f"<p>{facts}</p>\n"
        f'<iframe sandbox="{sandbox}" title="{facts}" width="100%" height="{HEIGHT}" '
        f'srcdoc="{html.escape(page)}"></iframe>'
    )


def _note(count: int, document: SeenDocument, pictures: Pictures) -> str:
    """What is not shown, and how to see it."""
    said = [pictures.missing] if pictures.missing else []
    if count < len(document.pages):
        what = (
            f"The first {count} of {len(document.pages)} pages are shown." if count else "This is too large for a cell."
        )
        said.append(f'{what} All of it: Path("view.html").write_text(document.to_html(), encoding="utf-8")')
    return " ".join(said)
