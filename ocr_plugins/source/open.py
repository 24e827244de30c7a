"""A path, bytes or a binary file becomes an open source. Nothing is fetched from a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ocr_plugins.errors import (
    CorruptSourceError,
    PageSelectionError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
)
from ocr_plugins.source.image import ImageSource
from ocr_plugins.source.page import Source

SourceInput = str | os.PathLike[str] | bytes | BinaryIO


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
        from ocr_plugins.source.pdf.document import PdfSource

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
