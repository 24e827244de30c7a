"""The reader: files to LlamaIndex documents."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Literal

from fsspec import AbstractFileSystem
from llama_index.core.readers.base import BasePydanticReader
from llama_index.core.schema import Document
from llama_index.readers.ocr_plugins.location import location
from pydantic import BaseModel, ConfigDict, Field, InstanceOf, field_serializer, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from ocr_plugins import LayoutDetector, OcrEngine, Pipeline, Progress
from ocr_plugins.errors import OptionError, SourceError, SourceNotFoundError
from ocr_plugins.loading import Loading, Mode, Part

logger = logging.getLogger(__name__)

# What says where a passage comes from. Other keys of ours only take room in what the models are shown; a passage begins
# with its headings.
SHOWN = ("file_name", "page_label")
# Of the fields, what says how a file becomes documents.
LOADING = ("mode", "furniture", "join_tables", "page_breaks", "figures", "max_tokens", "tokenizer")
# What the reader has in common with its pipeline.
SHARED = ("engine", "engine_options", "text", "layout", "upright", "batch_size", "workers", "images")


class OcrPluginsReader(BasePydanticReader):
    """Reads scans, images and PDFs into documents, alone or as ``file_extractor`` of SimpleDirectoryReader.

    The fields are its configuration: they are fixed, may be used by several threads, and survive pickling and, but for
    ``password``, ``tokenizer``, ``progress`` and ``cancel``, JSON. Models load when the first page is read, once in
    each process.

    Every document's metadata has ``file_name``, ``source`` (the path as given), and ``total_pages``, ``ocr_engine``
    and ``ocr_confidence`` (0..1) where they are known. In all modes but ``document`` it also has ``page`` (from 1) and
    ``page_label`` (as printed, else the page's number). Passages (sections, chunks and blocks) also have
    ``last_page``, ``headings`` (``A > B``), ``kind``, and ``boxes``, JSON that tells where they stand:
    :func:`ocr_plugins.cite` shows it. All values are scalars.

    A page that cannot be read stays in its place: its text is empty and its metadata has ``ocr_error``. A page that
    the engine left before its end has ``ocr_truncated``. ``ocr_warnings`` has the codes of what a reader should
    distrust, joined by commas.

    Examples:
        `pip install "llama-index-readers-ocr-plugins[rapidocr]"`

        ```python
        from llama_index.readers.ocr_plugins import OcrPluginsReader

        reader = OcrPluginsReader(mode="chunk", pages="1-3")
        documents = reader.load_data("scan.pdf")
        ```

    Raises:
        pydantic.ValidationError: An option is unknown, has an invalid value or would have no effect. It is a
            ValueError, like the OptionError that it may hold.
        UnknownEngineError: No engine of that name is installed.
        MissingDependencyError: The engine needs a package that is not installed.
    """

    # Messages of pydantic show what was given, a password too.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    engine: str | InstanceOf[OcrEngine] = Field(
        default="rapidocr",
        description="Name of an installed engine, as `ocr-plugins engines` lists them, or an engine.",
    )
    engine_options: dict[str, Any] | None = Field(default=None, description="Options of a named engine.")
    text: Literal["auto", "ocr", "layer"] = Field(
        default="auto",
        description="`auto` takes a PDF's own text where it is sound, `ocr` never does, `layer` always does.",
    )
    layout: str | InstanceOf[LayoutDetector] | None = Field(
        default="auto",
        description="Name of a layout detector, or one; `auto` for the bundled one, None for geometry alone.",
    )
    upright: bool = Field(default=True, description="Turn and straighten pages before they are read.")
    batch_size: int | None = Field(
        default=None, ge=1, description="Pages that the engine is given at once; None for what suits it."
    )
    workers: int = Field(
        default=1, ge=1, description="Pages of a file that are read at once, each with the memory of an engine."
    )
    images: str | os.PathLike[str] | None = Field(
        default=None,
        description=(
            "A folder for the pictures of figures, which the Markdown then links. The links are as the folder is "
            "given: an absolute one holds wherever the documents are used. Default: no pictures are saved."
        ),
    )
    pipeline: SkipJsonSchema[InstanceOf[Pipeline]] = Field(
        default=None,  # type: ignore[assignment]
        exclude=True,
        repr=False,
        description=(
            "Your own, with its models loaded once for all that use it, instead of the options above, which then are "
            "the pipeline's. Of a reader made by options, the pipeline that they make."
        ),
    )
    on_error: Literal["keep", "skip", "raise"] = Field(
        default="keep",
        description=(
            "Keep a page that cannot be read as an empty document with `ocr_error`; skip it, and blank pages and files "
            "that cannot be opened, for stores that take no empty text; or raise. With `pipeline`, what that does; or "
            "`skip`."
        ),
    )
    mode: Mode = Field(
        default="page",
        description=(
            "A document per `page`, or one per file (`document`), with paragraphs joined over page ends, as Markdown; "
            "or one per `section`, `chunk` or `block`, as text for embedding that begins with its headings."
        ),
    )
    furniture: bool = Field(
        default=False,
        description="Keep page headers, footers and numbers in the text; in page and document mode.",
    )
    join_tables: bool = Field(
        default=False, description="Make one table of those that continue over a page end; in document mode."
    )
    page_breaks: bool = Field(
        default=False,
        description="Put a comment with its number, `<!-- page 3 -->`, before each page; in document mode.",
    )
    figures: bool = Field(
        default=True,
        description="Show with a comment where a figure is that has no picture; in page and document mode.",
    )
    max_tokens: int | None = Field(
        default=None,
        ge=1,
        description="The most that a chunk has, its headings included; in chunk mode. Default: 1000.",
    )
    tokenizer: SkipJsonSchema[Any] = Field(
        default=None,
        exclude=True,
        repr=False,
        description=(
            "What counts the tokens of a chunk: an object with `encode`, such as a tokenizer of transformers or "
            "tiktoken, or a function of a text; in chunk mode. Default: characters count. It is not serialised."
        ),
    )
    pages: str | int | Sequence[int] | None = Field(
        default=None,
        description="Which pages: a number, a range, several, or a string such as `1-3,7`; from 1. Default: all.",
    )
    password: str | None = Field(
        default=None, exclude=True, repr=False, description="Of encrypted PDFs. It is not serialised."
    )
    progress: SkipJsonSchema[bool | Callable[[Progress], object] | None] = Field(
        default=None,
        exclude=True,
        repr=False,
        description=(
            "True for a bar, which needs tqdm; or what is called after each page, in the thread that reads. It is not "
            "serialised."
        ),
    )
    cancel: SkipJsonSchema[Callable[[], bool] | None] = Field(
        default=None,
        exclude=True,
        repr=False,
        description="Asked before each batch of pages: where it says True, reading ends with CancelledError. It is not "
        "serialised.",
    )

    @classmethod
    def class_name(cls) -> str:
        """Name of the class in serialised form."""
        return "OcrPluginsReader"

    def model_post_init(self, context: Any, /) -> None:
        """Make the pipeline now: SimpleDirectoryReader would swallow what is wrong with the options later."""
        super().model_post_init(context)
        self._loading()
        if self.pipeline is None:
            options = {name: getattr(self, name) for name in SHARED}
            self._set(pipeline=Pipeline(**options, on_error="raise" if self.on_error == "raise" else "keep"))

    @model_validator(mode="before")
    @classmethod
    def _from_pipeline(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        # LlamaIndex adds it to every dump; here, where an unknown option is an error, it has to be taken out again.
        data = {name: value for name, value in data.items() if name != "class_name"}
        own = data.get("pipeline")
        if not isinstance(own, Pipeline):
            return data
        skip = data.get("on_error") == "skip"
        if given := [name for name in (*SHARED, "on_error") if name in data and not (name == "on_error" and skip)]:
            raise OptionError(f"{', '.join(given)}: with pipeline=, give these to the Pipeline itself.")
        if skip and own.on_error == "raise":
            raise OptionError("on_error='skip': the pipeline raises at the first failure; make it with 'keep'.")
        return {**data, **_options(own), "on_error": "skip" if skip else own.on_error}

    @field_validator("images", mode="before")
    @classmethod
    def _path_as_text(cls, images: Any) -> Any:
        return os.fspath(images) if isinstance(images, os.PathLike) else images

    @field_validator("pages", mode="before")
    @classmethod
    def _as_list(cls, pages: Any) -> Any:
        # What JSON has, so that a reader made of it is equal.
        return list(pages) if isinstance(pages, range | tuple) else pages

    @field_serializer("engine", "layout")
    def _by_name(self, plugin: str | OcrEngine | LayoutDetector | None) -> str | None:
        if plugin is None or isinstance(plugin, str):
            return plugin
        raise TypeError(
            f"A reader with an object as engine or layout ({type(plugin).__name__}) cannot be serialised. "
            "Register it as a plugin and give its name."
        )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> OcrPluginsReader:
        """A copy, with some fields changed; these are checked, and a pipeline is made of them."""
        if not update:
            return super().model_copy(deep=deep)
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "pipeline"}
        return type(self)(**{**fields, **update})

    def __getstate__(self) -> dict[Any, Any]:
        # LlamaIndex's own leaves out what cannot be pickled: another engine would read, and nobody be told.
        state = BaseModel.__getstate__(self)
        fields = {name: value for name, value in state["__dict__"].items() if name not in SHARED}
        return state | {"__dict__": fields | {"pipeline": pickle.dumps(self.pipeline)}}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        pipeline = _unpickled(state["__dict__"]["pipeline"])
        BaseModel.__setstate__(self, state | {"__dict__": state["__dict__"] | _options(pipeline)})
        self._set(pipeline=pipeline)

    def lazy_load_data(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None = None,
        fs: AbstractFileSystem | None = None,
    ) -> Iterator[Document]:
        """Read a file, page by page as the iterator is advanced; in other modes than `page` all at once.

        Args:
            file_path: The file; on ``fs`` where that is given.
            extra_info: More metadata for every document; copied, and stronger than the reader's own.
            fs: An fsspec file system to read from instead of the local disk.

        Yields:
            Documents whose ids depend on the file's location and the page, those of passages on their text and place
            too: loading a file again updates them.

        Raises:
            SourceError: The file cannot be opened and ``on_error`` is not ``skip``: there is no page to keep.
            PageError: A page cannot be read, with ``on_error="raise"``.
            CancelledError: ``cancel`` said so.
        """
        return self._documents(file_path, extra_info, fs, self.cancel)

    async def alazy_load_data(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None = None,
        fs: AbstractFileSystem | None = None,
    ) -> Iterable[Document]:
        """Read a file in a thread, whole: a lazy iterable would do its work in the event loop, where it is consumed.

        A task that is cancelled does not wait for the thread, which ends after the batch of pages that it is at.
        Takes and raises what :meth:`lazy_load_data` does.
        """
        return await self.aload_data(file_path, extra_info, fs)

    async def aload_data(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None = None,
        fs: AbstractFileSystem | None = None,
    ) -> list[Document]:
        """As :meth:`alazy_load_data`."""
        stop = threading.Event()

        def cancel() -> bool:
            return stop.is_set() or (self.cancel is not None and self.cancel())

        try:
            return await asyncio.to_thread(lambda: list(self._documents(file_path, extra_info, fs, cancel)))
        finally:
            stop.set()

    def _documents(
        self,
        file_path: str | PurePath,
        extra_info: Mapping[str, Any] | None,
        fs: AbstractFileSystem | None,
        cancel: Callable[[], bool] | None,
    ) -> Iterator[Document]:
        path = str(file_path)
        common = {"file_name": PurePath(path).name, "source": path}
        extra = dict(extra_info or {})
        try:
            # A remote file is read whole: an open handle would have to be held between two documents.
            data = None if fs is None else _read(path, fs)
            place = location(path, fs, data)
            parts = self._loading().parts(
                self.pipeline,
                path if data is None else data,
                place,
                skip=self.on_error == "skip",
                pages=self.pages,
                password=self.password,
                name=path,
                progress=self.progress,
                cancel=cancel,
            )
            for part in parts:
                yield _document(part, common, extra)
        except SourceError as error:
            if self.on_error != "skip":
                raise
            logger.warning("%s is left out: %s", path, error)

    def _loading(self) -> Loading:
        return Loading(**{name: getattr(self, name) for name in LOADING})

    def _set(self, *, pipeline: Pipeline) -> None:
        object.__setattr__(self, "pipeline", pipeline)


def _options(pipeline: Pipeline) -> dict[str, Any]:
    """A pipeline's options as the reader's fields have them."""
    options = {name: getattr(pipeline, name) for name in SHARED}
    options["images"] = None if pipeline.images is None else os.fspath(pipeline.images)
    return options


@functools.lru_cache(maxsize=1)
def _unpickled(data: bytes) -> Pipeline:
    """The same pipeline for the same bytes: SimpleDirectoryReader sends a worker its reader anew with every file."""
    pipeline: Pipeline = pickle.loads(data)
    return pipeline


def _read(path: str, fs: AbstractFileSystem) -> bytes:
    try:
        return bytes(fs.cat_file(path))
    except FileNotFoundError as error:
        raise SourceNotFoundError(f"There is no file {path} on the {type(fs).__name__} given.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read from the {type(fs).__name__} given: {error}") from error


def _document(part: Part, common: Mapping[str, Any], extra: Mapping[str, Any]) -> Document:
    metadata = {**common, **part.metadata}
    hidden = [key for key in metadata if key not in SHOWN]
    return Document(
        id_=part.id,
        text=part.text,
        metadata={**metadata, **extra},
        excluded_embed_metadata_keys=hidden,
        excluded_llm_metadata_keys=list(hidden),
    )
