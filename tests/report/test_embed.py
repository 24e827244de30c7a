"""Pictures within HTML: small enough, and of the right page."""

from __future__ import annotations

import base64
import io

import numpy as np
import PIL.Image
import pytest
from seen_documents import document

from ocr_plugins import BBox, Block, BlockKind, Page
from ocr_plugins.report.embed import FIGURE_BYTES, MAX_BYTES, MAX_EDGE, MAX_FIGURES, Pictures, data_uri, pictures_of
from ocr_plugins.testing import made_page, made_pdf


def picture_in(uri: str) -> PIL.Image.Image:
    head, _, data = uri.partition(",")
    assert head == "data:image/webp;base64"
    return PIL.Image.open(io.BytesIO(base64.b64decode(data)))


def noise(width: int, height: int) -> PIL.Image.Image:
    """What compresses worst."""
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
    return PIL.Image.fromarray(pixels)


def test_a_page_of_print_keeps_its_pixels() -> None:
    assert picture_in(data_uri(made_page(["ink"] * 30, size=(1200, 1600)))).size == (1200, 1600)


def test_print_stays_clear_and_takes_little() -> None:
    page = made_page(["The quick brown fox"] * 20, size=(1200, 1600))
    uri = data_uri(page)
    error = np.asarray(page, float) - np.asarray(picture_in(uri).convert("RGB"), float)
    assert np.sqrt((error**2).mean()) < 1.7  # of 255 steps of grey
    assert len(uri) < 55_000


def test_a_picture_that_is_hard_to_compress_gets_smaller_until_it_fits() -> None:
    uri = data_uri(noise(1200, 1600))
    assert MAX_BYTES / 2 < len(base64.b64decode(uri.partition(",")[2])) <= MAX_BYTES
    width, height = picture_in(uri).size
    assert width / height == pytest.approx(0.75, abs=0.01)


def test_a_very_long_page_fits_the_format() -> None:
    assert max(picture_in(data_uri(PIL.Image.new("RGB", (50, 20_000), "white"))).size) == MAX_EDGE


def test_a_hundred_of_the_worst_pages_stay_below_forty_megabytes() -> None:
    # In base64 four characters are three bytes; the rest is for text, boxes and the file around them.
    assert 100 * (MAX_BYTES + MAX_FIGURES * FIGURE_BYTES) * 4 / 3 < 36_000_000


def test_the_first_figures_are_cut_out() -> None:
    page = made_page(["ink"], size=(400, 300))
    blocks = [Block(BlockKind.FIGURE, box=BBox(0.25, 0.5, 0.75, 1))] * (MAX_FIGURES + 2)
    blocks[1] = Block(BlockKind.FIGURE)
    with Pictures(page) as pictures:
        figures = pictures.of(document().pages[0]).figures(blocks)
    assert list(figures) == [0, *range(2, MAX_FIGURES + 1)]
    assert picture_in(figures[0]).size == (200, 150)


def test_a_page_is_drawn_as_it_was_turned_for_reading() -> None:
    with Pictures(made_page(["ink"], size=(400, 300))) as pictures:
        assert picture_in(pictures.of(Page(1, rotation=90)).uri or "").size == (300, 400)


def test_what_cannot_be_drawn_is_blank_paper_with_the_reason() -> None:
    with Pictures(made_pdf([made_page(["ink"], size=(300, 300))])) as pictures:
        blank = pictures.of(Page(2, width=100, height=200))
    assert (blank.width, blank.height, blank.uri) == (100, 200, None)
    assert "has 1 page only" in (blank.missing or "")


@pytest.mark.parametrize("name", ["<bytes>", "", "a\0b", "no/such/file.pdf", "x" * 5000])
def test_a_document_that_is_no_file_has_no_pictures(name: str) -> None:
    with pictures_of(name) as pictures:
        assert "There is no file" in (pictures.missing or "")
        assert pictures.of(Page(1)).uri is None
