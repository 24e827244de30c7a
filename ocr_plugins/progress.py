"""A bar for those who wait: ``progress=True``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ocr_plugins.errors import MissingDependencyError

__all__ = ["bar"]


@contextmanager
def bar(name: str, total: int, unit: str = "page") -> Iterator[Any]:
    """A bar of tqdm, as a widget in a notebook that has ipywidgets, else as text on stderr.

    Args:
        name: What stands before it.
        total: How often its ``update()`` will be called.
        unit: What is counted, in the singular.

    Raises:
        MissingDependencyError: tqdm is not installed.
    """
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise MissingDependencyError(
            "progress=True shows a bar of tqdm: pip install 'ocr-plugins[progress]', or give a function."
        ) from error
    with tqdm(total=total, desc=name, unit=unit) as shown:
        yield shown
