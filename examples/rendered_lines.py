"""Text lines as scanners leave them: rendered, then worn, for training and testing line recognisers.

`rendered_line(rng, …)` gives the text and the image of one line. Everything random is drawn from the generator
given, so the same seed always gives the same line. Fonts are any TrueType or OpenType files; without any, the ones
that Pillow and reportlab bring along.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

CHARACTERS = "".join(map(chr, range(32, 127))) + "‘’“”–—•§°£€é"
"""What the rendered lines are written with."""

ENDINGS = [".", ",", ";", ":", "!", "?", "-", "”", ".”", "’", '"', '."', ",’"]
LIKELY = np.array([28, 28, 7, 7, 5, 5, 4, 4, 2, 4, 2, 2, 2])

PILLOWS_OWN = "Aileron"
"""The name under which Pillow's built-in font is found in a list of fonts."""


class RenderedLine(NamedTuple):
    """One line: what is written and the grey image (mode "L") of it."""

    text: str
    image: Image.Image


def bundled_fonts() -> list[str]:
    """The fonts that come with Pillow and, where it is installed, reportlab."""
    found = find_spec("reportlab")
    folders = found.submodule_search_locations or [] if found else []
    return [
        PILLOWS_OWN,
        *sorted(str(path) for folder in folders for path in (Path(folder) / "fonts").glob("Vera*.ttf")),
    ]


def fonts_in(folders: Sequence[Path]) -> list[str]:
    """Font files below `folders` that can write English; symbol fonts and those of other scripts drop out."""
    files = [str(path) for folder in folders for path in sorted(folder.rglob("*.[ot]tf"))]
    return [font for font in files if not missing(font) & set(CHARACTERS[:100])]


@lru_cache(maxsize=512)
def missing(font: str) -> frozenset[str]:
    """The `CHARACTERS` that a font draws as an empty box, as it draws what no font has."""
    try:
        shapes = {one: _shape(font, one) for one in CHARACTERS[1:]}
        return frozenset(one for one, shape in shapes.items() if shape == _shape(font, "\uffff"))
    except (OSError, ValueError):
        return frozenset(CHARACTERS)


def rendered_line(
    rng: np.random.Generator,
    words: Sequence[str],
    fonts: Sequence[str],
    most_words: int = 6,
    most_characters: int = 34,
    worn: bool = True,
) -> RenderedLine:
    """A line of one to `most_words` random words in a random font, worn as scans are unless told otherwise."""
    font = fonts[int(rng.integers(len(fonts)))]
    text = random_text(rng, words, most_words, most_characters)
    text = "".join(one for one in text if one not in missing(font)).strip() or "-"
    image = draw(text, font, int(rng.integers(22, 56)), rng)
    return RenderedLine(text, wear(image, rng) if worn else image)


def random_text(rng: np.random.Generator, words: Sequence[str], most_words: int, most_characters: int) -> str:
    """Words, the front of the list more often, with the capitals, punctuation, numbers and codes of real lines."""
    count = int(rng.integers(1, most_words + 1))
    # Between a word list's real frequencies, of which rare words get too little, and none at all.
    picks = (len(words) ** rng.random(count)).astype(int) - 1
    case = rng.choice(["as is", "title", "upper", "sentence"], p=[0.62, 0.12, 0.11, 0.15])
    parts = [_token(rng, words[pick], str(case)) for pick in picks]
    if case == "sentence":
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    while len(parts) > 1 and len(" ".join(parts)) > most_characters:
        parts.pop()
    return " ".join(parts)[:most_characters].strip() or "-"


def _token(rng: np.random.Generator, word: str, case: str) -> str:
    """One word of a line, now and then replaced by a number or code, bracketed, quoted or punctuated."""
    chance = rng.random()
    if chance < 0.12:
        word = _number(rng)
    elif chance < 0.15:
        word = "".join(rng.choice(list(CHARACTERS[1:]), int(rng.integers(1, 8))))
    else:
        word = {"title": word.capitalize(), "upper": word.upper()}.get(case, word)
        if rng.random() < 0.03:
            word = word + str(rng.choice(["-", "–", "—", "/", "'s ", "’s "])).rstrip() + word[:3]
    if rng.random() < 0.04:
        pair = ["()", "[]", '""', "''", "“”", "‘’"][int(rng.integers(6))]
        word = pair[0] + word + pair[1]
    if rng.random() < 0.2:
        word += str(rng.choice(ENDINGS, p=LIKELY / LIKELY.sum()))
    if rng.random() < 0.02:
        word = str(rng.choice(["•", "-", "§", "#", "*", "&", "“", '"', "£", "$", "€"])) + word
    return word


def _number(rng: np.random.Generator) -> str:
    value = int(10 ** rng.uniform(0, 6))
    shapes = [f"{value}", f"{value:,}", f"{value / 100:.2f}", f"${value / 100:,.2f}", f"{value % 100}%",
              f"{value % 31 + 1:02}/{value % 12 + 1:02}/{1900 + value % 130}", f"{value % 24}:{value % 60:02}",
              f"({value % 100})", f"{value % 10}.{value % 7}", f"No. {value}", f"{1500 + value % 530}"]  # fmt: skip
    return shapes[rng.integers(len(shapes))]


def draw(text: str, font: str, size: int, rng: np.random.Generator | None = None) -> Image.Image:
    """Black `text` on white in the pixel `size` given; with `rng` also margins, tracking and slivers of other lines."""
    face = _face(font, size)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text, anchor="ls"))
    ascent, descent = -int(face.getbbox("Äh", anchor="ls")[1]), int(face.getbbox("gj", anchor="ls")[3])
    # Detectors cut some lines to their own ink, others to the height of the font.
    up, down = (max(-top, 4), max(bottom, 0)) if rng is not None and rng.random() < 0.3 else (ascent, descent)
    margins = (rng.uniform(0.02, 0.3, 4) if rng is not None else np.full(4, 0.15)) * size
    before, above, after, below = (int(margin) + 1 for margin in margins)
    tracking = int(rng.integers(1, max(size // 8, 2) + 1)) if rng is not None and rng.random() < 0.1 else 0
    width = right - min(left, 0) + before + after + tracking * len(text)
    image = Image.new("L", (width, up + down + above + below), 255)
    pen = ImageDraw.Draw(image)
    baseline = above + up
    if not tracking:
        pen.text((before - min(left, 0), baseline), text, font=face, fill=0, anchor="ls")
    else:
        x = float(before - min(left, 0))
        for character in text:
            pen.text((x, baseline), character, font=face, fill=0, anchor="ls")
            x += face.getlength(character) + tracking
    if rng is not None and rng.random() < 0.25:
        pitch = ascent + descent + int(rng.integers(1, 4))
        other = "".join(rng.permutation(list(text)))
        pen.text((before, baseline + pitch), other, font=face, fill=0, anchor="ls")
        pen.text((before, baseline - pitch), other, font=face, fill=0, anchor="ls")
    if rng is not None and rng.random() < 0.05:
        y = baseline + int(rng.integers(2, 8))
        pen.line((before, y, width - after, y), fill=0, width=max(size // 20, 1))
    return image


def wear(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The line after printing and scanning: tilt, spread or thin ink, blur, low resolution, paper, noise, JPEG."""
    if rng.random() < 0.4:
        image = image.rotate(rng.normal(0, 0.5), Image.Resampling.BILINEAR, expand=False, fillcolor=255)
    if rng.random() < 0.15 and image.height > 34:
        image = image.filter(ImageFilter.MinFilter(3) if rng.random() < 0.7 else ImageFilter.MaxFilter(3))
    if rng.random() < 0.5:
        scale = rng.uniform(0.4, 1.0) if image.height > 40 else rng.uniform(0.7, 1.0)
        image = image.resize(
            (max(int(image.width * scale), 1), max(int(image.height * scale), 1)), Image.Resampling.BILINEAR
        )
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1)))
    pixels = np.asarray(image, np.float32)
    ink, paper = rng.uniform(0, 90), rng.uniform(170, 255)
    pixels = ink + pixels * ((paper - ink) / 255)
    if rng.random() < 0.3:
        pixels += np.linspace(rng.uniform(-20, 20), rng.uniform(-20, 20), pixels.shape[1], dtype=np.float32)
    if rng.random() < 0.5:
        pixels += rng.normal(0, rng.uniform(1, 14), pixels.shape)
    if rng.random() < 0.15:
        pixels = np.where(pixels > (ink + paper) / 2 + rng.uniform(-25, 25), 255, 0)
    worn = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if rng.random() < 0.25:
        stored = io.BytesIO()
        worn.save(stored, "JPEG", quality=int(rng.integers(25, 80)))
        worn = Image.open(stored)
        worn.load()
    return worn


@lru_cache(maxsize=512)
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    if font == PILLOWS_OWN:
        face = ImageFont.load_default(size)
        if not isinstance(face, ImageFont.FreeTypeFont):
            raise OSError("Pillow was built without FreeType: install Pillow from its wheel")
        return face
    return ImageFont.truetype(font, size)


def _shape(font: str, character: str) -> tuple[object, bytes]:
    mask = _face(font, 24).getmask(character)
    return mask.getbbox(), bytes(mask)
