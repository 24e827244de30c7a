"""A path, bytes or a binary file becomes an open source. Nothing is fetched from a network."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ocr_plugins.errors import (
    CorruptSourceError,
    PageSelectionError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
)
from ocr_plugins.source.image import FileSource, MemorySource
from ocr_plugins.source.page import Source
from ocr_plugins.text import counted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

    SourceInput = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image | npt.NDArray[np.generic]
else:
    SourceInput = Any

PageSelection = str | int | range | Sequence[int] | None
"""Numbers from 1, in the order wanted, or a string such as ``1-3,7`` or ``5-``; None for all pages."""

SOURCES = "a path, bytes, a binary file object, a Pillow image or a NumPy array"
_URL = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def open_source(source: SourceInput, *, password: str | None = None, name: str | None = None) -> Source:
    """Open a PDF or an image.

    The type is told by the content, not by the suffix.

    Args:
        source: A path, the bytes of a file, a binary file object, which is read from where it stands, a Pillow image
            (the frame it stands at) or a NumPy array of pixels: height × width, or with 3 or 4 channels.
        password: For an encrypted PDF.
        name: What messages and results call it; the path by default.

    Raises:
        SourceNotFoundError: No such file.
        UnsupportedSourceError: Neither a PDF nor one of the image types, or an address on the web.
        CorruptSourceError: Empty or damaged.
        EncryptedPdfError: The password is missing or wrong.
        TypeError: It is something else.
    """
    import numpy as np
    import PIL.Image

    name = name or _name(source)
    if isinstance(source, np.ndarray | PIL.Image.Image):
        return MemorySource(source, name)
    data = _read(source, name)
    if not data:
        raise CorruptSourceError(f"{name} is empty (0 bytes).")
    if b"%PDF-" in data[:1024]:
        from ocr_plugins.source.pdf.document import PdfSource

        return PdfSource(data, name, password)
    return FileSource(data, name)


def select_pages(pages: PageSelection, total: int, name: str = "The document") -> list[int]:
    """The page numbers that ``pages`` selects, in the order given, each once.

    Args:
        pages: See :data:`PageSelection`; what lies beyond the end is ignored.
        total: How many pages there are.
        name: The document, for the message.

    Raises:
        PageSelectionError: It is malformed or selects nothing.
        TypeError: It is of another type.
    """
    if pages is None:
        return list(range(1, total + 1))
    parts = _parts(pages, total)
    if wrong := next((part for part in parts if part.start < 1), None):
        raise PageSelectionError(f"pages={pages!r}: there is no page {wrong.start}, they are counted from 1.")
    selected = dict.fromkeys(n for part in parts for n in range(part.start, min(part.stop, total + 1)))
    if not selected:
        raise PageSelectionError(f"{name} has {counted(total, 'page')}: pages={pages!r} selects none of them.")
    return list(selected)


def _parts(pages: str | int | range | Sequence[int], total: int) -> list[range]:
    """Stretches of page numbers, as they are given."""
    if isinstance(pages, str):
        return [_stretch(part, pages, total) for part in pages.split(",")]
    numbers = [pages] if isinstance(pages, int) else pages
    sound = isinstance(numbers, Sequence) and not isinstance(numbers, bytes)
    if not sound or not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        taken = "a number, a range, a list of numbers, or a string such as '1-3,7'"
        raise TypeError(f"pages={pages!r}: give {taken}.")
    return [range(n, n + 1) for n in numbers]


def _stretch(part: str, pages: str, total: int) -> range:
    first, dash, last = (p.strip() for p in part.partition("-"))
    if not first.isdecimal() or (last and not last.isdecimal()) or int(first) < 1:
        raise PageSelectionError(f"pages={pages!r}: {part!r} is no page. Write them as in '1-3,7' or '5-', from 1.")
    stop = int(last) if last else (total if dash else int(first))
    return range(int(first), stop + 1)


def _name(source: object) -> str:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "filename", None) or getattr(source, "name", None)
    return name if isinstance(name, str) else f"<{type(source).__name__}>"


def _read(source: object, name: str) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return _read_file(source, name)
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"source is of type {type(source).__name__}: give {SOURCES}.")
    data = source.read()  # type: ignore[attr-defined]
    if not isinstance(data, bytes):
        raise UnsupportedSourceError(f"{name} is open in text mode: open it with mode 'rb'.")
    return data


def _read_file(path: str | os.PathLike[str], name: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        if _URL.match(os.fspath(path)):
            remedy = "nothing is fetched from a network. Download it first, or give its bytes."
            raise UnsupportedSourceError(f"{name} is an address: {remedy}") from None
        raise SourceNotFoundError(f"There is no file {name}.") from None
    except (OSError, ValueError) as e:
        if Path(path).is_dir():
            raise SourceNotFoundError(f"{name} is a directory: give its files, or use the command line.") from None
        raise SourceError(f"{name} cannot be read: {e}") from e
