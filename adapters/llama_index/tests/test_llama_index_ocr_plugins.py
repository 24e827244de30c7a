"""What a LlamaIndex user can rely on."""

from __future__ import annotations

import asyncio
import io
import json
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import fsspec
import llama_index.readers
import pytest
from llama_index.core import SimpleDirectoryReader
from llama_index.core.readers.base import BaseReader, ReaderConfig
from llama_index.core.schema import Document, MetadataMode
from llama_index.readers.ocr_plugins import OcrPluginsReader
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import (
    EncryptedPdfError,
    MissingDependencyError,
    OcrError,
    SourceError,
    SourceNotFoundError,
    UnknownEngineError,
)
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

LETTER = [
    "Dear reader,",
    "we write to you about the crane in the harbour.",
    "It was built in 1928 and lifts twelve tons.",
    "This spring it was painted red, and it will be",
    "shown to visitors from the first of May.",
]
T = TypeVar("T")


class Fake(FakeEngine):
    """Looks at small images and says itself where the blocks are, so that little time is spent around it."""

    info = replace(FakeEngine.info, longest_edge=400)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"texts": ("line one", "line two"), "output": "blocks", **options})


class StopsEarly(Fake):
    """Does not get to the end of page 2."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        results = zip(images, super().recognize(images), strict=True)
        return [replace(result, truncated=image.number == 2) for image, result in results]


class NotInstalled(Fake):
    """Finds out when it is used that its package is missing."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        raise MissingDependencyError(f"{len(images)} pages need torch: pip install 'ocr-plugins[trocr]'")


FAKE = Fake()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned PDF of three pages."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_pdf([made_page([f"page {n}"]) for n in (1, 2, 3)]))
    return path


@pytest.fixture
def memory() -> Iterator[Any]:
    """A file system that is not the disk; its contents are shared by the whole process."""
    fs = fsspec.filesystem("memory")
    yield fs
    for path in fs.ls("/", detail=False):
        fs.rm(path, recursive=True)


def born_digital(**options: Any) -> bytes:
    """A PDF with a text layer, and with its only page labelled ``iv``."""
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=4)
    canvas.drawString(72, 700, "Set in type, and never printed on paper.")
    canvas.save()
    return file.getvalue()


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` returns; fails instead of hanging where it does not end in time."""
    result: list[T] = []
    thread = threading.Thread(target=lambda: result.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert result, f"not done within {seconds} s"
    return result[0]


def assert_flat(metadata: dict[str, Any]) -> None:
    assert all(type(value) in (str, int, float, bool) for value in metadata.values()), metadata
    assert json.loads(json.dumps(metadata, allow_nan=False)) == metadata


@pytest.mark.slow
def test_the_default_engine_reads_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    made_page(LETTER).save(path)
    (document,) = OcrPluginsReader().load_data(path)
    assert "the crane in the harbour" in document.text
    assert document.metadata["ocr_engine"] == "rapidocr"
    assert 0.8 < document.metadata["ocr_confidence"] <= 1


def test_the_package_leaves_the_namespace_to_others() -> None:
    assert getattr(llama_index, "__file__", None) is None
    assert getattr(llama_index.readers, "__file__", None) is None


def test_page_mode_gives_a_document_per_page(scan: Path) -> None:
    documents = OcrPluginsReader(engine=FAKE).load_data(scan)
    assert [d.text for d in documents] == [p.markdown for p in Pipeline(FAKE).iter_pages(scan)]
    assert "line one" in documents[0].text


def test_page_metadata(scan: Path) -> None:
    documents = OcrPluginsReader(engine=FAKE).load_data(scan)
    engine = Pipeline(FAKE).read(scan).pages[0].engine
    always = {"file_name": "scan.pdf", "source": str(scan), "total_pages": 3, "ocr_engine": engine}
    assert [{k: v for k, v in d.metadata.items() if k != "ocr_confidence"} for d in documents] == [
        {**always, "page": n, "page_label": str(n)} for n in (1, 2, 3)
    ]


def test_workers_read_the_same_in_the_same_order(scan: Path) -> None:
    alone, together = (OcrPluginsReader(engine=FAKE, workers=n).load_data(scan) for n in (1, 2))
    assert [d.text for d in together] == [d.text for d in alone]


def test_single_mode_gives_one_document_per_file(scan: Path) -> None:
    (document,) = OcrPluginsReader(engine=FAKE, mode="single").load_data(scan)
    assert document.text == Pipeline(FAKE).read(scan).markdown
    assert (document.metadata["source"], document.metadata["total_pages"]) == (str(scan), 3)
    assert not {"page", "page_label"} & document.metadata.keys()


@pytest.mark.parametrize("mode", ["page", "single"])
def test_metadata_is_flat_scalars(scan: Path, mode: Any) -> None:
    documents = OcrPluginsReader(engine=Fake(texts=("words",), fail_on=1), mode=mode).load_data(scan)
    assert any("ocr_error" in d.metadata for d in documents)
    for document in documents:
        assert_flat(document.model_dump()["metadata"])


@pytest.mark.parametrize("mode", ["page", "single"])
def test_confidence_is_rounded_and_absent_when_unknown(scan: Path, mode: Any) -> None:
    known = OcrPluginsReader(engine=Fake(confidence=0.87654), mode=mode, pages="1").load_data(scan)
    unknown = OcrPluginsReader(engine=Fake(confidence=None), mode=mode, pages="1").load_data(scan)
    assert [d.metadata["ocr_confidence"] for d in known] == [0.877]
    assert ["ocr_confidence" in d.metadata for d in unknown] == [False]


@pytest.mark.parametrize(("mode", "expected"), [("page", [None, True, None]), ("single", [True])])
def test_a_truncated_page_is_flagged(scan: Path, mode: Any, expected: list[bool | None]) -> None:
    documents = OcrPluginsReader(engine=StopsEarly(), mode=mode).load_data(scan)
    assert [d.metadata.get("ocr_truncated") for d in documents] == expected


def test_a_failed_page_stays_in_place_without_text(scan: Path) -> None:
    documents = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2)).load_data(scan)
    assert [d.text for d in documents] == ["good", "", "good"]
    assert [d.metadata["page"] for d in documents] == [1, 2, 3]
    assert [bool(d.metadata.get("ocr_error")) for d in documents] == [False, True, False]


def test_single_mode_names_the_failed_pages(scan: Path) -> None:
    (document,) = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2), mode="single").load_data(scan)
    error = document.metadata["ocr_error"]
    assert error.startswith("page 2: ")
    assert error.removeprefix("page 2: ") not in document.text


def test_on_error_raise_stops_at_the_failed_page(scan: Path) -> None:
    reader = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2), on_error="raise")
    with pytest.raises(OcrError):
        reader.load_data(scan)


def test_a_file_that_cannot_be_opened_raises(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"this is no PDF")
    with pytest.raises(SourceError, match=r"bad\.pdf"):
        OcrPluginsReader(engine=FAKE).load_data(tmp_path / "bad.pdf")
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf"):
        OcrPluginsReader(engine=FAKE).load_data(str(tmp_path / "none.pdf"))


def test_pages_are_selected_as_people_count(scan: Path) -> None:
    documents = OcrPluginsReader(engine=FAKE, pages="2-3").load_data(scan)
    assert [(d.metadata["page"], d.metadata["page_label"]) for d in documents] == [(2, "2"), (3, "3")]


def test_extra_info_is_copied_and_stronger(scan: Path) -> None:
    extra = {"case": 7, "file_name": "as filed"}
    first, second, _ = OcrPluginsReader(engine=FAKE).load_data(scan, extra_info=extra)
    assert (first.metadata["case"], first.metadata["file_name"], first.metadata["page"]) == (7, "as filed", 1)
    first.metadata["case"] = 8
    assert second.metadata["case"] == 7
    assert extra == {"case": 7, "file_name": "as filed"}


def test_the_file_is_read_from_the_file_system_given(scan: Path, memory: Any) -> None:
    memory.pipe_file("/far/away.pdf", scan.read_bytes())
    documents = OcrPluginsReader(engine=FAKE).load_data("/far/away.pdf", fs=memory)
    assert [(d.metadata["file_name"], d.metadata["page"]) for d in documents] == [("away.pdf", n) for n in (1, 2, 3)]
    with pytest.raises(FileNotFoundError):
        OcrPluginsReader(engine=FAKE).load_data(str(scan), fs=memory)


def test_ids_depend_on_place_and_page_alone(
    scan: Path, tmp_path: Path, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ids(path: str | Path, fs: Any = None, **options: Any) -> list[str]:
        return [d.id_ for d in OcrPluginsReader(**{"engine": FAKE, **options}).load_data(path, fs=fs)]

    memory.pipe_file(str(scan), scan.read_bytes())
    monkeypatch.chdir(tmp_path)
    here = ids(scan)
    assert len(set(here)) == 3
    assert here == ids(scan, engine=Fake(texts=("other",))) == ids(scan, fsspec.filesystem("file")) == ids("scan.pdf")
    assert ids(scan, pages="2") == here[1:2]
    assert not set(here) & {*ids(scan, memory), *ids(scan, mode="single")}


def test_the_models_are_shown_file_name_and_page_label_only(scan: Path) -> None:
    failing = Fake(texts=("words",), fail_on=2)
    for document in OcrPluginsReader(engine=failing).load_data(scan):
        for mode in (MetadataMode.EMBED, MetadataMode.LLM):
            assert document.get_metadata_str(mode).splitlines() == [
                "file_name: scan.pdf",
                f"page_label: {document.metadata['page']}",
            ]


def test_the_label_of_a_page_is_the_printed_one(tmp_path: Path) -> None:
    (tmp_path / "preface.pdf").write_bytes(born_digital())
    (document,) = OcrPluginsReader(engine=FAKE).load_data(tmp_path / "preface.pdf")
    assert (document.metadata["page"], document.metadata["page_label"]) == (1, "iv")


@pytest.mark.parametrize(("text", "engine"), [("auto", "text-layer"), ("layer", "text-layer"), ("ocr", "Fake")])
def test_the_engine_named_is_the_one_that_read_the_page(tmp_path: Path, text: Any, engine: str) -> None:
    (tmp_path / "letter.pdf").write_bytes(born_digital())
    (document,) = OcrPluginsReader(engine=FAKE, text=text).load_data(tmp_path / "letter.pdf")
    assert document.metadata["ocr_engine"] == engine


def test_a_password_opens_an_encrypted_pdf(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(born_digital(encrypt="sesame"))
    (document,) = OcrPluginsReader(engine=FAKE, text="layer", password="sesame").load_data(path)
    assert "never printed" in document.text
    with pytest.raises(EncryptedPdfError, match="password"):
        OcrPluginsReader(engine=FAKE).load_data(path)


def test_only_the_lazy_method_is_implemented() -> None:
    assert OcrPluginsReader.lazy_load_data is not BaseReader.lazy_load_data
    assert OcrPluginsReader.load_data is BaseReader.load_data


def test_interleaved_iterators_do_not_deadlock(scan: Path) -> None:
    reader = OcrPluginsReader(engine=FAKE)
    begun_here = reader.lazy_load_data(scan)
    first = next(begun_here)
    pairs = within(60, lambda: list(zip(begun_here, reader.lazy_load_data(scan), strict=False)))
    assert first.metadata["page"] == 1
    assert [(a.metadata["page"], b.metadata["page"]) for a, b in pairs] == [(2, 1), (3, 2)]


@pytest.mark.parametrize("method", ["alazy_load_data", "aload_data"])
def test_the_event_loop_is_free_while_a_file_is_read(scan: Path, method: str) -> None:
    async def load() -> list[Document]:
        loop = asyncio.get_running_loop()

        class NeedsTheLoop(Fake):
            def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
                loop_ran = threading.Event()
                loop.call_soon_threadsafe(loop_ran.set)
                if not loop_ran.wait(10):
                    raise RuntimeError("the event loop is blocked")
                return super().recognize(images)

        reader = OcrPluginsReader(engine=NeedsTheLoop())
        return list(await getattr(reader, method)(scan, extra_info={"case": 7}))

    documents = asyncio.run(load())
    assert [d.text for d in documents] == [d.text for d in OcrPluginsReader(engine=FAKE).load_data(scan)]
    assert [(d.metadata["case"], d.metadata.get("ocr_error")) for d in documents] == [(7, None)] * 3


def test_the_configuration_survives_json() -> None:
    reader = OcrPluginsReader(text="ocr", mode="single", pages="1-3", on_error="raise")
    assert json.loads(reader.to_json())["class_name"] == "OcrPluginsReader"
    for again in (OcrPluginsReader.from_json(reader.to_json()), OcrPluginsReader.model_validate(reader.model_dump())):
        assert again.to_dict() == reader.to_dict()
        assert (again.engine, again.text, again.mode, again.pages) == ("rapidocr", "ocr", "single", "1-3")


def test_the_reader_can_be_part_of_a_reader_config(scan: Path) -> None:
    config = ReaderConfig(reader=OcrPluginsReader(engine=FAKE), reader_args=[str(scan)])
    assert len(config.read()) == 3


def test_the_password_is_pickled_but_never_shown() -> None:
    reader = OcrPluginsReader(password="secret")
    assert "secret" not in reader.to_json() + repr(reader) + str(reader)
    assert pickle.loads(pickle.dumps(reader)).password == "secret"


def test_an_engine_object_cannot_be_written_as_json() -> None:
    with pytest.raises(PydanticSerializationError, match="Register the engine"):
        OcrPluginsReader(engine=FAKE).to_dict()


def test_a_pickled_reader_reads_the_same(scan: Path) -> None:
    reader = OcrPluginsReader(engine=FAKE, pages="2")
    assert pickle.loads(pickle.dumps(reader)).load_data(scan) == reader.load_data(scan)


def test_a_wrong_option_is_refused_at_once() -> None:
    wrong: list[dict[str, Any]] = [{"mode": "pages"}, {"page": "1"}]
    for options in wrong:
        with pytest.raises(ValidationError, match=next(iter(options))):
            OcrPluginsReader(**options)


def test_a_wrong_engine_is_refused_and_named(scan: Path) -> None:
    with pytest.raises(UnknownEngineError, match="nonsense"):
        OcrPluginsReader(engine="nonsense").load_data(scan)
    with pytest.raises(ValueError, match="nonsense"):
        OcrPluginsReader(engine_options={"nonsense": 1}).load_data(scan)


def test_the_configuration_is_fixed() -> None:
    reader = OcrPluginsReader()
    with pytest.raises(ValidationError, match="frozen"):
        reader.text = "ocr"  # type: ignore[misc]


def test_simple_directory_reader_extracts_with_it(scan: Path) -> None:
    reader = OcrPluginsReader(engine=FAKE)
    documents = SimpleDirectoryReader(str(scan.parent), file_extractor={".pdf": reader}).load_data()
    assert [d.metadata["page_label"] for d in documents] == ["1", "2", "3"]
    assert [d.metadata["file_path"] for d in documents] == [str(scan)] * 3
    assert [d.id_ for d in documents] == [d.id_ for d in reader.load_data(scan)]


def test_simple_directory_reader_passes_its_file_system_on(scan: Path, memory: Any) -> None:
    memory.pipe_file("/far/away.pdf", scan.read_bytes())
    extractor: dict[str, BaseReader] = {".pdf": OcrPluginsReader(engine=FAKE)}
    documents = SimpleDirectoryReader("/far", file_extractor=extractor, fs=memory, raise_on_error=True).load_data()
    assert [d.metadata["page"] for d in documents] == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Specified num_workers exceed number of CPUs")
def test_simple_directory_reader_spawns_workers_with_it(scan: Path) -> None:
    (scan.parent / "second.pdf").write_bytes(scan.read_bytes())
    directory = SimpleDirectoryReader(
        str(scan.parent),
        file_extractor={".pdf": OcrPluginsReader(engine=FakeEngine(output="blocks"))},
        raise_on_error=True,
    )
    documents = directory.load_data(num_workers=2)
    assert [d.metadata["file_name"] for d in documents] == ["scan.pdf"] * 3 + ["second.pdf"] * 3
    assert [d.text for d in documents] == [d.text for d in directory.load_data()]


def test_a_missing_package_stops_simple_directory_reader(scan: Path) -> None:
    directory = SimpleDirectoryReader(
        str(scan.parent), file_extractor={".pdf": OcrPluginsReader(engine=NotInstalled())}
    )
    with pytest.raises(ImportError, match="pip install"):
        directory.load_data()
