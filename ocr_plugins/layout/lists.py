"""List items: a line that begins with a bullet or a number."""

from __future__ import annotations

import re

_BULLET = re.compile(r"^([•●○◦▪■□▸►‣∙·➢➤✓❖]|[-–—*o](?=\s))\s*(?=\S)")
_NUMBER = re.compile(r"^(\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)])\s+(?=\S)")


def split_marker(text: str) -> tuple[str, str] | None:
    """The list marker at the start of a line and what follows it; None where there is no marker.

    ``3.``, ``(a)`` and ``iv)`` are markers, ``3.1 Results`` and ``1984 was`` are not.
    """
    match = _BULLET.match(text) or _NUMBER.match(text)
    return (match[1], text[match.end() :]) if match else None


def is_bullet(marker: str) -> bool:
    return _NUMBER.match(f"{marker} x") is None
