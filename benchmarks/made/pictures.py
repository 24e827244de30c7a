"""Pictures without text: drawings as SVG and photographs of nothing as PNG."""

from __future__ import annotations

import io
import random

import numpy as np
from PIL import Image, ImageFilter

# Of pictures, in pixels or SVG's units.
WIDTH, HEIGHT = 480, 280


def drawing(choose: random.Random) -> str:
    """A bar chart, a curve or a few shapes, as SVG."""
    kind = choose.choice((_bars, _curve, _shapes))
    frame = f'<path d="M40 10 V{HEIGHT - 30} H{WIDTH - 10}" fill="none" stroke="black" stroke-width="1.5"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{frame}{kind(choose)}</svg>'


def photograph(choose: random.Random) -> bytes:
    """Soft grey clouds with an edge or two, as PNG."""
    noise = np.random.default_rng(choose.getrandbits(32))
    small = Image.fromarray(noise.integers(40, 230, (7, 12), dtype=np.uint8))
    clouds = np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), dtype=np.float32)
    horizon = choose.randint(HEIGHT // 3, 2 * HEIGHT // 3)
    clouds = np.where(np.arange(HEIGHT)[:, None] > horizon, clouds * 0.6, clouds)
    grain = clouds + noise.normal(0, 8, clouds.shape)
    picture = Image.fromarray(grain.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _bars(choose: random.Random) -> str:
    count = choose.randint(4, 9)
    step = (WIDTH - 70) / count
    heights = [choose.randint(20, HEIGHT - 60) for _ in range(count)]
    return "".join(
        f'<rect x="{50 + i * step:.1f}" y="{HEIGHT - 30 - high}" width="{step * 0.7:.1f}" height="{high}" '
        f'fill="{_grey(choose)}"/>'
        for i, high in enumerate(heights)
    )


def _curve(choose: random.Random) -> str:
    lines = []
    for _ in range(choose.randint(1, 3)):
        points = " ".join(f"{x},{choose.randint(20, HEIGHT - 50)}" for x in range(50, WIDTH - 10, 40))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{_grey(choose)}" stroke-width="2.5"/>')
    return "".join(lines)


def _shapes(choose: random.Random) -> str:
    shapes = []
    for _ in range(choose.randint(3, 6)):
        x, y, size = choose.randint(70, WIDTH - 90), choose.randint(50, HEIGHT - 90), choose.randint(20, 45)
        shapes.append(
            f'<circle cx="{x}" cy="{y}" r="{size}" fill="{_grey(choose)}"/>'
            if choose.random() < 0.5
            else f'<rect x="{x}" y="{y}" width="{size * 1.6}" height="{size}" fill="none" stroke="black"/>'
        )
    return "".join(shapes)


def _grey(choose: random.Random) -> str:
    return f"rgb({', '.join([str(choose.randint(40, 190))] * 3)})"
