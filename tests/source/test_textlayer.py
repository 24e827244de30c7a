"""The text layer of PDF pages: lines with their fonts and places, and when it is not to be trusted."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import BBox
from ocr_plugins.source.open import open_source
from ocr_plugins.source.textlayer import TextLayer
from ocr_plugins.testing import made_page

Layer = Callable[..., TextLayer]
WIDTH, HEIGHT = 595, 842


def layer_of(data: bytes | Path) -> TextLayer:
    with open_source(data) as source:
        layer = source.page(1).text_layer()
    assert layer is not None
    return layer


def texts(layer: TextLayer) -> list[str]:
    return [line.text for line in layer.lines]


def text_at(canvas: Canvas, x: float, y: float, text: str, size: float = 12, *, font: str = "Helvetica") -> None:
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def raw_pdf(content: bytes, font: bytes, *objects: bytes) -> bytes:
    """A page with one font, ``/F``, which is object 5; more objects follow it. PDFium does without a table of them."""
    all_objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(content),
        font,
        *objects,
    ]
    numbered = (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(all_objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def test_lines_come_with_their_places(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 100, 742, "Dear reader,", 12)
        text_at(canvas, 100, 700, "here is a letter.", 12)

    found = layer(page)
    assert texts(found) == ["Dear reader,", "here is a letter."]
    assert found.distrust is None
    first, second = (line.box.scaled(WIDTH, HEIGHT) for line in found.lines)
    assert first.left == second.left == pytest.approx(100, abs=0.5)
    assert first.right == pytest.approx(100 + stringWidth("Dear reader,", "Helvetica", 12), abs=0.5)
    assert first.top < 100 < first.bottom == pytest.approx(103, abs=3)
    assert first.height == second.height == pytest.approx(13, abs=2)
    assert second.bottom - first.bottom == pytest.approx(42, abs=0.1)


@pytest.mark.parametrize(
    ("font", "bold", "italic"),
    [
        ("Helvetica", False, False),
        ("Helvetica-Bold", True, False),
        ("Times-Italic", False, True),
        ("Courier-Oblique", False, True),
        ("Times-BoldItalic", True, True),
    ],
)
def test_fonts_are_told_apart(font: str, bold: bool, italic: bool, layer: Layer) -> None:
    (line,) = layer(lambda canvas: text_at(canvas, 100, 700, "Dear reader", 18, font=font)).lines
    assert line.font is not None
    assert (line.font.size, line.font.bold, line.font.italic) == (18, bold, italic)
    assert line.confidence is None


def test_the_size_is_that_on_the_page(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        canvas.saveState()
        canvas.scale(2, 2)
        text_at(canvas, 50, 300, "twice ten", 10)
        canvas.restoreState()
        text_at(canvas, 100, 500, "ten", 10)

    assert [line.font.size for line in layer(page).lines if line.font] == [20, 10]


def test_a_line_has_the_font_of_most_of_it(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text = canvas.beginText(100, 700)
        text.setFont("Helvetica-Bold", 12)
        text.textOut("Note: ")
        text.setFont("Helvetica", 12)
        text.textOut("this is not a heading")
        canvas.drawText(text)

    (line,) = layer(page).lines
    assert line.text == "Note: this is not a heading"
    assert line.font is not None
    assert not line.font.bold


def test_cells_of_a_table_row_are_pieces_of_their_own(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        for y, row in ((700, ("Item", "Unit price", "Total")), (680, ("2 apples", "0.50", "1.00"))):
            for x, cell in zip((100, 200, 300), row, strict=True):
                text_at(canvas, x, y, cell)

    found = layer(page)
    assert texts(found) == ["Item", "Unit price", "Total", "2 apples", "0.50", "1.00"]
    lefts = [line.box.left * WIDTH for line in found.lines]
    assert lefts == pytest.approx([100, 200, 300] * 2, abs=0.5)


def test_wide_word_spaces_of_justified_text_do_not_cut_the_line(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text = canvas.beginText(100, 700)
        text.setFont("Helvetica", 12)
        text.setWordSpace(6)
        text.textLine("a line of justified text")
        canvas.drawText(text)

    assert texts(layer(page)) == ["a line of justified text"]


def test_a_hyphen_at_a_line_end_is_kept(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 100, 700, "this is an exam-")
        text_at(canvas, 100, 686, "ple of a hyphen")

    assert texts(layer(page)) == ["this is an exam-", "ple of a hyphen"]


def test_places_are_those_of_the_visible_part(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        canvas.setCropBox((100, 100, 500, 500))
        text_at(canvas, 150, 300, "text in the middle")

    (line,) = layer(page).lines
    assert line.box.left == pytest.approx(50 / 400, abs=0.003)
    assert line.box.bottom == pytest.approx(200 / 400, abs=0.01)


def test_a_turned_page_is_read_as_it_is_shown(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        # Shown turned by a quarter to the right, so the text is written upwards.
        canvas.setPageRotation(90)
        canvas.translate(400, 100)
        canvas.rotate(90)
        text_at(canvas, 0, 0, "this is level when it is shown")

    found = layer(page)
    assert texts(found) == ["this is level when it is shown"]
    assert found.distrust is None
    box = found.lines[0].box
    assert box.width * WIDTH > 5 * box.height * HEIGHT
    assert box.left * WIDTH == pytest.approx(100, abs=1)
    assert box.bottom * HEIGHT == pytest.approx(400, abs=4)


def test_a_note_up_the_margin_does_no_harm(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        for i in range(5):
            text_at(canvas, 100, 700 - 20 * i, "text that is level, as is most of it")
        canvas.rotate(90)
        text_at(canvas, 100, -30, "arXiv:1706.03762v7")

    assert layer(page).distrust is None


def draw_mode(canvas: Any, mode: int, text: str, y: float = 700) -> None:
    drawn = canvas.beginText(100, y)
    drawn.setFont("Helvetica", 12)
    drawn.setTextRenderMode(mode)
    drawn.textLine(text)
    canvas.drawText(drawn)


def test_invisible_text_is_distrusted(layer: Layer) -> None:
    found = layer(lambda canvas: draw_mode(canvas, 3, "what an OCR program wrote"))
    assert found.distrust == "invisible text, as OCR programs write it"


def test_outlined_text_and_a_little_that_is_invisible_are_trusted(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        draw_mode(canvas, 1, "text that is drawn as an outline")
        draw_mode(canvas, 3, "for search", 650)

    assert layer(page).distrust is None


@pytest.mark.parametrize("size", [6, 12, 36])
def test_letters_drawn_twice_are_read_once(size: float, layer: Layer) -> None:
    words = ["Fake", "bold", "will", "add", "1100", "letters", "to", "these", "lines", "if", "not", "found"]

    def page(canvas: Any) -> None:
        # All words and then all again: PDFium itself finds what is repeated at once. The places differ, wherever the
        # second print lies: a grid must not cut between the two.
        for x, y in ((0.0, 0.0), (0.05, 0.0), (0.05, 0.03)):
            for i, word in enumerate(words):
                text_at(canvas, 100 + 0.37 * i + x * size, 700 - i * (size * 1.7 + 0.29) - y * size, word, size)

    assert texts(layer(page)) == words


@pytest.mark.parametrize("size", [2, 4, 7, 12, 60])
def test_double_letters_are_kept(size: float, layer: Layer) -> None:
    found = layer(lambda canvas: text_at(canvas, 50, 500, "ill-fed Willll 1111", size))
    assert texts(found) == ["ill-fed Willll 1111"]


def test_the_letters_of_a_ligature_are_kept() -> None:
    mapping = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange"
        b" 3 beginbfchar <41> <00660066> <42> <0065> <43> <006600660069> endbfchar endcmap"
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    found = layer_of(raw_pdf(b"BT /F 12 Tf 100 700 Td (BAB BCB BABA) Tj ET", font, stream(mapping)))
    assert texts(found) == ["effe effie effeff"]


def test_fake_bold_of_a_real_document_is_read_once(data: Path) -> None:
    found = layer_of(data / "duplicate_bold_text_01.pdf")
    words = " ".join(texts(found)).split()
    assert len(words) > 50
    doubled = [w for w in words if len(w) > 5 and all(a == b for a, b in zip(w[::2], w[1::2], strict=False))]
    assert doubled == []
    assert not any(a == b and len(a) > 3 for a, b in pairwise(words))


def test_form_fields_are_read(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 100, 705, "Name:")
        canvas.acroForm.textfield(name="a", value="Ada  Lovelace", x=200, y=700, width=150, height=20)
        text_at(canvas, 100, 655, "Country:")
        canvas.acroForm.choice(
            name="b", value="Utopia", options=["Utopia", "Erewhon"], x=200, y=650, width=90, height=20
        )
        canvas.acroForm.textfield(name="c", value="", x=200, y=600, width=100, height=20)
        canvas.acroForm.checkbox(name="d", checked=True, x=200, y=550)

    found = layer(page)
    assert texts(found) == ["Name:", "Country:", "[x]", "Ada Lovelace", "Utopia"]
    assert found.distrust is None
    name = found.lines[3].box.scaled(WIDTH, HEIGHT)
    assert [name.left, name.top, name.right, name.bottom] == pytest.approx([200, 122, 350, 142], abs=1)


def test_characters_that_cannot_be_decoded_are_distrusted() -> None:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    system = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Odd/DW 600/CIDSystemInfo" + system + b">>"
    content = b"BT /F 12 Tf 100 700 Td <00410042004300440045004600470048004900410042004300440045004600470048> Tj ET"
    assert layer_of(raw_pdf(content, font, descendant)).distrust == "characters without a Unicode mapping"


def test_characters_beyond_sixteen_bits_are_read() -> None:
    mapping = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange"
        b" 2 beginbfchar <41> <D835DC65> <42> <0042> endbfchar endcmap"
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    found = layer_of(raw_pdf(b"BT /F 12 Tf 100 700 Td (AAB BA AB BABA AB) Tj ET", font, stream(mapping)))
    assert texts(found) == ["𝑥𝑥B B𝑥 𝑥B B𝑥B𝑥 𝑥B"]
    assert found.distrust is None


def place_image(canvas: Any, x: float, y: float, width: float, height: float) -> None:
    file = io.BytesIO()
    made_page(["scan"], size=(300, 200), margin=20).save(file, "PNG")
    canvas.drawImage(ImageReader(Image.open(file)), x, y, width, height)


def test_a_page_that_is_one_image_is_distrusted(layer: Layer) -> None:
    assert layer(lambda canvas: place_image(canvas, 0, 0, 595, 842)).distrust is not None


def test_a_stamp_on_a_scan_does_not_make_it_sound(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        place_image(canvas, 0, 0, 595, 842)
        text_at(canvas, 30, 20, "Received on 28 February 2024 by the court of appeal")

    assert layer(page).distrust == "an image covers the page"


def test_strips_of_a_scan_cover_the_page_together(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        for i in range(8):
            place_image(canvas, 0, i * 100, 595, 100)
        text_at(canvas, 30, 20, "Received on 28 February 2024 by the court of appeal")

    assert layer(page).distrust == "an image covers the page"


def test_a_figure_in_the_text_is_found_and_does_no_harm(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 100, 700, "A figure follows, which shows a scan.")
        place_image(canvas, 100, 400, 300, 200)

    found = layer(page)
    assert found.distrust is None
    (figure,) = found.figures
    scaled = figure.scaled(WIDTH, HEIGHT)
    assert [scaled.left, scaled.top, scaled.right, scaled.bottom] == pytest.approx([100, 242, 400, 442], abs=0.1)


def test_a_page_of_drawings_is_distrusted(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        canvas.circle(300, 400, 100)
        text_at(canvas, 290, 400, "O")

    assert layer(page).distrust == "hardly any text beside images or drawings"


def test_a_page_of_a_few_words_is_trusted(layer: Layer) -> None:
    assert layer(lambda canvas: text_at(canvas, 100, 700, "Part I")).distrust is None


def test_a_blank_page_is_sound_and_empty(layer: Layer) -> None:
    assert layer(lambda _: None) == TextLayer()


def test_rulings_are_found(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 110, 685, "in a frame with a rule below")
        canvas.line(100, 600, 400, 600)
        canvas.rect(100, 550, 0.5, 40, fill=1, stroke=0)
        canvas.rect(100, 650, 300, 50)

    rulings = [r.scaled(WIDTH, HEIGHT) for r in layer(page).rulings]

    def found(left: float, top: float, right: float, bottom: float) -> bool:
        wanted = (left, top, right, bottom)
        return any(
            all(abs(a - b) <= 1.2 for a, b in zip((r.left, r.top, r.right, r.bottom), wanted, strict=True))
            for r in rulings
        )

    assert len(rulings) == 6
    assert found(100, 242, 400, 242)
    assert found(100, 252, 100.5, 292)
    for side in ((100, 142, 400, 142), (100, 192, 400, 192), (100, 142, 100, 192), (400, 142, 400, 192)):
        assert found(*side), side


def test_boxes_stay_on_the_page(layer: Layer) -> None:
    def page(canvas: Any) -> None:
        text_at(canvas, 560, 838, "text that leaves the page at its corner", 12)
        place_image(canvas, -50, -50, 100, 100)

    found = layer(page)
    boxes: list[BBox] = [*(line.box for line in found.lines), *found.figures]
    assert len(boxes) >= 2
    assert all(0 <= b.left <= b.right <= 1 and 0 <= b.top <= b.bottom <= 1 for b in boxes)
