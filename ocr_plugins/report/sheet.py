"""A page as HTML: its picture with what was found on it, and beside it what was read, block by block."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterator, Mapping, Sequence

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.pixels.tiles import LONG
from ocr_plugins.report.embed import Picture, shown_box
from ocr_plugins.report.overlay import classes, overlay, tip
from ocr_plugins.report.prose import block_html
from ocr_plugins.report.seen import SeenPage, SeenWarning, page_facts
from ocr_plugins.text import counted

# List items further in are shown as far in as this.
MOST_DEPTH = 4


def sheet(key: str, page: SeenPage, picture: Picture) -> str:
    """The page as a section.

    Args:
        key: Its id behind ``p``. Block 3 has the id ``tKEY-3`` in the text and ``bKEY-3`` on the picture.
        page: What was read.
        picture: What it is drawn on.
    """
    label = f" <small>({html.escape(page.label)})</small>" if page.label and page.label != str(page.number) else ""
    of = f" of {page.total_pages}" if page.total_pages else ""
    facts = [*page_facts(page), *([f"turned by {page.rotation}°"] * bool(page.rotation))]
    text = "".join(_blocks(key, page.blocks, picture.figures(page.blocks)))
    # A long page would be a thread if all of it were to fit the window.
    scan = "scan long" if picture.height > LONG * picture.width else "scan"
    nothing = "No text on this page." if page.error is None else "This page was not read."
    return f"""<section class="page" id="p{key}" aria-labelledby="h{key}">
<h2 id="h{key}">Page {page.number}{of}{label}</h2>
<p class="facts">{html.escape(" · ".join(facts))}</p>
{_notes(key, page)}<div class="sides">
<div class="{scan}">{_paper(page, picture)}{overlay(key, picture, page.blocks, page.warnings)}</div>
<div class="text" lang="">
{text or f'<p class="nothing" lang="en">{nothing}</p>'}{_hidden(page)}</div>
</div>
</section>"""


def _paper(page: SeenPage, picture: Picture) -> str:
    if picture.uri is None:
        return f'<p class="blank">{html.escape(picture.missing or "")}</p>'
    return f'<img src="{picture.uri}" alt="Page {page.number} as it looks" loading="lazy" decoding="async">'


def _notes(key: str, page: SeenPage) -> str:
    """The page's error and warnings; those that have a place are linked with it."""
    notes = [f"<strong>Not read</strong> {html.escape(page.error)}"] if page.error is not None else []
    items = [f'<li class="error">{said}</li>' for said in notes]
    items += [_warning(f"{key}-w{i}", warning) for i, warning in enumerate(page.warnings, 1)]
    return f'<ul class="notes" aria-label="What to distrust">{"".join(items)}</ul>\n' if items else ""


def _warning(key: str, warning: SeenWarning) -> str:
    name = html.escape(warning.code.replace("-", " ").capitalize())
    said = f"<strong>{name}</strong> {html.escape(warning.message)}"
    if shown_box(warning.box) is None:
        return f'<li class="warned">{said}</li>'
    return f'<li class="warned linked" id="t{key}" tabindex="0">{said} <a href="#b{key}" tabindex="-1">Show</a></li>'


def _blocks(key: str, blocks: Sequence[Block], figures: Mapping[int, str]) -> Iterator[str]:
    """The blocks, list items that follow one another as a list."""
    shown = [(block, _block(f"{key}-{i + 1}", i + 1, block, figures.get(i))) for i, block in enumerate(blocks)]
    for is_item, group in itertools.groupby(shown, lambda pair: pair[0].kind == BlockKind.LIST_ITEM):
        texts = [f"<li>{text}</li>\n" if is_item else f"{text}\n" for _, text in group]
        yield f'<ul class="items">\n{"".join(texts)}</ul>\n' if is_item else "".join(texts)


def _block(key: str, number: int, block: Block, figure: str | None) -> str:
    placed = shown_box(block.box) is not None
    named = html.escape(tip(number, block) + ("" if placed else ", without a place on the page"))
    depth = f" depth-{min(block.level, MOST_DEPTH)}" if block.kind == BlockKind.LIST_ITEM else ""
    place = f' href="#b{key}" tabindex="-1"' if placed else ""
    # What is hidden from screen readers is in the label.
    aside = 'aria-hidden="true" lang="en"'
    return (
        f'<div class="block linked {classes(block)}{depth}" id="t{key}" tabindex="0" role="group" dir="auto" '
        f'aria-label="{named}"><a class="number"{place} {aside}>{number}</a>'
        f'<span class="tip" {aside} dir="ltr">{tip(None, block)}</span>{block_html(block, figure)}</div>'
    )


def _hidden(page: SeenPage) -> str:
    if not page.hidden:
        return ""
    lines = "".join(f"<p>{html.escape(line.text)}</p>" for line in page.hidden)
    said = f"{counted(len(page.hidden), 'line')} in the file that a reader of the page cannot see"
    return f'<details class="hidden-text"><summary lang="en">{said}</summary>{lines}</details>\n'
