"""Where tables are: in regions of the layout detector, in grids of ruling lines, between a few rules of one length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_plugins.blocks import BBox, BlockKind, Region, Table
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.aligned import MIN_STRIP, SHORT
from ocr_plugins.layout.tables.bands import split_bands, split_spans
from ocr_plugins.layout.tables.between import boxes_between_rules
from ocr_plugins.layout.tables.beyond import with_rows_beyond
from ocr_plugins.layout.tables.cells import build_table
from ocr_plugins.layout.tables.edges import white_columns
from ocr_plugins.layout.tables.grid import Grid, by_direction, find_grids
from ocr_plugins.layout.tables.judge import is_table_grid
from ocr_plugins.layout.tables.prose import is_prose
from ocr_plugins.layout.tables.ruled import ruled_table

# Of a table's text, what a grid has to hold to be the table.
MIN_IN_GRID = 0.85
# Lines of text that a table has at least.
MIN_LINES = 3
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
        between_rules: What is between its rules says so.
    """

    box: BBox
    grid: Grid | None = None
    is_region: bool = False
    between_rules: bool = False


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
        if table is None and (place.between_rules or _is_likely(inside, place, unit)):
            table = build_table(inside, place.box, across, down, unit)
        if table is not None:
            taken |= {id(r) for r in inside}
            found.append(FoundTable(table, BBox.around([place.box, *(r.box for r in inside)]), tuple(inside)))
    return found


def _is_likely(rows: Sequence[Row], place: _Place, unit: float) -> bool:
    return (place.is_region or _is_tabular(rows, unit)) and not is_prose(rows, place.box)


def _places(rows: Sequence[Row], regions: Sequence[Region], rulings: Sequence[BBox], unit: float) -> list[_Place]:
    """Where tables may be, the places of what is between rules last."""
    places = [_Place(r.box, is_region=True) for r in regions if r.kind == BlockKind.TABLE]
    for grid in find_grids(rulings, unit):
        if is_table_grid(grid, [r for r in rows if r.box.mostly_in(grid.box)], unit):
            places = _with_grid(places, with_rows_beyond(grid, rows))
    for box in boxes_between_rules(rows, rulings, unit):
        if not any(box.share_in(p.box) > 0 for p in places):
            places.append(_Place(box, between_rules=True))
    return places


def _with_grid(places: Sequence[_Place], grid: Grid) -> list[_Place]:
    """The places with that of a grid, which is one with those that it lies in, or that lie in it."""
    same = [p for p in places if p.box.mostly_in(grid.box) or grid.box.mostly_in(p.box)]
    box = BBox.around([grid.box, *(p.box for p in same)])
    return [*(p for p in places if p not in same), _Place(box, grid, any(p.is_region for p in same))]


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
