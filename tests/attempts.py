"""Reading some pages with a backend of LightOnOCR, in a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from PIL import Image

from ocr_plugins.engines.lightonocr.attempts import Asked

Result = TypeVar("Result")


def once(
    read: Callable[[Iterator[Asked[Image.Image]]], Iterator[tuple[int, Result] | None]],
    images: Sequence[Image.Image],
    temperature: float = 0.0,
) -> list[Result]:
    """What ``read`` gives for the images, in their order, asked for once each."""
    asked = (Asked(i, image, temperature) for i, image in enumerate(images))
    results = dict(result for result in read(asked) if result is not None)
    return [results[i] for i in range(len(images))]
