"""Made pages with known Markdown: what `train_lightonocr.py` trains its small model on.

Large clean type, a line per row of cells, some hundred words and numbers: pages as easy as reading can be.
"""

from __future__ import annotations

import math
import random
from functools import cache
from pathlib import Path
from typing import NamedTuple

import reportlab
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

KINDS = ("paragraph", "list", "table")
CELL = 28  # pixels of a page that become one token of the model, and the distance of two lines
ROWS, COLUMNS = 6, 8  # of the largest pages, in cells
SLOT = 7  # pixels of a line for which the encoder is asked for the letter, in training
LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,"
BULLET = "•"  # drawn as a disc: Pillow's font has no such character
VERA = Path(reportlab.__file__).parent / "fonts"
COMMON_WORDS = """
able about above across after again air all almost along also always animal answer any apple area arm army art
autumn away baby back bad bag ball bank base bath bear beat bed before begin bell below best bird black blood blue
board boat body bone book both bottom box boy branch bread bridge bright bring brother brown build burn busy but
buy cake call camp car card care cat catch cause centre chair chance change cheap child choice circle city class
clean clear clock close cloth cloud coal coast coat cold colour come cook copy corn cost cotton country course cover
cross crowd cup dance dark date day dead deep desk dog door doubt down dream dress drink drive dry dust each ear
early earth east easy edge egg empty end engine enough even every eye face fact fall family far farm fast father
field fight fire first fish flag flat floor flower fly food foot force forest form friend from front fruit full game
garden gate girl give glass gold good grass great green ground group grow guide hair half hall hand happy hard hat
head hear heart heat heavy help here high hill history hold home hope horse hot hour house ice idea inside iron
island job join judge jump keep key kind king knee know lake lamp land large last late laugh law lead leaf learn
left leg letter level light line lion list little long look love low machine map mark market meal meat metal middle
milk mind mirror money month moon morning mother mountain mouth music name narrow near neck never new night noise
north nose note number ocean office oil old open orange order over page paint paper park part party pencil people
picture place plane plant plate pocket point power price print public quick quiet quite rain read ready red rest
rice ring river road rock roof room root rule salt sand school sea second seed sheep ship shoe shop short side
silver simple sister six sky sleep slow small smoke snow soft song south space spring square star station stone
story street strong summer sun table tail tall tea test thick thin ticket time tooth town train tree true turn under
uncle value very view visit voice wait walk wall warm watch water way weather week west wheel white wide wild wind
window wing winter wood word work world write year yellow young
"""
WORDS = COMMON_WORDS.split()


class Piece(NamedTuple):
    """A text on a line of a page, `x` pixels from the left."""

    x: float
    text: str
    font: FreeTypeFont


class MadePage(NamedTuple):
    """A page, its Markdown, and for each slot of each line the letter and the word's token that it shows."""

    image: Image.Image
    markdown: str
    slots: list[list[tuple[str, str]]]


def make_page(rng: random.Random, kind: str | None = None) -> tuple[Image.Image, str]:
    """A page and its Markdown, as LightOnOCR writes it.

    Args:
        rng: Where the page's chances come from: equal states make equal pages.
        kind: The block of the page, one of `KINDS`, by chance by default. Mostly a heading goes before it.
    """
    page = draw_page(rng, kind)
    return page.image, page.markdown


def draw_page(rng: random.Random, kind: str | None = None, rows: int = ROWS, columns: int = COLUMNS) -> MadePage:
    """A page of at most this many rows and columns, in cells."""
    kind = kind or rng.choice(KINDS)
    width = CELL * columns
    left = rng.randint(2, 8)
    room = width - left
    font = ImageFont.load_default(rng.randint(16, 18)) if rng.random() < 0.5 else vera("Vera", rng.randint(14, 15))
    assert isinstance(font, FreeTypeFont)
    lines: list[list[Piece]] = []
    blocks: list[str] = []
    if rng.random() < (0.6 if rows > 2 else 0.15):
        level = rng.choice((1, 2))
        bold = vera("VeraBd", 20 if level == 1 else 16)
        text = " ".join(fitting(rng, bold, room, rng.randint(1, 3)))
        blocks.append("#" * level + " " + text)
        lines += [[Piece(left, text, bold)], []]
    free = rows - len(lines)
    if free > 0 and (kind == "paragraph" or columns < 6):
        wrapped = sentences(rng, font, room, rng.randint(1, free))
        blocks.append(" ".join(wrapped))
        lines += [[Piece(left, line, font)] for line in wrapped]
    elif free > 0 and kind == "list":
        count = rng.randint(1, min(free, 5))
        items = [" ".join(fitting(rng, font, room - 18, rng.randint(1, 5))) for _ in range(count)]
        blocks.append("\n".join(f"- {item}" for item in items))
        lines += [[Piece(left, BULLET, font), Piece(left + 18, item, font)] for item in items]
    elif free > 0:
        across = rng.randint(2, 3)
        step = room / across
        fonts = [vera("VeraBd", 14)] + [font] * (rng.randint(1, min(free, 5)) - 1)
        grid = [[entry(rng, face, step - 8, head=i == 0) for _ in range(across)] for i, face in enumerate(fonts)]
        blocks.append(html(grid))
        lines += [
            [Piece(left + j * step, text, face) for j, text in enumerate(row)]
            for row, face in zip(grid, fonts, strict=True)
        ]
    while not lines[-1]:
        lines.pop()
    image, slots = draw(rng, lines, width)
    return MadePage(image, "\n\n".join(blocks), slots)


def draw(rng: random.Random, lines: list[list[Piece]], width: int) -> tuple[Image.Image, list[list[tuple[str, str]]]]:
    """The page with these lines, and what its slots show."""
    image = Image.new("RGB", (width, CELL * len(lines)), "white")
    pencil = ImageDraw.Draw(image)
    slots = [[(" ", "")] * (width // SLOT) for _ in lines]
    ink = (rng.randint(0, 60),) * 3
    shift = rng.randint(-2, 2)
    for i, line in enumerate(lines):
        y = i * CELL + CELL // 2 + shift
        for x, text, font in line:
            if text == BULLET:
                pencil.ellipse((x, y - 3, x + 6, y + 3), ink)
            else:
                pencil.text((x, y), text, ink, font, anchor="lm")
                fill(slots[i], x, text, font)
    return image, slots


def fill(slots: list[tuple[str, str]], x: float, text: str, font: FreeTypeFont) -> None:
    """Write into a line's slots what a text at `x` shows in their middles."""
    done = 0
    for word in text.split(" "):
        bare = word.strip(".,")
        token = f"Ġ{bare}" if done or bare.islower() else bare  # as byte-level BPE writes a word after a space
        for letter in word:
            start, end = (math.ceil((x + font.getlength(text[:k])) / SLOT - 0.5) for k in (done, done + 1))
            for slot in range(max(start, 0), min(end, len(slots))):
                slots[slot] = (letter, token)
            done += 1
        done += 1


@cache
def vera(name: str, size: int) -> FreeTypeFont:
    """A font of the Vera family that comes with reportlab, in pixels."""
    return ImageFont.truetype(str(VERA / f"{name}.ttf"), size)


def word_or_number(rng: random.Random) -> str:
    return rng.choice(WORDS) if rng.random() < 0.92 else str(rng.randint(1, 10 ** rng.randint(1, 3)))


def fitting(rng: random.Random, font: FreeTypeFont, width: float, count: int) -> list[str]:
    """Up to `count` words that fit in a line, the first with a capital letter."""
    words = [rng.choice(WORDS).capitalize()]
    while font.getlength(words[0]) > width:
        words = [rng.choice(WORDS).capitalize()]
    for _ in range(count - 1):
        more = [*words, word_or_number(rng)]
        if font.getlength(" ".join(more)) > width:
            break
        words = more
    return words


def sentences(rng: random.Random, font: FreeTypeFont, width: float, rows: int) -> list[str]:
    """The lines of a paragraph, `rows` at most."""
    lines = fitting(rng, font, width, 1)
    left = rng.randint(3, 9)  # words to the end of the sentence
    while True:
        text = word_or_number(rng) if left else word_or_number(rng).capitalize()
        left = left - 1 if left else rng.randint(3, 9)
        text += "." if not left else "," if rng.random() < 0.05 else ""
        if font.getlength(f"{lines[-1]} {text}") <= width:
            lines[-1] += f" {text}"
        elif len(lines) < rows and font.getlength(text) <= width:
            lines.append(text)
        else:
            return lines
        if not left and len(lines) == rows and rng.random() < 0.5:
            return lines


def entry(rng: random.Random, font: FreeTypeFont, width: float, *, head: bool) -> str:
    """A cell of a table that fits: a word, or below the head a word or a number."""
    while True:
        text = rng.choice(WORDS).capitalize() if head or rng.random() < 0.5 else str(rng.randint(0, 999))
        if font.getlength(text) <= width:
            return text


def html(grid: list[list[str]]) -> str:
    """A table whose first row is its head."""
    tags = ["th"] + ["td"] * (len(grid) - 1)
    rows = ("".join(f"<{tag}>{text}</{tag}>" for text in row) for tag, row in zip(tags, grid, strict=True))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
