"""Levels of headings over a whole document: its styles are ranked once, and a number says more than a style."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from ocr_plugins.blocks import Block, BlockKind

# Markdown and HTML have no deeper level.
DEEPEST = 6
# What is closer than this ratio counts as one size: of type that is known, and of type measured on a scan, which
# scatters.
SAME_KNOWN_SIZE, SAME_SIZE = 0.97, 0.93
# On texts of fewer characters it scatters more.
SHORT, UNSURE_SIZE = 10, 0.85
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[^\W\d_]")


class Style(NamedTuple):
    """How a heading is set.

    Attributes:
        size: Height of the type.
        light: Not bold. Whether type is bold is told by comparing it with the lines around it on a scan, so there all
            of it counts as bold.
        italic: All of it.
        capitals: All of it, where there are enough letters to tell.
        measured: On the pixels; otherwise the size is known.
    """

    size: float
    light: bool
    italic: bool
    capitals: bool
    measured: bool


@dataclass(slots=True)
class _Seen:
    """Headings of one style: the place of the first among all headings, and how deep their numbers go."""

    first: int
    depths: set[int] = field(default_factory=set)


@dataclass
class HeadingLevels:
    """The styles of the headings seen so far, from which levels follow.

    Larger type stands above smaller, of one size bold above light, upright above italic, and what comes first above
    what comes later. A style whose headings have decimal numbers has a level for each depth; other styles with such
    numbers follow it, whatever their size. Type measured on a few letters is uncertain: such headings take the style of
    the longer ones that are like them.
    """

    styles: dict[Style, _Seen] = field(default_factory=dict)
    unsure: dict[Style, _Seen] = field(default_factory=dict)
    seen: int = 0

    def observe(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.kind == BlockKind.HEADING and not block.level:
                styles = self.unsure if _is_unsure(block) else self.styles
                styles.setdefault(_style(block), _Seen(self.seen)).depths.add(_depth(block.text))
                self.seen += 1
                self.__dict__.pop("_ranked", None)

    def settle(self, block: Block) -> Block:
        """The heading with its level. A level that an engine or the author of a PDF gave is kept."""
        if block.kind != BlockKind.HEADING or block.level:
            return block
        style = self._sure(_style(block)) if _is_unsure(block) else _style(block)
        level = self._ranked.level(style, _depth(block.text))
        return replace(block, level=min(DEEPEST, max(1, level)))

    @cached_property
    def _ranked(self) -> _Ranked:
        styles: defaultdict[Style, _Seen] = defaultdict(lambda: _Seen(self.seen))
        for style, seen in (*self.styles.items(), *((self._sure(s), seen) for s, seen in self.unsure.items())):
            merged = styles[style]
            merged.first = min(merged.first, seen.first)
            merged.depths |= seen.depths
        return _rank(styles)

    def _sure(self, style: Style) -> Style:
        """The style of the longer headings that is most like this one; itself if none is alike."""
        alike = [other for other in self.styles if UNSURE_SIZE * style.size < other.size < style.size / UNSURE_SIZE]
        return min(alike, key=lambda other: abs(other.size - style.size), default=style)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The level of each style without numbers, and what is added to the depth of a number where there are any."""

    levels: dict[Style, int]
    root: int | None

    def level(self, style: Style, depth: int) -> int:
        if depth and self.root is not None:
            return self.root + depth
        if style in self.levels:
            return self.levels[style]
        # A style that was not observed, since later pages are settled before they are.
        return 1 + max((level for other, level in self.levels.items() if other.size > style.size), default=0)


def _rank(styles: dict[Style, _Seen]) -> _Ranked:
    groups = _groups(styles)
    depths = [set().union(*(styles[style].depths for style in group)) - {0} for group in groups]
    least = min((min(d) for d in depths if d), default=0)
    # The level that a number of depth 0 would have: those above the first style with the least depth have none.
    root = sum(not d for d in depths[: next((i for i, d in enumerate(depths) if least in d), 0)]) + 1 - least
    levels: dict[Style, int] = {}
    lowest = 0
    for group, numbers in zip(groups, depths, strict=True):
        level = root + min(numbers) if numbers else lowest + 1
        lowest = max(lowest, level, root + max(numbers, default=-root))
        levels |= dict.fromkeys(group, level)
    return _Ranked(levels, root if least else None)


def _groups(styles: dict[Style, _Seen]) -> list[list[Style]]:
    """The styles that a reader takes for one, highest first."""
    sizes: list[list[Style]] = []
    for style in sorted(styles, reverse=True):
        same = SAME_SIZE if style.measured else SAME_KNOWN_SIZE
        if not sizes or style.size < sizes[-1][0].size * same:
            sizes.append([])
        sizes[-1].append(style)
    groups: list[list[Style]] = []
    for size in sizes:
        looks: defaultdict[tuple[bool, bool, bool], list[Style]] = defaultdict(list)
        for style in size:
            looks[style.light, style.italic, style.capitals].append(style)
        groups += sorted(looks.values(), key=lambda g: (g[0].light, g[0].italic, min(styles[s].first for s in g)))
    return groups


def _depth(text: str) -> int:
    """How many numbers a decimal number before the text has: 2 for ``3.1 Results``; 0 without one."""
    number = _NUMBER.match(text)
    return number[1].count(".") + 1 if number else 0


def _is_unsure(block: Block) -> bool:
    """Whether the type was measured, and on a short text. Text layers, which know it, have no confidence."""
    return block.confidence is not None and len(block.text) < SHORT


def _style(block: Block) -> Style:
    """Height of the type, the median over its lines, and what all of them have in common."""
    sizes = sorted(line.font.size if line.font else line.box.height for line in block.lines) or [0.0]
    fonts = [line.font for line in block.lines if line.font is not None]
    whole = bool(fonts) and len(fonts) == len(block.lines)
    measured = block.confidence is not None
    return Style(
        size=round(sizes[len(sizes) // 2], 2),
        light=not measured and whole and not any(font.bold for font in fonts),
        italic=whole and all(font.italic for font in fonts),
        capitals=len(block.text) >= SHORT and block.text.isupper(),
        measured=measured,
    )
