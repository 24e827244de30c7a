"""What a framework's loader makes of a file: texts with flat metadata, and ids that stay as long as these do."""

from __future__ import annotations

import heapq
import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, get_args

from ocr_plugins.chunks import MAX_TOKENS, Passage
from ocr_plugins.document import OcrDocument, Page
from ocr_plugins.errors import OptionError
from ocr_plugins.metadata import Scalar, document_metadata, page_metadata, passage_ids, passage_metadata
from ocr_plugins.passages.measure import check_most, counter
from ocr_plugins.pipeline.pipeline import Pipeline
from ocr_plugins.source.open import SourceInput

__all__ = ["Loading", "Mode", "Part", "part_id"]

log = logging.getLogger(__name__)

Mode = Literal["page", "document", "section", "chunk", "block"]


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes one document of a framework.

    Attributes:
        text: Of a page or a whole document its Markdown, of a passage what is to be embedded.
        metadata: Flat scalars; pages are counted from 1.
        id: A UUID made of the file's place and, of a page, its number, of a passage, its text and where it stands.
    """

    text: str
    metadata: dict[str, Scalar]
    id: str


@dataclass(frozen=True, slots=True)
class Loading:
    """How a file becomes documents of a framework.

    Args:
        mode: A document for each ``page``, or one for the whole ``document`` with paragraphs joined over page ends, as
            Markdown; or one for each ``section``, ``chunk`` or ``block``, as text for embedding.
        furniture: Keep page headers, footers and numbers; of pages and whole documents.
        join_tables: Make one table of those that continue over a page end; of whole documents. Passages have them so.
        page_breaks: Put a comment with its number before each page; of whole documents.
        figures: Show with a comment where a figure is that has no picture; of pages and whole documents.
        max_tokens, tokenizer: Of chunks, see :func:`ocr_plugins.chunks.chunks`.

    Raises:
        OptionError: A value is invalid or would have no effect.
    """

    mode: Mode = "page"
    _: KW_ONLY
    furniture: bool = False
    join_tables: bool = False
    page_breaks: bool = False
    figures: bool = True
    max_tokens: int | None = None
    tokenizer: Any = None

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            raise OptionError(f"mode={self.mode!r}: choose one of {', '.join(get_args(Mode))}.")
        if self.max_tokens is not None:
            check_most(self.max_tokens)
        counter(self.tokenizer)
        self._only_with(("page", "document"), furniture=self.furniture, figures=not self.figures)
        self._only_with(("document",), join_tables=self.join_tables, page_breaks=self.page_breaks)
        given = {"max_tokens": self.max_tokens is not None, "tokenizer": self.tokenizer is not None}
        self._only_with(("chunk",), **given)

    def _only_with(self, modes: tuple[Mode, ...], **given: bool) -> None:
        for name in (name for name, is_given in given.items() if is_given and self.mode not in modes):
            wanted = " or ".join(f"mode={mode!r}" for mode in modes)
            raise OptionError(f"{name} has no effect with mode={self.mode!r}: leave it out, or give {wanted}.")

    def parts(
        self, pipeline: Pipeline, source: SourceInput, place: str, *, skip: bool = False, **call: Any
    ) -> Iterator[Part]:
        """Read a file: page by page as the iterator is advanced, in other modes all at once.

        A page that failed is a part without text, with ``ocr_error`` and the page's number, in its place. A passage
        has text always.

        Args:
            pipeline: What reads.
            source: The file.
            place: What tells it from all others, whenever it is loaded: ids are made of it.
            skip: Leave out, with a line in the log, what has no text.
            **call: Other arguments of :meth:`Pipeline.iter_pages <ocr_plugins.Pipeline.iter_pages>`.

        Raises:
            SourceError, PageError, CancelledError: As the pipeline does.
        """
        name = call.get("name") or "The document"
        for part in self._read(pipeline, source, place, call):
            if part.text or not skip:
                yield part
            elif "ocr_error" in part.metadata:
                log.warning("%s%s is left out: %s", name, _page_of(part.metadata), part.metadata["ocr_error"])
            else:
                log.info("%s%s is left out: it has no text", name, _page_of(part.metadata))

    def _read(self, pipeline: Pipeline, source: SourceInput, place: str, call: Mapping[str, Any]) -> Iterator[Part]:
        if self.mode == "page":
            for page in pipeline.iter_pages(source, **call):
                yield _page_part(page, page.to_markdown(furniture=self.furniture, figures=self.figures), place)
            return
        document = pipeline.read(source, **call)
        if self.mode == "document":
            markdown = document.to_markdown(
                furniture=self.furniture,
                join_tables=self.join_tables,
                page_breaks=self.page_breaks,
                figures=self.figures,
            )
            yield Part(markdown, document_metadata(document), part_id(place))
        else:
            yield from self._passages(document, place)

    def _passages(self, document: OcrDocument, place: str) -> Iterator[Part]:
        """Passages and pages that failed, in the order of the pages."""
        passages = [passage for passage in self._cut(document) if passage.text]
        _tell_silent_pages(document, passages)
        at = {page.number: i for i, page in enumerate(document.pages)}
        failed = ((at[page.number], _page_part(page, "", place)) for page in document.pages if page.error is not None)
        found = (
            (at[passage.page], Part(passage.text, passage_metadata(passage, document), id_))
            for passage, id_ in zip(passages, passage_ids(passages, place), strict=True)
        )
        for _, part in heapq.merge(failed, found, key=lambda item: item[0]):
            yield part

    def _cut(self, document: OcrDocument) -> list[Passage]:
        match self.mode:
            case "section":
                return document.sections()
            case "block":
                return document.passages()
            case _:
                return document.chunks(MAX_TOKENS if self.max_tokens is None else self.max_tokens, self.tokenizer)


def part_id(place: str) -> str:
    """The id of what lies there."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, place))


def _page_part(page: Page, text: str, place: str) -> Part:
    return Part(text, page_metadata(page), part_id(f"{place}#page={page.number}"))


def _page_of(metadata: Mapping[str, Scalar]) -> str:
    return f", page {metadata['page_label']}" if "page_label" in metadata else ""


def _tell_silent_pages(document: OcrDocument, passages: list[Passage]) -> None:
    """Pages that were read and are in no passage; what is to be distrusted on them is told nowhere else."""
    speaking = {place.page for passage in passages for place in passage.places}
    for page in document.pages:
        if page.number not in speaking and page.error is None:
            metadata = page_metadata(page)
            codes = f" ({metadata['ocr_warnings']})" if page.warnings else ""
            level = logging.WARNING if page.warnings else logging.INFO
            log.log(level, "%s%s is in no passage: it has no text%s", document.source, _page_of(metadata), codes)
