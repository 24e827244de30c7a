"""What is drawn over the picture of a page: an SVG of its blocks, lines, doubtful words, warnings and reading order."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ocr_plugins.blocks import BBox, Block
from ocr_plugins.report.embed import Picture, shown_box
from ocr_plugins.report.seen import SeenWarning, doubtful, read_words, trust

# Units of the drawing over the width of the page, in which numbers and badges have their size.
WIDTH = 1000.0
# Of a badge.
HIGH, DIGIT, SIDES = 20.0, 9.0, 10.0


def overlay(key: str, picture: Picture, blocks: Sequence[Block], warnings: Iterable[SeenWarning]) -> str:
    """The SVG. What the text beside it is linked to has ``key``, a hyphen and its number for an id behind ``b``.

    It is hidden from screen readers, to whom the text says all that it shows.
    """
    height = WIDTH * picture.height / picture.width
    scale = _Scale(WIDTH, height)
    placed = [(i, block, box) for i, block in enumerate(blocks, 1) if (box := shown_box(block.box))]
    layers = {
        "lines": (scale.rect(box) for _, b, _ in placed for line in b.lines if (box := shown_box(line.box))),
        "doubts": (
            scale.rect(box)
            for block in blocks
            for word in read_words(block.lines)
            if doubtful(word) and (box := shown_box(word.box))
        ),
        "blocks": (_block(f"{key}-{i}", i, block, scale.rect(box)) for i, block, box in placed),
        "flags": (
            _flag(f"{key}-w{i}", warning, scale.rect(box))
            for i, warning in enumerate(warnings, 1)
            if (box := shown_box(warning.box))
        ),
        "order": _order(placed, scale),
    }
    drawn = "\n".join(f'<g class="{name}">{"".join(parts)}</g>' for name, parts in layers.items())
    size = f'width="{picture.width:.0f}" height="{picture.height:.0f}" viewBox="0 0 {WIDTH:.0f} {height:.0f}"'
    return f'<svg {size} aria-hidden="true" focusable="false">\n{drawn}\n</svg>'


def classes(block: Block) -> str:
    """How a block is coloured: by its kind or by how far it can be trusted."""
    return f"{block.kind} {trust(block.confidence)}"


def tip(number: int | None, block: Block) -> str:
    """A block in short: ``4, list item, confidence 0.93``."""
    sure = f"confidence {block.confidence:.2f}" if block.confidence is not None else None
    return ", ".join(str(fact) for fact in (number, block.kind.replace("_", " "), sure) if fact is not None)


class _Scale:
    """From 0..1 of the page to the units of the drawing."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height

    def rect(self, box: BBox) -> str:
        b = box.scaled(self.width, self.height)
        return f'<rect x="{b.left:.1f}" y="{b.top:.1f}" width="{b.width:.1f}" height="{b.height:.1f}"/>'

    def point(self, box: BBox) -> str:
        x, y = box.center
        return f"{x * self.width:.0f},{y * self.height:.0f}"


def _block(key: str, number: int, block: Block, rect: str) -> str:
    title = f"<title>{html.escape(tip(number, block))}</title>"
    return f'<a id="b{key}" class="{classes(block)}" href="#t{key}" tabindex="-1">{title}{rect}</a>\n'


def _flag(key: str, warning: SeenWarning, rect: str) -> str:
    title = f"<title>{html.escape(f'{warning.code}: {warning.message}')}</title>"
    return f'<a id="b{key}" href="#t{key}" tabindex="-1">{title}{rect}</a>\n'


def _order(placed: Sequence[tuple[int, Block, BBox]], scale: _Scale) -> Iterable[str]:
    """A line through the blocks that are text, and the number of each at its corner."""
    through = " ".join(scale.point(box) for _, block, box in placed if not block.kind.is_furniture)
    yield f'<polyline points="{through}"/>'
    for number, block, box in placed:
        width = SIDES + DIGIT * len(str(number))
        x = min(max(0.0, box.left * scale.width - width), scale.width - width)
        y = min(box.top * scale.height, scale.height - HIGH)
        yield (
            f'<g class="{classes(block)}">'
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.0f}" height="{HIGH:.0f}" rx="3"/>'
            f'<text x="{x + width / 2:.1f}" y="{y + HIGH / 2:.1f}">{number}</text></g>'
        )
