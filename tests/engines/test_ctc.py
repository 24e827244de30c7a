"""CTC output to words: greedy decoding, places, and the spaces that only the ink shows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_plugins import LineText
from ocr_plugins.engines.rapidocr.ctc import Character, decode, line_text
from ocr_plugins.runtime.onnx import Array

FONT = ImageFont.load_default(32)


def drawn(printed: str, read: str | None = None, *, gap: float = 1.0) -> tuple[list[Character], Array]:
    """The image of a printed line, and its characters at their true places as a recogniser would have ``read`` them.

    Args:
        printed: The line; ``gap`` widens its spaces.
        read: The same line without some of its spaces.
    """
    lefts, x = [], 20.0
    for letter in printed:
        lefts.append(x)
        x += FONT.getlength(letter) * (gap if letter == " " else 1.0) + 1
    image = Image.new("L", (int(x) + 20, 56), "white")
    for letter, left in zip(printed, lefts, strict=True):
        ImageDraw.Draw(image).text((left, 8), letter, "black", FONT)
    middles = [(left + FONT.getlength(c) / 2) / image.width for left, c in zip(lefts, printed, strict=True)]
    characters, position = [], 0
    for letter in read if read is not None else printed:
        position = printed.index(letter, position)
        characters.append(Character(letter, middles[position], 0.9))
        position += 1
    return characters, np.asarray(image)


def words(line: LineText) -> list[str]:
    return [word.text for word in line.words]


def test_runs_of_one_class_are_one_character_and_blanks_are_none() -> None:
    classes = np.array([0, 1, 1, 0, 1, 2, 2, 2, 0])
    scores = np.array([1, 0.9, 0.8, 1, 0.7, 0.6, 0.5, 0.4, 1])
    found = decode(classes, scores, ["", "l", "o"], 9)
    assert [(c.text, c.confidence) for c in found] == [("l", 0.9), ("l", 0.7), ("o", 0.6)]
    assert [c.place for c in found] == pytest.approx([2 / 9, 4.5 / 9, 6.5 / 9])


def test_columns_of_padding_do_not_count() -> None:
    (character,) = decode(np.array([0, 1, 1, 0, 0, 0]), np.ones(6), ["", "l"], 4)
    assert character.place == pytest.approx(0.5)


def test_nothing_read_is_no_text_without_a_confidence() -> None:
    assert decode(np.zeros(8, int), np.ones(8), ["", "x"], 8) == []
    assert line_text([], np.full((48, 200), 255, np.uint8)) == LineText("")


def test_words_have_places_and_confidences() -> None:
    line = line_text(*drawn("Dear old reader"))
    assert line.text == "Dear old reader"
    assert words(line) == ["Dear", "old", "reader"]
    assert [word.confidence for word in line.words] == pytest.approx([0.9] * 3)
    assert line.confidence == pytest.approx(0.9)
    assert all(a.end < b.start for a, b in zip(line.words, line.words[1:], strict=False))
    assert 0 < line.words[0].start < 0.1
    assert 0.9 < line.words[-1].end < 1


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("thank you for coming", "thank youfor coming"),
        ("GRAND HOTEL", "GRANDHOTEL"),
        ("before, and after", "before,and after"),
        ("a total of 12 men", "a totalof 12 men"),
        ("this is a test", "this isatest"),
    ],
)
def test_a_space_that_was_overlooked_is_put_back(printed: str, read: str) -> None:
    assert line_text(*drawn(printed, read, gap=1.5)).text == printed


@pytest.mark.parametrize(
    "printed",
    ["Wonderful", "1,024.50 and 11:11", "well-known", "WAVE AVALON", "fill illicit hills", "T.S. Eliot", "$12.50"],
)
def test_no_word_is_cut(printed: str) -> None:
    assert line_text(*drawn(printed, gap=1.5)).text == printed


@pytest.mark.parametrize("address", ["www.example .org", "someone@ example.org", "https://example .org"])
def test_addresses_are_left_alone(address: str) -> None:
    whole = address.replace(" ", "")
    assert line_text(*drawn(address, whole, gap=2)).text == whole


def test_figures_are_not_cut_apart() -> None:
    assert line_text(*drawn("total 1 1 1", "total 111", gap=1.5)).text == "total 111"
    assert line_text(*drawn("total 1, 040", "total 1,040", gap=1.5)).text == "total 1,040"


def test_a_single_letter_is_not_cut_off() -> None:
    assert line_text(*drawn("they SOL D it", "they SOLD it", gap=1.5)).text == "they SOLD it"


def test_small_type_is_left_alone() -> None:
    characters, grey = drawn("thank you for coming", "thank youfor coming", gap=1.5)
    small = np.asarray(Image.fromarray(grey).resize((grey.shape[1] // 3, grey.shape[0] // 3)))
    assert line_text(characters, small).text == "thank youfor coming"


def test_without_clear_ink_the_text_is_as_it_was_read() -> None:
    characters, grey = drawn("thank you", "thankyou", gap=2)
    assert line_text(characters, np.full_like(grey, 200)).text == "thankyou"
