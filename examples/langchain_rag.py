"""Ask a question of a scan in LangChain, offline: python langchain_rag.py [SCAN [QUESTION]].

Needs: pip install "langchain-ocr-plugins[rapidocr]" langchain-text-splitters wordllama
"""

import sys
from pathlib import Path

import wordllama
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_ocr_plugins import OcrPluginsLoader
from langchain_text_splitters import MarkdownTextSplitter

SCAN = Path(__file__).parent / "data" / "scan.pdf"
PACKAGE = Path(wordllama.__file__).parent  # where the model lies; wordllama looks for it in a cache and online


class SmallEmbeddings(Embeddings):
    """The model inside the wordllama package: word vectors, no download. Put your own embedding model here."""

    def __init__(self) -> None:
        self._model = wordllama.WordLlama.load(cache_dir=PACKAGE, disable_download=True)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in self._model.embed(text, norm=True)[0]]


def main(argv: list[str]) -> None:
    scan = Path(argv[0]) if argv else SCAN
    question = argv[1] if len(argv) > 1 else "What is this document about?"
    pages = OcrPluginsLoader(scan).lazy_load()
    passages = MarkdownTextSplitter(chunk_size=600, chunk_overlap=100).split_documents(pages)
    store = InMemoryVectorStore.from_documents(passages, SmallEmbeddings())
    for passage in store.similarity_search(question, k=1):
        confidence = passage.metadata.get("ocr_confidence", "unknown")
        print(f"{passage.metadata['source']}, page {passage.metadata['page_label']}, confidence {confidence}:")
        print(passage.page_content)


if __name__ == "__main__":
    main(sys.argv[1:])
