"""The blob parser: one file or its bytes to LangChain documents."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from langchain_core.document_loaders import BaseBlobParser
from langchain_core.documents import Document
from langchain_core.documents.base import Blob

from ocr_plugins import OcrEngine, Pipeline
from ocr_plugins.errors import OptionError
from ocr_plugins.metadata import document_metadata, page_metadata

Mode = Literal["page", "single"]


class OcrBlobParser(BaseBlobParser):
    """Reads scans, images and PDFs into Markdown documents.

    A parser may be used by several threads, and its iterators may be interleaved.

    Every document's metadata has the blob's own (copied), ``source`` where the blob has one, and ``total_pages``,
    ``ocr_engine`` and ``ocr_confidence`` (0..1) where they are known. In page mode it also has ``page`` (from 0) and
    ``page_label`` (as printed, else the page counted from 1).

    A page that cannot be read stays in its place: its text is empty and its metadata has ``ocr_error``. A page that
    the engine left before its end has ``ocr_truncated``.
    """

    def __init__(
        self,
        engine: str | OcrEngine = "rapidocr",
        *,
        engine_options: Mapping[str, Any] | None = None,
        text: Literal["auto", "ocr", "layer"] = "auto",
        mode: Mode = "page",
        pages: str | None = None,
        password: str | None = None,
        images: str | os.PathLike[str] | None = None,
        workers: int = 1,
        on_error: Literal["keep", "raise"] = "keep",
    ) -> None:
        """Keep the options; models load when the first page is read.

        Args:
            engine: Name of an installed engine, as ``ocr-plugins engines`` lists them, or an engine.
            engine_options: Options of a named engine.
            text: ``auto`` takes a PDF's own text where it is sound, ``ocr`` never does, ``layer`` always does.
            mode: A document per ``page``, or a ``single`` one per file, with paragraphs joined over page ends.
            pages: Which pages, counted from 1, such as ``1-3,7``. All where None.
            password: Of encrypted PDFs.
            images: A folder for the pictures of figures, which the Markdown then links. The links are as the folder is
                given: an absolute one holds wherever the documents are used. None saves no pictures.
            workers: Pages of a file that are read at once, each with the memory of an engine.
            on_error: ``keep`` a page that cannot be read as an empty document with ``ocr_error``, or ``raise``.

        Raises:
            OptionError: An option is unknown or has an invalid value.
            UnknownEngineError: No engine of that name is installed.
            MissingDependencyError: The engine needs a package that is not installed.
        """
        if mode not in get_args(Mode):
            raise OptionError(f"mode: {mode!r} is neither 'page' nor 'single'.")
        self._pipeline = Pipeline(
            engine,
            engine_options=engine_options,
            text=text,
            on_error=on_error,
            images=images,
            workers=workers,
        )
        self._single = mode == "single"
        self._pages = pages
        self._password = password

    def lazy_parse(self, blob: Blob) -> Iterator[Document]:
        """Read a blob, page by page as the iterator is advanced; in single mode all at once.

        Raises:
            SourceError: The blob cannot be opened, whatever ``on_error`` says: there is no page to keep.
            PageError: A page cannot be read, with ``on_error="raise"``.
        """
        source = Path(blob.path) if blob.data is None and blob.path is not None else blob.as_bytes()
        # A blob without a source gets none: all such blobs would share it, and LangChain's indexing, which deletes
        # by source, would take them for versions of one document.
        common = {**blob.metadata, **({"source": blob.source} if blob.source else {})}
        if self._single:
            document = self._pipeline.read(source, pages=self._pages, password=self._password, name=blob.source)
            yield Document(document.markdown, metadata=common | document_metadata(document))
            return
        for page in self._pipeline.iter_pages(source, pages=self._pages, password=self._password, name=blob.source):
            # LangChain's own loaders count pages from 0.
            yield Document(page.markdown, metadata=common | page_metadata(page) | {"page": page.number - 1})
