"""The document loader: files and directories to LangChain documents."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import re
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document
from langchain_core.documents.base import Blob

from langchain_ocr_plugins.options import OnError, OnProgress, Pages
from langchain_ocr_plugins.parser import OcrBlobParser, place
from ocr_plugins import SUFFIXES, LayoutDetector, OcrEngine, Pipeline, Progress
from ocr_plugins.errors import OptionError, SourceError
from ocr_plugins.loading import Mode, part_id
from ocr_plugins.progress import bar

logger = logging.getLogger(__name__)

PathLike = str | os.PathLike[str]


class OcrPluginsLoader(BaseLoader):
    """Loads scans, images and PDFs: one file, several, or all in a directory.

    Setup:
        The extra brings the default engine, which runs offline on a CPU.

        ```bash
        pip install -U "langchain-ocr-plugins[rapidocr]"
        ```

    Instantiate:
        ```python
        from langchain_ocr_plugins import OcrPluginsLoader

        loader = OcrPluginsLoader("scans/", glob="*.pdf", mode="chunk")
        ```

    Lazy load:
        ```python
        for document in loader.lazy_load():
            print(document.metadata["page_label"], document.page_content[:80])
        ```

    Async load:
        ```python
        documents = await loader.aload()
        ```

    Cite:
        ```python
        from ocr_plugins import cite

        cite(documents[0].metadata)[0].save("cited.png")
        ```

    The documents and their metadata are those of :class:`~langchain_ocr_plugins.OcrBlobParser`.

    A file that cannot be opened raises its error if it was asked for alone. Among several (a list or a directory) it
    is logged as a warning and leaves an empty document with its ``source`` and ``ocr_error`` in its place, so that one
    bad file neither ends a long job nor vanishes from it. ``on_error="raise"`` raises in both cases, ``"skip"`` in
    neither: the warning is all there is of it.
    """

    def __init__(
        self,
        path: PathLike | Iterable[PathLike],
        *,
        glob: str = "**/*",
        engine: str | OcrEngine = "rapidocr",
        engine_options: Mapping[str, Any] | None = None,
        text: Literal["auto", "ocr", "layer"] = "auto",
        layout: str | LayoutDetector | None = "auto",
        upright: bool = True,
        batch_size: int | None = None,
        workers: int = 1,
        images: PathLike | None = None,
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
        """Keep the options; files are looked for and opened while loading.

        Args:
            path: A file, a directory, or several of them. A file that they have twice is read once.
            glob: Which files of a directory, relative to it, in upper or lower case; ``*.pdf`` leaves out
                subdirectories. Hidden files and files of unsupported types are never taken.
            engine, engine_options, text, layout, upright, batch_size, workers, images, pipeline, on_error, mode,
                furniture, join_tables, page_breaks, figures, max_tokens, tokenizer, pages, password, progress,
                cancel: See :class:`~langchain_ocr_plugins.OcrBlobParser`; they hold for each file. The bar of several
                files counts files.

        Raises:
            OptionError: An option is unknown, has an invalid value or would have no effect.
            UnknownEngineError: No engine of that name is installed.
            MissingDependencyError: The engine needs a package that is not installed.
        """
        if not glob or glob.startswith("/"):
            raise OptionError(f"glob={glob!r}: give a pattern relative to the directory, such as '**/*.pdf'.")
        self._alone = isinstance(path, str | os.PathLike)
        # As text: a Path would make https:/ of https://, and the message would not say that it is an address.
        self._paths = [os.fspath(p) for p in ([path] if isinstance(path, str | os.PathLike) else path)]
        self._glob = glob
        self._progress = progress
        self._cancel = cancel
        self._parser = OcrBlobParser(
            engine,
            engine_options=engine_options,
            text=text,
            layout=layout,
            upright=upright,
            batch_size=batch_size,
            workers=workers,
            images=images,
            pipeline=pipeline,
            on_error=on_error,
            mode=mode,
            furniture=furniture,
            join_tables=join_tables,
            page_breaks=page_breaks,
            figures=figures,
            max_tokens=max_tokens,
            tokenizer=tokenizer,
            pages=pages,
            password=password,
            progress=progress,
            cancel=cancel,
        )

    @property
    def pipeline(self) -> Pipeline:
        """What reads. Its ``close()`` frees the models, which load again at the next page."""
        return self._parser.pipeline

    def lazy_load(self) -> Iterator[Document]:
        """Read file by file, page by page, as the iterator is advanced.

        Raises:
            SourceError: A file cannot be opened and was asked for alone, or ``on_error="raise"``.
            PageError: A page cannot be read, with ``on_error="raise"``.
            CancelledError: ``cancel`` said so.
        """
        return self._documents(self._cancel)

    async def alazy_load(self) -> AsyncIterator[Document]:
        """As :meth:`lazy_load`, with the work in a thread of its own: the event loop never waits for it.

        A task that is cancelled, or leaves its ``async for``, does not wait either; the thread ends after the batch of
        pages that it is at.
        """
        stop = threading.Event()
        documents = self._documents(lambda: stop.is_set() or (self._cancel is not None and self._cancel()))
        context = contextvars.copy_context()

        def step() -> Document | None:
            return context.run(next, documents, None)

        # One thread, so that closing comes after the step under way: a generator cannot be closed while it runs.
        thread = ThreadPoolExecutor(1, thread_name_prefix="langchain-ocr-plugins")
        loop = asyncio.get_running_loop()
        try:
            while document := await loop.run_in_executor(thread, step):
                yield document
        finally:
            stop.set()
            thread.submit(documents.close)
            thread.shutdown(wait=False)

    def _documents(self, cancel: Callable[[], bool] | None) -> Generator[Document]:
        if self._progress is not True or len(files := list(self._files())) == 1:
            yield from self._documents_of(self._files(), self._progress, cancel)
            return
        with bar("Loading", len(files), "file") as shown:

            def report(step: Progress) -> None:
                shown.set_postfix_str(f"{Path(step.source).name}, page {step.done} of {step.total}")

            def counted() -> Iterator[str]:
                for file in files:
                    yield file
                    shown.update()

            yield from self._documents_of(counted(), report, cancel)

    def _documents_of(
        self, files: Iterable[str], progress: OnProgress, cancel: Callable[[], bool] | None
    ) -> Iterator[Document]:
        for file in files:
            blob = Blob.from_path(file)
            try:
                yield from self._parser._documents(blob, progress, cancel)
            except SourceError as error:
                if self._parser._on_error == "raise" or (self._alone and file in self._paths):
                    raise
                logger.warning("%s could not be read: %s", file, error)
                yield Document("", id=part_id(place(blob)), metadata={"source": file, "ocr_error": str(error)})

    def _files(self) -> Iterator[str]:
        """Each file once, in the order of the paths."""
        seen: set[Path] = set()
        for path in self._paths:
            for file in _files_in(Path(path), self._glob) if Path(path).is_dir() else [path]:
                if (place := Path(file).absolute()) not in seen:
                    seen.add(place)
                    yield file


def _files_in(directory: Path, glob: str) -> list[str]:
    """The files of a directory that are loaded, in the order of their names; a warning where there are none."""
    found = [file for file in sorted(directory.glob(_in_any_case(glob))) if file.is_file()]
    taken = [f for f in found if f.suffix.lower() in SUFFIXES and not _hidden(f.relative_to(directory))]
    logger.info("%s: files that match %r: %d, loaded: %d", directory, glob, len(found), len(taken))
    if not taken:
        kinds = ", ".join(sorted(SUFFIXES))
        logger.warning("%s: files that match %r: %d, none of a supported type: %s", directory, glob, len(found), kinds)
    return [str(file) for file in taken]


def _in_any_case(glob: str) -> str:
    """The pattern for upper and lower case alike, as types are told: scanners write SCAN.PDF."""

    def both(letters: re.Match[str]) -> str:
        negation, inside = letters[1] or "", letters[2] or letters[0]
        return f"[{negation}{inside.lower()}{inside.upper()}]"

    return re.sub(r"\[(!?)([^]]+)\]|[^\W\d_]", both, glob)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
