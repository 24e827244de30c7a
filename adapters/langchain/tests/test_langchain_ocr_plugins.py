"""What a LangChain user can rely on."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from langchain_core.document_loaders import BaseBlobParser, BaseLoader
from langchain_core.documents import Document
from langchain_core.documents.base import Blob
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import BBox, Block, BlockKind, Blocks, PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import (
    EncryptedPdfError,
    OcrError,
    OptionError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
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


FAKE = Fake()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned PDF of three pages."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_pdf([made_page([f"page {n}"]) for n in (1, 2, 3)]))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with two good scans, one of them in a subdirectory, a damaged one and files of no concern."""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(made_pdf([made_page(["a"])]))
    (folder / "b.pdf").write_bytes(b"this is no PDF")
    made_page(["c"]).save(folder / "sub" / "c.PNG")
    (folder / "notes.txt").write_text("not a scan")
    (folder / "._a.pdf").write_bytes(b"what some systems leave beside a file")
    return folder


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


def names(documents: Sequence[Document]) -> list[str]:
    return [Path(d.metadata["source"]).name for d in documents]


def assert_flat(metadata: dict[str, Any]) -> None:
    assert all(type(value) in (str, int, float, bool) for value in metadata.values()), metadata
    assert json.loads(json.dumps(metadata, allow_nan=False)) == metadata


@pytest.mark.slow
def test_the_default_engine_reads_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    made_page(LETTER).save(path)
    (document,) = OcrPluginsLoader(path).load()
    assert "the crane in the harbour" in document.page_content
    assert document.metadata["ocr_engine"] == "rapidocr"
    assert 0.8 < document.metadata["ocr_confidence"] <= 1


def test_page_mode_gives_a_document_per_page(scan: Path) -> None:
    documents = OcrPluginsLoader(scan, engine=FAKE).load()
    assert [d.page_content for d in documents] == [p.markdown for p in Pipeline(FAKE).iter_pages(scan)]
    assert "line one" in documents[0].page_content


def test_page_metadata(scan: Path) -> None:
    documents = OcrPluginsLoader(scan, engine=FAKE).load()
    engine = Pipeline(FAKE).read(scan).pages[0].engine
    assert [{k: v for k, v in d.metadata.items() if k != "ocr_confidence"} for d in documents] == [
        {"source": str(scan), "page": n, "page_label": str(n + 1), "total_pages": 3, "ocr_engine": engine}
        for n in range(3)
    ]


class SeesAFigure(Fake):
    """Says that the middle of the page is a figure."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [Blocks((Block(BlockKind.FIGURE, box=BBox(0.2, 0.2, 0.8, 0.8)),)) for _ in images]


@pytest.mark.parametrize("mode", ["page", "single"])
def test_figures_are_saved_and_linked(scan: Path, tmp_path: Path, mode: Any) -> None:
    loader = OcrPluginsLoader(scan, engine=SeesAFigure(), mode=mode, pages="1", images=tmp_path / "images")
    (document,) = loader.load()
    (picture,) = (tmp_path / "images").iterdir()
    assert document.page_content == f"![]({picture.as_posix()})"


def test_workers_read_the_same_in_the_same_order(scan: Path) -> None:
    alone, together = (OcrPluginsLoader(scan, engine=FAKE, workers=n).load() for n in (1, 2))
    assert together == alone
    with pytest.raises(OptionError, match="workers"):
        OcrPluginsLoader(scan, engine=FAKE, workers=0)


def test_single_mode_gives_one_document_per_file(scan: Path) -> None:
    (document,) = OcrPluginsLoader(scan, engine=FAKE, mode="single").load()
    assert document.page_content == Pipeline(FAKE).read(scan).markdown
    assert document.metadata["source"] == str(scan)
    assert document.metadata["total_pages"] == 3
    assert not {"page", "page_label"} & document.metadata.keys()


@pytest.mark.parametrize("mode", ["page", "single"])
def test_metadata_is_flat_scalars(folder: Path, mode: Any) -> None:
    for document in OcrPluginsLoader(folder, engine=Fake(texts=("words",), fail_on=1), mode=mode).load():
        assert "ocr_error" in document.metadata
        assert_flat(document.metadata)
    for document in OcrPluginsLoader(folder / "a.pdf", engine=FAKE, mode=mode).load():
        assert "ocr_confidence" in document.metadata
        assert_flat(document.model_dump()["metadata"])


@pytest.mark.parametrize("mode", ["page", "single"])
def test_confidence_is_rounded_and_absent_when_unknown(scan: Path, mode: Any) -> None:
    known = OcrPluginsLoader(scan, engine=Fake(confidence=0.87654), mode=mode, pages="1").load()
    unknown = OcrPluginsLoader(scan, engine=Fake(confidence=None), mode=mode, pages="1").load()
    assert [d.metadata["ocr_confidence"] for d in known] == [0.877]
    assert ["ocr_confidence" in d.metadata for d in unknown] == [False]


@pytest.mark.parametrize(("mode", "expected"), [("page", [None, True, None]), ("single", [True])])
def test_a_truncated_page_is_flagged(scan: Path, mode: Any, expected: list[bool | None]) -> None:
    documents = OcrPluginsLoader(scan, engine=StopsEarly(), mode=mode).load()
    assert [d.metadata.get("ocr_truncated") for d in documents] == expected


def test_a_failed_page_stays_in_place_without_text(scan: Path) -> None:
    documents = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2)).load()
    assert [d.page_content for d in documents] == ["good", "", "good"]
    assert [d.metadata["page"] for d in documents] == [0, 1, 2]
    assert [bool(d.metadata.get("ocr_error")) for d in documents] == [False, True, False]


def test_single_mode_names_the_failed_pages(scan: Path) -> None:
    (document,) = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2), mode="single").load()
    error = document.metadata["ocr_error"]
    assert error.startswith("page 2: ")
    assert error.removeprefix("page 2: ") not in document.page_content


def test_on_error_raise_stops_at_the_failed_page(scan: Path) -> None:
    pages = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2), on_error="raise").lazy_load()
    with pytest.raises(OcrError):
        list(pages)


def test_pages_are_selected_as_people_count(scan: Path) -> None:
    documents = OcrPluginsLoader(scan, engine=FAKE, pages="2-3").load()
    assert [(d.metadata["page"], d.metadata["page_label"]) for d in documents] == [(1, "2"), (2, "3")]
    assert {d.metadata["total_pages"] for d in documents} == {3}


def test_the_label_of_a_page_is_the_printed_one(tmp_path: Path) -> None:
    (tmp_path / "preface.pdf").write_bytes(born_digital())
    (document,) = OcrPluginsLoader(tmp_path / "preface.pdf", engine=FAKE).load()
    assert (document.metadata["page"], document.metadata["page_label"]) == (0, "iv")


@pytest.mark.parametrize(("text", "engine"), [("auto", "text-layer"), ("layer", "text-layer"), ("ocr", "Fake")])
def test_the_engine_named_is_the_one_that_read_the_page(tmp_path: Path, text: Any, engine: str) -> None:
    (tmp_path / "letter.pdf").write_bytes(born_digital())
    (document,) = OcrPluginsLoader(tmp_path / "letter.pdf", engine=FAKE, text=text).load()
    assert document.metadata["ocr_engine"] == engine


def test_a_password_opens_an_encrypted_pdf(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(born_digital(encrypt="sesame"))
    (document,) = OcrPluginsLoader(path, engine=FAKE, text="layer", password="sesame").load()
    assert "never printed" in document.page_content
    with pytest.raises(EncryptedPdfError, match="password"):
        OcrPluginsLoader(path, engine=FAKE).load()


def test_only_the_lazy_methods_are_implemented() -> None:
    assert OcrPluginsLoader.lazy_load is not BaseLoader.lazy_load
    assert OcrPluginsLoader.load is BaseLoader.load
    assert OcrBlobParser.parse is BaseBlobParser.parse


def test_a_file_is_opened_only_when_its_turn_comes(scan: Path, tmp_path: Path) -> None:
    documents = OcrPluginsLoader([scan, tmp_path / "none.pdf"], engine=FAKE, on_error="raise").lazy_load()
    assert [next(documents).metadata["page"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceNotFoundError):
        next(documents)


def test_interleaved_iterators_do_not_deadlock(scan: Path) -> None:
    loader = OcrPluginsLoader(scan, engine=FAKE)
    begun_here = loader.lazy_load()
    first = next(begun_here)
    pairs = within(60, lambda: list(zip(begun_here, loader.lazy_load(), strict=False)))
    assert first.metadata["page"] == 0
    assert [(a.metadata["page"], b.metadata["page"]) for a, b in pairs] == [(1, 0), (2, 1)]


def test_alazy_load_gives_the_same_and_leaves_the_event_loop_free(scan: Path) -> None:
    async def load() -> list[Document]:
        loop = asyncio.get_running_loop()

        class NeedsTheLoop(Fake):
            def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
                loop_ran = threading.Event()
                loop.call_soon_threadsafe(loop_ran.set)
                if not loop_ran.wait(10):
                    raise RuntimeError("the event loop is blocked")
                return super().recognize(images)

        loader = OcrPluginsLoader(scan, engine=NeedsTheLoop())
        return [document async for document in loader.alazy_load()]

    documents = asyncio.run(load())
    assert [d.page_content for d in documents] == [d.page_content for d in OcrPluginsLoader(scan, engine=FAKE).load()]
    assert not any("ocr_error" in d.metadata for d in documents)


def test_a_directory_is_read_with_its_subdirectories(folder: Path) -> None:
    assert names(OcrPluginsLoader(folder, engine=FAKE).load()) == ["a.pdf", "b.pdf", "c.PNG"]
    assert names(OcrPluginsLoader(folder, engine=FAKE, glob="*").load()) == ["a.pdf", "b.pdf"]


def test_a_directory_is_read_in_the_order_of_names(folder: Path) -> None:
    for name in ("h.pdf", "d.pdf", "g.pdf", "e.pdf", "c.pdf", "f.pdf"):
        (folder / name).write_bytes((folder / "a.pdf").read_bytes())
    documents = OcrPluginsLoader(folder, engine=FAKE, glob="*.pdf").load()
    assert names(documents) == [f"{letter}.pdf" for letter in "abcdefgh"]


def test_a_list_is_read_in_the_order_given(folder: Path) -> None:
    documents = OcrPluginsLoader([str(folder / "sub"), folder / "a.pdf"], engine=FAKE).load()
    assert names(documents) == ["c.PNG", "a.pdf"]


def test_a_bad_file_among_several_is_kept_and_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "langchain_ocr_plugins"):
        documents = OcrPluginsLoader(folder, engine=FAKE).load()
    bad = documents[1]
    assert bad.page_content == ""
    assert bad.metadata.keys() == {"source", "ocr_error"}
    assert f"{folder / 'b.pdf'} could not be read: {bad.metadata['ocr_error']}" in caplog.messages


def test_a_bad_file_alone_raises(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"b\.pdf"):
        OcrPluginsLoader(folder / "b.pdf", engine=FAKE).load()


def test_on_error_raise_stops_at_the_bad_file(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"b\.pdf"):
        OcrPluginsLoader(folder, engine=FAKE, on_error="raise").load()


def test_a_directory_without_scans_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "notes.txt").write_text("not a scan")
    with caplog.at_level(logging.WARNING, "langchain_ocr_plugins"):
        assert OcrPluginsLoader(tmp_path, engine=FAKE).load() == []
    (message,) = caplog.messages
    assert message.startswith(str(tmp_path))
    assert ".pdf" in message


def test_an_unknown_mode_is_refused_at_once(scan: Path) -> None:
    mode: Any = "pages"
    with pytest.raises(OptionError, match="pages"):
        OcrPluginsLoader(scan, mode=mode)


def test_an_unknown_engine_option_is_refused_and_named(scan: Path) -> None:
    with pytest.raises(OptionError, match="nonsense"):
        OcrPluginsLoader(scan, engine_options={"nonsense": 1}).load()


def test_a_blob_in_memory_keeps_its_own_metadata(scan: Path) -> None:
    own = {"case": 7, "source": "archive/7"}
    documents = OcrBlobParser(FAKE).parse(Blob.from_data(scan.read_bytes(), metadata=own))
    assert [(d.metadata["case"], d.metadata["source"], d.metadata["page"]) for d in documents] == [
        (7, "archive/7", n) for n in range(3)
    ]
    assert own == {"case": 7, "source": "archive/7"}


def test_documents_do_not_share_metadata(scan: Path) -> None:
    first, second, _ = OcrBlobParser(FAKE).parse(Blob.from_path(scan))
    first.metadata["mine"] = True
    assert "mine" not in second.metadata


def test_a_blob_without_a_source_gets_none(scan: Path) -> None:
    documents = OcrBlobParser(FAKE, mode="single").parse(Blob.from_data(scan.read_bytes()))
    assert ["source" in d.metadata for d in documents] == [False]


def test_a_blob_that_cannot_be_opened_raises_and_is_named() -> None:
    with pytest.raises(UnsupportedSourceError, match="letter"):
        OcrBlobParser(FAKE).parse(Blob.from_data(b"no image", path="letter.doc"))


def test_documents_go_into_a_vector_store(scan: Path) -> None:
    from langchain_core.embeddings import DeterministicFakeEmbedding

    store = InMemoryVectorStore.from_documents(
        OcrPluginsLoader(scan, engine=FAKE).load(), DeterministicFakeEmbedding(size=8)
    )
    (found,) = store.similarity_search("line", k=1, filter=lambda d: d.metadata["page"] == 1)
    assert found.metadata["page_label"] == "2"
