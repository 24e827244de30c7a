"""A command that runs beside this process and does not outlive it, with all the processes that it starts.

Between the two stands a watcher: this file, run as a script. It starts the command in a session of its own, where
Ctrl-C in the terminal does not reach it, and ends the whole group when it is told to, or when whoever started it is no
more, however that came. Of a parent that is killed the operating system tells in two ways: its end of a pipe is closed,
and the watcher has another parent (processes forked by the first may hold the pipe open).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path

__all__ = ["OwnProcess"]

# Seconds that a command has for ending by itself when it is asked to; then it is killed.
GRACE = 5.0
# Seconds between two looks at whether the command and the parent are there.
EVERY = 0.1
# Seconds that the watcher has for its part, beyond those.
SLACK = 10.0


class OwnProcess:
    """A command that is running; it ends when this object is stopped or collected, and with this process.

    Args:
        command: The program and its arguments.
        log: The file that gets what it prints, stdout and stderr; it is emptied first.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        with log.open("wb") as file:
            self._watcher = subprocess.Popen(
                [sys.executable, "-I", "-S", __file__, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                start_new_session=True,
                env=environment,
            )
        # Collected, or at the end of the interpreter, or called: once in any case.
        self.stop = weakref.finalize(self, _stop, self._watcher, pid := self._pid(), os.getpid())
        self.pid = pid

    def _pid(self) -> int | None:
        """The command's own, which leads its group; None where it could not be started."""
        assert self._watcher.stdout is not None
        with self._watcher.stdout as told:
            said = told.readline()
        return int(said) if said.strip() else None

    def ended(self, seconds: float = 0.0) -> int | None:
        """The exit code of the command, None if it is still running after so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._watcher.wait(seconds)
        return None


def _stop(watcher: subprocess.Popen[bytes], pid: int | None, owner: int) -> None:
    if os.getpid() != owner:
        # A fork of whoever started it.
        return
    assert watcher.stdin is not None
    with contextlib.suppress(OSError, ValueError):
        watcher.stdin.write(b"\n")
        watcher.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        watcher.wait(GRACE + SLACK)
    if watcher.poll() is None or watcher.returncode < 0:
        # Somebody has killed or halted it, so it may not have done its part.
        watcher.kill()
        watcher.wait()
        if pid is not None:
            _kill_group(pid)


def _watch(command: Sequence[str]) -> int:
    """Run the command until it ends or nobody wants it any more; returns its exit code."""
    for name in ("SIGINT", "SIGHUP"):
        if number := getattr(signal, name, None):
            # Not SIG_IGN, which the command would inherit.
            signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parent = os.getppid()
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, start_new_session=True
        )
    except OSError as e:
        sys.stderr.write(f"{command[0]}: {e.strerror or e}\n")
        return 127
    unwanted = threading.Event()

    def listen() -> None:
        # By its descriptor: whoever reads through the object keeps the interpreter from ending.
        os.read(0, 1)
        unwanted.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        sys.stdout.write(f"{process.pid}\n")
        sys.stdout.flush()
        while process.poll() is None and os.getppid() == parent and not unwanted.wait(EVERY):
            pass
    finally:
        _end(process)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and what is left of its group, first by asking."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    until = time.monotonic() + GRACE
    there = _signal_group(process.pid, signal.SIGTERM)
    while there and time.monotonic() < until:
        time.sleep(EVERY)
        process.poll()
        there = _signal_group(process.pid, 0)
    if there:
        _kill_group(process.pid)
    process.wait()


def _kill_group(leader: int) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(leader)], capture_output=True, check=False)
    else:
        _signal_group(leader, signal.SIGKILL)


def _signal_group(leader: int, number: int) -> bool:
    """Send a signal to a group, 0 for none; False if there is no such group any more."""
    if sys.platform == "win32":
        # No group is known there that could be asked.
        _kill_group(leader)
        return False
    try:
        os.killpg(leader, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(_watch(sys.argv[1:]))
