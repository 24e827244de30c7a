"""Levels of headings over a whole document: its styles are ranked once, and a number says more than a style."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from ocr_plugins.blocks import Block, BlockKind
from ocr_plugins.layout.headings import could_be_heading
from ocr_plugins.text import SENTENCE_END

# Markdown and HTML have no deeper level.
DEEPEST = 6
# Sizes in a row that are closer than this ratio count as one, of type that is known and of type measured on a scan,
# which scatters; and the ratio of the smallest of one size to the largest.
SAME_KNOWN_SIZE, SAME_SIZE, SPREAD = 0.97, 0.94, 0.9
# On texts of fewer characters it scatters more.
SHORT, UNSURE_SIZE = 10, 0.85
# Letters from which a text in capitals is more than an abbreviation.
CAPITALS = 5
# Lines of a style that no running text is set in, which make it one of headings, and how much larger it is than that.
REPEATED, LARGER = 3, 1.1
# How much larger a title is than what stands above it on the first page, and characters of that at most.
TITLE, BANNER = 1.2, 110
# Of the width of the page, how far the middle of a centred heading is from its middle, and how far it is set in.
MIDDLE, SET_IN = 0.02, 0.12
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[^\W\d_]")


class Style(NamedTuple):
    """How a heading is set.

    Attributes:
        size: Height of the type.
        light: Not bold. Whether type is bold is told by comparing it with the lines around it on a scan, so there all
            of it counts as bold.
        italic: All of it.
        capitals: All of it.
        measured: On the pixels; otherwise the size is known.
        title: The document begins with it.
    """

    size: float
    light: bool
    italic: bool
    capitals: bool
    measured: bool
    title: bool = False


@dataclass(slots=True)
class _Seen:
    """Headings of one style.

    Attributes:
        first: The place of the first among all headings.
        number: How many there are.
        depths: How deep their numbers go, 0 where one has none.
        centred: All of them are.
    """

    first: int
    number: int = 0
    depths: set[int] = field(default_factory=set)
    centred: bool = True

    def add(self, other: _Seen) -> None:
        self.first = min(self.first, other.first)
        self.number += other.number
        self.depths |= other.depths
        self.centred &= other.centred


@dataclass
class HeadingLevels:
    """The styles of the headings seen so far, from which levels follow.

    Larger type stands above smaller, of one size bold above light, of bold upright above italic, and what comes first
    above what comes later. A style whose headings have decimal numbers has a level for each depth; other styles with
    such numbers follow it, whatever their size. Type measured on a few letters is uncertain: such headings take the
    style of the longer ones that are like them.

    What the document begins with is its title where it has no number and others of its style have one, or
    where it is centred and they are not. Lines that no single page tells as headings are some where a style larger than
    the running text repeats, which a text layer tells.
    """

    styles: dict[Style, _Seen] = field(default_factory=dict)
    unsure: dict[Style, _Seen] = field(default_factory=dict)
    lines: dict[Style, _Seen] = field(default_factory=dict)
    running: Counter[Style] = field(default_factory=Counter)
    seen: int = 0
    title: str | None = None

    def observe(self, blocks: Iterable[Block]) -> None:
        body = (block for block in blocks if not block.kind.is_furniture)
        for i, block in enumerate(body):
            if block.kind == BlockKind.HEADING and not block.level:
                if self.title is None:
                    self.title = "" if i or _depth(block.text) else block.text
                styles = self.unsure if _is_unsure(block) else self.styles
                seen = _Seen(self.seen, 1, {_depth(block.text)}, _is_centred(block))
                styles.setdefault(self._style(block), _Seen(self.seen)).add(seen)
                self.seen += 1
            elif block.kind == BlockKind.PARAGRAPH and could_be_heading(block):
                self.lines.setdefault(_style(block), _Seen(self.seen)).add(_Seen(self.seen, 1, {0}, _is_centred(block)))
            elif block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                self.running[_style(block)] += len(block.text)
        self.__dict__.pop("_ranked", None)
        if self.title is None:
            self.title = ""

    def settle(self, block: Block) -> Block:
        """The heading with its level. A level that an engine or the author of a PDF gave is kept."""
        if block.kind == BlockKind.PARAGRAPH and could_be_heading(block) and _style(block) in self._ranked.repeated:
            block = replace(block, kind=BlockKind.HEADING)
        if self._is_running(block):
            return replace(block, kind=BlockKind.PARAGRAPH)
        if block.kind != BlockKind.HEADING or block.level:
            return block
        style = self._sure(self._style(block)) if _is_unsure(block) else self._style(block)
        level = self._ranked.level(style, _depth(block.text))
        return replace(block, level=min(DEEPEST, max(1, level)))

    @cached_property
    def _ranked(self) -> _Ranked:
        styles: defaultdict[Style, _Seen] = defaultdict(lambda: _Seen(self.seen))
        for style, seen in (*self.styles.items(), *((self._sure(s), seen) for s, seen in self.unsure.items())):
            styles[style].add(seen)
        usual = self._usual
        repeated = {
            style: seen
            for style, seen in self.lines.items()
            if usual and seen.number >= REPEATED and style.size > LARGER * usual.size and style not in self.running
        }
        for style, seen in repeated.items():
            styles[style].add(seen)
        return _rank(styles, frozenset(repeated))

    @property
    def _usual(self) -> Style | None:
        """The style of the running text."""
        return max(self.running, key=self.running.__getitem__, default=None)

    def _is_running(self, block: Block) -> bool:
        """Whether what a page of smaller type takes for a heading is a sentence, set as the running text is."""
        if block.kind != BlockKind.HEADING or block.level or not SENTENCE_END.search(block.text):
            return False
        style = _style(block)
        return style.light and style == self._usual

    def _style(self, block: Block) -> Style:
        return _style(block)._replace(title=block.text == self.title)

    def _sure(self, style: Style) -> Style:
        """The style of the longer headings that is most like this one; itself if none is alike."""
        alike = [other for other in self.styles if UNSURE_SIZE * style.size < other.size < style.size / UNSURE_SIZE]
        return min(alike, key=lambda other: abs(other.size - style.size), default=style)


def without_banner(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a first page, no headings among what stands above its title: the sort of paper, a publisher."""
    sizes = {i: _style(b).size for i, b in enumerate(blocks) if b.kind == BlockKind.HEADING and not b.level}
    title = max(sizes, key=sizes.__getitem__, default=0)
    above = [b for b in blocks[:title] if not b.kind.is_furniture]
    short = all(len(b.text) < BANNER and b.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) for b in above)
    if not short or any(sizes[title] < TITLE * size for i, size in sizes.items() if i < title):
        return list(blocks)
    return [replace(b, kind=BlockKind.PARAGRAPH) if i in sizes and i < title else b for i, b in enumerate(blocks)]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The level of each style without numbers, what is added to the depth of a number where there are any, and
    the styles of lines that repeat."""

    levels: dict[Style, int]
    root: int | None
    repeated: frozenset[Style]

    def level(self, style: Style, depth: int) -> int:
        if depth and self.root is not None:
            return self.root + depth
        if style in self.levels:
            return self.levels[style]
        # A style that was not observed, since later pages are settled before they are.
        return 1 + max((level for other, level in self.levels.items() if other.size > style.size), default=0)


def _rank(styles: dict[Style, _Seen], repeated: frozenset[Style]) -> _Ranked:
    groups = _groups(styles)
    depths = [set().union(*(styles[style].depths for style in group)) - {0} for group in groups]
    least = min((min(d) for d in depths if d), default=0)
    # What is added to a number's depth: the styles above the first one with the least depth have none. A lone heading
    # among them, such as that of the contents, has no level of its own, but for the title.
    above = groups[: next((i for i, d in enumerate(depths) if least in d), 0)]
    alone = {i for i, group in enumerate(above) if i and sum(styles[style].number for style in group) == 1}
    root = sum(not d for d in depths[: len(above)]) - sum(not depths[i] for i in alone) + 1 - least
    levels: dict[Style, int] = {}
    lowest = 0
    for i, (group, numbers) in enumerate(zip(groups, depths, strict=True)):
        level = root + min(numbers) if numbers else lowest + 1
        if i in alone:
            levels |= dict.fromkeys(group, level)
            continue
        lowest = max(lowest, level, root + max(numbers, default=-root))
        levels |= dict.fromkeys(group, level)
    return _Ranked(levels, root if least else None, repeated)


def _groups(styles: dict[Style, _Seen]) -> list[list[Style]]:
    """The styles that a reader takes for one, highest first."""
    sizes: list[list[Style]] = []
    for style in sorted(styles, reverse=True):
        same = SAME_SIZE if style.measured else SAME_KNOWN_SIZE
        apart = not sizes or style.size < sizes[-1][-1].size * same or style.size < sizes[-1][0].size * SPREAD
        if apart:
            sizes.append([])
        sizes[-1].append(style)
    groups: list[list[Style]] = []
    for size in sizes:
        looks: defaultdict[tuple[bool, bool, bool], list[Style]] = defaultdict(list)
        for style in size:
            looks[style.light, style.italic, style.capitals].append(style)
        ranked = sorted(looks.values(), key=lambda g: (g[0].light, g[0].italic > g[0].light, _first(g, styles)))
        for group in ranked:
            groups += _with_title_apart(group, styles)
    return groups


def _first(group: list[Style], styles: dict[Style, _Seen]) -> int:
    return min(styles[style].first for style in group)


def _with_title_apart(group: list[Style], styles: dict[Style, _Seen]) -> list[list[Style]]:
    titles, others = ([s for s in group if s.title is title] for title in (True, False))
    if not titles or not others:
        return [group]
    numbered = any(styles[style].depths - {0} for style in others)
    centred = styles[titles[0]].centred and not all(styles[style].centred for style in others)
    return [titles, others] if numbered or centred else [group]


def _is_centred(block: Block) -> bool:
    box = block.box
    return box is not None and box.left > SET_IN and abs(box.center[0] - 0.5) < MIDDLE


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
        capitals=block.text.isupper() and sum(map(str.isalpha, block.text)) >= CAPITALS,
        measured=measured,
    )
