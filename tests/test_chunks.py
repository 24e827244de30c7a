"""Passages: sections, chunks and blocks, the headings they stand under, what stays together, and what a chunk holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Table
from ocr_plugins.chunks import Passage, blocks, chunks, sections
from ocr_plugins.errors import OptionError

K = BlockKind


def heading(text: str, level: int = 1) -> Block:
    return Block(K.HEADING, text, level=level)


def par(text: str, **more: object) -> Block:
    return Block(K.PARAGRAPH, text, **more)  # type: ignore[arg-type]


def item(text: str) -> Block:
    return Block(K.LIST_ITEM, text)


def table(*rows: Sequence[str], header_rows: int = 1) -> Block:
    made = Table.from_rows(rows, header_rows)
    return Block(K.TABLE, made.text, table=made)


def on(*pages: Sequence[Block]) -> list[tuple[int, Sequence[Block]]]:
    return list(enumerate(pages, 1))


def texts(passages: Sequence[Passage]) -> list[str]:
    return [passage.text for passage in passages]


LONG = "A sentence of some length stands here. " * 10


def test_a_section_is_a_heading_with_what_stands_below_it_up_to_the_next_one() -> None:
    page = [par("Before all."), heading("One"), par("First."), par("Second."), heading("Two", 2), par("Third.")]
    found = sections(on(page))
    assert [(s.headings, s.text) for s in found] == [
        ((), "Before all."),
        (("One",), "One\nFirst.\nSecond."),
        (("One", "Two"), "One > Two\nThird."),
    ]
    assert found[2].markdown == "## Two\n\nThird."


def test_a_heading_ends_those_of_its_level_and_below() -> None:
    page = [
        Block(K.TITLE, "T"),
        heading("A"),
        heading("B", 2),
        par("b"),
        heading("C", 2),
        par("c"),
        heading("D"),
        par("d"),
    ]
    paths = [passage.headings for passage in blocks(on(page)) if passage.kind == K.PARAGRAPH]
    assert paths == [("T", "A", "B"), ("T", "A", "C"), ("T", "D")]


def test_headings_deeper_than_markdown_knows_stand_side_by_side_however_many_there_are() -> None:
    page = [block for n in range(1, 2000) for block in (heading(f"H{n}", n), par(f"Text {n}."))]
    assert sections(on(page))[-1].headings == ("H1", "H2", "H3", "H4", "H5", "H1999")
    assert "Text 1999." in chunks(on(page))[-1].text


def test_a_tree_that_starts_at_level_4_is_a_tree() -> None:
    page = [heading("Deep", 4), par("d"), heading("Deeper", 6), par("e"), heading("Top", 1), par("t")]
    assert [s.headings for s in sections(on(page))] == [("Deep",), ("Deep", "Deeper"), ("Top",)]


def test_a_document_without_headings_has_one_section_and_chunks_without_a_path() -> None:
    page = [par("One."), par("Two.")]
    (section,), (chunk,) = sections(on(page)), chunks(on(page))
    assert section.text == chunk.text == "One.\nTwo."
    assert section.headings == chunk.headings == ()


@pytest.mark.parametrize("made", [sections, blocks, chunks])
def test_nothing_comes_of_a_page_without_text(made) -> None:  # type: ignore[no-untyped-def]
    assert made(on([], [par("")])) == []


@pytest.mark.parametrize("made", [sections, blocks, chunks])
def test_furniture_and_comments_for_figures_are_in_no_passage(made) -> None:  # type: ignore[no-untyped-def]
    page = [
        Block(K.PAGE_HEADER, "running head"),
        Block(K.FIGURE, box=BBox(0, 0, 1, 1)),
        par("Text."),
        Block(K.PAGE_FOOTER, "foot"),
        Block(K.PAGE_NUMBER, "7"),
    ]
    found = made(on(page))
    assert "Text." in found[-1].text
    for passage in found:
        for unwanted in ("running", "foot", "7", "<!--", "figure"):
            assert unwanted not in passage.text + passage.markdown


def test_the_items_of_a_list_stay_together() -> None:
    page = [par(LONG), item("one " * 20), item("two " * 20), par(LONG)]
    found = [chunk for chunk in chunks(on(page), 500) if "one" in chunk.text]
    assert len(found) == 1
    assert "two" in found[0].text


def test_what_ends_with_a_colon_stays_with_what_it_announces() -> None:
    page = [par(LONG), par("You need:"), item("a pen " * 5), item("paper " * 5)]
    assert [c.text.startswith("You need:\n- a pen") for c in chunks(on(page), 450)] == [False, True]


def test_a_caption_stays_with_its_table() -> None:
    page = [par(LONG), Block(K.CAPTION, "Table 1: Prices"), table(["Item", "Price"], ["Kite", "20"]), par(LONG)]
    (found,) = [chunk for chunk in chunks(on(page)) if chunk.kind == K.TABLE]
    assert found.text == "Table 1: Prices\nItem | Price\nKite | 20"
    assert found.markdown.startswith("*Table 1: Prices*\n\n| Item | Price |")


def test_a_caption_between_two_tables_belongs_to_the_nearer_one() -> None:
    def at(block: Block, top: float) -> Block:
        return Block(block.kind, block.text, BBox(0.1, top, 0.9, top + 0.1), table=block.table)

    page = [at(table(["a", "b"], ["1", "2"]), 0.1), at(Block(K.CAPTION, "Second"), 0.4), at(table(["c"], ["3"]), 0.52)]
    assert [chunk.text for chunk in chunks(on(page))] == ["a | b\n1 | 2", "Second\nc\n3"]


def test_what_is_small_is_put_to_its_neighbour_under_one_heading_and_what_is_large_is_not() -> None:
    small = [heading("Top"), heading("A", 2), par("a"), heading("B", 2), par("b"), heading("C", 2), par(LONG)]
    first, second = chunks(on(small), 400)
    assert (first.headings, first.text) == (("Top",), "Top\nA\na\nB\nb")
    assert first.markdown == "# Top\n\n## A\n\na\n\n## B\n\nb"
    assert second.headings == ("Top", "C")
    large = [heading("Top"), par(LONG), heading("A", 2), par(LONG), heading("B", 2), par(LONG)]
    assert [chunk.headings for chunk in chunks(on(large))] == [("Top",), ("Top", "A"), ("Top", "B")]


def test_a_scrap_before_the_first_heading_goes_with_what_follows() -> None:
    assert texts(chunks(on([par("In re: Smith"), heading("Notice"), par(LONG)]))) == [
        f"In re: Smith\nNotice\n{LONG.strip()}"
    ]


def test_the_end_of_a_section_stays_below_its_heading() -> None:
    page = [heading("Top"), heading("A", 2), par(LONG), par("The end."), heading("B", 2), par(LONG)]
    assert [chunk.headings for chunk in chunks(on(page), 400)] == [("Top", "A"), ("Top", "A"), ("Top", "B")]


def test_a_table_that_has_a_name_does_not_say_headings_of_other_pages() -> None:
    named = [Block(K.CAPTION, "Table 1: Prices"), table(["Item", "Price"], ["Kite", "20"])]
    here, there = chunks(on([heading("A"), *named], named))
    assert here.text.startswith("A\nTable 1: Prices\nItem")
    assert there.text.startswith("Table 1: Prices\nItem")
    assert there.headings == ("A",)


def test_sections_under_different_headings_are_not_put_together() -> None:
    page = [heading("One"), par("a"), heading("Two"), par("b")]
    assert texts(chunks(on(page))) == ["One\na", "Two\nb"]


def test_a_heading_without_text_goes_with_the_first_section_below_it() -> None:
    page = [heading("Top"), heading("A", 2), par(LONG)]
    (chunk,) = chunks(on(page))
    assert chunk.headings == ("Top", "A")
    assert chunk.markdown.startswith("# Top\n\n## A\n\nA sentence")


def test_a_path_that_takes_too_much_loses_its_outer_headings() -> None:
    page = [heading("The outermost of these headings"), par("x"), heading("Inner", 2), par(LONG)]
    last = chunks(on(page), 100)[-1]
    assert last.text.startswith("Inner\n")
    assert last.headings == ("The outermost of these headings", "Inner")


def test_a_path_that_takes_a_fifth_is_said_before_each_chunk() -> None:
    page = [heading("A"), heading("Seventeen letters", 2), par(LONG)]
    found = chunks(on(page), 100)
    assert len(found) == 5
    assert all(chunk.text.startswith("A > Seventeen letters\n") for chunk in found)


def test_what_has_a_fifth_of_a_chunk_is_small_and_what_has_a_third_is_not() -> None:
    def made(length: int) -> list[Passage]:
        return chunks(
            on([heading("Top"), heading("A", 2), par("a" * length), heading("B", 2), par("b" * length)]), 1000
        )

    assert [len(made(190)), len(made(320))] == [1, 2]


def test_a_heading_too_long_to_be_repeated_is_said_once_as_text() -> None:
    page = [heading("word " * 60), par(LONG)]
    found = chunks(on(page), 200)
    assert " ".join(texts(found)).count("word") == 60
    assert all(len(chunk.text) <= 200 for chunk in found)


def test_a_chunk_has_the_mean_confidence_and_the_kind_of_its_longest_part() -> None:
    page = [par("x" * 10, confidence=0.5), Block(K.CODE, "y" * 30, confidence=0.9), par("z" * 10)]
    (chunk,) = chunks(on(page))
    assert chunk.kind == K.CODE
    assert chunk.confidence == pytest.approx(0.8)


def test_the_id_tells_the_text_and_the_place() -> None:
    here, there = BBox(0, 0, 1, 0.1), BBox(0, 0.5, 1, 0.6)
    ids = [
        blocks(on([par(text, box=box)]))[0].id for text, box in (("a", here), ("a", there), ("b", here), ("a", here))
    ]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


def test_a_box_is_told_to_a_tenth_of_a_pixel() -> None:
    ids = [blocks(on([par("a", box=BBox(left, 0, 1, 1))]))[0].id for left in (0.5, 0.500001, 0.5003)]
    assert ids[0] == ids[1] != ids[2]


def test_a_page_that_changes_changes_its_own_chunks_alone() -> None:
    pages = [[heading("A"), par("Of page one."), par(LONG)], [par("Of page two.")], [par(LONG), par("Of page three.")]]
    before = {chunk.id: chunk.page for chunk in chunks(on(*pages), 300)}
    pages[1] = [par("Another page two."), par(LONG)]
    after = {chunk.id: chunk.page for chunk in chunks(on(*pages), 300)}
    assert {before[i] for i in before.keys() - after.keys()} == {2}
    assert {after[i] for i in after.keys() - before.keys()} == {2}


def test_a_block_that_goes_on_over_the_page_end_is_one_passage_of_both_pages() -> None:
    pages = on([par("It begins here and")], [par("ends there.", continues=True)])
    (chunk,) = chunks(pages)
    assert (chunk.text, chunk.page, chunk.last_page) == ("It begins here and ends there.", 1, 2)
    assert texts(blocks(pages)) == [chunk.text]


@pytest.mark.parametrize("most", [0, 2.5, "100"])
def test_max_tokens_is_a_whole_number_of_1_or_more(most: Any) -> None:
    with pytest.raises(OptionError, match=f"max_tokens={most!r}: give a whole number, 1 or more"):
        chunks([], most)


def test_a_tokenizer_that_counts_nothing_is_told() -> None:
    with pytest.raises(OptionError, match="gave None: let it give a number or a sequence"):
        chunks(on([par("Text.")]), tokenizer=lambda text: None)


def test_a_passage_is_shown_in_a_line() -> None:
    (passage,) = blocks(on([par(LONG)]))
    assert repr(passage) == f"Passage({LONG[:60]!r}, page 1, paragraph, {len(LONG.strip())} characters)"


def test_a_tokenizer_that_is_none_is_refused() -> None:
    with pytest.raises(OptionError, match="encode"):
        chunks(on([par("text")]), 10, object())


class Encoding:
    def __init__(self, text: str) -> None:
        self.ids = text.split()


class Tokenizers:
    def encode(self, text: str) -> Encoding:
        return Encoding(text)


class Tiktoken:
    def encode_ordinary(self, text: str) -> list[str]:
        return text.split()

    def encode(self, text: str) -> list[str]:
        raise ValueError(f"disallowed special token in {text!r}")


def count(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(
    "tokenizer",
    [count, lambda text: count(text) - 0.5, str.split, Tokenizers(), Tiktoken()],
    ids=["int", "estimate", "list", "ids", "tiktoken"],
)
def test_what_counts_is_a_function_or_a_tokenizer_of_any_kind(tokenizer: object) -> None:
    page = [heading("Words"), par(LONG), par("<|endoftext|> is text here.")]
    found = chunks(on(page), 20, tokenizer)
    assert 14 < max(count(chunk.text) for chunk in found) <= 20
    assert "<|endoftext|>" in found[-1].text


def test_without_a_tokenizer_characters_count() -> None:
    assert max(map(len, texts(chunks(on([par(LONG)]), 100)))) == 77  # two sentences
