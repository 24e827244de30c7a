"""What the parser and the loader have in common: their options' types, and the pipeline that these make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Literal, get_args

from ocr_plugins import Pipeline, Progress
from ocr_plugins.errors import OptionError

OnError = Literal["keep", "skip", "raise"]
Pages = str | int | Sequence[int]
OnProgress = bool | Callable[[Progress], object] | None


def make_pipeline(own: Pipeline | None, on_error: OnError, **options: Any) -> Pipeline:
    """The user's own pipeline, or one of these options.

    Raises:
        OptionError: Both are given, or a value is invalid.
    """
    check("on_error", on_error, get_args(OnError))
    # What is skipped is kept by the pipeline and left out here.
    options["on_error"] = "keep" if on_error == "skip" else on_error
    if own is None:
        return Pipeline(**options)
    defaults = {field.name: field.default for field in fields(Pipeline)}
    if given := [name for name, value in options.items() if value != defaults[name]]:
        raise OptionError(f"{', '.join(given)}: with pipeline=, give these to the Pipeline itself.")
    if on_error == "skip" and own.on_error == "raise":
        raise OptionError("on_error='skip': the pipeline raises at the first failure; make it with on_error='keep'.")
    return own


def check(name: str, value: object, allowed: Sequence[object]) -> None:
    """Raise OptionError where the value is not allowed."""
    if value not in allowed:
        raise OptionError(f"{name}={value!r}: choose one of {', '.join(map(str, allowed))}.")
