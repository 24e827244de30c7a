"""Repeated tails of generated text."""

from __future__ import annotations

import pytest

from ocr_plugins.runtime.repeats import cut_repeated_tail, repeated_tail


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("the cat sat the cat sat the cat sat the cat sat", "the cat sat"),
        ("the cat sat the cat sat the cat sat the cat sat the c", "the cat sat"),
        ("Total: 5,5,5,5,5,5,5,", "Total: 5,"),
        ("Nooooo", "No"),
    ],
)
def test_a_repeated_tail_is_cut_to_its_first_occurrence(text: str, kept: str) -> None:
    assert cut_repeated_tail(text, longest=20, times=4) == (kept, True)


@pytest.mark.parametrize("text", ["", "a", "the cat sat on the cat", "No. 1000", "again and again and again"])
def test_what_repeats_less_often_stays(text: str) -> None:
    assert cut_repeated_tail(text, longest=20, times=4) == (text, False)


def test_a_unit_longer_than_allowed_is_not_one() -> None:
    assert not cut_repeated_tail("a long sentence. " * 5, longest=10, times=4)[1]


def test_a_repetition_that_ended_before_the_end_stays() -> None:
    assert cut_repeated_tail("ha ha ha ha ha he said", longest=10, times=4) == ("ha ha ha ha ha he said", False)


def test_token_ids_have_tails_too() -> None:
    assert repeated_tail([7, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1], longest=5, times=3) == (3, 1)
    assert repeated_tail([1, 2, 3], longest=5, times=3) == (0, 3)
