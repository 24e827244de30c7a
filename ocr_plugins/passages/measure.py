"""How long a text is for a model, and where one that is too long is cut."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ocr_plugins.errors import OptionError

_WORDS = re.compile(r"\s+")
# Where a text is cut, the best places first.
SENTENCES = (re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])"), _WORDS)
LINES = (re.compile(r"\n+"), _WORDS)
# Rows whose cells have names: see ``Rows.named``.
CELLS = (LINES[0], re.compile(r"(?<=;) "), _WORDS)


def counter(tokenizer: Any) -> Callable[[str], int]:
    """What counts the tokens of a text: see :func:`ocr_plugins.chunks.chunks`.

    Raises:
        OptionError: It is no tokenizer.
    """
    if tokenizer is None:
        return len
    # tiktoken's encode refuses text that looks like one of its marks; a scan may have any text.
    encode = getattr(tokenizer, "encode_ordinary", None) or getattr(tokenizer, "encode", None) or tokenizer
    # A string has an encode of its own.
    if not callable(encode) or isinstance(tokenizer, str | bytes):
        raise OptionError(f"tokenizer={tokenizer!r}: give an object with encode(text), or a function of a text.")

    def count(text: str) -> int:
        tokens = encode(text)
        # An estimate, such as len(text) / 4, too.
        if isinstance(tokens, numbers.Real):
            return math.ceil(float(tokens))
        # An Encoding of tokenizers; what a tokenizer of transformers gives when it is called.
        ids = getattr(tokens, "ids", getattr(tokens, "input_ids", tokens))
        try:
            return len(ids)
        except TypeError as error:
            raise OptionError(
                f"tokenizer={tokenizer!r} gave {tokens!r}: let it give a number or a sequence."
            ) from error

    return count


def check_most(max_tokens: int) -> None:
    """Raise OptionError where that is no size of a chunk."""
    if not isinstance(max_tokens, numbers.Integral) or max_tokens < 1:
        raise OptionError(f"max_tokens={max_tokens!r}: give a whole number, 1 or more.")


def cut(
    text: str, room: int, count: Callable[[str], int], places: Sequence[re.Pattern[str]] = SENTENCES
) -> Iterator[tuple[int, int]]:
    """Where the parts of a text begin and end that are at most ``room`` tokens long.

    They are cut at the first of ``places`` that makes parts short enough, else between any two characters. What is
    matched between two parts is in neither. A part has one character at least, however many tokens that is.
    """
    if not places:
        yield from _slices(text, room, count)
        return
    begin, size = 0, 0
    end = 0
    for start, stop in _between(text, places[0]):
        # With the white space before it.
        more = count(text[end:stop])
        if end > begin and size + more > room:
            yield begin, end
            begin, size = start, 0
            more = count(text[start:stop])
        elif end == begin:
            begin = start
        if size == 0 and more > room:
            yield from ((start + a, start + b) for a, b in cut(text[start:stop], room, count, places[1:]))
            begin, size = stop, 0
        else:
            size += more
        end = stop
    if end > begin:
        yield begin, end


def _between(text: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in separator.finditer(text):
        if match.start() > begin:
            yield begin, match.start()
        begin = match.end()
    if begin < len(text):
        yield begin, len(text)


def _slices(text: str, room: int, count: Callable[[str], int]) -> Iterator[tuple[int, int]]:
    begin = 0
    while begin < len(text):
        size = min(len(text) - begin, max(1, room))
        while size > 1 and count(text[begin : begin + size]) > room:
            size //= 2
        yield begin, begin + size
        begin += size
