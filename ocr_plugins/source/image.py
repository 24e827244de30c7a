"""Images through Pillow: files of one page, and TIFFs with a page per frame."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_plugins.errors import (
    CorruptSourceError,
    PageError,
    PageLimitError,
    UnsupportedSourceError,
)
from ocr_plugins.source.page import MAX_EDGE, MAX_PIXELS, MIN_EDGE, SUFFIXES, SUPPORTED, Source, SourcePage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image


IMAGE_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")


# Grey levels between ink and paper that nobody sees: letters that are lost on white are shown on black.
INVISIBLE = 24
# The kinds of the container (ISO/IEC 23008-12) in which telephones save photographs.
HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


class FileSource(Source):
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
            if data[8:12] in HEIF_BRANDS and data[4:8] == b"ftyp":
                raise UnsupportedSourceError(
                    f"{name} is a HEIC or AVIF photograph. Save it as JPEG first, or open it with pillow-heif, part of "
                    "which is under the GPL, and give the Pillow image as source."
                ) from None
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

        if self._image is None:
            raise PageLimitError(_limit(self.name, number))
        try:
            with _no_warnings():
                self._image.seek(number - 1)
        except PIL.Image.DecompressionBombError:
            raise PageLimitError(_limit(self.name, number)) from None
        except Exception as e:
            raise PageError(f"{self.name}, page {number}: the frame is damaged: {e}") from e
        if self._image.width * self._image.height > MAX_PIXELS:
            raise PageLimitError(_limit(self.name, number))
        return self._image

    def page(self, number: int) -> SourcePage:
        return _Frame(self, number)

    def close(self) -> None:
        if self._image:
            self._image.close()


class MemorySource(Source):
    """An image that is in memory already: a page of its own. It is copied, and so is free to change."""

    total_pages = 1

    def __init__(self, image: Image | npt.NDArray[np.generic], name: str) -> None:
        import PIL.Image

        self.name = name
        try:
            with _no_warnings():
                self._image = image.copy() if isinstance(image, PIL.Image.Image) else PIL.Image.fromarray(image)
        except TypeError:
            kind = f"{getattr(image, 'dtype', '')} {getattr(image, 'shape', '')}"
            raise TypeError(f"source is an array of {kind}: give height × width (× 3 or 4) of uint8.") from None
        except Exception as e:
            raise CorruptSourceError(f"{name} is damaged: {e}") from e
        if not all(self._image.size):
            raise CorruptSourceError(f"{name} is empty (0 pixels).")

    def open(self) -> Image:
        return self._image

    def at(self, number: int) -> Image:
        """The image; raises PageLimitError where it has more than ``MAX_PIXELS``."""
        if self._image.width * self._image.height > MAX_PIXELS:
            raise PageLimitError(_limit(self.name, number))
        return self._image

    def page(self, number: int) -> SourcePage:
        return _Frame(self, number)

    def close(self) -> None:
        """Nothing is open."""


def _limit(name: str, number: int) -> str:
    return f"{name}, page {number}: more than the limit of {MAX_PIXELS:,} pixels. Reduce the image first."


class _Frame(SourcePage):
    def __init__(self, source: FileSource | MemorySource, number: int) -> None:
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
    """Any mode as RGB: transparency on white, or on black where white hides it; deeper grey by its own range."""
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
        on_white, on_black = (
            PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, ground), image).convert("RGB")
            for ground in ("white", "black")
        )
        return on_black if _range(on_white) < INVISIBLE <= _range(on_black) else on_white
    return image.convert("RGB")


def _range(image: Image) -> int:
    """Grey levels between the darkest and the lightest pixel."""
    darkest, lightest = image.convert("L").getextrema()
    return int(lightest) - int(darkest)  # type: ignore[arg-type]
