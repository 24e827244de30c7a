"""What is too long for a chunk: where it is cut, what its parts say again, where they stand; nothing is lost."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from ocr_plugins.blocks import BBox, Block, BlockKind, Cell, Table, TextLine, Word
from ocr_plugins.chunks import Passage, chunks

K = BlockKind
PITCH = 0.02


def on(*pages: Sequence[Block]) -> list[tuple[int, Sequence[Block]]]:
    return list(enumerate(pages, 1))


def row_box(row: int) -> BBox:
    return BBox(0.1, row * PITCH, 0.9, row * PITCH + 0.015)


def table(rows: Sequence[Sequence[str]], header_rows: int = 1, *, placed: bool = False) -> Block:
    made = Table.from_rows(rows, header_rows)
    if placed:
        cells = [Cell(c.row, c.column, c.text, header=c.header, box=row_box(c.row)) for c in made.cells]
        made = Table(made.rows, made.columns, tuple(cells))
    return Block(K.TABLE, made.text, BBox(0.1, 0.0, 0.9, made.rows * PITCH), table=made)


def lines(text: str, per_line: int, *, words: bool = False) -> Block:
    """A paragraph of lines of so many words, each with its box, and the box of each word."""
    all_words = text.split()
    made = []
    for i, begin in enumerate(range(0, len(all_words), per_line)):
        said, box = all_words[begin : begin + per_line], row_box(i)
        wide = box.width / len(said)
        boxes = [BBox(box.left + j * wide, box.top, box.left + (j + 1) * wide, box.bottom) for j in range(len(said))]
        known = tuple(Word(word, at) for word, at in zip(said, boxes, strict=True)) if words else ()
        made.append(TextLine(" ".join(said), box, words=known))
    return Block(K.PARAGRAPH, " ".join(all_words), lines=tuple(made))


def boxes(passage: Passage) -> list[BBox]:
    return [box for place in passage.places for box in place.boxes]


PRICES = [["Item", "Price"], *([f"Thing number {i}", f"{i}.00"] for i in range(1, 21))]


def test_a_table_is_cut_between_rows_with_its_header_and_its_caption_in_each_part() -> None:
    found = chunks(on([Block(K.CAPTION, "Table 1: Prices"), table(PRICES)]), 200)
    assert len(found) > 2
    for part in found:
        assert part.text.startswith("Table 1: Prices\nItem | Price\nThing number ")
        assert part.markdown.startswith("*Table 1: Prices*\n\n| Item | Price |")
        assert len(part.text) <= 200
    assert [row for part in found for row in part.text.split("\n")[2:]] == [" | ".join(row) for row in PRICES[1:]]


def test_a_caption_of_a_third_of_a_chunk_is_not_repeated_and_one_of_a_fifth_is() -> None:
    def said(length: int) -> int:
        found = chunks(on([Block(K.CAPTION, "x" * length), table(PRICES)]), 200)
        assert len(found) > 2
        return sum("x" * length in chunk.text for chunk in found)

    assert said(70) == 1
    assert said(40) > 2


def test_a_part_of_a_table_stands_where_its_header_and_its_rows_do() -> None:
    first, second, *_ = chunks(on([table(PRICES, placed=True)]), 200)
    assert boxes(first)[0].top == 0
    begin = 1 + first.text.count("\n")
    assert boxes(second)[0] == row_box(0)
    assert boxes(second)[1].top == pytest.approx(begin * PITCH)


def test_a_title_over_all_columns_is_repeated_with_the_header_below_it() -> None:
    cells = [
        Cell(0, 0, "Prices of kites", column_span=2),
        Cell(1, 0, "Item", header=True),
        Cell(1, 1, "Price", header=True),
    ]
    cells += [Cell(i + 2, j, text) for i, row in enumerate(PRICES[1:]) for j, text in enumerate(row)]
    found = chunks(on([Block(K.TABLE, table=Table(22, 2, tuple(cells)))]), 200)
    assert len(found) > 2
    assert all(part.text.startswith("Prices of kites\nItem | Price\nThing") for part in found)


def test_a_title_that_the_heading_has_said_is_not_said_again() -> None:
    cells = (Cell(0, 0, "Prices", column_span=2), Cell(1, 0, "Item", header=True), Cell(1, 1, "Price", header=True))
    block = Block(K.TABLE, table=Table(3, 2, (*cells, Cell(2, 0, "Kite"), Cell(2, 1, "20"))))
    (chunk,) = chunks(on([Block(K.HEADING, "Prices", level=1), block]))
    assert chunk.text == "Prices\nItem | Price\nKite | 20"


def test_a_row_that_names_the_columns_below_a_spanning_header_is_part_of_it() -> None:
    cells = (
        *(Cell(0, 0, "Path", header=True), Cell(0, 1, "P value", column_span=2, header=True)),
        *(Cell(1, 1, "with"), Cell(1, 2, "without")),
        *(Cell(2, 0, "Cycle"), Cell(2, 1, "0.1"), Cell(2, 2, "0.2")),
    )
    (chunk,) = chunks(on([Block(K.TABLE, table=Table(3, 3, cells))]))
    assert chunk.text == "Path | P value with | P value without\nCycle | 0.1 | 0.2"


def test_a_row_of_values_below_a_spanning_header_is_none() -> None:
    cells = (
        Cell(0, 0, "a", header=True),
        Cell(0, 1, "b", column_span=2, header=True),
        Cell(1, 1, "1"),
        Cell(1, 2, "2"),
    )
    (chunk,) = chunks(on([Block(K.TABLE, table=Table(2, 3, cells))]))
    assert chunk.text == "a | b | b\n | 1 | 2"


def test_a_value_stays_below_its_column_where_cells_before_it_are_empty() -> None:
    (chunk,) = chunks(on([table([["Who", "May", "June"], ["Ann", "", "3"], ["Bob", "4", ""]])]))
    assert chunk.text == "Who | May | June\nAnn |  | 3\nBob | 4"


def test_a_cell_that_spans_rows_is_said_in_each_part_that_it_reaches() -> None:
    cells = [Cell(0, 0, "Group", header=True), Cell(0, 1, "Name", header=True), Cell(1, 0, "Birds", row_span=20)]
    cells += [Cell(i, 1, f"the bird of number {i}") for i in range(1, 21)]
    found = chunks(on([Block(K.TABLE, table=Table(21, 2, tuple(cells)))]), 120)
    assert len(found) > 3
    for part in found:
        header, *rows = part.text.split("\n")
        assert header == "Group | Name"
        assert all(row.startswith("Birds | the bird") for row in rows)
        assert part.markdown.count("Birds") == 1


def test_the_row_that_names_a_group_is_repeated_in_a_part_that_begins_within_the_group() -> None:
    rows = [["Country", "Area"], ["Europe", ""], *([f"Country {i}", str(i)] for i in range(9))]
    found = chunks(on([table(rows)]), 80)
    assert len(found) > 1
    assert all(part.text.startswith("Country | Area\nEurope\nCountry ") for part in found)


def test_rows_that_are_texts_are_chunks_each_and_rows_of_values_are_not() -> None:
    header = ["If you live in", "Mail your claim form to this address"]
    address = "The Claims Department, P.O. Box {}, Springfield, IL 62701, near the old station"
    rows = [["Illinois", address.format(1)], ["Iowa", address.format(2)], ["Ohio", address.format(3)]]
    found = [chunk.text for chunk in chunks(on([table([header, *rows])]), 300)]
    assert found == [f"{' | '.join(header)}\n{' | '.join(row)}" for row in rows]
    values = [["Complaint", "Patients"], *([f"Complaint no. {i}", f"{i} (10.2 %)"] for i in range(20))]
    assert len(chunks(on([table(values)]), 300)) < 4


def test_where_the_header_takes_too_much_each_cell_is_named() -> None:
    rows = [["The name of the first column", "The name of the second column"], ["a", "b"], ["c", "d"]]
    header, *named = [chunk.text for chunk in chunks(on([table(rows)]), 66)]
    assert header == " | ".join(rows[0])
    assert named == [f"The name of the first column: {x}; The name of the second column: {y}" for x, y in ("ab", "cd")]


def test_a_table_over_pages_is_cut_at_the_page_end_and_its_parts_are_each_of_one_page() -> None:
    first, second = table(PRICES, placed=True), table([*PRICES[:1], ["Last thing", "99.00"]], placed=True)
    found = chunks(on([first], [second]), 200)
    assert all(part.page == part.last_page for part in found)
    assert boxes(found[-1]) == [row_box(0), row_box(1)]
    assert (found[-1].page, found[-1].text) == (2, "Item | Price\nLast thing | 99.00")


def test_a_header_of_an_earlier_page_is_told_behind_the_rows_that_need_it() -> None:
    first, second = table(PRICES, placed=True), table([["Last thing", "99.00"]], 0, placed=True)
    last = chunks(on([first], [second]), 200)[-1]
    assert last.text == "Item | Price\nLast thing | 99.00"
    assert [(place.page, place.boxes) for place in last.places] == [(2, (row_box(0),)), (1, (row_box(0),))]
    assert (last.page, last.last_page) == (2, 2)


def test_tables_with_titles_of_their_own_are_not_one_over_a_page_end() -> None:
    def titled(title: str) -> Block:
        rows = table([["", ""], ["Item", "Price"], ["Kite", "20"]], 0, placed=True)
        assert rows.table
        cells = [Cell(c.row, c.column, c.text, header=c.row == 1, box=c.box) for c in rows.table.cells]
        return Block(K.TABLE, table=Table(3, 2, (Cell(0, 0, title, column_span=2), *cells)))

    assert [c.text.split("\n")[0] for c in chunks(on([titled("Here")], [titled("Abroad")]))] == ["Here", "Abroad"]


def test_a_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {i} stands here." for i in range(20))
    found = chunks(on([Block(K.PARAGRAPH, text)]), 100)
    assert all(chunk.text.startswith("Sentence") and chunk.text.endswith("here.") for chunk in found)
    assert " ".join(chunk.text for chunk in found) == text


def test_a_sentence_is_cut_between_words_and_a_word_between_letters() -> None:
    found = [chunk.text for chunk in chunks(on([Block(K.PARAGRAPH, "some words " + "x" * 25)]), 10)]
    assert found == ["some words", "x" * 10, "x" * 10, "x" * 5]


def test_code_is_cut_between_lines_and_each_part_is_code() -> None:
    source = "\n".join(f"line_{i} = {i}" for i in range(20))
    found = chunks(on([Block(K.CODE, source)]), 60)
    assert "\n".join(chunk.text for chunk in found) == source
    assert all(chunk.markdown.startswith("```\nline_") and chunk.markdown.endswith("\n```") for chunk in found)


def test_a_part_of_a_paragraph_stands_where_its_lines_do() -> None:
    text = " ".join(f"Number {i} is here." for i in range(12))  # four words each: a line has two sentences
    found = chunks(on([lines(text, 8)]), 76)
    assert [len(boxes(chunk)) for chunk in found] == [2, 2, 2]
    assert boxes(found[1]) == [row_box(2), row_box(3)]


def test_of_a_line_that_is_cut_only_its_words_are_marked() -> None:
    text = " ".join(f"Number {i} is here." for i in range(4))
    first, *_, last = chunks(on([lines(text, 16, words=True)]), 20)
    assert boxes(first)[0].right == pytest.approx(0.1 + 0.8 / 4)
    assert boxes(last)[0].left == pytest.approx(0.1 + 0.8 * 3 / 4)


def test_a_table_of_5000_rows_is_cut_into_parts_that_all_say_its_header() -> None:
    found = chunks(on([table([["Number", "Square"], *([str(i), str(i * i)] for i in range(4999))])]))
    assert sum(chunk.text.count("\n") for chunk in found) == 4999
    assert all(chunk.text.startswith("Number | Square\n") and len(chunk.text) <= 1000 for chunk in found)


def test_each_of_5000_texts_in_a_table_is_a_chunk() -> None:
    texts = "a text of some words that can be read alone"
    found = chunks(on([table([["Number", "Entry"], *([str(i), f"{texts}, {texts}, {texts}"] for i in range(4999))])]))
    assert len(found) == 4999


def test_a_table_of_200_columns_loses_no_cell() -> None:
    found = chunks(on([table([[f"Column {i}" for i in range(200)], [f"value {i}" for i in range(200)]])]))
    said = "\n".join(chunk.text for chunk in found)
    assert all(re.search(rf"Column {i}: value {i}\b", said) for i in range(200))
    assert max(len(chunk.text) for chunk in found) <= 1000


def test_a_block_of_100000_characters_is_cut_into_chunks_that_fit() -> None:
    found = chunks(on([Block(K.PARAGRAPH, "word " * 20_000)]))
    assert sum(chunk.text.count("word") for chunk in found) == 20_000
    assert max(len(chunk.text) for chunk in found) <= 1000


RANDOM = random.Random(13)
KINDS = [K.HEADING, K.PARAGRAPH, K.PARAGRAPH, K.LIST_ITEM, K.CAPTION, K.TABLE, K.CODE, K.FOOTNOTE, K.FORMULA]


def words(most: int) -> str:
    return " ".join(
        "".join(RANDOM.choices("abcdefg.:", k=RANDOM.randint(1, 12))) for _ in range(RANDOM.randint(1, most))
    )


def any_block() -> Block:
    kind = RANDOM.choice(KINDS)
    if kind == K.TABLE:
        columns = RANDOM.randint(1, 5)
        return table([[words(3) for _ in range(columns)] for _ in range(RANDOM.randint(1, 9))], RANDOM.randint(0, 2))
    return Block(kind, words(60), level=RANDOM.randint(1, 6), continues=RANDOM.random() < 0.1)


@pytest.mark.parametrize("max_tokens", [1, 7, 40, 150, 1000])
def test_nothing_is_lost_and_no_chunk_is_too_long(max_tokens: int) -> None:
    for _ in range(10):
        pages = on(*([any_block() for _ in range(RANDOM.randint(0, 6))] for _ in range(3)))
        found = chunks(pages, max_tokens)
        given = Counter("".join(block.text for _, page in pages for block in page))
        said = Counter("".join((*(c.text for c in found), *("".join(c.headings) for c in found))))
        assert not {letter: n for letter, n in (given - said).items() if letter.isalnum()}
        assert all(len(chunk.text) <= max_tokens and chunk.places for chunk in found)
