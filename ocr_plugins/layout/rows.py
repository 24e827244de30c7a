"""Rows: lines as the layout stage sees them, in page units, with what is known of their type."""

from __future__ import annotations

import bisect
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ocr_plugins.blocks import BBox, BlockKind, TextLine, text_confidence

# A loose character box is about this much higher than the font size; OCR boxes are like that too.
LEADING = 1.2
# Of a page's letters; with more of them capital, capitals do not stand out.
ORDINARY_CAPITALS = 0.45
# Of the lower height, what two boxes on one line have in common; of the higher one, how far apart their middles are.
COMMON, MIDDLES = 0.5, 0.6
# Of a row's height, how far from its foot a rule below it runs, and of its width, how much of it that has below.
FOOT, UNDERLINED = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Row:
    """A text line, or the pieces of one joined; the box is in page units (points or pixels).

    Attributes:
        lines: What it is made of, left to right.
        pieces: Their boxes, in page units.
        capitals: All in capitals, on a page where that is out of the ordinary.
        underlined: A rule runs below all of it.
        entry: It is a line of a table of contents.
        broken: It ends where it does on purpose, as the lines of an address do.
        region: Index of the region it lies in, None outside of all.
        kind: What that region says it is; PARAGRAPH where nothing does.
    """

    lines: tuple[TextLine, ...]
    box: BBox
    region: int | None = None
    kind: BlockKind = BlockKind.PARAGRAPH
    pieces: tuple[BBox, ...] = ()
    capitals: bool = False
    underlined: bool = False
    entry: bool = False
    broken: bool = False

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def height(self) -> float:
        """Height of the type, comparable between rows."""
        sizes = [line.font.size * LEADING for line in self.lines if line.font]
        return max(sizes) if sizes else self.box.height

    @property
    def measured(self) -> bool:
        """Whether the type is known, from a text layer or from the pixels."""
        return all(line.font is not None for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.font is not None and line.font.bold for line in self.lines)

    @property
    def italic(self) -> bool:
        return all(line.font is not None and line.font.italic for line in self.lines)

    @property
    def confidence(self) -> float | None:
        return text_confidence(self.lines)


def with_capitals(rows: Sequence[Row]) -> list[Row]:
    """The rows, those in capitals marked; a receipt that is printed in nothing else has none."""
    letters = [c for row in rows for c in row.text if c.isalpha()]
    ordinary = sum(c.isupper() for c in letters) > ORDINARY_CAPITALS * len(letters)
    return list(rows) if ordinary else [replace(row, capitals=row.text.isupper()) for row in rows]


def with_underlines(rows: Sequence[Row], rulings: Sequence[BBox]) -> list[Row]:
    """The rows, those marked that a rule runs below of, from their beginning to their end."""
    across = sorted((rule for rule in rulings if rule.width > rule.height), key=lambda rule: rule.top)
    tops = [rule.top for rule in across]

    def is_underlined(row: Row) -> bool:
        near, height = FOOT, row.box.height
        first = bisect.bisect_left(tops, row.box.bottom - near * height)
        last = bisect.bisect_right(tops, row.box.bottom + near * height)
        return any(rule.overlap_x(row.box) > UNDERLINED * row.box.width for rule in across[first:last])

    return [replace(row, underlined=is_underlined(row)) for row in rows] if across else list(rows)


def typical_height(rows: Iterable[Row]) -> float:
    """The height of the running text: the median over characters; 1 where there is no text."""
    heights = sorted((row.height, len(row.text)) for row in rows)
    half, seen = sum(n for _, n in heights) / 2, 0
    for height, n in heights:
        seen += n
        if seen >= half and height > 0:
            return height
    return 1.0


def same_row(a: BBox, b: BBox) -> bool:
    """Whether two boxes stand on one line."""
    return a.overlap_y(b) > COMMON * min(a.height, b.height)


def join_rows(rows: Sequence[Row], *, within: float = float("inf")) -> list[Row]:
    """Join pieces that stand on one line, top to bottom.

    Args:
        rows: Pieces of one column.
        within: Pieces farther apart than this many line heights stay separate, in order from left to right.
    """
    clusters: list[list[Row]] = []
    # Of the last cluster: it grows by one row at a time.
    around, middles = BBox(0, 0, 0, 0), list[float]()
    for row in sorted(rows, key=lambda r: r.box.center[1]):
        middle = row.box.center[1]
        if (
            clusters
            and same_row(around, row.box)
            and statistics.median([middle - m for m in middles])
            < MIDDLES * max(row.box.height, clusters[-1][0].box.height)
        ):
            clusters[-1].append(row)
            middles.append(middle)
            around = BBox.around((around, row.box))
        else:
            clusters.append([row])
            around, middles = row.box, [middle]
    return [joined for cluster in clusters for joined in _join_cluster(cluster, within)]


def _join_cluster(cluster: list[Row], within: float) -> list[Row]:
    cluster.sort(key=lambda r: r.box.left)
    joined = [cluster[0]]
    for row in cluster[1:]:
        last = joined[-1]
        if row.box.left - last.box.right <= within * min(row.height, last.height):
            wider = max(last, row, key=lambda r: r.box.width)
            joined[-1] = Row(
                last.lines + row.lines,
                BBox.around((last.box, row.box)),
                wider.region,
                wider.kind,
                (last.pieces or (last.box,)) + (row.pieces or (row.box,)),
                last.capitals and row.capitals,
                last.underlined and row.underlined,
                last.entry or row.entry,
            )
        else:
            joined.append(row)
    return joined
