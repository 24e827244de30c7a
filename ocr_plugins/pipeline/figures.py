"""The pictures of figures: cut out of the upright page and saved as PNG files."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_plugins.blocks import BBox, BlockKind
from ocr_plugins.document import Page
from ocr_plugins.errors import PageError
from ocr_plugins.files import write_aside

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

# Pixels on a side; what is smaller is an ornament, a bullet or a rule.
MIN_SIDE = 16
# What some file system, or a shell, does not take in a name.
_UNSAFE = re.compile(r"[\s\x00-\x1f<>:\"/\\|?*#%]+")
# Of the document's name in bytes: file systems take 255 in all.
MAX_STEM = 180


def save_figures(page: Page, folder: Path, source: str, upright: Callable[[], Image]) -> Page:
    """The page with each figure's picture saved and its ``image`` set; it stays as it is where there is none.

    A file is named after the document, the page, the figure's place in reading order and the picture's content:
    ``scan-p003-1-5d41402a.png``. So the names of a document are the same each time, documents of one name do not
    overwrite one another's pictures, and a file once written never changes.

    Args:
        page: Its figures with a box count.
        folder: Where the files go; made if it is missing.
        source: The document's name.
        upright: Gives the pixels that the boxes refer to; called only if there is a figure. Where it fails the page
            keeps its text, and the figures have no picture.

    Raises:
        OSError: A file cannot be written.
    """
    figures = [i for i, block in enumerate(page.blocks) if block.kind == BlockKind.FIGURE and block.box]
    if not figures:
        return page
    try:
        image = upright()
    except PageError as e:
        log.warning("%s, page %d: its figures are not saved: %s", source, page.number, e)
        return page
    blocks = list(page.blocks)
    for number, i in enumerate(figures, 1):
        picture = _cut(image, blocks[i].box)
        if picture is None:
            continue
        digest = hashlib.blake2b(repr(picture.size).encode() + picture.tobytes(), digest_size=4).hexdigest()
        path = folder / f"{_stem(source)}-p{page.number:03}-{number}-{digest}.png"
        data = io.BytesIO()
        picture.save(data, "PNG")
        write_aside(path, data.getvalue())
        blocks[i] = replace(blocks[i], image=path.as_posix())
    return page.replace_blocks(blocks)


def _cut(image: Image, box: BBox | None) -> Image | None:
    """The part of the page in the box, None where hardly anything of it is on the page."""
    if box is None:
        return None
    part = box.clipped().scaled(*image.size)
    edges = (round(part.left), round(part.top), round(part.right), round(part.bottom))
    if min(edges[2] - edges[0], edges[3] - edges[1]) < MIN_SIDE:
        return None
    return image.crop(edges)


def _stem(source: str) -> str:
    """The document's name without folder and suffix, as a part of a file name that every system takes."""
    name = source.replace("\\", "/").rsplit("/", 1)[-1].encode(errors="replace").decode()
    stem = _UNSAFE.sub("-", unicodedata.normalize("NFC", Path(name).stem)).strip("-.")
    return stem.encode()[:MAX_STEM].decode(errors="ignore") or "document"
