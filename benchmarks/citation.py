"""Whether what a chunk's metadata marks on the page is the chunk.

python -m benchmarks.citation DATA READ_DIR [--sample 60] [-v]

The documents are those of retrieval.py, read into READ_DIR. Of every chunk, the words whose boxes lie within the marks
are compared with its text; of a sample, what the default engine reads in the picture that ``cite`` crops. A chunk is
right if nine words of ten are found.
"""

from __future__ import annotations

import argparse
import difflib
import pathlib
import re
from collections import Counter
from collections.abc import Iterator

from benchmarks.retrieval import load_questions, normal, read
from ocr_plugins import BBox, Block, OcrDocument, Passage, Pipeline, cite
from ocr_plugins.metadata import passage_metadata

# Of a chunk's words, the least that are found where it is said to stand.
FOUND = 0.9
# Of a word read twice, the least likeness: see ``difflib``.
LIKE = 0.75
# Pixels of the longest edge of the page that a crop is taken from: small print can be read.
EDGE = 2400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("read", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=60, help="how many chunks' crops are read; 0 for none")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what is not found")
    args = parser.parse_args()
    names = dict.fromkeys(question.document for question in load_questions())
    documents = {name: read(args.data, args.read, name) for name in names}
    all_chunks = [(name, chunk) for name, document in documents.items() for chunk in document.chunks()]
    right = 0
    for name, chunk in all_chunks:
        missing = _missing(chunk, Counter(_words_within(chunk, documents[name])))
        right += not missing
        if missing and args.verbose:
            print(f"  {name}, page {chunk.page}, {chunk.kind}: {missing[:12]}")
    print(f"boxes: {right} of {len(all_chunks)} chunks, {right / len(all_chunks):.3f}", flush=True)
    pipeline, right = Pipeline(text="ocr"), 0
    sample = all_chunks[:: max(1, len(all_chunks) // args.sample)][: args.sample] if args.sample else []
    for name, chunk in sample:
        metadata = passage_metadata(chunk, documents[name])
        pictures = cite(metadata, args.data / name, crop=True, edge=EDGE)
        seen = [word for picture in pictures for word in _words(pipeline.read(picture).text)]
        missing = _missing(chunk, Counter(seen), like=LIKE)
        right += not missing
        if missing and args.verbose:
            print(f"  {name}, page {chunk.page}, {chunk.kind}: {missing[:12]}", flush=True)
    if sample:
        print(f"crops: {right} of {len(sample)} chunks, {right / len(sample):.3f}")


def _missing(chunk: Passage, seen: Counter[str], *, like: float = 1) -> list[str]:
    """The words of a chunk that are not among those seen; none where enough are."""
    words = _own_words(chunk)
    missing = list((Counter(words) - seen).elements())
    if like < 1:
        # Joined, for a blank is often read where there is none, and none where there is one.
        known, joined = list(seen), "".join(seen.elements())
        missing = [w for w in missing if w not in joined and not difflib.get_close_matches(w, known, 1, like)]
    return missing if len(missing) > (1 - FOUND) * len(words) else []


def _own_words(chunk: Passage) -> list[str]:
    """The words that stand at its place: without the headings above it."""
    first, _, rest = chunk.text.partition("\n")
    said = " > ".join(chunk.headings).endswith(first)
    return _words((rest or chunk.headings[-1]) if said else chunk.text)


def _words(text: str) -> list[str]:
    return [word for part in re.split(r"[\s|]+", text) if (word := normal(part))]


def _words_within(chunk: Passage, document: OcrDocument) -> Iterator[str]:
    pages = {page.number: page for page in document.pages}
    for number in {place.page for place in chunk.places}:
        marks = [box for place in chunk.places if place.page == number for box in place.boxes]
        for text, box in _placed(pages[number].blocks):
            if any(_holds(mark, box) for mark in marks):
                yield from _words(text)


def _placed(blocks: tuple[Block, ...]) -> Iterator[tuple[str, BBox]]:
    """All that layout has placed on a page: words, cells, or lines whose words it does not know."""
    for block in blocks:
        if block.table:
            yield from ((cell.text, cell.box) for cell in block.table.cells if cell.box)
            continue
        for line in block.lines:
            yield from ((word.text, word.box) for word in line.words) if line.words else ((line.text, line.box),)
        if not block.lines and block.box:
            yield block.text, block.box


def _holds(mark: BBox, box: BBox) -> bool:
    """Whether the middle of a box lies within a mark."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return mark.left <= x <= mark.right and mark.top <= y <= mark.bottom


if __name__ == "__main__":
    main()
