"""Two texts in one, as in ``the [-quick-]{+quack+} fox``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["diff"]

# So many differences are shown, and of a longer run of words so many at each end.
SHOWN_DIFFERENCES, SHOWN_WORDS = 8, 4


def diff(runs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Two texts in one line; long stretches that agree are shortened, and so is the end.

    Args:
        runs: Words that the two have in common, or that stand in one another's place, in turn.
    """
    parts: list[str] = []
    differences = 0
    for first, second in runs:
        shown, other = _shortened(first), _shortened(second)
        if first == second:
            parts.append(shown)
            continue
        if differences == SHOWN_DIFFERENCES:
            parts.append("…")
            break
        differences += 1
        parts.append((f"[-{shown}-]" if shown else "") + (f"{{+{other}+}}" if other else ""))
    return " ".join(parts)


def _shortened(words: Sequence[str]) -> str:
    if len(words) <= 2 * SHOWN_WORDS + 1:
        return " ".join(words)
    return " ".join([*words[:SHOWN_WORDS], "…", *words[-SHOWN_WORDS:]])
