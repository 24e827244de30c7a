"""A server of our own: started on this machine when the first page is there, and stopped with the engine."""

from __future__ import annotations

import contextlib
import http.client
import logging
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path

from ocr_plugins.engines.lightonocr.address import SERVERS, words
from ocr_plugins.engines.lightonocr.families import Family, is_mislabelled, read_config
from ocr_plugins.engines.lightonocr.options import LightOnOcrServerOptions, VlmServerOptions
from ocr_plugins.errors import EngineError, MissingDependencyError, ModelError
from ocr_plugins.runtime.hub import cached
from ocr_plugins.runtime.process import OwnProcess

__all__ = ["OwnServer", "command"]

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
# As the model cards have it: one image in a request, none of which comes twice.
VLLM = ("--limit-mm-per-prompt", '{"image": 1}', "--mm-processor-cache-gb", "0", "--no-enable-prefix-caching")
# Tokens of an answer from which vLLM is told the length of the context, which is that and a page's image: what the
# model could take in, a quarter of a million tokens in some, would need more memory than most GPUs have.
LONG_ANSWER, PAGE_TOKENS = 8192, 8192
# How often another port is tried where somebody was faster.
TRIES = 3
TAKEN = ("address already in use", "only one usage of each socket address")
# Seconds between two looks at a server that is starting, and for its answer.
EVERY, PATIENCE = 0.2, 5.0
# Seconds that a server which does not answer any more has for ending before it is said to run.
DYING = 2.0
# HTTP status codes of a server that has no such page.
HAS_NONE = frozenset({404, 405, 501})
# Lines and characters of the log in a message.
LAST_LINES, LAST_CHARACTERS = 12, 1200


class OwnServer:
    """Starts a server at first use and keeps it until :meth:`close`; several threads may ask for it."""

    def __init__(self, options: LightOnOcrServerOptions | VlmServerOptions, family: Family) -> None:
        self._options = options
        self._family = family
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._process: OwnProcess | None = None
        self._address = self._name = ""
        self._failure: EngineError | None = None
        self._log: Path | None = None
        self._forget_log: weakref.finalize[..., OwnServer] | None = None

    def address(self) -> str | EngineError:
        """Where it answers, once it does; the error, the same one until :meth:`close`, if it does not.

        Raises:
            MissingDependencyError: There is no such server in the environment.
            ModelError: It would take the model for another one.
        """
        with self._lock:
            if self._failure is None and self._process is None:
                self._failure = self._start()
            elif self._process and (code := self._process.ended()) is not None:
                self._failure = self._failure or self._died(code)
            return self._failure or self._address

    def death(self) -> EngineError | None:
        """Why it does not answer any more, if it has ended."""
        process = self._process
        code = process.ended(DYING) if process else None
        return None if code is None else self._died(code)

    def log(self) -> str:
        """The file that holds what it says; who is told of it finds it after the server was stopped."""
        if self._forget_log:
            self._forget_log.detach()
        return f"its log, {self._log}"

    def close(self) -> None:
        """Stop it. The next page starts another one."""
        # Before the lock: whoever waits for it to be ready has that.
        self._closing.set()
        with self._lock:
            if self._process:
                self._process.stop()
            self._process = self._failure = None
            if self._forget_log:
                self._forget_log()
            self._log = self._forget_log = None
            self._closing.clear()

    def _start(self) -> EngineError | None:
        _check_label(self._options)
        descriptor, name = tempfile.mkstemp(prefix="ocr-plugins-server-", suffix=".log")
        os.close(descriptor)
        self._log = Path(name)
        self._forget_log = weakref.finalize(self, self._log.unlink, missing_ok=True)
        try:
            for left in reversed(range(TRIES)):
                port = _free_port()
                started = command(self._options, self._family, port)
                # The program alone: what people write behind it may be a secret.
                self._name = Path(started[0]).name if self._options.serve not in SERVERS else self._options.serve
                log.info("Starting a server (%s) for %s; its log is %s", self._name, self._options.model, self._log)
                self._address = f"http://{HOST}:{port}/v1"
                self._process = OwnProcess(started, self._log)
                failure = self._wait(self._process, port)
                if not (failure and left and any(taken in self._said().lower() for taken in TAKEN)):
                    # Now it is on this machine.
                    _check_label(self._options)
                    return failure
                self._process.stop()
        except BaseException:
            # Ctrl-C, most likely.
            if self._process:
                self._process.stop()
                self._process = None
            self._forget_log()
            raise
        return failure

    def _wait(self, process: OwnProcess, port: int) -> EngineError | None:
        """Until it is ready, or will never be."""
        until = time.monotonic() + self._options.serve_timeout
        while (code := process.ended(EVERY)) is None:
            if _is_ready(port):
                return None
            if self._closing.is_set():
                return self._error("was stopped before it was ready", "The engine was closed meanwhile.")
            if time.monotonic() > until:
                process.stop()
                return self._error(
                    f"was not ready after {self._options.serve_timeout:g} s",
                    "Raise serve_timeout if it was still loading.",
                )
        return self._error(
            f"ended while it was starting (exit code {code})",
            "Correct serve, serve_args or serve_python, or start it yourself and give base_url.",
        )

    def _died(self, code: int) -> EngineError:
        return self._error(
            f"has ended (exit code {code})",
            "Read again what is missing: after close(), or in another run, one is started anew.",
        )

    def _error(self, what: str, remedy: str) -> EngineError:
        said = "\n".join(self._said().splitlines()[-LAST_LINES:])[-LAST_CHARACTERS:].strip()
        told = f"The end of {self.log()}:\n{said}\n" if said else f"It said nothing in {self.log()}. "
        return EngineError(f"The server that was started ({self._name}) {what}. {told}{remedy}")

    def _said(self) -> str:
        try:
            return self._log.read_text(encoding="utf-8", errors="replace") if self._log else ""
        except OSError:
            return ""


def command(options: LightOnOcrServerOptions | VlmServerOptions, family: Family, port: int) -> list[str]:
    """What starts the server that the options name, on a port of the loopback interface.

    Raises:
        MissingDependencyError: There is no such server in the environment, or no such environment.
    """
    python = str(options.serve_python or sys.executable)
    if shutil.which(python) is None:
        raise MissingDependencyError(f"serve_python: there is no program {python}. Give the path of a Python.")
    model, serve = options.model or "", str(options.serve)
    there = ("--host", HOST, "--port", str(port))
    match serve:
        case "vllm":
            answer = options.max_new_tokens or family.max_new_tokens
            context = ("--max-model-len", str(answer + PAGE_TOKENS)) if answer > LONG_ANSWER else ()
            started = [_script("vllm", options.serve_python), "serve", model, *VLLM, *context, *there]
        case "sglang":
            started = [python, "-m", "sglang.launch_server", "--model-path", model, *there]
        case "transformers":
            started = [_script("transformers", options.serve_python), "serve", model, *there]
        case _:
            # Filled after it was split and at once, so that neither spaces nor braces in them are taken for others.
            places = {"{model}": model, "{host}": HOST, "{port}": str(port), "{python}": python}
            pattern = "|".join(map(re.escape, places))
            started = [re.sub(pattern, lambda place: places[place[0]], word) for word in words(serve)]
    return [*started, *options.serve_args]


def _check_label(options: LightOnOcrServerOptions | VlmServerOptions) -> None:
    """Refuse what the server would load as another model, with parts of it made up.

    Raises:
        ModelError: It is such a checkpoint, and it is on this machine.
    """
    if options.serve != "transformers" or options.model is None:
        return
    try:
        folder = cached(options.model)
        mislabelled = folder is not None and is_mislabelled(read_config(folder))
    except (ModelError, ImportError):
        # The server will say what it lacks.
        return
    if mislabelled:
        raise ModelError(
            f"{options.model}: its config.json does not say lighton_ocr, so transformers would serve it as another "
            "model. Take serve='vllm' or 'sglang', or the engine lightonocr, which reads it in this process."
        )


def _script(name: str, python: Path | None) -> str:
    """The program of an environment: beside its Python, which may be a link; without one named, any that is found."""
    beside = str(Path(python or sys.executable).parent)
    found = shutil.which(name, path=beside) or (None if python else shutil.which(name))
    if found is None:
        raise MissingDependencyError(
            f"{name} is not installed in the environment {beside}: install it in one of its own, as it wants other "
            f"packages than this one, and give the Python of that: serve_python='ENV/bin/python'."
        )
    return found


def _free_port() -> int:
    with socket.socket() as s:
        s.bind((HOST, 0))
        return int(s.getsockname()[1])


def _is_ready(port: int) -> bool:
    health = _status(port, "/health")
    return health == http.client.OK or (health in HAS_NONE and _status(port, "/v1/models") == http.client.OK)


def _status(port: int, page: str) -> int | None:
    """The HTTP status of a page, None where nobody answers. No proxy is asked, as it might be for other addresses."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    with contextlib.closing(connection):
        try:
            connection.request("GET", page)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
