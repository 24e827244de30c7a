"""How documents look that WeasyPrint sets: paper, columns, type, headings, tables, figures, what runs."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.made.weasy_css import (
    ALL_INDENTS,
    BANDED,
    BOLD_BOOKTABS,
    BOOKTABS,
    BOXES,
    FLOATS,
    INDENTS,
    JUSTIFIED,
    LEADERS,
    LINED,
    RULED,
    RULES,
    SPACES,
    SPAN_TITLE,
    WHITE,
    sheet,
)


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


LOOKS = {
    "weasy-report": Look(
        sheet(
            "size: A4; margin: 25mm 24mm",
            "10.5pt/1.4 'Noto Serif'",
            "h1, h2, h3, h4 { font-family: 'Noto Sans'; color: #1d4f7a; margin: 1.2em 0 .4em; line-height: 1.2 }"
            "h1 { font-size: 22pt; margin-top: 0 } h2 { font-size: 15pt } h3 { font-size: 12pt }"
            " h4 { font-size: 10.5pt }",
            SPACES + BOLD_BOOKTABS + RULES,
            running="font: 8.5pt 'Noto Sans'; color: #555",
        ),
        number_words="Page # of @",
    ),
    "weasy-proceedings": Look(
        sheet(
            "size: Letter; margin: 20mm 19mm 22mm",
            "10pt/1.18 'TeX Gyre Termes'",
            "h1 { text-align: center; font-size: 18pt; font-weight: normal; margin: 0 2em 1em; line-height: 1.15 }"
            "h2 { text-align: center; font: 10pt 'TeX Gyre Termes'; margin: 1.1em 0 .5em }"
            "h3 { font: italic 10pt 'TeX Gyre Termes'; margin: .8em 0 .3em } h4 { font: italic 10pt 'TeX Gyre Termes' }"
            "h4 { margin: .6em 0 .1em 1em } blockquote { margin: .5em 1em } figcaption, caption { font-size: 8.5pt }"
            ".lines.top { text-align: center }",
            JUSTIFIED + INDENTS + SPAN_TITLE + BOOKTABS + LEADERS,
            columns=2,
        ),
        columns=2,
        characters=52,
        tagged=False,
        figures=("column", "span"),
        head="top-left",
        number="top-right",
        capitals=(2,),
    ),
    "weasy-journal": Look(
        sheet(
            "size: A4; margin: 22mm 17mm 20mm",
            "9.5pt/1.28 'Linux Libertine O'",
            "h1 { font-size: 21pt; line-height: 1.1; margin: 0 0 .8em; width: 75% }"
            "h2 { font: bold 10.5pt 'Linux Biolinum O'; color: #8c1d18; border-top: .8pt solid #8c1d18;"
            " padding-top: .2em;"
            " margin: 1.2em 0 .4em } h3 { font: bold 9.5pt 'Linux Biolinum O'; margin: .9em 0 .2em }"
            "h4 { font: italic 9.5pt 'Linux Libertine O'; margin: .7em 0 .1em } blockquote { font-style: italic }",
            JUSTIFIED + INDENTS + SPAN_TITLE + BANDED + BOXES + "figcaption { text-align: left }",
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
    "weasy-newspaper": Look(
        sheet(
            "size: 280mm 390mm; margin: 18mm 15mm",
            "9pt/1.16 'Liberation Serif'",
            "main { column-rule: .4pt solid black } h1 { font-size: 34pt; line-height: 1.02; margin: 0 0 .4em }"
            "h2 { font: bold 13pt/1.1 'Liberation Serif'; margin: 1em 0 .3em; padding-right: 2em }"
            "h3, h4 { font: bold 9pt 'Liberation Sans'; margin: .8em 0 0 } h4 { font-weight: normal }",
            JUSTIFIED
            + ALL_INDENTS
            + SPAN_TITLE
            + LINED
            + LEADERS
            + "figure img { width: 100% } figure.span img { width: 45% }",
            columns=4,
            gap="5mm",
        ),
        columns=4,
        characters=42,
        tagged=False,
        figures=("column", "span"),
        head="top-left",
        number="top-right",
    ),
    "weasy-bulletin": Look(
        sheet(
            "size: A4 landscape; margin: 18mm 15mm",
            "10pt/1.3 Carlito",
            "h1 { font-size: 24pt; background: #20603d; color: white; padding: .35em .6em; margin: 0 0 .7em }"
            "h2 { font-size: 12pt; background: #20603d; color: white; padding: .2em .5em; margin: .9em 0 .5em }"
            "h3 { font-size: 11pt; color: #20603d; margin: .8em 0 .2em } h4 { font-size: 10pt; margin: .6em 0 .1em }"
            "blockquote { margin: .6em 0; padding-left: .8em; border-left: 2pt solid #20603d }",
            SPACES + SPAN_TITLE + BANDED.replace("2d4f7c", "20603d") + BOXES + "figure img { width: 95% }",
            columns=3,
            gap="8mm",
        ),
        columns=3,
        characters=46,
        figures=("column",),
        head="top-left",
        foot="bottom-center",
    ),
    "weasy-book": Look(
        sheet(
            "size: A5; margin: 18mm 17mm 20mm",
            "10pt/1.32 'TeX Gyre Pagella'",
            "h1 { text-align: center; font: italic 19pt/1.15 'TeX Gyre Pagella'; margin: 12mm 0 10mm }"
            "h2 { text-align: center; font: 10.5pt 'TeX Gyre Pagella'; margin: 1.6em 0 .8em;"
            " letter-spacing: .04em } h3 { text-align: center; font: italic 10.5pt 'TeX Gyre Pagella';"
            " margin: 1.1em 0 .5em }"
            "h4 { font: italic 10pt 'TeX Gyre Pagella'; margin: .8em 0 .2em } blockquote { font-size: 9pt }",
            JUSTIFIED + INDENTS + BOOKTABS + LEADERS + "table { font-size: 8pt } pre { font-size: 7pt }",
            running="font: italic 8.5pt 'TeX Gyre Pagella'",
        ),
        characters=66,
        head="top-center",
        number="top-right",
        foot="bottom-center",
        mirrored=True,
        transcript_characters=52,
        capitals=(2,),
    ),
    "weasy-margins": Look(
        sheet(
            "size: A4; margin: 24mm 72mm 24mm 30mm",
            "10pt/1.38 'TeX Gyre Schola'",
            "h1 { font-size: 20pt; line-height: 1.15; margin: 0 -40mm 1em 0 } h2 { font-size: 13pt;"
            " margin: 1.3em 0 .4em }"
            "h3 { font: italic 11pt 'TeX Gyre Schola'; margin: 1em 0 .3em } h4 { font-size: 10pt; margin: .8em 0 .2em }"
            ".number { display: inline-block; width: 14mm; margin-left: -14mm }"
            "aside { float: right; clear: right; width: 42mm; margin: .2em -50mm .6em 0; font-size: 8.2pt;"
            " line-height: 1.3;"
            " text-align: left; hyphens: none } table.wide { width: 158mm; width: calc(100% + 48mm) }",
            JUSTIFIED + INDENTS + BOOKTABS + LEADERS + "pre { font-size: 7.4pt } table { clear: right }",
        ),
        characters=64,
        side_notes=True,
        transcript_characters=56,
    ),
    "weasy-handbook": Look(
        sheet(
            "size: Letter; margin: 22mm 20mm 22mm 66mm",
            "9.5pt/1.42 'DejaVu Sans'",
            "h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 1em -46mm; border-bottom: 2pt solid #b4551c }"
            "h2 { font-size: 12pt; color: #b4551c; margin: 1.3em 0 .4em -46mm } h3 { font-size: 10pt;"
            " margin: 1em 0 .2em }"
            "h4 { font: italic 9.5pt 'DejaVu Serif'; margin: .8em 0 .2em }"
            "aside { float: left; clear: left; width: 39mm; margin: .2em 0 .6em -46mm;"
            " font: italic 8pt/1.3 'DejaVu Serif' }"
            "table { clear: left } table.wide { margin-left: -46mm; width: calc(100% + 46mm) }"
            " .lines.top { margin-left: -46mm }",
            SPACES + LINED + BOXES + "pre { font-size: 7.2pt; background: #f2f2f2; padding: .6em }",
        ),
        characters=66,
        tagged=False,
        side_notes=True,
        foot="bottom-right",
        number="top-right",
        head="top-left",
        transcript_characters=56,
    ),
    "weasy-magazine": Look(
        sheet(
            "size: A4; margin: 20mm 22mm",
            "11pt/1.36 Caladea",
            "h1 { font: bold 26pt/1.1 'TeX Gyre Heros'; background: #40304f; color: white; padding: 10mm 22mm 8mm;"
            " margin: 0 -22mm 8mm } h1:first-child { margin-top: -20mm } h2 { font: bold 14pt 'TeX Gyre Heros';"
            " color: #40304f; margin: 1.2em 0 .4em }"
            "h3 { font: bold 11pt 'TeX Gyre Heros'; margin: 1em 0 .2em } h4 { font: italic 11pt 'TeX Gyre Heros' }"
            "h4 { margin: .8em 0 .2em } blockquote { font: italic 14pt/1.3 Caladea; color: #40304f }",
            JUSTIFIED + INDENTS + FLOATS + BANDED.replace("2d4f7c", "40304f") + RULES,
        ),
        figures=("right", "left"),
        head="top-center",
        number="bottom-center",
        transcript_characters=66,
    ),
    "weasy-newsletter": Look(
        sheet(
            "size: Letter; margin: 19mm 18mm",
            "10pt/1.3 'Liberation Sans'",
            "h1 { font-size: 28pt; font-weight: bold; margin: 0 0 .5em; line-height: 1.05; padding-bottom: 3mm;"
            " border-bottom: 3pt double }"
            "h2 { font-size: 10pt; margin: 1.1em 0 0 } h3 { font-size: 10pt; margin: .9em 0 0 }"
            "h4 { font: italic 10pt 'Liberation Sans'; margin: .8em 0 0 }",
            SPACES + SPAN_TITLE + FLOATS + WHITE + LEADERS + "figure.left, figure.right { width: 50% }",
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
    "weasy-manual": Look(
        sheet(
            "size: A4; margin: 22mm 20mm",
            "9.5pt/1.4 'Noto Sans'",
            "h1 { font-size: 24pt; font-weight: normal; margin: 0 0 .8em } h2 { font-size: 13pt; background: #d9e4ea;"
            " padding: .25em .5em; margin: 1.4em 0 .6em } h3 { font-size: 10.5pt; background: #eef3f6;"
            " padding: .15em .5em;"
            " margin: 1.1em 0 .4em } h4 { font-size: 9.5pt; margin: .9em 0 .2em; color: #44606c }"
            "pre { border: .6pt solid #999; padding: .7em } blockquote { background: #fff6d9; padding: .5em 1em }",
            SPACES
            + RULED
            + "th { background: #d9e4ea } figure { text-align: left } figcaption { text-align: left }"
            + BOXES,
        ),
        figures=("column",),
        head="top-left",
        number="bottom-right",
        number_words="Page #",
    ),
    "weasy-court": Look(
        sheet(
            "size: Letter; margin: 25mm 25mm 25mm 34mm",
            "12pt/1.95 'TeX Gyre Cursor'",
            "h1, h2 { text-align: center; font: bold 12pt/1.6 'TeX Gyre Cursor'; margin: 1em 0 }"
            "h2 { font-weight: normal; text-decoration: underline } h3, h4 { font: 12pt 'TeX Gyre Cursor';"
            " margin: .6em 0 }"
            "h3 { text-decoration: underline } table { font-size: 9.5pt } pre { font-size: 9pt }"
            " .note { font-size: 9pt }"
            "blockquote, .lines, li, figcaption { line-height: 1.3 } .transcript { margin-left: 0;"
            " border-left: .6pt solid;"
            " padding-left: 3mm } .line::before { left: -5.5em }",
            ALL_INDENTS + WHITE + LEADERS,
            running="font: 10pt 'TeX Gyre Cursor'",
        ),
        characters=58,
        tagged=False,
        number="top-right",
        head="top-left",
        lines_on_page=25,
        transcript_characters=56,
        transcript_indent=6,
        capitals=(1, 2),
    ),
    "weasy-hearing": Look(
        sheet(
            "size: A4; margin: 25mm 25mm",
            "11pt/1.5 'Liberation Serif'",
            "h1 { font-size: 15pt; text-align: center; margin: 0 0 1em } h2 { font-size: 11pt; text-align: center }"
            "h2 { margin: 1em 0 .4em } h3 { font: italic bold 11pt 'Liberation Serif'; margin: .9em 0 .2em }"
            " h4 { margin: .7em 0 0 }"
            "h4 { font: italic 11pt 'Liberation Serif' } .speech { margin-bottom: .5em }",
            JUSTIFIED + SPACES + RULED + RULES,
        ),
        head="top-center",
        number="bottom-center",
        number_words="# / @",
        transcript_characters=74,
    ),
    "weasy-brochure": Look(
        sheet(
            "size: A4; margin: 18mm 18mm",
            "9.8pt/1.4 'TeX Gyre Heros'",
            "h1 { font-size: 36pt; font-weight: normal; color: #c2410c; line-height: 1.05; width: 62%;"
            " margin: 8mm 0 8mm }"
            "h2 { font-size: 19pt; font-weight: normal; color: #c2410c; line-height: 1.15; margin: 1em 0 .4em;"
            " width: 80% }"
            "h3 { font-size: 12pt; margin: 1em 0 .2em } h4 { font-size: 9.8pt; color: #c2410c; margin: .8em 0 .1em }",
            SPACES + SPAN_TITLE + WHITE + "table { width: 100% } thead { border-bottom: 1pt solid #c2410c }" + LEADERS,
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
    "weasy-thesis": Look(
        sheet(
            "size: 176mm 250mm; margin: 24mm 22mm",
            "10.5pt/1.4 'Linux Biolinum O'",
            "h1 { font-size: 18pt; margin: 10mm 0 8mm; text-align: right } h2, h3, h4 { font-size: 10.5pt;"
            " margin: 1.2em 0 .3em }"
            "h3 { font-style: italic } h4 { font-weight: normal; font-style: italic }"
            " .depth1 { margin-top: .6em !important }",
            JUSTIFIED + ALL_INDENTS + LINED + RULES,
            running="font: 9pt 'Linux Biolinum O'; border-bottom: .4pt solid",
        ),
        characters=76,
        tagged=False,
        head="top-left",
        number="top-right",
        mirrored=True,
        transcript_characters=58,
    ),
    "weasy-statement": Look(
        sheet(
            "size: Letter; margin: 20mm 18mm",
            "9.5pt/1.35 'Liberation Sans Narrow'",
            "h1 { font-size: 17pt; margin: 0 0 .6em } h2 { font-size: 11.5pt; margin: 1.1em 0 .3em }"
            "h2 { border-bottom: 1.4pt solid } h3 { font-size: 9.5pt; text-decoration: underline; margin: .9em 0 .2em }"
            "h4 { font: italic 9.5pt 'Liberation Sans Narrow'; margin: .8em 0 .1em } .lines.top { margin-left: 62% }",
            SPACES + WHITE + "table { font-size: 9pt }" + LEADERS,
        ),
        characters=110,
        figures=("right",),
        number_words="Page # of @",
        number="top-right",
        head="top-left",
        capitals=(1,),
    ),
}
