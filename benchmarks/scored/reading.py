"""Where the words of the truth stand in the prediction, whatever was moved, torn, joined or misread."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from benchmarks.scored.pieces import Piece, found_pieces, truth_pieces, words_of

ALIKE = 60.0  # percent: a misread word, beside words that were found
FOUND = 80.0  # percent: a block that is found as a whole
RUN = 3  # words: shorter runs are everywhere
STRAY = 5  # words: a shorter run, further from its block's longest run than the block is long, is chance
NEEDLE = 120  # characters of a block that are looked for as a fuzzy substring


@dataclass(frozen=True)
class Reading:
    """What stands where: per block the places of its words in the prediction, per such word its block (-1: none)."""

    truth: list[Piece]
    found: list[Piece]
    furniture: list[str]
    words: list[str]
    piece: list[int]
    owner: list[int]
    places: list[list[int]]
    lost: Counter[str]


def read(data: dict[str, Any], markdown: str) -> Reading:
    """Find the truth's words in the prediction."""
    truth, found = truth_pieces(data), found_pieces(markdown)
    blocks = [words_of(piece.text) for piece in truth]
    of_block = [b for b, block in enumerate(blocks) for _ in block]
    wanted = [word for block in blocks for word in block]
    words, piece = [], []
    for k, of in enumerate(found):
        its = words_of(of.text)
        words += its
        piece += [k] * len(its)
    at = _tiles(wanted, words)
    starts = [0]
    for block in blocks:
        starts.append(starts[-1] + len(block))
    spans = [range(a, b) for a, b in pairwise(starts)]
    for span in spans:
        _drop_strays(at, span)
    taken = {p for p in at if p >= 0}
    for step in (1, -1):
        _extend(at, taken, wanted, words, of_block, step)
    ranges = [range(a, b) for a, b in pairwise([*(bisect_left(piece, k) for k in range(len(found))), len(words)])]
    cells = [span for of, span in zip(found, ranges, strict=True) if of.kind == "table"]
    for b, span in enumerate(spans):
        before = next((at[i] for i in reversed(range(span.start)) if at[i] >= 0), -1)
        after = next((at[i] for i in range(span.stop, len(at)) if at[i] >= 0), len(words))
        new: list[int] = []
        if truth[b].kind == "table":
            new = _bag([wanted[i] for i in span if at[i] < 0], [*cells, range(before + 1, after)], words, taken)
        elif all(at[i] < 0 for i in span):
            new = _locate(blocks[b], words, taken, before, after)
        for i, p in zip((i for i in span if at[i] < 0), new, strict=False):
            at[i] = p
            taken.add(p)
    for step in (1, -1):
        _extend(at, taken, wanted, words, of_block, step)
    places = [[at[i] for i in span if at[i] >= 0] for span in spans]
    owner = [-1] * len(words)
    for b, own in enumerate(places):
        for p in own:
            owner[p] = b
        mark = words_of(truth[b].marker)
        first = own[0] - len(mark) if own and mark else -1
        if first >= 0 and words[first : own[0]] == mark and set(owner[first : own[0]]) == {-1}:
            owner[first : own[0]] = [b] * len(mark)
    lost = Counter(word for word, p in zip(wanted, at, strict=True) if p < 0)
    return Reading(truth, found, data.get("furniture") or [], words, piece, owner, places, lost)


def _tiles(wanted: Sequence[str], words: Sequence[str]) -> list[int]:
    """Greedy string tiling: per wanted word its place or -1. Of runs as long, that at the likeliest place is first."""
    at, taken = [-1] * len(wanted), [False] * len(words)
    starts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in range(len(words) - RUN + 1):
        starts[tuple(words[j : j + RUN])].append(j)
    scale = len(words) / max(1, len(wanted))
    runs = []
    for i in range(len(wanted) - RUN + 1):
        for j in starts.get(tuple(wanted[i : i + RUN]), ()):
            if i and j and wanted[i - 1] == words[j - 1]:
                continue
            n, most = RUN, min(len(wanted) - i, len(words) - j)
            while n < most and wanted[i + n] == words[j + n]:
                n += 1
            runs.append((-n, abs(i * scale - j), i, j))
    heapify(runs)
    while runs:
        n, _, i, j = heappop(runs)
        free = [k for k in range(-n) if at[i + k] < 0 and not taken[j + k]]
        if len(free) == -n:
            for k in free:
                at[i + k], taken[j + k] = j + k, True
            continue
        while free:
            run = 1
            while run < len(free) and free[run] == free[0] + run:
                run += 1
            if run >= RUN:
                heappush(runs, (-run, abs((i + free[0]) * scale - j - free[0]), i + free[0], j + free[0]))
            free = free[run:]
    return at


def _drop_strays(at: list[int], span: range) -> None:
    runs: list[list[int]] = []
    for i in span:
        if at[i] >= 0:
            if runs and runs[-1][-1] == i - 1 and at[i] == at[i - 1] + 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    longest = max(runs, key=len, default=[])
    for run in runs:
        if len(run) < min(STRAY, len(longest)) and abs(at[run[0]] - at[longest[0]]) > len(span) + STRAY:
            for i in run:
                at[i] = -1


def _extend(at: list[int], taken: set[int], wanted: list[str], words: list[str], block: list[int], step: int) -> None:
    """Beside a found word, the next of its block is the next there, or next but one, if they are alike."""
    for i in range(len(at)) if step > 0 else range(len(at) - 1, -1, -1):
        if at[i] < 0:
            continue
        for skip, jump in ((1, 1), (1, 2), (2, 1), (2, 2)):
            k, p = i + skip * step, at[i] + jump * step
            if not (0 <= k < len(at) and 0 <= p < len(words)) or block[k] != block[i] or p in taken:
                break
            if at[k] >= 0 or at[i + step] >= 0:
                break
            if fuzz.ratio(wanted[k], words[p]) >= ALIKE:
                at[k] = p
                taken.add(p)
                break


def _locate(block: list[str], words: list[str], taken: set[int], before: int, after: int) -> list[int]:
    """The place of a whole block, first between its neighbours, then anywhere; empty if it is nowhere."""
    for lo, hi in ((before + 1, after), (0, len(words))):
        for p in range(lo, hi - len(block) + 1):
            if words[p : p + len(block)] == block and not any(k in taken for k in range(p, p + len(block))):
                return list(range(p, p + len(block)))
    needle = " ".join(block)[:NEEDLE]
    for lo, hi in ((before + 1, after), (0, len(words))):
        kept = ["\0" * len(words[p]) if p in taken else words[p] for p in range(lo, hi)]
        hit = fuzz.partial_ratio_alignment(needle, " ".join(kept), score_cutoff=FOUND) if kept else None
        if hit is None or len(needle) < RUN:
            continue
        places, end = [], -1
        for p, word in zip(range(lo, hi), kept, strict=True):
            start, end = end + 1, end + 1 + len(word)
            if (start + end) / 2 >= hit.dest_start and (start + end) / 2 < hit.dest_end and p not in taken:
                places.append(p)
        if places and fuzz.ratio(needle, " ".join(words[p] for p in places)) >= FOUND:
            return places
    return []


def _bag(block: list[str], ranges: Sequence[range], words: list[str], taken: set[int]) -> list[int]:
    """The words of a table in whatever order: in the range that has most of them, if it has half."""
    best: list[int] = []
    for places in ranges:
        left, hits = Counter(block), []
        for p in places:
            if p not in taken and left[words[p]]:
                left[words[p]] -= 1
                hits.append(p)
        best = max(best, hits, key=len)
    return best if 2 * len(best) >= len(block) else []
