"""What a document of a page, or of a file, has in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_fakes import FAKE, Fake, StopsEarly, assert_flat, born_digital
from langchain_ocr_plugins import OcrPluginsLoader

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
    """Says that the middle of the page is a figure."""

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


def test_document_mode_gives_one_document_per_file(scan: Path) -> None:
    (document,) = OcrPluginsLoader(scan, engine=FAKE, mode="document").load()
    assert document.page_content == Pipeline(FAKE).read(scan).markdown
    assert document.metadata["source"] == str(scan)
    assert document.metadata["total_pages"] == 3
    assert not {"page", "page_label"} & document.metadata.keys()


@pytest.mark.parametrize("mode", ["page", "document"])
def test_figures_are_saved_and_linked(scan: Path, tmp_path: Path, mode: Any) -> None:
    loader = OcrPluginsLoader(scan, engine=SeesAFigure(), mode=mode, pages="1", images=tmp_path / "images")
    (document,) = loader.load()
    (picture,) = (tmp_path / "images").iterdir()
    assert document.page_content == f"![]({picture.as_posix()})"


@pytest.mark.parametrize("mode", ["page", "document"])
def test_furniture_is_kept_on_request(scan: Path, mode: Any) -> None:
    without, kept = (
        OcrPluginsLoader(scan, engine=SeesAFooter(), mode=mode, pages=1, furniture=furniture).load()
        for furniture in (False, True)
    )
    assert [d.page_content for d in without] == [""]
    assert [d.page_content for d in kept] == ["Harbour office"]


def test_tables_are_joined_over_page_ends_on_request(scan: Path) -> None:
    (apart,) = OcrPluginsLoader(scan, engine=SeesATable(), mode="document").load()
    (joined,) = OcrPluginsLoader(scan, engine=SeesATable(), mode="document", join_tables=True).load()
    assert [d.page_content.count("tons") for d in (apart, joined)] == [3, 1]


def test_pages_are_marked_on_request(scan: Path) -> None:
    (marked,) = OcrPluginsLoader(scan, engine=SeesATable(), mode="document", page_breaks=True).load()
    assert [f"<!-- page {n} -->" in marked.page_content for n in range(1, 5)] == [True, True, True, False]


@pytest.mark.parametrize("mode", ["page", "document"])
def test_metadata_is_flat_scalars(folder: Path, mode: Any) -> None:
    for document in OcrPluginsLoader(folder, engine=Fake(texts=("words",), fail_on=1), mode=mode).load():
        assert "ocr_error" in document.metadata
        assert_flat(document.metadata)
    for document in OcrPluginsLoader(folder / "a.pdf", engine=Fake(confidence=0.5), mode=mode).load():
        assert {"ocr_confidence", "ocr_warnings"} <= document.metadata.keys()
        assert_flat(document.model_dump()["metadata"])


@pytest.mark.parametrize("mode", ["page", "document"])
def test_confidence_is_rounded_and_absent_when_unknown(scan: Path, mode: Any) -> None:
    known = OcrPluginsLoader(scan, engine=Fake(confidence=0.87654), mode=mode, pages="1").load()
    unknown = OcrPluginsLoader(scan, engine=Fake(confidence=None), mode=mode, pages="1").load()
    assert [d.metadata["ocr_confidence"] for d in known] == [0.877]
    assert ["ocr_confidence" in d.metadata for d in unknown] == [False]


@pytest.mark.parametrize(("mode", "expected"), [("page", [None, True, None]), ("document", [True])])
def test_a_truncated_page_is_flagged(scan: Path, mode: Any, expected: list[bool | None]) -> None:
    documents = OcrPluginsLoader(scan, engine=StopsEarly(), mode=mode).load()
    assert [d.metadata.get("ocr_truncated") for d in documents] == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("page", ["low-confidence", "truncated,low-confidence"]), ("document", ["low-confidence,truncated"])],
)
def test_warnings_are_codes_joined_by_commas(scan: Path, mode: Any, expected: list[str]) -> None:
    documents = OcrPluginsLoader(scan, engine=StopsEarly(confidence=0.5), mode=mode, pages="1-2").load()
    assert [d.metadata["ocr_warnings"] for d in documents] == expected
    (sound,) = OcrPluginsLoader(scan, engine=FAKE, mode=mode, pages=1).load()
    assert "ocr_warnings" not in sound.metadata


@pytest.mark.parametrize("pages", ["2-3", [2, 3], range(2, 4)])
def test_pages_are_selected_as_people_count(scan: Path, pages: Any) -> None:
    documents = OcrPluginsLoader(scan, engine=FAKE, pages=pages).load()
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
