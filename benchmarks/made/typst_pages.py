"""Made documents printed by typst: ``pip install typst``."""

from __future__ import annotations

import importlib
import itertools
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.made.model import (
    Cell,
    Code,
    Contents,
    Figure,
    Form,
    Heading,
    Item,
    Lines,
    List,
    ListItem,
    Made,
    Paragraph,
    Quote,
    SideNote,
    Table,
    Transcript,
)
from benchmarks.made.pictures import drawing, photograph
from benchmarks.made.typst_functions import AROUND, BALANCED, SECTION
from benchmarks.made.typst_styles import STYLES as LOOKS
from benchmarks.made.typst_styles import Style

STYLES = tuple(LOOKS)
# Kinds that a style cannot show as they are: notes in a margin and lines with numbers need the page's width.
ONE_COLUMN = frozenset(("margins", "transcript", "account", "times", "inventory", "form", "letter"))
# A table of more columns, by the columns of the page, or with longer cells goes over all columns of its page.
NARROW_COLUMNS, NARROW_CELL = {2: 4, 3: 3}, 60
# The most characters of a cell that is kept on one line.
SHORT_CELL = 22
# A table of more rows may be broken by the end of a column or page.
WHOLE_ROWS = 16
# How the source of a piece begins that no column breaks.
WHOLE = ("#block(breakable: false", "#figure")


def fits(kind: str, style: str) -> bool:
    """Whether documents of the kind can be printed in the style."""
    return LOOKS[style].columns == 1 or kind not in ONE_COLUMN


def render(made: Made, style: str, path: Path) -> None:
    """Write the document as PDF.

    Raises:
        ImportError: typst is not installed.
    """
    typst = importlib.import_module("typst")
    look = LOOKS[style]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "made.typ")
        source.write_text(_Source(made, look, Path(folder)).text(), encoding="utf-8")
        typst.compile(str(source), output=str(path), root=folder, pdf_tags=look.tagged)


def string(text: str) -> str:
    """Text as typst content, whatever characters it has."""
    return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Source:
    def __init__(self, made: Made, look: Style, folder: Path) -> None:
        self.made, self.look, self.folder = made, look, folder
        self.pictures = 0
        self.wide_margin = any(isinstance(item, SideNote) for item in made.items)

    def text(self) -> str:
        return "\n\n".join((self._preamble(), *self._body())) + "\n"

    def _preamble(self) -> str:
        look = self.look
        margin = "(left: 5.4cm, right: 2cm, y: 2.4cm)" if self.wide_margin else look.margin
        flow = "" if look.balanced else f"#set columns(gutter: {look.gutter})\n"
        columns = 1 if look.balanced else look.columns
        heading_font = look.heading_font or look.font
        heads = "\n".join(self._heading_rule(level, scale) for level, scale in enumerate(look.scale, 1))
        spacing = (
            f"first-line-indent: {look.indent}em, spacing: {look.leading}em"
            if look.indent
            else (f"spacing: {look.leading + 0.55}em")
        )
        return (
            f'#set document(title: "{_plain(self.made.name)}")\n'
            f'#set page(paper: "{look.paper}", margin: {margin}, columns: {columns}, {self._running()})\n{flow}'
            f'#set text(font: "{look.font}", size: {look.size}pt, lang: "{self.made.language}", '
            f"hyphenate: {str(look.justify).lower()}, fallback: true)\n"
            f"#set par(justify: {str(look.justify).lower()}, leading: {look.leading}em, {spacing})\n"
            f'#show heading: set text(font: "{heading_font}", hyphenate: false)\n'
            f"#show heading: set par(justify: false, first-line-indent: 0em)\n{heads}\n"
            "#show figure.caption: it => block(width: 100%, text(size: 0.9em, it.body))\n"
            f"#set footnote.entry(gap: 0.4em)\n{BALANCED}\n{AROUND}"
        )

    def _running(self) -> str:
        made, look = self.made, self.look
        where, side = look.numbers.split("-")
        number = {
            "1": "#counter(page).display()",
            "Page 1": "Page #counter(page).display()",
            "– 1 –": "– #counter(page).display() –",
            "1 / 1": "#counter(page).display() / #counter(page).final().first()",
            "Page 1 of 1": "Page #counter(page).display() of #counter(page).final().first()",
        }[look.shape]
        number = number if made.numbered_pages else ""
        head, foot = string(made.running_head) if made.running_head else "", string(made.running_foot)
        head = SECTION if look.sections else head
        foot = foot if made.running_foot else ""
        lines = {"head": head, "foot": foot}
        lines[where] = self._beside(lines[where], number, side)
        first = "" if where != "head" else number if not head else ""
        small = "#set text(size: 0.85em)\n"
        return (
            f"header: context [{small}#if counter(page).get().first() > 1 [{lines['head']}] else [{first}]],\n"
            f"footer: context [{small}{lines['foot']}]"
        )

    @staticmethod
    def _beside(text: str, number: str, side: str) -> str:
        if side == "center":
            return f"#align(center)[{text} #h(2em) {number}]" if text and number else f"#align(center)[{text}{number}]"
        if side == "outside":
            odd = f"#if calc.odd(counter(page).get().first()) [{text} #h(1fr) {number}]"
            return f"{odd} else [{number} #h(1fr) {text}]"
        return f"{number} #h(1fr) {text}" if side == "left" else f"{text} #h(1fr) {number}"

    def _heading_rule(self, level: int, scale: float) -> str:
        """Levels of one size are told apart by weight and slant, so that a reader knows them without numbers."""
        heads, colour = set(self.look.heads), f'rgb("{self.look.colour}")'
        step = self.look.scale[1:level].count(scale) - 1 if level > 1 else 0
        bold, italic = "bold" in heads, "italic" in heads and (level > 1 or "bold" not in heads)
        looks = [(bold, italic, ""), *((True, True, "") for _ in range(bold and not italic))]
        looks += [(False, True, "")] * (bold or not italic) + [(False, False, "underline"), (False, False, "")]
        bold, italic, change = looks[step]
        if step == 0:
            change = "upper" if "upper" in heads else "smallcaps" if "smallcaps" in heads else ""
        body = f"{change}(it.body)" if change else "it.body"
        upper = level < 3 and step == 0
        fill = "white" if "band" in heads and upper else colour if heads & {"coloured", "band"} else "black"
        weight, slant = "bold" if bold else "regular", "italic" if italic else "normal"
        text = f'text(size: {scale}em, weight: "{weight}", style: "{slant}", fill: {fill}, {body})'
        if "band" in heads and upper:
            text = f"block(width: 100%, fill: {colour}, inset: 6pt, {text})"
        elif "rule" in heads and upper:
            text = f"block(width: 100%, stroke: (bottom: 0.6pt), inset: (bottom: 3pt), {text})"
        if ("centred" in heads and upper) or (level == 1 and scale == self.look.scale[1]):
            text = f"align(center, {text})"
        above, below = (0, 1.2) if level == 1 else (1.6 - 0.15 * level, 0.8)
        # The size of the text that spaces are measured in is the heading's own.
        return (
            f"#show heading.where(level: {level}): set text(size: {self.look.size}pt)\n"
            f"#show heading.where(level: {level}): it => "
            f"block(above: {above}em, below: {below}em, sticky: true, width: 100%, {text})"
        )

    def _body(self) -> list[str]:
        parts = self._pieces()
        if self.look.columns == 1:
            return [text for text, _ in parts]
        if not self.look.balanced:
            title = self._title_length()
            spanning = "\n\n".join(text for text, _ in parts[:title])
            place = f'#place(top, scope: "parent", float: true, clearance: 1.2em)[{spanning}]'
            return [place, *(text for text, _ in parts[title:])]
        return [
            text
            for wide, group in itertools.groupby(parts, key=lambda part: part[1])
            for pieces in [[text for text, _ in group]]
            for text in (pieces if wide else [self._columns(pieces, last=pieces[-1] == parts[-1][0])])
        ]

    def _columns(self, pieces: Sequence[str], *, last: bool) -> str:
        """Columns that end together; the document's last ones may end early."""
        look = self.look
        if last:
            body = "\n\n".join(pieces)
            return f"#columns({look.columns}, gutter: {look.gutter})[{body}]"
        whole = ", ".join(str(piece.startswith(WHOLE)).lower() for piece in pieces)
        bodies = ", ".join(f"[{piece}]" for piece in pieces)
        return f"#balanced({look.columns}, {look.gutter}, ({bodies},), ({whole},))"

    def _title_length(self) -> int:
        items = self.made.items
        return next((i for i, item in enumerate(items) if i and not isinstance(item, Lines)), len(items))

    def _pieces(self) -> list[tuple[str, bool]]:
        """Source of each item or two, and whether it goes over all columns."""
        pieces: list[tuple[str, bool]] = []
        title, i = self._title_length(), 0
        items = self.made.items
        while i < len(items):
            item, following = items[i], items[i + 1] if i + 1 < len(items) else None
            if isinstance(item, SideNote) and isinstance(following, Paragraph):
                note = f"#place(left, dx: -4.1cm)[#block(width: 3.6cm)[{self._small(item.text)}]]"
                pieces.append((f"{note}\n{self._item(following)}", False))
                i += 2
            elif (
                isinstance(item, Figure) and isinstance(following, Paragraph)
                and self.look.pictures in ("beside", "around") and not following.notes
            ):  # fmt: skip
                pieces.append((self._with_picture(item, following), False))
                i += 2
            else:
                pieces.append((self._item(item, first=i == 0, title=i < title), i < title or self._is_wide(item)))
                i += 1
        return pieces

    def _with_picture(self, figure: Figure, paragraph: Paragraph) -> str:
        picture = self._item(figure)
        if self.look.pictures == "around":
            words = ", ".join(string(word)[1:] for word in paragraph.text.split(" "))
            inner = f"around([{picture}], ({words},))"
        else:
            inner = f"grid(columns: (6cm, 1fr), gutter: 0.8cm, [{picture}], [{self._item(paragraph)}])"
        return f"#block(above: 1.2em, below: 1.2em)[#set par(first-line-indent: 0em)\n#{inner}]"

    def _is_wide(self, item: Item) -> bool:
        if isinstance(item, Table):
            cells = max(len(row) for row in item.rows)
            return (
                cells > NARROW_COLUMNS.get(self.look.columns, cells)
                or max(len(c.text) for row in item.rows for c in row) > NARROW_CELL
            )
        return isinstance(item, Figure) and len(item.caption) > NARROW_CELL

    def _item(self, item: Item, *, first: bool = False, title: bool = False) -> str:
        match item:
            case Heading():
                return f"#heading(level: {item.level})[{string(item.text)}]"
            case Paragraph():
                notes = "".join(f"#footnote[{string(text)}]" for _, text in item.notes)
                return string(item.body) + notes
            case SideNote():
                return self._small(item.text)
            case Quote():
                slant = 'style: "italic"' if self.look.indent else "size: 0.95em"
                return f"#block(above: 1.1em, below: 1.1em, inset: (x: 1.8em), text({slant})[{string(item.text)}])"
            case Code():
                # Typst's string syntax has line ends as they are.
                return f"#block(above: 1em, below: 1em, inset: (left: 1em), raw(block: true, {string(item.text)[1:]}))"
            case Lines():
                return self._lines(item, first=first, title=title)
            case List():
                return f"#block(above: 1em, below: 1em)[{self._list(item.items, 0)}]"
            case Table():
                return self._table(item)
            case Figure():
                return f"#figure({self._picture(item)}, caption: [{string(item.caption)}], kind: image)"
            case Contents():
                return self._contents(item)
            case Form():
                return self._form(item)
            case Transcript():
                return self._transcript(item)

    def _small(self, text: str) -> str:
        return f"#par(justify: false, first-line-indent: 0em)[#text(size: 0.8em)[{string(text)}]]"

    def _lines(self, item: Lines, *, first: bool, title: bool) -> str:
        text = " \\\n".join(string(line) for line in item.lines)
        side = "center" if title and "centred" in self.look.heads else "right" if first and self.look.indent else "left"
        return (
            f"#block(above: 1em, below: 1.4em, width: 100%)[#set par(first-line-indent: 0em, justify: false)\n"
            f"#align({side})[{text}]]"
        )

    def _list(self, items: Sequence[ListItem], depth: int) -> str:
        gap = "0.5em" if self.look.justify else "0.7em"
        rows = []
        for item in items:
            below = f"\n#v({gap}, weak: true)\n{self._list(item.items, depth + 1)}" if item.items else ""
            rows.append(f"[{string(item.marker)}], [#set par(first-line-indent: 0em)\n{string(item.text)}{below}]")
        width = "auto" if any(len(item.marker) > 1 for item in items) else "0.7em"
        return f"#pad(left: 0.9em)[#grid(columns: ({width}, 1fr), gutter: {gap}, {', '.join(rows)})]"

    def _table(self, item: Table) -> str:
        look, heads = self.look, self._head_rows(item)
        columns = max(sum(cell.column_span for cell in row) for row in item.rows)
        longest = [0] * columns
        for row in item.rows:
            if len(row) == columns:
                longest = [max(a, len(cell.text)) for a, cell in zip(longest, row, strict=True)]
        widths = ", ".join("auto" if size <= SHORT_CELL else "1fr" for size in longest)
        numeric = [all(_is_number(row[i].text) for row in item.rows if len(row) == columns and not row[0].head)
                   for i in range(columns)]  # fmt: skip
        sides = ", ".join("right" if value else "left" for value in numeric)
        cells = [[self._cell(cell, head=i < heads) for cell in row] for i, row in enumerate(item.rows)]
        head = ", ".join(text for row in cells[:heads] for text in row)
        body = ", ".join(text for row in cells[heads:] for text in row)
        rule = {
            "grid": "stroke: 0.5pt,", "lines": "stroke: (x, y) => (bottom: 0.4pt),", "white": "stroke: none,",
            "booktabs": "stroke: none,",
            "banded": f"stroke: none, fill: (x, y) => if y < {heads} {{ rgb(\"{look.colour}\").lighten(70%) }} "
            "else if calc.odd(y) { luma(240) },",
        }[look.tables]  # fmt: skip
        edge = "table.hline(stroke: 0.9pt)," if look.tables == "booktabs" else ""
        middle = "table.hline(stroke: 0.5pt)," if look.tables == "booktabs" else ""
        size = 0.82 if look.columns > 1 or columns > 5 else 0.92
        table = (
            f"table(columns: ({widths},), align: ({sides},), {rule} inset: (x: 5pt, y: 4pt), {edge} "
            f"table.header(repeat: {str(look.repeated).lower()}, {head}), {middle} {body}, {edge})"
        )
        position = f"#show figure.where(kind: table): set figure.caption(position: {look.captions})"
        setting = f"#set text(size: {size}em, hyphenate: false)\n#set par(justify: false, first-line-indent: 0em)"
        whole = len(item.rows) <= WHOLE_ROWS
        block = f"#block(breakable: {str(not whole).lower()}, above: 1.2em, below: 1.4em)"
        if not item.caption:
            return f"{block}[{setting}\n#align(center, {table})]"
        breakable = f"#show figure: set block(breakable: {str(not whole).lower()})"
        figure = f"#figure({table}, caption: [{string(item.caption)}], kind: table)"
        return f"{block}[{position}\n{breakable}\n{setting}\n{figure}]"

    @staticmethod
    def _head_rows(item: Table) -> int:
        """Rows of heads at the top; a group row comes behind a row without one or after the first."""
        rows = list(itertools.takewhile(lambda row: all(cell.head for cell in row) and len(row) > 1, item.rows))
        return len(rows)

    @staticmethod
    def _cell(cell: Cell, *, head: bool) -> str:
        text = f"*{string(cell.text)}*" if cell.head and cell.text else string(cell.text)
        spans = [f"{key}: {n}" for key, n in (("rowspan", cell.row_span), ("colspan", cell.column_span)) if n > 1]
        side = "center + horizon" if head else "left"
        align = [f"align: {side}"] if cell.column_span > 1 else []
        return f"table.cell({', '.join([*spans, *align])})[{text}]" if spans else f"[{text}]"

    def _picture(self, item: Figure) -> str:
        self.pictures += 1
        choose = random.Random(item.caption)
        one = self.look.columns == 1 or (self.look.balanced and self._is_wide(item))
        wide = one and self.look.pictures not in ("beside", "around")
        name = self.folder / f"picture{self.pictures}.{'png' if self.look.pictures == 'raster' else 'svg'}"
        if name.suffix == ".png":
            name.write_bytes(photograph(choose))
        else:
            name.write_text(drawing(choose), encoding="utf-8")
        return f'image("{name.name}", width: {choose.choice((50, 65, 80)) if wide else 100}%)'

    @staticmethod
    def _contents(item: Contents) -> str:
        lines = [
            f"#block(above: 0.65em, below: 0.65em)[#h({(depth - 1) * 1.4}em){string(text)} "
            f"#box(width: 1fr, repeat[.#h(0.2em)]) {string(page)}]"
            for depth, text, page in item.entries
        ]
        return "#block[#set par(first-line-indent: 0em, justify: false)\n" + "\n".join(lines) + "]"

    def _form(self, item: Form) -> str:
        boxed = self.look.tables in ("grid", "banded")
        stroke, line = ("0.5pt", "0.5pt") if boxed else ("none", "(bottom: 0.4pt)")
        rows = ", ".join(
            f"[{string(label + ':')}], grid.cell(stroke: {line})[{string(value)}]" for label, value in item.fields
        )
        return (
            "#block(above: 1em, below: 1.4em)[#set par(first-line-indent: 0em)\n"
            f"#grid(columns: (auto, 1fr), inset: 5pt, stroke: {stroke}, {rows})]"
        )

    def _transcript(self, item: Transcript) -> str:
        speeches = "\n\n".join(string(speech) for speech in item.speeches)
        return (
            '#[#set par.line(numbering: "1", numbering-scope: "page")\n'
            f"#set par(leading: 1.1em, spacing: 1.1em, first-line-indent: (amount: 2em, all: true))\n{speeches}]"
        )


def _is_number(text: str) -> bool:
    return not text.strip("0123456789.,:–%- \u00a0")


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "")
