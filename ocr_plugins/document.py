"""The result of reading a document: pages of blocks, frozen values that survive a JSON round trip."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ocr_plugins.blocks import BBox, Block, TextLine, text_confidence
from ocr_plugins.chunks import MAX_TOKENS, Passage, blocks, chunks, sections
from ocr_plugins.markdown.render import render, render_pages
from ocr_plugins.report.seen import document_facts, page_facts
from ocr_plugins.text import counted

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from ocr_plugins.source.open import SourceInput

__all__ = ["OcrDocument", "Page", "PageWarning", "WarningCode"]


class WarningCode(StrEnum):
    """Why a reader should distrust a page, or a part of it. The set is closed and grows only with the package."""

    LOW_CONFIDENCE = "low-confidence"
    """The page's mean confidence is below what its engine has when many words are wrong: 0.75, LightOnOCR 0.8."""
    TRUNCATED = "truncated"
    """The engine stopped before the end of the page."""
    TEXT_LAYER_DISTRUSTED = "text-layer-distrusted"
    """The PDF has text of its own here that is not sound; the message says why, and what was done instead."""
    HIDDEN_TEXT = "hidden-text"
    """The PDF has text here that a reader of the page cannot see. It is in ``Page.hidden``, not in the blocks."""
    XFA_FORM = "xfa-form"
    """The page stands in for an XFA form, which only Adobe's programs show; the form is not in the text."""
    UNREAD_INK = "unread-ink"
    """There is something here that looks like text and is in no block."""
    TEXT_AMOUNT = "text-amount"
    """An engine that says what the page says, and not where, gave far more or far less than its ink can be."""
    UNKNOWN_SCRIPT = "unknown-script"
    """What was read here is far shorter than what stands here, as with a script that the engine does not know."""


@dataclass(frozen=True, slots=True)
class PageWarning:
    """Something to distrust on a page.

    Attributes:
        code: What kind of thing.
        message: A sentence for a person.
        box: Where on the page, None for all of it.
    """

    code: WarningCode
    message: str
    box: BBox | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One page, or one frame of an image file. A page that failed has ``error`` set and no blocks.

    Attributes:
        number: Counted from 1.
        label: As printed in the PDF's page labels (``iv``); None where there are none.
        width, height: Of the upright page, in points (1/72 inch) for a PDF and in pixels for an image.
        blocks: In reading order, page furniture included.
        engine: Name of the engine that read it, ``text-layer`` where the PDF's own text was taken, None if nothing was.
        rotation: Quarter turns that set it upright, in degrees clockwise: 0, 90, 180 or 270.
        skew: Degrees clockwise that were undone after that.
        total_pages: Of the whole document, not only of the pages selected.
        truncated: The engine stopped before the end of the page.
        error: Why it could not be read. It never becomes text.
        hidden: Text of a PDF page that its reader cannot see, such as white on white. It is in no block.
        warnings: What a reader should distrust.
    """

    number: int
    label: str | None = None
    width: float = 0.0
    height: float = 0.0
    blocks: tuple[Block, ...] = ()
    engine: str | None = None
    rotation: int = 0
    skew: float = 0.0
    total_pages: int | None = None
    truncated: bool = False
    error: str | None = None
    hidden: tuple[TextLine, ...] = ()
    warnings: tuple[PageWarning, ...] = ()

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the text, weighted by its length; None when unknown."""
        return text_confidence(self.blocks)

    @property
    def text(self) -> str:
        """Plain text without page furniture, a blank line between blocks."""
        return "\n\n".join(b.text for b in self.blocks if b.text and not b.kind.is_furniture)

    @property
    def markdown(self) -> str:
        """The page as Markdown, without page furniture."""
        return self.to_markdown()

    def to_markdown(self, *, furniture: bool = False, figures: bool = True) -> str:
        """The page as Markdown.

        Args:
            furniture: Keep page headers, footers and numbers.
            figures: Show with a comment where a figure is that has no picture.
        """
        return render(self.blocks, furniture=furniture, figures=figures)

    def relink(self, folder: str | os.PathLike[str]) -> Page:
        """The page with the paths of its figures' pictures relative to ``folder``, where its Markdown is to lie.

        Until then they are what ``Pipeline(images=…)`` was given: relative to the current directory, or absolute.
        """
        return self.replace_blocks(
            dataclasses.replace(b, image=_relative(b.image, folder)) if b.image else b for b in self.blocks
        )

    def replace_blocks(self, blocks: Iterable[Block]) -> Page:
        return dataclasses.replace(self, blocks=tuple(blocks))

    def __repr__(self) -> str:
        of = f" of {self.total_pages}" if self.total_pages else ""
        facts = [f"{self.number}{of}", counted(len(self.blocks), "block"), *page_facts(self)]
        facts += [f"error={self.error!r}"] * (self.error is not None)
        return f"Page({', '.join(facts)})"

    def _repr_html_(self) -> str:
        """Its boxes and its text, for a notebook."""
        from ocr_plugins.report.notebook import page_cell

        return page_cell(self)


@dataclass(frozen=True, slots=True, repr=False)
class OcrDocument:
    """A document's pages, in order.

    Attributes:
        source: Its path as given, or a name such as ``<bytes>``.
        pages: The pages that were asked for.
        total_pages: How many the whole document has.
        version: Of this JSON format.
    """

    source: str
    pages: tuple[Page, ...]
    total_pages: int | None = None
    version: Literal[1] = 1

    @property
    def confidence(self) -> float | None:
        """The mean confidence over its pages' text, weighted by length; None when unknown."""
        return text_confidence(block for page in self.pages for block in page.blocks)

    @property
    def errors(self) -> dict[int, str]:
        """The pages that failed, number to reason."""
        return {p.number: p.error for p in self.pages if p.error is not None}

    @property
    def warnings(self) -> dict[int, tuple[PageWarning, ...]]:
        """What a reader should distrust, by page number; pages without warnings are left out."""
        return {p.number: p.warnings for p in self.pages if p.warnings}

    @property
    def text(self) -> str:
        return "\n\n".join(t for p in self.pages if (t := p.text))

    @property
    def markdown(self) -> str:
        return self.to_markdown()

    def to_markdown(
        self, *, furniture: bool = False, join_tables: bool = False, page_breaks: bool = False, figures: bool = True
    ) -> str:
        """All pages as one Markdown text; blocks that continue over a page end are joined.

        Args:
            furniture: Keep page headers, footers and numbers.
            join_tables: Make a table that ends a page and one that begins the next a single one, where their columns
                stand in the same places or the header is repeated.
            page_breaks: Before each page, and behind a paragraph that goes on from the one before, a comment with its
                number: ``<!-- page 3 -->``.
            figures: Show with a comment where a figure is that has no picture.
        """
        pages = ((page.number, page.blocks) for page in self.pages)
        return render_pages(
            pages, furniture=furniture, join_tables=join_tables, page_breaks=page_breaks, figures=figures
        )

    def sections(self) -> list[Passage]:
        """A passage for each heading with what stands below it: see :func:`ocr_plugins.chunks.sections`."""
        return sections(self._numbered())

    def chunks(self, max_tokens: int = MAX_TOKENS, tokenizer: Any = None) -> list[Passage]:
        """Passages of a size that suits an embedding model: see :func:`ocr_plugins.chunks.chunks`.

        Args:
            max_tokens: The most that the text of a chunk has.
            tokenizer: What counts them, as an object with ``encode`` or a function; without one, characters count.
        """
        return chunks(self._numbered(), max_tokens, tokenizer)

    def passages(self) -> list[Passage]:
        """A passage for each block: see :func:`ocr_plugins.chunks.blocks`."""
        return blocks(self._numbered())

    def _numbered(self) -> list[tuple[int, tuple[Block, ...]]]:
        return [(page.number, page.blocks) for page in self.pages]

    def relink(self, folder: str | os.PathLike[str]) -> OcrDocument:
        """The document with the paths of its figures' pictures relative to ``folder``: see :meth:`Page.relink`."""
        return dataclasses.replace(self, pages=tuple(page.relink(folder) for page in self.pages))

    def to_html(self, source: SourceInput | None = None, *, password: str | None = None) -> str:
        """One HTML file for a person to see what was read: each page's picture with boxes, and the text beside it.

        It needs nothing from elsewhere, runs no script that stands in a scan, and takes about 0.2 MB a page.

        Args:
            source: The document itself, for the pictures; by default the file that :attr:`source` names. Where that is
                not there, boxes are drawn on blank paper.
            password: For an encrypted PDF.

        Raises:
            SourceError: ``source`` cannot be opened.
        """
        from ocr_plugins.report.embed import Pictures, pictures_of
        from ocr_plugins.report.view import view

        pictures = pictures_of(self.source, password) if source is None else Pictures(source, password)
        with pictures:
            return view(self, pictures)

    def __repr__(self) -> str:
        return f"OcrDocument({', '.join((repr(self.source), *document_facts(self)))})"

    def _repr_html_(self) -> str:
        """Its first pages, for a notebook: see :meth:`to_html` for all."""
        from ocr_plugins.report.notebook import document_cell

        return document_cell(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """JSON that :meth:`from_json` reads back without loss."""
        return _adapter().dump_json(self, indent=indent).decode()

    @classmethod
    def from_json(cls, data: str | bytes) -> OcrDocument:
        """Read what :meth:`to_json` wrote.

        Raises:
            pydantic.ValidationError: It is not such a document, or of another version.
        """
        return _adapter().validate_json(data)


def _relative(path: str, folder: str | os.PathLike[str]) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        # On another drive of Windows: there is no way from here to there.
        return Path(path).absolute().as_posix()


@functools.cache
def _adapter() -> TypeAdapter[OcrDocument]:
    from pydantic import TypeAdapter

    return TypeAdapter(OcrDocument)
