"""Reading a page again where the model did not come to an end, and choosing the best of the attempts.

A vision language model may fall into a loop, on dot leaders or noise for instance, or run into its token limit. Either
shows in the finish reason. A higher temperature usually leads out of a loop.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ocr_plugins.errors import OcrError

__all__ = ["RETRY_TEMPERATURES", "Asked", "Attempt", "best_attempt", "read_pages"]

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


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """A page that is to be read once: what it goes by, its image, and the temperature, 0 for greedy decoding."""

    key: int
    image: T
    temperature: float


def read_pages(
    read: Callable[[Iterator[Asked[T]]], Iterator[tuple[int, Attempt | OcrError] | None]],
    pages: Iterable[tuple[int, T]],
    *,
    temperature: float,
    retries: Sequence[float] = RETRY_TEMPERATURES,
) -> Iterator[tuple[int, Attempt | OcrError] | None]:
    """Read pages, those that did not come to an end again at rising temperature.

    Args:
        read: Reads pages as they come, each once at its temperature. It takes all that it is given, and yields the
            page's key and the attempt or the error as soon as it is there, None now and then.
        pages: Keys, all different, and images.
        temperature: Of the first attempt; 0 for greedy decoding.
        retries: Temperatures of the further attempts, as far as they are above the first.

    Yields:
        The key and the best attempt of each page, or the error of a page that was never read, as soon as it is there;
        None whenever ``read`` does.
    """
    heats = (temperature, *(t for t in sorted(retries) if t > temperature))
    images: dict[int, T] = {}
    tries: dict[int, list[Attempt]] = {}
    again: deque[int] = deque()
    coming = iter(pages)

    def asked() -> Iterator[Asked[T]]:
        while True:
            if again:
                key = again.popleft()
            elif (page := next(coming, None)) is not None:
                key, images[key] = page
                tries[key] = []
            else:
                return
            yield Asked(key, images[key], heats[len(tries[key])])

    while True:
        for result in read(asked()):
            if result is None:
                yield None
                continue
            key, attempt = result
            if isinstance(attempt, Attempt):
                tries[key].append(attempt)
                if not attempt.finished and len(tries[key]) < len(heats):
                    again.append(key)
                    continue
            # An error in a later attempt does not make the text of an earlier one worse.
            read_so_far = tries.pop(key)
            del images[key]
            yield key, best_attempt(read_so_far) if read_so_far else attempt
        # Those that came back when there was nothing more to take.
        if not again:
            return


def best_attempt(tries: Sequence[Attempt]) -> Attempt:
    """The first attempt that came to the end; if none did, the one that came furthest, the likelier of equals.

    Args:
        tries: At least one.
    """
    finished = next((attempt for attempt in tries if attempt.finished), None)
    return finished or max(tries, key=lambda a: (len(a.text), -float("inf") if a.logprob is None else a.logprob))
