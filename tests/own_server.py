"""A server as the option ``serve`` starts one: it answers pages, and does what its arguments say.

    python own_server.py --port PORT [--host HOST] [--model NAME] [BEHAVIOUR ...]

Behaviours: ``dies``, ``silent`` and ``taken`` while starting, ``child`` has a process of its own, ``stubborn`` one that
does not end when it is asked to, ``no-health`` has no /health, ``dies-reading`` ends at the first page. The ids of its
processes go into the file that $OWN_SERVER_PIDS names, a line for each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHILD = "import time; time.sleep(1000)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {CHILD}"


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def note(pid: int) -> None:
    if noted := os.environ.get("OWN_SERVER_PIDS"):
        with Path(noted).open("a") as file:
            file.write(f"{pid}\n")


def event(text: str, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", default="served")
    parser.add_argument("behaviours", nargs="*")
    arguments = parser.parse_args()
    does = arguments.behaviours
    note(os.getpid())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/v1/models": {"data": [{"id": arguments.model}]}, "/health": {}}
            if self.path not in pages or (self.path == "/health" and "no-health" in does):
                self.send_error(404)
                return
            self.begin("application/json")
            self.wfile.write(json.dumps(pages[self.path]).encode())

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if "dies-reading" in does:
                say("CUDA error: out of memory")
                os._exit(3)
            self.begin("text/event-stream")
            self.wfile.write(event(f"read by {os.getpid()} as {asked['model']}") + event("", "stop"))

        def begin(self, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    say("starting")
    for code in [CHILD] * ("child" in does) + [STUBBORN] * ("stubborn" in does):
        note(subprocess.Popen([sys.executable, "-c", code]).pid)
    if "dies" in does:
        raise SystemExit("no such model")
    if "taken" in does and len(Path(os.environ["OWN_SERVER_PIDS"]).read_text().split()) < 2:
        raise SystemExit("OSError: [Errno 98] Address already in use")
    while "silent" in does:
        time.sleep(1)
    ThreadingHTTPServer((arguments.host, arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
