"""A passage marked on its page, from its metadata alone; metadata that is none of ours, or of another document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ocr_plugins import cite
from ocr_plugins.errors import OptionError, PageSelectionError
from ocr_plugins.testing import made_page, made_pdf

WHITE = 255


def told(*places: dict[str, Any]) -> dict[str, str]:
    """Metadata of a passage that stands in these places."""
    known = [{"page": 1, "kind": "paragraph", "boxes": [[0.25, 0.25, 0.75, 0.5]], **place} for place in places]
    return {"boxes": json.dumps(known)}


@pytest.fixture
def sheet() -> bytes:
    return made_pdf([made_page([], size=(200, 400))])


def test_what_is_marked_is_the_place_told_and_nothing_else(sheet: bytes) -> None:
    (picture,) = cite(told({}), sheet)
    width, height = picture.size
    marked = picture.getchannel("B").point(lambda blue: WHITE if blue < WHITE else 0).getbbox()
    assert marked is not None
    assert [edge / side for edge, side in zip(marked, (width, height) * 2, strict=True)] == pytest.approx(
        [0.25, 0.25, 0.75, 0.5], abs=0.01
    )


@pytest.mark.parametrize(
    "boxes",
    [
        "my own note",
        "[]",
        "{}",
        "[1]",
        "[" * 100_000,
        None,
        [[0.1, 0.1, 0.5, 0.5]],
        told({"page": 0})["boxes"],
        told({"boxes": [[0.1, 0.2, 0.3]]})["boxes"],
        told({"boxes": [[float("nan"), 0, 1, 1]]})["boxes"],
        told({"page": float("inf")})["boxes"],
        told({"skew": float("inf")})["boxes"],
        told({"rotation": 45})["boxes"],
    ],
    ids=lambda boxes: str(boxes)[:40],
)
def test_boxes_that_are_none_of_ours_are_an_error_that_says_so(boxes: object, sheet: bytes) -> None:
    with pytest.raises(OptionError, match="'boxes' in the metadata is not as ocr-plugins writes it"):
        cite({"boxes": boxes}, sheet)


def test_a_picture_has_a_pixel_at_least(sheet: bytes) -> None:
    with pytest.raises(OptionError, match="1 or more"):
        cite(told({}), sheet, edge=0)


def test_metadata_without_places_says_how_to_load_with_them(sheet: bytes) -> None:
    with pytest.raises(OptionError, match="mode='chunk'"):
        cite({"page": 1}, sheet)


@pytest.mark.parametrize("places", [[{"page": 2}], [{"page": 1}, {"page": 2}]])
def test_a_document_that_has_lost_the_page_says_so(places: list[dict[str, Any]], sheet: bytes, tmp_path: Path) -> None:
    path = tmp_path / "changed.pdf"
    path.write_bytes(sheet)
    with pytest.raises(PageSelectionError, match="changed.pdf has 1 page, and the passage stands on page 2: .* Load"):
        cite(told(*places), path)
