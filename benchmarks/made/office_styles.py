"""How documents look that Writer sets: templates of paragraph, cell and page styles, written as OpenDocument."""

from __future__ import annotations

from dataclasses import dataclass, field

_TEXT_KEYS = ("font-", "color", "text-underline", "language", "country", "hyphenate")
_PREFIXES = {
    "font-name": "style", "text-underline-style": "style", "text-underline-width": "style",
    "text-underline-color": "style", "register-true": "style", "number-lines": "text", "line-number": "text",
    "vertical-align": "style", "justify-single-word": "style",
}  # fmt: skip

_PARAGRAPHS = {
    "Text_body": "margin-bottom: 2.4mm; orphans: 2; widows: 2",
    "First_body": "margin-bottom: 2.4mm; orphans: 2; widows: 2",
    "Quotations": "margin-left: 10mm; margin-right: 10mm; margin-top: 1mm; margin-bottom: 3mm",
    "Preformatted": "font-family: Liberation Mono; font-size: 8.5pt; text-align: left; hyphenate: false",
    "Gap": "font-size: 4pt; line-height: 100%",
    "Letterhead": "margin-bottom: 5mm; text-align: left",
    "Address": "margin-top: 4mm; margin-bottom: 4mm; text-align: left",
    "List": "margin-bottom: 0.8mm; text-align: left",
    "Caption": "margin-top: 3mm; margin-bottom: 1.5mm; font-style: italic; text-align: left; keep-with-next: always",
    "Caption_below": "margin-top: 1mm; margin-bottom: 4mm; font-style: italic; text-align: center",
    "Figure": "margin-top: 3mm; text-align: center; keep-with-next: always",
    "Footnote": "font-size: 8.5pt; margin-left: 4mm; text-indent: -4mm; text-align: left",
    "Speech": "number-lines: true; text-indent: 12mm; margin-bottom: 0mm; text-align: left",
    "Marginalia": "font-size: 8.5pt; text-align: left",
    "Anchor": "font-size: 2pt; line-height: 100%; keep-with-next: always",
    "Cell": "font-size: 9.5pt; text-align: left",
    "Cell_head": "font-weight: bold",
    "Amount": "font-size: 9.5pt; text-align: right",
    "Amount_head": "font-weight: bold",
    "Cell_spanning": "text-align: center",
    "Cell_bold": "font-weight: bold",
    "Amount_bold": "font-weight: bold",
    "Header": "font-size: 9pt",
    "Footer": "font-size: 9pt; text-align: left",
    "Field": "margin-bottom: 2mm; text-align: left",
    "Field_box": "margin-bottom: 1.5mm; padding: 1mm; border: 0.5pt solid #666666; text-align: left",
    "Contents_1": "font-weight: bold; margin-top: 1mm; text-align: left",
    "Contents_2": "margin-left: 6mm; text-align: left",
    "Contents_3": "margin-left: 12mm; text-align: left",
    "Contents_4": "margin-left: 18mm; text-align: left",
}

_GRID = {"": "border: 0.5pt solid #000000; padding-top: 0.9mm; padding-bottom: 0.9mm; padding-left: 1.6mm; padding-right: 1.6mm", "Head": "background-color: #d9d9d9"}
_NONE = {"": "border: none; padding-top: 0.6mm; padding-bottom: 0.6mm; padding-left: 1.6mm; padding-right: 1.6mm"}
_BANDED = {"": "border: none; padding-top: 1mm; padding-bottom: 1mm; padding-left: 1.6mm; padding-right: 1.6mm", "Head": "background-color: #2f5496", "Even": "background-color: #dbe4f3"}
_RULES = {
    "": "border: none; padding-top: 0.7mm; padding-bottom: 0.7mm; padding-left: 1.6mm; padding-right: 1.6mm",
    "Head": "border-top: 1pt solid #000000",
    "HeadEdge": "border-top: 1pt solid #000000; border-bottom: 0.5pt solid #000000",
    "Foot": "border-bottom: 1pt solid #000000",
}
_LINES = {"": "border: none; border-bottom: 0.3pt solid #888888; padding-top: 0.8mm; padding-bottom: 0.8mm; padding-left: 1.6mm; padding-right: 1.6mm", "HeadEdge": "border-bottom: 1pt solid #000000"}
_BASES = {
    "Cell_head": "Cell", "Cell_bold": "Cell", "Amount_head": "Amount", "Amount_bold": "Amount", "Cell_spanning": "Cell_head",
    }  # fmt: skip
"""Styles that are as another one but for a few rules."""
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
    coloured: bool = True
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
    "word": Look(
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
    "word97": Look(
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
        coloured=False,
        head="text-align: center",
        number_at="center",
        form="rule",
        narrow_tables=True,
    ),
    "letter": Look(
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
    "article": Look(
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
            "Caption": "margin-top: 3mm; margin-bottom: 1.5mm; font-size: 8.5pt; text-align: center; keep-with-next: always",
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
        coloured=False,
        head="text-align: center; font-style: italic",
        number_at="center",
        character_mm=1.55,
        figure_share=0.9,
        list_indent=5,
    ),
    "bulletin": Look(
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
    "leaflet": Look(
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
    "report": Look(
        "Caladea",
        11,
        {
            **_headings(
                "font-size: 22pt; font-weight: bold; margin-top: 6mm; margin-bottom: 8mm; border-bottom: 1.5pt solid #2f5496;"
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
    "minutes": Look(
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
        coloured=False,
        number_words="- # -",
        number_at="center",
        head="text-align: left",
        narrow_tables=True,
        capitals=(1,),
    ),
    "handout": Look(
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
    "textbook": Look(
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
    "typescript": Look(
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
            "Quotations": "margin-left: 20mm; margin-right: 20mm; margin-top: 3mm; margin-bottom: 4mm; line-height: 100%",
            "Cell": "font-size: 9pt; text-align: left; line-height: 100%",
            "Amount": "font-size: 9pt; text-align: right; line-height: 100%",
        },
        _NONE,
        page_mm=(215.9, 279.4, 32, 25, 25, 22),
        line_height="175%",
        tagged=False,
        coloured=False,
        head="text-align: left",
        number_at="center",
        narrow_tables=True,
        character_mm=2.4,
        capitals=(1, 2),
    ),
}


def styles(look: Look, language: str, head: str, foot: str, automatic: str, *, lined: bool) -> str:
    """All styles of a document, its page, and what runs at the head and the foot of its pages."""
    main, _, country = language.partition("-")
    default = f"font-family: {look.font}; font-size: {look.size}pt; language: {main}; country: {country or 'none'}"
    default += f"; line-height: {look.line_height}; number-lines: false; line-number: 0"
    named = "".join(_paragraph_style(name, look) for name in (*_PARAGRAPHS, *_headings("", "", "", "")))
    lines = (
        '<text:linenumbering-configuration text:number-lines="true" text:offset="6mm" style:num-format="1" '
        'text:number-position="left" text:increment="1" text:restart-on-page="true" text:count-empty-lines="false"/>'
    )
    spans = (
        _style("Underlined", "text", "text-underline-style: solid; text-underline-width: auto")
        + _style("Filled", "text", "font-family: Liberation Mono")
        + _graphic("Picture", 'style:vertical-pos="top" style:vertical-rel="baseline"')
        + _graphic(
            "Side",
            'style:wrap="run-through" style:run-through="foreground" style:horizontal-pos="from-left" '
            'style:horizontal-rel="paragraph" style:vertical-pos="from-top" style:vertical-rel="paragraph" '
            'fo:border="none" fo:padding="0mm" draw:fill="none"',
        )
    )
    first = f'<style:master-page style:name="Standard" style:page-layout-name="Page" style:next-style-name="Later">'
    footer = f'<style:footer><text:p text:style-name="Footer">{foot}</text:p></style:footer>'
    header = f'<style:header><text:p text:style-name="Header">{head}</text:p></style:header>' if head else ""
    return (
        f"<office:styles>{_style('', 'paragraph', default, tag='default-style')}{named}{spans}{lines if lined else ''}"
        f"</office:styles><office:automatic-styles>{_page(look)}{_columns(look)}{_cells(look)}{automatic}"
        f"</office:automatic-styles><office:master-styles>{first}{footer}</style:master-page>"
        f'<style:master-page style:name="Later" style:page-layout-name="Page">{header}{footer}</style:master-page>'
        "</office:master-styles>"
    )


def _paragraph_style(name: str, look: Look) -> str:
    css = f"{_PARAGRAPHS.get(name, 'keep-with-next: always; hyphenate: false; text-align: left')}; {look.paragraphs.get(name, '')}"
    if base := _BASES.get(name):
        css = "; ".join((_PARAGRAPHS[base], look.paragraphs.get(base, ""), css))
    tabs = ""
    if name == "Header":
        css += f"; {look.head}"
    elif name == "Footer":
        middle, kind = (look.text_mm / 2, "center") if look.number_at == "center" else (look.text_mm, "right")
        tabs = f'<style:tab-stop style:position="{middle:.1f}mm" style:type="{kind}"/>'
    elif name.startswith("Contents"):
        indent = 6 * (int(name[-1]) - 1)
        dots = 'style:type="right" style:leader-style="dotted" style:leader-text="."'
        tabs = f'<style:tab-stop style:position="{look.text_mm - indent:.1f}mm" {dots}/>'
    elif name.startswith("Field"):
        tabs = f'<style:tab-stop style:position="{look.width_mm * 0.4:.1f}mm"/>'
        if look.form == "leader":
            dots = 'style:type="right" style:leader-style="dotted" style:leader-text="."'
            tabs += f'<style:tab-stop style:position="{look.width_mm - 1:.1f}mm" {dots}/>'
    level = f' style:default-outline-level="{name[-1]}"' if name.startswith("Heading") else ""
    return _style(name, "paragraph", css, tabs=tabs, more=level)


def _style(name: str, family: str, css: str, *, tag: str = "style", tabs: str = "", more: str = "") -> str:
    """A style from rules written as CSS, each put where OpenDocument wants it."""
    rules = dict(rule.split(": ", 1) for rule in (part.strip() for part in css.split(";")) if rule)
    sides: dict[str, str] = {}
    for key, value in rules.items():
        kind = "text" if key.startswith(_TEXT_KEYS) else family
        sides[kind] = sides.get(kind, "") + f' {_PREFIXES.get(key, "fo")}:{key}="{value}"'
    stops = f"<style:tab-stops>{tabs}</style:tab-stops>" if tabs else ""
    body = f"<style:paragraph-properties{sides.pop('paragraph', '')}>{stops}</style:paragraph-properties>"
    body = body if family == "paragraph" else ""
    body += "".join(f"<style:{kind}-properties{attributes}/>" for kind, attributes in sides.items())
    called = f' style:name="{name}"' if name else ""
    return f'<style:{tag}{called} style:family="{family}"{more}>{body}</style:{tag}>'


def _graphic(name: str, attributes: str) -> str:
    properties = f"<style:graphic-properties {attributes}/>"
    return f'<style:style style:name="{name}" style:family="graphic">{properties}</style:style>'


def _cells(look: Look) -> str:
    base = look.cells[""]
    made = _style("Row", "table-row", "keep-together: always")
    for kind in ("Head", "Group", "Even", "Odd"):
        for end in ("", "Edge", "Foot"):
            rules = [base, look.cells.get(kind, ""), look.cells.get(end, "") if end else "", look.cells.get(kind + end, "")]
            made += _style(kind + end, "table-cell", "; ".join(filter(None, rules)))
    return made


def _page(look: Look) -> str:
    width, height, left, right, top, bottom = look.page_mm
    size = f'fo:page-width="{width}mm" fo:page-height="{height}mm" fo:margin-left="{left}mm" fo:margin-right="{right}mm"'
    size += f' fo:margin-top="{top - 10}mm" fo:margin-bottom="{bottom - 10}mm"'
    size += f' style:print-orientation="{"landscape" if width > height else "portrait"}"'
    note = '<style:footnote-sep style:width="0.2mm" style:rel-width="30%" style:distance-before-sep="2mm" style:distance-after-sep="1.5mm"/>'
    edges = "".join(
        f"<style:{edge}-style><style:header-footer-properties {space}/></style:{edge}-style>"
        for edge, space in (
            ("header", 'fo:min-height="10mm" fo:margin-bottom="4mm"'),
            ("footer", 'fo:min-height="10mm" fo:margin-top="5mm"'),
        )
    )
    layout = f"<style:page-layout-properties {size}>{note}</style:page-layout-properties>{edges}"
    return f'<style:page-layout style:name="Page">{layout}</style:page-layout>'


def _columns(look: Look) -> str:
    columns = f'<style:columns fo:column-count="{look.columns}" fo:column-gap="{look.gap_mm}mm"/>'
    properties = f'<style:section-properties text:dont-balance-text-columns="false">{columns}</style:section-properties>'
    return f'<style:style style:name="Columns" style:family="section">{properties}</style:style>'
