"""Rules of plain text."""

from __future__ import annotations

import pytest

from ocr_plugins.text import compounds_in, join_lines, split_marker


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["a docu-", "ment"], "a document"),
        (["the Anglo-", "Saxon"], "the Anglo-Saxon"),
        (["pages 12-", "14"], "pages 12-14"),
        (["a self-", "made man"], "a self-made man"),
        (["it was -", "and is"], "it was - and is"),
        (["one", "two"], "one two"),
        (["soft\u00ad", "ly"], "softly"),
        (["self\u00ad", "ish"], "selfish"),
        (["a state-", "owned company"], "a state-owned company"),
        (["under-", "funded"], "underfunded"),
        (["dis-", "owned"], "disowned"),
        (["north-", "east"], "northeast"),
        (["吾輩は猫である。", "名前は"], "吾輩は猫である。名前は"),
        (["猫", "cat", "猫"], "猫 cat 猫"),
        (["고양이", "이름"], "고양이 이름"),
    ],
)
def test_words_hyphenated_at_a_line_end_are_made_whole_with_care(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize("text", ["• item", "- item", "3. item", "(a) item", "iv) item", "B. item"])
def test_list_markers(text: str) -> None:
    split = split_marker(text)
    assert split is not None
    assert split[1] == "item"


@pytest.mark.parametrize(
    "text", ["3.1 Results", "1984 was a year", "-", "Anna", "e.g. this", "-5 degrees", "(555) 010-4477"]
)
def test_what_is_no_list_marker(text: str) -> None:
    assert split_marker(text) is None


def test_a_letter_after_an_open_bracket_is_no_marker() -> None:
    assert split_marker("(z. B. in words)") is None
    assert split_marker("(a) in words") == ("(a)", "in words")


def test_a_reference_is_marked_with_or_without_a_space() -> None:
    assert split_marker("[5] Osborne, G.") == split_marker("[5]Osborne, G.") == ("[5]", "Osborne, G.")
    assert split_marker("[5] 7") == ("[5]", "7")
    assert split_marker("[5]7") is None


def test_a_word_that_has_its_hyphen_elsewhere_keeps_it() -> None:
    compounds = compounds_in(["the Ferry-boat and the well-", "known e-mail of 2019-2021"])
    assert compounds == {"ferry-boat", "e-mail"}
    assert join_lines(["a ferry-", "boat and a ferry-", "man"], compounds) == "a ferry-boat and a ferryman"
