"""Vertical writing in text layers: columns from right to left, each from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import BlockKind, Page, Pipeline
from ocr_plugins.source.open import open_source
from ocr_plugins.source.textlayer import TextLayer

Draw = Callable[[Canvas], object]
COLUMNS = ["雪国であった。夜の底が白く", "なった。信号所に汽車が止ま", "った。向側の座席から娘が立"]
BODY = ["董事会于三月审议了年度报告，并决定转移货物。", "北方仓库的租约将于六月到期，会议通过了预算。"]


def columns(canvas: Any, pitch: float = 22) -> None:
    """Columns in a font with vertical writing mode."""
    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    pdfmetrics.registerFont(font)
    canvas.setFont(font.fontName, 14)
    for i, text in enumerate(COLUMNS):
        canvas.drawString(480 - pitch * i, 780, text)


Placed = tuple[float, float, str]


def placed(*texts: Placed) -> bytes:
    """A page with texts at their places, in a font of 14 points with any sixty characters, figures half as wide."""
    letters = {char: 33 + i for i, char in enumerate(sorted(set("".join(text for _, _, text in texts))))}
    shown = "".join(
        f"1 0 0 1 {x} {y} Tm <{''.join(f'{letters[char]:02x}' for char in text)}> Tj " for x, y, text in texts
    )
    chars = " ".join(f"<{code:02x}><{ord(char):04x}>" for char, code in letters.items())
    widths = " ".join("500" if char.isascii() else "1000" for char in letters)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(f"BT /F 14 Tf {shown} ET"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R"
        f"/FirstChar 33/LastChar {32 + len(letters)}/Widths[{widths}]>>",
        stream(
            "begincmap 1 begincodespacerange <00><ff> endcodespacerange "
            f"{len(letters)} beginbfchar {chars} endbfchar endcmap"
        ),
    ]
    numbered = (f"{i} 0 obj\n{body}\nendobj\n" for i, body in enumerate(objects, 1))
    return f"%PDF-1.7\n{''.join(numbered)}trailer<</Root 1 0 R>>\n".encode()


def stream(content: str) -> str:
    return f"<</Length {len(content)}>>\nstream\n{content}\nendstream"


def alone(x: float, y: float, texts: str | list[str], pitch: float) -> list[Placed]:
    """Texts below one another, each for itself, each as wide as its type, their middles at ``x``."""
    return [(x - 7, y - 14 * pitch * i, text) for i, text in enumerate(texts)]


def read(data: bytes) -> Page:
    return Pipeline(text="layer").read(data).pages[0]


@pytest.mark.parametrize("pitch", [16, 22, 28])
def test_columns_are_read_from_right_to_left(pitch: float, layer: Callable[[Draw], TextLayer]) -> None:
    found = layer(lambda canvas: columns(canvas, pitch))
    assert found.lines == ()
    assert found.distrust is None
    assert sorted(t.line.text for t in found.turned) == sorted(COLUMNS)
    right_to_left = sorted(found.turned, key=lambda t: -t.line.box.left)
    assert [t.line.text for t in right_to_left] == COLUMNS
    assert {t.degrees for t in found.turned} == {90}


def test_columns_are_one_paragraph(draw_pdf: Callable[..., bytes]) -> None:
    assert read(draw_pdf(columns)).text == "".join(COLUMNS)


@pytest.mark.parametrize("pitch", [0.9, 1.0, 1.2])
@pytest.mark.parametrize("order", [1, -1])
def test_characters_may_each_be_drawn_alone_in_columns_of_any_order(pitch: float, order: int) -> None:
    drawn = [place for i, text in list(enumerate(COLUMNS))[::order] for place in alone(480 - 24 * i, 780, text, pitch)]
    assert read(placed(*drawn)).text == "".join(COLUMNS)


def test_figures_side_by_side_stay_in_their_column() -> None:
    texts = ["平", "成", "12", "年", "３", "月", "に", "開", "業"]
    assert read(placed(*alone(300, 700, texts, 1.1))).text == "平成12年３月に開業"


def test_a_column_of_single_characters_in_a_table_is_none() -> None:
    drawn = [
        *alone(100, 700, "男女男女男", 1.6),
        *alone(200, 700, "甲乙丙丁甲", 1.6),
        *alone(300, 700, "有無有無有", 1.6),
    ]
    with open_source(placed(*drawn)) as source:
        layer = source.page(1).text_layer()
    assert layer is not None
    assert layer.turned == ()
    assert sorted(line.text for line in layer.lines) == sorted("男女男女男甲乙丙丁甲有無有無有")


def test_level_text_beside_a_column_is_left_as_it_is() -> None:
    drawn = [*((72.0, 700.0 - 20 * i, text) for i, text in enumerate(BODY)), *alone(570, 700, "年度报告书", 1.0)]
    page = read(placed(*drawn))
    assert page.text == "".join(BODY)
    assert [block.text for block in page.blocks if block.kind == BlockKind.PAGE_HEADER] == ["年度报告书"]
