"""Sources: what can be opened, what is refused and how, and what the pages look like."""

from __future__ import annotations

import io
import struct
import tempfile
import threading
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pytest
from PIL import Image, ImageChops
from reportlab.lib.pdfencrypt import StandardEncryption

from ocr_plugins.errors import (
    CorruptSourceError,
    EncryptedPdfError,
    PageError,
    PageLimitError,
    PageSelectionError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
)
from ocr_plugins.source import MAX_EDGE, MAX_PIXELS, SUFFIXES, open_source, select_pages
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


def test_filled_form_fields_are_drawn(draw_pdf: Callable[..., bytes]) -> None:
    def page(canvas: Any) -> None:
        canvas.acroForm.textfield(value="filled in", x=100, y=700, width=200, height=40, borderWidth=0, fontSize=24)

    image = drawn(draw_pdf(page), 842)
    assert image.crop((102, 110, 298, 138)).convert("L").getextrema()[0] < 100


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
    data = encoded(ink.convert("RGBA").convert(mode) if mode != "LA" else ink, "TIFF" if mode == "PA" else "PNG")
    assert difference(drawn(data), PAGE) < 0.01


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


# The type of bad input, what it is called, and what the message says beside the name.
BAD: list[tuple[bytes, str, type[SourceError], str]] = [
    (b"", "empty.pdf", CorruptSourceError, "0 bytes"),
    (b"%PDF-1.7\n", "head.pdf", CorruptSourceError, "damaged PDF"),
    (b"%PDF-1.7\n" + b"\x00\xff" * 500, "garbage.pdf", CorruptSourceError, "damaged PDF"),
    (b"\x00\xff" * 500, "garbage.png", CorruptSourceError, f"damaged.*{SUPPORTED}"),
    (b"\x00\xff" * 500, "garbage.pdf", CorruptSourceError, f"damaged.*{SUPPORTED}"),
    (b"\x00\xff" * 500, "garbage", UnsupportedSourceError, SUPPORTED),
    (encoded(PAGE, "PNG")[:20], "head.png", CorruptSourceError, "damaged"),
    (encoded(PAGE, "TIFF")[:6], "head.tif", CorruptSourceError, "damaged"),
    (b"Dear reader,\n", "letter.txt", UnsupportedSourceError, SUPPORTED),
    (b"PK\x03\x04 word document", "letter.docx", UnsupportedSourceError, SUPPORTED),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg", UnsupportedSourceError, SUPPORTED),
    (encoded(PAGE, "PPM"), "scan.ppm", UnsupportedSourceError, SUPPORTED),
]


@pytest.mark.parametrize(("data", "name", "error", "message"), BAD, ids=[f"{n}-{len(d)}" for d, n, *_ in BAD])
def test_bad_input_is_one_clear_error(
    data: bytes, name: str, error: type[SourceError], message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=message) as caught:
        open_source(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf") as caught:
        open_source(tmp_path / "none.pdf")
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(SourceNotFoundError, match="is a directory"):
        open_source(tmp_path)
    with pytest.raises(SourceError, match="cannot be read"):
        open_source("\0")


def test_a_url_is_a_path_that_does_not_exist() -> None:
    with pytest.raises(SourceNotFoundError):
        open_source("https://example.org/scan.pdf")


def test_a_text_file_object_is_refused() -> None:
    with pytest.raises(UnsupportedSourceError, match="mode 'rb'"):
        open_source(cast(BinaryIO, io.StringIO("text")))


def test_a_truncated_pdf_gives_what_is_left_or_one_clear_error() -> None:
    data = made_pdf([PAGE] * 3)
    for length in range(10, len(data), len(data) // 12):
        try:
            with open_source(data[:length], name="cut.pdf") as source:
                for number in range(1, source.total_pages + 1):
                    source.page(number).render(100)
        except (CorruptSourceError, PageError) as e:
            assert "cut.pdf" in str(e)


def test_junk_before_a_pdf_is_passed_over() -> None:
    assert difference(drawn(b"junk\n" * 100 + made_pdf([PAGE])), PAGE) < 0.01


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_a_truncated_image_is_one_clear_error(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8))
    data = encoded(noise, kind)
    error = CorruptSourceError if kind == "WEBP" else PageError  # Pillow reads a WebP as a whole
    with pytest.raises(error, match=r"cut\.jpg"), open_source(data[: len(data) // 2], name="cut.jpg") as source:
        source.page(1).render(400)


def test_an_encrypted_pdf_needs_its_password(draw_pdf: Callable[..., bytes]) -> None:
    lock = StandardEncryption("user", ownerPassword="owner", strength=128)
    data = draw_pdf(lambda canvas: canvas.drawString(100, 700, "secret"), encrypt=lock)
    with pytest.raises(EncryptedPdfError, match=r"secret\.pdf is encrypted: .*password="):
        open_source(data, name="secret.pdf")
    with pytest.raises(EncryptedPdfError, match=r"secret\.pdf is encrypted, and the password is wrong: .*password="):
        open_source(data, name="secret.pdf", password="guess")
    for password in ("user", "owner"):
        with open_source(data, password=password) as source:
            layer = source.page(1).text_layer()
            assert layer is not None
            assert [line.text for line in layer.lines] == ["secret"]


def test_a_password_for_an_open_pdf_does_no_harm() -> None:
    with open_source(made_pdf([PAGE]), password="any") as source:
        assert source.total_pages == 1


def test_encrypted_pdfs_of_other_programs(data: Path) -> None:
    with pytest.raises(EncryptedPdfError, match="password="):
        open_source(data / "r4-aes-user-password.pdf")
    with open_source(data / "r4-aes-user-password.pdf", password="asdfzxcv") as source:
        assert max(source.page(1).render(100).size) == 100
    with open_source(data / "r6-empty-password.pdf") as source:
        assert max(source.page(1).render(100).size) == 100
    with pytest.raises(EncryptedPdfError, match="decrypted"):
        open_source(data / "AESkeylength256.pdf")


def test_a_huge_pdf_page_is_drawn_within_the_budget(draw_pdf: Callable[..., bytes], data: Path) -> None:
    def page(canvas: Any) -> None:
        canvas.rect(0, 0, 10_000, 20_000, fill=1)

    with open_source(draw_pdf(page, size=(20_000, 20_000))) as source:
        assert source.page(1).size == (20_000, 20_000)
        image = source.page(1).render(500)
        assert image.size == (500, 500)
        assert [image.getpixel(xy) for xy in ((100, 250), (400, 250))] == [(0, 0, 0), (255, 255, 255)]
        assert max(source.page(1).render(10**9).size) == MAX_EDGE
    with open_source(data / "poppler-85140-0.pdf") as source:  # 595 × 2,147,483,648 points
        assert source.page(1).render(1000).size == (1, 1000)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has no pixels: to read it would be an error of another kind."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(9500, 9400), (20_000, 10_000), (100_000, 100_000)])
def test_a_huge_image_is_a_page_error_that_names_the_limit(width: int, height: int) -> None:
    assert width * height > MAX_PIXELS
    with open_source(png_of(width, height), name="huge.png") as source:
        assert source.total_pages == 1
        with pytest.raises(PageLimitError, match=r"huge\.png, page 1: .*89,000,000 pixels"):
            source.page(1).render(1000)
        with pytest.raises(PageLimitError, match="89,000,000"):
            assert source.page(1).size


def test_a_large_image_is_still_read() -> None:
    data = encoded(Image.new("1", (9400, 9400), 1), "TIFF", compression="group4")
    assert drawn(data, 100).size == (100, 100)


def test_a_huge_frame_leaves_the_others_alone() -> None:
    frames = [Image.new("1", size, 1) for size in ((100, 100), (14_000, 14_000), (200, 100))]
    data = encoded(frames[0], "TIFF", compression="group4", save_all=True, append_images=frames[1:])
    with open_source(data) as source:
        assert source.page(1).render(500).size == (100, 100)
        with pytest.raises(PageLimitError, match="page 2: .*89,000,000"):
            source.page(2).render(500)
        assert source.page(3).render(500).size == (200, 100)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("broken.png", CorruptSourceError),
        ("oom.tif", CorruptSourceError),
        ("crash.tif", PageError),
        ("truncated_jpeg.jpg", PageError),
        ("decompression_bomb.gif", PageLimitError),
        ("deep-pages.pdf", PageError),
    ],
)
def test_damaged_files_of_other_projects(name: str, error: type[Exception], data: Path) -> None:
    with pytest.raises(error, match=name), open_source(data / name) as source:
        source.page(1).render(500)


@pytest.mark.parametrize("name", ["issue15590.pdf", "poppler-91414-0-53.pdf", "recover-xref-stream.pdf"])
def test_pdfs_that_can_be_repaired_are(name: str, data: Path) -> None:
    with open_source(data / name) as source:
        assert max(source.page(1).render(500).size) == 500


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
