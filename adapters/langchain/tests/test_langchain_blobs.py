"""Blobs: files in memory, and the pictures that LangChain's PDF parsers give to their ``images_parser``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.documents.base import Blob
from langchain_fakes import FAKE
from langchain_ocr_plugins import OcrBlobParser

from ocr_plugins.errors import CorruptSourceError, UnsupportedSourceError
from ocr_plugins.testing import made_page


def picture(array: Any, **options: Any) -> Blob:
    """What PyPDFium2Parser and PyMuPDFParser of LangChain hand over."""
    file = io.BytesIO()
    np.save(file, array, **options)
    return Blob.from_data(file.getvalue(), mime_type="application/x-npy")


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
    documents = OcrBlobParser(FAKE, mode="document").parse(Blob.from_data(scan.read_bytes()))
    assert ["source" in d.metadata for d in documents] == [False]


def test_the_default_engine_reads_a_picture_of_another_parser() -> None:
    pixels = np.asarray(made_page(["It lifts twelve tons and turns all the way round."], size=(1000, 300)))
    document = next(OcrBlobParser().lazy_parse(picture(pixels)))
    assert document.page_content == "It lifts twelve tons and turns all the way round."


@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
def test_pictures_have_any_number_of_channels_that_a_pdf_has(channels: int | None) -> None:
    grey = np.asarray(made_page(["a"], size=(300, 300)).convert("L"))
    pixels = grey if channels is None else np.stack([grey] * channels, axis=2)
    assert "line one" in next(OcrBlobParser(FAKE).lazy_parse(picture(pixels))).page_content


@pytest.mark.parametrize("shape", [(9,), (9, 9, 5), (9, 9, 3, 1)])
def test_an_array_that_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedSourceError, match="shape"):
        OcrBlobParser(FAKE).parse(picture(np.zeros(shape, np.uint8)))


def test_what_an_array_blob_holds_is_never_unpickled() -> None:
    with pytest.raises(CorruptSourceError, match="allow_pickle"):
        OcrBlobParser(FAKE).parse(picture(np.array([{}], dtype=object), allow_pickle=True))
    with pytest.raises(CorruptSourceError, match="NumPy"):
        OcrBlobParser(FAKE).parse(Blob.from_data(b"", mime_type="application/x-npy"))
