"""How large the view of a long document is, how long it takes to make, and how soon a browser shows it.

    python benchmarks/view.py FILE [--pages 100] [--text ocr]

Takes the pages of a real document over and over. Needs selenium and Chromium with its driver.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from selenium import webdriver

from ocr_plugins import OcrDocument, Pipeline

# What of the page's own clock is reported, in milliseconds from the start of loading.
CLOCK = """
const navigation = performance.getEntriesByType("navigation")[0];
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return { "first paint": paint?.startTime, usable: navigation.domContentLoadedEventEnd,
  loaded: navigation.loadEventEnd };
"""
# The next frame is painted when a task behind it begins.
SEARCH = """
const [word, done] = arguments, query = document.getElementById("query"), found = document.getElementById("found");
query.value = word;
const began = performance.now();
new MutationObserver((_, seen) => { seen.disconnect();
  requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, found.textContent]))); }
).observe(found, { childList: true });
query.dispatchEvent(new Event("input"));
"""
JUMP = """
const [id, done] = arguments, began = performance.now();
document.getElementById(id).scrollIntoView();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
"""


def browser() -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--window-size=1400,1000", *(["--no-sandbox"] if os.geteuid() == 0 else [])):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path, help="a PDF, or a result of 'convert --format json'")
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--text", default="auto")
    parser.add_argument("--word", default="the", help="to search for")
    arguments = parser.parse_args()
    if arguments.file.suffix == ".json":
        read = OcrDocument.from_json(arguments.file.read_bytes())
    else:
        read = Pipeline(text=arguments.text).read(arguments.file)
    pages = tuple(itertools.islice(itertools.cycle(read.pages), arguments.pages))
    document = dataclasses.replace(read, pages=pages)
    began = time.perf_counter()
    html = document.to_html()
    made = time.perf_counter() - began
    blocks = sum(len(page.blocks) for page in pages)
    print(f"{len(pages)} pages, {blocks} blocks: {len(html) / 1e6:.1f} MB, made in {made:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "view.html"
        path.write_text(html, encoding="utf-8")
        opened = browser()
        try:
            # Once before, so that the start of the browser is not measured.
            opened.get("about:blank")
            opened.get(path.as_uri())
            print({name: f"{ms:.0f} ms" for name, ms in opened.execute_script(CLOCK).items()})
            opened.set_script_timeout(60)
            took, found = opened.execute_async_script(SEARCH, arguments.word)
            print(f"search: {took:.0f} ms, {found}")
            print(f"to the last page: {opened.execute_async_script(JUMP, f'p{len(pages)}'):.0f} ms")
            print("console:", json.dumps(opened.get_log("browser")))
        finally:
            opened.quit()


if __name__ == "__main__":
    main()
