"""For mkdocstrings: what our docstrings have and it does not know."""

from __future__ import annotations

import re
from typing import Any

import griffe

# Sphinx's roles, such as :class:`~a.b.C`.
_ROLE = re.compile(r":[a-z]+:`(~?)([\w.]+)`")
# One description of several names, with its further lines: "    width, height: Of the page."
_SEVERAL = re.compile(r"^( +)((?:\w+, )+\w+)(: .*(?:\n\1 +.*)*)$", re.MULTILINE)


class Roles(griffe.Extension):
    """Rewrites docstrings as they are loaded."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = _SEVERAL.sub(_each, _ROLE.sub(_link, obj.docstring.value))


def _link(match: re.Match[str]) -> str:
    short, name = match.groups()
    shown = name.rpartition(".")[2] if short else name
    # Names without their package, such as those of the same class, are not links.
    return f"[`{shown}`][{name}]" if name.split(".")[0].islower() and "." in name else f"`{shown}`"


def _each(match: re.Match[str]) -> str:
    indent, names, text = match.groups()
    return "\n".join(f"{indent}{name}{text}" for name in names.split(", "))
