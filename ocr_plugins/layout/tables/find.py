"""Where tables are: in regions of the layout detector, in grids of ruling lines, between a few rules of one length."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_plugins.blocks import BBox, BlockKind, Region, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.aligned import MIN_STRIP, SHORT
from ocr_plugins.layout.tables.bands import split_bands, split_spans
from ocr_plugins.layout.tables.cells import build_table
from ocr_plugins.layout.tables.edges import white_columns
from ocr_plugins.layout.tables.grid import Grid, by_direction, find_grids
from ocr_plugins.layout.tables.judge import is_table_grid
from ocr_plugins.layout.tables.prose import is_prose
from ocr_plugins.layout.tables.ruled import ruled_table

# Of a table's text, what a grid has to hold to be the table.
MIN_IN_GRID = 0.85
# Lengths are in heights of the running text: of a rule that a table may begin or end with, and how much its ends may
# differ from those of the rule above it.
MIN_RULE, SAME_END = 8.0, 1.0
# Rules closer to one another than this are one that is drawn twice.
DOUBLE = 1.0
# Rules that have a table between them, and lines of text in it.
MIN_RULES, MIN_LINES = 3, 3
# Of the usual step from line to line: the next row of a table is no farther.
NEXT_ROW = 1.3
# Of the lines of a table, those that have more than one piece.
SPLIT_LINES = 0.7


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with its place, and the rows of text that went into it."""

    table: Table
    box: BBox
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a table may be.

    Attributes:
        box: In page units.
        grid: That of its ruling lines, where they make one.
        is_region: The layout detector says that it is a table.
    """

    box: BBox
    grid: Grid | None = None
    is_region: bool = False


def find_tables(
    rows: Sequence[Row], regions: Sequence[Region], rulings: Sequence[BBox], unit: float
) -> list[FoundTable]:
    """Find the tables of a page and put its text into their cells.

    Args:
        rows: All pieces of text of the page, not joined: the cells of a table row are pieces of their own.
        regions: Of the layout detector; those that are tables are looked at.
        rulings: Ruling lines. A grid of them is a table even where no region says so.
        unit: The height of the running text. All boxes are in page units.
    """
    across, down = by_direction(rulings)
    found: list[FoundTable] = []
    taken: set[int] = set()
    for place in sorted(_places(rows, regions, rulings, unit), key=lambda p: -p.box.area):
        inside = [r for r in rows if id(r) not in taken and r.box.mostly_in(place.box)]
        table = _in_grid(inside, place, unit)
        if table is None and not is_prose(inside, place.box) and (place.is_region or _is_tabular(inside, unit)):
            table = build_table(inside, place.box, across, down, unit)
        if table is not None:
            taken |= {id(r) for r in inside}
            found.append(FoundTable(table, BBox.around([place.box, *(r.box for r in inside)]), tuple(inside)))
    return found


def _places(rows: Sequence[Row], regions: Sequence[Region], rulings: Sequence[BBox], unit: float) -> list[_Place]:
    """Where tables may be, the places of what is between rules last."""
    places = [_Place(r.box, is_region=True) for r in regions if r.kind == BlockKind.TABLE]
    for grid in find_grids(rulings, unit):
        if is_table_grid(grid, [r for r in rows if r.box.mostly_in(grid.box)], unit):
            places = _with_grid(places, grid)
    for rules in _rule_families(rulings, unit):
        box = BBox.around(rules)
        inside = [r for r in rows if r.box.mostly_in(box)]
        if _is_tabular(inside, unit) and not any(box.share_in(p.box) > 0 for p in places):
            places.append(_Place(_with_neighbours(box, inside, rows, unit)))
    return places


def _with_grid(places: Sequence[_Place], grid: Grid) -> list[_Place]:
    """The places with that of a grid, which is one with those that it lies in, or that lie in it."""
    same = [p for p in places if p.box.mostly_in(grid.box) or grid.box.mostly_in(p.box)]
    box = BBox.around([grid.box, *(p.box for p in same)])
    return [*(p for p in places if p not in same), _Place(box, grid, any(p.is_region for p in same))]


def _with_neighbours(box: BBox, inside: Sequence[Row], rows: Sequence[Row], unit: float) -> BBox:
    """The place of a table with the rows right above and below it: those of a shaded table may be white."""
    strips = white_columns(inside, unit, gap=MIN_STRIP)
    lines = join_rows(inside)
    pitch = statistics.median(b.box.center[1] - a.box.center[1] for a, b in pairwise(lines))
    known = set(map(id, inside))
    beyond = [line for line in join_rows([r for r in rows if id(r) not in known]) if line.box.overlap_x(box) > 0]
    for side in (
        reversed([x for x in beyond if x.box.center[1] < box.top]),
        [x for x in beyond if x.box.center[1] > box.bottom],
    ):
        for line in side:
            first, last = lines[0].box.center[1], lines[-1].box.center[1]
            y = line.box.center[1]
            crossed = any(piece.left < x < piece.right for piece in line.pieces for x in strips)
            if crossed or len(line.pieces) < 2 or max(first - y, y - last) > NEXT_ROW * pitch:
                break
            lines = sorted([*lines, line], key=lambda row: row.box.center[1])
            box = BBox.around([box, line.box])
    return box


def _rule_families(rulings: Sequence[BBox], unit: float) -> list[list[BBox]]:
    """Long rules one below the other that begin and end at the same places, where there are enough of them."""
    families: list[list[BBox]] = []
    across, _ = by_direction(rulings)
    for rule in sorted((r for r in across if r.width > MIN_RULE * unit), key=lambda r: r.top):
        family = next((f for f in families if _have_same_ends(f[-1], rule, unit)), None)
        if family is None:
            families.append([rule])
        elif rule.top - family[-1].top > DOUBLE * unit:
            family.append(rule)
    return [family for family in families if len(family) >= MIN_RULES]


def _have_same_ends(a: BBox, b: BBox, unit: float) -> bool:
    return max(abs(a.left - b.left), abs(a.right - b.right)) < SAME_END * unit


def _is_tabular(rows: Sequence[Row], unit: float) -> bool:
    """Whether short pieces of text stand in columns, on nearly all of their lines."""
    short = sum(len(r.text) for r in rows) <= SHORT * len(rows)
    return short and _has_rows(rows) and bool(white_columns(rows, unit, gap=MIN_STRIP))


def _has_rows(rows: Sequence[Row]) -> bool:
    """Whether there are several lines, nearly all of them in pieces."""
    lines = join_rows(rows)
    return len(lines) >= MIN_LINES and sum(len(line.lines) > 1 for line in lines) > SPLIT_LINES * len(lines)


def _in_grid(rows: Sequence[Row], place: _Place, unit: float) -> Table | None:
    """The table of a grid, if the grid holds the rows."""
    grid = place.grid
    if grid is None or sum(r.box.mostly_in(grid.box) for r in rows) < MIN_IN_GRID * len(rows):
        return None
    return ruled_table(rows, split_bands(split_spans(grid, rows), rows), unit)
