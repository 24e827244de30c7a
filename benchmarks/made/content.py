"""Documents of many kinds, made from a seed: what they say, not how they look."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from benchmarks.made import records
from benchmarks.made.model import (
    Code,
    Contents,
    Figure,
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
)
from benchmarks.made.tables import COMMON, groups, numbers
from benchmarks.made.writer import Writer

# Of documents that may be in another language than English, the share that is.
OTHER_LANGUAGES = 0.4
# Of sections at the lowest level, the share that has each of these.
NOTE, SIDE_NOTE, LIST, QUOTE, TABLE, FIGURE = 0.3, 0.0, 0.3, 0.12, 0.3, 0.22


class Body:
    """Writes sections, and keeps the numbers of what is numbered through the document."""

    def __init__(self, write: Writer, *, numbered: bool | None = None, **shares: float) -> None:
        self.write = write
        self.numbered = write.chance(0.5) if numbered is None else numbered
        self.dot = "." if write.chance(0.3) else ""
        self.shares = {
            "note": NOTE, "side_note": SIDE_NOTE, "list": LIST, "quote": QUOTE, "table": TABLE, "figure": FIGURE
        } | shares  # fmt: skip
        self.counts = {"note": 0, "figure": 0, "table": 0}
        self.marker = write.random.choice("••–■")

    def sections(self, level: int, counts: tuple[int, ...], number: str = "") -> list[Item]:
        """Sections with ``counts[0]`` at this level, each with up to ``counts[1]`` below it, and so on."""
        items: list[Item] = []
        for i in range(1, counts[0] + 1):
            own = f"{number}.{i}" if number else str(i)
            items += [self.heading(level, own), *self.content(lowest=len(counts) == 1)]
            if len(counts) > 1 and (i > 1 or len(counts) > 2 or self.write.chance(0.5)):
                items += self.sections(level + 1, counts[1:], own)
        return items

    def heading(self, level: int, number: str = "") -> Heading:
        prefix = f"{number}{self.dot} " if self.numbered and number else ""
        return Heading(level, prefix + self.write.heading())

    def content(self, lowest: bool) -> list[Item]:
        items: list[Item] = []
        if self._has("side_note"):
            items.append(SideNote(self.write.paragraph(1, 1)))
        items += [self.paragraph() for _ in range(self.write.random.randint(1, 3 if lowest else 1))]
        if not lowest:
            return items
        extras: list[Callable[[], Item]] = [
            maker
            for kind, maker in (
                ("list", self.list), ("quote", self.quote), ("table", self.table), ("figure", self.figure)
            )
            if self._has(kind)
        ]  # fmt: skip
        self.write.random.shuffle(extras)
        for extra in extras[:2]:
            items += [extra(), self.paragraph()]
        return items

    def paragraph(self) -> Paragraph:
        text = self.write.paragraph()
        if not self._has("note"):
            return Paragraph(text)
        self.counts["note"] += 1
        number = self.counts["note"]
        return Paragraph(f"{text}{number}", ((number, self.write.paragraph(1, 2)),))

    def list(self, depth: int = 1, ordered: bool | None = None) -> List:
        return List(self._items(depth, self.write.chance(0.4) if ordered is None else ordered))

    def quote(self) -> Quote:
        return Quote(self.write.paragraph(1, 3))

    def table(self, make: Callable[[Writer, str], Table] | None = None) -> Table:
        caption = self._caption("table") if self.write.chance(0.7) else ""
        return (make or self.write.random.choice(COMMON))(self.write, caption)

    def figure(self) -> Figure:
        return Figure(self._caption("figure"))

    def _has(self, kind: str) -> bool:
        return self.write.chance(self.shares[kind])

    def _caption(self, kind: str) -> str:
        self.counts[kind] += 1
        text = self.write.sentence() if self.write.chance(0.3) else f"{self.write.short()} {self.write.place()}."
        return f"{self.write.label(kind)} {self.counts[kind]}{self.write.random.choice(':.')} {text}"

    def _items(self, depth: int, ordered: bool, level: int = 1) -> tuple[ListItem, ...]:
        count = self.write.random.randint(3, 5) if level == 1 else self.write.random.randint(2, 3)
        markers = [self._marker(i, ordered, level) for i in range(count)]
        short = self.write.chance(0.4)
        return tuple(
            ListItem(
                marker,
                self.write.short() if short else self.write.sentence(),
                self._items(depth - 1, self.write.chance(0.5), level + 1) if depth > 1 and i != count - 1 else (),
            )
            for i, marker in enumerate(markers)
        )

    def _marker(self, index: int, ordered: bool, level: int) -> str:
        if not ordered:
            return self.marker if level == 1 else "–" if self.marker != "–" else "•"
        return (f"{index + 1}.", f"({'abcdefgh'[index]})", f"{('i', 'ii', 'iii', 'iv', 'v')[index]}.")[level - 1]


def report(write: Writer) -> Made:
    """A title, who wrote it when, a summary, sections of two or three levels."""
    body = Body(write)
    depth = write.random.choice([(3, 2), (4,), (2, 2, 2), (2, 2, 1, 1)])
    title = write.title()
    items = [Heading(1, title), Lines((write.name(), write.date())), body.paragraph(), *body.sections(2, depth)]
    return _made(write, items, head=title if write.chance(0.7) else "", foot=write.place() + " Institute")


def paper(write: Writer) -> Made:
    """A title, authors and where they work, an abstract, sections, what is cited."""
    body = Body(write, numbered=write.chance(0.7), figure=0.35, table=0.35)
    title, authors = write.title(), [write.name() for _ in range(write.random.randint(1, 4))]
    items: list[Item] = [
        Heading(1, title),
        Lines((", ".join(authors), f"University of {write.place()}")),
        Heading(2, write.label("abstract")),
        Paragraph(write.paragraph(4, 7)),
        *body.sections(2, write.random.choice([(4,), (3, 2), (2, 2, 1)])),
        Heading(2, {"de": "Literatur", "fr": "Références", "es": "Referencias"}.get(write.language, "References")),
        List(tuple(ListItem(f"[{i}]", _source(write)) for i in range(1, write.random.randint(5, 9)))),
    ]
    return _made(write, items, head=f"{authors[0].split()[-1]}: {title}" if write.chance(0.5) else "")


def chapter(write: Writer) -> Made:
    """Of a book: long paragraphs, few headings, quotes and notes."""
    body = Body(write, numbered=False, note=0.35, quote=0.4, table=0.0, list=0.0, figure=0.15)
    number = write.random.randint(2, 19)
    title = write.title()
    items: list[Item] = [Heading(1, f"{write.label('chapter')} {number}: {title}")]
    items += [body.paragraph() for _ in range(4)]
    items += body.sections(2, (3,))
    return _made(write, items, head=title)


def manual(write: Writer) -> Made:
    """Steps, nested lists, code."""
    body = Body(write, list=0.4, table=0.25, quote=0.0, note=0.05)
    items: list[Item] = [Heading(1, write.title()), body.paragraph()]
    for i in range(1, 5):
        items += [body.heading(2, str(i)), body.paragraph(), body.list(write.random.randint(1, 3))]
        items += [Paragraph(write.sentence()), Code(_code(write)), body.paragraph()] if write.chance(0.7) else []
        items += body.sections(3, (1,), str(i)) if write.chance(0.6) else []
    return _made(write, items, foot=f"Rev. {write.random.randint(1, 9)}.{write.random.randint(0, 9)}")


def margins(write: Writer) -> Made:
    """A text-book with notes beside the text."""
    body = Body(write, side_note=0.8, note=0.0, figure=0.3)
    title = write.title()
    return _made(write, [Heading(1, title), body.paragraph(), *body.sections(2, (4, 1))], head=title)


def newsletter(write: Writer) -> Made:
    """Short pieces one after the other, each with a heading and who wrote it."""
    body = Body(write, numbered=False, note=0.0, figure=0.5, table=0.2, list=0.3)
    title = f"The {write.place()} Bulletin" if write.language == "en" else f"{write.place()} {write.year()}"
    items: list[Item] = [Heading(1, title), Lines((write.date(),))]
    for _ in range(6):
        items += [body.heading(2), Lines((write.name(),)), *body.content(lowest=True)]
    return _made(write, items, head=title, foot=f"www.{write.place().lower()}.example")


def book_with_contents(write: Writer) -> Made:
    """A title, contents of the sections that follow, the sections."""
    body = Body(write, numbered=write.chance(0.7))
    sections = body.sections(2, write.random.choice([(4, 2), (3, 2, 1)]))
    entries, page = [], 2
    for section in sections:
        if isinstance(section, Heading):
            entries.append((section.level - 1, section.text, str(page)))
            page += write.random.randint(0, 2)
    title = write.title()
    items = [Heading(1, title), Heading(2, write.label("contents")), Contents(tuple(entries)), *sections]
    return _made(write, items, head=title if write.chance(0.5) else "")


def minutes(write: Writer) -> Made:
    """Of a meeting: who was there, items with a list each, what was decided."""
    body = Body(write, numbered=True, note=0.0, figure=0.0, quote=0.0, table=0.0, list=0.0)
    items: list[Item] = [Heading(1, f"Minutes of the {write.place()} Council"), Lines((write.date(), write.place()))]
    items.append(Paragraph("Present: " + ", ".join(write.name() for _ in range(6)) + "."))
    for i in range(1, 7):
        items += [body.heading(2, str(i)), body.paragraph()]
        items += [body.list(write.random.randint(1, 2))] if write.chance(0.6) else []
        items += [Paragraph(f"Resolved: {write.sentence()}")]
    items.append(body.table(numbers))
    return _made(write, items)


def tables(write: Writer) -> Made:
    """A report that is mostly tables."""
    body = Body(write, note=0.1, figure=0.1, list=0.0, quote=0.0, table=0.0)
    items: list[Item] = [Heading(1, write.title())]
    for i, make in enumerate([*COMMON, groups, numbers], 1):
        items += [body.heading(2, str(i)), body.paragraph(), body.table(make)]
    return _made(write, items, head=write.title() if write.chance(0.5) else "")


KINDS: dict[str, Callable[[Writer], Made]] = {
    make.__name__: make
    for make in (
        report, paper, newsletter, chapter, manual, margins, book_with_contents, minutes, tables, records.letter,
        records.form, records.transcript, records.account, records.rate_sheet, records.times, records.inventory,
    )
}  # fmt: skip
# Those whose words are English.
ENGLISH_ONLY = {"manual", "minutes", *(name for name, make in KINDS.items() if make.__module__ == records.__name__)}


def document(kind: str, seed: int) -> Made:
    """One document of a kind of ``KINDS``, named after both."""
    language = "en"
    choose = random.Random(f"{kind} {seed} language")
    if kind not in ENGLISH_ONLY and choose.random() < OTHER_LANGUAGES:
        language = choose.choice(["de", "fr", "es"])
    return replace(KINDS[kind](Writer(f"{kind} {seed}", language)), name=f"{kind}-{seed}")


def documents(seed: int, kinds: Iterable[str] = KINDS) -> list[Made]:
    """One document of each kind."""
    return [document(kind, seed) for kind in kinds]


def _made(write: Writer, items: list[Item], head: str = "", foot: str = "") -> Made:
    foot = foot if write.chance(0.6) else ""
    return Made("", write.language, tuple(items), head, foot, numbered_pages=write.chance(0.85))


def _source(write: Writer) -> str:
    name, year = write.name(), write.year()
    pages = f"{write.random.randint(1, 90)}–{write.random.randint(91, 400)}"
    return f"{name.split()[-1]}, {name[0]}.: {write.title()}. {write.place()} {year}, pp. {pages}."


def _code(write: Writer) -> str:
    first, second, third = (write.random.choice(write.nouns) for _ in range(3))
    most = write.random.randint(2, 99)
    return write.random.choice(
        [
            f"def {first}_of({second}, limit={most}):\n    for item in {second}:\n"
            f"        if item.{third} > limit:\n            return item\n    return None",
            f"$ {first} --{second} {most} --output {third}.txt\n$ cat {third}.txt | sort | uniq -c",
            f'[{first}]\n{second} = {most}\n{third} = "{write.place()}"\n\n[{third}.{second}]\nenabled = true',
        ]
    )
