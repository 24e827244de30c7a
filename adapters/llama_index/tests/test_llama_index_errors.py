"""What fails is kept in its place, left out, or raised, as the user says; it never becomes text."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Fake
from PIL import Image

from ocr_plugins.errors import OcrError, SourceError, SourceNotFoundError, UnsupportedSourceError


def test_a_failed_page_stays_in_place_without_text(scan: Path) -> None:
    documents = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2)).load_data(scan)
    assert [d.text for d in documents] == ["good", "", "good"]
    assert [d.metadata["page"] for d in documents] == [1, 2, 3]
    assert [bool(d.metadata.get("ocr_error")) for d in documents] == [False, True, False]


def test_document_mode_names_the_failed_pages(scan: Path) -> None:
    (document,) = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2), mode="document").load_data(scan)
    error = document.metadata["ocr_error"]
    assert error.startswith("page 2: ")
    assert error.removeprefix("page 2: ") not in document.text


def test_on_error_raise_stops_at_the_failed_page(scan: Path) -> None:
    reader = OcrPluginsReader(engine=Fake(texts=("good",), fail_on=2), on_error="raise")
    with pytest.raises(OcrError):
        reader.load_data(scan)


@pytest.mark.parametrize("on_error", ["keep", "raise"])
def test_a_file_that_cannot_be_opened_raises(tmp_path: Path, memory: Any, on_error: Any) -> None:
    reader = OcrPluginsReader(engine=FAKE, on_error=on_error)
    (tmp_path / "bad.pdf").write_bytes(b"this is no PDF")
    with pytest.raises(SourceError, match=r"bad\.pdf"):
        reader.load_data(tmp_path / "bad.pdf")
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf"):
        reader.load_data(str(tmp_path / "none.pdf"))
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf on the MemoryFileSystem"):
        reader.load_data("/none.pdf", fs=memory)


def test_an_address_without_a_file_system_is_refused_with_the_reason() -> None:
    with pytest.raises(UnsupportedSourceError, match=r"^https://example\.org/a\.pdf is an address: nothing is fetched"):
        OcrPluginsReader(engine=FAKE).load_data("https://example.org/a.pdf")


def test_a_failed_page_is_skipped_with_a_warning(scan: Path, caplog: pytest.LogCaptureFixture) -> None:
    documents = OcrPluginsReader(engine=Fake(fail_on=2), on_error="skip").load_data(scan)
    assert [d.metadata["page"] for d in documents] == [1, 3]
    assert f"{scan}, page 2 is left out: RuntimeError: made to fail on page 2" in caplog.messages


@pytest.mark.parametrize("mode", ["page", "document"])
def test_a_file_that_cannot_be_opened_is_skipped_with_a_warning(
    tmp_path: Path, memory: Any, mode: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reader = OcrPluginsReader(engine=FAKE, on_error="skip", mode=mode)
    (tmp_path / "bad.pdf").write_bytes(b"this is no PDF")
    assert reader.load_data(tmp_path / "bad.pdf") == reader.load_data("/none.pdf", fs=memory) == []
    assert [m.split(" is left out: ")[0] for m in caplog.messages] == [str(tmp_path / "bad.pdf"), "/none.pdf"]


@pytest.mark.parametrize("mode", ["page", "document"])
def test_with_skip_no_document_is_empty(tmp_path: Path, mode: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Image.new("RGB", (400, 600), "white").save(tmp_path / "blank.png")
    Image.new("RGB", (400, 600), "grey").save(tmp_path / "grey.png")
    for engine, name in ((Fake(), "blank.png"), (Fake(texts=()), "grey.png")):
        assert OcrPluginsReader(engine=engine, on_error="skip", mode=mode).load_data(tmp_path / name) == []
        assert any(m.startswith(str(tmp_path / name)) and m.endswith("it has no text") for m in caplog.messages)


def test_a_document_of_a_file_says_which_of_its_pages_were_skipped(scan: Path) -> None:
    (document,) = OcrPluginsReader(engine=Fake(fail_on=2), on_error="skip", mode="document").load_data(scan)
    assert document.text.count("line one") == 2
    assert document.metadata["ocr_error"].startswith("page 2: ")
