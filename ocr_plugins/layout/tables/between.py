"""Places of tables between rules of one length, which may have no other ruling lines."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ocr_plugins.blocks import BBox
from ocr_plugins.layout.rows import Row, join_rows
from ocr_plugins.layout.tables.edges import white_columns
from ocr_plugins.layout.tables.grid import by_direction
from ocr_plugins.layout.tables.prose import prose_lines

# Lengths are in heights of the running text: of a rule that a table may begin or end with, and how much its ends may
# differ from those of the rule above it.
MIN_RULE, SAME_END = 8.0, 1.0
# Rules closer to one another than this are one that is drawn twice.
DOUBLE = 1.0
# Rules of one length that tables are between, and lines in pieces that a table has.
MIN_RULES, MIN_LINES = 3, 3
# Of the usual step from row to row: the next row of a table is no farther.
NEXT_ROW = 1.3
# Of the pieces of such a row, those that may span columns.
CROSSING = 1 / 2
# Of the width of the rules, a line in one piece that is running text; of the lines between two rules, such ones.
WIDE, MAX_WIDE = 0.7, 0.2
# A line alone between two rules that are this far apart at most is the title of a group of rows.
TITLE = 2.5


def boxes_between_rules(rows: Sequence[Row], rulings: Sequence[BBox], unit: float) -> Iterator[BBox]:
    """The places of tables between rules of one length, which may be several ones below one another.

    Args:
        rows: All pieces of text of the page, not joined.
        rulings: Ruling lines.
        unit: The height of the running text. All boxes are in page units.
    """
    for rules in _rule_families(rulings, unit):
        around = BBox.around(rules)
        inside = [row for row in rows if row.box.mostly_in(around)]
        for part in _parts(rules, inside, unit):
            yield _with_neighbours(part, [row for row in inside if row.box.mostly_in(part)], rows, unit)


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


def _parts(rules: Sequence[BBox], rows: Sequence[Row], unit: float) -> Iterator[BBox]:
    """Where cells stand between rules that follow one another, without what is text between two tables."""
    run: list[BBox] = []
    titles: list[BBox] = []
    for above, below in pairwise(rules):
        stretch = BBox.around((above, below))
        lines = join_rows([row for row in rows if stretch.top < row.box.center[1] < stretch.bottom])
        if _are_cells(lines, stretch):
            run, titles = [*run, *titles, stretch], []
        elif len(lines) == 1 and stretch.height < TITLE * unit and not titles:
            titles = [stretch]
        else:
            yield from _tabular(run, rows, unit)
            run, titles = [], []
    yield from _tabular(run, rows, unit)


def _are_cells(lines: Sequence[Row], stretch: BBox) -> bool:
    """Whether lines between two rules are in pieces, or so short that they are in one cell."""
    wide = sum(len(line.lines) == 1 and line.box.width > WIDE * stretch.width for line in lines)
    return any(len(line.lines) > 1 for line in lines) and wide <= MAX_WIDE * len(lines)


def _tabular(run: Sequence[BBox], rows: Sequence[Row], unit: float) -> Iterator[BBox]:
    """The place around stretches of cells, if they have the same columns."""
    if not run:
        return
    box = BBox.around(run)
    inside = [row for row in rows if row.box.mostly_in(box)]
    lines = [line.lines for line in join_rows(inside)]
    pieces = {id(row.lines[0]): row for row in inside}
    running = prose_lines([[pieces[id(line)] for line in some if id(line) in pieces] for some in lines])
    in_pieces = sum(len(some) > 1 for some in lines)
    if in_pieces >= MIN_LINES and 2 * len(running) < len(lines) and white_columns(inside, unit):
        yield box


def _with_neighbours(box: BBox, inside: Sequence[Row], rows: Sequence[Row], unit: float) -> BBox:
    """The place of a table with the rows right above and below it: those of a shaded table may be white."""
    strips = white_columns(inside, unit)
    lines = [line for line in join_rows(inside) if len(line.pieces) > 1]
    steps = [b.box.center[1] - a.box.center[1] for a, b in pairwise(lines)]
    pitch = statistics.median(steps) if steps else box.height
    middles = [line.box.center[1] for line in join_rows(inside)]
    first, last = middles[0], middles[-1]
    known = set(map(id, inside))
    beyond = join_rows([r for r in rows if id(r) not in known and r.box.overlap_x(box) > 0])
    for side in (
        reversed([x for x in beyond if x.box.center[1] < box.top]),
        [x for x in beyond if x.box.center[1] > box.bottom],
    ):
        for line in side:
            y = line.box.center[1]
            crossing = sum(any(piece.left < x < piece.right for x in strips) for piece in line.pieces)
            if (
                crossing > CROSSING * len(line.pieces)
                or len(line.pieces) < 2
                or max(first - y, y - last) > NEXT_ROW * pitch
            ):
                break
            first, last = min(first, y), max(last, y)
            box = BBox.around([box, line.box])
    return box
