"""A pipeline does not change; what belongs to a call is an argument of the call."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ocr_plugins
from ocr_plugins import (
    CancelledError,
    LayoutDetector,
    OptionError,
    Page,
    PageImage,
    Pipeline,
    Region,
    UnknownEngineError,
)
from ocr_plugins.testing import FakeEngine, made_page, made_pdf


def scan(pages: int) -> bytes:
    return made_pdf([made_page([f"page {n}"], size=(400, 300)) for n in range(1, pages + 1)])


def numbers(pages: tuple[Page, ...]) -> list[int]:
    return [page.number for page in pages]


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Pipeline) if field.init] + ["progress"])
def test_a_pipeline_is_frozen(name: str) -> None:
    pipeline = Pipeline(text="layer")
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(pipeline, name, "ocr")


def test_another_pipeline_is_made_of_one() -> None:
    pipeline = Pipeline(FakeEngine(texts=("read",)), text="layer")
    assert pipeline.read(scan(1)).text == ""
    assert dataclasses.replace(pipeline, text="ocr").read(scan(1)).text == "read"


def test_pipelines_of_the_same_options_are_equal() -> None:
    assert Pipeline(text="layer", workers=2) == Pipeline(text="layer", workers=2)
    assert Pipeline(text="layer", workers=2) != Pipeline(text="layer")
    assert Pipeline(images="a") == Pipeline(images=Path("a"), engine_options={})


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (2, [2]),
        ([3, 1], [3, 1]),
        ((2, 2), [2]),
        (range(2, 9), [2, 3]),
        ("3,1-2", [3, 1, 2]),
        ("2-", [2, 3]),
        (None, [1, 2, 3]),
        ([2, 99], [2]),
    ],
)
def test_pages_are_selected_by_numbers_or_a_string(pages: Any, expected: list[int]) -> None:
    assert numbers(Pipeline(FakeEngine(), layout=None, upright=False).read(scan(3), pages=pages).pages) == expected


@pytest.mark.parametrize("pages", [0, -1, [1, 0], range(0, 3), 7, [7, 8], [], "", "0", "x"])
def test_a_selection_of_no_page_is_an_error(pages: Any) -> None:
    with pytest.raises(ocr_plugins.PageSelectionError, match="pages="):
        Pipeline(FakeEngine(), layout=None, upright=False).read(scan(3), pages=pages)


@pytest.mark.parametrize("pages", [1.5, True, [1, "2"], {"from": 1}, {1, 2}, b"1"])
def test_a_selection_of_another_type_says_what_is_taken(pages: Any) -> None:
    with pytest.raises(TypeError, match=r"a number, a range, a list of numbers, or a string such as '1-3,7'"):
        Pipeline(FakeEngine(), layout=None, upright=False).read(scan(3), pages=pages)


def test_read_takes_what_a_pipeline_takes(tmp_path: Path) -> None:
    seen: list[int] = []
    document = ocr_plugins.read(
        scan(3),
        engine=FakeEngine(fail_on=2),
        text="ocr",
        layout=None,
        upright=False,
        on_error="keep",
        batch_size=2,
        workers=2,
        images=tmp_path,
        pages=[2, 3],
        name="letter.pdf",
        progress=lambda step: seen.append(step.page),
    )
    assert (numbers(document.pages), seen, document.source) == ([2, 3], [2, 3], "letter.pdf")
    taken = ocr_plugins.read.__annotations__.keys()
    assert {field.name for field in dataclasses.fields(Pipeline) if field.init} <= taken
    assert Pipeline.read.__annotations__.keys() <= taken


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_call_can_be_cancelled(workers: int) -> None:
    stop = threading.Event()
    pages: list[int] = []
    stream = Pipeline(FakeEngine(), workers=workers).iter_pages(
        scan(20), name="long.pdf", progress=lambda step: stop.set() if step.done == 2 else None, cancel=stop.is_set
    )
    with pytest.raises(CancelledError, match=r"long\.pdf: cancelled after \d+ of 20 pages"):
        pages.extend(page.number for page in stream)
    # Those that were under way are not thrown away.
    assert pages == list(range(1, len(pages) + 1))
    assert 2 <= len(pages) <= 2 + 2 * workers
    with pytest.raises(CancelledError, match="after 0 of 2 pages"):
        Pipeline(FakeEngine(), layout=None, upright=False).read(scan(2), cancel=lambda: True)


class SeesOneFigure(LayoutDetector):
    """Sees a figure on the whole page, and keeps nothing."""

    def detect(self, images: Any) -> list[list[Region]]:
        return [[Region(ocr_plugins.BlockKind.FIGURE, ocr_plugins.BBox(0, 0, 1, 1), 0.95)] for _ in images]


def test_layout_takes_an_instance() -> None:
    pipeline = Pipeline(FakeEngine(texts=()), layout=SeesOneFigure())
    assert [block.kind for block in pipeline.read(scan(1)).pages[0].blocks] == ["figure"]


def leaning(degrees: float) -> Image.Image:
    """A page of text, turned, with one black square in its upper left corner before that."""
    lines = [f"Line {n} of a page that is long enough to be set straight." for n in range(1, 12)]
    page = made_page(lines, size=(1000, 800), font_size=24)
    page.paste("black", (20, 20, 60, 60))
    return page.rotate(-degrees, expand=True, fillcolor="white")


@pytest.mark.slow
def test_the_picture_of_a_page_is_what_its_boxes_refer_to() -> None:
    data = made_pdf([leaning(0), leaning(2)])
    with Pipeline(text="ocr") as pipeline:
        document = pipeline.read(data)
        for page in document.pages:
            image = pipeline.page_image(data, page)
            assert image.size == pipeline.page_image(data, page.number).size
            seen = PageImage(image)
            line = next(line for block in page.blocks for line in block.lines if "Line 7 " in line.text)
            left, top, right, bottom = (round(v) for v in _pixels(line.box, image))
            assert (seen.grey[top:bottom, left:right] < 128).mean() > 0.05
            above = seen.grey[top - (bottom - top) // 3 : top - 2, left:right]
            assert (above < 128).mean() < 0.02
    assert abs(document.pages[1].skew) == pytest.approx(2, abs=0.3)


def _pixels(box: ocr_plugins.BBox, image: Image.Image) -> tuple[float, float, float, float]:
    scaled = box.scaled(*image.size)
    return scaled.left, scaled.top, scaled.right, scaled.bottom


def test_the_grey_of_a_page_is_made_once_and_cannot_be_changed() -> None:
    page = PageImage(Image.new("RGB", (3, 2), "red"))
    assert page.grey is page.grey
    assert page.grey.shape == (2, 3)
    assert page.grey.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        page.grey[0, 0] = 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"engine": "no-such-engine"},
            UnknownEngineError,
            "no engine 'no-such-engine'. Known: lightonocr, lightonocr-server, rapidocr",
        ),
        ({"engine_options": {"no_such_option": 1}}, OptionError, "no_such_option"),
        ({"engine": FakeEngine(), "engine_options": {"texts": ()}}, OptionError, "instance"),
        ({"text": "never"}, OptionError, "text='never': choose one of auto, ocr, layer"),
        ({"on_error": "ignore"}, OptionError, "on_error='ignore': choose one of keep, raise"),
        ({"batch_size": 0}, OptionError, "batch_size=0"),
        ({"layout": "no-such-layout"}, UnknownEngineError, "no layout detector 'no-such-layout'. Known: cdla"),
    ],
)
def test_wrong_arguments_are_named_at_once(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Pipeline(**arguments)
