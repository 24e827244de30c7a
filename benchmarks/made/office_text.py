"""A made document as a flat OpenDocument text (ODF 1.3, part 3): its body, and the automatic styles that it needs."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from benchmarks.made import parts
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
from benchmarks.made.office_looks import Look
from benchmarks.made.office_styles import styles
from benchmarks.made.pictures import HEIGHT, WIDTH

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    )
)  # fmt: skip
_NUMBERS = {"a": "a", "A": "A", "i": "i", "I": "I"}
_MARKER = re.compile(r"^([^\w]*)(\w+)([^\w]*)$")


@dataclass
class _Writer:
    """Writes the body; styles that are met on the way gather in ``automatic``."""

    look: Look
    automatic: list[str] = field(default_factory=list)
    count: int = 0

    def item(self, item: Item, *, first: bool, follows_text: bool) -> str:
        match item:
            case Heading():
                level = f'text:style-name="Heading_{item.level}" text:outline-level="{item.level}"'
                return f"<text:h {level}>{_text(item.text)}</text:h>"
            case Paragraph():
                return self.paragraph(item, follows_text=follows_text)
            case SideNote():
                return self.side_note(item)
            case Quote():
                return _p("Quotations", _text(item.text))
            case Code():
                return (
                    _p("Gap", "")
                    + "".join(_p("Preformatted", _kept(line)) for line in item.text.split("\n"))
                    + _p("Gap", "")
                )
            case Lines():
                lines = "<text:line-break/>".join(_text(line) for line in item.lines)
                return _p("Letterhead" if first else "Address", lines)
            case List():
                return self.list_(item.items) + _p("Gap", "")
            case Table():
                return self.table(item)
            case Figure():
                return self.figure(item)
            case Contents():
                return self.contents(item)
            case Form():
                return self.form(item)
            case Transcript():
                return "".join(_p("Speech", _text(speech)) for speech in item.speeches)

    def paragraph(self, item: Paragraph, *, follows_text: bool) -> str:
        text, notes = parts.without_calls(item)
        calls = "".join(
            f'<text:note text:note-class="footnote"><text:note-citation'
            f' text:label="{number}">{number}</text:note-citation>'
            f"<text:note-body>{_p('Footnote', _text(note))}</text:note-body></text:note>"
            for number, note in notes
        )
        return _p("Text_body" if follows_text else "First_body", _text(text) + calls)

    def side_note(self, item: SideNote) -> str:
        box = f'<draw:text-box fo:min-height="5mm">{_p("Marginalia", _text(item.text))}</draw:text-box>'
        place = f'svg:x="{self.look.side_x}" svg:y="0mm" svg:width="{self.look.side_width}"'
        frame = f'<draw:frame draw:style-name="Side" text:anchor-type="paragraph" {place}>{box}</draw:frame>'
        return _p("Anchor", frame)

    def list_(self, items: tuple[ListItem, ...], depth: int = 1) -> str:
        """A list with a style of its own, as lists of one depth may have different marks."""
        name = self.name("L")
        levels = "".join(_level(level, items[0].marker, self.look) for level in range(1, depth + 1))
        self.automatic.append(f'<text:list-style style:name="{name}">{levels}</text:list-style>')
        body = "".join(
            f"<text:list-item>{_p('List', _text(item.text))}"
            f"{self.list_(item.items, depth + 1) if item.items else ''}</text:list-item>"
            for item in items
        )
        return f'<text:list text:style-name="{name}">{body}</text:list>'

    def table(self, table: Table) -> str:
        name, heads, width = self.name("T"), parts.head_rows(table), parts.columns(table)
        wanted = parts.column_characters(table)
        room = self.look.text_mm if _spans(table, self.look) else self.look.width_mm
        share = min(1.0, sum(wanted) * self.look.character_mm / room) if self.look.narrow_tables else 1.0
        margin = room * (1 - share)
        whole = f'style:width="{room - margin:.1f}mm" table:align="left" fo:margin-top="2mm" fo:margin-bottom="3mm"'
        whole += ' table:border-model="collapsing" style:may-break-between-rows="true"'
        self.automatic.append(
            f'<style:style style:name="{name}" style:family="table"><style:table-properties {whole}/></style:style>'
        )
        columns = ""
        for index, characters in enumerate(wanted):
            wide = (room - margin) * characters / sum(wanted)
            self.automatic.append(
                f'<style:style style:name="{name}.{index}" style:family="table-column">'
                f'<style:table-column-properties style:column-width="{wide:.1f}mm"/></style:style>'
            )
            columns += f'<table:table-column table:style-name="{name}.{index}"/>'
        amounts, rows = parts.amount_columns(table), []
        for y, (row, line) in enumerate(zip(table.rows, parts.placed(table), strict=True)):
            group = parts.is_group(row, width)
            rows.append(self.row(line, y, heads, len(table.rows), amounts, group=group))
        head = f"<table:table-header-rows>{''.join(rows[:heads])}</table:table-header-rows>" if heads else ""
        caption = _p("Caption", _text(table.caption)) if table.caption else ""
        named = f'table:name="{name}" table:style-name="{name}"'
        body = f"<table:table {named}>{columns}{head}{''.join(rows[heads:])}</table:table>"
        return caption + body + _p("Gap", "")

    def row(self, line: list[Cell | None], y: int, heads: int, rows: int, amounts: set[int], *, group: bool) -> str:
        cells = ""
        for x, cell in enumerate(line):
            if cell is None:
                cells += "<table:covered-table-cell/>"
                continue
            last = y + cell.row_span >= rows
            kind = "Head" if y < heads else "Group" if group else "Even" if (y - heads) % 2 else "Odd"
            kind += "Foot" if last and kind != "Head" else "Edge" if y + cell.row_span == heads else ""
            style = "Amount" if x in amounts and not group else "Cell"
            if y < heads:
                style = "Cell_spanning" if cell.column_span > 1 else f"{style}_head"
            elif cell.head or group:
                style += "_bold"
            spans = (
                f' table:number-columns-spanned="{cell.column_span}" table:number-rows-spanned="{cell.row_span}"'
                if cell.column_span > 1 or cell.row_span > 1
                else ""
            )
            words = "".join(_p(style, _text(part)) for part in cell.text.split("\n"))
            named = f'table:style-name="{kind}" office:value-type="string"'
            cells += f"<table:table-cell {named}{spans}>{words}</table:table-cell>"
        return f'<table:table-row table:style-name="Row">{cells}</table:table-row>'

    def figure(self, item: Figure) -> str:
        kind, picture = parts.picture(item)
        data = base64.b64encode(picture).decode()
        wide = self.look.width_mm * self.look.figure_share
        size = f'svg:width="{wide:.1f}mm" svg:height="{wide * HEIGHT / WIDTH:.1f}mm"'
        name = self.name("Picture")
        frame = (
            f'<draw:frame draw:name="{name}" draw:style-name="Picture" text:anchor-type="as-char" {size}>'
            f'<draw:image draw:mime-type="{kind}"><office:binary-data>{data}</office:binary-data></draw:image>'
            f"<svg:title>{name}</svg:title></draw:frame>"
        )
        return _p("Figure", frame) + (_p("Caption_below", _text(item.caption)) if item.caption else "")

    def contents(self, item: Contents) -> str:
        entries = "".join(
            _p(f"Contents_{min(depth, 4)}", f"{_text(text)}<text:tab/>{_text(page)}")
            for depth, text, page in item.entries
        )
        name = self.name("Contents")
        source = '<text:table-of-content-source text:outline-level="4"/>'
        return (
            f'<text:table-of-content text:name="{name}" text:protected="true">{source}'
            f"<text:index-body>{entries}</text:index-body></text:table-of-content>"
        )

    def form(self, item: Form) -> str:
        style = "Field_box" if self.look.form == "box" else "Field"
        tail = "<text:tab/>" if self.look.form == "leader" else ""
        fields = "".join(
            _p(style, f"{_text(label)}:<text:tab/>{_filled(value, self.look)}{tail}") for label, value in item.fields
        )
        return fields + _p("Gap", "")

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"


def flat_document(made: Made, look: Look) -> str:
    """The document as one XML text that Writer opens."""
    writer = _Writer(look)
    runs: list[tuple[bool, str]] = []
    spanning = _spanning(made.items, look)
    for index, item in enumerate(made.items):
        follows_text = index > 0 and isinstance(made.items[index - 1], Paragraph)
        runs.append((spanning[index], writer.item(item, first=index < 2, follows_text=follows_text)))
    body = ""
    for number, (spans, run) in enumerate(groupby(runs, key=lambda pair: pair[0])):
        text = "".join(part for _, part in run)
        in_columns = look.columns > 1 and not spans
        body += (
            f'<text:section text:style-name="Columns" text:name="Section{number}">{text}</text:section>'
            if in_columns
            else text
        )
    head, foot, folio = _running(made, look)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"{styles(look, made.language, head, foot + folio, ''.join(writer.automatic), lined=_has_transcript(made))}"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def _spans(item: Item, look: Look) -> bool:
    """Whether an item is set over all columns."""
    if isinstance(item, Table):
        return parts.characters(item) * look.character_mm > look.width_mm * 1.15
    return isinstance(item, Contents) or (isinstance(item, Heading) and item.level == 1)


def _spanning(items: tuple[Item, ...], look: Look) -> list[bool]:
    """Whether each item is set over all columns: wide ones, what stands at the top, and headings of wide ones."""
    spans = [_spans(item, look) or (isinstance(item, Lines) and index < 2) for index, item in enumerate(items)]
    for index in range(len(items) - 2, -1, -1):
        if isinstance(items[index], Heading) and spans[index + 1]:
            spans[index] = True
    return spans


def _has_transcript(made: Made) -> bool:
    return any(isinstance(item, Transcript) for item in made.items)


def _running(made: Made, look: Look) -> tuple[str, str, str]:
    """What stands at the head, at the foot, and the page number, which stands at the foot too."""
    page = "<text:page-number/>"
    number = look.number_words.replace("#", page).replace("@", "<text:page-count/>") if made.numbered_pages else ""
    foot = _text(made.running_foot)
    return _text(made.running_head), foot, (f"<text:tab/>{number}" if number else "")


def _level(depth: int, marker: str, look: Look) -> str:
    indent = f"{look.list_indent * depth:.1f}mm"
    label = '<style:list-level-label-alignment text:label-followed-by="listtab"'
    label += f' text:list-tab-stop-position="{indent}" fo:text-indent="-{look.list_indent:.1f}mm"'
    label += f' fo:margin-left="{indent}"/>'
    properties = '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    properties += f"{label}</style:list-level-properties>"
    match = _MARKER.match(marker)
    if not match:
        bullet = f"text:bullet-char={quoteattr(marker)}"
        return (
            f'<text:list-level-style-bullet text:level="{depth}" {bullet}>{properties}</text:list-level-style-bullet>'
        )
    before, middle, after = match.groups()
    format_, start = ("1", int(middle)) if middle.isdigit() else (_NUMBERS.get(middle, "a"), 1)
    number = f'style:num-prefix={quoteattr(before)} style:num-suffix={quoteattr(after)} style:num-format="{format_}"'
    return (
        f'<text:list-level-style-number text:level="{depth}" {number} text:start-value="{start}">'
        f"{properties}</text:list-level-style-number>"
    )


def _filled(value: str, look: Look) -> str:
    return (
        f'<text:span text:style-name="{"Underlined" if look.form == "rule" else "Filled"}">{_text(value)}</text:span>'
    )


def _p(style: str, content: str) -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def _text(text: str) -> str:
    return escape(text)


def _kept(line: str) -> str:
    """Text whose spaces are all kept: OpenDocument makes one of several."""
    return re.sub(r"^ | {2,}", lambda spaces: f'<text:s text:c="{len(spaces[0])}"/>', escape(line))
