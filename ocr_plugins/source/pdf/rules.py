"""Ruling lines of a PDF page: thin strokes, thin fills, and the edges that shaded rows of a table have in common."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.objects import Matrix, PageObject, PageTransform, times

# Lengths are in points. A rule is no thicker than this and at least so long.
MAX_THICKNESS, MIN_LENGTH = 3.0, 8.0
# What is looked at: a page that is one drawing of very many strokes is no table.
MAX_RULINGS, MAX_SEGMENTS = 4000, 20_000
# Edges of fills this close are the same edge.
SAME_EDGE = 2.0
# The rows of a table that are shaded: their height, and the height of rows between them that are not, in their own.
MAX_SHADED, MAX_UNSHADED = 72.0, 2.5
# The cells of a shaded table, and how much of its place they leave or lie over twice; with very many it is a picture.
MIN_TILES, MAX_UNTILED, MAX_FILLS = 4, 0.15, 1000
# Of 255: what is filled with this or more of each colour cannot be told from paper.
WHITE = 250

Point = tuple[float, float]
Colour = tuple[int, int, int]
Fill = tuple[BBox, Colour]


@dataclass(slots=True)
class _Drawn:
    """What the paths of a page leave on it: thin lines, and larger rectangles that are filled."""

    rules: list[BBox] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)

    def add(self, box: BBox, colour: Colour | None) -> None:
        """Add a filled rectangle, whose colour is None where it cannot be seen."""
        if min(box.width, box.height) > MAX_THICKNESS:
            if colour is not None and min(colour) < WHITE:
                self.fills.append((box, colour))
        elif max(box.width, box.height) >= MIN_LENGTH:
            self.rules.append(box)


def find_rules(objects: Sequence[PageObject], to_page: PageTransform) -> list[BBox]:
    """The ruling lines among what is drawn on a page, in points of the page as displayed.

    A large filled rectangle is none, nor are its sides: it is a card, a slide, the bar of a chart.
    """
    drawn = _Drawn()
    left = MAX_SEGMENTS
    for obj in objects:
        if obj.kind != pdfium_c.FPDF_PAGEOBJ_PATH or max(obj.box.width, obj.box.height) < MIN_LENGTH:
            continue
        left -= max(0, pdfium_c.FPDFPath_CountSegments(obj.raw))
        if left < 0 or len(drawn.rules) >= MAX_RULINGS:
            break
        _look_at(obj, to_page, drawn)
    return [*drawn.rules, *shaded_edges(drawn.fills)][:MAX_RULINGS]


def _look_at(obj: PageObject, to_page: PageTransform, drawn: _Drawn) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium_c.FPDFPath_GetDrawMode(obj.raw, fill, stroke):
        return
    if stroke.value:
        width = _stroke_width(obj.raw)
        colour = _colour(obj.raw, pdfium_c.FPDFPageObj_GetStrokeColor)
        for path in _outlines(obj, to_page):
            for start, end in pairwise(path):
                _add_stroke(start, end, width, colour, drawn)
    elif fill.value:
        colour = _colour(obj.raw, pdfium_c.FPDFPageObj_GetFillColor)
        for path in _outlines(obj, to_page):
            if _is_rectangle(path):
                drawn.add(_around(path), colour)


def _add_stroke(start: Point, end: Point, width: float, colour: Colour | None, drawn: _Drawn) -> None:
    box = _around((start, end))
    if min(box.width, box.height) > MAX_THICKNESS / 2 or max(box.width, box.height) < MIN_LENGTH:
        return
    if width > MAX_THICKNESS:
        # A row of a table, or a bar, may be drawn as one thick stroke.
        across, half = box.width >= box.height, width / 2
        grown = (0.0, half) if across else (half, 0.0)
        box = BBox(box.left - grown[0], box.top - grown[1], box.right + grown[0], box.bottom + grown[1])
    drawn.add(box, colour)


def _stroke_width(raw: Any) -> float:
    width = ctypes.c_float()
    return width.value if pdfium_c.FPDFPageObj_GetStrokeWidth(raw, width) else 0.0


def _colour(raw: Any, get: Any) -> Colour | None:
    """The colour, None where nothing of it can be seen."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get(raw, red, green, blue, alpha) or not alpha.value:
        return None
    return red.value, green.value, blue.value


def _outlines(obj: PageObject, to_page: PageTransform) -> Iterator[list[Point]]:
    """The straight parts of a path, on the page as displayed; a curve ends one of them."""
    own = pdfium_c.FS_MATRIX()
    matrix = obj.matrix
    if pdfium_c.FPDFPageObj_GetMatrix(obj.raw, own):
        matrix = times((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    whole: Matrix = times(matrix, (to_page.a, to_page.b, to_page.c, to_page.d, to_page.e, to_page.f))
    path: list[Point] = []
    first: Point | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium_c.FPDFPath_CountSegments(obj.raw)):
        segment = pdfium_c.FPDFPath_GetPathSegment(obj.raw, i)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = whole
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        if kind == pdfium_c.FPDF_SEGMENT_LINETO:
            path.append(point)
        else:
            yield path
            path = [point]
            first = point if kind == pdfium_c.FPDF_SEGMENT_MOVETO else first
        if pdfium_c.FPDFPathSegment_GetClose(segment) and first is not None:
            path.append(first)
    yield path


def _is_rectangle(path: Sequence[Point]) -> bool:
    """Whether an outline has two corners at each of its sides, and none elsewhere."""
    box = _around(path) if len(path) >= 4 else None
    if box is None:
        return False
    sides = {
        (abs(x - box.left) <= abs(x - box.right), abs(y - box.top) <= abs(y - box.bottom))
        for x, y in path
        if min(abs(x - box.left), abs(x - box.right)) < 1 and min(abs(y - box.top), abs(y - box.bottom)) < 1
    }
    return len(sides) == 4 and len(path) <= 6


def _around(points: Sequence[Point]) -> BBox:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return BBox(min(xs), min(ys), max(xs), max(ys))


def shaded_edges(fills: Sequence[Fill]) -> list[BBox]:
    """The edges of the rows and cells of tables that are shaded.

    Args:
        fills: Rectangles with their colours. A table is made of those of one width, one below the other, that alternate
            with another colour or with paper; or of cells that leave no white between them.
    """
    cells = _without_grounds(fills)
    return [edge for group in (*_striped(cells), *_tiled(cells)) for box, _ in group for edge in _sides(box)]


def _without_grounds(fills: Sequence[Fill]) -> list[Fill]:
    """The fills on which no others lie, each once, where there are not too many of them."""
    unique = list(dict.fromkeys(fills))[: MAX_FILLS + 1]
    if len(unique) > MAX_FILLS:
        return []
    return [f for f in unique if not any(f is not g and g[0].mostly_in(f[0]) and f[0].area > g[0].area for g in unique)]


def _striped(fills: Sequence[Fill]) -> list[list[Fill]]:
    """Rows that alternate."""
    stacks: list[list[Fill]] = []
    for fill in _without_seams(fills):
        stack = next((s for s in stacks if _is_next_row(s[-1], fill)), None)
        if stack is not None:
            stack.append(fill)
        elif fill[0].height <= MAX_SHADED:
            stacks.append([fill])
    return [stack for stack in stacks if len(stack) > 1]


def _without_seams(fills: Sequence[Fill]) -> list[Fill]:
    """The fills from top to bottom, those of one colour and width that touch as one: the ground of a piece of code."""
    whole: list[Fill] = []
    for box, colour in sorted(fills, key=lambda f: f[0].top):
        above = next((f for f in whole if f[1] == colour and _are_below_one_another(f[0], box, SAME_EDGE)), None)
        if above is not None:
            whole.remove(above)
        whole.append((BBox.around((above[0], box)) if above else box, colour))
    return whole


def _are_below_one_another(above: BBox, box: BBox, gap: float) -> bool:
    """Whether two boxes have the same ends and no more white between them than ``gap``."""
    same_ends = max(abs(above.left - box.left), abs(above.right - box.right)) <= SAME_EDGE
    return same_ends and -SAME_EDGE <= box.top - above.bottom <= gap


def _is_next_row(last: Fill, fill: Fill) -> bool:
    """Whether a fill is the next shaded row below another."""
    (above, _), (box, _) = last, fill
    gap = max(SAME_EDGE, MAX_UNSHADED * min(above.height, box.height))
    return box.height <= MAX_SHADED and _are_below_one_another(above, box, gap)


def _tiled(fills: Sequence[Fill]) -> list[list[Fill]]:
    """Groups of cells in more than one row and column and colour, without white between them."""
    groups: list[list[Fill]] = []
    for fill in fills:
        near = [group for group in groups if any(_touch(fill[0], box) for box, _ in group)]
        groups = [*(g for g in groups if g not in near), [*(f for g in near for f in g), fill]]
    return [g for g in groups if _is_mosaic(g)]


def _touch(a: BBox, b: BBox) -> bool:
    beside = a.left < b.right + SAME_EDGE and b.left < a.right + SAME_EDGE
    return beside and a.top < b.bottom + SAME_EDGE and b.top < a.bottom + SAME_EDGE


def _is_mosaic(group: Sequence[Fill]) -> bool:
    boxes = [box for box, _ in group]
    tops, lefts = {round(b.top / SAME_EDGE) for b in boxes}, {round(b.left / SAME_EDGE) for b in boxes}
    several = len(group) >= MIN_TILES and len({colour for _, colour in group}) > 1 and min(len(tops), len(lefts)) > 1
    return several and abs(sum(b.area for b in boxes) / BBox.around(boxes).area - 1) <= MAX_UNTILED


def _sides(box: BBox) -> Iterator[BBox]:
    yield BBox(box.left, box.top, box.right, box.top)
    yield BBox(box.left, box.bottom, box.right, box.bottom)
    yield BBox(box.left, box.top, box.left, box.bottom)
    yield BBox(box.right, box.top, box.right, box.bottom)
