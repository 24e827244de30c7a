"""How documents look that Writer sets: what differs in its templates."""

from __future__ import annotations

from dataclasses import dataclass, field

_GRID = {
    "": "border: 0.5pt solid #000000; padding-top: 0.9mm; padding-bottom: 0.9mm; padding-left: 1.6mm;"
    " padding-right: 1.6mm",
    "Head": "background-color: #d9d9d9",
}
_NONE = {"": "border: none; padding-top: 0.6mm; padding-bottom: 0.6mm; padding-left: 1.6mm; padding-right: 1.6mm"}
_BANDED = {
    "": "border: none; padding-top: 1mm; padding-bottom: 1mm; padding-left: 1.6mm; padding-right: 1.6mm",
    "Head": "background-color: #2f5496",
    "Even": "background-color: #dbe4f3",
}
_RULES = {
    "": "border: none; padding-top: 0.7mm; padding-bottom: 0.7mm; padding-left: 1.6mm; padding-right: 1.6mm",
    "Head": "border-top: 1pt solid #000000",
    "HeadEdge": "border-top: 1pt solid #000000; border-bottom: 0.5pt solid #000000",
    "Foot": "border-bottom: 1pt solid #000000",
}
_LINES = {
    "": "border: none; border-bottom: 0.3pt solid #888888; padding-top: 0.8mm; padding-bottom: 0.8mm;"
    " padding-left: 1.6mm; padding-right: 1.6mm",
    "HeadEdge": "border-bottom: 1pt solid #000000",
}
_ON_DARK = {"Cell_head": "color: #ffffff", "Amount_head": "color: #ffffff", "Cell_spanning": "color: #ffffff"}
_INDENTED = {
    "Text_body": "margin-bottom: 0mm; text-indent: 5mm; text-align: justify",
    "First_body": "margin-bottom: 0mm; text-align: justify",
}


@dataclass(frozen=True)
class Look:
    """One template.

    Attributes:
        font, size: Of running text, the size in points.
        paragraphs: By style, what differs from what all templates have; ``Heading_1`` to ``Heading_4`` among them.
        cells: Of tables: what holds for all under ``""``, then by kind of row.
        page_mm: Paper, and margins at the left and right, the top and the bottom.
        head: Alignment and looks of the running head.
        number_words: ``#`` stands for the page, ``@`` for the number of pages.
        number_at: Where the page number stands at the foot: ``right`` or ``center``.
        character_mm: The mean width of a character in a table.
        form: ``leader``, ``box`` or ``rule``.
        side_x, side_width: Of notes in the margin, counted from the text's left edge.
    """

    font: str
    size: float
    paragraphs: dict[str, str]
    cells: dict[str, str] = field(default_factory=lambda: _GRID)
    page_mm: tuple[float, float, float, float, float, float] = (210, 297, 25, 25, 25, 22)
    line_height: str = "115%"
    columns: int = 1
    gap_mm: float = 7
    tagged: bool = True
    side_notes: bool = False
    side_x: str = "0mm"
    side_width: str = "40mm"
    head: str = "text-align: right"
    number_words: str = "#"
    number_at: str = "right"
    narrow_tables: bool = False
    character_mm: float = 2.0
    figure_share: float = 0.62
    list_indent: float = 6.0
    form: str = "leader"
    capitals: tuple[int, ...] = ()

    @property
    def text_mm(self) -> float:
        """The width between the margins."""
        return self.page_mm[0] - self.page_mm[2] - self.page_mm[3]

    @property
    def width_mm(self) -> float:
        """The width of a column."""
        return (self.text_mm - self.gap_mm * (self.columns - 1)) / self.columns


def _headings(*looks: str) -> dict[str, str]:
    return {f"Heading_{level}": look for level, look in enumerate(looks, 1)}


LOOKS = {
    "office-word": Look(
        "Carlito",
        11,
        _headings(
            "font-size: 20pt; color: #2f5496; margin-top: 2mm; margin-bottom: 4mm",
            "font-size: 14pt; color: #2f5496; margin-top: 5mm; margin-bottom: 1mm",
            "font-size: 12pt; color: #1f3763; margin-top: 3mm; margin-bottom: 0.5mm",
            "font-size: 11pt; font-style: italic; color: #2f5496; margin-top: 2mm; margin-bottom: 0mm",
        ),
        page_mm=(215.9, 279.4, 25.4, 25.4, 22, 20),
    ),
    "office-word97": Look(
        "Liberation Serif",
        12,
        _headings(
            "font-family: Liberation Sans; font-size: 16pt; font-weight: bold; margin-bottom: 4mm",
            "font-family: Liberation Sans; font-size: 14pt; font-weight: bold; font-style: italic; margin-top: 5mm;"
            " margin-bottom: 2mm",
            "font-family: Liberation Sans; font-size: 13pt; font-weight: bold; margin-top: 4mm; margin-bottom: 1.5mm",
            "font-size: 12pt; font-weight: bold; margin-top: 3mm; margin-bottom: 1mm",
        ),
        _NONE,
        tagged=False,
        head="text-align: center",
        number_at="center",
        form="rule",
        narrow_tables=True,
    ),
    "office-letter": Look(
        "Liberation Sans",
        11,
        {
            **_headings(
                "font-size: 11pt; font-weight: bold; margin-top: 4mm; margin-bottom: 4mm",
                "font-size: 11pt; font-weight: bold; margin-top: 4mm; margin-bottom: 1mm",
                "font-size: 11pt; font-style: italic; margin-top: 3mm; margin-bottom: 1mm",
                "font-size: 11pt; text-underline-style: solid; margin-top: 3mm; margin-bottom: 1mm",
            ),
            "Letterhead": "margin-left: 105mm; margin-bottom: 8mm; text-align: left",
        },
        _LINES,
        page_mm=(210, 297, 25, 20, 30, 22),
        number_words="Page # of @",
        form="rule",
    ),
    "office-article": Look(
        "Liberation Serif",
        10,
        {
            **_headings(
                "font-size: 17pt; text-align: center; margin-bottom: 6mm",
                "font-size: 10pt; font-weight: bold; text-align: center; margin-top: 4mm; margin-bottom: 2mm",
                "font-size: 10pt; font-style: italic; margin-top: 3mm; margin-bottom: 1mm",
                "font-size: 10pt; font-style: italic; margin-left: 5mm; margin-top: 2mm; margin-bottom: 0.5mm",
            ),
            **_INDENTED,
            "Cell": "font-size: 8pt; text-align: left",
            "Amount": "font-size: 8pt; text-align: right",
            "Cell_head": "font-style: italic; font-weight: normal",
            "Amount_head": "font-style: italic; font-weight: normal",
            "Caption": "margin-top: 3mm; margin-bottom: 1.5mm; font-size: 8.5pt; text-align: center;"
            " keep-with-next: always",
            "Caption_below": "margin-top: 1mm; margin-bottom: 4mm; font-size: 8.5pt; text-align: justify",
            "Preformatted": "font-family: Liberation Mono; font-size: 7pt; text-align: left",
            "Quotations": "margin-left: 4mm; margin-right: 4mm; margin-top: 1mm; margin-bottom: 2mm",
            "Letterhead": "margin-bottom: 5mm; text-align: center",
        },
        _RULES,
        page_mm=(215.9, 279.4, 19, 19, 22, 19),
        line_height="100%",
        columns=2,
        tagged=False,
        head="text-align: center; font-style: italic",
        number_at="center",
        character_mm=1.55,
        figure_share=0.9,
        list_indent=5,
    ),
    "office-bulletin": Look(
        "Carlito",
        10.5,
        {
            **_headings(
                "font-size: 26pt; font-weight: bold; color: #1e5c4a; margin-bottom: 5mm",
                "font-size: 12pt; font-weight: bold; color: #ffffff; background-color: #1e5c4a; padding: 0.8mm;"
                " margin-top: 4mm; margin-bottom: 2mm",
                "font-size: 11.5pt; font-weight: bold; color: #1e5c4a; margin-top: 3mm; margin-bottom: 0.5mm",
                "font-size: 10.5pt; font-weight: bold; margin-top: 2mm; margin-bottom: 0mm",
            ),
            "Cell": "font-size: 8.5pt; text-align: left",
            "Amount": "font-size: 8.5pt; text-align: right",
            "Preformatted": "font-family: Liberation Mono; font-size: 7pt; text-align: left",
        },
        _GRID | {"Head": "background-color: #d5e8e0"},
        page_mm=(210, 297, 16, 16, 20, 18),
        columns=2,
        gap_mm=9,
        character_mm=1.6,
        figure_share=0.95,
        list_indent=5,
        form="box",
    ),
    "office-leaflet": Look(
        "Noto Sans",
        9,
        {
            **_headings(
                "font-size: 22pt; font-weight: bold; color: #7a1f3d; margin-bottom: 5mm",
                "font-size: 13pt; color: #7a1f3d; margin-top: 4mm; margin-bottom: 1.5mm",
                "font-size: 9pt; font-weight: bold; margin-top: 2mm; margin-bottom: 0mm",
                "font-size: 9pt; font-style: italic; margin-top: 2mm; margin-bottom: 0mm",
            ),
            "Cell": "font-size: 7.5pt; text-align: left",
            "Amount": "font-size: 7.5pt; text-align: right",
            "Preformatted": "font-family: Liberation Mono; font-size: 7pt; text-align: left",
            "Quotations": "margin-left: 4mm; margin-top: 1mm; margin-bottom: 3mm; font-style: italic; color: #7a1f3d",
        },
        _LINES,
        page_mm=(297, 210, 14, 14, 16, 14),
        columns=3,
        gap_mm=10,
        tagged=False,
        character_mm=1.6,
        figure_share=0.95,
        list_indent=4.5,
        head="text-align: left",
    ),
    "office-report": Look(
        "Caladea",
        11,
        {
            **_headings(
                "font-size: 22pt; font-weight: bold; margin-top: 6mm; margin-bottom: 8mm;"
                " border-bottom: 1.5pt solid #2f5496;"
                " padding: 1mm",
                "font-size: 15pt; font-weight: bold; margin-top: 6mm; margin-bottom: 2.5mm",
                "font-size: 12.5pt; font-weight: bold; margin-top: 4mm; margin-bottom: 1.5mm",
                "font-size: 11pt; font-weight: bold; font-style: italic; margin-top: 3mm; margin-bottom: 1mm",
            ),
            **_ON_DARK,
            "Text_body": "margin-bottom: 2.4mm; text-align: justify",
            "First_body": "margin-bottom: 2.4mm; text-align: justify",
        },
        _BANDED,
        head="text-align: right; border-bottom: 0.5pt solid #444444; padding: 1mm",
        number_words="Page # of @",
        form="box",
    ),
    "office-minutes": Look(
        "DejaVu Sans",
        10,
        _headings(
            "font-size: 12pt; font-weight: bold; text-align: center; margin-bottom: 6mm",
            "font-size: 10pt; font-weight: bold; text-underline-style: solid; margin-top: 4mm; margin-bottom: 1mm",
            "font-size: 10pt; font-weight: bold; margin-top: 3mm; margin-bottom: 0.5mm",
            "font-size: 10pt; text-underline-style: solid; margin-top: 3mm; margin-bottom: 0.5mm",
        ),
        _NONE,
        page_mm=(215.9, 279.4, 30, 25, 25, 22),
        tagged=False,
        number_words="– # –",
        number_at="center",
        head="text-align: left",
        narrow_tables=True,
        capitals=(1,),
    ),
    "office-handout": Look(
        "Linux Biolinum O",
        11,
        {
            **_headings(
                "font-size: 20pt; font-weight: bold; margin-bottom: 6mm",
                "font-size: 14pt; margin-top: 5mm; margin-bottom: 1.5mm; border-bottom: 0.5pt solid #000000",
                "font-size: 11pt; font-weight: bold; margin-top: 3mm; margin-bottom: 1mm",
                "font-size: 11pt; font-style: italic; margin-top: 3mm; margin-bottom: 1mm",
            ),
            "Marginalia": "font-size: 8.5pt; font-style: italic; text-align: left",
        },
        _LINES,
        page_mm=(210, 297, 66, 22, 24, 22),
        side_notes=True,
        side_x="-46mm",
        side_width="40mm",
        head="text-align: left",
        form="rule",
    ),
    "office-textbook": Look(
        "TeX Gyre Schola",
        10,
        {
            **_headings(
                "font-size: 19pt; margin-bottom: 7mm",
                "font-size: 12pt; font-weight: bold; color: #9a3412; margin-top: 5mm; margin-bottom: 1.5mm",
                "font-size: 10.5pt; font-weight: bold; margin-top: 3mm; margin-bottom: 1mm",
                "font-size: 10pt; font-style: italic; margin-top: 3mm; margin-bottom: 0.5mm",
            ),
            **_INDENTED,
        },
        _RULES,
        page_mm=(200, 250, 20, 64, 22, 20),
        tagged=False,
        side_notes=True,
        side_x="121mm",
        side_width="38mm",
        number_at="center",
        form="leader",
    ),
    "office-typescript": Look(
        "Liberation Mono",
        11,
        {
            **_headings(
                "font-size: 11pt; font-weight: bold; text-align: center; margin-bottom: 6mm",
                "font-size: 11pt; text-align: center; margin-top: 4mm; margin-bottom: 2mm",
                "font-size: 11pt; text-underline-style: solid; margin-top: 3mm; margin-bottom: 1mm",
                "font-size: 11pt; margin-top: 3mm; margin-bottom: 1mm",
            ),
            "Text_body": "margin-bottom: 0mm; text-indent: 12mm; text-align: left",
            "First_body": "margin-bottom: 0mm; text-indent: 12mm; text-align: left",
            "Quotations": "margin-left: 20mm; margin-right: 20mm; margin-top: 3mm; margin-bottom: 4mm;"
            " line-height: 100%",
            "Cell": "font-size: 9pt; text-align: left; line-height: 100%",
            "Amount": "font-size: 9pt; text-align: right; line-height: 100%",
        },
        _NONE,
        page_mm=(215.9, 279.4, 32, 25, 25, 22),
        line_height="175%",
        tagged=False,
        head="text-align: left",
        number_at="center",
        narrow_tables=True,
        character_mm=2.4,
        capitals=(1, 2),
    ),
}
