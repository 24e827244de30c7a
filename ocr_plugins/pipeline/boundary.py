"""What an engine gives, checked before anything is built on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeGuard, TypeVar

from ocr_plugins.blocks import BBox, Block, BlockKind, Table, TextLine, Word
from ocr_plugins.engine import Blocks, Lines, Markdown, PageImage, Recognition
from ocr_plugins.errors import EngineError, OcrError
from ocr_plugins.text import counted

Item = TypeVar("Item")

# Of the page: by so much a box may reach beyond it, as dividing by its size rounds.
ROUNDING = 1e-6


def checked(results: object, images: Sequence[PageImage], engine: str) -> list[Recognition | OcrError]:
    """The results of a batch, each sound or the error of its page.

    Args:
        results: What ``recognize`` gave for the images.
        images: The pages of the batch.
        engine: Its name, for messages.

    Raises:
        EngineError: There is not one result for each page.
    """
    if not isinstance(results, list | tuple):
        raise EngineError(f"{engine} gave {_shown(results)} for {counted(len(images), 'page')}, not a list of results.")
    if len(results) != len(images):
        raise EngineError(f"{engine} gave {counted(len(results), 'result')} for {counted(len(images), 'page')}.")
    return [_checked(result, image, engine) for result, image in zip(results, images, strict=True)]


def _checked(result: object, image: PageImage, engine: str) -> Recognition | OcrError:
    if isinstance(result, OcrError):
        return result
    if not isinstance(result, Recognition):
        return EngineError(f"{engine} gave {type(result).__name__}, not Lines, Markdown or Blocks.")
    fault = next(_faults(result), None)
    return result if fault is None else EngineError(f"{engine}, page {image.number}: {fault}")


def _faults(result: Recognition) -> Iterator[str]:
    """What the contract does not allow, each as a sentence."""
    if not isinstance(result.truncated, bool):
        yield _wrong("truncated", result.truncated, "True or False")
    match result:
        case Lines(lines):
            yield from _faults_of_all("lines", lines, TextLine, _line_faults)
        case Blocks(blocks):
            yield from _faults_of_all("blocks", blocks, Block, _block_faults)
        case Markdown(text, confidence):
            yield from _text_faults("text", text)
            yield from _confidence_faults("confidence", confidence)


def _faults_of_all(
    field: str, items: object, kind: type[Item], faults: Callable[[str, Item], Iterator[str]]
) -> Iterator[str]:
    if not isinstance(items, tuple | list):
        yield _wrong(field, items, f"a tuple of {kind.__name__}")
        return
    for i, item in enumerate(items):
        if not isinstance(item, kind):
            yield _wrong(f"{field}[{i}]", item, kind.__name__)
        else:
            yield from faults(f"{field}[{i}]", item)


def _line_faults(field: str, line: TextLine) -> Iterator[str]:
    yield from _piece_faults(field, line)
    yield from _faults_of_all(f"{field}.words", line.words, Word, _piece_faults)


def _piece_faults(field: str, piece: TextLine | Word) -> Iterator[str]:
    yield from _text_faults(f"{field}.text", piece.text)
    yield from _box_faults(f"{field}.box", piece.box)
    yield from _confidence_faults(f"{field}.confidence", piece.confidence)


def _block_faults(field: str, block: Block) -> Iterator[str]:
    if not isinstance(block.kind, BlockKind):
        yield _wrong(f"{field}.kind", block.kind, "a BlockKind")
    yield from _text_faults(f"{field}.text", block.text)
    if block.box is not None:
        yield from _box_faults(f"{field}.box", block.box)
    yield from _confidence_faults(f"{field}.confidence", block.confidence)
    if not isinstance(block.level, int) or block.level < 0:
        yield _wrong(f"{field}.level", block.level, "a whole number, 0 or more")
    for name, text in (("marker", block.marker), ("markdown", block.markdown)):
        if text is not None:
            yield from _text_faults(f"{field}.{name}", text)
    yield from _faults_of_all(f"{field}.lines", block.lines, TextLine, _line_faults)
    if block.table is not None:
        yield from _table_faults(f"{field}.table", block.table)


def _table_faults(field: str, table: object) -> Iterator[str]:
    if not isinstance(table, Table):
        yield _wrong(field, table, "a Table")
        return
    for i, cell in enumerate(table.cells):
        inside = 0 <= cell.row < cell.row + cell.row_span <= table.rows
        if not (inside and 0 <= cell.column < cell.column + cell.column_span <= table.columns):
            yield f"{field}.cells[{i}] lies outside of its {table.rows} rows and {table.columns} columns."
        yield from _text_faults(f"{field}.cells[{i}].text", cell.text)
        if cell.box is not None:
            yield from _box_faults(f"{field}.cells[{i}].box", cell.box)


def _text_faults(field: str, text: object) -> Iterator[str]:
    if not isinstance(text, str):
        yield _wrong(field, text, "a string")


def _box_faults(field: str, box: object) -> Iterator[str]:
    if not isinstance(box, BBox):
        yield _wrong(field, box, "a BBox in 0..1 of the page")
        return
    sides = (box.left, box.top, box.right, box.bottom)
    if not all(_is_number(side) and -ROUNDING <= side <= 1 + ROUNDING for side in sides):
        yield _wrong(field, box, "within 0..1 of the page, in floats")
    elif box.left > box.right or box.top > box.bottom:
        yield _wrong(field, box, "left of its right and above its bottom")


def _confidence_faults(field: str, confidence: object) -> Iterator[str]:
    if confidence is not None and not (_is_number(confidence) and 0 <= confidence <= 1):
        yield _wrong(field, confidence, "a float in 0..1, or None where it is not known")


def _is_number(value: object) -> TypeGuard[float]:
    """A finite number. NumPy's smaller ones are none, as JSON does not know them, and neither are truth values."""
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _wrong(field: str, value: object, right: str) -> str:
    return f"{field} is {_shown(value)}: it must be {right}."


def _shown(value: object) -> str:
    """A short representation for a message."""
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}…"
