"""What fails is kept in its place, left out, or raised, as the user says; it never becomes text."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents.base import Blob
from langchain_fakes import FAKE, Fake, names
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader
from PIL import Image

from ocr_plugins.errors import OcrError, SourceError, UnsupportedSourceError


def test_a_failed_page_stays_in_place_without_text(scan: Path) -> None:
    documents = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2)).load()
    assert [d.page_content for d in documents] == ["good", "", "good"]
    assert [d.metadata["page"] for d in documents] == [0, 1, 2]
    assert [bool(d.metadata.get("ocr_error")) for d in documents] == [False, True, False]


def test_document_mode_names_the_failed_pages(scan: Path) -> None:
    (document,) = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2), mode="document").load()
    error = document.metadata["ocr_error"]
    assert error.startswith("page 2: ")
    assert error.removeprefix("page 2: ") not in document.page_content


def test_on_error_raise_stops_at_the_failed_page(scan: Path) -> None:
    pages = OcrPluginsLoader(scan, engine=Fake(texts=("good",), fail_on=2), on_error="raise").lazy_load()
    with pytest.raises(OcrError):
        list(pages)


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


def test_a_failed_page_is_skipped_with_a_warning(scan: Path, caplog: pytest.LogCaptureFixture) -> None:
    documents = OcrPluginsLoader(scan, engine=Fake(fail_on=2), on_error="skip").load()
    assert [d.metadata["page"] for d in documents] == [0, 2]
    assert f"{scan}, page 2 is left out: RuntimeError: made to fail on page 2" in caplog.messages


@pytest.mark.parametrize("mode", ["page", "document"])
def test_a_bad_file_is_skipped_with_a_warning(folder: Path, mode: Any, caplog: pytest.LogCaptureFixture) -> None:
    documents = OcrPluginsLoader(folder, engine=FAKE, on_error="skip", mode=mode).load()
    assert names(documents) == ["a.pdf", "c.PNG"]
    assert any(m.startswith(f"{folder / 'b.pdf'} is left out: ") for m in caplog.messages)


@pytest.mark.parametrize("mode", ["page", "document"])
def test_with_skip_no_document_is_empty(folder: Path, mode: Any, caplog: pytest.LogCaptureFixture) -> None:
    Image.new("RGB", (400, 600), "white").save(folder / "blank.png")
    caplog.set_level(logging.INFO)
    failing = OcrPluginsLoader(folder, engine=Fake(fail_on=1), on_error="skip", mode=mode).load()
    blank = OcrPluginsLoader(folder / "blank.png", engine=FAKE, on_error="skip", mode=mode).load()
    assert failing == blank == []
    assert any(m.startswith(str(folder / "blank.png")) and m.endswith("it has no text") for m in caplog.messages)


def test_a_document_of_a_file_says_which_of_its_pages_were_skipped(scan: Path) -> None:
    (document,) = OcrPluginsLoader(scan, engine=Fake(fail_on=2), on_error="skip", mode="document").load()
    assert document.page_content.count("line one") == 2
    assert document.metadata["ocr_error"].startswith("page 2: ")


def test_a_blob_that_cannot_be_opened_raises_and_is_named() -> None:
    with pytest.raises(UnsupportedSourceError, match="letter"):
        OcrBlobParser(FAKE).parse(Blob.from_data(b"no image", path="letter.doc"))


def test_a_blob_that_cannot_be_opened_is_skipped(caplog: pytest.LogCaptureFixture) -> None:
    assert OcrBlobParser(FAKE, on_error="skip").parse(Blob.from_data(b"no image", path="letter.doc")) == []
    assert any(message.startswith("letter.doc is left out") for message in caplog.messages)
