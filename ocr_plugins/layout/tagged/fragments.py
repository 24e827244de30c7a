"""The pieces of text that tags name: their lines, their style, and where they stand among others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ocr_plugins.blocks import BBox, TextLine
from ocr_plugins.source.textlayer import Fragment

_WORD = re.compile(r"[^\W\d_]{3}")
_WORD_OR_NUMBER = re.compile(r"\w+")


def has_words(text: str) -> bool:
    """Whether a text is more than figures, signs and single letters."""
    return _WORD.search(text) is not None


def length(fragments: Iterable[Fragment]) -> int:
    return sum(len(f.text.strip()) for f in fragments)


def style_of(texts: Iterable[Fragment | TextLine]) -> tuple[float, bool, bool]:
    """Size, whether bold and whether italic: that of most characters."""
    counts: Counter[tuple[float, bool, bool]] = Counter()
    for text in texts:
        if text.font:
            counts[round(text.font.size, 1), text.font.bold, text.font.italic] += len(text.text)
    return counts.most_common(1)[0][0] if counts else (0.0, False, False)


def is_amid(fragment: Fragment, text: Sequence[Fragment]) -> bool:
    """Whether words stand between others, beside and not upon them, as no head, foot or watermark does.

    Words that all stand elsewhere too repeat what is there, as a sender's line above an address does.
    """
    if not text or not has_words(fragment.text):
        return False
    x, y = fragment.box.center
    boxes = [other.box for other in text]
    area = BBox.around(boxes)
    if not (area.left < x < area.right and min(b.bottom for b in boxes) <= y <= max(b.top for b in boxes)):
        return False
    if any(b.contains(x, y) or fragment.box.contains(*b.center) for b in boxes):
        return False
    return not set(_WORD_OR_NUMBER.findall(fragment.text)) <= {
        word for other in text for word in _WORD_OR_NUMBER.findall(other.text)
    }


def lines_of(fragments: Iterable[Fragment]) -> list[TextLine]:
    """The fragments as lines, those of one line that follow one another joined."""
    joined: list[list[Fragment]] = []
    for fragment in fragments:
        if joined and joined[-1][-1].line == fragment.line:
            joined[-1].append(fragment)
        else:
            joined.append([fragment])
    lines = []
    for parts in joined:
        text = "".join(part.text for part in parts).strip()
        if text:
            font = max(parts, key=lambda part: len(part.text)).font
            lines.append(TextLine(text, BBox.around(part.box for part in parts), font=font))
    return lines
