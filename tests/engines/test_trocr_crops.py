"""Around TrOCR: ink or none, wide lines cut and merged, words joined to lines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from ocr_plugins import PageImage, get_engine
from ocr_plugins.engine import LineText, Quad
from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.engines.trocr.crops import Piece, has_ink, has_several_lines, merge, split_wide
from ocr_plugins.engines.trocr.words import join_words

DATA = Path(__file__).parents[1] / "data"


def line(text: str, size: int = 32, ink: int = 0, paper: int = 255, width: int | None = None) -> Image.Image:
    font = ImageFont.load_default(size)
    image = Image.new("L", (width or round(font.getlength(text)) + size, round(1.6 * size)), paper)
    ImageDraw.Draw(image).text((size // 2, size // 4), text, ink, font)
    return image


def noisy(image: Image.Image, strength: float) -> Image.Image:
    pixels = np.asarray(image, np.float32)
    noise = np.random.default_rng(1).normal(0, strength, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def salted(image: Image.Image, share: float) -> Image.Image:
    pixels = np.array(image)
    pixels[np.random.default_rng(1).random(pixels.shape) < share] = 0
    return Image.fromarray(pixels)


class TestInk:
    @pytest.mark.parametrize(
        "crop",
        [
            line("Dear Madam,"),
            line("."),
            line("-"),
            line("1", width=400),
            line("I").crop((14, 6, 26, 48)),
            line("Dear Madam,", size=12),
            line("Dear Madam,", size=120),
            line("faint pencil", ink=170, paper=220),
            ImageOps.invert(line("white on black")),
            noisy(line("grainy film"), 25),
            line("blurred").filter(ImageFilter.GaussianBlur(2)),
        ],
        ids=lambda crop: str(crop.size),
    )
    def test_text_of_any_kind_is_ink(self, crop: Image.Image) -> None:
        assert has_ink(crop.convert("RGB"))

    @pytest.mark.parametrize(
        "crop",
        [
            Image.new("L", (400, 48), 255),
            Image.new("L", (400, 48), 0),
            Image.linear_gradient("L").rotate(90).resize((400, 48)),
            Image.effect_noise((400, 48), 40),
            noisy(Image.new("L", (400, 48), 200), 12),
            noisy(Image.new("L", (90, 24), 230), 20),
            salted(Image.new("L", (400, 48), 235), 0.005),
            Image.new("L", (400, 1), 0),
            Image.new("L", (1, 48), 0),
        ],
        ids=["white", "black", "shadow", "noise", "grain", "small grain", "specks", "1 high", "1 wide"],
    )
    def test_paper_is_none(self, crop: Image.Image) -> None:
        assert not has_ink(crop.convert("RGB"))

    def test_a_ruling_line_is_none(self) -> None:
        crop = Image.new("L", (400, 48), 240)
        ImageDraw.Draw(crop).line((0, 40, 400, 40), fill=30, width=2)
        assert not has_ink(crop)

    def test_text_on_a_ruling_line_is_ink(self) -> None:
        crop = line("on the line", width=400)
        ImageDraw.Draw(crop).line((0, 40, 400, 40), fill=30, width=2)
        assert has_ink(crop)


def below(*images: Image.Image) -> Image.Image:
    """The images one below the other."""
    page = Image.new("L", (max(image.width for image in images), sum(image.height for image in images)), 255)
    for i, image in enumerate(images):
        page.paste(image, (0, sum(before.height for before in images[:i])))
    return page


class TestSeveralLines:
    """Asked of whole crops: nobody has written what TrOCR reads on them."""

    @pytest.mark.parametrize("count", [2, 3, 6])
    def test_lines_one_below_the_other_are_several(self, count: int) -> None:
        lines = [line("we are at your service"), line("and so on, my dear"), line("Yours faithfully, as ever")]
        assert has_several_lines(below(*(lines * 2)[:count]))
        assert has_several_lines(noisy(below(*(lines * 2)[:count]), 12))

    @pytest.mark.parametrize(
        "text", ["Dear Madam,", "iiiiii", "= ÷ = :", "Éïü: ÄÖÜ", "gyjpq", "______", ". . . .", "1905"]
    )
    def test_one_line_is_not_several(self, text: str) -> None:
        assert not any(has_several_lines(line(text, size)) for size in (16, 32, 64, 128))

    def test_an_underlined_line_is_one(self) -> None:
        crop = line("underlined", width=300)
        ImageDraw.Draw(crop).line((16, 46, 200, 46), fill=0, width=3)
        assert not has_several_lines(crop)

    @pytest.mark.parametrize("size", [24, 32, 48])
    def test_a_line_that_is_blurred_beyond_reading_is_one(self, size: int) -> None:
        sharp = line("and then the others", size)
        assert not has_several_lines(sharp.resize((sharp.width // 8, sharp.height // 8)).resize(sharp.size))

    def test_the_edges_of_neighbours_are_no_lines(self) -> None:
        neighbour = line("we are at your service")
        lower, upper = neighbour.crop((0, 32, neighbour.width, 42)), neighbour.crop((0, 8, neighbour.width, 18))
        assert not has_several_lines(below(lower, line("and so on, my dear"), upper))

    def test_real_lines_are_one_and_two_of_them_several(self) -> None:
        lines = [Image.open(path).convert("L") for path in sorted((DATA / "lines").glob("*.jpg"))]
        assert not any(has_several_lines(one) for one in lines)
        assert sum(has_several_lines(below(*two)) for two in pairwise(lines)) >= 0.8 * (len(lines) - 1)

    def test_what_has_nothing_on_it_is_not_several(self) -> None:
        assert not has_several_lines(Image.new("L", (300, 80), 255))
        assert not has_several_lines(Image.new("L", (1, 1), 0))

    def test_they_do_not_reach_the_model_and_are_flagged(self) -> None:
        recognizer = TrOcrRecognizer(max_aspect=8)
        seen: list[Image.Image] = []
        recognizer.read_raw = lambda crops: seen.extend(crops) or []  # type: ignore[method-assign,func-returns-value]
        blank = Image.new("L", (300, 48), 255)
        read = recognizer.read_words([below(line("one line"), line("and two")), blank])
        assert read == [LineText("", truncated=True), LineText("")]
        assert seen == []


class TestSplit:
    LONG = "and now, though I have spoken, I would like to speak more to you of it"

    def test_a_narrow_line_stays_whole(self) -> None:
        assert split_wide(line("Dear Madam,"), 8) == [Piece(0, line("Dear Madam,").width)]

    def test_a_little_wider_is_still_whole(self) -> None:
        crop = Image.new("L", (8 * 40 + 60, 40), 255)
        assert len(split_wide(crop, 8)) == 1

    def test_a_wide_line_is_cut_between_words(self) -> None:
        crop = line(self.LONG)
        pieces = split_wide(crop, 8)
        assert len(pieces) >= 3
        assert [piece.overlap for piece in pieces] == [0] * len(pieces)
        assert [piece.left for piece in pieces[1:]] == [piece.right for piece in pieces[:-1]]
        ink = np.asarray(crop) < 128
        for piece in pieces[1:]:
            assert not ink[:, piece.left - 2 : piece.left + 2].any(), "a word was cut"
        assert all(piece.right - piece.left <= 1.6 * 8 * crop.height for piece in pieces)

    def test_a_line_without_gaps_is_cut_with_an_overlap(self) -> None:
        crop = line("x" * 90)
        pieces = split_wide(crop, 8)
        assert len(pieces) >= 3
        assert (pieces[0].left, pieces[-1].right) == (0, crop.width)
        for before, after in pairwise(pieces):
            assert after.overlap > 0
            assert after.left == before.right - after.overlap

    def test_an_endless_strip_ends(self) -> None:
        pieces = split_wide(Image.new("L", (40_000, 10), 255), 8)
        assert pieces[-1].right == 40_000
        assert len(pieces) < 1000


class TestMerge:
    def test_pieces_that_part_between_words_are_joined_by_a_space(self) -> None:
        assert merge(["and now,", "though I"], [Piece(0, 100), Piece(100, 200)]) == "and now, though I"

    def test_an_overlap_is_kept_once(self) -> None:
        pieces = [Piece(0, 110), Piece(90, 200, 20)]
        assert merge(["Donaudampfsch", "fschifffahrt"], pieces) == "Donaudampfschifffahrt"

    def test_half_characters_at_the_cut_are_left_out(self) -> None:
        """The left piece ends with half a letter that was read as an i, the right one begins with one read as a c."""
        assert (
            merge(["Donaudampfschi", "cfschifffahrt"], [Piece(0, 110), Piece(85, 200, 25)]) == "Donaudampfschifffahrt"
        )

    @pytest.mark.parametrize(
        ("left", "right", "line"),
        [
            ("it was a matter of th", "hat only one could", "it was a matter of that only one could"),
            ("that people were the", "eir own masters", "that people were their own masters"),
        ],
    )
    def test_an_overlap_of_one_letter_is_enough(self, left: str, right: str, line: str) -> None:
        assert merge([left, right], [Piece(0, 400), Piece(380, 700, 20)]) == line

    @pytest.mark.parametrize(("left", "right"), [("abc", "xyz"), ("abcde", "xyzab and so on")])
    def test_nothing_is_lost_where_the_pieces_disagree(self, left: str, right: str) -> None:
        assert merge([left, right], [Piece(0, 110), Piece(90, 300, 20)]) == f"{left} {right}"

    def test_empty_pieces_add_nothing(self) -> None:
        assert merge(["", "Dear", "", "Madam"], [Piece(i, i + 1) for i in range(4)]) == "Dear Madam"
        assert merge([], []) == ""


def quad(left: float, top: float, right: float, bottom: float, fall: float = 0.0) -> Quad:
    return (left, top), (right, top + fall), (right, bottom + fall), (left, bottom)


class TestJoin:
    def test_words_of_a_line_become_one(self) -> None:
        words = [quad(0, 0, 100, 40), quad(120, 3, 200, 46), quad(225, -2, 300, 38)]
        ((start, end, below_end, below_start),) = join_words(words[::-1])
        assert (start[0], end[0]) == (below_start[0], below_end[0]) == (0, 300)
        assert max(start[1], end[1]) <= 1.5, "a part of the last word is cut off"
        assert min(below_start[1], below_end[1]) >= 44, "a part of the word in the middle is cut off"

    def test_a_box_inside_another_does_not_shorten_it(self) -> None:
        ((_, end, _, _),) = join_words([quad(0, 0, 100, 40), quad(85, 5, 95, 35)])
        assert end[0] == 100

    def test_lines_one_below_the_other_stay_apart(self) -> None:
        lines = [quad(0, 0, 300, 40), quad(0, 42, 300, 82), quad(0, 84, 300, 124)]
        assert join_words(lines) == lines

    def test_columns_stay_apart(self) -> None:
        columns = [quad(0, 0, 300, 40), quad(360, 0, 660, 40)]
        assert join_words(columns) == columns

    @pytest.mark.parametrize("gutter", [20, 30, 35])
    def test_a_narrow_gutter_is_known_by_standing_in_several_lines(self, gutter: int) -> None:
        columns = [quad(x, 50 * row, x + 300, 50 * row + 40) for row in range(6) for x in (0, 300 + gutter)]
        assert join_words(columns) == columns

    def test_gaps_that_do_not_line_up_are_between_words(self) -> None:
        words = [
            quad(a, 50 * row, b, 50 * row + 40)
            for row in range(6)
            for a, b in ((0, 150 + 40 * row), (180 + 40 * row, 600))
        ]
        assert len(join_words(words)) == 6

    def test_a_heading_does_not_take_the_small_print_beside_it(self) -> None:
        boxes = [quad(0, 0, 300, 100), quad(320, 30, 500, 60)]
        assert join_words(boxes) == boxes

    def test_a_line_that_falls_is_followed_along_its_slope(self) -> None:
        words = [quad(0, 0, 200, 40, 20), quad(220, 22, 420, 62, 20), quad(440, 44, 640, 84, 20)]
        assert len(join_words(words)) == 1

    def test_nothing_gives_nothing(self) -> None:
        assert join_words([]) == []

    def test_standing_text_is_left_alone(self) -> None:
        standing = ((100.0, 300.0), (100.0, 0.0), (140.0, 0.0), (140.0, 300.0))
        assert set(join_words([standing, quad(150, 100, 300, 140)])) == {standing, quad(150, 100, 300, 140)}


@pytest.mark.models
def test_any_registered_detector_can_be_named_with_its_options(placed: str) -> None:
    engine = get_engine("trocr", detector=placed, detector_options={"boxes": [(0.1, 0.1, 0.9, 0.2)]})
    (lines,) = engine.detector.detect([PageImage(Image.new("RGB", (100, 100)))])  # type: ignore[attr-defined]
    assert lines == [quad(10, 10, 90, 20)]
