"""The files that reports are made with, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources

__all__ = ["asset", "policy"]


@functools.cache
def asset(name: str) -> str:
    """The text of a file beside this module."""
    return importlib.resources.files("ocr_plugins.report").joinpath(name).read_text(encoding="utf-8")


def policy(style: str, script: str | None = None) -> str:
    """A Content-Security-Policy for a file with this style, this script and pictures within it, and nothing else."""
    scripts = "'none'" if script is None else _hash(script)
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    """What a policy calls it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
