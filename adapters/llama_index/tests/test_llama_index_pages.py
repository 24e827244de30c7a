"""What a document of a page, or of a file, has in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_index.readers
import pytest
from llama_index.core.schema import MetadataMode
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Fake, StopsEarly, assert_flat, born_digital

from ocr_plugins import BBox, Block, BlockKind, Blocks, Markdown, PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import EncryptedPdfError
from ocr_plugins.testing import made_page

LETTER = [
    "Dear reader,",
    "we write to you about the crane in the harbour.",
    "It was built in 1928 and lifts twelve tons.",
    "This spring it was painted red, and it will be",
    "shown to visitors from the first of May.",
]
TABLE = "| crane | tons |\n| --- | --- |\n| red | 12 |"


class SeesAFigure(Fake):
    """Says that the middle of every page is a figure."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [Blocks((Block(BlockKind.FIGURE, box=BBox(0.2, 0.2, 0.8, 0.8)),)) for _ in images]


class SeesAFooter(Fake):
    """Says that a page has a footer and nothing else."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [Blocks((Block(BlockKind.PAGE_FOOTER, "Harbour office"),)) for _ in images]


class SeesATable(Fake):
    """Says that a page is a table."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        return [Markdown(TABLE) for _ in images]


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


def test_document_mode_gives_one_document_per_file(scan: Path) -> None:
    (document,) = OcrPluginsReader(engine=FAKE, mode="document").load_data(scan)
    assert document.text == Pipeline(FAKE).read(scan).markdown
    assert (document.metadata["source"], document.metadata["total_pages"]) == (str(scan), 3)
    assert not {"page", "page_label"} & document.metadata.keys()


@pytest.mark.parametrize("mode", ["page", "document"])
def test_figures_are_saved_and_linked(tmp_path: Path, mode: Any) -> None:
    made_page(["a figure"]).save(tmp_path / "scan.png")
    reader = OcrPluginsReader(engine=SeesAFigure(), mode=mode, images=tmp_path / "images")
    (document,) = reader.load_data(tmp_path / "scan.png")
    (picture,) = (tmp_path / "images").iterdir()
    assert document.text == f"![]({picture.as_posix()})"


@pytest.mark.parametrize("mode", ["page", "document"])
def test_furniture_is_kept_on_request(scan: Path, mode: Any) -> None:
    without, kept = (
        OcrPluginsReader(engine=SeesAFooter(), mode=mode, pages=1, furniture=furniture).load_data(scan)
        for furniture in (False, True)
    )
    assert [d.text for d in without] == [""]
    assert [d.text for d in kept] == ["Harbour office"]


def test_tables_are_joined_over_page_ends_on_request(scan: Path) -> None:
    (apart,) = OcrPluginsReader(engine=SeesATable(), mode="document").load_data(scan)
    (joined,) = OcrPluginsReader(engine=SeesATable(), mode="document", join_tables=True).load_data(scan)
    assert [d.text.count("tons") for d in (apart, joined)] == [3, 1]


def test_pages_are_marked_on_request(scan: Path) -> None:
    (marked,) = OcrPluginsReader(engine=SeesATable(), mode="document", page_breaks=True).load_data(scan)
    assert [f"<!-- page {n} -->" in marked.text for n in range(1, 5)] == [True, True, True, False]


@pytest.mark.parametrize("mode", ["page", "document"])
def test_metadata_is_flat_scalars(scan: Path, mode: Any) -> None:
    engine = StopsEarly(texts=("words",), fail_on=1, confidence=0.5)
    documents = OcrPluginsReader(engine=engine, mode=mode).load_data(scan)
    for key in ("ocr_error", "ocr_warnings", "ocr_truncated"):
        assert any(key in d.metadata for d in documents)
    for document in documents:
        assert_flat(document.model_dump()["metadata"])


@pytest.mark.parametrize("mode", ["page", "document"])
def test_confidence_is_rounded_and_absent_when_unknown(scan: Path, mode: Any) -> None:
    known = OcrPluginsReader(engine=Fake(confidence=0.87654), mode=mode, pages="1").load_data(scan)
    unknown = OcrPluginsReader(engine=Fake(confidence=None), mode=mode, pages="1").load_data(scan)
    assert [d.metadata["ocr_confidence"] for d in known] == [0.877]
    assert ["ocr_confidence" in d.metadata for d in unknown] == [False]


@pytest.mark.parametrize(("mode", "expected"), [("page", [None, True, None]), ("document", [True])])
def test_a_truncated_page_is_flagged(scan: Path, mode: Any, expected: list[bool | None]) -> None:
    documents = OcrPluginsReader(engine=StopsEarly(), mode=mode).load_data(scan)
    assert [d.metadata.get("ocr_truncated") for d in documents] == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("page", ["low-confidence", "truncated,low-confidence"]), ("document", ["low-confidence,truncated"])],
)
def test_warnings_are_codes_joined_by_commas(scan: Path, mode: Any, expected: list[str]) -> None:
    documents = OcrPluginsReader(engine=StopsEarly(confidence=0.5), mode=mode, pages="1-2").load_data(scan)
    assert [d.metadata["ocr_warnings"] for d in documents] == expected
    (sound,) = OcrPluginsReader(engine=FAKE, mode=mode, pages=1).load_data(scan)
    assert "ocr_warnings" not in sound.metadata


@pytest.mark.parametrize("pages", ["2-3", [2, 3], (2, 3), range(2, 4)])
def test_pages_are_selected_as_people_count(scan: Path, pages: Any) -> None:
    documents = OcrPluginsReader(engine=FAKE, pages=pages).load_data(scan)
    assert [(d.metadata["page"], d.metadata["page_label"]) for d in documents] == [(2, "2"), (3, "3")]


def test_extra_info_is_copied_and_stronger(scan: Path) -> None:
    extra = {"case": 7, "file_name": "as filed"}
    first, second, _ = OcrPluginsReader(engine=FAKE).load_data(scan, extra_info=extra)
    assert (first.metadata["case"], first.metadata["file_name"], first.metadata["page"]) == (7, "as filed", 1)
    first.metadata["case"] = 8
    assert second.metadata["case"] == 7
    assert extra == {"case": 7, "file_name": "as filed"}


@pytest.mark.parametrize("mode", ["page", "document"])
def test_of_our_keys_the_models_are_shown_file_name_and_page_label_only(scan: Path, mode: Any) -> None:
    engine = StopsEarly(texts=("words",), fail_on=3, confidence=0.5)
    documents = OcrPluginsReader(engine=engine, mode=mode).load_data(scan, extra_info={"case": 7})
    assert any("ocr_warnings" in d.metadata for d in documents)
    for document in documents:
        label = [f"page_label: {document.metadata['page']}"] if mode == "page" else []
        for shown_to in (MetadataMode.EMBED, MetadataMode.LLM):
            lines = document.get_metadata_str(shown_to).splitlines()
            assert lines == ["file_name: scan.pdf", *label, "case: 7"]


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
