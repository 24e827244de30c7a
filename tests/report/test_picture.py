"""The picture of a page, and the marks on it."""

from __future__ import annotations

import numpy as np
import pytest

import ocr_plugins
from ocr_plugins import cite
from ocr_plugins.metadata import passage_metadata, places_in
from ocr_plugins.report.picture import pixels
from ocr_plugins.testing import made_page, made_pdf

DARK = 128  # of 255: letters are dark in every colour, a mark is so in blue alone


@pytest.mark.slow
def test_a_paragraph_of_a_scan_has_a_box_for_each_line_in_its_metadata_and_these_are_marked() -> None:
    lines = ["The crane in the old harbour was", "built in the year 1928 and it can", "lift no more than twelve tons."]
    scan = made_pdf([made_page(lines, size=(900, 400))])
    document = ocr_plugins.read(scan)
    (passage,) = document.passages()
    metadata = passage_metadata(passage, document)
    (place,) = places_in(metadata)
    assert len(place.boxes) == len(lines)

    (picture,) = cite(metadata, scan)
    red, _, blue = np.moveaxis(np.asarray(picture), 2, 0)
    letters, marks = red < DARK, (red >= DARK) & (blue < DARK)
    for box in place.boxes:
        left, top, right, bottom = pixels(box, picture.size)
        here = (slice(top, bottom + 1), slice(left, right + 1))  # marks are drawn to their last pixel
        assert letters[here].mean() > 0.05
        assert (letters | marks)[here].mean() > 0.99
        letters[here] = marks[here] = False
    assert not letters.any()
    assert not marks.any()
