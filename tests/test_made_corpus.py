"""The made corpus: what its documents say is known, the same for a seed, and printed whole."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from markdown_it import MarkdownIt
from PIL import Image

from benchmarks import made_corpus
from benchmarks.made import placed, scans, truth, typst_pages
from benchmarks.made.content import KINDS, document, documents
from benchmarks.made.model import (
    Cell,
    Code,
    Contents,
    Figure,
    Form,
    Heading,
    Lines,
    List,
    ListItem,
    Made,
    Paragraph,
    Quote,
    SideNote,
    Table,
    Transcript,
)

EVERYTHING = Made(
    "everything",
    "en",
    (
        Heading(1, "A Title"),
        Lines(("Anna Keller", "3 May 1999")),
        Contents(((1, "1. Scope", "2"), (2, "1.1 Terms", "3"))),
        Paragraph("The pump failed.1", ((1, "It did so twice."),)),
        SideNote("Beside it."),
        Paragraph("What follows stands *below* the note."),
        Quote("Nothing was said."),
        Code("if pump:\n    stop()"),
        List((ListItem("•", "one", (ListItem("(a)", "inner"),)), ListItem("•", "two"))),
        List((ListItem("1.", "first"),)),
        Table(((Cell("Name", head=True), Cell("No.", head=True)), (Cell("Pump"), Cell("7"))), "Table 1. Pumps."),
        Table(((Cell("Group", column_span=2, head=True),), (Cell("Valve"), Cell("8")))),
        Figure("Figure 1. A pump."),
        Form((("Name", "Peter"),)),
        Transcript(("Q. When was it?", "A. In May.")),
    ),
    running_head="A Head",
)


def test_a_seed_makes_the_same_documents_twice_and_another_seed_others() -> None:
    assert documents(3) == documents(3)
    assert all(a.items != b.items for a, b in zip(documents(3), documents(4), strict=True))


def test_every_item_has_its_kind_of_block() -> None:
    kinds = [block["kind"] for block in truth.blocks(EVERYTHING)]
    assert kinds == [
        *("heading", "lines", "contents_entry", "contents_entry", "paragraph", "note", "side_note", "paragraph"),
        *("quote", "code", "list_item", "list_item", "list_item", "list_item", "caption", "table", "table", "caption"),
        *("form_field", "speech", "speech"),
    ]


def test_the_markdown_says_what_the_blocks_say() -> None:
    blocks = truth.blocks(EVERYTHING)
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(truth.markdown(blocks))
    assert "<h1>A Title</h1>" in shown
    assert "stands *below* the note" in shown
    assert '<th colspan="2">Group</th>' in shown
    assert re.search(r"<ul>\s*<li>one\s*<ul>\s*<li>\(a\) inner</li>", shown)
    assert re.search(r"<ol>\s*<li>first</li>", shown)
    text = re.sub(r"\s+", "", re.sub("<[^>]*>", "", shown))
    assert all(re.sub(r"\s+", "", block["text"]) in text for block in blocks if block["kind"] != "table")


@pytest.mark.parametrize("kind", KINDS)
def test_heading_levels_begin_at_one_and_leave_none_out(kind: str) -> None:
    levels = [item.level for item in document(kind, 5).items if isinstance(item, Heading)]
    assert all(b <= a + 1 for a, b in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_a_table_cover_the_same_columns(kind: str) -> None:
    for table in (item for item in document(kind, 5).items if isinstance(item, Table)):
        held = [0] * len(table.rows)
        for i, row in enumerate(table.rows):
            for cell in row:
                for covered in range(i, i + cell.row_span):
                    held[covered] += cell.column_span
        assert len(set(held)) == 1


def test_the_notes_of_a_page_stand_behind_what_begins_on_it() -> None:
    first, second, third = Paragraph("One.1", ((1, "Of one."),)), Paragraph("Two."), Paragraph("Three.")
    pages = ["One.1\nTwo.\n1Of one.\n1", "A Head\nThree.\nPage 2"]
    found = placed.placed(Made("", "en", (first, second, third), running_head="A Head"), pages)
    assert [block["text"] for block in found["blocks"]] == ["One.1", "Two.", "1 Of one.", "Three."]
    assert found["furniture"] == ["A Head", "1", "Page 2"]


def test_a_caption_printed_below_its_table_is_read_behind_it() -> None:
    table = Table(((Cell("Name"), Cell("No.")), (Cell("Pump"), Cell("7"))), "Table 1. Pumps.")
    above, below = (
        placed.placed(Made("", "en", (table,)), [text])["blocks"][0]["kind"]
        for text in ("Table 1. Pumps.\nName No.\nPump 7", "Name No.\nPump 7\nTable 1. Pumps.")
    )
    assert (above, below) == ("caption", "table")


def test_a_heading_is_written_as_it_is_printed() -> None:
    made = Made("", "en", (Heading(1, "Große Pumps"), Heading(2, "Valves"), Paragraph("Valves and pumps.")))
    found = placed.placed(made, ["GROSSE PUMPS\nValves\nValves and pumps."])["blocks"]
    assert [block["text"] for block in found] == ["GROSSE PUMPS", "Valves", "Valves and pumps."]


def test_the_running_head_is_furniture_where_it_is_printed_not_as_a_title() -> None:
    made = Made("", "en", (Heading(1, "Pumps"), Heading(2, "Valves"), Paragraph("One.")), running_head="Pumps")
    assert placed.placed(made, ["Pumps\nValves\nOne."])["furniture"] == []
    assert placed.placed(made, ["Pumps\nValves", "Pumps\nOne."])["furniture"] == ["Pumps"]
    assert placed.placed(made, ["Pumps\nValves", "VALVES 2\nOne."])["furniture"] == ["VALVES"]


def test_no_style_is_in_both_halves_and_each_half_has_every_kind() -> None:
    jobs = list(made_corpus.jobs("typst_pages", typst_pages, 1))
    styles = {half: {job.style for job in jobs if job.half == half} for half in made_corpus.HALVES}
    assert not styles["set"] & styles["judge"]
    assert styles["set"] | styles["judge"] == set(typst_pages.STYLES)
    assert all({job.kind for job in jobs if job.half == half} == set(KINDS) for half in made_corpus.HALVES)
    assert all(typst_pages.fits(job.kind, job.style) for job in jobs)


def test_a_long_document_is_cut_before_a_heading() -> None:
    made = document("report", 1)
    short = made_corpus.cut(made, 0.5)
    assert 2 < len(short.items) <= len(made.items) / 2
    assert isinstance(made.items[len(short.items)], Heading)
    assert not isinstance(short.items[-1], Heading)


@pytest.mark.parametrize("wear", scans.WEARS)
def test_wear_is_the_same_for_a_seed_and_leaves_lines_dark(wear: str) -> None:
    page = Image.new("L", (400, 560), 255)
    page.paste(0, (60, 270, 340, 290))
    one, two = (scans.worn(page, scans.WEARS[wear], 200, random.Random(1)) for _ in range(2))
    assert one.tobytes() == two.tobytes() != page.tobytes()
    assert np.asarray(one)[276:284, 180:220].mean() < 110


@pytest.mark.parametrize("style", ["typst-report", "typst-paper", "typst-news", "typst-bands", "typst-italic"])
def test_typst_prints_every_word(style: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    path = tmp_path / "made.pdf"
    typst_pages.render(EVERYTHING, style, path)
    printed = re.sub(r"\W", "", "".join(placed.page_texts(path)))
    for block in truth.blocks(EVERYTHING):
        assert re.sub(r"\W", "", block["text"]) in printed


def test_a_corpus_is_its_pdfs_their_truth_and_a_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    options = ["--renderers", "typst_pages", "--only", "typst-report-report", "--sheet"]
    monkeypatch.setattr(sys, "argv", ["made_corpus", str(tmp_path), *options])
    made_corpus.main()
    header, born, scan = (tmp_path / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in (born, scan)]
    assert [(row["kind"], row["tagged"]) for row in rows] == [("born/set", "yes"), ("scan/set", "no")]
    assert placed.page_texts(tmp_path / rows[0]["path"])[0]
    assert not any(placed.page_texts(tmp_path / rows[1]["path"]))
    for row in rows:
        found = json.loads((tmp_path / row["blocks"]).read_text(encoding="utf-8"))
        assert (tmp_path / row["ground_truth"]).read_text(encoding="utf-8") == truth.markdown(found["blocks"])
    assert (tmp_path / "sheet.png").exists()
