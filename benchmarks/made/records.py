"""Letters, forms, transcripts, statements and the like: papers of an office."""

from __future__ import annotations

from benchmarks.made import tables
from benchmarks.made.model import Form, Heading, Item, Lines, List, ListItem, Made, Paragraph, Transcript
from benchmarks.made.writer import Writer


def letter(write: Writer) -> Made:
    """Who sends it, to whom, when, about what, a greeting, paragraphs, who signs."""
    sender, to = write.name(), write.name()
    items: list[Item] = [
        Lines((f"{write.place()} & Sons Ltd.", _street(write), f"{write.place()} {_code(write)}")),
        Lines((to, _street(write), f"{write.place()} {_code(write)}")),
        Lines((write.date(),)),
        Lines((f"Re: {write.title()}",)),
        Paragraph(f"Dear {write.random.choice(['Mr', 'Ms', 'Dr'])} {to.split()[-1]},"),
        *(Paragraph(write.paragraph(2, 5)) for _ in range(write.random.randint(4, 8))),
    ]
    if write.chance(0.5):
        items.append(List(tuple(ListItem(f"{i}.", write.sentence()) for i in range(1, write.random.randint(4, 6)))))
        items.append(Paragraph(write.paragraph(1, 2)))
    if write.chance(0.3):
        items.append(tables.numbers(write))
    items += [Paragraph("Yours sincerely,"), Lines((sender, "Managing Director"))]
    items += [Lines(("Encl.",))] if write.chance(0.4) else []
    return Made(
        "", "en", tuple(items), running_foot=f"Registered in {write.place()} No. {write.random.randint(10_000, 99_999)}"
    )


def form(write: Writer) -> Made:
    """Sections of labels with what is filled in, and instructions between them."""
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        ("Applicant", [("Surname", write.name().split()[-1]), ("First name", write.name().split()[0]),
                       ("Date of birth", write.date()), ("Address", _street(write)), ("Town", write.place()),
                       ("Postcode", _code(write)), ("Telephone", _telephone(write))]),
        ("Employment", [("Employer", f"{write.place()} {write.short()} Ltd."), ("Position", write.short()),
                        ("Employed since", write.date()), ("Annual income", write.money())]),
        ("Property", [("Type of building", write.short()), ("Year built", write.year()),
                      ("Floor area", f"{write.number(400)} m²"), ("Value", write.money()),
                      ("Insured by", write.place())]),
        ("Payment", [("Account holder", write.name()), ("Account number", _account(write)),
                     ("Amount", write.money()),
                     ("Method", write.random.choice(["Cheque", "Transfer", "Direct debit"]))]),
    ]  # fmt: skip
    items: list[Item] = [Heading(1, f"Application for {write.short()}"), Paragraph(write.paragraph(2, 3))]
    numbered = write.chance(0.5)
    for i, (title, fields) in enumerate(sections, 1):
        items += [Heading(2, f"{i}. {title}" if numbered else title), Paragraph(write.sentence()), Form(tuple(fields))]
    items += [Heading(2, "Declaration" if not numbered else "5. Declaration"), Paragraph(write.paragraph(3, 5))]
    items.append(Form((("Place", write.place()), ("Date", write.date()))))
    return Made("", "en", tuple(items), running_foot=f"Form {write.random.randint(10, 999)}-A")


def transcript(write: Writer) -> Made:
    """Of a hearing: what is said line by line, with the numbers of lines in the margin."""
    names = [name.split()[-1].upper() for name in (write.name(), write.name(), write.name())]
    speeches = []
    for i in range(write.random.randint(36, 60)):
        if i % 9 == 0:
            who = f"{write.random.choice(['MR.', 'MS.'])} {write.random.choice(names)}:"
        elif i % 13 == 5:
            who = "THE COURT:"
        else:
            who = "Q." if i % 2 else "A."
        speeches.append(f"{who} {write.paragraph(1, 3)}")
    place = write.place()
    items: list[Item] = [
        Heading(1, f"In the County Court of {place}"),
        Lines((f"{write.name()} v. {write.name()}", f"Case No. {write.random.randint(100, 999)}/{write.year()}")),
        Transcript(tuple(speeches)),
    ]
    return Made("", "en", tuple(items), running_foot=f"{write.name()}, Court Reporter" if write.chance(0.5) else "")


def account(write: Writer) -> Made:
    """A bank's statement: an address, sums of the month, a table of two pages."""
    items: list[Item] = [
        Lines((f"Bank of {write.place()}", _street(write))),
        Lines((write.name(), _street(write), f"{write.place()} {_code(write)}")),
        Heading(1, "Statement of Account"),
        Form((("Account number", _account(write)), ("Period", "1 to 31 March 2024"),
              ("Opening balance", write.money()), ("Closing balance", write.money()))),
        Heading(2, "Transactions"),
        tables.statement(write, least=24, most=44),
        Heading(2, "About this statement"),
        *(Paragraph(write.paragraph(2, 4)) for _ in range(3)),
        Heading(2, "Summary"),
        tables.numbers(write),
    ]  # fmt: skip
    return Made("", "en", tuple(items), running_head=f"Bank of {write.place()}")


def rate_sheet(write: Writer) -> Made:
    """Prices in groups, with conditions before and behind."""
    items: list[Item] = [
        Heading(1, f"Tariff of the {write.place()} Works"),
        Lines((f"Effective {write.date()}",)),
        Paragraph(write.paragraph(2, 4)),
    ]
    for _ in range(3):
        items += [Heading(2, write.heading()), Paragraph(write.paragraph(1, 3)), tables.rates(write)]
    items += [Heading(2, "Conditions")]
    items.append(List(tuple(ListItem(f"({'abcdef'[i]})", write.paragraph(1, 2)) for i in range(5))))
    return Made("", "en", tuple(items), running_foot=f"Sheet No. {write.random.randint(1, 99)}")


def times(write: Writer) -> Made:
    """Time-tables, each with a heading and notes."""
    items: list[Item] = [Heading(1, f"{write.place()} Railway"), Lines((f"Valid from {write.date()}",))]
    for _ in range(4):
        line = f"{write.place()} to {write.place()}"
        items += [Heading(2, line), tables.timetable(write), Paragraph(write.paragraph(1, 3))]
    return Made("", "en", tuple(items), running_head="Passenger Services" if write.chance(0.6) else "")


def inventory(write: Writer) -> Made:
    """A table longer than a page, with text before and behind."""
    caption = f"Table 1. {write.short()} {write.place()}." if write.chance(0.6) else ""
    items: list[Item] = [
        Heading(1, f"Inventory of the {write.place()} Stores"),
        Paragraph(write.paragraph(3, 5)),
        tables.long(write, caption),
        Heading(2, "Remarks"),
        *(Paragraph(write.paragraph(2, 4)) for _ in range(4)),
    ]
    return Made("", "en", tuple(items), running_head=write.title())


def _street(write: Writer) -> str:
    return f"{write.random.randint(1, 240)} {write.place()} {write.random.choice(['Road', 'Street', 'Lane', 'Avenue'])}"


def _code(write: Writer) -> str:
    first, second = ("".join(write.random.choice("ABCDEFGHKLMNPRSTW") for _ in range(2)) for _ in range(2))
    return f"{first}{write.random.randint(1, 9)} {write.random.randint(1, 9)}{second}"


def _account(write: Writer) -> str:
    return str(write.random.randint(10**7, 10**8 - 1))


def _telephone(write: Writer) -> str:
    return f"0{write.random.randint(100, 999)} {write.random.randint(100_000, 999_999)}"
