"""Pictures of pages as a part of an HTML file: drawn from the source, made small, written as data URIs."""

from __future__ import annotations

import base64
import io
import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.errors import OcrError
from ocr_plugins.report.picture import EDGE, page_picture, pixels
from ocr_plugins.report.seen import SeenPage
from ocr_plugins.source.open import SourceInput, open_source
from ocr_plugins.text import counted

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

# Of WebP. At 60 a scan of 1600 pixels takes about 100 kB and small print is as clear as at 90; method 2 takes half the
# time of the default for 5 % more.
QUALITY, METHOD = 60, 2
# Of the picture of a page, and of each of the figures that are shown beside it: with their text, and in base64, a
# hundred such pages stay below 40 MB.
MAX_BYTES, MAX_FIGURES, FIGURE_BYTES, FIGURE_EDGE = 170_000, 6, 15_000, 480
# What does not fit is made smaller by this, and so on, but not below so many pixels.
SMALLER, MIN_EDGE = 0.8, 160
# WebP knows no longer side.
MAX_EDGE = 16_383
# Of a page whose size is not known: A4.
DEFAULT_SIZE = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page's boxes are drawn on.

    Attributes:
        width, height: In pixels, or in the page's own units without a picture.
        uri: The picture itself, None for blank paper.
        missing: Why there is none for this page, a sentence.
    """

    width: float
    height: float
    uri: str | None = None
    missing: str | None = None
    _drawn: Image | None = None

    def figures(self, blocks: Sequence[Block]) -> dict[int, str]:
        """The pictures of the first figures, as data URIs by their index among the blocks."""
        drawn = self._drawn
        if drawn is None:
            return {}
        boxes = {i: box for i, b in enumerate(blocks) if b.kind == BlockKind.FIGURE and (box := shown_box(b.box))}
        return {
            i: data_uri(drawn.crop(pixels(box, drawn.size)), FIGURE_BYTES, FIGURE_EDGE)
            for i, box in itertools.islice(boxes.items(), MAX_FIGURES)
        }


class Pictures:
    """Draws the pages of a source. It belongs to one thread; close it, or use it as a context manager.

    Args:
        source: The document, None where there is none to draw.
        password: For an encrypted PDF.
        missing: Why there is none, a sentence.
        edge: Pixels of the longest edge of a page.

    Attributes:
        missing: Why no page has a picture, None where there is a source.

    Raises:
        SourceError: It cannot be opened.
    """

    def __init__(
        self, source: SourceInput | None, password: str | None = None, *, missing: str | None = None, edge: int = EDGE
    ) -> None:
        self._source = None if source is None else open_source(source, password=password)
        self.missing, self._edge = missing, edge

    def of(self, page: SeenPage) -> Picture:
        """The picture of a page; where it cannot be drawn blank paper, with the reason."""
        if self._source is None:
            return _blank(page, None)
        if page.number > self._source.total_pages:
            return _blank(page, f"{self._source.name} has {counted(self._source.total_pages, 'page')} only.")
        try:
            drawn = page_picture(self._source, page.number, rotation=page.rotation, skew=page.skew, edge=self._edge)
        except OcrError as e:
            log.debug("Page %d cannot be drawn.", page.number, exc_info=True)
            return _blank(page, str(e))
        return Picture(*drawn.size, data_uri(drawn), _drawn=drawn)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def pictures_of(source: str, password: str | None = None, *, edge: int = EDGE) -> Pictures:
    """Pictures of a document as its result names it; where they cannot be had, blank paper with the reason."""
    if not is_file(source):
        return Pictures(None, missing=f"There is no file {source} here, so its pages are not drawn.")
    try:
        return Pictures(source, password, edge=edge)
    except OcrError as e:
        return Pictures(None, missing=str(e))


def is_file(source: str) -> bool:
    """Whether a document's name is that of a file here; it may be any text."""
    try:
        return Path(source).is_file()
    except (OSError, ValueError):
        return False


def data_uri(picture: Image, most: int = MAX_BYTES, edge: int = MAX_EDGE) -> str:
    """A picture as WebP in a data URI, no longer than ``edge`` and smaller where it takes more than ``most`` bytes."""
    edge = min(max(picture.size), edge)
    while True:
        shown = picture.copy()
        shown.thumbnail((edge, edge))
        file = io.BytesIO()
        shown.save(file, "WEBP", quality=QUALITY, method=METHOD)
        if len(file.getvalue()) <= most or edge <= MIN_EDGE:
            return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
        edge = max(MIN_EDGE, round(edge * SMALLER))


def shown_box(box: BBox | None) -> BBox | None:
    """The part of a box that lies on the page; None where there is none."""
    clipped = box.clipped() if box else None
    return clipped if clipped and clipped.area > 0 else None


def _blank(page: SeenPage, missing: str | None) -> Picture:
    width, height = (page.width, page.height) if page.width > 0 and page.height > 0 else DEFAULT_SIZE
    return Picture(width, height, missing=missing)
