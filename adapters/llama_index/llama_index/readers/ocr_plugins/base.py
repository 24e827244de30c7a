"""The reader: files to LlamaIndex documents."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Literal

from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from llama_index.core.readers.base import BasePydanticReader
from llama_index.core.schema import Document
from pydantic import ConfigDict, Field, InstanceOf, PrivateAttr, field_serializer, field_validator, model_validator

from ocr_plugins import OcrEngine, Pipeline
from ocr_plugins.metadata import document_metadata, page_metadata

EXCLUDED = ("source", "page", "total_pages", "ocr_engine", "ocr_confidence", "ocr_truncated", "ocr_error")
"""Keys that neither the embedding model nor the LLM is shown.

``file_name`` and ``page_label`` are left to say where a passage comes from; the others only take room.
"""


class OcrPluginsReader(BasePydanticReader):
    """Reads scans, images and PDFs into Markdown documents, alone or as ``file_extractor`` of SimpleDirectoryReader.

    The fields are its configuration: they are fixed, survive JSON (but for the password) and pickling (with it), and
    may be used by several threads. Models load when the first page is read, once in each process.

    Every document's metadata has ``file_name``, ``source`` (the path as given), and ``total_pages``, ``ocr_engine``
    and ``ocr_confidence`` (0..1) where they are known. In page mode it also has ``page`` (from 1) and ``page_label``
    (as printed, else the page's number). All values are scalars.

    A page that cannot be read stays in its place: its text is empty and its metadata has ``ocr_error``. A page that
    the engine left before its end has ``ocr_truncated``.

    Example:
        >>> reader = OcrPluginsReader(text="ocr", pages="1-3")
        >>> documents = reader.load_data("scan.pdf")  # doctest: +SKIP

    Raises:
        pydantic.ValidationError: An option is unknown or has an invalid value.
        UnknownEngineError: No engine of that name is installed.
        MissingDependencyError: The engine needs a package that is not installed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str | InstanceOf[OcrEngine] = Field(
        default="rapidocr",
        description="Name of an installed engine, as `ocr-plugins engines` lists them, or an engine.",
    )
    engine_options: dict[str, Any] = Field(default_factory=dict, description="Options of a named engine.")
    text: Literal["auto", "ocr", "layer"] = Field(
        default="auto",
        description="`auto` takes a PDF's own text where it is sound, `ocr` never does, `layer` always does.",
    )
    mode: Literal["page", "single"] = Field(
        default="page",
        description="A document per page, or a single one per file, with paragraphs joined over page ends.",
    )
    pages: str | None = Field(default=None, description="Which pages, counted from 1, such as `1-3,7`. Default: all.")
    password: str | None = Field(
        default=None, exclude=True, repr=False, description="Of encrypted PDFs. It is not serialised."
    )
    images: str | None = Field(
        default=None,
        description=(
            "A folder for the pictures of figures, which the Markdown then links. The links are as the folder is "
            "given: an absolute one holds wherever the documents are used. Default: no pictures are saved."
        ),
    )
    workers: int = Field(
        default=1, ge=1, description="Pages of a file that are read at once, each with the memory of an engine."
    )
    on_error: Literal["keep", "raise"] = Field(
        default="keep",
        description="Keep a page that cannot be read as an empty document with `ocr_error`, or raise.",
    )

    _pipeline: Pipeline = PrivateAttr()

    @classmethod
    def class_name(cls) -> str:
        """Name of the class in serialised form."""
        return "OcrPluginsReader"

    def model_post_init(self, context: Any, /) -> None:
        """Make the pipeline now: SimpleDirectoryReader would swallow what is wrong with the options later."""
        super().model_post_init(context)
        self._pipeline = Pipeline(
            self.engine,
            engine_options=self.engine_options,
            text=self.text,
            on_error=self.on_error,
            images=self.images,
            workers=self.workers,
        )

    @model_validator(mode="before")
    @classmethod
    def _without_class_name(cls, data: Any) -> Any:
        # LlamaIndex adds it to every dump; here, where an unknown option is an error, it has to be taken out again.
        return {k: v for k, v in data.items() if k != "class_name"} if isinstance(data, dict) else data

    @field_validator("images", mode="before")
    @classmethod
    def _path_as_text(cls, images: Any) -> Any:
        return os.fspath(images) if isinstance(images, os.PathLike) else images

    @field_serializer("engine")
    def _engine_by_name(self, engine: str | OcrEngine) -> str:
        if isinstance(engine, str):
            return engine
        raise TypeError(
            f"A reader with an engine object ({type(engine).__name__}) cannot be serialised. "
            "Register the engine as a plugin and give its name as `engine`."
        )

    def lazy_load_data(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None = None,
        fs: AbstractFileSystem | None = None,
    ) -> Iterator[Document]:
        """Read a file, page by page as the iterator is advanced; in single mode all at once.

        Args:
            file_path: The file; on ``fs`` where that is given.
            extra_info: More metadata for every document; copied, and stronger than the reader's own.
            fs: An fsspec file system to read from instead of the local disk.

        Yields:
            Documents whose ids depend on the file's location and the page alone: loading a file again updates them.

        Raises:
            SourceError: The file cannot be opened, whatever ``on_error`` says: there is no page to keep.
            PageError: A page cannot be read, with ``on_error="raise"``.
        """
        path = str(file_path)
        # A remote file is read whole: an open handle would have to be held between two documents.
        source = Path(path) if fs is None else bytes(fs.cat_file(path))
        url = str((fs or LocalFileSystem()).unstrip_protocol(path))
        common = {"file_name": PurePath(path).name, "source": path}
        extra = dict(extra_info or {})
        if self.mode == "single":
            document = self._pipeline.read(source, pages=self.pages, password=self.password, name=path)
            yield _document(url, document.markdown, common | document_metadata(document) | extra)
            return
        for page in self._pipeline.iter_pages(source, pages=self.pages, password=self.password, name=path):
            yield _document(f"{url}#page={page.number}", page.markdown, common | page_metadata(page) | extra)

    async def alazy_load_data(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None = None,
        fs: AbstractFileSystem | None = None,
    ) -> Iterable[Document]:
        """Read a file in a thread, whole: a lazy iterable would do its work in the event loop, where it is consumed.

        Takes and raises what :meth:`lazy_load_data` does.
        """
        return await asyncio.to_thread(self.load_data, file_path, extra_info, fs)


def _document(location: str, text: str, metadata: dict[str, Any]) -> Document:
    return Document(
        id_=str(uuid.uuid5(uuid.NAMESPACE_URL, location)),
        text=text,
        metadata=metadata,
        excluded_embed_metadata_keys=list(EXCLUDED),
        excluded_llm_metadata_keys=list(EXCLUDED),
    )
