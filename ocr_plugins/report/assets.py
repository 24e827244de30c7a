"""The files that reports are made with, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources
import string

__all__ = ["asset", "filled", "framed"]


@functools.cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    return importlib.resources.files("ocr_plugins.report").joinpath(name).read_text(encoding="utf-8")


def filled(name: str, /, **values: str) -> str:
    """An asset with its ``$names`` replaced by HTML."""
    return string.Template(asset(name)).substitute(values)


def framed(title: str, body: str, style: str, script: str | None = None) -> str:
    """An HTML file around a body, whose policy lets in nothing but this style, this script and pictures within it.

    Args:
        title: Escaped.
        body: HTML.
        style: A style sheet.
        script: JavaScript; None where there is none.
    """
    scripts_from = _hash(script) if script else "'none'"
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; "
        f"script-src {scripts_from}; base-uri 'none'; form-action 'none'"
    )
    scripts = f"<script>{script}</script>\n" if script else ""
    return filled("frame.html", policy=policy, title=title, style=style, body=body, script=scripts)


def _hash(content: str) -> str:
    """What a policy calls it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
