"""Drawings for figures, as SVG without text: bars, curves, points, boxes with arrows, a landscape."""

from __future__ import annotations

import math
import random
import zlib

WIDTH, HEIGHT = 320, 200
"""Of a drawing, in its own units."""

_FRAME = 16
_COLOURS = ("#35618f", "#b5523b", "#5a8f4e", "#8a6bb1", "#c79a2d", "#4f4f4f")
_GREYS = ("#333333", "#777777", "#aaaaaa", "#555555", "#999999", "#222222")


def svg(caption: str, *, colour: bool = True) -> str:
    """A drawing that is always the same for a caption."""
    dice = random.Random(zlib.crc32(caption.encode()))
    draw = dice.choice((_bars, _curves, _points, _boxes, _landscape))
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    body = draw(dice, _COLOURS if colour else _GREYS)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _axes() -> str:
    return (
        f'<path d="M{_FRAME} {_FRAME} V{HEIGHT - _FRAME} H{WIDTH - _FRAME}" fill="none" stroke="black" stroke-width="1.5"/>'
        + "".join(
            f'<path d="M{_FRAME} {y} H{WIDTH - _FRAME}" stroke="#bbbbbb" stroke-width="0.6"/>'
            for y in range(_FRAME, HEIGHT - _FRAME, 42)
        )
    )


def _bars(dice: random.Random, colours: tuple[str, ...]) -> str:
    count = dice.randint(4, 9)
    step = (WIDTH - 2 * _FRAME) / count
    bars = ""
    for bar in range(count):
        height = dice.randint(20, HEIGHT - 3 * _FRAME)
        box = f'x="{_FRAME + bar * step + step * 0.2:.1f}" y="{HEIGHT - _FRAME - height}" width="{step * 0.6:.1f}"'
        bars += f'<rect {box} height="{height}" fill="{colours[bar % 2]}"/>'
    return _axes() + bars


def _curves(dice: random.Random, colours: tuple[str, ...]) -> str:
    curves = ""
    for curve in range(dice.randint(1, 4)):
        middle, swing, speed = dice.randint(60, 140), dice.randint(15, 45), dice.uniform(0.01, 0.05)
        points = " ".join(
            f"{x},{middle + swing * math.sin(x * speed + curve):.1f}" for x in range(_FRAME, WIDTH - _FRAME, 8)
        )
        curves += f'<polyline points="{points}" fill="none" stroke="{colours[curve]}" stroke-width="2"/>'
    return _axes() + curves


def _points(dice: random.Random, colours: tuple[str, ...]) -> str:
    points = ""
    for _ in range(60):
        x = dice.uniform(_FRAME + 8, WIDTH - _FRAME)
        y = HEIGHT - _FRAME - (x - _FRAME) * 0.5 + dice.gauss(0, 14)
        points += f'<circle cx="{x:.1f}" cy="{min(y, HEIGHT - 20):.1f}" r="3" fill="{dice.choice(colours[:3])}"/>'
    return _axes() + points


def _boxes(dice: random.Random, colours: tuple[str, ...]) -> str:
    boxes = ""
    count = dice.randint(3, 4)
    step = (WIDTH - 2 * _FRAME) / count
    y = dice.randint(60, 90)
    for box in range(count):
        x = _FRAME + box * step
        shape = f'x="{x:.1f}" y="{y}" width="{step * 0.7:.1f}" height="44" rx="4"'
        boxes += f'<rect {shape} fill="white" stroke="{colours[box]}" stroke-width="2"/>'
        if box < count - 1:
            boxes += f'<path d="M{x + step * 0.7:.1f} {y + 22} H{x + step:.1f}" stroke="black" stroke-width="1.5"/>'
    return boxes


def _landscape(dice: random.Random, colours: tuple[str, ...]) -> str:
    hills = ""
    for hill in range(3):
        base = 90 + hill * 30
        points = [(x, base + dice.randint(-25, 25)) for x in range(0, WIDTH + 1, 40)]
        outline = " ".join(f"{x},{y}" for x, y in points)
        hills += f'<polygon points="0,{HEIGHT} {outline} {WIDTH},{HEIGHT}" fill="{colours[hill + 2]}"/>'
    sun = f'<circle cx="{dice.randint(40, 280)}" cy="40" r="18" fill="#f5efe0"/>'
    return f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#c9d6df"/>{sun}{hills}'
