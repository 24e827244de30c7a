"""Made lines for the tests of the layout stage."""

from __future__ import annotations

from ocr_plugins.blocks import BBox, Block, BlockKind, Font, TextLine

SIZE = (600.0, 800.0)
PITCH = 0.018
HEIGHT = 0.0135


def line(
    text: str, left: float, top: float, *, width: float | None = None, size: float = 9.0, bold: bool = False
) -> TextLine:
    """A line as wide as its text, on a page of 600 × 800."""
    right = left + (width if width is not None else len(text) * 0.0085 * size / 9)
    return TextLine(text, BBox(left, top, right, top + HEIGHT * size / 9), 0.99, Font(size, bold))


def column(texts: list[str], left: float, top: float, *, width: float | None = None) -> list[TextLine]:
    return [line(text, left, top + i * PITCH, width=width) for i, text in enumerate(texts)]


def prose(name: str, lines: int) -> list[str]:
    """Lines of running text that say where they belong: full, but for the last."""
    return [*(f"{name} line {i} goes on without an end and" for i in range(lines - 1)), f"{name} ends here."]


def texts(blocks: tuple[Block, ...], kind: BlockKind | None = None) -> list[str]:
    return [b.text for b in blocks if kind is None or b.kind == kind]


def cells(rows: list[list[str]], lefts: list[float], top: float = 0.3) -> list[TextLine]:
    return [
        line(text, left, top + i * PITCH * 1.3)
        for i, row in enumerate(rows)
        for text, left in zip(row, lefts, strict=True)
        if text
    ]


GRID = [["Item", "Quantity", "Price"], ["Kite", "2", "20.00"], ["Flyer", "", "40.00"], ["Gift", "1", "0.00"]]
