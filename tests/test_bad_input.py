"""Bad input: every file gives pages, a page with an error in its place, or one clear error of our tree."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption

from ocr_plugins.errors import (
    CorruptSourceError,
    EncryptedPdfError,
    PageError,
    PageLimitError,
    SourceError,
    SourceNotFoundError,
    UnsupportedSourceError,
)
from ocr_plugins.source.open import open_source
from ocr_plugins.source.page import MAX_PIXELS
from ocr_plugins.testing import made_page, made_pdf

SUPPORTED = "PDF, PNG, JPEG, TIFF, WebP, BMP, GIF"
PAGE = made_page(["Dear reader"], size=(400, 300))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def drawn(data: bytes, edge: int = 400) -> Image.Image:
    with open_source(data) as source:
        return source.page(1).render(edge)


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


def test_a_text_file_object_is_refused() -> None:
    with pytest.raises(UnsupportedSourceError, match="mode 'rb'"):
        open_source(cast(BinaryIO, io.StringIO("text")))


def test_a_truncated_pdf_gives_what_is_left_or_one_clear_error() -> None:
    data = made_pdf([PAGE] * 3)
    messages: list[str] = []
    for length in range(10, len(data), len(data) // 12):
        try:
            source = open_source(data[:length], name="cut.pdf")
        except CorruptSourceError as e:
            messages.append(str(e))
            continue
        with source:
            for number in range(1, source.total_pages + 1):
                try:
                    assert max(source.page(number).render(100).size) == 100
                except PageError as e:
                    messages.append(str(e))
    assert messages
    assert all("cut.pdf" in message for message in messages)


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
        width, height = source.page(1).render(10**9).size
        assert 0.99 * MAX_PIXELS < width * height <= 1.01 * MAX_PIXELS
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
        with pytest.raises(PageLimitError, match=r"page 2: .*89,000,000"):
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
