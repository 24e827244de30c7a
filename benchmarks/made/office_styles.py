"""Paragraph, cell and page styles of Writer, written as OpenDocument."""

from __future__ import annotations

from benchmarks.made.office_looks import Look

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

_HEADING = "keep-with-next: always; hyphenate: false; text-align: left"
_BASES = {
    "Cell_head": "Cell",
    "Cell_bold": "Cell",
    "Cell_spanning": "Cell_head",
    "Amount_head": "Amount",
    "Amount_bold": "Amount",
}
"""Styles that are as another one but for a few rules."""


def styles(look: Look, language: str, head: str, foot: str, automatic: str, *, lined: bool) -> str:
    """All styles of a document, its page, and what runs at the head and the foot of its pages."""
    main, _, country = language.partition("-")
    default = f"font-family: {look.font}; font-size: {look.size}pt; language: {main}; country: {country or 'none'}"
    default += f"; line-height: {look.line_height}; number-lines: false; line-number: 0"
    named = "".join(
        _paragraph_style(name, look) for name in (*_PARAGRAPHS, *(f"Heading_{level}" for level in range(1, 7)))
    )
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
    first = '<style:master-page style:name="Standard" style:page-layout-name="Page" style:next-style-name="Later">'
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
    css = f"{_PARAGRAPHS.get(name, _HEADING)}; {look.paragraphs.get(name, '')}"
    base = name
    while base := _BASES.get(base, ""):
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
            rules = [
                base,
                look.cells.get(kind, ""),
                look.cells.get(end, "") if end else "",
                look.cells.get(kind + end, ""),
            ]
            made += _style(kind + end, "table-cell", "; ".join(filter(None, rules)))
    return made


def _page(look: Look) -> str:
    width, height, left, right, top, bottom = look.page_mm
    size = (
        f'fo:page-width="{width}mm" fo:page-height="{height}mm" fo:margin-left="{left}mm" fo:margin-right="{right}mm"'
    )
    size += f' fo:margin-top="{top - 10}mm" fo:margin-bottom="{bottom - 10}mm"'
    size += f' style:print-orientation="{"landscape" if width > height else "portrait"}"'
    note = '<style:footnote-sep style:width="0.2mm" style:rel-width="30%"'
    note += ' style:distance-before-sep="2mm" style:distance-after-sep="1.5mm"/>'
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
    properties = (
        f'<style:section-properties text:dont-balance-text-columns="false">{columns}</style:section-properties>'
    )
    return f'<style:style style:name="Columns" style:family="section">{properties}</style:style>'
