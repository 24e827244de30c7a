"""Where a server is, how one is started and by which variable its key is known, from what people give."""

from __future__ import annotations

import os
import shlex
from urllib.parse import urlsplit

__all__ = ["SERVERS", "api_url", "served_by", "variable_name", "words"]

# What is started by its name alone.
SERVERS = ("vllm", "sglang", "transformers")

# What people paste together with the address.
ENDPOINTS = ("/chat/completions", "/completions", "/models")


def api_url(base_url: str) -> str:
    """The address below which the API lies: with ``/v1`` if it has no path, without endpoints.

    Raises:
        ValueError: It is not the address of a server, or has a key in it.
    """
    address = base_url.strip()
    try:
        parts = urlsplit(address)
        usual = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
    except ValueError:
        usual = False
    if not usual or not address.isprintable() or " " in address:
        raise ValueError("give the address of the server, such as http://localhost:8000/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("give the address alone, and a key in the environment variable of api_key_env")
    path = parts.path.rstrip("/")
    for endpoint in ENDPOINTS:
        path = path.removesuffix(endpoint)
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"


def served_by(serve: str) -> str:
    """One of :data:`SERVERS`, or a command.

    Raises:
        ValueError: It is neither, or no place in it tells the port, or a quotation in it is not closed.
    """
    words(serve)
    if (stripped := serve.strip()) in SERVERS or "{port}" in stripped:
        return stripped
    raise ValueError(
        f"give {', '.join(SERVERS)} or a command in which {{port}} stands for the port, such as "
        "'llama-server -hf ggml-org/LightOnOCR-1B-1025-GGUF --host {host} --port {port}'"
    )


def words(command: str) -> tuple[str, ...]:
    """The words of a command line, as a shell takes them, on Windows with backslashes left.

    Raises:
        ValueError: A quotation is not closed.
    """
    if os.name == "posix":
        return tuple(shlex.split(command))
    return tuple(word.strip("\"'") for word in shlex.split(command, posix=False))


def variable_name(name: str | None) -> str | None:
    """The name of an environment variable.

    Raises:
        ValueError: It is none, but perhaps the key itself.
    """
    if name is not None and not name.isidentifier():
        raise ValueError("give the name of the environment variable that holds the key, not the key")
    return name
