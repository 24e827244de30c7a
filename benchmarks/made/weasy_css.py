"""Style sheets from which the styles of WeasyPrint are put together."""

from __future__ import annotations

BASE = """
* { box-sizing: border-box }
body { margin: 0 } h1, h2, h3, h4, h5, h6 { break-after: avoid; hyphens: none; text-align: left }
p { margin: 0; orphans: 2; widows: 2 }
ul, ol { margin: .5em 0; padding-left: 1.6em } li { margin: .15em 0 } li ul, li ol { margin: .15em 0 }
li::marker { white-space: pre }
blockquote { margin: .8em 2em } pre { margin: .8em 0; font: 0.82em 'DejaVu Sans Mono'; line-height: 1.3 }
table { border-collapse: collapse; margin: .9em 0; width: 100%; line-height: 1.25; font-size: .92em; hyphens: none }
td, th { padding: .25em .5em; text-align: left; vertical-align: top } .amount { text-align: right }
tr, table.short, .form, pre.short { break-inside: avoid } td.short { white-space: nowrap }
caption { text-align: left; padding-bottom: .4em; break-after: avoid }
figure { margin: .9em 0; text-align: center; break-inside: avoid }
figure .whole { display: inline-block; width: 100% }
figure img { width: 70%; height: auto }
figcaption { font-size: .9em; margin-top: .4em; text-align: center; hyphens: none }
.note { float: footnote; font-size: 8pt; line-height: 1.25; text-align: left; font-style: normal; text-indent: 0 }
.note::footnote-call { content: attr(data-number); vertical-align: super; font-size: .7em; line-height: 0 }
.note::footnote-marker { content: attr(data-number) ' '; vertical-align: super; font-size: .7em; line-height: 0 }
@page { @footnote { border-top: .5pt solid black; padding-top: 2mm; margin-top: 3mm } }
.contents { list-style: none; padding: 0; hyphens: none } .contents li { margin: .2em 0 }
.depth1 { font-weight: bold } .depth2 { padding-left: 1.5em } .depth3 { padding-left: 3em }
.depth4 { padding-left: 4.5em }
.entry { display: block } .entry::after { content: leader(dotted) ' ' attr(data-page); font-weight: normal }
.lines { margin: 1em 0; text-align: left; hyphens: none; break-inside: avoid }
.form { margin: .8em 0; hyphens: none } .field { margin: .35em 0; text-align: left; text-indent: 0 !important }
.transcript { margin: .8em 0 .8em 3em; hyphens: none; text-align: left }
.transcript.paged { break-before: page } .line.last { break-after: page }
.line { display: block; white-space: nowrap; text-indent: 0; position: relative }
.line::before { content: attr(data-number); position: absolute; left: -4em; width: 2.4em; text-align: right }
.speech .line:first-child { padding-left: 3em }
"""
JUSTIFIED = "main { text-align: justify; hyphens: auto }"
INDENTS = ".text { text-indent: 1.4em } .text.first { text-indent: 0 }"
ALL_INDENTS = ".text { text-indent: 1.5em }"
SPACES = ".text { margin: 0 0 .75em }"
SPAN_TITLE = "h1, .wide, .span, .contents, .lines.top { column-span: all } figure.span img { width: 62% }"

RULED = "td, th { border: .6pt solid black } .group td, .group th { background: #ececec }"
BOOKTABS = """table { border-top: 1.1pt solid black; border-bottom: 1.1pt solid black }
thead { border-bottom: .6pt solid black } th { font-weight: normal; font-style: italic } tbody th { font-style: normal }
.group td, .group th { font-style: italic; padding-top: .6em }"""
BOLD_BOOKTABS = "table { border-top: 1pt solid } table { border-bottom: 1pt solid } thead { border-bottom: .5pt solid }"
WHITE = """th { font-weight: bold } table { width: auto } td, th { padding: .15em 1.1em .15em 0 }
.group td { font-weight: bold }"""
BANDED = """tbody tr:nth-child(even) { background: #e8eef5 } thead th { background: #2d4f7c; color: white }
.group td, .group th { font-weight: bold; background: #c8d5e6 }"""
LINED = "tr { border-bottom: .4pt solid #888 } thead tr { border-bottom: 1pt solid } .group td { font-weight: bold }"

LEADERS = ".field { border-bottom: .6pt dotted #444; padding-bottom: .1em } .value { position: relative; left: 1em }"
BOXES = """.field { display: flex; align-items: center } .label { width: 38% }
.value { border: .6pt solid #555; padding: .25em .5em; width: 60%; background: #fafafa }"""
RULES = """.label { display: inline-block; width: 35% }
.value { display: inline-block; width: 62%; border-bottom: .6pt solid }"""

FLOATS = """figure.left { float: left; width: 44%; margin: .2em 1.4em .6em 0 }
figure.right { float: right; width: 44%; margin: .2em 0 .6em 1.4em }
figure.left img, figure.right img { width: 100% } h1, h2, table, pre, ul, ol, blockquote, .form { clear: both }"""


def sheet(
    page: str, font: str, *parts: str, columns: int = 1, gap: str = "6mm", running: str = "font-size: 8.5pt"
) -> str:
    edges = ("top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right")
    boxes = " ".join(f"@{edge} {{ {running}; white-space: nowrap }}" for edge in edges)
    flow = f"main {{ columns: {columns}; column-gap: {gap} }}" if columns > 1 else ""
    return f"@page {{ {page}; {boxes} }} html {{ font: {font} }} {BASE} {flow} {' '.join(parts)}"
