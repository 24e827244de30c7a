"""Sections, chunks and blocks as documents, and LlamaIndex's own parsers on pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.node_parser import MarkdownNodeParser
from llama_index.core.schema import Document, MetadataMode
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Fake, assert_flat, report

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


def load(path: Path | str, fs: Any = None, extra_info: Any = None, **options: Any) -> list[Document]:
    return OcrPluginsReader(**{"engine": FAKE, **options}).load_data(path, extra_info=extra_info, fs=fs)


@pytest.mark.parametrize(
    ("mode", "passages"),
    [("section", OcrDocument.sections), ("chunk", OcrDocument.chunks), ("block", OcrDocument.passages)],
)
def test_each_passage_is_a_document(typed: Path, mode: str, passages: Any) -> None:
    documents = load(typed, mode=mode)
    assert [d.text for d in documents] == [p.text for p in passages(Pipeline(FAKE).read(typed))]
    assert len({d.id_ for d in documents}) == len(documents) >= 3
    for document in documents:
        assert_flat(document.metadata)


def test_a_passage_tells_its_pages_and_headings(typed: Path) -> None:
    second = load(typed, mode="chunk")[1]
    told = {key: second.metadata[key] for key in ("file_name", "page", "last_page", "page_label", "headings", "kind")}
    assert told == {
        "file_name": "report.pdf",
        "page": 2,
        "last_page": 2,
        "page_label": "2",
        "headings": "Crane",
        "kind": "paragraph",
    }
    assert {place.page for place in places_in(second.metadata)} == {2}


def test_the_models_are_shown_where_a_passage_comes_from_and_no_more(typed: Path) -> None:
    second = load(typed, mode="chunk", extra_info={"case": 7})[1]
    for shown_to in (MetadataMode.EMBED, MetadataMode.LLM):
        lines = second.get_metadata_str(shown_to).splitlines()
        assert lines == ["file_name: report.pdf", "page_label: 2", "case: 7"]


def test_a_passage_is_cited_by_its_metadata_alone(typed: Path) -> None:
    (picture,) = cite(load(typed, mode="chunk")[1].metadata)
    assert picture.height > picture.width > 100


def test_extra_info_is_stronger_than_metadata_of_passages(typed: Path) -> None:
    first = load(typed, mode="chunk", extra_info={"case": 7, "headings": "mine"})[0]
    assert (first.metadata["case"], first.metadata["headings"]) == (7, "mine")


def test_the_tokenizer_counts_what_a_chunk_has_and_is_not_serialised(typed: Path) -> None:
    def words(text: str) -> int:
        return len(text.split())

    reader = OcrPluginsReader(text="layer", mode="chunk", max_tokens=8, tokenizer=words)
    small = reader.load_data(typed)
    assert len(small) > len(load(typed, mode="chunk"))
    assert all(words(d.text) <= 8 for d in small)
    again = OcrPluginsReader.from_json(reader.to_json())
    assert (again.mode, again.max_tokens, again.tokenizer) == ("chunk", 8, None)


@pytest.mark.parametrize("mode", PASSAGES)
def test_a_failed_page_is_kept_among_passages_or_skipped(
    scan: Path, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept, skipped = (load(scan, engine=SeesAReport(fail_on=2), mode=mode, on_error=on) for on in ("keep", "skip"))
    (empty,) = [d for d in kept if not d.text]
    assert (empty.metadata["page"], "made to fail" in empty.metadata["ocr_error"]) == (2, True)
    assert list(dict.fromkeys(d.metadata["page"] for d in kept)) == [1, 2, 3]
    assert skipped == [d for d in kept if d.text]
    assert f"{scan}, page 2 is left out: RuntimeError: made to fail on page 2" in caplog.messages


@pytest.mark.parametrize("mode", PASSAGES)
def test_ids_of_passages_are_those_of_their_file_wherever_it_lies(typed: Path, memory: Any, mode: str) -> None:
    memory.pipe_file("/report.pdf", typed.read_bytes())
    here, again, there = (
        {d.id_ for d in load(path, fs, mode=mode)}
        for path, fs in ((typed, None), (typed, None), ("/report.pdf", memory))
    )
    assert here == again
    assert not here & there


def test_true_shows_a_bar(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(scan, progress=True)
    assert "3/3" in capsys.readouterr().err.rpartition("\r")[2]


def test_the_markdown_parser_keeps_metadata_of_pages_and_header_rows(scan: Path) -> None:
    pages = load(scan, engine=SeesAReport())
    nodes = MarkdownNodeParser().get_nodes_from_documents(pages)
    assert [node.metadata["page"] for node in nodes] == [1, 2, 3]
    for page, node in zip(pages, nodes, strict=True):
        assert page.metadata.items() <= node.metadata.items()
        assert node.ref_doc_id == page.id_
        assert TABLE.splitlines()[0] in node.get_content()
        assert node.get_content().count("| crane ") == 9
