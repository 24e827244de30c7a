"""The document loader: files and directories to LangChain documents."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document
from langchain_core.documents.base import Blob

from langchain_ocr_plugins.parser import Mode, OcrBlobParser
from ocr_plugins import SUFFIXES, OcrEngine
from ocr_plugins.errors import SourceError

logger = logging.getLogger(__name__)

PathLike = str | os.PathLike[str]


class OcrPluginsLoader(BaseLoader):
    """Loads scans, images and PDFs as Markdown: one file, several, or all in a directory.

    The documents and their metadata are those of :class:`~langchain_ocr_plugins.OcrBlobParser`.

    A file that cannot be opened raises its error if it was asked for alone. Among several (a list or a directory) it
    is logged as a warning and leaves an empty document with its ``source`` and ``ocr_error`` in its place, so that one
    bad file neither ends a long job nor vanishes from it. ``on_error="raise"`` raises in both cases.

    Example:
        >>> loader = OcrPluginsLoader("scans/", glob="*.pdf", text="ocr")
        >>> documents = loader.load()  # doctest: +SKIP
    """

    def __init__(
        self,
        path: PathLike | Iterable[PathLike],
        *,
        glob: str = "**/*",
        mode: Mode = "page",
        engine: str | OcrEngine = "rapidocr",
        engine_options: Mapping[str, Any] | None = None,
        text: Literal["auto", "ocr", "layer"] = "auto",
        pages: str | None = None,
        password: str | None = None,
        images: PathLike | None = None,
        workers: int = 1,
        on_error: Literal["keep", "raise"] = "keep",
    ) -> None:
        """Keep the options; files are looked for and opened while loading.

        Args:
            path: A file, a directory, or several of them.
            glob: Which files of a directory, relative to it; ``*.pdf`` leaves out subdirectories. Hidden files and
                files of unsupported types are never taken.
            mode: A document per ``page``, or a ``single`` one per file, with paragraphs joined over page ends.
            engine: Name of an installed engine, as ``ocr-plugins engines`` lists them, or an engine.
            engine_options: Options of a named engine.
            text: ``auto`` takes a PDF's own text where it is sound, ``ocr`` never does, ``layer`` always does.
            pages: Which pages of each file, counted from 1, such as ``1-3,7``. All where None.
            password: Of encrypted PDFs.
            images: A folder for the pictures of figures, which the Markdown then links. The links are as the folder is
                given: an absolute one holds wherever the documents are used. None saves no pictures.
            workers: Pages of a file that are read at once, each with the memory of an engine.
            on_error: ``keep`` what cannot be read as an empty document with ``ocr_error``, or ``raise``.

        Raises:
            OptionError: An option is unknown or has an invalid value.
            UnknownEngineError: No engine of that name is installed.
            MissingDependencyError: The engine needs a package that is not installed.
        """
        self._alone = isinstance(path, str | os.PathLike)
        self._paths = [Path(path)] if isinstance(path, str | os.PathLike) else [Path(p) for p in path]
        self._glob = glob
        self._on_error = on_error
        self._parser = OcrBlobParser(
            engine,
            engine_options=engine_options,
            text=text,
            mode=mode,
            pages=pages,
            password=password,
            images=images,
            workers=workers,
            on_error=on_error,
        )

    def lazy_load(self) -> Iterator[Document]:
        """Read file by file, page by page, as the iterator is advanced.

        Raises:
            SourceError: A file cannot be opened and was asked for alone, or ``on_error="raise"``.
            PageError: A page cannot be read, with ``on_error="raise"``.
        """
        for file in self._files():
            try:
                yield from self._parser.lazy_parse(Blob.from_path(file))
            except SourceError as error:
                if self._on_error == "raise" or (self._alone and file in self._paths):
                    raise
                logger.warning("%s could not be read: %s", file, error)
                yield Document("", metadata={"source": str(file), "ocr_error": str(error)})

    def _files(self) -> Iterator[Path]:
        for path in self._paths:
            if path.is_dir():
                yield from self._files_in(path)
            else:
                yield path

    def _files_in(self, directory: Path) -> list[Path]:
        files = [f for f in sorted(directory.glob(self._glob)) if f.is_file() and not _hidden(f.relative_to(directory))]
        supported = [f for f in files if f.suffix.lower() in SUFFIXES]
        logger.info("%s: %d files, %d of other types left out", directory, len(supported), len(files) - len(supported))
        if not supported:
            logger.warning("%s has no %r of a supported type: %s", directory, self._glob, ", ".join(sorted(SUFFIXES)))
        return supported


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
