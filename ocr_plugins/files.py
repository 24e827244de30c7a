"""Writing files so that none is ever half-written."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_aside(target: Path, data: bytes) -> None:
    """Write all of ``data`` to ``target``, or nothing; missing folders are made.

    It is written under another name in the same folder and then renamed. Any number of processes and threads may write
    the same target: one of them wins.

    Raises:
        OSError: It cannot be written; what was at ``target`` is untouched. Its ``filename`` is the target.
    """
    aside = target.with_name(f".ocr-plugins-{os.getpid()}-{threading.get_ident()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("wb") as file:
                file.write(data)
                file.flush()
                # Some file systems report a full disk only then.
                os.fsync(file.fileno())
            aside.replace(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as e:
        e.filename = str(target)
        raise
