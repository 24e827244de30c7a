"""Heads and feet of single pages: told from text by what stands in them, and around them."""

from __future__ import annotations

import pytest
from layout_lines import HEIGHT, PITCH, SIZE, column, line, prose

from ocr_plugins.blocks import BBox, BlockKind, TextLine
from ocr_plugins.layout.assemble import assemble

BODY = column(prose("body", 30), 0.1, 0.15, width=0.8)
FOOT = 0.94


def set_aside(*running: TextLine, body: list[TextLine] = BODY, rulings: tuple[BBox, ...] = ()) -> str:
    """The text of the page's head and foot."""
    blocks = assemble([*running, *body], rulings=rulings, size=SIZE)
    return " ".join(b.text for b in blocks if b.kind.is_furniture)


def parts(*texts: str, top: float = FOOT, size: float = 9.0) -> list[TextLine]:
    """Parts of a line at the left, in the middle and at the right of the page."""
    lefts = [0.1, 0.45, 0.78] if len(texts) == 3 else [0.1, 0.75]
    return [line(text, left, top, size=size) for text, left in zip(texts, lefts, strict=False)]


def test_imprint_in_thirds_of_a_line_below_the_text_is_a_foot() -> None:
    assert set_aside(*parts("Revision: 3.1", "P/N 204-118", "22 August 2020")) == (
        "Revision: 3.1 P/N 204-118 22 August 2020"
    )


@pytest.mark.parametrize("number", ["12", "Page 3 of 18", "xiv", "7-45", "Page | 3", "3 | P a g e", "A-12"])
@pytest.mark.parametrize("top", [0.05, FOOT])
def test_a_page_number_apart_from_other_words_makes_a_head_or_foot(number: str, top: float) -> None:
    blocks = assemble([*parts("The Northern Lease", number, top=top), *BODY], size=SIZE)
    assert [b.text for b in blocks if b.kind == BlockKind.PAGE_NUMBER] == [number]
    assert [b.text for b in blocks if b.kind in (BlockKind.PAGE_HEADER, BlockKind.PAGE_FOOTER)] == [
        "The Northern Lease"
    ]


def test_small_type_and_a_rule_towards_the_text_are_signs_of_a_head() -> None:
    head = parts("Leeds Council", "Report 2021/14", top=0.08)
    small = parts("Leeds Council", "Report 2021/14", top=0.08, size=7.0)
    rule = (BBox(0.1, 0.12, 0.9, 0.121),)
    assert not set_aside(*head)
    assert set_aside(*head, rulings=rule)
    assert set_aside(*small)


@pytest.mark.parametrize(("size", "is_small"), [(8.0, True), (8.6, False)])
def test_small_type_is_smaller_than_the_text(size: float, is_small: bool) -> None:
    assert bool(set_aside(*parts("Leeds Council", "7 May 2019", top=0.08, size=size))) == is_small


@pytest.mark.parametrize("length", [0.3, 0.7])
def test_the_rule_of_a_head_is_longer_than_half_of_the_text(length: float) -> None:
    rule = BBox(0.1, 0.12, 0.1 + 0.8 * length, 0.121)
    head = parts("Leeds Council", "Report 2021/14", top=0.08)
    assert bool(set_aside(*head, rulings=(rule,))) == (length > 0.5)


@pytest.mark.parametrize(("white", "apart"), [(0.5, False), (1.2, True)])
def test_a_foot_stands_apart_from_the_text(white: float, apart: bool) -> None:
    foot = parts("Revision: 3.1", "P/N 204-118", "22 August 2020")
    assert bool(set_aside(*foot, body=above(FOOT, white))) == apart


@pytest.mark.parametrize(("top", "at_edge"), [(0.89, False), (0.91, True)])
def test_a_foot_stands_at_the_edge(top: float, at_edge: bool) -> None:
    assert bool(set_aside(*parts("Revision: 3.1", "P/N 204-118", "22 August 2020", top=top))) == at_edge


@pytest.mark.parametrize(("top", "at_edge"), [(0.09, True), (0.15, False)])
def test_a_head_stands_at_the_edge(top: float, at_edge: bool) -> None:
    body = column(prose("body", 25), 0.1, 0.3, width=0.8)
    assert bool(set_aside(*parts("The Northern Lease", "12", top=top), body=body)) == at_edge


def test_the_first_and_last_lines_of_the_text_stay() -> None:
    for text in ("The meeting of 22 August 2020 had no", "In Volume 12 of 7 May 2019 the board came to an end and."):
        assert not set_aside(line(text, 0.1, 0.05, width=0.8))
        assert not set_aside(line(text, 0.1, FOOT, width=0.8))


def test_the_end_of_a_sentence_is_no_foot() -> None:
    body = column([f"{text} and" for text in prose("body", 30)], 0.1, 0.15, width=0.8)
    foot = [line(text, left, FOOT, size=7.0) for text, left in (("in Volume 12", 0.1), ("22 August 2020", 0.7))]
    assert not set_aside(*foot, body=body)
    assert set_aside(*foot)


def test_notes_stay() -> None:
    note = line("3 Minutes of the Board, Volume 12, 7 May 2019", 0.1, FOOT, size=7.0)
    assert not set_aside(note, rulings=(BBox(0.1, 0.93, 0.6, 0.931),))
    starred = line("* Minutes of the Board, p. 14, Volume 12, 7 May 2019", 0.1, FOOT, size=7.0)
    assert not set_aside(starred, rulings=(BBox(0.1, 0.93, 0.6, 0.931),))


@pytest.mark.parametrize(("size", "bold"), [(14.0, False), (9.0, True)])
def test_titles_stay(size: float, bold: bool) -> None:
    title = [line("INVOICE", 0.1, 0.04, size=size, bold=bold), line("No. 2019-07", 0.7, 0.04, size=size, bold=bold)]
    assert not set_aside(*title, rulings=(BBox(0.1, 0.07, 0.9, 0.071),))


def test_letterheads_stay() -> None:
    rule = (BBox(0.1, 0.11, 0.9, 0.111),)
    street = [line("Carter & Sons, 14 Mill Road, Leeds", 0.1, 0.05, size=7.0), line("7 May 2019", 0.75, 0.05, size=7.0)]
    reached = line("Tel. 0113 496 0000, www.carter.example", 0.1, 0.05 + PITCH, size=7.0)
    assert not set_aside(*street, reached, rulings=rule)
    assert not set_aside(*parts("Carter & Sons", "7 May 2019", top=0.09))


def test_a_page_of_a_few_lines_has_no_foot() -> None:
    foot = parts("Revision: 3.1", "P/N 204-118", "22 August 2020")
    assert set_aside(*foot, body=column(prose("body", 5), 0.1, 0.15, width=0.8))
    assert not set_aside(*foot, body=column(prose("body", 3), 0.1, 0.15, width=0.8))


def test_figures_at_both_ends_of_a_line_are_no_page_number() -> None:
    assert not set_aside(*parts("890", "900"))


def above(foot: float, gap: float) -> list[TextLine]:
    """The text, so many heights of a line above a foot."""
    shift = foot - gap * HEIGHT - BODY[-1].box.bottom
    return [TextLine(b.text, BBox(0.1, b.box.top + shift, 0.9, b.box.bottom + shift), font=b.font) for b in BODY]


@pytest.mark.parametrize(("gap", "far"), [(1.6, False), (2.4, True)])
def test_much_white_is_a_sign_of_a_foot_that_has_two_others(gap: float, far: bool) -> None:
    assert bool(set_aside(*parts("Lease of it", "22 August 2020", top=0.91), body=above(0.91, gap))) == far


@pytest.mark.parametrize(("top", "outer"), [(0.04, True), (0.06, False)])
def test_a_head_at_the_very_edge_is_set_off(top: float, outer: bool) -> None:
    assert bool(set_aside(*parts("Leeds Council", "7 May 2019", top=top))) == outer


@pytest.mark.parametrize(("lines", "few"), [(3, True), (4, False)])
def test_a_foot_has_few_lines(lines: int, few: bool) -> None:
    foot = [part for i in range(lines) for part in parts("Volume 3", "22 August 2020", top=0.905 + i * PITCH)]
    assert bool(set_aside(*foot)) == few


@pytest.mark.parametrize(("name", "enough"), [("ab", False), ("abc", True)])
def test_beside_a_page_number_stand_letters(name: str, enough: bool) -> None:
    assert bool(set_aside(*parts(name, "12", top=0.91))) == enough


@pytest.mark.parametrize(("length", "brief"), [(170, True), (230, False)])
def test_a_foot_is_brief(length: int, brief: bool) -> None:
    foot = [line("x" * (length - 14), 0.1, FOOT, width=0.4), line("22 August 2020", 0.7, FOOT)]
    assert bool(set_aside(*foot)) == brief


@pytest.mark.parametrize(("words", "sentence"), [(5, False), (12, True)])
def test_a_sentence_is_no_foot(words: int, sentence: bool) -> None:
    foot = [line(f"Volume 12{' word' * (words - 2)}.", 0.1, FOOT, width=0.4), line("22 August 2020", 0.7, FOOT)]
    foot[1] = line("It was made here.", 0.7, FOOT)
    assert bool(set_aside(*foot)) != sentence


@pytest.mark.parametrize(("gap", "sides"), [(4.0, False), (6.0, True)])
def test_the_parts_of_a_foot_stand_at_both_sides(gap: float, sides: bool) -> None:
    right = 0.4 + gap * HEIGHT * SIZE[1] / SIZE[0]
    assert bool(set_aside(line("Volume 12", 0.1, FOOT, width=0.3), line("22 August 2020", right, FOOT))) == sides


@pytest.mark.parametrize(("gap", "apart"), [(1.2, False), (2.0, True)])
def test_a_page_number_stands_apart(gap: float, apart: bool) -> None:
    right = 0.4 + gap * HEIGHT * SIZE[1] / SIZE[0]
    assert bool(set_aside(line("The Northern Lease", 0.1, 0.91, width=0.3), line("12", right, 0.91))) == apart


@pytest.mark.parametrize(
    "text",
    [
        "Case 1:20-cv-00123 Document 12 Filed 03/04/20 Page 3 of 18",
        "A. Carter et al. / Journal of Storage 12 (2019) 1-10",
        "Downloaded from https://www.example.org by guest on 12 March 2020",
        "2019/04, a chapter of the book on leases",
    ],
)
@pytest.mark.parametrize("top", [0.03, 0.96])
def test_imprint_in_small_type_at_the_very_edge_is_a_head_or_foot(text: str, top: float) -> None:
    assert set_aside(line(text, 0.1, top, size=7.0)) == text


def test_a_small_line_above_the_text_stands_before_all_columns() -> None:
    columns = [*column(prose("left", 30), 0.1, 0.15, width=0.38), *column(prose("right", 30), 0.54, 0.15, width=0.38)]
    blocks = assemble([*columns, line("Bank of Kelso", 0.7, 0.05, size=7.5)], size=SIZE)
    assert blocks[0].text == "Bank of Kelso"


def test_small_type_does_not_go_on_with_the_sentence_of_the_text() -> None:
    body = column([text.removesuffix(".") for text in prose("body", 30)], 0.1, 0.15, width=0.8)
    assert set_aside(*parts("www.kelso.example", "1 / 3", size=7.5), body=body) == "www.kelso.example 1 / 3"
