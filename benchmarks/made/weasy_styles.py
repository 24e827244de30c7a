"""How documents look that WeasyPrint sets: paper, columns, type, headings, tables, figures, what runs."""

from __future__ import annotations

from dataclasses import dataclass

_BASE = """
* { box-sizing: border-box }
body { margin: 0 } h1, h2, h3, h4, h5, h6 { break-after: avoid; hyphens: none; text-align: left }
p { margin: 0; orphans: 2; widows: 2 }
ul, ol { margin: .5em 0; padding-left: 1.6em } li { margin: .15em 0 } li ul, li ol { margin: .15em 0 }
li::marker { white-space: pre }
blockquote { margin: .8em 2em } pre { margin: .8em 0; font: 0.82em 'DejaVu Sans Mono'; line-height: 1.3 }
table { border-collapse: collapse; margin: .9em 0; width: 100%; line-height: 1.25; font-size: .92em; hyphens: none }
td, th { padding: .25em .5em; text-align: left; vertical-align: top } .amount { text-align: right }
tr, table.short, .form, pre.short { break-inside: avoid } td.short { white-space: nowrap } caption { text-align: left; padding-bottom: .4em; break-after: avoid }
figure { margin: .9em 0; text-align: center; break-inside: avoid } figure svg { width: 70%; height: auto }
figcaption { font-size: .9em; margin-top: .4em; text-align: center; hyphens: none }
.note { float: footnote; font-size: 8pt; line-height: 1.25; text-align: left; font-style: normal }
.note::footnote-call { content: attr(data-number); vertical-align: super; font-size: .7em; line-height: 0 }
.note::footnote-marker { content: attr(data-number) ' '; vertical-align: super; font-size: .7em; line-height: 0 }
@page { @footnote { border-top: .5pt solid black; padding-top: 2mm; margin-top: 3mm } }
.contents { list-style: none; padding: 0; hyphens: none } .contents li { margin: .2em 0 }
.depth1 { font-weight: bold } .depth2 { padding-left: 1.5em } .depth3 { padding-left: 3em } .depth4 { padding-left: 4.5em }
.entry { display: block } .entry::after { content: leader(dotted) ' ' attr(data-page); font-weight: normal }
.lines { margin: 1em 0; text-align: left; hyphens: none; break-inside: avoid }
.form { margin: .8em 0; hyphens: none } .field { margin: .35em 0; text-align: left; text-indent: 0 !important }
.transcript { margin: .8em 0 .8em 3em; hyphens: none; text-align: left }
.transcript.paged { break-before: page } .line.last { break-after: page }
.line { display: block; white-space: nowrap; text-indent: 0; position: relative }
.line::before { content: attr(data-number); position: absolute; left: -4em; width: 2.4em; text-align: right }
.speech .line:first-child { padding-left: 3em }
"""
_JUSTIFIED = "main { text-align: justify; hyphens: auto }"
_INDENTS = ".text { text-indent: 1.4em } .text.first { text-indent: 0 }"
_ALL_INDENTS = ".text { text-indent: 1.5em }"
_SPACES = ".text { margin: 0 0 .75em }"
_SPAN_TITLE = "h1, .wide, .span, .contents, .lines.top { column-span: all } figure.span svg { width: 62% }"

_RULED = "td, th { border: .6pt solid black } .group td, .group th { background: #ececec }"
_BOOKTABS = """table { border-top: 1.1pt solid black; border-bottom: 1.1pt solid black }
thead { border-bottom: .6pt solid black } th { font-weight: normal; font-style: italic } tbody th { font-style: normal }
.group td, .group th { font-style: italic; padding-top: .6em }"""
_BOLD_BOOKTABS = "table { border-top: 1pt solid } table { border-bottom: 1pt solid } thead { border-bottom: .5pt solid }"
_WHITE = "th { font-weight: bold } table { width: auto } td, th { padding: .15em 1.1em .15em 0 } .group td { font-weight: bold }"
_BANDED = """tbody tr:nth-child(even) { background: #e8eef5 } thead th { background: #2d4f7c; color: white }
.group td, .group th { font-weight: bold; background: #c8d5e6 }"""
_LINED = "tr { border-bottom: .4pt solid #888 } thead tr { border-bottom: 1pt solid } .group td { font-weight: bold }"

_LEADERS = ".field { border-bottom: .6pt dotted #444; padding-bottom: .1em } .value { position: relative; left: 1em }"
_BOXES = """.field { display: flex; align-items: center } .label { width: 38% }
.value { border: .6pt solid #555; padding: .25em .5em; width: 60%; background: #fafafa }"""
_RULES = ".label { display: inline-block; width: 35% } .value { display: inline-block; width: 62%; border-bottom: .6pt solid }"

_FLOATS = """figure.left { float: left; width: 44%; margin: .2em 1.4em .6em 0 }
figure.right { float: right; width: 44%; margin: .2em 0 .6em 1.4em }
figure.left svg, figure.right svg { width: 100% } h1, h2, table, pre, ul, ol, blockquote, .form { clear: both }"""


@dataclass(frozen=True)
class Look:
    """One style.

    Attributes:
        css: Behind the rules that all styles share.
        columns: On a page.
        characters: In a line of a column: what wants more is set over all columns.
        tagged: Whether the PDF has a structure tree.
        side_notes: Whether there is a margin for them.
        figures: Classes that figures take in turn: ``column``, ``span``, ``left``, ``right``.
        head, foot, number: Page margin boxes of the running head, the running foot and the page number.
        number_words: ``#`` stands for the page, ``@`` for the number of pages.
        capitals: Levels whose headings are set in capitals.
        mirrored: Whether left pages have left what right pages have right.
        lines_on_page: Of a transcript, whose numbers begin anew on each page; 0 lets them count on.
        transcript_characters: In a line of a transcript.
        transcript_indent: Characters by which the first line of a speech is shorter.
    """

    css: str
    columns: int = 1
    characters: int = 90
    tagged: bool = True
    coloured: bool = True
    side_notes: bool = False
    figures: tuple[str, ...] = ("column",)
    head: str = "top-right"
    foot: str = "bottom-left"
    number: str = "bottom-right"
    number_words: str = "#"
    capitals: tuple[int, ...] = ()
    mirrored: bool = False
    lines_on_page: int = 0
    transcript_characters: int = 62
    transcript_indent: int = 4


def _css(
    page: str, font: str, *parts: str, columns: int = 1, gap: str = "6mm", running: str = "font-size: 8.5pt"
) -> str:
    edges = ("top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right")
    boxes = " ".join(f"@{edge} {{ {running}; white-space: nowrap }}" for edge in edges)
    flow = f"main {{ columns: {columns}; column-gap: {gap} }}" if columns > 1 else ""
    return f"@page {{ {page}; {boxes} }} body {{ font: {font} }} {_BASE} {flow} {' '.join(parts)}"


LOOKS = {
    "report": Look(
        _css(
            "size: A4; margin: 25mm 24mm",
            "10.5pt/1.4 'Noto Serif'",
            "h1, h2, h3, h4 { font-family: 'Noto Sans'; color: #1d4f7a; margin: 1.2em 0 .4em; line-height: 1.2 }"
            "h1 { font-size: 22pt; margin-top: 0 } h2 { font-size: 15pt } h3 { font-size: 12pt } h4 { font-size: 10.5pt }",
            _SPACES + _BOLD_BOOKTABS + _RULES,
            running="font: 8.5pt 'Noto Sans'; color: #555",
        ),
        number_words="Page # of @",
    ),
    "proceedings": Look(
        _css(
            "size: Letter; margin: 20mm 19mm 22mm",
            "10pt/1.18 'TeX Gyre Termes'",
            "h1 { text-align: center; font-size: 18pt; font-weight: normal; margin: 0 2em 1em; line-height: 1.15 }"
            "h2 { text-align: center; font: 10pt 'TeX Gyre Termes'; margin: 1.1em 0 .5em }"
            "h3 { font: italic 10pt 'TeX Gyre Termes'; margin: .8em 0 .3em } h4 { font: italic 10pt 'TeX Gyre Termes' }"
            "h4 { margin: .6em 0 .1em 1em } blockquote { margin: .5em 1em } figcaption, caption { font-size: 8.5pt }"
            ".lines.top { text-align: center }",
            _JUSTIFIED + _INDENTS + _SPAN_TITLE + _BOOKTABS + _LEADERS,
            columns=2,
        ),
        columns=2,
        characters=52,
        tagged=False,
        coloured=False,
        figures=("column", "span"),
        head="top-left",
        number="top-right",
        capitals=(2,),
    ),
    "journal": Look(
        _css(
            "size: A4; margin: 22mm 17mm 20mm",
            "9.5pt/1.28 'Linux Libertine O'",
            "h1 { font-size: 21pt; line-height: 1.1; margin: 0 0 .8em; width: 75% }"
            "h2 { font: bold 10.5pt 'Linux Biolinum O'; color: #8c1d18; border-top: .8pt solid #8c1d18; padding-top: .2em;"
            " margin: 1.2em 0 .4em } h3 { font: bold 9.5pt 'Linux Biolinum O'; margin: .9em 0 .2em }"
            "h4 { font: italic 9.5pt 'Linux Libertine O'; margin: .7em 0 .1em } blockquote { font-style: italic }",
            _JUSTIFIED + _INDENTS + _SPAN_TITLE + _BANDED + _BOXES + "figcaption { text-align: left }",
            columns=2,
            running="font: 8pt 'Linux Biolinum O'",
        ),
        columns=2,
        characters=54,
        figures=("span", "column", "column"),
        head="top-center",
        number="bottom-right",
        mirrored=True,
    ),
    "newspaper": Look(
        _css(
            "size: 280mm 390mm; margin: 18mm 15mm",
            "9pt/1.16 'Liberation Serif'",
            "main { column-rule: .4pt solid black } h1 { font-size: 34pt; line-height: 1.02; margin: 0 0 .4em }"
            "h2 { font: bold 13pt/1.1 'Liberation Serif'; margin: 1em 0 .3em; padding-right: 2em }"
            "h3, h4 { font: bold 9pt 'Liberation Sans'; margin: .8em 0 0 } h4 { font-weight: normal }",
            _JUSTIFIED + _ALL_INDENTS + _SPAN_TITLE + _LINED + _LEADERS + "figure svg { width: 100% } figure.span svg { width: 45% }",
            columns=4,
            gap="5mm",
        ),
        columns=4,
        characters=42,
        tagged=False,
        coloured=False,
        figures=("column", "span"),
        head="top-left",
        number="top-right",
    ),
    "bulletin": Look(
        _css(
            "size: A4 landscape; margin: 18mm 15mm",
            "10pt/1.3 Carlito",
            "h1 { font-size: 24pt; background: #20603d; color: white; padding: .35em .6em; margin: 0 0 .7em }"
            "h2 { font-size: 12pt; background: #20603d; color: white; padding: .2em .5em; margin: .9em 0 .5em }"
            "h3 { font-size: 11pt; color: #20603d; margin: .8em 0 .2em } h4 { font-size: 10pt; margin: .6em 0 .1em }"
            "blockquote { margin: .6em 0; padding-left: .8em; border-left: 2pt solid #20603d }",
            _SPACES + _SPAN_TITLE + _BANDED.replace("2d4f7c", "20603d") + _BOXES + "figure svg { width: 95% }",
            columns=3,
            gap="8mm",
        ),
        columns=3,
        characters=46,
        figures=("column",),
        head="top-left",
        foot="bottom-center",
    ),
    "book": Look(
        _css(
            "size: A5; margin: 18mm 17mm 20mm",
            "10pt/1.32 'TeX Gyre Pagella'",
            "h1 { text-align: center; font: italic 19pt/1.15 'TeX Gyre Pagella'; margin: 12mm 0 10mm }"
            "h2 { text-align: center; font: 10.5pt 'TeX Gyre Pagella'; margin: 1.6em 0 .8em;"
            " letter-spacing: .04em } h3 { text-align: center; font: italic 10.5pt 'TeX Gyre Pagella'; margin: 1.1em 0 .5em }"
            "h4 { font: italic 10pt 'TeX Gyre Pagella'; margin: .8em 0 .2em } blockquote { font-size: 9pt }",
            _JUSTIFIED + _INDENTS + _BOOKTABS + _LEADERS + "table { font-size: 8pt } pre { font-size: 7pt }",
            running="font: italic 8.5pt 'TeX Gyre Pagella'",
        ),
        characters=66,
        coloured=False,
        head="top-center",
        number="top-right",
        foot="bottom-center",
        mirrored=True,
        transcript_characters=52,
        capitals=(2,),
    ),
    "margins": Look(
        _css(
            "size: A4; margin: 24mm 72mm 24mm 30mm",
            "10pt/1.38 'TeX Gyre Schola'",
            "h1 { font-size: 20pt; line-height: 1.15; margin: 0 -40mm 1em 0 } h2 { font-size: 13pt; margin: 1.3em 0 .4em }"
            "h3 { font: italic 11pt 'TeX Gyre Schola'; margin: 1em 0 .3em } h4 { font-size: 10pt; margin: .8em 0 .2em }"
            ".number { display: inline-block; width: 14mm; margin-left: -14mm }"
            "aside { float: right; clear: right; width: 42mm; margin: .2em -50mm .6em 0; font-size: 8.2pt; line-height: 1.3;"
            " text-align: left; hyphens: none } table.wide { width: 158mm; width: calc(100% + 48mm) }",
            _JUSTIFIED + _INDENTS + _BOOKTABS + _LEADERS + "pre { font-size: 7.4pt } table { clear: right }",
        ),
        characters=64,
        side_notes=True,
        coloured=False,
        transcript_characters=56,
    ),
    "handbook": Look(
        _css(
            "size: Letter; margin: 22mm 20mm 22mm 66mm",
            "9.5pt/1.42 'DejaVu Sans'",
            "h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 1em -46mm; border-bottom: 2pt solid #b4551c }"
            "h2 { font-size: 12pt; color: #b4551c; margin: 1.3em 0 .4em -46mm } h3 { font-size: 10pt; margin: 1em 0 .2em }"
            "h4 { font: italic 9.5pt 'DejaVu Serif'; margin: .8em 0 .2em }"
            "aside { float: left; clear: left; width: 39mm; margin: .2em 0 .6em -46mm; font: italic 8pt/1.3 'DejaVu Serif' }"
            "table { clear: left } table.wide { margin-left: -46mm; width: calc(100% + 46mm) } .lines.top { margin-left: -46mm }",
            _SPACES + _LINED + _BOXES + "pre { font-size: 7.2pt; background: #f2f2f2; padding: .6em }",
        ),
        characters=66,
        tagged=False,
        side_notes=True,
        foot="bottom-right",
        number="top-right",
        head="top-left",
        transcript_characters=56,
    ),
    "magazine": Look(
        _css(
            "size: A4; margin: 20mm 22mm",
            "11pt/1.36 Caladea",
            "h1 { font: bold 26pt/1.1 'TeX Gyre Heros'; background: #40304f; color: white; padding: 10mm 22mm 8mm;"
            " margin: 0 -22mm 8mm } h1:first-child { margin-top: -20mm } h2 { font: bold 14pt 'TeX Gyre Heros'; color: #40304f; margin: 1.2em 0 .4em }"
            "h3 { font: bold 11pt 'TeX Gyre Heros'; margin: 1em 0 .2em } h4 { font: italic 11pt 'TeX Gyre Heros' }"
            "h4 { margin: .8em 0 .2em } blockquote { font: italic 14pt/1.3 Caladea; color: #40304f }",
            _JUSTIFIED + _INDENTS + _FLOATS + _BANDED.replace("2d4f7c", "40304f") + _RULES,
        ),
        figures=("right", "left"),
        head="top-center",
        number="bottom-center",
        transcript_characters=66,
    ),
    "newsletter": Look(
        _css(
            "size: Letter; margin: 19mm 18mm",
            "10pt/1.3 'Liberation Sans'",
            "h1 { font-size: 28pt; font-weight: bold; margin: 0 0 .5em; line-height: 1.05; padding-bottom: 3mm; border-bottom: 3pt double }"
            "h2 { font-size: 10pt; margin: 1.1em 0 0 } h3 { font-size: 10pt; margin: .9em 0 0 }"
            "h4 { font: italic 10pt 'Liberation Sans'; margin: .8em 0 0 }",
            _SPACES + _SPAN_TITLE + _FLOATS + _WHITE + _LEADERS + "figure.left, figure.right { width: 50% }",
            columns=2,
            gap="8mm",
        ),
        columns=2,
        characters=50,
        tagged=False,
        figures=("left", "column", "right"),
        number_words="– # –",
        number="bottom-center",
        foot="bottom-left",
        capitals=(2,),
    ),
    "manual": Look(
        _css(
            "size: A4; margin: 22mm 20mm",
            "9.5pt/1.4 'Noto Sans'",
            "h1 { font-size: 24pt; font-weight: normal; margin: 0 0 .8em } h2 { font-size: 13pt; background: #d9e4ea;"
            " padding: .25em .5em; margin: 1.4em 0 .6em } h3 { font-size: 10.5pt; background: #eef3f6; padding: .15em .5em;"
            " margin: 1.1em 0 .4em } h4 { font-size: 9.5pt; margin: .9em 0 .2em; color: #44606c }"
            "pre { border: .6pt solid #999; padding: .7em } blockquote { background: #fff6d9; padding: .5em 1em }",
            _SPACES + _RULED + "th { background: #d9e4ea } figure { text-align: left } figcaption { text-align: left }" + _BOXES,
        ),
        figures=("column",),
        head="top-left",
        number="bottom-right",
        number_words="Page #",
    ),
    "court": Look(
        _css(
            "size: Letter; margin: 25mm 25mm 25mm 34mm",
            "12pt/1.95 'TeX Gyre Cursor'",
            "h1, h2 { text-align: center; font: bold 12pt/1.6 'TeX Gyre Cursor'; margin: 1em 0 }"
            "h2 { font-weight: normal; text-decoration: underline } h3, h4 { font: 12pt 'TeX Gyre Cursor'; margin: .6em 0 }"
            "h3 { text-decoration: underline } table { font-size: 9.5pt } pre { font-size: 9pt } .note { font-size: 9pt }"
            "blockquote, .lines, li, figcaption { line-height: 1.3 } .transcript { margin-left: 0; border-left: .6pt solid;"
            " padding-left: 3mm } .line::before { left: -5.5em }",
            _ALL_INDENTS + _WHITE + _LEADERS,
            running="font: 10pt 'TeX Gyre Cursor'",
        ),
        characters=58,
        tagged=False,
        coloured=False,
        number="top-right",
        head="top-left",
        lines_on_page=25,
        transcript_characters=56,
        transcript_indent=6,
        capitals=(1, 2),
    ),
    "hearing": Look(
        _css(
            "size: A4; margin: 25mm 25mm",
            "11pt/1.5 'Liberation Serif'",
            "h1 { font-size: 15pt; text-align: center; margin: 0 0 1em } h2 { font-size: 11pt; text-align: center }"
            "h2 { margin: 1em 0 .4em } h3 { font: italic bold 11pt 'Liberation Serif'; margin: .9em 0 .2em } h4 { margin: .7em 0 0 }"
            "h4 { font: italic 11pt 'Liberation Serif' } .speech { margin-bottom: .5em }",
            _JUSTIFIED + _SPACES + _RULED + _RULES,
        ),
        coloured=False,
        head="top-center",
        number="bottom-center",
        number_words="# / @",
        transcript_characters=74,
    ),
    "brochure": Look(
        _css(
            "size: A4; margin: 18mm 18mm",
            "9.8pt/1.4 'TeX Gyre Heros'",
            "h1 { font-size: 36pt; font-weight: normal; color: #c2410c; line-height: 1.05; width: 62%; margin: 8mm 0 8mm }"
            "h2 { font-size: 19pt; font-weight: normal; color: #c2410c; line-height: 1.15; margin: 1em 0 .4em; width: 80% }"
            "h3 { font-size: 12pt; margin: 1em 0 .2em } h4 { font-size: 9.8pt; color: #c2410c; margin: .8em 0 .1em }",
            _SPACES + _SPAN_TITLE + _WHITE + "table { width: 100% } thead { border-bottom: 1pt solid #c2410c }" + _LEADERS,
            columns=2,
            gap="10mm",
            running="font: 8pt 'TeX Gyre Heros'; color: #c2410c",
        ),
        columns=2,
        characters=44,
        figures=("span", "column"),
        number="bottom-left",
        foot="bottom-right",
    ),
    "thesis": Look(
        _css(
            "size: 176mm 250mm; margin: 24mm 22mm",
            "10.5pt/1.4 'Linux Biolinum O'",
            "h1 { font-size: 18pt; margin: 10mm 0 8mm; text-align: right } h2, h3, h4 { font-size: 10.5pt; margin: 1.2em 0 .3em }"
            "h3 { font-style: italic } h4 { font-weight: normal; font-style: italic } .depth1 { margin-top: .6em !important }",
            _JUSTIFIED + _ALL_INDENTS + _LINED + _RULES,
            running="font: 9pt 'Linux Biolinum O'; border-bottom: .4pt solid",
        ),
        characters=76,
        tagged=False,
        coloured=False,
        head="top-left",
        number="top-right",
        mirrored=True,
        transcript_characters=58,
    ),
    "statement": Look(
        _css(
            "size: Letter; margin: 20mm 18mm",
            "9.5pt/1.35 'Liberation Sans Narrow'",
            "h1 { font-size: 17pt; margin: 0 0 .6em } h2 { font-size: 11.5pt; margin: 1.1em 0 .3em }"
            "h2 { border-bottom: 1.4pt solid } h3 { font-size: 9.5pt; text-decoration: underline; margin: .9em 0 .2em }"
            "h4 { font: italic 9.5pt 'Liberation Sans Narrow'; margin: .8em 0 .1em } .lines.top { margin-left: 62% }",
            _SPACES + _WHITE + "table { font-size: 9pt }" + _LEADERS,
        ),
        characters=110,
        figures=("right",),
        number_words="Page # of @",
        number="top-right",
        head="top-left",
        capitals=(1,),
    ),
}
