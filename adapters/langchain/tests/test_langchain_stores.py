"""What becomes of the documents in LangChain's stores."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.indexing import InMemoryRecordManager, index
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_fakes import FAKE, Fake, report
from langchain_ocr_plugins import OcrPluginsLoader


class NoEmptyText(DeterministicFakeEmbedding):
    """Refuses empty texts, as the embedding models of several services do."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        assert all(texts), "empty text"
        return super().embed_documents(texts)


def store(embedding: Embeddings | None = None) -> InMemoryVectorStore:
    return InMemoryVectorStore(embedding or DeterministicFakeEmbedding(size=8))


def ingest(path: Path, into: InMemoryVectorStore, records: InMemoryRecordManager, **options: Any) -> dict[str, int]:
    loader = OcrPluginsLoader(path, **{"engine": FAKE, **options})
    return dict(index(loader, records, into, cleanup="full", source_id_key="source", key_encoder="sha256"))  # type: ignore[arg-type]


@pytest.fixture
def records() -> InMemoryRecordManager:
    manager = InMemoryRecordManager("scans")
    manager.create_schema()
    return manager


def test_documents_are_found_in_a_vector_store_by_their_metadata(scan: Path) -> None:
    filled = store()
    filled.add_documents(OcrPluginsLoader(scan, engine=FAKE).load())
    (found,) = filled.similarity_search("line", k=1, filter=lambda d: d.metadata["page"] == 1)
    assert found.metadata["page_label"] == "2"


def test_a_store_that_takes_no_empty_text_is_filled_with_skip(folder: Path) -> None:
    strict = store(NoEmptyText(size=8))
    with pytest.raises(AssertionError, match="empty text"):
        strict.add_documents(OcrPluginsLoader(folder, engine=FAKE).load())
    assert len(strict.add_documents(OcrPluginsLoader(folder, engine=FAKE, on_error="skip").load())) == 2


def test_ingesting_again_adds_nothing(scan: Path, records: InMemoryRecordManager) -> None:
    filled = store()
    assert ingest(scan, filled, records)["num_added"] == 3
    assert ingest(scan, filled, records) == {"num_added": 0, "num_updated": 0, "num_skipped": 3, "num_deleted": 0}


def test_ingesting_what_has_changed_replaces_it(folder: Path, records: InMemoryRecordManager) -> None:
    filled = store()
    ingest(folder, filled, records)
    shutil.rmtree(folder / "sub")
    result = ingest(folder, filled, records, engine=Fake(texts=("other",)))
    texts = {document["text"] for document in filled.store.values()}
    assert result["num_deleted"] == 2
    assert texts == {"other", ""}


def test_of_a_file_in_which_a_page_has_changed_only_its_own_passage_is_replaced(
    tmp_path: Path, records: InMemoryRecordManager
) -> None:
    path = tmp_path / "report.pdf"
    filled = store()
    path.write_bytes(report())
    assert ingest(path, filled, records, mode="chunk")["num_added"] == 3
    path.write_bytes(report("It lifts nine tons."))
    changed = ingest(path, filled, records, mode="chunk")
    assert changed == {"num_added": 1, "num_updated": 0, "num_skipped": 2, "num_deleted": 1}
