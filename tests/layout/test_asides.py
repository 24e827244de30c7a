"""What stands in the margin: notes and line numbers, each measure just enough and just too little."""

from __future__ import annotations

import pytest
from layout_lines import PITCH, SIZE, column, line, prose, texts

from ocr_plugins.blocks import BlockKind, TextLine
from ocr_plugins.layout.assemble import assemble

LEFT = 0.3
BODY = column(prose("body", 20), LEFT, 0.2, width=0.6)
NOTE = ("a note that says", "more than it")


def notes(*lines: TextLine, body: list[TextLine] = BODY) -> list[str]:
    return texts(assemble([*lines, *body], size=SIZE), BlockKind.FOOTNOTE)


def note(left: float = 0.05, top: float = 0.3, *, size: float = 7.2, width: float = 0.15) -> list[TextLine]:
    return [line(text, left, top + i * 0.014, size=size, width=width) for i, text in enumerate(NOTE)]


def test_a_note_in_the_margin_is_no_part_of_the_lines_that_it_stands_beside() -> None:
    blocks = assemble([*note(), *BODY], size=SIZE)
    assert texts(blocks, BlockKind.FOOTNOTE) == [" ".join(NOTE)]
    assert texts(blocks, BlockKind.PARAGRAPH) == [" ".join(prose("body", 20))]


def test_a_note_may_stand_in_either_margin() -> None:
    body = column(prose("body", 20), 0.1, 0.2, width=0.6)
    assert notes(*note(0.75), body=body) == [" ".join(NOTE)]


def test_a_note_follows_the_block_that_it_begins_beside() -> None:
    paragraphs = [*column(prose("one", 5), LEFT, 0.2, width=0.6), *column(prose("two", 5), LEFT, 0.35, width=0.6)]
    last = column(prose("three", 5), LEFT, 0.5, width=0.6)
    read = [block.text.split()[0] for block in assemble([*note(top=0.36), *paragraphs, *last], size=SIZE)]
    assert read == ["one", "two", "a", "three"]


@pytest.mark.parametrize(("size", "small"), [(8.2, True), (8.4, False)])
def test_a_note_is_set_in_smaller_type_than_the_text_beside_it(size: float, small: bool) -> None:
    assert bool(notes(*note(size=size))) == small


@pytest.mark.parametrize(("white", "apart"), [(0.013, True), (0.009, False)])
def test_a_note_stands_apart_from_the_text(white: float, apart: bool) -> None:
    assert bool(notes(*note(LEFT - white - 0.15))) == apart


@pytest.mark.parametrize(("width", "narrow"), [(0.22, True), (0.26, False)])
def test_a_note_is_narrower_than_the_text(width: float, narrow: bool) -> None:
    body = column(prose("body", 20), LEFT, 0.2, width=0.4)
    assert bool(notes(*note(0.02, width=width), body=body)) == narrow


@pytest.mark.parametrize(("gap", "number"), [(0.010, 1), (0.016, 2)])
def test_lines_right_below_one_another_are_one_note(gap: float, number: int) -> None:
    height = 0.0108
    first, second = (line(text, 0.05, 0.3 + i * (height + gap), size=7.2) for i, text in enumerate(NOTE))
    assert len(notes(first, second)) == number


def test_labels_beside_answers_are_no_notes() -> None:
    answers = [line(f"Answer {i}.", LEFT, 0.2 + i * PITCH, width=0.6) for i in range(10)]
    assert notes(*note(), body=answers) == []


def test_small_type_in_a_column_of_the_page_is_no_note() -> None:
    assert notes(*note(), body=[*BODY, *column(prose("beside", 4), 0.02, 0.4, width=0.22)]) == []


def transcript(numbers: list[str], body: list[str], *, left: float = 0.05) -> list[TextLine]:
    """Text with numbers in the margin, right-aligned."""
    text = column(body, 0.15, 0.2, width=0.7)
    return [*text, *(line(n, left - 0.0085 * len(n), 0.2 + i * PITCH) for i, n in enumerate(numbers))]


def read(lines: list[TextLine]) -> list[str]:
    return [block.text for block in assemble(lines, size=SIZE) if not block.kind.is_furniture]


def counted(number: int, step: int = 1) -> list[str]:
    return [str(1 + i * step) for i in range(number)]


def test_line_numbers_are_furniture_and_the_sentences_beside_them_are_whole() -> None:
    body = prose("said", 12)
    lines = transcript(counted(12), body)
    assert read(lines) == [" ".join(body)]
    assert "1\n2\n3" in assemble(lines, size=SIZE)[-1].text


@pytest.mark.parametrize(("number", "enough"), [(5, True), (4, False)])
def test_so_many_numbers_count_lines(number: int, enough: bool) -> None:
    body = prose("said", 12)
    assert (read(transcript(counted(number), body)) == [" ".join(body)]) == enough


def test_numbers_that_do_not_count_up_are_text() -> None:
    assert any("71" in text for text in read(transcript(["71", "12", "55", "3", "90", "41"], prose("said", 6))))


@pytest.mark.parametrize(("within", "counts"), [(2, True), (1, False)])
def test_items_of_a_list_begin_sentences_and_lines_go_on_with_them(within: int, counts: bool) -> None:
    body = [f"{'the' if i in range(1, within + 1) else 'The'} line goes on without an end" for i in range(8)]
    assert any("1" in text for text in read(transcript(counted(8), body))) != counts


@pytest.mark.parametrize(("first", "few"), [(101, True), (1001, False)])
def test_the_number_of_a_line_has_few_digits(first: int, few: bool) -> None:
    body = prose("said", 6)
    assert (read(transcript([str(first + i) for i in range(6)], body)) == [" ".join(body)]) == few


@pytest.mark.parametrize(("shift", "aligned"), [(0.009, True), (0.013, False)])
def test_line_numbers_stand_below_one_another(shift: float, aligned: bool) -> None:
    body = prose("said", 6)
    text = column(body, 0.15, 0.2, width=0.7)
    numbers = [line(str(1 + i), 0.05 + shift * (i % 2), 0.2 + i * PITCH, width=0.0085) for i in range(6)]
    assert (read([*text, *numbers]) == [" ".join(body)]) == aligned


@pytest.mark.parametrize(("width", "full"), [(0.45, True), (0.39, False)])
def test_a_note_stands_beside_lines_that_fill_the_column(width: float, full: bool) -> None:
    wide = line("There is one line as wide as the column.", LEFT, 0.2 + 5 * PITCH, width=0.6)
    body = column(prose("body", 20), LEFT, 0.2, width=width)
    assert bool(notes(*note(), body=[*body[:5], wide, *body[6:]])) == full
