"""The answer of a chat server, read while it is written."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from ocr_plugins.engines.lightonocr.attempts import Attempt

__all__ = ["BrokenAnswerError", "read_answer"]

# Characters of new text after which it is looked at for repetitions.
LOOK_EVERY = 200
# Bytes of one event.
LONGEST_EVENT = 1 << 20


class BrokenAnswerError(Exception):
    """An answer that does not come to its end; the message says how it broke off."""


async def read_answer(pieces: AsyncIterator[bytes]) -> Attempt:
    """The answer in a stream, read up to its end or until it only repeats itself."""
    text, looked_at = "", 0
    async with aclosing(_events(pieces)) as events:
        async for event in events:
            piece, reason = _delta(event)
            text += piece
            if reason:
                return Attempt(text, finished=reason == "stop")
            if len(text) - looked_at > LOOK_EVERY:
                looked_at = len(text)
                if _goes_round(text):
                    return Attempt(text, finished=False)
    raise BrokenAnswerError(f"nothing came after {len(text)} characters")


async def _events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[object]:
    """The data of server-sent events, parsed.

    openai's own parser makes objects of them, which takes 40 times as long: with 64 pages under way, all of a core.
    """
    rest = b""
    while True:
        try:
            piece = await anext(pieces, None)
        except Exception as e:
            # Of httpx or httpx2, whichever the installed openai uses.
            raise BrokenAnswerError(f"the connection was cut ({type(e).__name__})") from None
        if piece is None:
            return
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


def _delta(event: object) -> tuple[str, str]:
    """The text that an event brings and, in the last one, why the answer ends."""
    match event:
        case {"error": error} if error:
            raise BrokenAnswerError(str(error.get("message") or error) if isinstance(error, dict) else str(error))
        case {"choices": []}:
            # Only counts tokens.
            return "", ""
        case {"choices": [{"finish_reason": "abort" | "error"}, *_]}:
            raise BrokenAnswerError("the server gave up on it")
        case {"choices": [dict() as choice, *_]}:
            delta = choice.get("delta")
            text = delta.get("content") if isinstance(delta, dict) else None
            return text if isinstance(text, str) else "", str(choice.get("finish_reason") or "")
    raise BrokenAnswerError("an event of the stream is no part of a chat completion")


def _goes_round(text: str) -> bool:
    tail = text[-2000:]
    return any(
        len(tail) >= 6 * period + 200 and tail[-5 * period - 200 :] == tail[-6 * period - 200 : -period]
        for period in range(1, 300)
    )
