"""Write a Markdown prediction per scored document, for ``score.py``.

python benchmarks/convert.py MANIFEST.tsv OUT_DIR [--kind PREFIX,PREFIX] [--text ocr] [--engine rapidocr]
"""

from __future__ import annotations

import argparse
import csv
import pathlib
import time

from ocr_plugins import Pipeline


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--kind", default="page/,table,pdf/image-only", help="prefixes, separated by commas")
    parser.add_argument("--text", default="ocr", choices=["auto", "ocr", "layer"])
    parser.add_argument("--engine", default="rapidocr")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    pipeline, pages, began = Pipeline(args.engine, text=args.text), 0, time.perf_counter()
    with args.manifest.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        scored = row["ground_truth"].endswith((".md", ".html", ".txt"))
        if not scored or not row["kind"].startswith(tuple(args.kind.split(","))):
            continue
        document = pipeline.read(args.manifest.parent / row["path"])
        name = row["path"].replace("/", "__")
        (args.out / f"{name}.md").write_text(document.markdown, encoding="utf-8")
        (args.out / f"{name}.json").write_text(document.to_json(), encoding="utf-8")
        pages += len(document.pages)
        for number, error in document.errors.items():
            print(f"{row['path']}, page {number}: {error}")
    seconds = time.perf_counter() - began
    print(f"{pages} pages in {seconds:.0f} s, {seconds / max(1, pages):.2f} s per page")


if __name__ == "__main__":
    main()
