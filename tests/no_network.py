"""Processes that can reach nothing, and that are found out if they try."""

from __future__ import annotations

import os
from pathlib import Path

# Python imports a module of this name when it starts. Audit events come from the interpreter's own sockets, whichever
# library opens them.
SITECUSTOMIZE = """
import os, socket, sys

def refuse(event, arguments):
    asks = event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
    if asks and getattr(arguments[0], "family", None) != getattr(socket, "AF_UNIX", "none"):
        with open(os.environ["NO_NETWORK_LOG"], "a") as log:
            log.write(f"{event} {arguments[1:] or arguments}\\n")
        raise OSError(f"no network: {event} {arguments[1:] or arguments}")

sys.addaudithook(refuse)
"""


class NoNetwork:
    """An environment for processes, in which every connection and every look-up of a name is an error.

    Args:
        folder: An empty one, for its files.
    """

    def __init__(self, folder: Path) -> None:
        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
        self._log = folder / "asked.log"
        path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
        self.environment = os.environ | {"PYTHONPATH": path, "NO_NETWORK_LOG": str(self._log)}

    def asked(self) -> list[str]:
        """What was tried, whether or not a library said so."""
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
