"""What is right in a prediction whose blocks were found, and which blocks are wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.scored.pieces import Piece, bare, words_of
from benchmarks.scored.reading import RUN, Reading
from benchmarks.scored.tables import SAME, adjacency, compared, f1

COLUMNS = ("order", "edit", "heads", "level", "exact", "items", "depth", "teds", "cells", "furn", "kept", "paras")
FLOATS = {"caption", "note", "side_note"}
LISTED = {"contents_entry", "note"}
PARAGRAPHS = {"paragraph", "quote", "speech"}


def _foreign(r: Reading, lo: int, hi: int, own: set[int], floats: bool) -> bool:
    """Whether another block, or a run of its words, stands between two places; the places are not looked at."""
    inside = Counter(r.owner[lo + 1 : hi])
    other = {b: n for b, n in inside.items() if b >= 0 and b not in own and (floats or r.truth[b].kind not in FLOATS)}
    return any(n >= RUN or 2 * n >= len(r.places[b]) for b, n in other.items())


def successions(r: Reading) -> list[tuple[int, int | None, str]]:
    """Block, the next one (none behind the last) and what is wrong: empty if the succession holds."""
    flow = [b for b, piece in enumerate(r.truth) if piece.kind not in FLOATS]
    verdicts: list[tuple[int, int | None, str]] = []
    following: list[int | None] = [*flow[1:], None]
    for a, b in zip(flow, following, strict=bool(flow)):
        here, there = r.places[a], r.places[b] if b is not None else []
        if not here or (b is not None and not there):
            wrong = "lost"
        elif _foreign(r, min(here), max(here), {a}, floats=True) or (
            r.truth[a].kind != "table" and any(p > q for p, q in pairwise(here))
        ):
            wrong = "torn"
        elif b is not None and (min(there) < max(here) or _foreign(r, max(here), min(there), {a, b}, floats=False)):
            wrong = "elsewhere"
        else:
            wrong = ""
        verdicts.append((a, b, wrong))
    return verdicts


def edit(r: Reading) -> float | None:
    flow = [b for b, piece in enumerate(r.truth) if piece.kind not in FLOATS]
    found = sorted((b for b in flow if r.places[b]), key=lambda b: min(r.places[b]))
    return Levenshtein.normalized_similarity(flow, found) if flow else None


def boundaries(r: Reading) -> tuple[list[int], list[int], list[int]]:
    """Beginnings and ends of paragraphs that are right, joined (or lost) and torn: their blocks."""
    by_piece: dict[int, list[int]] = defaultdict(list)
    for p, b in enumerate(r.owner):
        if b >= 0:
            by_piece[r.piece[p]].append(p)
    edges = ({own[0] for own in by_piece.values()}, {own[-1] for own in by_piece.values()})
    right, joined, torn = list[int](), list[int](), list[int]()
    for b, piece in enumerate(r.truth):
        if piece.kind in PARAGRAPHS:
            own = {p for p in range(len(r.owner)) if r.owner[p] == b}
            for edge, wanted in zip(edges, (min(own, default=-1), max(own, default=-1)), strict=True):
                (right if wanted in edge else joined).append(b)
                torn += [b] * len((edge & own) - {wanted})
    return right, joined, torn


def matched(truth: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """One to one, the likest first, of those as like the ones at like places; in the order of the truth."""
    scale = len(found) / max(1, len(truth))
    likest = []
    for i, a in enumerate(truth):
        for j, b in enumerate(found):
            if ratio := fuzz.ratio(a, b, score_cutoff=SAME):
                likest.append((-ratio, abs(i * scale - j), i, j))
    left, right, pairs = set(range(len(truth))), set(range(len(found))), []
    for _, _, i, j in sorted(likest):
        if i in left and j in right:
            pairs.append((i, j))
            left.remove(i)
            right.remove(j)
    return sorted(pairs)


def headings(r: Reading) -> tuple[list[Piece], list[Piece], list[tuple[int, int]]]:
    a, b = ([p for p in side if p.kind == "heading"] for side in (r.truth, r.found))
    return a, b, matched([p.text.casefold() for p in a], [p.text.casefold() for p in b])


def items(r: Reading) -> tuple[list[Piece], list[Piece], list[tuple[int, int]]]:
    """List items; entries of contents and notes may be items of the prediction, which are left out."""
    entries = {b for b, piece in enumerate(r.truth) if piece.kind in LISTED}
    listed = Counter(k for k, b in zip(r.piece, r.owner, strict=True) if b in entries)
    words = Counter(r.piece)
    whole: dict[int, Piece] = {}
    for k, piece in enumerate(r.found):
        if piece.item and 2 * listed[k] < words[k]:
            text = f"{whole[piece.item].text} {piece.text}" if piece.item in whole else piece.text
            whole[piece.item] = Piece("list_item", text, piece.level)
    a, b = [p for p in r.truth if p.kind == "list_item"], list(whole.values())
    return a, b, matched([bare(p.text) for p in a], [bare(p.text) for p in b])


def sign(n: int) -> int:
    return (n > 0) - (n < 0)


def kept_furniture(r: Reading) -> list[str]:
    """Furniture that stands in what is in no block. Numbers of pages: more often than there are such words lost."""
    spare = Counter(word for word, b in zip(r.words, r.owner, strict=True) if b < 0)
    kept = []
    for text in dict.fromkeys(r.furniture):
        new = words_of(text)
        if len(new) == 1:
            stays = spare[new[0]] > r.lost[new[0]]
        else:
            free = (p for p in range(len(r.words) - len(new) + 1) if set(r.owner[p : p + len(new)]) == {-1})
            stays = any(fuzz.ratio(" ".join(new), " ".join(r.words[p : p + len(new)])) >= SAME for p in free)
        kept += [text] if new and stays else []
    return kept


def score(r: Reading) -> dict[str, float | None]:
    values: dict[str, float | None] = dict.fromkeys(COLUMNS)
    if order := successions(r):
        values["order"] = sum(not wrong for _, _, wrong in order) / len(order)
    values["edit"] = edit(r)
    a, b, pairs = headings(r)
    if a:
        values["heads"] = f1(len(pairs), len(a), len(b))
        steps = [(a[i].level - a[k].level, b[j].level - b[m].level) for (i, j), (k, m) in combinations(pairs, 2)]
        if len(a) > 1 and len(pairs) != 1:
            values["level"] = sum(sign(x) == sign(y) for x, y in steps) / max(1, len(steps))
        shifts = [a[i].level - b[j].level for i, j in pairs]
        values["exact"] = sum(s == shifts[0] for s in shifts) / max(1, len(shifts))
    a, b, pairs = items(r)
    if a:
        values["items"] = f1(len(pairs), len(a), len(b))
        values["depth"] = sum(a[i].level == b[j].level for i, j in pairs) / max(1, len(pairs))
    tables, wanted, found = compared(r.truth, r.found)
    if tables:
        values["teds"] = sum(similar for _, _, similar in tables) / max(wanted, found)
        values["cells"] = adjacency(r.truth, r.found)
    furniture = [text for text in dict.fromkeys(r.furniture) if words_of(text)]
    if furniture:
        values["furn"] = 1 - len(kept_furniture(r)) / len(furniture) if r.words else 0.0
    if r.truth:
        values["kept"] = sum(not gone(r, b) for b in range(len(r.truth))) / len(r.truth)
    right, joined, torn = boundaries(r)
    if right or joined:
        values["paras"] = f1(len(right), len(right) + len(joined), len(right) + len(torn))
    return values


def gone(r: Reading, b: int) -> bool:
    return 2 * len(r.places[b]) < len(words_of(r.truth[b].text))
