"""Reading a page again where the model did not come to an end, and choosing the best of the attempts.

A vision language model may fall into a loop, on dot leaders or noise for instance, or run into its token limit. Either
shows in the finish reason. A higher temperature usually leads out of a loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ocr_plugins.errors import OcrError

__all__ = ["RETRY_TEMPERATURES", "Attempt", "best_attempt", "read_pages"]

T = TypeVar("T")

RETRY_TEMPERATURES = (0.2, 0.5, 0.8)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the model wrote for a page, once.

    Attributes:
        text: As written, without special tokens and without what only repeats at the end.
        finished: The model itself came to the end, within its limit and without a loop.
        logprob: Mean log-probability of its tokens; None where it is not known.
    """

    text: str
    finished: bool
    logprob: float | None = None

    @property
    def confidence(self) -> float | None:
        """The geometric mean of the tokens' probabilities, 0..1; None where it is not known."""
        return None if self.logprob is None else math.exp(min(0.0, self.logprob))


def read_pages(
    generate: Callable[[Sequence[T], float], Sequence[Attempt | OcrError]],
    images: Sequence[T],
    *,
    temperature: float,
    retries: Sequence[float] = RETRY_TEMPERATURES,
) -> list[Attempt | OcrError]:
    """Read pages, those that did not come to an end again at rising temperature.

    Args:
        generate: Reads a batch at a temperature; one attempt, or the error, for each page, in order.
        images: The pages.
        temperature: Of the first attempt; 0 for greedy decoding.
        retries: Temperatures of the further attempts, as far as they are above the first.

    Returns:
        The best attempt of each page, in order, or the error of a page that was never read.
    """
    tries: list[list[Attempt]] = [[] for _ in images]
    errors: dict[int, OcrError] = {}
    todo = list(range(len(images)))
    for heat in (temperature, *(t for t in sorted(retries) if t > temperature)):
        if not todo:
            break
        again = []
        for i, result in zip(todo, generate([images[i] for i in todo], heat), strict=True):
            if isinstance(result, Attempt):
                tries[i].append(result)
                if not result.finished:
                    again.append(i)
            else:
                # An error in a later attempt does not make the text of an earlier one worse.
                errors[i] = result
        todo = again
    return [best_attempt(tries[i]) if tries[i] else errors[i] for i in range(len(images))]


def best_attempt(tries: Sequence[Attempt]) -> Attempt:
    """The first attempt that came to the end; if none did, the one that came furthest, the likelier of equals.

    Args:
        tries: At least one.
    """
    finished = next((attempt for attempt in tries if attempt.finished), None)
    return finished or max(tries, key=lambda a: (len(a.text), -float("inf") if a.logprob is None else a.logprob))
