"""Pages with known text, made for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

LEADING = 1.5


def made_page(
    lines: Sequence[str], *, size: tuple[int, int] = (1240, 1754), font_size: int = 32, margin: int = 120
) -> Image.Image:
    """A page with known text: black on white, in the Latin font that comes with Pillow.

    Args:
        lines: Drawn one below the other.
        size: Width and height in pixels; A4 at 150 dpi by default.
        font_size: In pixels.
        margin: White to the left of the lines and above the first one, in pixels.

    Raises:
        ValueError: The lines do not fit on the page.
    """
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(font_size)
    for i, line in enumerate(lines):
        top = margin + round(i * LEADING * font_size)
        if margin + draw.textlength(line, font) > size[0] or top + LEADING * font_size > size[1]:
            raise ValueError(f"{line!r} does not fit on a page of {size[0]} × {size[1]} pixels.")
        draw.text((margin, top), line, "black", font)
    return page


def made_pdf(images: Sequence[Image.Image], *, dpi: int = 150) -> bytes:
    """A PDF like one from a scanner: a page per image, and nothing but the image."""
    first, *others = images
    file = io.BytesIO()
    first.save(file, "PDF", save_all=True, append_images=others, resolution=dpi, quality=90)
    return file.getvalue()
