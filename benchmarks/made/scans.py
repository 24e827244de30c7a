"""Pages as a scanner or copier leaves them: skewed, blurred, noisy, shaded, curled, of two colours, compressed."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image, ImageFilter

Grey = npt.NDArray[np.float32]
# The most degrees by which a page lies aslant.
SKEW = 2.0
# Strips into which a curled page is cut to be bent.
STRIPS = 48


@dataclass(frozen=True)
class Wear:
    """What may happen to a page.

    Attributes:
        dpi: Resolutions, of which one is chosen for a document.
        blur: The most, in pixels at 200 dpi.
        noise: The most, as standard deviation of 255 greys.
        curl: The most by which a line bends, as a share of the page's height.
        shade: The most that is lost of the light at an edge.
        bilevel: Whether only black and white are left.
        quality: Of JPEG, the least and the most.
    """

    dpi: tuple[int, ...]
    blur: float
    noise: float
    curl: float = 0.0
    shade: float = 0.0
    bilevel: bool = False
    quality: tuple[int, int] = (70, 90)


WEARS = {
    "flatbed": Wear(dpi=(200, 300), blur=0.5, noise=4, shade=0.05),
    "copier": Wear(dpi=(200, 300), blur=0.9, noise=14, bilevel=True),
    "book": Wear(dpi=(200, 240), blur=0.8, noise=6, curl=0.012, shade=0.4),
    "mailed": Wear(dpi=(150, 200), blur=0.6, noise=8, shade=0.15, quality=(30, 50)),
}


def scan(pdf: Path, path: Path, seed: str) -> str:
    """Write the pages of a PDF as one of pictures alone; return the name of what was done to them."""
    choose = random.Random(seed)
    name = choose.choice(sorted(WEARS))
    wear = WEARS[name]
    dpi = choose.choice(wear.dpi)
    quality = choose.randint(*wear.quality)
    with pdfium.PdfDocument(pdf) as document:
        pages = [
            _compressed(worn(page.render(scale=dpi / 72).to_pil().convert("L"), wear, dpi, choose), quality)
            for page in document
        ]
    pages[0].save(path, "PDF", resolution=dpi, save_all=True, append_images=pages[1:], quality=quality)
    return f"{name} {dpi} dpi"


def worn(page: Image.Image, wear: Wear, dpi: int, choose: random.Random) -> Image.Image:
    """One grey page after the wear."""
    noise = np.random.default_rng(choose.getrandbits(32))
    paper = choose.randint(228, 255)
    page = page.rotate(choose.uniform(-SKEW, SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    if wear.curl:
        page = _curled(page, choose.uniform(-wear.curl, wear.curl))
    page = page.filter(ImageFilter.GaussianBlur(choose.uniform(0.2, wear.blur) * dpi / 200))
    # Ink is seldom quite black, nor paper white.
    grey: Grey = np.asarray(page, dtype=np.float32)
    ink = choose.uniform(10, 60)
    grey = np.float32(ink) + grey * np.float32((paper - ink) / 255)
    grey *= _light(grey.shape, wear.shade, choose)
    grey += noise.normal(0, choose.uniform(wear.noise / 3, wear.noise), grey.shape).astype(np.float32)
    if wear.bilevel:
        grey = np.where(grey > choose.uniform(0.5, 0.68) * paper, np.float32(255), np.float32(0))
    grey = _specks(grey, dpi, noise)
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


def _curled(page: Image.Image, most: float) -> Image.Image:
    """Lines bend towards one side, as near the spine of a book."""
    width, height = page.size
    edges = np.linspace(0, width, STRIPS + 1).round().astype(int)
    bend = (np.linspace(0, 1, STRIPS + 1) ** 3) * most * height
    bend = bend if most > 0 else bend[::-1]
    mesh: list[Any] = [
        (
            (int(left), 0, int(right), height),
            (left, a, left, height + a, right, height + b, right, b),
        )
        for left, right, a, b in zip(edges, edges[1:], bend, bend[1:], strict=False)
    ]
    return page.transform(page.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=255)


def _light(shape: tuple[int, ...], most: float, choose: random.Random) -> Grey:
    """Of each pixel, the share of light: darker towards one side."""
    across = np.linspace(0, 1, shape[1], dtype=np.float32)
    across = across[::-1] if choose.random() < 0.5 else across
    share: Grey = 1 - choose.uniform(0, most) * across**4
    return np.broadcast_to(share, shape)


def _specks(grey: Grey, dpi: int, noise: np.random.Generator) -> Grey:
    """Dust: dots of two or three pixels."""
    height, width = grey.shape
    size = max(1, dpi // 120)
    for y, x in zip(noise.integers(0, height - size, 40), noise.integers(0, width - size, 40), strict=True):
        grey[y : y + size, x : x + size] = noise.integers(0, 120)
    return grey


def _compressed(page: Image.Image, quality: int) -> Image.Image:
    """As JPEG leaves it, in a picture that is saved as it is."""
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))
