"""Repetition, which is how generating models fail: the same few characters or words to the end of their limit."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["cut_repeated_tail", "repeated_tail"]


def repeated_tail(sequence: Sequence[object], longest: int, times: int) -> tuple[int, int]:
    """Find a unit that the sequence repeats until it ends.

    Args:
        sequence: A text, or token ids.
        longest: How many characters or tokens a unit may have.
        times: How often in a row it must occur at the end.

    Returns:
        Length of the shortest such unit, and the index of its first full occurrence in the run; ``(0, len(sequence))``
        if there is none. The last occurrence may be cut short: the run ends wherever the limit fell.
    """
    end = len(sequence)
    for unit in range(1, min(longest, end // times) + 1):
        start = end - unit
        # Walk back while every element equals the one a unit later.
        while start > 0 and sequence[start - 1] == sequence[start - 1 + unit]:
            start -= 1
        if end - start >= unit * times:
            return unit, start
    return 0, end


def cut_repeated_tail(text: str, longest: int, times: int) -> tuple[str, bool]:
    """The text with a repeated tail cut down to its first occurrence, and whether anything was cut.

    Args:
        text: As a model gave it.
        longest: Characters that a repeated unit may have.
        times: How often in a row it must occur at the end.
    """
    # Of a text that was stripped, the last unit lacks its space.
    for whole in (text, f"{text} "):
        unit, start = repeated_tail(whole, longest, times)
        if unit:
            return whole[: start + unit].rstrip(), True
    return text, False
