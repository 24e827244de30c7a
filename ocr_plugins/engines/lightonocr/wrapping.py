"""What general models put around the page that they were asked for: their thoughts, and a fence of code."""

from __future__ import annotations

import re

__all__ = ["unwrapped"]

_THOUGHTS = re.compile(r"\s*<think>(?:.*?</think>|.*)", re.DOTALL)
_OPENED = re.compile(r"\s*(?P<fence>`{3,})(?:markdown|md)[ \t]*(?:\n|$)", re.IGNORECASE)


def unwrapped(answer: str) -> str:
    """The page in an answer, without thoughts before it and without a fence of Markdown if that holds all of it.

    Args:
        answer: As the model wrote it, also one that was cut off. What does not clearly go round the whole page is left.
    """
    if thoughts := _THOUGHTS.match(answer):
        answer = answer[thoughts.end() :]
    opened = _OPENED.match(answer)
    if opened is None:
        return answer
    lines = answer[opened.end() :].rstrip().split("\n")
    fences = [(i, line.strip()) for i, line in enumerate(lines) if line.lstrip().startswith(opened["fence"])]
    code = ""
    for i, fence in fences:
        bare = not fence.strip("`")
        if not code and bare and i == len(lines) - 1:
            return "\n".join(lines[:-1])
        if code and not bare:
            return answer
        code = "" if code else fence
    # Without its end it was cut off. Or what seems to open code within the page was that end, and there is more behind.
    return answer if code and not code.strip("`") else "\n".join(lines)
