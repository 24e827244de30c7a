"""From what was read on a page, by an engine or from the PDF's own text, to its blocks."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_plugins.blocks import Block, BlockKind, Region, TextLine
from ocr_plugins.document import Page
from ocr_plugins.engine import Blocks, LayoutDetector, Lines, Markdown, PageImage, Recognition

if TYPE_CHECKING:
    from ocr_plugins.source.textlayer import TextLayer

TEXT_LAYER = "text-layer"
_UNSEEN = re.compile(r"\\[A-Za-z]+|[\s\\{}$^_&]")
# Of a line's width, the height from which it is turned; and the ways it may run, in degrees clockwise from level.
TALL, DOWN, UP = 2.0, 90, 270


def recognized_blocks(
    result: Recognition, image: PageImage, page: Page, layout: LayoutDetector | None, lock: threading.RLock
) -> Iterable[Block]:
    """The blocks of what an engine gave for ``image``.

    Args:
        result: Lines go through the layout stage, Markdown is parsed, blocks stay as they are.
        image: The upright page that the engine saw.
        page: Its size counts.
        layout: Finds regions, for an engine that gives lines; None for layout by geometry alone.
        lock: Held while ``layout`` runs.
    """
    from ocr_plugins.markdown.parse import parse_markdown

    match result:
        case Blocks(blocks):
            return blocks
        case Markdown(text, confidence):
            return parse_markdown(text, confidence)
        case Lines(lines):
            return _laid_out(lines, image, page, layout, lock)


def _laid_out(
    lines: Sequence[TextLine], image: PageImage, page: Page, layout: LayoutDetector | None, lock: threading.RLock
) -> tuple[Block, ...]:
    from ocr_plugins.layout.assemble import SURE_FIGURE, assemble
    from ocr_plugins.layout.turned import layer_blocks
    from ocr_plugins.pixels.checkboxes import tick
    from ocr_plugins.pixels.rulings import find_rulings
    from ocr_plugins.pixels.type import measure_lines
    from ocr_plugins.source.textlayer import TextLayer, TurnedLine

    regions: list[Region] = []
    if layout:
        with lock:
            regions = layout.detect([image])[0]
    if not lines:
        # A plate or photograph is all that the page shows; dirt on white paper is taken for one too, less surely.
        sure = (r for r in regions if r.kind == BlockKind.FIGURE and r.confidence >= SURE_FIGURE)
        return tuple(Block(BlockKind.FIGURE, box=r.box) for r in sure)
    turned = tuple(TurnedLine(line, _degrees(line)) for line in lines if _is_turned(line, image.size))
    level = [line for line in lines if not _is_turned(line, image.size)]
    measured = tick(image, measure_lines(image, level, page.height))
    size, rulings = (page.width, page.height), find_rulings(image)
    if not turned:
        return assemble(measured, regions, rulings, size)
    return layer_blocks(TextLayer(tuple(measured), tuple(rulings), turned=turned), size, regions)


def _is_turned(line: TextLine, size: tuple[int, int]) -> bool:
    """Whether several characters stand in a box, in 0..1 of a page in pixels, that is higher than level ones need."""
    return len(line.text) > 1 and line.box.height * size[1] >= TALL * line.box.width * size[0]


def _degrees(line: TextLine) -> int:
    """The way a turned line runs: down, unless its words go up."""
    return UP if line.words and line.words[0].box.top > line.words[-1].box.top else DOWN


def layer_page(page: Page, layer: TextLayer) -> Page:
    """The page with the blocks of its own text."""
    from ocr_plugins.layout.turned import layer_blocks
    from ocr_plugins.markdown.links import link_blocks

    blocks = link_blocks(layer_blocks(layer, (page.width, page.height)), layer.anchors, layer.scripts)
    return replace(page, blocks=blocks, hidden=layer.hidden, engine=TEXT_LAYER)


def mixed_page(
    page: Page,
    layer: TextLayer,
    seen: Sequence[TextLine],
    image: PageImage,
    layout: LayoutDetector | None,
    lock: threading.RLock,
) -> Page:
    """The page with the blocks of its own text and of what was read beside it, by geometry.

    Args:
        page: As drawn.
        layer: Its own text.
        seen: Lines that an engine read elsewhere on the page.
        image: What the engine saw.
        layout, lock: See :func:`recognized_blocks`.
    """
    from ocr_plugins.layout.turned import layer_blocks
    from ocr_plugins.markdown.links import link_blocks
    from ocr_plugins.pixels.rulings import find_rulings
    from ocr_plugins.pixels.type import measure_lines

    regions: list[Region] = []
    if layout:
        with lock:
            regions = layout.detect([image])[0]
    lines = (*layer.lines, *measure_lines(image, seen, page.height))
    mixed = replace(layer, lines=lines, rulings=(*layer.rulings, *find_rulings(image)), figures=(), tagged=None)
    blocks = layer_blocks(mixed, (page.width, page.height), regions)
    return replace(page, blocks=tuple(link_blocks(blocks, layer.anchors, layer.scripts)), hidden=layer.hidden)


def certainty(result: Recognition, size: tuple[int, int]) -> float:
    """How much text was read, weighted by its confidence: what a page that is upside down has little of.

    Args:
        result: Of a page.
        size: Its width and height in pixels. Lines that run up or down it count half: they would be level on the page
            turned.
    """
    turned = [line for line in result.lines if _is_turned(line, size)] if isinstance(result, Lines) else []
    less = sum((line.confidence or 0.0) ** 2 * len(line.text) for line in turned) / 2
    return sum((confidence or 0.0) ** 2 * len(text) for text, confidence in _texts(result)) - less


def characters(result: Recognition) -> int:
    """How much text was read."""
    return sum(len(text) for text, _ in _texts(result))


def glyphs(blocks: Iterable[Block]) -> int:
    """About how many characters the text of blocks shows: without white space, and the commands of formulas."""
    return sum(len(_UNSEEN.sub("", block.text)) for block in blocks)


def _texts(result: Recognition) -> list[tuple[str, float | None]]:
    match result:
        case Lines(lines):
            return [(line.text, line.confidence) for line in lines]
        case Blocks(blocks):
            return [(block.text, block.confidence) for block in blocks]
        case Markdown(text, confidence):
            return [(text, confidence)]
