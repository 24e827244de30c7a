"""Where the time of a page goes with the default engine, in one thread.

    python benchmarks/stages.py FILE...

Seconds of CPU time and shares, summed over all pages of the files, by the standard library's profiler.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time

from ocr_plugins import Pipeline

STAGES = {
    "render": ("image.py", "document.py", "render"),
    "blank, orientation, skew": ("worker.py", "_ways_upright"),
    "detection": ("detector.py", "detect"),
    "recognition": ("recognizer.py", "read_words"),
    "regions": ("regions.py", "detect"),
    "ink measures": ("type.py", "measure_lines"),
    "rulings": ("rulings.py", "find_rulings"),
    "layout": ("assemble.py", "assemble"),
    "Markdown": ("document.py", "markdown"),
}


def profiled(files: list[str]) -> dict[tuple[str, int, str], tuple[float, ...]]:
    """The profiler's table: calls, primitive calls, own and cumulative seconds by file, line and function."""
    pipeline = Pipeline(text="ocr", engine_options={"threads": 1})
    pipeline.read(files[0], pages="1")
    profile = cProfile.Profile(time.process_time)
    for file in files:
        _ = profile.runcall(pipeline.read, file).markdown
    return pstats.Stats(profile).stats  # type: ignore[attr-defined, no-any-return]


def main() -> None:
    table = profiled(sys.argv[1:])
    total = sum(own for _, _, own, *_ in table.values())
    rest = total
    print(f"{'all':<26}{total:8.2f} s")
    for stage, (*modules, function) in STAGES.items():
        seconds = sum(
            row[3] for (path, _, name), row in table.items() if name == function and path.rsplit("/", 1)[-1] in modules
        )
        rest -= seconds
        print(f"{stage:<26}{seconds:8.2f} s {seconds / total:7.1%}")
    print(f"{'the rest':<26}{rest:8.2f} s {rest / total:7.1%}")


if __name__ == "__main__":
    main()
