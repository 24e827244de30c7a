"""What a reader should distrust on a page that was read."""

from __future__ import annotations

from collections.abc import Iterator

from ocr_plugins.blocks import BBox
from ocr_plugins.document import Page, PageWarning, WarningCode
from ocr_plugins.pipeline.blocks import TEXT_LAYER
from ocr_plugins.text import counted

# Mean over a page, 0..1: below it about every other character is wrong; clean print is above 0.95. Measured on
# handwritten letters and on scripts that the default engine does not know, against print, typescript and receipts.
LOW_CONFIDENCE = 0.75


def page_warnings(page: Page, distrust: str | None = None) -> Iterator[PageWarning]:
    """The warnings of a page that was read.

    Args:
        page: Without warnings yet.
        distrust: Why the PDF's own text is not sound; None where it is, or where there is none.
    """
    if distrust is not None:
        done = "is used all the same" if page.engine == TEXT_LAYER else "was not used"
        message = f"The PDF's own text {done}, and is not sound: {distrust}."
        yield PageWarning(WarningCode.TEXT_LAYER_DISTRUSTED, message)
    if page.truncated:
        yield PageWarning(WarningCode.TRUNCATED, "The engine stopped before the end of the page.")
    if page.confidence is not None and page.confidence < LOW_CONFIDENCE:
        why = "handwriting, a script that the engine does not read, or a bad image?"
        message = f"Mean confidence {page.confidence:.2f}, many words may be wrong: {why}"
        yield PageWarning(WarningCode.LOW_CONFIDENCE, message)
    if page.hidden:
        count = sum(len(line.text) for line in page.hidden)
        message = f"Left out: {counted(count, 'character')} that a reader of the page cannot see."
        yield PageWarning(WarningCode.HIDDEN_TEXT, message, BBox.around(line.box for line in page.hidden))
