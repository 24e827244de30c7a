"""Reading order: what parts a page into columns, each measure just enough and just too little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from layout_lines import SIZE, column, line, prose, texts

from ocr_plugins.blocks import BBox, BlockKind
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.order import Item, reading_order

# All measures below are in heights of the running text.
UNIT = 10.0


def item(
    left: float, top: float, width: float, height: float = 1.0, characters: int = 20, letters: float = 1.0
) -> Item:
    box = BBox(left, top, left + width, top + height).scaled(UNIT, UNIT)
    return Item(box, characters, round(letters * characters))


def lines(
    left: float = 0.0,
    *,
    top: float = 0.0,
    number: int = 5,
    width: float = 10.0,
    pitch: float = 1.3,
    characters: int = 20,
    letters: float = 1.0,
) -> list[Item]:
    """Lines of one column."""
    return [item(left, top + i * pitch, width, characters=characters, letters=letters) for i in range(number)]


def figure(left: float, width: float, height: float, top: float = 0.0) -> Item:
    return replace(item(left, top, width, height, characters=0), solid=True)


def columns(*items: Item) -> int:
    """How many columns the page has."""
    return len(reading_order(items, UNIT))


@pytest.mark.parametrize(("gutter", "number"), [(0.6, 1), (0.8, 2)])
def test_columns_are_parted_by_a_gutter(gutter: float, number: int) -> None:
    assert columns(*lines(), *lines(10 + gutter)) == number


@pytest.mark.parametrize(
    ("enough", "too_little"),
    [
        ({"number": 3}, {"number": 2}),
        ({"characters": 15}, {"characters": 13}),
        ({"width": 7.5}, {"width": 6.5}),
        ({"pitch": 3.4}, {"pitch": 4.2}),
        ({"letters": 0.6}, {"letters": 0.4}),
    ],
    ids=["lines", "characters a line", "width", "closeness", "letters"],
)
def test_beside_a_column_stands_running_text(enough: dict[str, float], too_little: dict[str, float]) -> None:
    assert columns(*lines(), *lines(12, **enough)) == 2  # type: ignore[arg-type]
    assert columns(*lines(), *lines(12, **too_little)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(("gutter", "number"), [(5, 1), (7, 2)])
def test_behind_a_wide_gutter_short_texts_are_columns(gutter: float, number: int) -> None:
    assert columns(*lines(characters=10), *lines(10 + gutter, characters=10)) == number


@pytest.mark.parametrize(
    ("enough", "too_little"),
    [
        ({"number": 3}, {"number": 2}),
        ({"characters": 8}, {"characters": 6}),
        ({"width": 4.5}, {"width": 3.5}),
    ],
    ids=["lines", "characters a line", "width"],
)
def test_behind_a_wide_gutter_stand_short_texts(enough: dict[str, float], too_little: dict[str, float]) -> None:
    assert columns(*lines(), *lines(18, **enough)) == 2  # type: ignore[arg-type]
    assert columns(*lines(), *lines(18, **too_little)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(("width", "number"), [(0.8, 1), (3.8, 2)])
def test_behind_a_wide_gutter_text_may_be_ragged_but_not_white(width: float, number: int) -> None:
    ragged = [item(18, 0, 40), *lines(18, top=1.8, number=8, width=width, pitch=1.8)]
    assert columns(*lines(number=9, pitch=1.8), *ragged) == number


@pytest.mark.parametrize(("band", "number"), [(1.6, 2), (2.4, 4)])
def test_a_white_band_ends_short_texts_at_both_sides(band: float, number: int) -> None:
    below = 2 * 1.3 + 1 + band
    texts = [lines(left, top=top, number=3) for left in (0, 20) for top in (0, below)]
    assert columns(*(i for text in texts for i in text)) == number


@pytest.mark.parametrize(("beside", "number"), [(1.6, 1), (2.4, 2)])
def test_columns_stand_side_by_side(beside: float, number: int) -> None:
    bottom = 4 * 1.3 + 1
    assert columns(*lines(), *lines(12, top=bottom - beside)) == number


@pytest.mark.parametrize(("height", "number"), [(3.5, 1), (4.5, 2)])
def test_a_figure_is_a_column_if_three_lines_had_room_in_it(height: float, number: int) -> None:
    assert columns(*lines(), figure(12, 10, height)) == number


@pytest.mark.parametrize(("short", "number"), [(2, 2), (5, 1)])
def test_a_figure_counts_as_the_characters_that_had_room_in_it(short: int, number: int) -> None:
    labels = lines(12, top=5, number=short, characters=5)
    assert columns(*lines(number=10), figure(12, 10, 4.5), *labels) == number


def order(*texts: Sequence[Item]) -> list[int]:
    """The numbers of the texts in the order in which they are read."""
    numbered = [(number, i) for number, text in enumerate(texts) for i in text]
    read = reading_order([i for _, i in numbered], UNIT)
    return list(dict.fromkeys(numbered[i][0] for column in read for i in column))


def test_what_stands_across_columns_is_read_before_or_after_them() -> None:
    title, left, right, foot = lines(number=1, width=22), lines(top=2), lines(12, top=2), lines(top=9, width=22)
    assert order(foot, right, left, title) == [3, 2, 1, 0]


def test_columns_within_a_column_are_read_within_it() -> None:
    whole, left, right = lines(number=9), lines(14, top=0), lines(26, top=0)
    across = lines(14, top=7, width=22)
    assert order(across, right, left, whole) == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("gutter", "longer", "first"), [(2.2, 1, "long"), (3, 1, "wide"), (3, 2, "long"), (5, 2, "long")]
)
def test_of_two_corridors_nearly_as_long_the_wider_one_is_taken(gutter: float, longer: int, first: str) -> None:
    left, middle, right = lines(number=6 + longer), lines(11, number=6), lines(21 + gutter, number=6)
    across = lines(11, top=6 * 1.3, number=longer, width=20 + gutter)
    (upper, *_) = reading_order([*left, *middle, *right, *across], UNIT)
    assert len(upper) == {"long": 6 + longer, "wide": 6}[first]


def test_two_columns_are_read_one_after_the_other_below_a_title_that_spans_them() -> None:
    title = line("A title over both of the columns", 0.3, 0.06, size=16, bold=True)
    left = column(prose("left", 8), 0.06, 0.15, width=0.41)
    right = column(prose("right", 8), 0.52, 0.15, width=0.41)
    blocks = assemble([*right, title, *left], size=SIZE)
    assert [b.kind for b in blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]
    assert [b.text.split()[0] for b in blocks] == ["A", "left", "right"]


def test_text_that_runs_over_the_full_width_again_comes_after_both_columns() -> None:
    left = column(prose("left", 6), 0.06, 0.10, width=0.41)
    right = column(prose("right", 6), 0.52, 0.10, width=0.41)
    wide = column(prose("wide", 4), 0.06, 0.30, width=0.87)
    words = [b.text.split()[0] for b in assemble([*wide, *right, *left], size=SIZE)]
    assert words == ["left", "right", "wide"]


def test_three_columns() -> None:
    columns = [column(prose(name, 7), x, 0.1, width=0.26) for name, x in (("a", 0.05), ("b", 0.36), ("c", 0.67))]
    words = [b.text.split()[0] for b in assemble([x for c in reversed(columns) for x in c], size=SIZE)]
    assert words == ["a", "b", "c"]


def test_addresses_at_both_sides_of_a_page_are_read_side_after_side() -> None:
    left = column(["Ada Lovelace", "12 Saint James Square", "London"], 0.1, 0.2)
    right = column(["Analytical Engines", "Dorset Street", "Marylebone"], 0.6, 0.209)
    wide = column(prose("letter", 4), 0.1, 0.4, width=0.8)
    text = " ".join(texts(assemble([*wide, *right, *left], size=SIZE)))
    order = ["Ada", "London", "Analytical", "Marylebone", "letter"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)


def test_labels_with_values_beside_them_are_read_row_by_row() -> None:
    lines = [*column(["Total", "Cash", "Change"], 0.1, 0.2), *column(["12.50", "20.00", "7.50"], 0.8, 0.2)]
    text = " ".join(texts(assemble(lines, size=SIZE)))
    assert text.index("Total") < text.index("12.50") < text.index("Cash") < text.index("20.00") < text.index("Change")


def test_a_column_that_ends_early_is_read_behind_all_of_the_other_one() -> None:
    """A table a little wider than the lines above it ends the white beside these, but not the gutter."""
    above, below = lines(number=6, width=18), lines(top=14, number=20, width=18)
    table, right = figure(0, 20, 5, top=8.5), lines(21, number=6, width=18)
    assert reading_order([*above, table, *below, *right], UNIT) == [list(range(27)), list(range(27, 33))]


def cells_and_prose(left: float, texts: list[str], width: float = 10.0, pitch: float = 1.3) -> list[Item]:
    """A column of lines with these texts above a table of short cells."""
    made = [replace(item(left, i * pitch, width), text=text) for i, text in enumerate(texts)]
    table = [item(left + 4 * k, 8 + 1.3 * i, 2.5, characters=4, letters=0.2) for i in range(12) for k in range(3)]
    return [*made, *table]


def columns_with_tables(texts: list[str], *, width: float = 10.0, pitch: float = 1.3) -> int:
    one, other = cells_and_prose(0, texts, width, pitch), cells_and_prose(14, texts, width, pitch)
    return len(reading_order([*one, *other], UNIT))


RUNS_ON = ["The sentence goes on", "and on and on until", "There it ends at last."]


def test_columns_may_hold_tables_where_their_prose_runs_on() -> None:
    assert columns_with_tables(RUNS_ON) == 2


@pytest.mark.parametrize("texts", [RUNS_ON[:2], [text.capitalize() for text in RUNS_ON]])
def test_two_lines_or_lines_without_a_sentence_over_their_ends_are_no_prose(texts: list[str]) -> None:
    assert columns_with_tables(texts) == 1


@pytest.mark.parametrize(("width", "full"), [(8.0, True), (7.7, False)])
def test_lines_of_prose_fill_the_column(width: float, full: bool) -> None:
    assert (columns_with_tables(RUNS_ON, width=width) == 2) == full


@pytest.mark.parametrize(("pitch", "number"), [(2.4, 2), (2.6, 1)])
def test_lines_of_prose_are_near_one_another(pitch: float, number: int) -> None:
    assert columns_with_tables(RUNS_ON, pitch=pitch) == number


def table_over_columns(rows: int, white: float) -> int:
    """Columns of a page with rows of a table over its two columns, whose cells leave so much of their gutter of 4."""
    text = [item(x, 8 + 1.3 * i, 10, characters=30) for x in (0, 14) for i in range(8)]
    cells = [
        item(x, 1.3 * i, right - x, characters=4)
        for i in range(rows)
        for x, right in ((0, 3), (7, 12 - white / 2), (12 + white / 2, 17), (20, 24))
    ]
    return len(reading_order([*text, *cells], UNIT))


@pytest.mark.parametrize(("rows", "white", "columns"), [(4, 1.8, 3), (4, 2.2, 2), (2, 1.8, 3), (1, 1.8, 2)])
def test_the_rows_of_a_table_over_two_columns_are_none_of_either(rows: int, white: float, columns: int) -> None:
    assert table_over_columns(rows, white) == columns
