"""Reads made pages with an engine, and says of what goes wrong what it is and what cures it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import ImageOps

from ocr_plugins.blocks import BBox, Block, TextLine, Word
from ocr_plugins.contract.cures import cure
from ocr_plugins.document import Page
from ocr_plugins.engine import Blocks, Lines, Markdown, OcrEngine, PageImage, Recognition
from ocr_plugins.errors import EngineError, OcrError
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.pipeline.boundary import checked
from ocr_plugins.text import counted


def read(engine: OcrEngine, pages: Sequence[PageImage]) -> list[Recognition]:
    """The results, checked as the pipeline checks them.

    Raises:
        AssertionError: It raised something that is no ``OcrError``, gave what it must not give, or an error for a page.
        OcrError: What it raised of its own; the message has the remedy.
    """
    try:
        given = engine.recognize(pages)
    except OcrError:
        raise
    except Exception as e:
        sizes = ", ".join("{} × {}".format(*page.size) for page in pages)
        raise AssertionError(
            f"recognize raised {type(e).__name__}: {e}, for {counted(len(pages), 'page')} of {sizes} pixels. Such "
            "pages exist: read them, or give EngineError('why, and what to do') in the place of the one that fails."
        ) from e
    try:
        results = checked(given, pages, type(engine).__name__)
    except EngineError as e:
        raise AssertionError(
            f"{e} Give a list of one result per image, in their order: Lines() for a page without text, an EngineError "
            "for one that failed."
        ) from None
    sound = []
    for result, item, page in zip(results, given, pages, strict=True):
        if isinstance(result, OcrError):
            raise AssertionError(f"{result} {cure(item, page)}".strip())
        sound.append(result)
    return sound


def texts_of(engine: OcrEngine, pages: Sequence[PageImage]) -> list[str]:
    """The plain text of each page, as the layout stage puts it together."""
    return [_text(result, page) for result, page in zip(read(engine, pages), pages, strict=True)]


def _text(result: Recognition, page: PageImage) -> str:
    match result:
        case Lines(lines):
            blocks = assemble(lines, size=page.size)
        case Markdown(text):
            blocks = parse_markdown(text)
        case Blocks(blocks):
            pass
    return " ".join(Page(1, blocks=blocks).text.split())


def items_of(result: Recognition) -> Sequence[TextLine | Block]:
    """The lines, or the blocks that have text."""
    match result:
        case Lines(lines):
            return lines
        case Blocks(blocks):
            return [block for block in blocks if block.text]
        case _:
            return ()


def confidences_of(result: Recognition) -> list[float]:
    """Those that are known."""
    values = [result.confidence] if isinstance(result, Markdown) else [item.confidence for item in items_of(result)]
    return [value for value in values if value is not None]


def words_of(result: Recognition) -> list[Word]:
    """The words of all lines."""
    items = items_of(result)
    lines = [line for item in items for line in ((item,) if isinstance(item, TextLine) else item.lines)]
    return [word for line in lines for word in line.words]


def ink_of(page: PageImage) -> BBox:
    """Where the text of a made page is, in 0..1."""
    ink = ImageOps.invert(page.image.convert("L")).getbbox()
    assert ink is not None, "make_page drew nothing: give a page that shows the lines, dark on white."
    return BBox(*map(float, ink)).scaled(1 / page.image.width, 1 / page.image.height)


@contextmanager
def during(what: str) -> Iterator[None]:
    """Say of a failure when it happened."""
    try:
        yield
    except AssertionError as e:
        raise AssertionError(f"{what}: {e}") from e.__cause__


def close(engine: OcrEngine, when: str) -> None:
    """Close it.

    Raises:
        AssertionError: ``close`` raised something.
    """
    try:
        engine.close()
    except Exception as e:
        raise AssertionError(
            f"close() {when} raised {type(e).__name__}: {e}. It must be safe before the first page and a second time: "
            "set what it frees to None in __init__, and free it only if it is there."
        ) from e


def pickled(engine: OcrEngine) -> bytes:
    """What a worker process is sent.

    Raises:
        AssertionError: It cannot be pickled.
    """
    try:
        return pickle.dumps(engine)
    except Exception as e:
        raise AssertionError(
            f"It cannot be pickled: {type(e).__name__}: {e}. Leave __getstate__ as OcrEngine has it, which keeps the "
            "options alone; or leave out there what holds a model, a lock or a connection."
        ) from e


def unlike(first: Sequence[str], second: Sequence[str]) -> str:
    """The first difference of two lists of texts."""
    pairs = enumerate(zip(first, second, strict=True), 1)
    number, (one, other) = next((i, pair) for i, pair in pairs if pair[0] != pair[1])
    return f"page {number} is {one!r} in the one and {other!r} in the other"


def distance(first: str, second: str) -> int:
    """How many characters must be changed, put in or left out to make the one the other (Levenshtein)."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
