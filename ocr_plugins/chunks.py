"""Passages of a document for retrieval: sections, chunks, blocks; each knows its headings and where it stands.

A passage never holds page furniture or a comment for a figure. What a reader sees as one stays together: a list, code,
a table or a figure with its caption, a paragraph that ends with a colon and what it announces.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ocr_plugins.blocks import BBox, Block, BlockKind, mean_confidence
from ocr_plugins.markdown.continued import Whole, flow
from ocr_plugins.passages.fit import Count, fitted
from ocr_plugins.passages.measure import check_most, counter
from ocr_plugins.passages.pieces import Piece, Place, piece, together
from ocr_plugins.text import counted

__all__ = ["MAX_TOKENS", "Passage", "Place", "blocks", "chunks", "sections"]

Pages = Iterable[tuple[int, Sequence[Block]]]

# Characters, some 250 tokens of English: small embedding models read no more (MiniLM 256). From 800 to 2,000
# the same share of 40 questions was answered, give or take two.
MAX_TOKENS = 1000
# Of a chunk, the most that its headings take; the outer ones are left out first.
PATH_SHARE = 0.25
# Of the largest chunk: what is smaller is put to its neighbour. A scrap is near to many questions and answers none: of
# 20 questions about text one more was answered by the first chunk at 0.2 and at 0.3, none at 0.1.
SMALL = 0.25
PATH = " > "
# Level of a heading: Markdown has no lower ones.
LOWEST = 6
# Digits of a coordinate: a tenth of a pixel of a page 1,000 pixels wide.
DIGITS = 4
# Characters of its text that a passage's repr shows.
SHOWN = 60
_HEADINGS = (BlockKind.TITLE, BlockKind.HEADING)


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """A part of a document.

    Attributes:
        text: To embed and to search: the path of headings, then plain text, a table in a line per row.
        markdown: To show; a section, and the first chunk of one, begin with their heading.
        headings: From the document's title down to the last heading that all of it stands under.
        kind: Of its longest part.
        places: Of its parts, in order; of a table's header and caption on an earlier page last.
        confidence: 0..1, the mean over its parts weighted by their length, None when unknown.
    """

    text: str
    markdown: str
    headings: tuple[str, ...]
    kind: BlockKind
    places: tuple[Place, ...]
    confidence: float | None = None

    def __repr__(self) -> str:
        """Short: a list of passages is what a notebook's cell often ends with."""
        pages = f"page {self.page}" if self.page == self.last_page else f"pages {self.page}-{self.last_page}"
        begin, length = _in_line(self.text)[:SHOWN], counted(len(self.text), "character")
        return f"Passage({begin!r}, {pages}, {self.kind.value}, {length})"

    @property
    def page(self) -> int:
        """The page that it begins on, from 1."""
        return self.places[0].page

    @property
    def last_page(self) -> int:
        return max(place.page for place in self.places)

    @property
    def id(self) -> str:
        """32 hexadecimal digits made of its text and its places alone: the same as long as these are."""
        places = [(p.page, [rounded(box) for box in p.boxes]) for p in self.places]
        return hashlib.sha256(repr((self.text, places)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def sections(pages: Pages) -> list[Passage]:
    """A passage for each heading, with what stands below it up to the next one, and one for what comes before."""
    found = (
        (s.path, [piece(unit) for unit in (*([h] for h in s.headings), *together(s.body))]) for s in _sections(pages)
    )
    return [_passage(path, path, pieces) for path, pieces in found if any(p.text or p.markdown for p in pieces)]


def blocks(pages: Pages) -> list[Passage]:
    """A passage for each block that has text, headings too; what goes on over a page end is one."""
    found = ((s.path, piece([whole])) for s in _sections(pages) for whole in (*s.headings, *s.body))
    return [_passage(path, path, [part]) for path, part in found if part.text or part.markdown]


def chunks(pages: Pages, max_tokens: int = MAX_TOKENS, tokenizer: Any = None) -> list[Passage]:
    """Passages of a size that suits an embedding model.

    They follow the headings and the pages: a chunk is of one section, or of small ones side by side under one heading,
    and of one page but for a block that goes on over its end. So a page that changes leaves the chunks of the others as
    they are. What is too long is cut between the items of a list, the rows of a table, with its header and caption in
    each part, the lines of code, sentences, words. Where the rows of such a table are texts, as addresses, each is one.

    Args:
        pages: The number of each page and its blocks.
        max_tokens: The most that the text of a chunk has, its headings included.
        tokenizer: What counts: an object with ``encode``, as those of transformers, tokenizers and tiktoken, or a
            function that gives a number or a sequence for a text. Without one, characters count.

    Raises:
        OptionError: ``max_tokens`` is no whole number of 1 or more, or the tokenizer is none.
    """
    check_most(max_tokens)
    roots = [section for section in _sections(pages) if len(section.path) <= 1]
    chunker = _Chunker(max_tokens, counter(tokenizer))
    return [chunker.passage(draft) for draft in chunker.without_scraps(chunker.drafts(roots))]


@dataclass(slots=True)
class _Section:
    """A heading and what follows it up to the next one.

    Attributes:
        path: The headings above it and its own; empty before the first one.
        headings: Its own, none or one.
        below: Sections of lower headings that follow it.
    """

    path: tuple[str, ...] = ()
    headings: list[Whole] = field(default_factory=list)
    body: list[Whole] = field(default_factory=list)
    below: list[_Section] = field(default_factory=list)


def _sections(pages: Pages) -> list[_Section]:
    found = [_Section()]
    above: list[tuple[int, _Section]] = []
    for whole in flow(pages, join_tables=True)[0]:
        block = whole.block
        if block.kind not in _HEADINGS:
            found[-1].body.append(whole)
            continue
        level = 0 if block.kind == BlockKind.TITLE else min(max(1, block.level), LOWEST)
        while above and above[-1][0] >= level:
            above.pop()
        parent = above[-1][1] if above else None
        section = _Section((*(parent.path if parent else ()), _in_line(block.text)), [whole])
        if parent:
            parent.below.append(section)
        above.append((level, section))
        found.append(section)
    return found


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chunk to be.

    Attributes:
        path: The headings it stands under.
        pieces: Headings of its own among them.
        page: Of the last heading of the path, None without one.
    """

    path: tuple[str, ...]
    pieces: tuple[Piece, ...]
    page: int | None = None

    @property
    def pages(self) -> frozenset[int]:
        return frozenset(page for part in self.pieces for page in part.pages)


@dataclass(frozen=True, slots=True)
class _Chunker:
    max_tokens: int
    count: Count

    def drafts(self, found: Sequence[_Section], lead: tuple[Whole, ...] = ()) -> list[_Draft]:
        """The chunks of sections.

        Args:
            found: The sections.
            lead: Of the headings above them the ones without text of their own, which go with the first section.
        """
        drafts: list[_Draft] = []
        for section in found:
            drafts += self._section(section, lead)
            lead = ()
        return drafts

    def without_scraps(self, drafts: Iterable[_Draft]) -> list[_Draft]:
        """With what is small put to its neighbour on the page, under the headings that both have."""
        kept: list[_Draft] = []
        for draft in drafts:
            joined = self._joined(kept[-1], draft) if kept else None
            if joined:
                kept[-1] = joined
            else:
                kept.append(draft)
        return kept

    def _joined(self, first: _Draft, second: _Draft) -> _Draft | None:
        """Two as one; None where neither is small, they do not fit, or what one stands under would be lost."""
        if min(self._size(first), self._size(second)) > SMALL * self.max_tokens:
            return None
        same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first.path, second.path, strict=False))
        joined = _Draft(tuple(heading for heading, _ in same), (*first.pieces, *second.pieces))
        if first.path and not joined.path:
            return None
        loses = any(len(d.path) > len(joined.path) and d.pieces[0].kind not in _HEADINGS for d in (first, second))
        tables = any(part.kind == BlockKind.TABLE for part in joined.pieces)
        fits = len(joined.pages) == 1 and self._size(joined) <= self.max_tokens
        return joined if fits and not tables and not loses else None

    def passage(self, draft: _Draft) -> Passage:
        # What a table is called says more of it than a heading of another page, which may be of something else.
        named = any(part.named for part in draft.pieces) and draft.page not in draft.pages
        return _passage(draft.path, () if named else self._shown(draft.path), draft.pieces)

    def _section(self, section: _Section, lead: tuple[Whole, ...]) -> list[_Draft]:
        shown = self._shown(section.path)
        room = max(1, self.max_tokens - (self.count(_titled(shown, "\n")) if shown else 0))
        headings = (*lead, *section.headings)
        # What is too long to be repeated is text.
        silent = [heading for heading in headings if _in_line(heading.block.text) in shown]
        units = [*([heading] for heading in headings if heading not in silent), *together(section.body)]
        pieces = (part for unit in units for part in fitted(unit, room, self.count))
        packed = list(self._packed((part for part in pieces if part.text or part.markdown), room))
        if section.below and not section.body:
            return self.drafts(section.below, headings)
        opening = tuple(piece([heading]) for heading in silent)
        if packed or opening:
            packed[:1] = [(*opening, *(packed[0] if packed else ()))]
        page = section.headings[-1].parts[0].page if section.headings else None
        return [*(_Draft(section.path, pieces, page) for pieces in packed), *self.drafts(section.below)]

    def _packed(self, pieces: Iterable[Piece], room: int) -> Iterator[tuple[Piece, ...]]:
        """As many as fit together and are of one page; tables alone."""
        chosen: list[Piece] = []
        size = 0
        # The last part is counted with the end of a line, which it does not have.
        end = self.count("\n")
        for part in pieces:
            more = self.count(f"{part.text}\n")
            alone = BlockKind.TABLE in (part.kind, *(other.kind for other in chosen[-1:]))
            pages = part.pages.union(*(other.pages for other in chosen))
            if chosen and (alone or len(pages) > 1 or size + more > room + end):
                yield tuple(chosen)
                chosen, size = [], 0
            chosen.append(part)
            size += more
        if chosen:
            yield tuple(chosen)

    def _size(self, draft: _Draft) -> int:
        return self.count(self.passage(draft).text)

    def _shown(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The inner headings of a path that leave room for text."""
        shown = path
        while shown and self.count(_titled(shown, "")) > PATH_SHARE * self.max_tokens:
            shown = shown[1:]
        return shown


def _passage(path: tuple[str, ...], shown: tuple[str, ...], pieces: Sequence[Piece]) -> Passage:
    said = [text for part in pieces if (text := _unsaid(part, shown))]
    longest = max(pieces, key=lambda part: (part.kind not in _HEADINGS, len(part.text)))
    return Passage(
        text=_titled(shown, "\n".join(said)),
        markdown="\n\n".join(part.markdown for part in pieces if part.markdown),
        headings=path,
        kind=longest.kind,
        places=tuple(place for part in pieces for place in part.places),
        confidence=mean_confidence((part.confidence, len(part.text)) for part in pieces),
    )


def _unsaid(part: Piece, shown: Sequence[str]) -> str:
    """The text of a piece less what the headings before it say: itself, or what a table is called."""
    if part.kind in _HEADINGS:
        return "" if _in_line(part.text) in shown else part.text
    first, _, rest = part.text.partition("\n")
    return rest if part.named and first in shown else part.text


def _in_line(text: str) -> str:
    return " ".join(text.split())


def _titled(path: Sequence[str], text: str) -> str:
    """A text below its headings."""
    return "\n".join(filter(None, (PATH.join(path), text)))


def rounded(box: BBox) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a box as passages tell them, in 0..1 of the page."""
    left, top, right, bottom = (round(side, DIGITS) for side in (box.left, box.top, box.right, box.bottom))
    return left, top, right, bottom
