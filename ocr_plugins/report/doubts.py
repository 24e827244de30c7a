"""Which words of a text to doubt: the words that an engine read, found again in the text that was made of them."""

from __future__ import annotations

import html
import itertools
from collections import deque
from collections.abc import Iterable

from ocr_plugins.blocks import Block, Cell, Word
from ocr_plugins.report.seen import doubtful, read_words
from ocr_plugins.text import HYPHENS

# Characters between one word and the next in a text, at most; and words that may be missing from it, such as a marker.
REACH, MISSING = 12, 4
# Of the page's height, for finding the cell of a word.
BANDS = 400


class Doubts:
    """Marks in the parts of a text, given in order, the words that are in doubt.

    Args:
        words: All that were read, in order.
        reach: Characters between one and the next, at most.
    """

    def __init__(self, words: Iterable[Word] = (), reach: int = REACH) -> None:
        words, self._reach = list(words), reach
        self._words = deque(words if any(map(doubtful, words)) else ())

    def marked(self, text: str) -> str:
        """The text as HTML."""
        parts: list[str] = []
        end = 0
        while self._words and (found := self._next(text, end)):
            word, start, stop = found
            parts.append(html.escape(text[end:start]))
            shown = html.escape(text[start:stop])
            parts.append(
                f'<mark class="doubt" title="confidence {word.confidence:.2f}">{shown}</mark>'
                if doubtful(word)
                else shown
            )
            end = stop
        return "".join([*parts, html.escape(text[end:])])

    def _next(self, text: str, begin: int) -> tuple[Word, int, int] | None:
        """The next word that stands behind ``begin``, with its place."""
        for skipped, word in enumerate(itertools.islice(self._words, MISSING + 1)):
            # A hyphen at the end of a line is gone where the word was made whole.
            for form in dict.fromkeys((word.text, word.text.rstrip("".join(HYPHENS)))):
                at = text.find(form, begin, begin + self._reach + len(form)) if form else -1
                if at >= 0:
                    for _ in range(skipped + 1):
                        self._words.popleft()
                    return word, at, at + len(form)
        return None


def doubts_in_cells(block: Block) -> dict[Cell, Doubts]:
    """For the cells of a table in which words are in doubt, by where they stand."""
    words = [word for word in read_words(block.lines) if doubtful(word)]
    if block.table is None or not words:
        return {}
    bands: dict[int, list[Cell]] = {}
    for cell in block.table.cells:
        if cell.box is not None:
            for band in range(int(cell.box.top * BANDS), int(cell.box.bottom * BANDS) + 1):
                bands.setdefault(band, []).append(cell)
    found: dict[Cell, list[Word]] = {}
    for word in words:
        x, y = word.box.center
        for cell in bands.get(int(y * BANDS), ()):
            if cell.box is not None and cell.box.contains(x, y):
                found.setdefault(cell, []).append(word)
                break
    return {cell: Doubts(own, len(cell.text)) for cell, own in found.items()}
