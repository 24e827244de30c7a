"""Where the words of a line are, and whether what a text repeats is on the line: both are told by the ink."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rendered_lines import PILLOWS_OWN, bundled_fonts, wear

from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.engines.trocr.crops import empty_columns
from ocr_plugins.engines.trocr.generation import Reading
from ocr_plugins.engines.trocr.spans import fit_words, without_invented_repeats

WORDS = (*(word for word in __doc__.split() if word.isalnum()), "$12.50", "No.", "(ill)", "WIM", "1,305")
CLAUSE = "which was agreed upon by both parties,"


def drawn(text: str, font: ImageFont.FreeTypeFont | None = None, size: int = 36) -> Image.Image:
    font = font or ImageFont.truetype(bundled_fonts()[1], size)
    image = Image.new("L", (round(font.getlength(text)) + size, round(1.5 * size)), 240)
    ImageDraw.Draw(image).text((size // 2, size // 5), text, 30, font)
    return image


def gap_errors(text: str, font: ImageFont.FreeTypeFont, image: Image.Image, scale: float) -> list[float]:
    """How far the middles of the gaps that were found are from where they were drawn, in line heights."""
    words, _ = fit_words(text, empty_columns(image), image.height)
    assert [word.text for word in words] == text.split()
    errors, read = [], 0
    for before, after in pairwise(words):
        read += len(before.text)
        left, right = font.getlength(text[:read]), font.getlength(text[: read + 1])
        read += 1
        middle = (round(font.size) // 2 + (left + right) / 2) * scale
        errors.append(abs((before.end + after.start) / 2 * image.width - middle) / image.height)
    return errors


@pytest.mark.parametrize("worn", [False, True], ids=["clean", "worn"])
def test_words_end_where_they_were_drawn(worn: bool) -> None:
    errors = []
    for i in range(60):
        rng = np.random.default_rng([5, i])
        name = bundled_fonts()[i % len(bundled_fonts())]
        size = int(rng.integers(24, 50))
        font = ImageFont.truetype(name, size) if name != PILLOWS_OWN else ImageFont.load_default(size)
        text = " ".join(rng.choice(WORDS, rng.integers(2, 9)))
        image = drawn(text, font, size)  # type: ignore[arg-type]
        width = image.width
        image = wear(image, rng) if worn else image
        errors += gap_errors(text, font, image, image.width / width)  # type: ignore[arg-type]
    assert np.median(errors) <= 0.03
    assert np.mean(np.array(errors) > 0.3) <= 0.03


def test_a_word_ends_with_its_ink() -> None:
    image = Image.new("L", (400, 40), 255)
    for left, right in ((20, 90), (120, 200), (300, 390)):
        ImageDraw.Draw(image).rectangle((left, 10, right - 1, 30), fill=0)
        ImageDraw.Draw(image).line((left, 0, right - 1, 39), fill=0)
    words, _ = fit_words("three words here", empty_columns(image), 40)
    assert [(word.start * 400, word.end * 400) for word in words] == [(20, 90), (120, 200), (300, 390)]


def test_words_without_gaps_share_the_line_by_their_characters() -> None:
    empty = np.zeros(300, bool)
    words, _ = fit_words("nun nun", empty, 40)
    assert (words[0].start, words[1].end) == (0, 1)
    assert words[0].end == words[1].start == pytest.approx(0.45, abs=0.01)


def test_what_is_not_there_has_no_words() -> None:
    assert fit_words("word", np.ones(100, bool), 40) == ((), 0.0)
    assert fit_words(" ", np.zeros(100, bool), 40) == ((), 0.0)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ACCOUNT ON D", "ACCOUNT ON D ON D"),
        (CLAUSE, " ".join([CLAUSE] * 3)),
        ("To the bank in question", "To the bank in question in question in question"),
        ("It costs $5.00 a piece", "It costs $5.00 a piece a piece"),
    ],
)
def test_words_that_are_written_once_and_read_again_are_cut(written: str, read: str) -> None:
    image = drawn(written)
    assert without_invented_repeats(read, empty_columns(image), image.height) == written


@pytest.mark.parametrize(
    "text",
    [
        "very very good",
        "12 12 12",
        "ON D ON D",
        "$5.00 $5.00",
        "0.00 0.00 0.00 0.00",
        "New York, New York",
        "and so on, and so on, and so on",
        "it is very, very, very",
        "Contents . . . . . . . . .",
        "Contents ................",
        "- - - -",
        f"{CLAUSE} {CLAUSE}",
    ],
)
def test_repetitions_that_are_written_stay(text: str) -> None:
    image = drawn(text)
    assert without_invented_repeats(text, empty_columns(image), image.height) == text


class TestRecognizer:
    """With a model that reads what it is told."""

    def read(self, written: str, read: str, finished: bool = True) -> tuple[str, bool]:
        recognizer = TrOcrRecognizer(max_aspect=100)
        reading = Reading(read, 0.9, (1, 2, 3), finished)
        recognizer.read_raw = lambda crops: [reading for _ in crops]  # type: ignore[method-assign]
        (line,) = recognizer.read_words([drawn(written)])
        assert " ".join(word.text for word in line.words) == line.text
        return line.text, line.truncated

    def test_a_repetition_that_is_cut_is_flagged(self) -> None:
        assert self.read("ACCOUNT ON D", "ACCOUNT ON D ON D") == ("ACCOUNT ON D", True)
        assert self.read("a lot of", "a lot of" + " lot of" * 12) == ("a lot of", True)

    def test_an_honest_one_is_not(self) -> None:
        assert self.read("12 12 12", "12 12 12") == ("12 12 12", False)

    def test_leaders_stay(self) -> None:
        leaders = "Contents " + "." * 30
        assert self.read(leaders, leaders) == (leaders, False)
