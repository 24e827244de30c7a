"""Sections, chunks and blocks as documents, and LangChain's own splitters on pages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents.base import Blob
from langchain_fakes import FAKE, Fake, assert_flat, report
from langchain_ocr_plugins import OcrBlobParser, OcrPluginsLoader
from langchain_text_splitters import MarkdownHeaderTextSplitter, MarkdownTextSplitter

from ocr_plugins import Markdown, OcrDocument, PageImage, Pipeline, cite
from ocr_plugins.engine import Recognition
from ocr_plugins.metadata import places_in

ROWS = "\n".join(f"| crane {n} | {n} |" for n in range(1, 9))
TABLE = f"| crane | tons |\n| --- | --- |\n{ROWS}"
PASSAGES = ["section", "chunk", "block"]


class SeesAReport(Fake):
    """Says that every page is a heading, a sentence and a table."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        super().recognize(images)
        return [Markdown(f"# Harbour {i.number}\n\nIt has cranes.\n\n{TABLE}") for i in images]


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(report())
    return path


def load(path: Path, **options: Any) -> list[Any]:
    return OcrPluginsLoader(path, **{"engine": FAKE, **options}).load()


@pytest.mark.parametrize(
    ("mode", "passages"),
    [("section", OcrDocument.sections), ("chunk", OcrDocument.chunks), ("block", OcrDocument.passages)],
)
def test_each_passage_is_a_document(typed: Path, mode: str, passages: Any) -> None:
    documents = load(typed, mode=mode)
    assert [d.page_content for d in documents] == [p.text for p in passages(Pipeline(FAKE).read(typed))]
    assert len({d.id for d in documents}) == len(documents) >= 3
    for document in documents:
        assert_flat(document.metadata)


def test_pages_of_a_passage_are_counted_from_0_and_in_its_boxes_from_1(typed: Path) -> None:
    second = load(typed, mode="chunk")[1]
    told = {key: second.metadata[key] for key in ("page", "last_page", "page_label", "headings", "kind", "source")}
    assert told == {
        "page": 1,
        "last_page": 1,
        "page_label": "2",
        "headings": "Crane",
        "kind": "paragraph",
        "source": str(typed),
    }
    assert {place.page for place in places_in(second.metadata)} == {2}


def test_a_passage_is_cited_by_its_metadata_alone(typed: Path) -> None:
    (picture,) = cite(load(typed, mode="chunk")[1].metadata)
    assert picture.height > picture.width > 100


def test_the_tokenizer_counts_what_a_chunk_has(typed: Path) -> None:
    def words(text: str) -> int:
        return len(text.split())

    small = load(typed, mode="chunk", max_tokens=8, tokenizer=words)
    assert len(small) > len(load(typed, mode="chunk"))
    assert all(words(d.page_content) <= 8 for d in small)


@pytest.mark.parametrize("mode", PASSAGES)
def test_a_failed_page_is_kept_among_passages_or_skipped(
    scan: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept, skipped = (load(scan, engine=SeesAReport(fail_on=2), mode=mode, on_error=on) for on in ("keep", "skip"))
    (empty,) = [d for d in kept if not d.page_content]
    assert (empty.metadata["page"], "made to fail" in empty.metadata["ocr_error"]) == (1, True)
    assert list(dict.fromkeys(d.metadata["page"] for d in kept)) == [0, 1, 2]
    assert skipped == [d for d in kept if d.page_content]
    assert f"{scan}, page 2 is left out: RuntimeError: made to fail on page 2" in caplog.messages


def test_metadata_of_a_blob_is_kept_but_for_keys_of_ours(typed: Path) -> None:
    blob = Blob.from_path(typed, metadata={"case": 7, "page": "the first", "boxes": "two"})
    first = OcrBlobParser(FAKE, mode="chunk").parse(blob)[0]
    assert (first.metadata["case"], first.metadata["page"]) == (7, 0)
    assert places_in(first.metadata)


@pytest.mark.parametrize("mode", ["page", "document", *PASSAGES])
def test_ids_tell_places_apart_and_not_how_a_path_is_written(
    typed: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ids(path: Path | str) -> set[str | None]:
        return {d.id for d in OcrPluginsLoader(path, engine=FAKE, mode=mode).load()}  # type: ignore[arg-type]

    other = typed.with_name("other.pdf")
    other.write_bytes(typed.read_bytes())
    monkeypatch.chdir(typed.parent)
    assert ids(typed) == ids(typed.name)
    assert not ids(typed) & ids(other)


def test_ids_of_blobs_are_made_of_what_names_them_or_of_their_content(typed: Path) -> None:
    data = typed.read_bytes()

    def ids(**options: Any) -> list[str | None]:
        return [d.id for d in OcrBlobParser(FAKE, mode="chunk").parse(Blob.from_data(**{"data": data, **options}))]

    named = [ids(), ids(path="a.pdf"), ids(metadata={"source": "archive/7"})]
    assert named == [ids(), ids(path="a.pdf"), ids(metadata={"source": "archive/7"})]
    assert len({id_ for some in named for id_ in some}) == 9
    assert not set(ids()) & set(ids(data=report("It lifts nine tons.")))


def test_a_file_that_cannot_be_opened_has_an_id_too(folder: Path) -> None:
    first, again = ([d.id for d in load(folder)] for _ in range(2))
    assert first == again
    assert len(set(first)) == 3


def test_a_bar_counts_the_files_and_names_the_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(folder, progress=True)
    last = capsys.readouterr().err.rpartition("\r")[2]
    assert "3/3" in last
    assert "c.PNG, page 1 of 1" in last


def test_a_bar_of_one_file_counts_pages(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(scan, progress=True, mode="chunk")
    assert "3/3" in capsys.readouterr().err.rpartition("\r")[2]


def test_the_header_splitter_keeps_a_table_with_its_header_row(scan: Path) -> None:
    splitter = MarkdownHeaderTextSplitter([("#", "part")])
    for page in load(scan, engine=SeesAReport()):
        (part,) = splitter.split_text(page.page_content)
        assert part.metadata == {"part": f"Harbour {page.metadata['page_label']}"}
        assert "| crane | tons |" in part.page_content
        assert part.page_content.count("| crane ") == 9


def test_the_markdown_splitter_keeps_the_metadata_of_pages(scan: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    pages = load(scan, engine=SeesAReport())
    parts = MarkdownTextSplitter(chunk_size=400, chunk_overlap=0).split_documents(pages)
    assert [p.metadata for p in parts] == [page.metadata for page in pages]
    assert all("| crane | tons |\n| --- | --- |\n| crane 1 | 1 |" in p.page_content for p in parts)
