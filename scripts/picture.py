"""Draw a page with its blocks beside the Markdown made of it: the pictures of the README and of the gallery.

python scripts/picture.py SCAN PAGE OUT.png
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ocr_plugins import BlockKind, Pipeline

EDGE, MARGIN = 1100, 110
# Comes with reportlab and has more letters than Pillow's own font.
FONT = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
COLOURS = {
    BlockKind.HEADING: "#d62728",
    BlockKind.PARAGRAPH: "#1f77b4",
    BlockKind.LIST_ITEM: "#2ca02c",
    BlockKind.TABLE: "#9467bd",
    BlockKind.FIGURE: "#ff7f0e",
    BlockKind.CAPTION: "#8c564b",
    BlockKind.FOOTNOTE: "#17becf",
}


def main(scan: str, number: str, out: str) -> None:
    pipeline = Pipeline(text="ocr")
    (page,) = pipeline.read(scan, pages=number).pages
    image = pipeline.page_image(scan, page)
    image.thumbnail((EDGE, EDGE))
    page_width = image.width
    image = ImageOps.expand(image, (MARGIN, 0, 0, 0), "white")
    draw = ImageDraw.Draw(image)
    for order, block in enumerate(page.blocks, 1):
        if block.box is None:
            continue
        box = block.box.scaled(page_width, image.height)
        colour = COLOURS.get(block.kind, "#7f7f7f")
        left, right = MARGIN + box.left, MARGIN + box.right
        draw.rectangle((left - 3, box.top - 2, right + 3, box.bottom + 2), outline=colour, width=2)
        draw.text((left - 6, box.top), f"{order} {block.kind}", colour, ImageFont.truetype(FONT, 12), anchor="ra")
    wrapped = [
        part
        for line in page.markdown.splitlines()
        for part in textwrap.wrap(line, 92, replace_whitespace=False) or [""]
    ]
    sheet = Image.new("RGB", (image.width + 860, image.height), "white")
    sheet.paste(image, (0, 0))
    ImageDraw.Draw(sheet).text(
        (image.width + 20, 30), "\n".join(wrapped), "black", ImageFont.truetype(FONT, 13), spacing=4
    )
    sheet.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(out, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
