"""Where a file lies: a text that is the same whenever it is loaded, and another one for any other file."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from fsspec import AbstractFileSystem
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem

# Options of file systems that say who asks, not where the file lies. They change, and must not be guessed from an id.
CREDENTIAL = re.compile(r"auth|connection_string|cookie|credential|key|passw|secret|token", re.IGNORECASE)


def location(path: str, fs: AbstractFileSystem | None, data: bytes | None) -> str:
    """The file's address, and, where that does not say it, on which file system.

    A path in an archive or a bucket is the same in another one. The options that the file system was made with tell
    them apart, and where those cannot be written (an open file, credentials) the file's content does.

    Args:
        path: As ``fs`` takes it.
        fs: None for the local disk.
        data: The content; needed where the file is not on the local disk.
    """
    while isinstance(fs, DirFileSystem):
        path, fs = f"{fs.path}/{path.lstrip('/')}", fs.fs
    if fs is None or isinstance(fs, LocalFileSystem):
        return str((fs or LocalFileSystem()).unstrip_protocol(path))
    try:
        where = json.dumps(_made_with(fs), sort_keys=True)
    except TypeError:
        where = hashlib.sha256(data or b"").hexdigest()
    return f"{fs.unstrip_protocol(path)}@{where}"


def _made_with(fs: AbstractFileSystem) -> dict[str, Any]:
    """The arguments by name.

    Raises:
        TypeError: One of them does not say where something lies.
    """
    arguments = inspect.signature(type(fs).__init__).bind_partial(fs, *fs.storage_args, **fs.storage_options).arguments
    return {"class": type(fs).__name__} | {
        # Archives are found by paths that may be relative.
        name: str(Path(value).absolute()) if name == "fo" and _exists(value) else _plain(value, name)
        for name, value in list(arguments.items())[1:]
    }


def _exists(path: object) -> bool:
    return isinstance(path, str | PurePath) and Path(path).exists()


def _plain(value: Any, name: str = "") -> Any:
    match value:
        case None:
            return None
        case _ if CREDENTIAL.search(name):
            raise TypeError(f"{name} is no part of a place")
        case bool() | int() | float() | str():
            return value
        case PurePath():
            return str(value)
        case Mapping():
            return {str(k): _plain(v, str(k)) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case AbstractFileSystem():
            return _made_with(value)
    raise TypeError(f"{name} is an object without a name")
