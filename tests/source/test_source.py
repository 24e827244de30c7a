"""Sources: what can be opened, what is refused and how, and what the pages look like."""

from __future__ import annotations

import io
import tempfile
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageChops

from ocr_plugins.errors import (
    CorruptSourceError,
    PageSelectionError,
)
from ocr_plugins.source.open import open_source, select_pages
from ocr_plugins.source.page import SUFFIXES
from ocr_plugins.testing import made_page, made_pdf

SUPPORTED = "PDF, PNG, JPEG, TIFF, WebP, BMP, GIF"
PAGE = made_page(["Dear reader"], size=(400, 300))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def drawn(data: bytes, edge: int = 400, number: int = 1) -> Image.Image:
    with open_source(data) as source:
        return source.page(number).render(edge)


def difference(first: Image.Image, second: Image.Image) -> float:
    """The mean difference of the pixels, 0..1."""
    assert first.size == second.size
    assert first.mode == second.mode == "RGB"
    return float(np.asarray(ImageChops.difference(first, second)).mean()) / 255


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PDF"])
def test_every_type_is_told_by_its_content(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.dat"
    path.write_bytes(encoded(PAGE, kind))
    with open_source(path) as source:
        assert (source.name, source.total_pages) == (str(path), 1)
        page = source.page(1)
        assert page.number == 1
        assert page.label is None
        assert page.size == (400, 300)
        assert difference(page.render(400), PAGE) < 0.01
        if kind != "PDF":
            assert page.text_layer() is None


def test_a_source_is_a_path_bytes_or_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    data = encoded(PAGE, "PNG")
    path.write_bytes(data)
    with path.open("rb") as opened, tempfile.TemporaryFile() as temporary:
        temporary.write(data)
        temporary.seek(0)
        sources = [str(path), path, data, bytearray(data), memoryview(data), io.BytesIO(data), opened, temporary]
        names = []
        for given in sources:
            with open_source(cast(Any, given)) as source:
                assert source.page(1).render(400) == PAGE
                names.append(source.name)
    assert names[:3] == [str(path), str(path), "<bytes>"]
    assert names[5:7] == ["<BytesIO>", str(path)]
    assert all(isinstance(name, str) for name in names)


def test_a_file_is_read_from_where_it_stands() -> None:
    file = io.BytesIO(b"mail header" + encoded(PAGE, "PNG"))
    file.seek(11)
    with open_source(file) as source:
        assert source.total_pages == 1


def test_a_source_can_be_named() -> None:
    with pytest.raises(CorruptSourceError, match=r"^attachment 3 is empty"):
        open_source(b"", name="attachment 3")


@pytest.mark.parametrize(("kind", "frames"), [("TIFF", 3), ("GIF", 1), ("WEBP", 1)])
def test_a_tiff_has_a_page_per_frame_and_an_animation_one(kind: str, frames: int) -> None:
    wider = 1 if kind == "TIFF" else 0
    pages = [made_page([f"page {n}"], size=(400 + n * wider, 300)) for n in (1, 2, 3)]
    data = encoded(pages[0], kind, save_all=True, append_images=pages[1:])
    with open_source(data) as source:
        assert source.total_pages == frames
        for number in reversed(range(1, frames + 1)):
            assert source.page(number).size == pages[number - 1].size
            assert difference(source.page(number).render(500), pages[number - 1]) < 0.03


def test_a_pdf_has_labels_sizes_and_pages(draw_pdf: Callable[..., bytes]) -> None:
    def first(canvas: Any) -> None:
        canvas.addPageLabel(0, "ROMAN_LOWER")
        canvas.addPageLabel(1, "ARABIC", 1)

    def second(canvas: Any) -> None:
        canvas.setPageSize((300, 200))
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(0, 100, 150, 100, fill=1, stroke=0)

    with open_source(draw_pdf(first, second)) as source:
        assert source.total_pages == 2
        assert [source.page(n).label for n in (1, 2)] == ["i", "1"]
        assert [source.page(n).size for n in (1, 2)] == [(595, 842), (300, 200)]
        image = source.page(2).render(600)
    assert image.size == (600, 400)
    assert [image.getpixel(xy) for xy in ((20, 20), (20, 380), (580, 20))] == [(255, 0, 0), (255,) * 3, (255,) * 3]


def test_a_pdf_page_is_drawn_to_the_longest_edge_and_an_image_only_reduced(draw_pdf: Callable[..., bytes]) -> None:
    with open_source(draw_pdf(lambda canvas: canvas.drawString(50, 50, "text"))) as source:
        assert [max(source.page(1).render(edge).size) for edge in (100, 999, 3000)] == [100, 999, 3000]
    for kind in ("PNG", "JPEG", "TIFF"):
        with open_source(encoded(PAGE, kind)) as source:
            page = source.page(1)
            assert [page.render(edge).size for edge in (100, 401, 3000)] == [(100, 75), (400, 300), (400, 300)]
            assert page.size == (400, 300)


def test_a_turned_pdf_page_is_shown_as_a_viewer_shows_it(draw_pdf: Callable[..., bytes]) -> None:
    def page(canvas: Any) -> None:
        canvas.setPageRotation(90)
        # The page lies on its side, 842 × 595: its upper left corner comes to be the upper right one.
        canvas.rect(0, 495, 100, 100, fill=1)

    with open_source(draw_pdf(page)) as source:
        assert source.page(1).size == (595, 842)
        image = source.page(1).render(842)
    assert [image.getpixel(xy) for xy in ((575, 20), (20, 20), (575, 820))] == [(0,) * 3, (255,) * 3, (255,) * 3]


def test_a_page_cropped_to_nothing_is_shown_whole(draw_pdf: Callable[..., bytes]) -> None:
    def page(canvas: Any) -> None:
        canvas.setCropBox((600, 850, 700, 900))
        canvas.drawString(100, 700, "beside the crop box")

    with open_source(draw_pdf(page)) as source:
        assert source.page(1).size == (595, 842)
        assert source.page(1).render(842).size == (595, 842)
        layer = source.page(1).text_layer()
    assert layer is not None
    assert [line.text for line in layer.lines] == ["beside the crop box"]
    assert layer.lines[0].box.left == pytest.approx(100 / 595, abs=0.002)


def test_filled_form_fields_are_drawn(draw_pdf: Callable[..., bytes]) -> None:
    def page(canvas: Any) -> None:
        canvas.acroForm.textfield(value="filled in", x=100, y=700, width=200, height=40, borderWidth=0, fontSize=24)

    image = drawn(draw_pdf(page), 842)
    assert np.asarray(image.crop((102, 110, 298, 138)).convert("L")).min() < 100


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = PAGE.transpose(undo[orientation]) if orientation in undo else PAGE
    with open_source(encoded(stored, kind, exif=exif)) as source:
        page = source.page(1)
        assert page.size == (400, 300)
        assert difference(page.render(400), PAGE) < 0.01
        assert page.render(100).size == (100, 75)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "PA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    grey = PAGE.convert("L")
    ink = Image.new("LA", PAGE.size, (0, 0))  # black everywhere, seen only where there is ink
    ink.putalpha(ImageChops.invert(grey))
    image = ink if mode == "LA" else ink.convert("RGBA").convert(mode)
    if mode == "PA":
        image.putalpha(ImageChops.invert(grey))  # Pillow before 12 forgets it
    data = encoded(image, "TIFF" if mode == "PA" else "PNG")
    assert difference(drawn(data), PAGE) < 0.01


@pytest.mark.parametrize(("ink", "ground"), [(255, 0), (240, 0), (200, 255), (0, 255)])
def test_ink_on_nothing_gets_the_ground_on_which_it_shows(ink: int, ground: int) -> None:
    letters = Image.new("LA", PAGE.size, (ink, 0))
    letters.putalpha(ImageChops.invert(PAGE.convert("L")))
    page = np.asarray(drawn(encoded(letters, "PNG")).convert("L")).astype(int)
    assert page[0, 0] == ground
    assert abs((page.min() if ground else page.max()) - ink) < 3
    clear = Image.new("RGBA", (60, 40), (255, 255, 255, 0))
    assert drawn(encoded(clear, "PNG")).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.asarray(PAGE.convert("L"), np.uint16) * 257, "PNG"),
        (np.asarray(PAGE.convert("L"), np.uint16) * 257, "TIFF"),
        (np.asarray(PAGE.convert("L"), np.int32) * 257, "TIFF"),
        (np.asarray(PAGE.convert("L"), np.float32) / 255, "TIFF"),
        (np.asarray(PAGE.convert("L"), np.float32) * 1000 - 500, "TIFF"),
    ],
    ids=["16-bit PNG", "16-bit TIFF", "32-bit TIFF", "float TIFF", "wide float TIFF"],
)
def test_deep_greys_keep_their_contrast(array: np.ndarray, kind: str) -> None:
    assert difference(drawn(encoded(Image.fromarray(array), kind)), PAGE) < 0.005


@pytest.mark.parametrize(
    ("mode", "kind"), [("1", "PNG"), ("1", "TIFF"), ("L", "JPEG"), ("P", "GIF"), ("CMYK", "JPEG"), ("CMYK", "TIFF")]
)
def test_other_modes_become_rgb(mode: str, kind: str) -> None:
    assert difference(drawn(encoded(PAGE.convert(mode), kind)), PAGE) < 0.02


def test_junk_before_a_pdf_is_passed_over() -> None:
    assert difference(drawn(b"junk\n" * 100 + made_pdf([PAGE])), PAGE) < 0.01


@pytest.mark.parametrize(
    ("pages", "selected"),
    [
        (None, [1, 2, 3, 4, 5]),
        ("2", [2]),
        ("1-3,5", [1, 2, 3, 5]),
        ("4-", [4, 5]),
        ("5,1", [5, 1]),
        ("2-3,1-4", [2, 3, 1, 4]),
        (" 1 , 3 - 4 ", [1, 3, 4]),
        ("4-99999999999", [4, 5]),
        ("3,77", [3]),
        ("4-2,1", [1]),
    ],
)
def test_pages_are_selected_as_people_count(pages: str | None, selected: list[int]) -> None:
    assert select_pages(pages, 5) == selected


@pytest.mark.parametrize("pages", ["", "0", "0-2", "-3", "x", "1,,2", "1-2-3", "1.5", "²", "1;2", "all", "-"])
def test_a_malformed_selection_says_how_to_write_it(pages: str) -> None:
    with pytest.raises(PageSelectionError, match="1-3,7") as caught:
        select_pages(pages, 5)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("pages", ["6", "6-", "7-9", "3-2"])
def test_a_selection_of_nothing_says_how_many_pages_there_are(pages: str) -> None:
    with pytest.raises(PageSelectionError, match=r"scan\.pdf has 5 pages"):
        select_pages(pages, 5, "scan.pdf")


def test_the_suffixes_are_those_of_the_supported_types() -> None:
    assert {
        kind: sorted(s for s in SUFFIXES if Image.registered_extensions().get(s) == kind)
        for kind in ("PDF", "PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
    } == {
        "PDF": [".pdf"],
        "PNG": [".png"],
        "JPEG": [".jpeg", ".jpg"],
        "TIFF": [".tif", ".tiff"],
        "WEBP": [".webp"],
        "BMP": [".bmp"],
        "GIF": [".gif"],
    }
    assert len(SUFFIXES) == 9


def test_pdfs_can_be_read_in_many_threads_at_once(draw_pdf: Callable[..., bytes]) -> None:
    data = draw_pdf(*(lambda canvas, n=n: canvas.drawString(100, 700, f"This is page number {n}") for n in range(6)))

    def read(number: int) -> tuple[bytes, str]:
        start.wait(30)
        with open_source(data) as source:
            page = source.page(number)
            layer = page.text_layer()
            assert layer is not None
            return page.render(300).tobytes(), layer.lines[0].text

    start = threading.Barrier(1)
    alone = [read(number) for number in range(1, 7)]
    start = threading.Barrier(6)
    with ThreadPoolExecutor(6) as pool:
        for _ in range(5):
            assert list(pool.map(read, range(1, 7))) == alone
    assert [text for _, text in alone] == [f"This is page number {n}" for n in range(6)]


def test_reading_images_in_threads_leaves_the_warning_filters_alone() -> None:
    data = encoded(PAGE, "PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        images = list(pool.map(lambda _: drawn(data), range(80)))
    assert warnings.filters == before
    assert all(image == PAGE for image in images)
