"""How well page furniture is told from text, against what the authors of tagged PDFs marked as artifacts.

python benchmarks/furniture.py [-v] FILE.pdf …

The tags are not used but to judge: the pages go through the layout stage as if they had none, each on its own, as the
page of a corpus of single pages does, then with all pages of their document. Counted are the lines of the text layer.
"""

from __future__ import annotations

import argparse
import pathlib
from collections import Counter
from collections.abc import Iterator, Sequence

from ocr_plugins.blocks import BBox, Block, BlockKind, Region, TextLine
from ocr_plugins.document import Page
from ocr_plugins.errors import OcrError
from ocr_plugins.layout.assemble import assemble
from ocr_plugins.layout.settle import Settler
from ocr_plugins.layout.touching import pictures
from ocr_plugins.source.open import open_source
from ocr_plugins.source.textlayer import ARTIFACT, TextLayer

# Of a line's characters: more in artifacts than this, and the line is one.
MOST = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every line that is judged wrongly")
    args = parser.parse_args()
    for whole in (False, True):
        counts: Counter[str] = Counter()
        for path in args.files:
            for number, line, told, marked in judged(path, whole=whole):
                verdict = ("right" if told else "missed") if marked else ("wrong" if told else "text")
                counts[verdict] += 1
                if args.verbose and verdict in ("missed", "wrong"):
                    print(f"{verdict} {path.name} {number} {line.box.top:.3f} {line.text[:100]!r}")
        aside, artifacts = counts["right"] + counts["wrong"], counts["right"] + counts["missed"]
        print(
            f"{'all pages' if whole else 'single pages'}: precision {counts['right'] / max(1, aside):.3f}, "
            f"recall {counts['right'] / max(1, artifacts):.3f} of {artifacts} lines; {counts['text']} of text"
        )


def judged(path: pathlib.Path, *, whole: bool) -> Iterator[tuple[int, TextLine, bool, bool]]:
    """Of each line its page, whether layout sets it aside, and whether the author did."""
    pages, marks = [], []
    try:
        with open_source(path) as source:
            for number in range(1, source.total_pages + 1):
                opened = source.page(number)
                layer = opened.text_layer()
                if layer and layer.tagged and not layer.distrust:
                    pages.append(Page(number, blocks=_blocks(layer, opened.size)))
                    marks.append(_artifacts(layer))
    except OcrError:
        return
    settler = Settler()
    for page in pages if whole else ():
        settler.observe(page)
    for page, artifacts in zip(pages, marks, strict=True):
        settled = settler if whole else Settler()
        if not whole:
            settled.observe(page)
        for block in settled.settle(page).blocks:
            for line in block.lines:
                yield page.number, line, block.kind.is_furniture, _is_artifact(line, artifacts)


def _blocks(layer: TextLayer, size: tuple[float, float]) -> tuple[Block, ...]:
    figures = [Region(BlockKind.FIGURE, box, 0.5) for box in pictures(layer.figures)]
    return assemble(layer.lines, figures, layer.rulings, size)


def _artifacts(layer: TextLayer) -> list[tuple[BBox, int]]:
    fragments = layer.tagged.fragments if layer.tagged else ()
    return [(f.box, len(f.text.strip())) for f in fragments if f.mark == ARTIFACT]


def _is_artifact(line: TextLine, artifacts: Sequence[tuple[BBox, int]]) -> bool:
    within = sum(length for box, length in artifacts if box.share_in(line.box) > MOST)
    return within > MOST * len(line.text)


if __name__ == "__main__":
    main()
