"""Links of a PDF page: the addresses that its annotations give, and the words that they lie over."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.objects import PageTransform
from ocr_plugins.source.textlayer import Anchor

# Other schemes, such as javascript:, file: or an attachment's, are not for whoever reads the text.
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)
MAX_ADDRESS = 2000
MAX_LINKS = 2000
# Characters before and after a link by which it is found again in the text of its block.
CONTEXT = 16


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and where it can be clicked, in points of the page as displayed."""

    url: str
    box: BBox


def read_links(page: Any, to_page: PageTransform) -> list[Link]:
    """The links of a page that lead to a web or mail address; the caller holds the PDFium lock."""
    links: list[Link] = []
    position, raw = ctypes.c_int(0), pdfium_c.FPDF_LINK()
    while len(links) < MAX_LINKS and pdfium_c.FPDFLink_Enumerate(page, position, raw):
        url = _url(page, raw)
        if url:
            links += [Link(url, box) for box in _boxes(raw, to_page)]
    return links


def _url(page: Any, raw: Any) -> str | None:
    action = pdfium_c.FPDFLink_GetAction(raw)
    if not action or pdfium_c.FPDFAction_GetType(action) != pdfium_c.PDFACTION_URI:
        return None
    size = pdfium_c.FPDFAction_GetURIPath(page.pdf, action, None, 0)
    if not 1 < size <= MAX_ADDRESS:
        return None
    buffer = ctypes.create_string_buffer(size)
    pdfium_c.FPDFAction_GetURIPath(page.pdf, action, buffer, size)
    url = buffer.value.decode("utf-8", "replace").strip()
    return url if _ADDRESS.fullmatch(url) else None


def _boxes(raw: Any, to_page: PageTransform) -> Iterator[BBox]:
    """The boxes of its quadrilaterals, one for each line that it goes over; its rectangle where it has none."""
    quad, rect = pdfium_c.FS_QUADPOINTSF(), pdfium_c.FS_RECTF()
    count = pdfium_c.FPDFLink_CountQuadPoints(raw)
    for i in range(min(count, 100)):
        if pdfium_c.FPDFLink_GetQuadPoints(raw, i, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield to_page.box(min(xs), min(ys), max(xs), max(ys))
    if count <= 0 and pdfium_c.FPDFLink_GetAnnotRect(raw, rect):
        yield to_page.box(rect.left, rect.bottom, rect.right, rect.top)


def find_anchors(text: Sequence[str], boxes: Sequence[BBox], links: Sequence[Link]) -> Iterator[Anchor]:
    """The words of a line under links, left to right; where several lie over the same words, the first one counts.

    Args:
        text: Its characters.
        boxes: Of those that are no space, of which there is at least one, in points.
        links: In points.
    """
    line = BBox.around(boxes)
    over = [link for link in links if link.box.overlap_x(line) and link.box.overlap_y(line) > 0.3 * line.height]
    if not over:
        return
    places = [i for i, char in enumerate(text) if char != " "]
    joined = "".join(text)
    free = dict(enumerate(boxes))
    found: list[tuple[list[int], str]] = []
    for link in over:
        under = [k for k, box in free.items() if link.box.left <= box.center[0] <= link.box.right]
        # Up to where another one begins.
        under = [k for i, k in enumerate(under) if k == under[0] + i]
        for k in under:
            del free[k]
        found += [(under, link.url)] if under else []
    for under, url in sorted(found):
        first, last = places[under[0]], places[under[-1]] + 1
        before, after = context(joined, first, last)
        yield Anchor(url, before, joined[first:last], after, BBox.around(boxes[k] for k in under))


def context(line: str, first: int, last: int) -> tuple[str, str]:
    """What stands in a line before and behind a part of it, by which that is found again in its block."""
    before = line[max(0, first - CONTEXT) : first]
    return before.lstrip() if first <= CONTEXT else before, line[last : last + CONTEXT]
