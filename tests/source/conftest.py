"""Fixtures for the tests of sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ocr_plugins.source.open import open_source
from ocr_plugins.source.textlayer import TextLayer


@pytest.fixture
def layer(draw_pdf: Callable[..., bytes]) -> Callable[..., TextLayer]:
    """The text layer of a page drawn by a function."""

    def read(draw: Callable[..., object]) -> TextLayer:
        with open_source(draw_pdf(draw)) as source:
            found = source.page(1).text_layer()
        assert found is not None
        return found

    return read
