"""Real vector stores: every value of the metadata comes back as it was, and what is loaded again is not doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import VectorStoreQuery
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import StopsEarly, report

# Of Qdrant without a server, and of what LlamaIndex calls in LanceDB.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    pytest.mark.filterwarnings("ignore:table_names\\(\\) is deprecated"),
]
SIZE = 8
EMBEDDING = MockEmbedding(embed_dim=SIZE)
ALL = 99


def chroma(folder: Path) -> Any:
    module, client = pytest.importorskip("llama_index.vector_stores.chroma"), pytest.importorskip("chromadb")
    settings = client.Settings(anonymized_telemetry=False)
    collection = client.EphemeralClient(settings=settings).create_collection(f"passages-{uuid4()}")
    return module.ChromaVectorStore(chroma_collection=collection)


def qdrant(folder: Path) -> Any:
    module, client = pytest.importorskip("llama_index.vector_stores.qdrant"), pytest.importorskip("qdrant_client")
    return module.QdrantVectorStore("passages", client=client.QdrantClient(":memory:"))


def lance(folder: Path) -> Any:
    return pytest.importorskip("llama_index.vector_stores.lancedb").LanceDBVectorStore(str(folder))


def found(store: Any) -> dict[str, BaseNode]:
    """What is in a store, by the id of the document that it was made of."""
    result = store.query(VectorStoreQuery(query_embedding=[0.5] * SIZE, similarity_top_k=ALL))
    return {node.ref_doc_id: node for node in result.nodes}


def pipeline(store: Any) -> IngestionPipeline:
    return IngestionPipeline(
        transformations=[SentenceSplitter(), EMBEDDING],
        docstore=SimpleDocumentStore(),
        vector_store=store,
        docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
    )


@pytest.mark.parametrize("make", [chroma, qdrant, lance])
def test_metadata_of_passages_and_of_failed_pages_comes_back_as_it_was(
    make: Callable[[Path], Any], scan: Path, tmp_path: Path
) -> None:
    engine = StopsEarly(texts=("The crane", "It lifts twelve tons."), fail_on=3, confidence=0.5)
    documents = OcrPluginsReader(engine=engine, mode="block").load_data(scan)
    keys = {key for document in documents for key in document.metadata}
    assert {"boxes", "last_page", "kind", "ocr_confidence", "ocr_error", "ocr_truncated", "ocr_warnings"} <= keys
    store = make(tmp_path / "store")
    pipeline(store).run(documents=documents)
    again = found(store)
    assert {id_: (node.get_content(), node.metadata) for id_, node in again.items()} == {
        document.id_: (document.text, document.metadata) for document in documents
    }


# Without LanceDB, in whose store of LlamaIndex (0.6) delete fails.
@pytest.mark.parametrize("make", [chroma, qdrant])
def test_of_a_file_in_which_a_page_has_changed_only_its_own_passage_is_replaced(
    make: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    store = make(tmp_path / "store")
    ingestion = pipeline(store)

    def ingest(file: bytes) -> list[str]:
        path.write_bytes(file)
        new = ingestion.run(documents=OcrPluginsReader(text="layer", mode="chunk").load_data(path))
        return [node.get_content() for node in new]

    assert len(ingest(report())) == 3
    before = found(store)
    assert ingest(report()) == []
    (changed,) = ingest(report("It lifts nine tons."))
    assert "nine tons" in changed
    after = found(store)
    assert len(after) == len(before) == 3
    assert len(after.keys() & before.keys()) == 2
