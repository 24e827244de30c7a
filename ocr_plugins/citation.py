"""A passage shown on its page, from its metadata alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ocr_plugins.errors import OptionError, PageSelectionError
from ocr_plugins.metadata import PlaceOnPage, places_in
from ocr_plugins.report.picture import EDGE, marked, page_picture
from ocr_plugins.source.open import SourceInput, open_source
from ocr_plugins.text import counted

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["cite"]


def cite(
    metadata: Mapping[str, Any],
    source: SourceInput | None = None,
    *,
    crop: bool = False,
    edge: int = EDGE,
    password: str | None = None,
) -> list[Image]:
    """The pages that a passage stands on, with the passage marked.

    Args:
        metadata: Of the passage, as an adapter or :func:`~ocr_plugins.metadata.passage_metadata` has made it.
        source: The document; by default what the metadata calls its ``source``.
        crop: Show the passage with a small margin instead of the whole page.
        edge: Pixels of the longest edge of a whole page.
        password: For an encrypted PDF.

    Returns:
        A picture for each page, mode RGB. Where the engine told no boxes, the pages without marks.

    Raises:
        OptionError: The metadata has no places or names no source, or ``edge`` is below 1.
        SourceError, PageError: The document cannot be opened, or a page not be drawn.
        PageSelectionError: The document has no such page, or no longer.
    """
    if edge < 1:
        raise OptionError(f"edge={edge}: give the pixels of a page's longest edge, 1 or more.")
    places = places_in(metadata)
    if source is None:
        source = metadata.get("source")
        if source is None:
            raise OptionError("The metadata names no 'source': give the document.")
    pages: dict[int, list[PlaceOnPage]] = {}
    for place in places:
        pages.setdefault(place.page, []).append(place)
    with open_source(source, password=password) as opened:
        if (last := max(pages)) > opened.total_pages:
            raise PageSelectionError(
                f"{opened.name} has {counted(opened.total_pages, 'page')}, and the passage stands on page {last}: "
                "it is another document, or it has changed. Load it again."
            )
        return [
            marked(
                page_picture(opened, number, rotation=own[0].rotation, skew=own[0].skew, edge=edge),
                [box for place in own for box in place.boxes],
                crop=crop,
            )
            for number, own in sorted(pages.items())
        ]
