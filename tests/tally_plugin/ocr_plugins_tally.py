"""An engine of strangers, for the tests of plugins: it reads tally marks, ``|||`` drawn as strokes, and no letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ocr_plugins import BBox, EngineInfo, EngineOptions, Lines, OcrEngine, PageImage, TextLine, hookimpl
from ocr_plugins.engine import Recognition
from ocr_plugins.plugins import Registry


class TallyOptions(EngineOptions):
    """What a user can set: ``Pipeline("tally", engine_options={"ink": 100})``."""

    ink: int = Field(128, ge=1, le=255, description="grey level below which a pixel is ink")


class TallyEngine(OcrEngine):
    """Reads every stroke of ink as one ``|``, row by row."""

    Options = TallyOptions
    options: TallyOptions
    info = EngineInfo(summary="Reads tally marks", licence="Apache-2.0", languages="tally marks", boxes=True)

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        # A real engine loads its model here, at the first call, and frees it in close().
        return [Lines(tuple(self._rows(page))) for page in images]

    def _rows(self, page: PageImage) -> Iterator[TextLine]:
        width, height = page.size
        ink = np.asarray(page.image.convert("L")) < self.options.ink
        for top, bottom in _runs(ink.any(axis=1)):
            strokes = _runs(ink[top:bottom].any(axis=0))
            box = BBox(strokes[0][0] / width, top / height, strokes[-1][1] / width, bottom / height)
            yield TextLine("|" * len(strokes), box)  # no confidence: a count knows none


def _runs(inked: npt.ArrayLike) -> list[tuple[int, int]]:
    """Start and end of every run of ink."""
    edges = np.flatnonzero(np.diff(np.pad(np.asarray(inked, np.int8), 1)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@hookimpl
def ocr_plugins_register(registry: Registry) -> None:
    registry.engine("tally", "ocr_plugins_tally:TallyEngine")
