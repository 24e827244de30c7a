"""Sources: a path, bytes or binary file becomes pages that are rendered one at a time.

Images are opened here with Pillow, PDFs in :mod:`ocr_plugins.pdf`. Nothing is fetched from a network.
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from ocr_plugins.errors import (
    CorruptSourceError,
    PageError,
    PageLimitError,
    PageSelectionError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from ocr_plugins.textlayer import TextLayer

__all__ = ["SUFFIXES", "Source", "SourceInput", "SourcePage", "open_source", "select_pages"]

SourceInput = str | os.PathLike[str] | bytes | BinaryIO
IMAGE_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"})
SUPPORTED = "PDF, PNG, JPEG, TIFF, WebP, BMP, GIF"

# Pillow's own limit for a frame; a page rendered from a PDF never comes near it.
MAX_PIXELS = 89_000_000
# Below this a render would not show anything, above it no engine gains.
MIN_EDGE, MAX_EDGE = 16, 8000


class SourcePage(ABC):
    """One page of a source; everything about it is read when asked for.

    Attributes:
        number: Counted from 1.
        label: As printed in a PDF's page labels, None where there are none.
    """

    number: int
    label: str | None = None

    @property
    @abstractmethod
    def size(self) -> tuple[float, float]:
        """Width and height as displayed: points (1/72 inch) for a PDF, pixels for an image.

        Raises:
            PageError: The page is damaged.
        """

    @abstractmethod
    def render(self, longest_edge: int) -> Image:
        """The page as RGB, white where it is transparent.

        A PDF page is drawn so that its longer side has ``longest_edge`` pixels; an image is only ever reduced to it.

        Raises:
            PageError: The page is damaged.
            PageLimitError: An image frame has more pixels than ``MAX_PIXELS``; nothing was allocated.
        """

    def text_layer(self) -> TextLayer | None:
        """The page's own text, None where the source has none to give.

        Raises:
            PageError: The page is damaged.
        """
        return None


class Source(ABC):
    """An open document. It belongs to one thread at a time; close it, or use it as a context manager."""

    name: str
    total_pages: int

    @abstractmethod
    def page(self, number: int) -> SourcePage:
        """The page ``number``, from 1 to ``total_pages``. A damaged page raises only when it is used."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def open_source(source: SourceInput, *, password: str | None = None, name: str | None = None) -> Source:
    """Open a PDF or an image.

    The type is told by the content, not by the suffix.

    Args:
        source: A path, the bytes of a file, or a binary file object, which is read from where it stands.
        password: For an encrypted PDF.
        name: What messages and results call it; the path by default.

    Raises:
        SourceNotFoundError: No such file.
        UnsupportedSourceError: Neither a PDF nor one of the image types.
        CorruptSourceError: Empty or damaged.
        EncryptedPdfError: The password is missing or wrong.
    """
    name = name or _name(source)
    data = _read(source, name)
    if not data:
        raise CorruptSourceError(f"{name} is empty (0 bytes).")
    if b"%PDF-" in data[:1024]:
        from ocr_plugins.pdf import PdfSource

        return PdfSource(data, name, password)
    return ImageSource(data, name)


def select_pages(pages: str | None, total: int, name: str = "The document") -> list[int]:
    """The page numbers that ``pages`` selects, in the order given, each once.

    Args:
        pages: Such as ``1-3,7`` or ``5-``, counted from 1; what lies beyond the end is ignored. None for all.
        total: How many pages there are.
        name: The document, for the message.

    Raises:
        PageSelectionError: It is malformed or selects nothing.
    """
    if pages is None:
        return list(range(1, total + 1))
    selected: dict[int, None] = {}
    for part in pages.split(","):
        first, dash, last = (p.strip() for p in part.partition("-"))
        if not first.isdecimal() or (last and not last.isdecimal()) or int(first) < 1:
            raise PageSelectionError(f"pages={pages!r}: {part!r} is no page. Write them as in '1-3,7' or '5-', from 1.")
        stop = int(last) if last else (total if dash else int(first))
        selected.update(dict.fromkeys(range(int(first), min(stop, total) + 1)))
    if not selected:
        raise PageSelectionError(f"{name} has {total} pages: pages={pages!r} selects none of them.")
    return list(selected)


def _name(source: SourceInput) -> str:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else f"<{type(source).__name__}>"


def _read(source: SourceInput, name: str) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not isinstance(source, str | os.PathLike):
        data = source.read()
        if not isinstance(data, bytes):
            raise UnsupportedSourceError(f"{name} is open in text mode: open it with mode 'rb'.")
        return data
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise SourceNotFoundError(f"There is no file {name}.") from None
    except (OSError, ValueError) as e:
        if Path(source).is_dir():
            raise SourceNotFoundError(f"{name} is a directory: give its files, or use the command line.") from None
        raise SourceError(f"{name} cannot be read: {e}") from e


class ImageSource(Source):
    """An image file; a TIFF has a page per frame, other formats have one page."""

    def __init__(self, data: bytes, name: str) -> None:
        import PIL.Image

        self.name = name
        self.total_pages = 1
        self._data = data
        self._image: Image | None = None
        try:
            self._image = self.open()
            if self._image.format == "TIFF":
                with _no_warnings():
                    self.total_pages = getattr(self._image, "n_frames", 1)
        except PIL.Image.DecompressionBombError:
            # It stays a document of one page, which says when it is used that it is too large.
            pass
        except PIL.UnidentifiedImageError:
            if Path(name).suffix.lower() in SUFFIXES:
                raise CorruptSourceError(
                    f"{name} is damaged, or not what its name says. Supported: {SUPPORTED}."
                ) from None
            raise UnsupportedSourceError(f"{name} is of no supported type. Supported: {SUPPORTED}.") from None
        except Exception as e:
            raise CorruptSourceError(f"{name} is damaged: {e}") from e

    def open(self) -> Image:
        """The file anew, at its first frame."""
        import PIL.Image

        with _no_warnings():
            return PIL.Image.open(io.BytesIO(self._data), formats=IMAGE_FORMATS)

    def at(self, number: int) -> Image:
        """The image at a frame, within the limit and not decoded yet.

        Raises:
            PageError: The frame is damaged.
            PageLimitError: It has more than ``MAX_PIXELS``.
        """
        import PIL.Image

        where = f"{self.name}, page {number}"
        limit = f"{where}: more than the limit of {MAX_PIXELS:,} pixels. Reduce the image first."
        if self._image is None:
            raise PageLimitError(limit)
        try:
            with _no_warnings():
                self._image.seek(number - 1)
        except PIL.Image.DecompressionBombError:
            raise PageLimitError(limit) from None
        except Exception as e:
            raise PageError(f"{where}: the frame is damaged: {e}") from e
        if self._image.width * self._image.height > MAX_PIXELS:
            raise PageLimitError(limit)
        return self._image

    def page(self, number: int) -> SourcePage:
        return _Frame(self, number)

    def close(self) -> None:
        if self._image:
            self._image.close()


class _Frame(SourcePage):
    def __init__(self, source: ImageSource, number: int) -> None:
        self._source = source
        self.number = number

    @property
    def size(self) -> tuple[float, float]:
        image = self._source.at(self.number)
        with self._reading():
            # Of a TIFF, Pillow gives the size after turning.
            turned = image.format != "TIFF" and image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        return (image.height, image.width) if turned else (image.width, image.height)

    def render(self, longest_edge: int) -> Image:
        from PIL import ImageOps
        from PIL.Image import Resampling

        edge = min(max(longest_edge, MIN_EDGE), MAX_EDGE)
        image = self._source.at(self.number)
        with self._reading():
            if image.format in ("JPEG", "MPO"):
                # Decoded at a half, a quarter or an eighth of its size, an A0 photo needs no full-size bitmap. That
                # changes the image object for good, so it is not the one that tells the size.
                image = self._source.open()
                image.draft("RGB", (edge, edge))
            image = _rgb(ImageOps.exif_transpose(image))
        if max(image.size) > edge:
            image.thumbnail((edge, edge), Resampling.LANCZOS, reducing_gap=3.0)
        return image

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            with _no_warnings():
                yield
        except Exception as e:
            raise PageError(f"{self._source.name}, page {self.number}: the image is damaged: {e}") from e


_FILTERS = threading.RLock()


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Keep back what Pillow says of odd tags and large frames: sizes are checked here, against MAX_PIXELS.

    The warning filters are one for all threads: two that change and restore them at once would leave them changed.
    """
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _rgb(image: Image) -> Image:
    """Any mode as RGB: transparency on white, 16-bit and float grey by their own range."""
    import numpy as np
    import PIL.Image

    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        if image.mode.startswith("I") and high > 255:
            low, high = 0.0, 65535.0
        grey = np.clip((values - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8)
        return PIL.Image.fromarray(grey).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = PIL.Image.new("RGBA", image.size, "white")
        return PIL.Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")
