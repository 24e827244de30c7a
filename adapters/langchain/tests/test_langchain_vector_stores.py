"""Real vector stores: every value of the metadata comes back as it was, and what is loaded again is not doubled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_fakes import StopsEarly, report
from langchain_ocr_plugins import OcrPluginsLoader

SIZE = 8
EMBEDDING = DeterministicFakeEmbedding(size=SIZE)
ALL = 99


class Langchain:
    """A store of LangChain's."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def add(self, documents: Sequence[Document]) -> None:
        self.store.add_documents(documents)

    def all(self) -> dict[str, Document]:
        found = self.store.similarity_search("crane", k=ALL)
        return {document.id or document.metadata["_id"]: document for document in found}


class Lance:
    """LanceDB by itself: langchain-lancedb 0.1 puts its own address in the place of ``source``."""

    def __init__(self, folder: Path) -> None:
        self.database = pytest.importorskip("lancedb").connect(str(folder))

    def add(self, documents: Sequence[Document]) -> None:
        vectors = EMBEDDING.embed_documents([d.page_content for d in documents])
        rows = [d.model_dump(include={"id", "page_content", "metadata"}) for d in documents]
        data = [row | {"vector": vector} for row, vector in zip(rows, vectors, strict=True)]
        if not self.database.list_tables().tables:
            self.database.create_table("passages", data)
        else:
            merge = self.database.open_table("passages").merge_insert("id")
            merge.when_matched_update_all().when_not_matched_insert_all().execute(data)

    def all(self) -> dict[str, Document]:
        found = self.database.open_table("passages").to_arrow().to_pylist()
        return {
            row["id"]: Document(
                row["page_content"], metadata={k: v for k, v in row["metadata"].items() if v is not None}
            )
            for row in found
        }


def chroma(folder: Path) -> Langchain:
    store, client = pytest.importorskip("langchain_chroma"), pytest.importorskip("chromadb")
    settings = client.Settings(anonymized_telemetry=False)
    return Langchain(
        store.Chroma(
            f"passages-{uuid4()}", client=client.EphemeralClient(settings=settings), embedding_function=EMBEDDING
        )
    )


def qdrant(folder: Path) -> Langchain:
    store, client = pytest.importorskip("langchain_qdrant"), pytest.importorskip("qdrant_client")
    memory = client.QdrantClient(":memory:")
    distance = client.models.Distance.COSINE
    memory.create_collection("passages", vectors_config=client.models.VectorParams(size=SIZE, distance=distance))
    return Langchain(store.QdrantVectorStore(memory, "passages", EMBEDDING))


STORES = pytest.mark.parametrize("make", [chroma, qdrant, Lance])


def ours(metadata: dict[str, Any]) -> dict[str, Any]:
    # Qdrant adds the id.
    return {key: value for key, value in metadata.items() if not key.startswith("_")}


@STORES
def test_metadata_of_passages_and_of_failed_pages_comes_back_as_it_was(
    make: Callable[[Path], Any], scan: Path, tmp_path: Path
) -> None:
    engine = StopsEarly(texts=("The crane", "It lifts twelve tons."), fail_on=3, confidence=0.5)
    documents = OcrPluginsLoader(scan, engine=engine, mode="block").load()
    keys = {key for document in documents for key in document.metadata}
    assert {"boxes", "last_page", "kind", "ocr_confidence", "ocr_error", "ocr_truncated", "ocr_warnings"} <= keys
    store = make(tmp_path / "store")
    store.add(documents)
    found = store.all()
    assert found.keys() == {document.id for document in documents}
    for document in documents:
        again = found[document.id or ""]
        assert again.page_content == document.page_content
        assert ours(again.metadata) == document.metadata
        assert {type(v) for v in document.metadata.values()} <= {str, int, float, bool}


@STORES
def test_of_a_file_in_which_a_page_has_changed_only_its_own_passage_is_added(
    make: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    store = make(tmp_path / "store")

    def ingest(file: bytes) -> dict[str, Document]:
        path.write_bytes(file)
        store.add(OcrPluginsLoader(path, text="layer", mode="chunk").load())
        found: dict[str, Document] = store.all()
        return found

    first, again = ingest(report()), ingest(report())
    assert len(first) == 3
    assert again.keys() == first.keys()
    changed = ingest(report("It lifts nine tons."))
    (new,) = changed.keys() - first.keys()
    assert (changed[new].metadata["page"], "nine tons" in changed[new].page_content) == (1, True)
