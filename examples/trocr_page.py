"""Read pages with TrOCR and show what it was sure of: python examples/trocr_page.py PAGE... [--model CHECKPOINT].

Without --model the small checkpoint of this repository reads, which knows clean English print. For handwriting take
`--model microsoft/trocr-base-handwritten`, which is fetched from the Hugging Face hub at first use.
"""

import argparse
from pathlib import Path

import ocr_plugins

SMALL = Path(__file__).parents[1] / "tests" / "data" / "trocr-small"


def main() -> None:
    """Print the Markdown of the pages, and below it the lines that were read least surely."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pages", nargs="+", metavar="PAGE", help="image or PDF")
    options.add_argument("--model", default=str(SMALL), help="hub id or folder of a TrOCR checkpoint")
    chosen = options.parse_args()
    for source in chosen.pages:
        document = ocr_plugins.read(source, text="ocr", engine="trocr", model=chosen.model)
        print(document.markdown)
        lines = [line for page in document.pages for block in page.blocks for line in block.lines]
        for line in sorted(lines, key=lambda line: line.confidence or 0)[:5]:
            print(f"<!-- {line.confidence:.2f} {line.text} -->")


if __name__ == "__main__":
    main()
