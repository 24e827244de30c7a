"""The scorer of structure: the truth's own Markdown is right in all, and a fault costs where it is one."""

from __future__ import annotations

import importlib
import json
import random
import sys
from typing import Any

import pytest

for needed in ("apted", "bs4", "markdown_it", "rapidfuzz"):
    pytest.importorskip(needed, reason="the scorer of structure needs it")

structure = importlib.import_module("benchmarks.structure")
measures = importlib.import_module("benchmarks.scored.measures")
tables = importlib.import_module("benchmarks.scored.tables")
pieces = importlib.import_module("benchmarks.scored.pieces")
read = importlib.import_module("benchmarks.scored.reading").read

FIRST = "The river rose in the night and carried away the old bridge, which had stood for two hundred years or more."
SECOND = "Nobody in the village was hurt. The miller lost nine sacks of flour, and the priest his only umbrella."
QUOTE = "We shall build it again, of stone this time, said the mayor when the water had fallen."
LAST = "Work began in spring. By the end of summer carts could cross, and the ferryman went back to his fields."
CAPTION = "Table 1: What was lost in the flood."
NOTE = "Letters of the parish, kept in the archive of the county."
ROWS = [["Item", "Count", "Price"], ["Flour", "9", "27.50"], ["Umbrella", "1", "4.25"], ["Bridge", "2", "800.00"]]


def block(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, **more}


BLOCKS = {
    "title": block("heading", "A History of the Flood at Lower Marsh", level=1),
    "h1": block("heading", "1 The Night", level=2),
    "first": block("paragraph", FIRST),
    "h2": block("heading", "1.1 What Was Lost", level=3),
    "second": block("paragraph", SECOND),
    "table": block("table", "", rows=[[{"text": c, "head": not y} for c in row] for y, row in enumerate(ROWS)]),
    "caption": block("caption", CAPTION),
    "i1": block("list_item", "stone from the quarry", depth=1, marker="•"),
    "i2": block("list_item", "granite for the piers", depth=2, marker="1."),
    "i3": block("list_item", "oak from the forest", depth=1, marker="•"),
    "quote": block("quote", QUOTE),
    "h3": block("heading", "2 The New Bridge", level=2),
    "last": block("paragraph", LAST),
    "note": block("note", NOTE, marker="1"),
}
TRUTH: dict[str, Any] = {"blocks": list(BLOCKS.values()), "furniture": ["Annals of Lower Marsh", "3", "4"]}
TABLE = "\n".join(["| " + " | ".join(row) + " |" for row in [ROWS[0], ["---"] * 3, *ROWS[1:]]])
RIGHT = {
    "title": "# A History of the Flood at Lower Marsh",
    "h1": "## 1 The Night",
    "first": FIRST,
    "h2": "### 1.1 What Was Lost",
    "second": SECOND,
    "table": TABLE,
    "caption": CAPTION,
    "list": "- stone from the quarry\n  1. granite for the piers\n- oak from the forest",
    "quote": "> " + QUOTE,
    "h3": "## 2 The New Bridge",
    "last": LAST,
    "note": f"[^1]: {NOTE}",
}


def scores(markdown: str, truth: dict[str, Any] = TRUTH) -> dict[str, float | None]:
    result: dict[str, float | None] = measures.score(read(truth, markdown))
    return result


def faults(markdown: str, truth: dict[str, Any] = TRUTH) -> dict[str, float]:
    """What is below 1."""
    return {name: round(v, 3) for name, v in scores(markdown, truth).items() if v is not None and v < 1}


def page(order: str = " ".join(RIGHT), **changed: str) -> str:
    return "\n\n".join({**RIGHT, **changed}[name] for name in order.split() if {**RIGHT, **changed}[name])


def halves(text: str) -> tuple[str, str]:
    words = text.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def test_the_truths_own_markdown_is_right_in_all() -> None:
    assert scores(page()) == dict.fromkeys(measures.COLUMNS, 1.0)


def test_nothing_read_is_zero_in_all() -> None:
    assert scores("") == dict.fromkeys(measures.COLUMNS, 0.0)


def test_what_the_truth_has_none_of_has_no_score() -> None:
    found = scores("One paragraph.", {"blocks": [block("paragraph", "One paragraph.")], "furniture": []})
    assert {name for name, v in found.items() if v is not None} == {"order", "edit", "kept", "paras"}
    assert set(scores("anything", {"blocks": []}).values()) == {None}


def test_a_block_behind_its_successor_breaks_the_three_successions_about_it() -> None:
    moved = page("title first h1 h2 second table caption list quote h3 last note")
    # Of 12 blocks: title -> h1, h1 -> first, first -> h2.
    assert faults(moved) == {"order": round(9 / 12, 3), "edit": round(1 - 2 / 12, 3)}


def test_columns_read_across_cost_order_and_paragraphs() -> None:
    left, right = FIRST.split(), LAST.split()
    lines = [" ".join([*left[k : k + 4], *right[k : k + 4]]) for k in range(0, max(len(left), len(right)), 4)]
    found = faults(page(first="\n".join(lines), last=""))
    assert set(found) == {"order", "edit", "paras"}
    # Both are torn, and what ends above the second heading does not follow it.
    assert found["order"] == 9 / 12


@pytest.mark.parametrize("float_", ["caption", "note"])
def test_a_float_may_stand_between_blocks_but_not_inside_one(float_: str) -> None:
    rest = {float_: ""}
    between = page(first=FIRST + "\n\n" + RIGHT[float_], **rest)
    one, two = halves(FIRST)
    inside = page(first="\n\n".join((one, RIGHT[float_], two)), **rest)
    assert faults(between) == {}
    # One of 12 successions; two boundaries too many of six paragraphs' eight.
    assert faults(inside) == {"order": round(11 / 12, 3), "paras": round(2 * 8 / (2 * 8 + 2), 3)}


def test_a_paragraph_torn_by_a_table_costs_both_its_successions() -> None:
    one, two = halves(SECOND)
    torn = page(second="\n\n".join((one, TABLE, two)), table="")
    assert faults(torn) == {"order": round(10 / 12, 3), "paras": round(16 / 18, 3)}


def test_joined_paragraphs_lack_two_boundaries() -> None:
    truth = {"blocks": [block("paragraph", FIRST), block("paragraph", SECOND)], "furniture": []}
    assert faults(f"{FIRST} {SECOND}", truth) == {"paras": round(2 * 2 / (2 * 2 + 2), 3)}
    assert faults(f"{FIRST}\n{SECOND}", truth) == {"paras": round(2 * 2 / (2 * 2 + 2), 3)}


def test_a_heading_torn_in_two_is_no_heading_of_the_truth() -> None:
    found = faults(page(title="# A History of the Flood\n\n# at Lower Marsh"))
    # 3 of 4 are found, 5 are there; the rest agree among themselves.
    assert found == {"heads": round(2 * 3 / 9, 3)}


def test_a_heading_of_another_level_costs_level_alone() -> None:
    # Of six pairs, those with h1 (deeper, now same) and with h3 (same, now higher).
    assert faults(page(h2="## 1.1 What Was Lost")) == {"level": round(4 / 6, 3), "exact": 0.75}


def test_levels_count_from_the_first_heading() -> None:
    deeper = {name: "#" + RIGHT[name] for name in ("title", "h1", "h2", "h3")}
    assert faults(page(**deeper)) == {}


def test_one_heading_that_is_found_compares_with_none() -> None:
    assert scores(page(title="", h1="", h2=""))["level"] is None


def test_a_flattened_list_costs_depth_alone() -> None:
    flat = "- stone from the quarry\n- granite for the piers\n- oak from the forest"
    assert faults(page(list=flat)) == {"depth": round(2 / 3, 3)}


def test_a_list_read_as_lines_costs_its_items() -> None:
    lines = "stone from the quarry\\\ngranite for the piers\\\noak from the forest"
    assert faults(page(list=lines)) == {"items": 0.0, "depth": 0.0}


def test_a_marker_that_is_text_is_no_fault() -> None:
    assert faults(page(list="- • stone from the quarry\n  - (1) granite for the piers\n- oak from the forest")) == {}


def test_contents_and_notes_may_be_lists() -> None:
    contents = block("contents_entry", "The Night on the River 7", depth=1)
    truth = {**TRUTH, "blocks": [contents, *TRUTH["blocks"]]}
    listed = page(title="- The Night on the River ....... 7\n\n" + RIGHT["title"], note=f"1. {NOTE}")
    assert faults(listed, truth) == {}


def test_a_transposed_table_costs_tables_alone() -> None:
    turned = ["| " + " | ".join(row[k] for row in ROWS) + " |" for k in range(3)]
    found = faults(page(table="\n".join([turned[0], "|---|---|---|---|", *turned[1:]])))
    assert set(found) == {"teds", "cells"}
    assert found["cells"] == 0.0


def test_a_split_table_lacks_the_relations_across_the_cut() -> None:
    first, second = TABLE.rsplit("\n", 1)
    found = faults(page(table=f"{first}\n\n|  |  |  |\n|---|---|---|\n{second}"))
    # 17 relations, 3 of them from the third to the fourth row; half of teds goes to the second table.
    assert found["cells"] == round(2 * 14 / (17 + 14), 3)
    assert found == {"cells": found["cells"], "teds": round((1 - 4 / 17) / 2, 3)}


def test_a_table_that_is_none_takes_half_of_one() -> None:
    found = faults(page(quote=f"> {QUOTE}\n\n| no | table |\n|---|---|\n| at | all |"))
    assert found["teds"] == 0.5


def test_spans_are_neighbours_of_all_they_touch() -> None:
    rows = [[{"text": "Sales", "column_span": 2}], [{"text": "North"}, {"text": "South"}]]
    truth = {"blocks": [block("table", "", rows=rows)]}
    html = "<table><tr><td colspan=2>Sales</td></tr><tr><td>North</td><td>South</td></tr></table>"
    assert faults(html, truth) == {}
    # Of Sales/North, Sales/South and North/South the second is lost; one cell in six nodes is another.
    assert faults("| Sales |  |\n|---|---|\n| North | South |", truth)["cells"] == round(2 * 2 / (3 + 2), 3)


def test_a_misread_character_is_no_fault_of_structure() -> None:
    misread = page().replace("Umbrella", "Umbrel1a").replace("bridge", "brldge").replace("quarry", "quany")
    assert set(faults(misread)) == {"teds"}


def test_another_text_in_a_cell_is_another_cell() -> None:
    # Three of the seventeen relations are the umbrella's.
    assert faults(page(table=TABLE.replace("Umbrella", "Umber")))["cells"] == round(14 / 17, 3)


@pytest.mark.parametrize(
    ("read_as", "kept"),
    [
        ("tbe rivor rose in the nigbt aud carrled avvay", 1.0),  # three words are right, the others alike
        ("two horses rose in the barn before noon today", 0.0),  # three words are right, the others are others
        ("tbe rivor rcse ln tbe nigbt ond carried awey", 1.0),  # none stands beside another that is right
        ("night of the old and away in rose carried the river", 0.0),  # all its words, but in no order
        ("", 0.0),
    ],
)
def test_a_block_is_found_by_runs_of_words_and_words_alike(read_as: str, kept: float) -> None:
    truth = {"blocks": [block("lines", "the river rose in the night and carried away")]}
    assert scores(read_as, truth)["kept"] == kept


def test_a_long_block_that_is_misread_all_over_is_found_to_its_end() -> None:
    misread = " ".join(word[:-1] + "~" + word[-1] if k % 2 else "x" + word for k, word in enumerate(FIRST.split()))
    assert faults(f"{misread}\n\n{SECOND}", {"blocks": [block("paragraph", t) for t in (FIRST, SECOND)]}) == {}


def test_a_phrase_that_is_elsewhere_too_does_not_tear_a_block() -> None:
    misread = page(first=FIRST.replace("years or more", "yeors 0r m0re"))
    assert faults(misread + "\n\nYears or more.") == {}


def test_half_a_dozen_words_that_are_elsewhere_tear_a_block() -> None:
    words = FIRST.split()
    torn = page(first=" ".join(words[:-6])) + "\n\n" + " ".join(words[-6:])
    assert faults(torn)["order"] == round(11 / 12, 3)


def test_kept_furniture_costs_furniture_alone() -> None:
    assert faults(page(h3="Annals of Lower Marsh 3\n\n" + RIGHT["h3"])) == {"furn": round(1 / 3, 3)}
    assert faults(page(first=FIRST.replace("which", "Annals of Lower Marsh which"))) == {"furn": round(2 / 3, 3)}


def test_lost_blocks_cost_their_successions() -> None:
    found = faults(page(quote=""))
    assert found["kept"] == round(13 / 14, 3)
    assert found["order"] == round(10 / 12, 3)
    assert found["paras"] == round(2 * 6 / (6 + 8), 3)


def test_a_short_text_that_repeats_is_found_beside_its_neighbours() -> None:
    parts = [("Summary", FIRST), ("Summary", SECOND), ("Summary", LAST)]
    blocks = [b for h, t in parts for b in (block("heading", h, level=2), block("paragraph", t))]
    assert faults("\n\n".join(f"## {h}\n\n{t}" for h, t in parts), {"blocks": blocks}) == {}


def test_the_bound_for_large_tables_is_the_tree_edit_distance_of_whole_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    for _ in range(20):
        a, b = (
            tuple(
                tuple(pieces.Cell(chance.choice(["one", "two", "three"])) for _ in range(chance.randint(1, 4)))
                for _ in range(chance.randint(1, 5))
            )
            for _ in range(2)
        )
        exact = tables.table_similarity(a, b)
        with monkeypatch.context() as patch:
            patch.setattr(tables, "LARGE", 0)
            assert exact - 0.25 <= tables.table_similarity(a, b) <= exact + 1e-9


def test_the_worst_documents_are_told_with_what_is_wrong(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(TRUTH))
    rows = ("path\tkind\tblocks", "a/good.pdf\tmade\ta.json", "a/bad.pdf\tmade\ta.json", "a/none.pdf\tmade\t")
    (tmp_path / "m.tsv").write_text("\n".join(rows))
    one, two = halves(SECOND)
    bad = page(second="\n\n".join((one, TABLE, two)), table="", h1="1 The Night", list="- stone from the quarry")
    (tmp_path / "a__good.pdf.md").write_text(page())
    (tmp_path / "a__bad.pdf.md").write_text(bad + "\n\nAnnals of Lower Marsh")
    monkeypatch.setattr(sys, "argv", ["structure.py", str(tmp_path / "m.tsv"), str(tmp_path), "--worst", "1"])
    structure.main()
    told = capsys.readouterr().out
    assert "a/bad.pdf" in told
    assert "a/good.pdf" not in told
    for line in (
        "heading: 3 of 4 found, 0 extra, 0 of another level",
        "heading: missing ## '1 The Night': is text '1 The Night'",
        "order: torn paragraph",
        "item: missing 1. 'granite for the piers': not found",
        "paragraph: torn",
        "furniture kept: 'Annals of Lower Marsh'",
    ):
        assert line in told
