"""Tables of the kinds that documents have: of numbers, of words, with groups and spans, long ones."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.made.model import Cell, Table
from benchmarks.made.writer import Writer

Row = tuple[Cell, ...]


def numbers(write: Writer, caption: str = "") -> Table:
    """A name in the first column, years or quarters over columns of numbers."""
    first = write.random.randint(1990, 2020)
    columns = write.random.randint(2, 4)
    heads = [str(first + i) for i in range(columns)] if write.chance(0.6) else ["Q1", "Q2", "Q3", "Q4"][:columns]
    decimal = write.chance(0.4)
    rows = [
        [write.short(), *(write.decimal(900) if decimal else write.number(90_000) for _ in heads)]
        for _ in range(write.random.randint(3, 8))
    ]
    return Table((_head([write.short(), *heads]), *map(_row, rows)), caption)


def words(write: Writer, caption: str = "") -> Table:
    """Cells of several lines: a term, and sentences about it."""
    rows = [(write.short(), write.sentence(), write.place()) for _ in range(write.random.randint(3, 5))]
    return Table((_head([write.short() for _ in range(3)]), *map(_row, rows)), caption)


def groups(write: Writer, caption: str = "") -> Table:
    """A row over all columns before each group."""
    columns = write.random.randint(3, 4)
    rows: list[Row] = [_head([write.short(), *(write.phrase().split()[-1].capitalize() for _ in range(columns - 1))])]
    for _ in range(write.random.randint(2, 3)):
        rows.append((Cell(write.short(), column_span=columns, head=True),))
        rows += [
            _row([write.short(), *(write.decimal(100, 2) for _ in range(columns - 1))])
            for _ in range(write.random.randint(2, 4))
        ]
    return Table(tuple(rows), caption)


def spans(write: Writer, caption: str = "") -> Table:
    """Two rows of heads, the upper over pairs of columns; a first column whose cells stand for two rows."""
    first = write.random.randint(1990, 2023)
    upper: Row = (
        Cell(write.short(), row_span=2, head=True),
        Cell(str(first), column_span=2, head=True),
        Cell(str(first + 1), column_span=2, head=True),
    )
    lower = _head(["No.", "%", "No.", "%"])
    rows: list[Row] = [upper, lower]
    if write.chance(0.5):
        upper = (Cell(write.short(), row_span=2, head=True), Cell("Type", row_span=2, head=True), *upper[1:])
        rows = [upper, lower]
        for _ in range(write.random.randint(2, 3)):
            rows.append((Cell(write.place(), row_span=2), Cell("A"), *_pairs(write)))
            rows.append((Cell("B"), *_pairs(write)))
    else:
        rows += [(Cell(write.short()), *_pairs(write)) for _ in range(write.random.randint(4, 7))]
    return Table(tuple(rows), caption)


def statement(write: Writer, caption: str = "", least: int = 12, most: int = 24) -> Table:
    """Of an account: a date, what for, and sums of which most rows have only one."""
    balance, rows, day = write.random.uniform(500, 9_000), [], 1
    for _ in range(write.random.randint(least, most)):
        day = min(28, day + write.random.randint(0, 2))
        amount = write.random.uniform(5, 900)
        paid_in = write.chance(0.3)
        balance += amount if paid_in else -amount
        sums = ["", f"{amount:,.2f}"] if paid_in else [f"{amount:,.2f}", ""]
        what = (
            f"{write.short()} {write.place()}" if write.chance(0.6) else f"Ref. {write.random.randint(10_000, 99_999)}"
        )
        rows.append([f"{day:02d}/03/24", what, *sums, f"{balance:,.2f}"])
    return Table((_head(["Date", "Details", "Paid out", "Paid in", "Balance"]), *map(_row, rows)), caption)


def rates(write: Writer, caption: str = "") -> Table:
    """Of prices: a class, a unit, a minimum and a rate, in groups."""
    rows: list[Row] = [_head(["Class", "Unit", "Minimum", "Rate"])]
    for letter in "ABCD"[: write.random.randint(2, 4)]:
        rows.append((Cell(f"{letter}. {write.short()}", column_span=4, head=True),))
        for _ in range(write.random.randint(3, 6)):
            unit = write.random.choice(["per hour", "per month", "per item", "kg", "each"])
            sums = [f"{write.random.uniform(1, 99):.2f}", f"{write.random.uniform(0, 9):.3f}"]
            rows.append(_row([write.short(), unit, *sums]))
    return Table(tuple(rows), caption)


def timetable(write: Writer, caption: str = "") -> Table:
    """Of a line: places, and when each run leaves there; some runs pass by."""
    runs = write.random.randint(4, 6)
    starts = [write.random.randint(5 * 60, 20 * 60) for _ in range(runs)]
    starts.sort()
    minutes, rows = 0, []
    places = write.random.sample(_places(), write.random.randint(7, 12))
    for place in places:
        times = [(start + minutes) for start in starts]
        rows.append([place, *("–" if write.chance(0.1) else f"{t // 60:02d}:{t % 60:02d}" for t in times)])
        minutes += write.random.randint(4, 19)
    return Table((_head(["Stop", *(str(write.random.randint(100, 999)) for _ in starts)]), *map(_row, rows)), caption)


def long(write: Writer, caption: str = "") -> Table:
    """More rows than a page has."""
    rows = [
        [str(i + 1), write.short(), write.place(), write.number(9_000)] for i in range(write.random.randint(48, 70))
    ]
    return Table((_head(["No.", "Item", "Place", "Quantity"]), *map(_row, rows)), caption)


# Those that any document may have; the others belong to a kind of document.
COMMON: tuple[Callable[[Writer, str], Table], ...] = (numbers, words, groups, spans)


def _head(texts: list[str]) -> Row:
    return tuple(Cell(text, head=True) for text in texts)


def _row(texts: list[str] | tuple[str, ...]) -> Row:
    return tuple(Cell(text) for text in texts)


def _pairs(write: Writer) -> Row:
    return tuple(cell for _ in range(2) for cell in (Cell(write.number(900)), Cell(write.decimal())))


def _places() -> list[str]:
    from benchmarks.made.words import PLACES

    return list(PLACES)
