"""The engine contract: what an OCR engine is given and what it gives back.

Most engines subclass :class:`OcrEngine` and write one method. A model that reads one text line at a time subclasses
:class:`LineRecognizer` instead and becomes an engine through :class:`LineEngine`, with a line detector in front.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ocr_plugins.blocks import Block, Region, TextLine
from ocr_plugins.errors import OcrError, OptionError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image
    from pydantic_core import ErrorDetails

__all__ = [
    "Blocks",
    "Configured",
    "EngineInfo",
    "EngineOptions",
    "LayoutDetector",
    "LineDetector",
    "LineRecognizer",
    "LineText",
    "Lines",
    "Markdown",
    "OcrEngine",
    "PageImage",
    "Quad",
    "Recognition",
    "StreamingEngine",
    "WordSpan",
]

T = TypeVar("T")

# Mean over a page: below it about every other character is wrong; clean print is above 0.95. Measured with the default
# engine on handwritten letters and on scripts that it does not know, against print, typescript and receipts.
LOW_CONFIDENCE = 0.75

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""The corners ``(x, y)`` of a text line in pixels of the page image, clockwise from the start of the text."""


@dataclass(frozen=True)
class PageImage:
    """An upright page as an engine sees it.

    Attributes:
        image: The pixels, mode RGB. Engines must not change it.
        number: The page, counted from 1.
        source: The document's name, for messages.
    """

    image: Image
    number: int = 1
    source: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    @cached_property
    def grey(self) -> npt.NDArray[np.uint8]:
        """Its brightness, height × width, 0 black to 255 white; made once for everybody who looks at it."""
        import numpy as np

        grey = np.array(self.image.convert("L"))
        grey.flags.writeable = False
        return grey


@dataclass(frozen=True, slots=True)
class Lines:
    """Text lines with their boxes; layout makes blocks of them."""

    lines: tuple[TextLine, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Markdown:
    """The page as Markdown; ``confidence`` is 0..1 or None, ``truncated`` says that the end is missing."""

    text: str = ""
    confidence: float | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks in reading order, from an engine that sees the layout itself."""

    blocks: tuple[Block, ...] = ()
    truncated: bool = False


Recognition = Lines | Markdown | Blocks
"""What an engine may return for a page."""


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word on the image of a line, from ``start`` to ``end`` in 0..1 of its width; ``confidence`` is 0..1 or None."""

    text: str
    start: float
    end: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class LineText:
    """What was read on the image of one line.

    ``words`` are empty when the recogniser does not know them; ``truncated`` says that the end may be missing.
    """

    text: str
    confidence: float | None = None
    words: tuple[WordSpan, ...] = ()
    truncated: bool = False


class EngineOptions(BaseModel):
    """Base of an engine's options: frozen, an unknown option is an error, every field has a description."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    @classmethod
    def parse(cls, owner: str, options: Mapping[str, Any]) -> Self:
        """Validate ``options`` for ``owner``, which the message names.

        Raises:
            OptionError: An option is unknown or invalid; the message names the field.
        """
        try:
            return cls(**options)
        except ValidationError as e:
            wrong = "; ".join(map(_in_words, e.errors()))
            raise OptionError(f"{owner}: {wrong}. Known options: {', '.join(cls.model_fields) or 'none'}.") from None


def _in_words(wrong: ErrorDetails) -> str:
    """Field and complaint; what concerns several fields at once has no place."""
    place = ".".join(map(str, wrong["loc"]))
    said = wrong["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and can do; ``ocr-plugins engines`` shows it without loading anything.

    Attributes:
        summary: One line.
        licence: Of code and model, SPDX where possible.
        languages: What it reads, in words.
        requires: Modules that must be importable, by their top-level names.
        install: The exact command that installs them.
        other_scripts: How it is made to read scripts that it does not know from the start, if it can be.
        boxes: Whether lines or blocks come with boxes.
        confidence: Whether a confidence is given.
        low_confidence: The mean of a page, 0..1, below which it is told that many words may be wrong.
        longest_edge: Pixels of the page image it reads best; PDF pages are drawn and larger images reduced to it.
        enlarge_to: Longest edge, in pixels, to which smaller images are enlarged, threefold at most; 0 for never.
        batch_size: Pages that it reads best at once.
    """

    summary: str = ""
    licence: str = "unknown"
    languages: str = "unknown"
    requires: tuple[str, ...] = ()
    install: str = ""
    other_scripts: str = ""
    boxes: bool = False
    confidence: bool = False
    low_confidence: float = LOW_CONFIDENCE
    longest_edge: int = 2000
    enlarge_to: int = 0
    batch_size: int = 1


class Configured(ABC):  # noqa: B024 - its subclasses have the abstract methods
    """Something built from validated options: engines, line detectors, line recognisers, layout detectors.

    The constructor only validates and keeps the options. Models load at first use and :meth:`close` frees them, after
    which the object can be used again. Pickling keeps the options alone, so a worker process loads its own model.

    ``info`` belongs to the class, which is listed without being made. An instance whose options say how large its pages
    or batches are to be, or whether there are boxes, may have one of its own.
    """

    Options: ClassVar[type[EngineOptions]] = EngineOptions
    info: EngineInfo = EngineInfo()

    def __init__(self, **options: Any) -> None:
        """Validate ``options`` against :attr:`Options`.

        Raises:
            OptionError: An option is unknown or invalid; the message names the field.
        """
        self.options = self.Options.parse(type(self).__name__, options)

    def download(self) -> list[str]:
        """Fetch the model files that the options name and that this machine lacks; nothing else ever downloads.

        Returns:
            The files fetched, none if all were here.

        Raises:
            ModelError: A file cannot be fetched, or is not what it should be.
        """
        return []

    def for_worker(self) -> Self:
        """Another one of the same options, for a worker that is busy at the same time in another thread.

        A pipeline with ``workers=N`` calls it N - 1 times, and closes what it gets when it is closed itself. This one
        loads a model of its own at first use. Override it to share what takes much memory and little of the time, and
        guard that with a lock; it may give ``self`` where everything is safe to be called by several threads at once.
        """
        other = type(self).__new__(type(self))
        other.__setstate__(self.__getstate__())
        return other

    def close(self) -> None:  # noqa: B027 - most engines of the pure kind hold nothing
        """Free the model. Safe to call twice, and before first use."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"options": self.options}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self, **state["options"].model_dump(exclude_unset=True))


class OcrEngine(Configured):
    """Reads page images.

    One instance belongs to one pipeline. It is called from one thread at a time, not always the same one, and never
    while another call runs; the process may be a spawned worker, which gets the engine by pickle. Of several workers in
    one process each has an engine of its own, made by :meth:`for_worker`.
    """

    @abstractmethod
    def recognize(self, images: Sequence[PageImage]) -> Sequence[Recognition | OcrError]:
        """Read a batch of pages.

        Args:
            images: Upright pages, RGB, of any size and number; a call is a batch, zero pages give an empty list.

        Returns:
            A list of one result per page, in the same order. A page without text gives an empty result, not an error.
            A page that fails while others do not gives an :class:`~ocr_plugins.errors.OcrError` in its place, which
            becomes the error of that page: it is not asked for again.

            What is given is checked: boxes and confidences in 0..1, texts that are strings, kinds that exist. What
            breaks this is an :class:`~ocr_plugins.errors.EngineError` of its page, which names engine, field and value.

        Raises:
            Exception: Whatever fails for the batch as a whole, such as memory. The pipeline then reads it page by page,
                and records the message as the error of the pages that still fail. An ``OcrError`` that every page would
                meet, such as a missing model, ends the document.

        It must not change the images, invent text, put messages into the text, write to stdout or download anything
        that was not asked for.
        """


class StreamingEngine(OcrEngine):
    """An engine that reads several pages at the same time and takes another as soon as one is finished.

    A batch would wait for its longest page. The pipeline gives such an engine all pages of a document in one stream,
    drawn ahead in other threads, unless its own ``batch_size`` asks for batches.
    """

    @abstractmethod
    def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[tuple[int, Recognition | OcrError] | None]:
        """Read pages as they come.

        Args:
            images: Upright pages. The next one is to be taken when there is room for it, not earlier; it may have to be
                waited for. Where there is none nothing is loaded.

        Yields:
            The place of a page among ``images``, from 0, and its result, as :meth:`recognize` gives it: as soon as it
            is there, in any order. In between None, once a second or more often, so that whoever waits can give up by
            closing the iterator.

        Raises:
            Exception: As :meth:`recognize` does. The pages that were taken and not given back are then read by it one
                by one, and another stream goes on with the rest.

        While the iterator stands at a ``yield``, it holds no lock: it may be left there for long or for good, other
        threads go on with it, and other calls may be made meanwhile.
        """

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition | OcrError]:
        results = dict(result for result in self.recognize_stream(images) if result is not None)
        return [results[i] for i in range(len(images))]


class LineDetector(Configured):
    """Finds text lines on page images."""

    @abstractmethod
    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        """The quads of each page's lines, in any order, same length and order as ``images``."""


class LineRecognizer(Configured):
    """Reads images of single text lines."""

    @abstractmethod
    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        """Text and confidence (0..1 or None) of each crop, in order; an empty text where nothing can be read."""

    def read_words(self, crops: Sequence[Image]) -> list[LineText]:
        """As :meth:`read_lines`, with the words. Recognisers that know where their words are override it."""
        return [LineText(text, confidence) for text, confidence in self.read_lines(crops)]


class LayoutDetector(Configured):
    """Finds the regions of a page: headings, tables, figures, page headers and so on."""

    @abstractmethod
    def detect(self, images: Sequence[PageImage]) -> list[list[Region]]:
        """The regions of each page, same length and order as ``images``."""
