"""Memory and latency while a long scanned PDF streams.

    python benchmarks/stream.py SCAN.pdf [--pages 400] [--workers 2]

Binds the scan's pages, over and over, into one PDF, warms the models with one page and reads it all with
``iter_pages``. The reading process starts no others, so its resident memory is that of the whole tree.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import pypdfium2 as pdfium

from ocr_plugins import Pipeline


def bind(scan: Path, pages: int, out: Path) -> None:
    source, target = pdfium.PdfDocument(scan), pdfium.PdfDocument.new()
    for start in range(0, pages, len(source)):
        target.import_pages(source, list(range(min(len(source), pages - start))))
    target.save(out)


def resident_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scan", type=Path)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    pipeline = Pipeline(text="ocr", workers=args.workers)
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.pdf"
        bind(args.scan, args.pages, long)
        pipeline.read(args.scan, pages="1")
        print(f"models warm: {resident_mb():.0f} MB resident, {long.stat().st_size / 1e6:.0f} MB PDF")
        began = time.perf_counter()
        for count, page in enumerate(pipeline.iter_pages(long), 1):
            if page.error:
                raise SystemExit(page.error)
            if count == 1 or count % 25 == 0:
                print(f"page {count:>4}: after {time.perf_counter() - began:6.1f} s, {resident_mb():5.0f} MB resident")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
