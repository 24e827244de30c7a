"""The words that an engine doubted, found again in the text that was made of them."""

from __future__ import annotations

import re

from seen_documents import line

from ocr_plugins import BBox, TextLine
from ocr_plugins.report.doubts import Doubts
from ocr_plugins.report.seen import read_words, trust

PLACE = BBox(0.1, 0.1, 0.9, 0.2)


def marked(text: str, *lines: TextLine) -> list[str]:
    shown = Doubts(read_words(lines)).marked(text)
    assert re.sub("<[^>]*>", "", shown) == text
    return re.findall("<mark[^>]*>(.*?)</mark>", shown)


def test_the_word_that_was_doubted_is_marked_and_not_another_like_it() -> None:
    assert marked("so it is so", line("so it is so", PLACE, 0.9, 0.9, 0.9, 0.69)) == ["so"]
    shown = Doubts(read_words([line("so it is so", PLACE, 0.9, 0.9, 0.9, 0.69)])).marked("so it is so")
    assert shown.startswith("so it is <mark")


def test_a_word_is_in_doubt_below_seven_tenths() -> None:
    assert marked("a b", line("a b", PLACE, 0.7, 0.699)) == ["b"]
    assert [trust(c) for c in (0.0, 0.699, 0.7, 0.899, 0.9, None)] == ["low", "low", "fair", "fair", "good", "unknown"]


def test_a_word_over_two_lines_is_marked_in_its_parts() -> None:
    lines = line("an exam-", PLACE, 0.9, 0.5), line("ple of it", PLACE, 0.5, 0.9, 0.9)
    assert marked("an example of it", *lines) == ["exam", "ple"]


def test_where_the_engine_tells_no_words_all_of_a_line_is_in_doubt() -> None:
    lines = TextLine("good line", PLACE, 0.9), TextLine("poor line", PLACE, 0.5)
    assert marked("good line poor line", *lines) == ["poor", "line"]


def test_words_that_are_not_in_the_text_are_passed_over() -> None:
    # A list marker is no part of a block's text.
    assert marked("ships", line("• ships", PLACE, 0.5, 0.5)) == ["ships"]
    assert marked("ships", line("1 2 3 4 ships", PLACE, *[0.5] * 5)) == ["ships"]


def test_a_word_is_not_looked_for_far_away() -> None:
    """Else one that is missing would mark what happens to look the same."""
    assert marked("no doubt in all of this long text, or", line("or", PLACE, 0.5)) == []
    assert marked("[1] ($x$) or", line("or", PLACE, 0.5)) == ["or"]


def test_marks_go_on_in_the_next_part_of_a_text() -> None:
    doubts = Doubts(read_words([line("plain bold so", PLACE, 0.9, 0.5, 0.5)]))
    assert doubts.marked("plain ") == "plain "
    assert doubts.marked("bold").startswith("<mark")
    assert doubts.marked(" so").startswith(" <mark")


def test_without_a_confidence_there_is_no_doubt() -> None:
    assert Doubts(read_words([TextLine("a < b", PLACE)])).marked("a < b") == "a &lt; b"
