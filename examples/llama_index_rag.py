"""Ask a question of a scan in LlamaIndex, offline: python llama_index_rag.py [SCAN [QUESTION]].

Needs: pip install "llama-index-readers-ocr-plugins[rapidocr]" wordllama
"""

import sys
from pathlib import Path
from typing import Any

import wordllama
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.readers.ocr_plugins import OcrPluginsReader
from pydantic import PrivateAttr

SCAN = Path(__file__).parent / "data" / "scan.pdf"
PACKAGE = Path(wordllama.__file__).parent  # where the model lies; wordllama looks for it in a cache and online


class SmallEmbedding(BaseEmbedding):
    """The model inside the wordllama package: word vectors, no download. Put your own embedding model here."""

    model_name: str = "wordllama"
    _model: Any = PrivateAttr(
        default_factory=lambda: wordllama.WordLlama.load(cache_dir=PACKAGE, disable_download=True)
    )

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(x) for x in self._model.embed(text, norm=True)[0]]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def main(argv: list[str]) -> None:
    scan = Path(argv[0]) if argv else SCAN
    question = argv[1] if len(argv) > 1 else "What is this document about?"
    pages = OcrPluginsReader(on_error="skip").load_data(scan)  # without blank pages: models refuse empty texts
    splitter = SentenceSplitter(chunk_size=200, chunk_overlap=20)
    index = VectorStoreIndex.from_documents(pages, transformations=[splitter], embed_model=SmallEmbedding())
    for passage in index.as_retriever(similarity_top_k=1).retrieve(question):
        confidence = passage.metadata.get("ocr_confidence", "unknown")
        print(f"{passage.metadata['source']}, page {passage.metadata['page_label']}, confidence {confidence}:")
        print(passage.get_content())


if __name__ == "__main__":
    main(sys.argv[1:])
