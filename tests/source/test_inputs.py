"""What can be read: paths, bytes, files, Pillow images and arrays; anything else says what is taken."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ocr_plugins import CorruptSourceError, Pipeline, SourceNotFoundError, UnsupportedSourceError
from ocr_plugins.source.open import open_source
from ocr_plugins.testing import FakeEngine, made_page


def pixels(source: Any, edge: int = 2000) -> np.ndarray[Any, Any]:
    with open_source(source) as opened:
        assert opened.total_pages == 1
        return np.asarray(opened.page(1).render(edge))


@pytest.fixture
def page() -> Image.Image:
    return made_page(["Hello"], size=(300, 120), margin=30)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P", "CMYK", "I;16"])
def test_a_pillow_image_of_any_mode(page: Image.Image, mode: str) -> None:
    image = page.convert("L").convert(mode) if mode == "I;16" else page.convert(mode)
    grey = pixels(image).mean(axis=2)
    assert (pixels(image).shape, grey.min() < 64, grey.max() > 200) == ((120, 300, 3), True, True)


@pytest.mark.parametrize("channels", [None, 3, 4])
def test_an_array_of_pixels(page: Image.Image, channels: int | None) -> None:
    array = np.asarray(page.convert({None: "L", 3: "RGB", 4: "RGBA"}[channels]))
    assert (pixels(array) == np.asarray(page)).all()


def test_an_image_is_not_changed_and_may_change_later(page: Image.Image) -> None:
    before = page.copy()
    with open_source(page) as opened:
        page.paste("black", (0, 0, 300, 120))
        assert (np.asarray(opened.page(1).render(150)) > 0).any()
        assert (np.asarray(opened.page(1).render(2000)) == np.asarray(before)).all()
    assert page.size == before.size


def test_a_photo_lies_as_its_exif_data_say(tmp_path: Path, page: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page.save(tmp_path / "photo.jpg", exif=exif)
    with Image.open(tmp_path / "photo.jpg") as photo, open_source(photo) as opened:
        assert (opened.name, opened.page(1).size) == (str(tmp_path / "photo.jpg"), (120, 300))
        assert opened.page(1).render(2000).size == (120, 300)


def test_a_frame_of_several_is_the_one_that_the_image_stands_at(page: Image.Image) -> None:
    file = io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[Image.new("RGB", (50, 40), "red")])
    with Image.open(file) as image:
        image.seek(1)
        assert pixels(image).shape == (40, 50, 3)
        assert image.tell() == 1


def test_images_go_through_the_whole_pipeline(page: Image.Image) -> None:
    pipeline = Pipeline(FakeEngine(texts=("Hello",)))
    assert [pipeline.read(source).text for source in (page, np.asarray(page))] == ["Hello", "Hello"]
    assert pipeline.read(page, name="scan").source == "scan"


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        (7, "a path, bytes, a binary file object, a Pillow image or a NumPy array"),
        (None, "type NoneType: give a path"),
        (["a.pdf"], "type list: give a path"),
        (np.zeros((3, 4, 7), np.uint8), r"uint8 \(3, 4, 7\): give height × width"),
        (np.array(["a"]), "give height × width"),
    ],
)
def test_other_types_say_what_is_taken(source: Any, taken: str) -> None:
    with pytest.raises(TypeError, match=taken):
        open_source(source)


def test_an_image_without_pixels_is_empty() -> None:
    with pytest.raises(CorruptSourceError, match="empty"):
        open_source(Image.new("RGB", (0, 5)))


@pytest.mark.parametrize("url", ["https://example.org/a.pdf", "http://example.org/a", "s3://bucket/a.pdf"])
def test_an_address_is_not_fetched(url: str) -> None:
    with pytest.raises(UnsupportedSourceError, match="is an address: nothing is fetched from a network. Download it"):
        open_source(url)
    with pytest.raises(SourceNotFoundError):
        open_source("c:/no/such.pdf")


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_photograph_of_a_telephone_says_how_it_can_be_read(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "IMG_4711.heic"
    path.write_bytes(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic")
    with pytest.raises(UnsupportedSourceError, match=r"IMG_4711\.heic is a HEIC or AVIF photograph\. Save it as JPEG"):
        Pipeline().read(path)
