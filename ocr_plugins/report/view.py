"""A document as one HTML file: each page's picture with what was found on it, and beside it what was read.

The file needs nothing from elsewhere and its policy lets nothing in: no script and no picture but its own. What stands
in a scan is text in it, whatever it looks like. Without JavaScript all of it is there, but for the search and the keys.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import importlib.resources
import itertools
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.report.embed import Picture, Pictures
from ocr_plugins.report.overlay import classes, overlay, shown_box, tip
from ocr_plugins.report.prose import block_html
from ocr_plugins.report.seen import DOUBTFUL, SURE, SeenDocument, SeenPage, document_facts, page_facts, trust
from ocr_plugins.text import counted

# List items further in are shown as far in as this.
MOST_DEPTH = 4
# Behind the number of a page, for those who do not see its colour.
STATES = {"error": ", not read", "warned": ", with warnings", "sound": ""}


def view(document: SeenDocument, pictures: Pictures) -> str:
    """A document as an HTML file, its pages in their order."""
    return frame(document, document.pages, sections(document.pages, pictures))


def sections(pages: Iterable[SeenPage], pictures: Pictures) -> Iterator[str]:
    """The pages as HTML, one by one."""
    return (_page(f"{i}", page, pictures.of(page)) for i, page in enumerate(pages, 1))


def frame(document: SeenDocument, pages: Sequence[SeenPage], shown: Iterable[str], *, note: str | None = None) -> str:
    """The file around pages.

    Args:
        document: All of it, for its name and the sum of what is known of it.
        pages: Those that are shown.
        shown: What :func:`sections` made of them.
        note: A sentence for the reader, above the pages.
    """
    style, script = _asset("view.css"), _asset("view.js")
    kinds, trusts = _legends([block for page in pages for block in page.blocks])
    return string.Template(_asset("view.html")).substitute(
        policy=f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'",
        name=html.escape(PurePath(document.source).name or document.source),
        facts=html.escape(" · ".join(document_facts(document))),
        note=f'<p class="note">{html.escape(note)}</p>' if note else "",
        index=_index(pages),
        kinds=kinds,
        trusts=trusts,
        pages="\n".join(shown),
        style=style,
        script=script,
    )


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
    return f"<ol>{''.join(links)}</ol>"


def _page(key: str, page: SeenPage, picture: Picture) -> str:
    label = f" <small>({html.escape(page.label)})</small>" if page.label and page.label != str(page.number) else ""
    of = f" of {page.total_pages}" if page.total_pages else ""
    facts = [*page_facts(page), *([f"turned by {page.rotation}°"] * bool(page.rotation))]
    image = (
        f'<img src="{picture.uri}" alt="Page {page.number} as it looks" loading="lazy" decoding="async">'
        if picture.uri
        else f'<p class="blank">{html.escape(picture.missing or "")}</p>'
    )
    return f"""<section class="page" id="p{key}" aria-labelledby="h{key}">
<h2 id="h{key}">Page {page.number}{of}{label}</h2>
<p class="facts">{html.escape(" · ".join(facts))}</p>
{_notes(key, page)}<div class="sides">
<div class="scan">{image}{overlay(key, picture, page.blocks, page.warnings)}</div>
<div class="text" lang="">
{"".join(_blocks(key, page.blocks)) or '<p class="nothing" lang="en">No text on this page.</p>'}{_hidden(page)}</div>
</div>
</section>"""


def _notes(key: str, page: SeenPage) -> str:
    """The page's error and warnings; those that have a place are linked with it."""
    notes = []
    if page.error is not None:
        notes.append(f'<li class="error"><strong>Not read</strong> {html.escape(page.error)}</li>')
    for i, warning in enumerate(page.warnings, 1):
        said = f"<strong>{html.escape(warning.code.replace('-', ' '))}</strong> {html.escape(warning.message)}"
        linked = f'id="t{key}-w{i}" tabindex="0" class="warned linked"' if shown_box(warning.box) else 'class="warned"'
        place = f' <a href="#b{key}-w{i}" tabindex="-1">show</a>' if shown_box(warning.box) else ""
        notes.append(f"<li {linked}>{said}{place}</li>")
    return f'<ul class="notes" aria-label="Warnings">{"".join(notes)}</ul>\n' if notes else ""


def _blocks(key: str, blocks: Sequence[Block]) -> Iterator[str]:
    numbered = enumerate(blocks, 1)
    for is_item, group in itertools.groupby(numbered, lambda pair: pair[1].kind == BlockKind.LIST_ITEM):
        if is_item:
            items = "".join(f"<li>{_block(f'{key}-{i}', i, block)}</li>\n" for i, block in group)
            yield f'<ul class="items">\n{items}</ul>\n'
        else:
            yield from (f"{_block(f'{key}-{i}', i, block)}\n" for i, block in group)


def _block(key: str, number: int, block: Block) -> str:
    named = tip(number, block) + ("" if shown_box(block.box) else ", without a place on the page")
    depth = f" depth-{min(block.level, MOST_DEPTH)}" if block.kind == BlockKind.LIST_ITEM else ""
    place = f'href="#b{key}" tabindex="-1"' if shown_box(block.box) else ""
    return (
        f'<div class="block linked {classes(block)}{depth}" id="t{key}" tabindex="0" role="group" dir="auto" '
        f'aria-label="{html.escape(named)}"><a class="number" {place} aria-hidden="true" lang="en">{number}</a>'
        f'<span class="tip" aria-hidden="true" lang="en" dir="ltr">{_tag(block)}</span>{block_html(block)}</div>'
    )


def _tag(block: Block) -> str:
    sure = f" {block.confidence:.2f}" if block.confidence is not None else ""
    return f"{block.kind.replace('_', ' ')}{sure}"


def _hidden(page: SeenPage) -> str:
    if not page.hidden:
        return ""
    lines = "".join(f"<p>{html.escape(line.text)}</p>" for line in page.hidden)
    said = f"{counted(len(page.hidden), 'line')} in the file that a reader of the page cannot see"
    return f'<details class="hidden-text"><summary lang="en">{said}</summary>{lines}</details>\n'


@functools.cache
def _asset(name: str) -> str:
    return importlib.resources.files("ocr_plugins.report").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """What a Content-Security-Policy calls it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
