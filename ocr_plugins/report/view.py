"""A document as one HTML file: each page's picture with what was found on it, and beside it what was read.

The file needs nothing from elsewhere and its policy lets nothing in: no script and no picture but its own. What stands
in a scan is text in it, whatever it looks like. Without JavaScript all of it is there, but for the search and the keys.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.report.assets import asset, filled, framed
from ocr_plugins.report.embed import Pictures
from ocr_plugins.report.seen import DOUBTFUL, SURE, SeenDocument, SeenPage, document_facts, trust
from ocr_plugins.report.sheet import sheet

# Behind the number of a page, for those who do not see its colour.
STATES = {"error": ", not read", "warned": ", with warnings", "sound": ""}


def view(document: SeenDocument, pictures: Pictures) -> str:
    """A document as an HTML file, its pages in their order."""
    return frame(document, document.pages, sections(document.pages, pictures), note=pictures.missing)


def sections(pages: Iterable[SeenPage], pictures: Pictures) -> Iterator[str]:
    """The pages as HTML, one by one."""
    return (sheet(f"{i}", page, pictures.of(page)) for i, page in enumerate(pages, 1))


def frame(document: SeenDocument, pages: Sequence[SeenPage], shown: Iterable[str], *, note: str | None = None) -> str:
    """The file around pages.

    Args:
        document: All of it, for its name and the sum of what is known of it.
        pages: Those that are shown.
        shown: What :func:`sections` made of them.
        note: A sentence for the reader, above the pages.
    """
    style, script = asset("view.css"), asset("view.js")
    kinds, trusts = _legends([block for page in pages for block in page.blocks])
    name = html.escape(PurePath(document.source).name or document.source)
    body = filled(
        "view.html",
        name=name,
        facts=html.escape(" · ".join(document_facts(document))),
        note=f'<p class="note">{html.escape(note)}</p>' if note else "",
        index=_index(pages) if len(pages) > 1 else "",
        kinds=kinds,
        trusts=trusts,
        pages="\n".join(shown),
    )
    return framed(f"{name} – as it was read", body, style, script)


def _legends(blocks: Sequence[Block]) -> tuple[str, str]:
    """The colours of the kinds and of the confidences that there are."""
    kinds = {block.kind for block in blocks}
    known = {trust(block.confidence) for block in blocks}
    said = {"good": f"{SURE} or more", "fair": f"below {SURE}", "low": f"below {DOUBTFUL}", "unknown": "unknown"}
    return (
        "".join(f'<li class="{kind}">{kind.replace("_", " ")}</li>' for kind in BlockKind if kind in kinds),
        "".join(f'<li class="{name}">{meaning}</li>' for name, meaning in said.items() if name in known),
    )


def _index(pages: Sequence[SeenPage]) -> str:
    """Links to the pages, each with a sign where something is wrong with it."""
    links = []
    for i, page in enumerate(pages, 1):
        state = "error" if page.error is not None else "warned" if page.warnings else "sound"
        name = f"Page {page.number}{STATES[state]}"
        links.append(f'<li><a class="{state}" href="#p{i}" title="{name}" aria-label="{name}">{page.number}</a></li>')
    return f'<nav aria-label="Pages"><ol>{"".join(links)}</ol></nav>'
