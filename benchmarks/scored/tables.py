"""How like tables are: tree edit distance, and neighbours of cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from apted import APTED, Config
from apted.helpers import Tree
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.scored.pieces import Cell, Piece, Rows

SAME = 90.0  # percent: texts of headings, items and furniture are the same
MISREAD = 80.0  # percent: a cell's text that the truth has not is this one's, misread
LARGE = 20_000  # pairs of cells: larger tables are compared row by row, for time
VAST = 500_000  # pairs of cells: for time as well


def f1(hits: int, truth: int, found: int) -> float:
    return 2 * hits / max(1, truth + found)


@lru_cache(100_000)
def cell_distance(a: Cell, b: Cell) -> float:
    if (a.row_span, a.column_span) != (b.row_span, b.column_span):
        return 1.0
    return Levenshtein.normalized_distance(a.text, b.text)


class Cells(Config):  # type: ignore[misc]
    def rename(self, node1: Any, node2: Any) -> float:
        a, b = node1.name, node2.name
        if isinstance(a, Cell) and isinstance(b, Cell):
            return cell_distance(a, b)
        return float(a != b)


def tree(rows: Rows) -> Any:
    return Tree("table", *(Tree("tr", *(Tree(cell) for cell in row)) for row in rows))


def by_rows(a: Sequence[Any], b: Sequence[Any], change: Any, cost: Any) -> float:
    """Edit distance of sequences whose elements cost what they say: of rows, and of the cells in them."""
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    line = [0.0]
    for y in b:
        line.append(line[-1] + cost(y))
    for x in a:
        above, line = line, [line[0] + cost(x)]
        for j, y in enumerate(b):
            line.append(min(above[j + 1] + cost(x), line[j] + cost(y), above[j] + change(x, y)))
    return line[-1]


def table_similarity(a: Rows, b: Rows) -> float:
    """TEDS. Of large tables the edits that keep rows apart, mostly the same and never more; of vast ones cells are as
    a whole the same or not."""
    sizes = [1 + len(rows) + sum(map(len, rows)) for rows in (a, b)]
    pairs = sum(map(len, a)) * sum(map(len, b))
    if pairs > VAST:
        distance = float(Levenshtein.distance(*([c for row in rows for c in ("tr", *row)] for rows in (a, b))))
    elif pairs > LARGE:
        distance = by_rows(a, b, lambda x, y: by_rows(x, y, cell_distance, lambda _: 1.0), lambda row: 1.0 + len(row))
    else:
        distance = APTED(tree(a), tree(b), Cells()).compute_edit_distance()
    return 1 - distance / max(sizes)


def compared(truth: Sequence[Piece], found: Sequence[Piece]) -> tuple[list[tuple[Rows, Rows, float]], int, int]:
    """Tables with those of likest content and their similarity; how many there are, and how many should be."""
    a, b = ([p for p in side if p.kind == "table"] for side in (truth, found))
    likest = sorted((-fuzz.token_set_ratio(x.text, y.text), i, j) for i, x in enumerate(a) for j, y in enumerate(b))
    mine: dict[int, int] = {}
    for _, i, j in likest:
        if i not in mine and j not in mine.values():
            mine[i] = j
    pairs = []
    for i, x in enumerate(a):
        y = b[mine[i]].rows if i in mine else ()
        pairs.append((x.rows, y, table_similarity(x.rows, y) if y else 0.0))
    return pairs, len(a), len(b)


def shape(text: str) -> str:
    return re.sub(r"\s", "", text.casefold())


def relations(rows: Rows, names: dict[str, str]) -> Counter[tuple[str, str, str]]:
    grid: dict[tuple[int, int], tuple[int, str]] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in grid:
                x += 1
            name = (y * 10_000 + x, names.get(shape(cell.text), shape(cell.text)))
            for dy in range(min(cell.row_span, len(rows) - y)):
                for dx in range(cell.column_span):
                    grid[y + dy, x + dx] = name
    near: set[tuple[tuple[int, str], tuple[int, str], str]] = set()
    for way, key in (("right", lambda at: at), ("below", lambda at: (at[1], at[0]))):
        line, last = -1, None
        for at in sorted((at for at, cell in grid.items() if cell[1]), key=key):
            if last and line == key(at)[0] and grid[at] != last:
                near.add((last, grid[at], way))
            line, last = key(at)[0], grid[at]
    return Counter((a[1], b[1], way) for a, b, way in near)


def adjacency(truth: Sequence[Piece], found: Sequence[Piece]) -> float | None:
    a, b = ([p.rows for p in side if p.kind == "table"] for side in (truth, found))
    if not a:
        return None
    texts = {shape(cell.text) for rows in a for row in rows for cell in row} - {""}
    misread = {shape(cell.text) for rows in b for row in rows for cell in row} - texts - {""}
    left = sorted(texts)
    names: dict[str, str] = {}
    for text in misread:
        best = max(left, key=lambda t: fuzz.ratio(t, text, score_cutoff=MISREAD))
        if fuzz.ratio(best, text) >= MISREAD:
            names[text] = best
    wanted = sum((relations(rows, {}) for rows in a), Counter())
    there = sum((relations(rows, names) for rows in b), Counter())
    return f1((wanted & there).total(), wanted.total(), there.total()) if wanted else None
