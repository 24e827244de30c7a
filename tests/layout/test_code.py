"""Code: told by type of one width and by what it reads like, and kept as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layout_lines import PITCH, SIZE, column, line, prose

from ocr_plugins.blocks import BBox, BlockKind, Font, TextLine
from ocr_plugins.layout.assemble import assemble

CODE = ["def fib(n):", "    if n < 2:", "        return n", "    a, b = fib(n - 1)", "    return a + b"]
WIDTH = 0.009


def listing(texts: list[str], top: float = 0.3, *, mono: bool = True, scatter: float = 0.0) -> list[TextLine]:
    """Lines of a text layer, or of a scan whose widths scatter, in turns up and down, by a share of a character."""
    lines = []
    for i, text in enumerate(texts):
        words = text.strip()
        if not words:
            continue
        left, y = 0.1 + (len(text) - len(words)) * WIDTH, top + i * PITCH
        width = len(words) * WIDTH if mono else (len(words) - 0.3) * WIDTH * (1 + scatter * (-1) ** i)
        box = BBox(left, y, left + width, y + 0.0135)
        lines.append(TextLine(words, box, None if mono else 0.99, Font(9.0, mono=mono)))
    return lines


def code(lines: list[TextLine]) -> list[str]:
    body = [*column(prose("above", 6), 0.1, 0.1, width=0.8), *column(prose("below", 6), 0.1, 0.6, width=0.8)]
    body = [replace(item, confidence=lines[0].confidence) for item in body]
    return [b.text for b in assemble([*body, *lines], size=SIZE) if b.kind == BlockKind.CODE]


def test_code_keeps_its_indents_lines_and_blank_lines() -> None:
    texts = [*CODE, "", "", "print(fib(7))"]
    assert code(listing(texts)) == ["\n".join(texts)]


def test_code_keeps_the_gaps_within_its_lines() -> None:
    first, second = listing(["x = 1;", "y = 2;"])
    comments = [line("# of feet", 0.1 + 12 * WIDTH, item.box.top, width=9 * WIDTH) for item in (first, second)]
    comments = [replace(item, confidence=None, font=Font(9.0, mono=True)) for item in comments]
    assert code([first, second, *comments]) == ["x = 1;      # of feet\ny = 2;      # of feet"]


def test_prose_in_monospaced_type_is_no_code() -> None:
    assert not code(listing(["Dear Mr Carter,", "the minutes of the meeting", "(see above) are ready."]))


@pytest.mark.parametrize(("signs", "enough"), [(1, False), (2, True)])
def test_a_third_of_its_lines_read_like_a_program(signs: int, enough: bool) -> None:
    assert bool(code(listing([*CODE[:signs], *["the minutes"] * (5 - signs)]))) == enough


@pytest.mark.parametrize(("scatter", "same"), [(0.01, True), (0.025, False), (0.06, False)])
def test_on_a_scan_one_pitch_tells_the_type(scatter: float, same: bool) -> None:
    assert code(listing(CODE, mono=False, scatter=scatter)) == (["\n".join(CODE)] if same else [])


@pytest.mark.parametrize("off", [-0.015, 0.015])
def test_on_a_scan_the_ink_of_short_lines_is_as_much_narrower_than_they_are(off: float) -> None:
    texts = ["total = sum(range(count, limit))", "    x = 1;", "numbers = list(range(total, limit))"]
    texts += ["    y = 2;", "print(total, numbers, count, x)", "print(limit, numbers, count, y)"]
    lines = listing(texts, mono=False)
    for i in (1, 3):
        box = lines[i].box
        lines[i] = replace(lines[i], box=replace(box, right=box.right + off * box.width))
    assert code(lines) == ["\n".join(texts)]


def test_on_a_scan_code_has_some_lines_and_indents() -> None:
    assert not code(listing(CODE[:3], mono=False))
    assert not code(listing([text.strip() for text in CODE], mono=False))


def test_words_in_monospaced_type_between_prose_are_no_code() -> None:
    assert not code(listing(["fib(n)"]))


def test_a_line_of_prose_parts_two_pieces_of_code() -> None:
    lines = listing(CODE[:2], 0.3) + listing(CODE[3:], 0.3 + 3 * PITCH)
    between = replace(line("and then", 0.1, 0.3 + 2 * PITCH), confidence=None)
    assert len(code([*lines, between])) == 2


@pytest.mark.parametrize(("blank", "pieces"), [(2, 1), (4, 2)])
def test_much_white_parts_two_pieces_of_code(blank: int, pieces: int) -> None:
    assert len(code(listing([*CODE[:2], *[""] * blank, *CODE[3:]], 0.25))) == pieces


@pytest.mark.parametrize(("signs", "enough"), [(2, False), (3, True)])
def test_on_a_scan_half_of_the_lines_read_like_a_program(signs: int, enough: bool) -> None:
    texts = [*CODE[:signs], *["    the minutes"] * (5 - signs)]
    assert bool(code(listing(texts, mono=False))) == enough


@pytest.mark.parametrize(("indent", "set_in"), [(1, False), (2, True)])
def test_on_a_scan_some_lines_of_code_are_set_in(indent: int, set_in: bool) -> None:
    texts = [CODE[0], *(" " * indent + text.strip() for text in CODE[1:])]
    assert bool(code(listing(texts, mono=False))) == set_in


def test_on_a_scan_short_lines_of_code_may_be_measured_badly() -> None:
    lines = listing([*CODE, "end;"], mono=False)
    box = lines[-1].box
    lines[-1] = replace(lines[-1], box=BBox(box.left, box.top, box.right + WIDTH, box.bottom))
    assert code(lines) == ["\n".join([*CODE, "end;"])]


def test_on_a_scan_the_ditto_marks_of_a_typewritten_table_are_no_program() -> None:
    texts = ["62.35.78;", "  un beau portage", "#", "    Air de danse", "#", "  trompe et danse", "#;"]
    assert not code(listing(texts, mono=False))
