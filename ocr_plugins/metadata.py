"""What a page or a document says about itself, as flat scalars for a framework's documents.

Vector stores reject lists, dicts and None: a value that is not known is left out, so that a filter on the key finds
only documents that have it.
"""

from __future__ import annotations

import itertools
import json
import math
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ocr_plugins.blocks import BBox, BlockKind
from ocr_plugins.chunks import Passage, rounded
from ocr_plugins.document import OcrDocument, Page, PageWarning
from ocr_plugins.errors import OptionError

__all__ = [
    "PlaceOnPage",
    "Scalar",
    "document_metadata",
    "page_metadata",
    "passage_ids",
    "passage_metadata",
    "places_in",
]

Scalar = str | int | float | bool


def page_metadata(page: Page) -> dict[str, Scalar]:
    """Metadata of one page: ``page`` (from 1), ``page_label``, ``total_pages`` and what begins with ``ocr_``."""
    return _known(
        page=page.number,
        page_label=page.label or str(page.number),
        total_pages=page.total_pages,
        ocr_engine=page.engine,
        ocr_confidence=_rounded(page.confidence),
        ocr_truncated=page.truncated or None,
        ocr_error=page.error,
        ocr_warnings=_codes(page.warnings),
    )


def document_metadata(document: OcrDocument) -> dict[str, Scalar]:
    """Metadata of a whole file. Where several engines read it, they are named in the order of first use."""
    engines = dict.fromkeys(page.engine for page in document.pages if page.engine)
    errors = [f"page {number}: {error}" for number, error in document.errors.items()]
    return _known(
        total_pages=document.total_pages,
        ocr_engine=", ".join(engines) or None,
        ocr_confidence=_rounded(document.confidence),
        ocr_truncated=any(page.truncated for page in document.pages) or None,
        ocr_error="; ".join(errors) or None,
        ocr_warnings=_codes(warning for page in document.pages for warning in page.warnings),
    )


@dataclass(frozen=True, slots=True)
class PlaceOnPage:
    """Where a part of a passage stands, and how its page was turned: what ``boxes`` in its metadata tells.

    Attributes:
        page: Its number, from 1.
        kind: What the part is.
        boxes: Of its lines or rows, in 0..1 of the upright page; empty where they are not known.
        rotation, skew: As of :class:`~ocr_plugins.document.Page`, in degrees.
    """

    page: int
    kind: BlockKind
    boxes: tuple[BBox, ...]
    rotation: int = 0
    skew: float = 0.0


def passage_metadata(passage: Passage, document: OcrDocument) -> dict[str, Scalar]:
    """Metadata of a section, a chunk or a block.

    Besides what a page has: ``headings`` (``A > B``), ``last_page``, ``kind``, and ``boxes``, a JSON list of the
    passage's parts in reading order, each ``{"page": 1, "kind": "table", "boxes": [[left, top, right, bottom]]}`` in
    0..1 of the upright page, with ``rotation`` and ``skew`` where the page was turned; :func:`places_in` reads it.
    ``ocr_warnings`` are those that touch the passage or hold for the whole page.
    """
    pages = {page.number: page for page in document.pages}
    first = pages[passage.page]
    own = [pages[number] for number in sorted({place.page for place in passage.places})]
    return _known(
        page=passage.page,
        last_page=passage.last_page,
        page_label=first.label or str(first.number),
        total_pages=document.total_pages,
        headings=" > ".join(passage.headings) or None,
        kind=passage.kind.value,
        boxes=_places_json(passage, pages),
        ocr_engine=", ".join(dict.fromkeys(page.engine for page in own if page.engine)) or None,
        ocr_confidence=_rounded(passage.confidence),
        ocr_truncated=any(page.truncated for page in own) or None,
        ocr_warnings=_codes(w for page in own for w in page.warnings if _touches(w, passage, page.number)),
    )


def passage_ids(passages: Iterable[Passage], source: str) -> list[str]:
    """An id for each passage, made of the source, its text and its places: as long as these are, it stays.

    Args:
        passages: All of a document.
        source: What tells the document from others, such as its path.
    """
    seen: Counter[str] = Counter()
    ids = []
    for passage in passages:
        seen[passage.id] += 1
        # The same text in the same place, or in none that is known.
        again = f"#{seen[passage.id]}" if seen[passage.id] > 1 else ""
        ids.append(str(uuid.uuid5(uuid.NAMESPACE_URL, f"{source}#{passage.id}{again}")))
    return ids


def places_in(metadata: Mapping[str, Any]) -> list[PlaceOnPage]:
    """Where a passage stands, as :func:`passage_metadata` has told it.

    Raises:
        OptionError: There is no ``boxes`` in the metadata, or it is none of ours.
    """
    if "boxes" not in metadata:
        raise OptionError("The metadata has no 'boxes': load the document with mode='chunk', 'section' or 'block'.")
    try:
        places = [_place(told) for told in json.loads(metadata["boxes"])]
        if not places:
            raise ValueError("it tells no place")
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise OptionError(
            f"'boxes' in the metadata is not as ocr-plugins writes it: {error!r}. Metadata of your own may be in its "
            "place."
        ) from error
    return places


def _place(told: Mapping[str, Any]) -> PlaceOnPage:
    sides = [[float(side) for side in box] for box in told["boxes"]]
    page, rotation, skew = int(told["page"]), int(told.get("rotation", 0)), float(told.get("skew", 0))
    if page < 1 or rotation % 90 or not all(map(math.isfinite, (skew, *itertools.chain(*sides)))):
        raise ValueError("a number that no page has")
    boxes = tuple(BBox(*box).clipped() for box in sides)
    return PlaceOnPage(page, BlockKind(told["kind"]), boxes, rotation, skew)


def _places_json(passage: Passage, pages: Mapping[int, Page]) -> str:
    places: list[dict[str, Any]] = []
    for place in passage.places:
        page = pages[place.page]
        known = {"page": place.page, "kind": place.kind.value, "boxes": [rounded(box) for box in place.boxes]}
        turned = {"rotation": page.rotation, "skew": page.skew}
        places.append(known | {key: value for key, value in turned.items() if value})
    return json.dumps(places, separators=(",", ":"))


def _touches(warning: PageWarning, passage: Passage, page: int) -> bool:
    """Whether a warning of a page is about the passage, as far as is known."""
    box = warning.box
    boxes = [other for place in passage.places if place.page == page for other in place.boxes]
    return box is None or not boxes or any(box.overlap_x(b) > 0 and box.overlap_y(b) > 0 for b in boxes)


def _codes(warnings: Iterable[PageWarning]) -> str | None:
    """Each code once, joined by commas."""
    return ",".join(dict.fromkeys(warning.code for warning in warnings)) or None


def _known(**values: Scalar | None) -> dict[str, Scalar]:
    return {key: value for key, value in values.items() if value is not None}


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)
