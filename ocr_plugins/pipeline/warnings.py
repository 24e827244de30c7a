"""What a reader should distrust on a page that was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocr_plugins.blocks import BBox
from ocr_plugins.document import Page, PageWarning, WarningCode
from ocr_plugins.pipeline.blocks import TEXT_LAYER
from ocr_plugins.text import counted

# Mean over a page, 0..1: below it about every other character is wrong; clean print is above 0.95. Measured on
# handwritten letters and on scripts that the default engine does not know, against print, typescript and receipts.
LOW_CONFIDENCE = 0.75


# What Adobe's programs write on the page that other readers of an XFA form show.
_PLACEHOLDER = re.compile(r"please wait\b.{0,40}if this message is not eventually replaced", re.IGNORECASE | re.DOTALL)


def page_warnings(page: Page, distrust: str | None = None, *, xfa: bool = False) -> Iterator[PageWarning]:
    """The warnings of a page that was read.

    Args:
        page: Without warnings yet.
        distrust: Why the PDF's own text is not sound; None where it is, or where there is none.
        xfa: The PDF says that the page is to be replaced by an XFA form.
    """
    if xfa or _PLACEHOLDER.search(page.text):
        message = "An XFA form, which is not in the text: print it to a PDF with Adobe Reader, and read that."
        yield PageWarning(WarningCode.XFA_FORM, message)
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
