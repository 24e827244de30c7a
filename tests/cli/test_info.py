"""What files are, and what would become of their pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from commands import pdf, scan
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import OcrEngine, Pipeline
from ocr_plugins.cli import main
from ocr_plugins.testing import FakeEngine, made_page


def info(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["info", *map(str, arguments)], input=stdin)


@pytest.fixture
def mixed(tmp_path: Path, draw_pdf: Callable[..., bytes]) -> Path:
    """Text, a picture of text beside text, a scan, and nothing."""
    picture = made_page(["Carriage of goods by road", "The carrier is liable"], size=(1000, 320), font_size=48)

    def text(canvas: Any) -> None:
        for line in range(4):
            canvas.drawString(72, 740 - 16 * line, "Please find the minutes of our last meeting below, as you wished.")

    def both(canvas: Any) -> None:
        text(canvas)
        canvas.drawImage(ImageReader(picture), 72, 400, 450, 117)

    def scanned(canvas: Any) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)

    (tmp_path / "mixed.pdf").write_bytes(draw_pdf(text, text, both, scanned, lambda _canvas: None))
    return tmp_path / "mixed.pdf"


def test_it_says_what_auto_takes_of_each_page_and_why(mixed: Path) -> None:
    done = info(mixed)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{mixed}: 5 pages",
        "  pages  size          characters  auto takes    because",
        "  1-2    595 × 842 pt  520         its own text  its own text is sound",
        "  3      595 × 842 pt  260         both          its own text is sound, "
        "2 lines of what looks like text in pictures or drawings",
        "  4      595 × 842 pt  0           the engine    hardly any text beside images or drawings",
        "  5      595 × 842 pt  0           its own text  there is nothing on it to be read",
    ]


def test_it_is_what_convert_then_does(mixed: Path, data: Path) -> None:
    class Sees(OcrEngine):
        def recognize(self, images: Any) -> Any:
            seen.extend(image.number for image in images)
            return FakeEngine().recognize(images)

    for path in (mixed, data / "ocr_test_rotated_90.pdf", data / "duplicate_bold_text_01.pdf"):
        seen: list[int] = []
        Pipeline(Sees()).read(path)
        (file,) = json.loads(info(path, "--json").stdout)
        assert {page["number"] for page in file["pages"] if page["auto"] != "text"} == set(seen)


def test_json_has_every_page(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    done = info(path, "--json", "--pages", "2")
    page = {"number": 2, "label": None, "width": 300, "height": 300, "characters": 0, "auto": "engine", "error": None}
    known = {"source": str(path), "total_pages": 2, "unit": "px", "encrypted": False, "error": None}
    assert json.loads(done.stdout) == [known | {"pages": [page | {"why": "it has no text of its own"}]}]


def test_labels_are_shown_where_they_are_not_the_numbers(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "labelled.pdf"))
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    canvas.addPageLabel(2, style="ARABIC", start=1)
    for _ in range(5):
        canvas.drawString(72, 700, "a page")
        canvas.showPage()
    canvas.save()
    lines = info(tmp_path / "labelled.pdf").stdout.splitlines()
    assert lines[1].split()[:2] == ["pages", "labels"]
    assert lines[2].split()[:2] == ["1-5", "i-3"]
    assert "labels" not in info(pdf(tmp_path / "plain.pdf", "a page")).stdout.splitlines()[1]


def test_an_encrypted_file_says_so(tmp_path: Path, data: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "secret", password="sesame")
    refused = info(path)
    assert (refused.exit_code, refused.stdout) == (
        1,
        f"{path}: is encrypted: give one with password=… (command line: --password).\n",
    )
    assert info(path, "--password", "sesame").stdout.startswith(f"{path}: 1 page, encrypted\n")
    known = json.loads(info(path, data / "r6-empty-password.pdf", "--json").stdout)
    assert [(file["encrypted"], file["total_pages"]) for file in known] == [(True, None), (True, 1)]


def test_what_cannot_be_opened_is_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", "good")
    (tmp_path / "b.pdf").write_bytes(b"")
    done = info(tmp_path)
    assert done.exit_code == 1
    assert f"{tmp_path / 'a.pdf'}: 1 page\n" in done.stdout
    assert f"{tmp_path / 'b.pdf'}: is empty (0 bytes).\n" in done.stdout
    assert info(tmp_path / "a.pdf", "--pages", "2").exit_code == 2


def test_a_dash_is_stdin(tmp_path: Path) -> None:
    assert info("-", stdin=pdf(tmp_path / "a.pdf", "a").read_bytes()).stdout.startswith("<stdin>: 1 page\n")
