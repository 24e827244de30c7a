"""The answer of a chat server, read while it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import isfinite

from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.runtime.repeats import cut_repeated_tail, repeated_tail

__all__ = ["BrokenAnswerError", "read_answer"]

# A loop is a unit of so many characters at most that comes so often in a row and fills so many characters: dot leaders
# are shorter, and so are the empty rows of most tables. In this process loops are told by tokens, of which one may be a
# letter or a whole row of dots; how much text a token of the answer was, a server does not tell.
LONGEST_UNIT, TIMES, SHORTEST_LOOP = 400, 10, 1000
# Characters of new text after which the end is looked at for a loop.
LOOK_EVERY = 200
# Bytes of one event.
LONGEST_EVENT = 1 << 20


class BrokenAnswerError(Exception):
    """An answer that does not come to its end; the message says how it broke off."""


def read_answer(pieces: Iterator[bytes], *, stop_repeats: bool = True) -> Attempt:
    """The answer in a stream, read up to its end or until it only repeats itself.

    Args:
        pieces: The body of the response.
        stop_repeats: Stop at a loop, and leave its repetitions out of the text.

    Raises:
        BrokenAnswerError: The stream ends before the answer does, or is none.
    """
    text, looked_at = "", 0
    # Log-probabilities, with the length of the text when they came.
    logprobs: list[tuple[int, float]] = []
    for event in _events(pieces):
        piece, reason, probable = _delta(event)
        text += piece
        logprobs += [(len(text), logprob) for logprob in probable]
        if reason == "stop":
            return _attempt(text, logprobs, finished=True)
        if stop_repeats and (reason or len(text) - looked_at >= LOOK_EVERY):
            looked_at = len(text)
            if _loops(text):
                return _attempt(cut_repeated_tail(text, LONGEST_UNIT, TIMES)[0], logprobs)
        if reason:
            return _attempt(text, logprobs)
    raise BrokenAnswerError(f"nothing came after {len(text)} characters")


def _attempt(text: str, logprobs: Sequence[tuple[int, float]], *, finished: bool = False) -> Attempt:
    """With the mean of what is told of the tokens of this text, without what was cut off."""
    told = [logprob for length, logprob in logprobs if length <= len(text)]
    return Attempt(text, finished, sum(told) / len(told) if told else None)


def _loops(text: str) -> bool:
    end = text[-LONGEST_UNIT * TIMES :]
    unit, start = repeated_tail(end, LONGEST_UNIT, TIMES)
    return unit > 0 and len(end) - start >= SHORTEST_LOOP


def _events(pieces: Iterator[bytes]) -> Iterator[object]:
    """The data of server-sent events, parsed.

    openai's own parser makes an object of each, and an event is mostly one token: with many pages under way, that is
    more work for this process than all the rest.
    """
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > LONGEST_EVENT:
            raise BrokenAnswerError("an event of the stream is too long")
        for line in lines:
            name, _, data = line.partition(b":")
            if name == b"data" and data.strip() != b"[DONE]":
                try:
                    event = json.loads(data)
                except (ValueError, RecursionError):
                    raise BrokenAnswerError("an event of the stream is not JSON") from None
                yield event


def _delta(event: object) -> tuple[str, str, list[float]]:
    """The text that an event brings, in the last one why the answer ends, and the log-probabilities of its tokens."""
    match event:
        case {"error": error} if error:
            raise BrokenAnswerError(str(error.get("message") or error) if isinstance(error, dict) else str(error))
        case {"choices": []}:
            # Only counts tokens.
            return "", "", []
        case {"choices": [{"finish_reason": "abort" | "error"}, *_]}:
            raise BrokenAnswerError("the server gave up on it")
        case {"choices": [dict() as choice, *_]}:
            delta = choice.get("delta")
            text = delta.get("content") if isinstance(delta, dict) else None
            reason = str(choice.get("finish_reason") or "")
            return text if isinstance(text, str) else "", reason, _logprobs(choice.get("logprobs"))
    raise BrokenAnswerError("an event of the stream is no part of a chat completion")


def _logprobs(told: object) -> list[float]:
    match told:
        case {"content": [*tokens]}:
            given = [token.get("logprob") for token in tokens if isinstance(token, dict)]
            return [float(logprob) for logprob in given if isinstance(logprob, int | float) and isfinite(logprob)]
    return []
