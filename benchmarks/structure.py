"""Score the structure of Markdown against truth that knows its blocks: beside score.py, which scores the text.

    python benchmarks/structure.py MANIFEST.tsv PREDICTIONS [--kind PREFIX,PREFIX] [-v] [--worst N]

MANIFEST.tsv has at least the columns path, kind and blocks; paths are relative to the manifest. `blocks` names a JSON
file: {"blocks": [{"kind", "text", "level", "depth", "marker", "rows"}], "furniture": [text]}, in reading order. A row
without it is left out. A prediction is PREDICTIONS/<path with '/' as '__'>.md; one that is missing is an empty one.

The words of the truth are looked for in the prediction's running text: the longest common runs of words first, wherever
they stand (greedy string tiling, Wise 1993), so that what is moved, torn or joined is found, and a short text that
repeats is found beside its neighbours; then words alike beside these; then the blocks that are left, as fuzzy
substrings, as olmOCR-bench looks for a text, and of tables
the words in whatever order. Per document, 0 to 1, higher is better; what the truth has none of is left
out of the mean:

  order   share of the blocks that are read in one piece, with the next of the truth right behind. Nothing of another
          block may stand inside; between the two nothing but floats (captions, notes, side notes: their place is free,
          but a block with one inside is torn) and text that is in no block. A lost block is in no succession.
  edit    1 - normalised edit distance of the sequence of blocks without floats, by their beginnings: OmniDocBench's
          reading order (docling-eval's ARD, the mean displacement, is not taken: one moved block displaces many)
  heads   F1 of headings, indel similarity of their texts >= 0.9, one to one
  level   share of the pairs of matched headings whose levels compare alike: higher, same, deeper
  exact   share of matched headings whose level agrees, relative to the first matched one: score.py's `level`
  items   F1 of list items, as of headings, without their markers; contents and notes may be lists too
  depth   share of the matched items that are nested as deep as in the truth
  teds    tree edit distance similarity of tables, as in score.py, but that wholly blank rows do not count
  cells   F1 of the adjacency relations of all cells of the document, to the next cell that is not blank at the right
          and below (Göbel 2012, ICDAR 2013), texts compared without case and, where the truth has none such, as
          its likest (>= 0.8): how well characters are read is another question
  furn    share of the different texts of the page furniture that are absent from what is in no block of the truth
  kept    share of the blocks of which at least half the words were found
  paras   F1 of the beginnings and ends of paragraphs, quotes and speeches: one that is joined lacks them, one that is
          torn has more of them

Needs: rapidfuzz apted markdown-it-py beautifulsoup4
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # run as a script, this has only its own folder

from benchmarks.scored.measures import (
    COLUMNS,
    boundaries,
    gone,
    headings,
    items,
    kept_furniture,
    score,
    successions,
)
from benchmarks.scored.pieces import Piece, Rows
from benchmarks.scored.reading import Reading, read
from benchmarks.scored.tables import compared

MOST = 6  # lines of a kind of difference that are printed of a document
SHORT = 60  # characters of a text that are printed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("predictions", type=pathlib.Path)
    parser.add_argument("--kind", default="", help="prefixes of the kinds to score, separated by commas; default: all")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line per document")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="tell what is wrong in the N worst documents")
    args = parser.parse_args()
    scores: list[tuple[str, str, dict[str, float | None]]] = []
    readings: dict[str, Reading] = {}
    missing = 0
    for path, kind, blocks in documents(args.manifest, tuple(args.kind.split(","))):
        file = args.predictions / (path.replace("/", "__") + ".md")
        missing += not file.exists()
        markdown = file.read_text(encoding="utf-8") if file.exists() else ""
        readings[path] = read(json.loads(blocks.read_text(encoding="utf-8")), markdown)
        scores.append((path, kind, score(readings[path])))
        if args.verbose:
            print(path, {name: None if v is None else round(v, 3) for name, v in scores[-1][2].items()})
    by_kind = defaultdict(list)
    for _, kind, values in scores:
        by_kind[kind].append(values)
    width = max([len("kind"), *map(len, by_kind)]) + 1
    print(f"{'kind':<{width}}{'docs':>5}" + "".join(f"{name:>7}" for name in COLUMNS))
    for kind, group in [*sorted(by_kind.items()), ("all", [values for _, _, values in scores])]:
        means = [[v for values in group if (v := values[name]) is not None] for name in COLUMNS]
        cells = "".join(f"{statistics.mean(mean):7.3f}" if mean else f"{'-':>7}" for mean in means)
        print(f"{kind:<{width}}{len(group):>5}{cells}")
    if missing:
        print(f"{missing} predictions missing (scored as empty)")
    for path, kind, values in sorted(scores, key=lambda s: mean_of(s[2]))[: args.worst]:
        told = "  ".join(f"{name} {v:.2f}" for name, v in values.items() if v is not None and v < 1)
        print(f"\n== {path} ({kind}): mean {mean_of(values):.3f}: {told}")
        for line in differences(readings[path]):
            print(f"  {line}")


def documents(manifest: pathlib.Path, kinds: tuple[str, ...]) -> Iterator[tuple[str, str, pathlib.Path]]:
    """Path, kind and truth of the rows of these kinds that have blocks."""
    with manifest.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["blocks"] and row["kind"].startswith(kinds):
                yield row["path"], row["kind"], manifest.parent / row["blocks"]


def mean_of(values: dict[str, float | None]) -> float:
    return statistics.mean([v for v in values.values() if v is not None] or [1.0])


def head(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def tail(text: str) -> str:
    return text if len(text) <= SHORT else "…" + text[1 - SHORT :]


def differences(r: Reading) -> Iterator[str]:
    """The first differences of every kind, in words to look for on the page."""
    if not r.words:
        yield "nothing was read"
        return
    yield from (f"heading: {line}" for line in heading_lines(r))
    yield from (f"item: {line}" for line in item_lines(r))
    lost = [f"{b.kind} {head(b.text)!r}" for k, b in enumerate(r.truth) if gone(r, k)]
    kept = [repr(head(text)) for text in kept_furniture(r)]
    for what, lines in (
        ("order", order_lines(r)),
        ("paragraph", paragraph_lines(r)),
        ("lost", lost),
        ("furniture kept", kept),
    ):
        yield from (f"{what}: {line}" for line in lines[:MOST])
        if len(lines) > MOST:
            yield f"{what}: and {len(lines) - MOST} more"
    pairs, wanted, found = compared(r.truth, r.found)
    if pairs and wanted != found:
        yield f"tables: {found} instead of {wanted}"
    truth, near, similar = min(pairs, key=lambda p: p[2], default=((), (), 1.0))
    if similar < 1:
        yield f"worst table: teds {similar:.2f}; wanted {len(truth)} rows, found {len(near)}"
        yield from (f"  wanted {row}" for row in grid(truth))
        yield from (f"  found  {row}" for row in grid(near))


def heading_lines(r: Reading) -> list[str]:
    truth, found, pairs = headings(r)
    shift = truth[pairs[0][0]].level - found[pairs[0][1]].level if pairs else 0
    return unmatched(r, truth, found, pairs, shift)


def item_lines(r: Reading) -> list[str]:
    truth, found, pairs = items(r)
    return unmatched(r, truth, found, pairs, 0) if truth else []


def unmatched(
    r: Reading, truth: list[Piece], found: list[Piece], pairs: list[tuple[int, int]], shift: int
) -> list[str]:
    """What is missing, extra and of another level (``shift`` added to those found), the first of each."""
    hit, used = {i for i, _ in pairs}, {j for _, j in pairs}
    missing = [f"missing {name(p)}{where(r, p)}" for i, p in enumerate(truth) if i not in hit]
    extra = [f"extra {name(p)}" for j, p in enumerate(found) if j not in used]
    levels = [(found[j].level + shift, truth[i]) for i, j in pairs if truth[i].level - found[j].level != shift]
    others = [f"level {level} instead of {p.level}: {name(p)}" for level, p in levels]
    lines = missing[:MOST] + extra[:MOST] + others[:MOST]
    count = f"{len(pairs)} of {len(truth)} found, {len(extra)} extra, {len(others)} of another level"
    return [count, *lines] if lines else []


def name(piece: Piece) -> str:
    mark = "#" * piece.level if piece.kind == "heading" else piece.marker
    return f"{mark} {head(piece.text)!r}".lstrip()


def where(r: Reading, piece: Piece) -> str:
    """What the prediction made of a block of the truth."""
    at = r.places[next(b for b, p in enumerate(r.truth) if p is piece)]
    pieces = [r.found[k] for k in dict.fromkeys(r.piece[p] for p in at)]
    return ": is " + " + ".join(f"{p.kind} {head(p.text)!r}" for p in pieces[:3]) if pieces else ": not found"


def order_lines(r: Reading) -> list[str]:
    lines = []
    for a, b, wrong in successions(r):
        if not wrong or (wrong == "lost" and gone(r, a)):
            continue
        here = r.places[a]
        then = r.truth[b].text if b is not None else "the end"
        behind = " ".join(r.words[max(here) + 1 : max(here) + 9]) if here else ""
        if wrong == "torn":
            breaks = [(p, q) for p, q in pairwise(here) if q < p or set(r.owner[p + 1 : q]) - {a, -1}]
            p, q = breaks[0] if breaks else (here[0], here[-1])
            cut = " ".join(r.words[p + 1 : min(q, p + 9)]) if q > p else "(it goes on further above)"
            lines.append(
                f"torn {r.truth[a].kind} {head(r.truth[a].text)!r}: behind {r.words[p]!r} stands {head(cut)!r}"
            )
        else:
            lines.append(f"{tail(r.truth[a].text)!r} -> {head(then)!r} {wrong}; there stands {head(behind)!r}")
    return lines


def paragraph_lines(r: Reading) -> list[str]:
    _, joined, torn = boundaries(r)
    whole = {b: piece for b, piece in enumerate(r.truth) if not gone(r, b)}
    lines = [f"joined {head(whole[b].text)!r}{where(r, whole[b])}" for b in dict.fromkeys(joined) if b in whole]
    return lines + [f"torn {head(whole[b].text)!r}{where(r, whole[b])}" for b in dict.fromkeys(torn) if b in whole]


def grid(rows: Rows) -> list[str]:
    lines = []
    for row in rows[:MOST]:
        spans = [f" ({c.row_span}x{c.column_span})" if (c.row_span, c.column_span) != (1, 1) else "" for c in row]
        lines.append(" | ".join(c.text[:16] + span for c, span in zip(row, spans, strict=True)))
    return lines + ([f"… {len(rows) - MOST} more rows"] if len(rows) > MOST else [])


if __name__ == "__main__":
    main()
