"""How documents look that typst prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Lengths in typst's units.

    Attributes:
        columns: Of the page.
        balanced: Columns end together above what goes over the whole page; else they are the page's.
        indent: Of first lines, in em; with 0, paragraphs have space between them.
        heads: How headings differ from text: a list of bold, italic, smallcaps, upper, coloured, centred, band, rule.
        scale: Of headings of levels 1 and more, in sizes of the text.
        tables: grid, booktabs, white, banded or lines.
        repeated: Whether a table's head stands on each of its pages.
        numbers: Where page numbers are, and in which shape.
        pictures: drawing, raster, beside (the text to the right) or around (the text goes on below).
        sections: Whether pages have the name of their section at the head, in capitals.
        captions: Of tables, top or bottom.
        tagged: Whether the PDF has a structure tree.
    """

    paper: str = "a4"
    margin: str = "(x: 2.5cm, y: 2.6cm)"
    columns: int = 1
    balanced: bool = False
    gutter: str = "0.7cm"
    font: str = "Libertinus Serif"
    heading_font: str = ""
    size: float = 11
    leading: float = 0.65
    justify: bool = True
    indent: float = 0
    heads: tuple[str, ...] = ("bold",)
    scale: tuple[float, ...] = (1.6, 1.25, 1.1, 1.0, 1.0)
    colour: str = "1f4e79"
    tables: str = "booktabs"
    repeated: bool = False
    numbers: str = "foot-center"
    shape: str = "1"
    pictures: str = "drawing"
    sections: bool = False
    captions: str = "top"
    tagged: bool = True


STYLES: dict[str, Style] = {
    "typst-report": Style(heads=("bold",), numbers="foot-center"),
    "typst-sans": Style(
        font="Noto Sans", size=10, justify=False, heads=("bold", "coloured"), tables="banded", numbers="foot-right",
        shape="Page 1 of 1", pictures="raster", tagged=False,
    ),
    "typst-paper": Style(
        margin="(x: 1.8cm, y: 2.2cm)", columns=2, font="TeX Gyre Termes", size=9.5, leading=0.55, indent=1.0,
        scale=(1.7, 1.15, 1.0, 1.0, 1.0), numbers="head-right", sections=True, tagged=False,
    ),
    "typst-letterpaper": Style(
        paper="us-letter", margin="(x: 2cm, y: 2.2cm)", columns=2, balanced=True, font="New Computer Modern", size=10,
        leading=0.55, indent=1.2, scale=(1.7, 1.2, 1.0, 1.0, 1.0), heads=("bold", "centred"), tables="lines",
        pictures="raster", captions="bottom", tagged=False,
    ),
    "typst-book": Style(
        paper="a5", margin="(x: 1.8cm, y: 2cm)", font="TeX Gyre Pagella", size=9.5, indent=1.5,
        heads=("smallcaps", "centred"), scale=(1.6, 1.15, 1.0, 1.0, 1.0), tables="lines", numbers="head-outside",
    ),
    "typst-manual": Style(
        font="Liberation Sans", size=9.5, justify=False, margin="(left: 3.5cm, right: 2cm, y: 2.4cm)",
        heads=("bold", "rule"), scale=(2.0, 1.4, 1.15, 1.0, 1.0), tables="grid", repeated=True,
        numbers="foot-right", shape="– 1 –",
    ),
    "typst-news": Style(
        margin="(x: 1.5cm, y: 1.8cm)", columns=3, balanced=True, gutter="0.5cm", font="TeX Gyre Schola", size=9,
        leading=0.5, indent=1.0, scale=(2.8, 1.3, 1.0, 1.0, 1.0), pictures="raster", numbers="head-left",
        heading_font="TeX Gyre Heros", tagged=False,
    ),
    "typst-brochure": Style(
        columns=3, balanced=True, gutter="0.6cm", margin="(x: 1.6cm, y: 2cm)", font="Carlito", size=10, justify=False,
        heads=("bold", "coloured"), colour="9a3412", scale=(2.4, 1.4, 1.1, 1.0, 1.0), tables="white",
        shape="Page 1",
    ),
    "typst-plain": Style(
        font="Liberation Serif", size=11, scale=(1.0, 1.0, 1.0, 1.0, 1.0), heads=("bold",), indent=1.8, tables="white",
        numbers="foot-center", shape="– 1 –", captions="bottom", pictures="around", tagged=False,
    ),
    "typst-typescript": Style(
        paper="us-letter", font="Liberation Mono", size=10.5, leading=0.9, justify=False, heads=("upper",),
        scale=(1.0, 1.0, 1.0, 1.0, 1.0), tables="white", numbers="head-right", shape="Page 1", tagged=False,
        margin="(x: 2.8cm, y: 2.6cm)",
    ),
    "typst-bands": Style(
        font="Linux Biolinum O", size=10.5, heads=("bold", "band"), colour="166534", tables="banded", repeated=True,
        numbers="foot-right", shape="1 / 1", pictures="beside", scale=(1.8, 1.2, 1.05, 1.0, 1.0),
    ),
    "typst-italic": Style(
        font="Linux Libertine O", size=10.5, indent=1.2, heads=("italic",), scale=(1.5, 1.2, 1.05, 1.0, 1.0),
        tables="lines", pictures="around", numbers="head-outside", tagged=False, captions="bottom",
    ),
    "typst-two-sans": Style(
        columns=2, margin="(x: 2cm, y: 2.4cm)", font="TeX Gyre Heros", size=9, justify=False, gutter="1cm",
        heads=("bold", "coloured"), scale=(2.0, 1.3, 1.1, 1.0, 1.0), tables="grid",
        numbers="foot-center", shape="1 / 1",
    ),
    "typst-quarto": Style(
        paper="iso-b5", margin="(x: 2cm, y: 2.1cm)", columns=2, balanced=True, gutter="0.6cm", font="Caladea", size=9.5,
        indent=1.0, heads=("smallcaps",), scale=(1.8, 1.15, 1.05, 1.0, 1.0), tables="white", numbers="head-left",
    ),
    "typst-large": Style(
        font="DejaVu Serif", size=12, justify=False, heads=("bold", "upper"), scale=(1.4, 1.1, 1.0, 1.0, 1.0),
        tables="grid", repeated=True, numbers="foot-center", shape="Page 1 of 1", pictures="raster", tagged=False,
    ),
    "typst-dense": Style(
        paper="us-legal", margin="(x: 2cm, y: 2cm)", font="TeX Gyre Bonum", size=8.5, leading=0.5,
        heads=("bold", "italic"), scale=(1.5, 1.15, 1.0, 1.0, 1.0), tables="lines", numbers="foot-right",
        indent=2.0, sections=True,
    ),
}  # fmt: skip
