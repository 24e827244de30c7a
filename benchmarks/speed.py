"""Seconds per page of the default engine, layout included, against RapidOCR used plainly, page by page in turn.

    python benchmarks/speed.py FILE... [--runs 3] [--dpi 200]

Both read the same rendered pages; each page's ratio is the median over the runs. The first run warms the models.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from ocr_plugins import Pipeline
from ocr_plugins.source.open import open_source


def pages(files: list[str], dpi: int) -> Iterator[tuple[str, Image.Image]]:
    for file in files:
        with open_source(file) as source:
            for number in range(1, source.total_pages + 1):
                page = source.page(number)
                edge = round(max(page.size) * dpi / 72) if file.endswith(".pdf") else 4000
                yield f"{file.rsplit('/', 1)[-1]}:{number}", page.render(edge)


def seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dpi", type=int, default=200)
    args = parser.parse_args()
    plain, pipeline = RapidOCR(params={"Global.log_level": "error"}), Pipeline(text="ocr")
    ours_all, plain_all = [], []
    for name, image in pages(args.files, args.dpi):
        buffer = io.BytesIO()
        image.save(buffer, "BMP")
        data, array = buffer.getvalue(), np.asarray(image)[:, :, ::-1]
        read_ours, read_plain = partial(pipeline.read, data), partial(plain, array)
        times = [(seconds(read_ours), seconds(read_plain)) for _ in range(args.runs + 1)][1:]
        ours, other = (statistics.median(t[i] for t in times) for i in (0, 1))
        ratio = statistics.median(t[1] / t[0] for t in times)
        ours_all.append(ours)
        plain_all.append(other)
        print(f"{name:<50} ours {ours:6.2f} s   RapidOCR {other:6.2f} s   {ratio:5.2f}×")
    print(f"all {sum(ours_all):.1f} s against {sum(plain_all):.1f} s: {sum(plain_all) / sum(ours_all):.2f}×")


if __name__ == "__main__":
    main()
