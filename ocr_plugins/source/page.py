"""What a source gives: pages that are measured, drawn and read when asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal, Self

from ocr_plugins.source.textlayer import TextLayer

if TYPE_CHECKING:
    from PIL.Image import Image


SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"})


SUPPORTED = "PDF, PNG, JPEG, TIFF, WebP, BMP, GIF"


# Pillow's own limit for a frame, and that of a page drawn from a PDF.
MAX_PIXELS = 89_000_000


# Below this a render would not show anything; so many pixels are for long pages, which engines see in parts.
MIN_EDGE, MAX_EDGE = 16, 60_000


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
    """An open document. It belongs to one thread at a time; close it, or use it as a context manager.

    Attributes:
        name: What messages and results call it.
        total_pages: How many pages or frames it has.
        unit: Of the sizes of its pages, points or pixels.
        encrypted: It is a PDF that is encrypted, with or without a password for opening it.
    """

    name: str
    total_pages: int
    unit: Literal["pt", "px"] = "px"
    encrypted: bool = False

    @abstractmethod
    def page(self, number: int) -> SourcePage:
        """The page ``number``, from 1 to ``total_pages``. A damaged page raises only when it is used."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
