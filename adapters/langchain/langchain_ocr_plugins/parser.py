"""The blob parser: one file or its bytes to LangChain documents."""

from __future__ import annotations

import hashlib
import io
import logging
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from langchain_core.document_loaders import BaseBlobParser
from langchain_core.documents import Document
from langchain_core.documents.base import Blob

from langchain_ocr_plugins.options import OnError, OnProgress, Pages, make_pipeline
from ocr_plugins import LayoutDetector, OcrEngine, Pipeline
from ocr_plugins.errors import CorruptSourceError, SourceError, UnsupportedSourceError
from ocr_plugins.loading import Loading, Mode
from ocr_plugins.metadata import Scalar

logger = logging.getLogger(__name__)

# How LangChain's PDF parsers give a picture of a page to their images_parser: what numpy.save writes.
ARRAY = "application/x-npy"
# LangChain's own loaders count pages from 0.
PAGE_KEYS = ("page", "last_page")


class OcrBlobParser(BaseBlobParser):
    """Reads scans, images and PDFs into documents, alone or as ``images_parser`` of another PDF parser.

    Setup:
        The extra brings the default engine, which runs offline on a CPU.

        ```bash
        pip install -U "langchain-ocr-plugins[rapidocr]"
        ```

    Instantiate:
        ```python
        from langchain_ocr_plugins import OcrBlobParser

        parser = OcrBlobParser(mode="chunk")
        ```

    Lazy parse:
        ```python
        from langchain_core.documents.base import Blob

        for document in parser.lazy_parse(Blob.from_path("scan.pdf")):
            print(document.metadata["page_label"], document.page_content[:80])
        ```

    A parser may be used by several threads, and its iterators may be interleaved.

    Every document's metadata has the blob's own (copied), ``source`` where the blob has one, and ``total_pages``,
    ``ocr_engine`` and ``ocr_confidence`` (0..1) where they are known. In all modes but ``document`` it also has
    ``page`` (from 0) and ``page_label`` (as printed, else the page counted from 1). Passages (sections, chunks and
    blocks) also have ``last_page`` (from 0), ``headings`` (``A > B``), ``kind``, and ``boxes``, JSON that tells where
    they stand (with pages from 1): :func:`ocr_plugins.cite` shows it.

    A page that cannot be read stays in its place: its text is empty and its metadata has ``ocr_error``. A page that
    the engine left before its end has ``ocr_truncated``. ``ocr_warnings`` has the codes of what a reader should
    distrust, joined by commas.

    Ids are made of the source, and of the page's number or of a passage's text and place: a document that is parsed
    again has the same, and what has changed in a passage gives it another.

    Attributes:
        pipeline: What reads. Its ``close()`` frees the models, which load again at the next page.
    """

    def __init__(
        self,
        engine: str | OcrEngine = "rapidocr",
        *,
        engine_options: Mapping[str, Any] | None = None,
        text: Literal["auto", "ocr", "layer"] = "auto",
        layout: str | LayoutDetector | None = "auto",
        upright: bool = True,
        batch_size: int | None = None,
        workers: int = 1,
        images: str | os.PathLike[str] | None = None,
        pipeline: Pipeline | None = None,
        on_error: OnError = "keep",
        mode: Mode = "page",
        furniture: bool = False,
        join_tables: bool = False,
        page_breaks: bool = False,
        figures: bool = True,
        max_tokens: int | None = None,
        tokenizer: Any = None,
        pages: Pages | None = None,
        password: str | None = None,
        progress: OnProgress = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        """Keep the options; models load when the first page is read.

        Args:
            engine: Name of an installed engine, as ``ocr-plugins engines`` lists them, or an engine.
            engine_options: Options of a named engine.
            text: ``auto`` takes a PDF's own text where it is sound, ``ocr`` never does, ``layer`` always does.
            layout: Name of a layout detector, or one; ``auto`` for the bundled one, None for geometry alone.
            upright: Turn and straighten pages before they are read.
            batch_size: Pages that the engine is given at once; None for what suits it.
            workers: Pages of a file that are read at once, each with the memory of an engine.
            images: A folder for the pictures of figures, which the Markdown then links. The links are as the folder is
                given: an absolute one holds wherever the documents are used. None saves no pictures.
            pipeline: Your own, with its models loaded once for all that use it, instead of the options above.
            on_error: ``keep`` a page that cannot be read as an empty document with ``ocr_error``; ``skip`` it, and
                blank pages and blobs that cannot be opened, for stores that take no empty text; or ``raise``. With
                ``pipeline``, what that does; or ``skip``.
            mode: A document per ``page``, or one per file (``document``), with paragraphs joined over page ends, as
                Markdown; or one per ``section``, ``chunk`` or ``block``, as text for embedding that begins with its
                headings.
            furniture: Keep page headers, footers and numbers in the text; in page and document mode.
            join_tables: Make one table of those that continue over a page end; in document mode.
            page_breaks: Put a comment with its number, ``<!-- page 3 -->``, before each page; in document mode.
            figures: Show with a comment where a figure is that has no picture; in page and document mode.
            max_tokens: The most that a chunk has, its headings included; in chunk mode. 1000 where None.
            tokenizer: What counts them: an object with ``encode``, such as a tokenizer of transformers or tiktoken, or
                a function of a text; in chunk mode. Without one, characters count.
            pages: Which pages: a number, a range, several numbers, or a string such as ``1-3,7``; counted from 1. All
                where None.
            password: Of encrypted PDFs.
            progress: True for a bar, which needs tqdm; or what is called after each page with a
                :class:`~ocr_plugins.Progress`, in the thread that reads.
            cancel: Asked before each batch of pages: where it says True, reading ends with CancelledError.

        Raises:
            OptionError: An option is unknown, has an invalid value or would have no effect.
            UnknownEngineError: No engine of that name is installed.
            MissingDependencyError: The engine needs a package that is not installed.
        """
        self._loading = Loading(
            mode,
            furniture=furniture,
            join_tables=join_tables,
            page_breaks=page_breaks,
            figures=figures,
            max_tokens=max_tokens,
            tokenizer=tokenizer,
        )
        self.pipeline = make_pipeline(
            pipeline,
            on_error,
            engine=engine,
            engine_options=engine_options,
            text=text,
            layout=layout,
            upright=upright,
            batch_size=batch_size,
            workers=workers,
            images=images,
        )
        self._on_error: OnError = "skip" if on_error == "skip" else self.pipeline.on_error
        self._pages = pages
        self._password = password
        self._progress = progress
        self._cancel = cancel

    def lazy_parse(self, blob: Blob) -> Iterator[Document]:
        """Read a blob, page by page as the iterator is advanced; in other modes than ``page`` all at once.

        Raises:
            SourceError: The blob cannot be opened and ``on_error`` is not ``skip``: there is no page to keep.
            PageError: A page cannot be read, with ``on_error="raise"``.
            CancelledError: ``cancel`` said so.
        """
        return self._documents(blob, self._progress, self._cancel)

    def _documents(self, blob: Blob, progress: OnProgress, cancel: Callable[[], bool] | None) -> Generator[Document]:
        """As :meth:`lazy_parse`, with another ``progress`` and ``cancel``."""
        # A blob without a source gets none: all such blobs would share it, and LangChain's indexing, which deletes
        # by source, would take them for versions of one document.
        common = {**blob.metadata, **({"source": blob.source} if blob.source else {})}
        try:
            parts = self._loading.parts(
                self.pipeline,
                _source(blob),
                place(blob),
                skip=self._on_error == "skip",
                pages=self._pages,
                password=self._password,
                name=blob.source,
                progress=progress,
                cancel=cancel,
            )
            for part in parts:
                yield Document(part.text, id=part.id, metadata=common | _counted_from_0(part.metadata))
        except SourceError as error:
            if self._on_error != "skip":
                raise
            logger.warning("%s is left out: %s", blob.source, error)


def place(blob: Blob) -> str:
    """What tells a blob from others, whenever it is parsed: ids are made of it.

    It is the id or the source that the blob was given, else where its file lies, else its content.
    """
    if named := blob.id or blob.metadata.get("source"):
        return str(named)
    if blob.path is None:
        return hashlib.sha256(blob.as_bytes()).hexdigest()
    return str(blob.path) if blob.data is not None else f"file://{Path(blob.path).absolute().as_posix()}"


def _counted_from_0(metadata: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {key: int(value) - 1 if key in PAGE_KEYS else value for key, value in metadata.items()}


def _source(blob: Blob) -> Any:
    """What the pipeline is given to read."""
    if blob.mimetype == ARRAY:
        return _pixels(blob)
    # As text: a Path would make https:/ of https://, and the message would not say that it is an address.
    return str(blob.path) if blob.data is None and blob.path is not None else blob.as_bytes()


def _pixels(blob: Blob) -> npt.NDArray[Any]:
    name = blob.source or "The blob"
    try:
        array: npt.NDArray[Any] = np.lib.format.read_array(io.BytesIO(blob.as_bytes()), allow_pickle=False)
    except ValueError as error:
        raise CorruptSourceError(f"{name} is no NumPy array: {error}") from error
    match array.shape:
        case (_, _) | (_, _, 3 | 4):
            return array
        case (_, _, 1 | 2):  # grey, with transparency or without
            return array[:, :, 0]
    raise UnsupportedSourceError(f"{name} is an array of shape {array.shape}: give height × width × 1 to 4 channels.")
