"""What is to become of a page: its own text, the engine's, or both. Decided here alone, before any engine reads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ocr_plugins.blocks import BBox
from ocr_plugins.engine import PageImage
from ocr_plugins.source.page import SourcePage
from ocr_plugins.source.textlayer import WRONG_LETTERS, TextLayer
from ocr_plugins.text import counted

__all__ = ["Judgement", "TextPolicy", "judge"]

TextPolicy = Literal["auto", "ocr", "layer"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to become of a page, and why.

    Attributes:
        taken: ``text`` is the page's own, ``engine`` what an engine reads, ``both`` its own and what an engine reads of
            what was ``missed``; ``nothing`` where the page is to be read and there is no engine.
        layer: Its own text, None where it has none or is not asked for it.
        missed: What looks like text beside its own, and what of its own is doubtful, in 0..1 of the page.
    """

    taken: Literal["text", "engine", "both", "nothing"]
    layer: TextLayer | None = None
    missed: Sequence[BBox] = ()

    @property
    def has_text(self) -> bool:
        """Whether the page has text of its own, sound or not."""
        return self.layer is not None and bool(self.layer.lines or self.layer.turned)

    @property
    def distrust(self) -> str | None:
        """Why its own text, or some of it, is not sound; None where it is, or where there is none."""
        return self.layer.doubt if self.layer and self.has_text else None

    @property
    def why(self) -> str:
        """The reasons of the policy ``auto``, for a person."""
        layer = self.layer
        if layer is None:
            return "it has no text of its own"
        if layer.distrust is not None:
            return layer.distrust
        if not self.has_text and not self.missed:
            return "there is nothing on it to be read"
        reasons = ["its own text is sound"] if self.has_text else []
        if layer.doubtful:
            reasons = [f"its own text is sound but for {counted(len(layer.doubtful), 'line')}, where {WRONG_LETTERS}"]
        if overlooked := len(self.missed) - len(layer.doubtful):
            reasons.append(f"{counted(overlooked, 'line')} of what looks like text in pictures or drawings")
        return ", ".join(reasons)


def judge(page: SourcePage, text: TextPolicy, *, engine: bool, lock: threading.RLock) -> Judgement:
    """Look at a page, and at its picture where something is drawn on it.

    Args:
        page: The page.
        text: ``auto`` takes its own text where it is sound, ``layer`` always, ``ocr`` never.
        engine: Whether there is one to read what is missed.
        lock: Of the document, held while it is used.

    Raises:
        PageError: The page is damaged.
    """
    with lock:
        layer = page.text_layer() if text != "ocr" else None
    if layer is not None and (text == "layer" or layer.distrust is None):
        missed = _missed(page, layer, engine, lock)
        return Judgement("both" if missed and engine else "text", layer, missed)
    return Judgement("engine" if engine else "nothing", layer)


def _missed(page: SourcePage, layer: TextLayer, engine: bool, lock: threading.RLock) -> list[BBox]:
    """What looks like text beside the page's own, in pictures and drawings, and what of its own is doubtful."""
    from ocr_plugins.pixels.ink import EDGE
    from ocr_plugins.pixels.unread import unread_lines

    doubtful = [line.box for line in layer.doubtful] if engine else []
    if not layer.drawn:
        return doubtful
    with lock:
        image = page.render(EDGE)
    return [*unread_lines(PageImage(image), [line.box for line in layer.places()]), *doubtful]
