"""Try every file of a folder of bad input, each in a process of its own.

    python benchmarks/bad_input.py FOLDER [--seconds 120] [--megabytes 2000]

Every file must give pages or one clear error: a crash, a traceback, a hang or too much memory fails the trial.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

from ocr_plugins.source.page import SUFFIXES


def try_file(file: Path, seconds: float) -> tuple[int | None, float, str]:
    """Exit code (None after a time-out), seconds, and the last line of the messages."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "ocr_plugins", "convert", str(file), "--pages", "1-5"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None, seconds, "timed out"
    messages = [line for line in done.stderr.splitlines() if line.strip()]
    traceback = next((line for line in messages if line.startswith("Traceback")), None)
    return done.returncode, time.perf_counter() - began, traceback or (messages[-1].strip() if messages else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--megabytes", type=float, default=2000)
    args = parser.parse_args()
    files = [f for f in sorted(args.folder.rglob("*")) if f.suffix.lower() in SUFFIXES]
    failed = 0
    for file in files:
        code, seconds, message = try_file(file, args.seconds)
        # The largest child so far: the first file over the limit is the one to look at.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
        bad = code not in (0, 1) or message.startswith("Traceback") or peak > args.megabytes
        failed += bad
        verdict = "FAIL" if bad else "ok"
        print(f"{verdict:<5}{code!s:>5}{seconds:7.1f} s  {file.name[:50]:<52}{message[:110]}", flush=True)
    print(f"{len(files)} files, {failed} failed, largest process {peak:.0f} MB")
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
