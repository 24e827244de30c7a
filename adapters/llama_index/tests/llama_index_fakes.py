"""Engines without a model, and files, for the tests of the LlamaIndex adapter."""

from __future__ import annotations

import io
import json
import os
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from reportlab.pdfgen.canvas import Canvas

from ocr_plugins import PageImage
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import MissingDependencyError
from ocr_plugins.testing import FakeEngine

T = TypeVar("T")


class Fake(FakeEngine):
    """Looks at small images and says itself where the blocks are, so that little time is spent around it."""

    info = replace(FakeEngine.info, longest_edge=400)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"texts": ("line one", "line two"), "output": "blocks", **options})


class StopsEarly(Fake):
    """Does not get to the end of page 2."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        results = zip(images, super().recognize(images), strict=True)
        return [replace(result, truncated=image.number == 2) for image, result in results]


class NotInstalled(Fake):
    """Finds out when it is used that its package is missing."""

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        raise MissingDependencyError(f"{len(images)} pages need torch: pip install 'ocr-plugins[trocr]'")


class Noted(Fake):
    """Keeps the numbers of the pages that it was given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seen: list[int] = []

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        self.seen += [image.number for image in images]
        return super().recognize(images)


class Gated(Noted):
    """Waits with every page until the gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = threading.Event()
        self.gate = threading.Event()
        self.waited_in_vain = False

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        self.waits.set()
        self.waited_in_vain |= not self.gate.wait(60)
        return super().recognize(images)


class Loads(Fake):
    """Leaves a file in the folder that it has as its text whenever it loads its model."""

    loaded = False

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        if not self.loaded:
            self.loaded = True
            (Path(self.options.texts[0]) / f"{os.getpid()}-{uuid.uuid4()}").touch()
        return super().recognize(images)


FAKE = Fake()


def born_digital(**options: Any) -> bytes:
    """A PDF with a text layer, and with its only page labelled ``iv``."""
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=4)
    canvas.drawString(72, 700, "Set in type, and never printed on paper.")
    canvas.save()
    return file.getvalue()


def within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` returns; fails instead of hanging where it does not end in time."""
    result: list[T] = []
    thread = threading.Thread(target=lambda: result.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert result, f"not done within {seconds} s"
    return result[0]


def assert_flat(metadata: dict[str, Any]) -> None:
    assert all(type(value) in (str, int, float, bool) for value in metadata.values()), metadata
    assert json.loads(json.dumps(metadata, allow_nan=False)) == metadata


def report(second: str = "It lifts twelve tons.") -> bytes:
    """A PDF of three pages with a text layer, each of a heading and a passage; what stands on the second is given."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for heading, text in (
        ("Harbour", "The crane was built in 1928."),
        ("Crane", second),
        ("Library", "It opens at nine."),
    ):
        canvas.setFont("Helvetica-Bold", 24)
        canvas.drawString(72, 760, heading)
        canvas.setFont("Helvetica", 11)
        for i, line in enumerate((text, f"So it is written in the book of the {heading.lower()}.")):
            canvas.drawString(72, 700 - 14 * i, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
