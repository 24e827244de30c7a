"""Write documents whose Markdown is known, printed in many styles, as PDFs with text and as worn scans.

    pip install typst weasyprint     (and LibreOffice: apt install libreoffice-writer-nogui)
    python -m benchmarks.made_corpus OUT [--seed 1] [--only NAME] [--sheet]

The type is that of Debian's fonts-texgyre, fonts-linuxlibertine, fonts-noto-core, fonts-liberation, fonts-dejavu and
fonts-crosextra-carlito and -caladea; without them styles look more alike.

OUT/MANIFEST.tsv has the columns that the scorers read. Half of the styles are to set rules and thresholds, the other
half judges them: no style is in both halves. The same seed and the same versions of the tools give the same documents.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from benchmarks.made import scans
from benchmarks.made.content import KINDS, document
from benchmarks.made.model import Heading, Made
from benchmarks.made.placed import page_texts, placed
from benchmarks.made.truth import markdown

# Modules of benchmarks.made: STYLES, render(made, style, path) and, where not all can be printed, fits(kind, style) and
# can(made, style); as_set(made, style) where the words of the page are not the document's, as those in capitals.
RENDERERS = ("typst_pages", "weasy", "office")
HALVES = ("set", "judge")
# Documents of each style; one of so many is scanned; and the most pages of one, behind which it is cut.
DOCUMENTS, SCANNED, PAGES = 3, 3, 4
# Documents of a kind that are written until a style can show one.
TRIES = 20
COLUMNS = ("path", "kind", "ground_truth", "half", "style", "renderer", "tagged", "blocks", "pages", "note")
# Of the contact sheet, in pixels: the height of a page and the width of all.
THUMB, SHEET = 420, 3000


@dataclass(frozen=True)
class Job:
    """One document in one style."""

    renderer: str
    style: str
    half: str
    kind: str
    seed: int
    scanned: bool

    @property
    def name(self) -> str:
        return f"{self.style}-{self.kind}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="what names of documents have in them, e.g. typst-book or -letter")
    parser.add_argument("--renderers", nargs="+", default=RENDERERS, choices=RENDERERS)
    parser.add_argument("--sheet", action="store_true", help="also write OUT/sheet.png with the first page of each")
    args = parser.parse_args()
    for folder in ("born", "scans"):
        (args.out / folder).mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for renderer in args.renderers:
        try:
            module = importlib.import_module(f"benchmarks.made.{renderer}")
            rows += make([job for job in jobs(renderer, module, args.seed) if args.only in job.name], module, args.out)
        except (ImportError, FileNotFoundError) as error:
            print(f"{renderer} is left out: {error}", file=sys.stderr)
    with (args.out / "MANIFEST.tsv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", quoting=csv.QUOTE_NONE)
        writer.writeheader()
        writer.writerows(rows)
    for kind in sorted({row["kind"] for row in rows}):
        ours = [row for row in rows if row["kind"] == kind]
        print(f"{kind:<12}{len(ours):>4} documents{sum(row['pages'] for row in ours):>5} pages")
    if args.sheet:
        contact_sheet([args.out / row["path"] for row in rows]).save(args.out / "sheet.png")


def jobs(renderer: str, module: ModuleType, seed: int) -> Iterator[Job]:
    """What a renderer prints: styles go to the halves in turn, and in each half the kinds go to the styles in turn."""
    waiting = {half: [*KINDS] for half in HALVES}
    # The halves begin at different kinds, so that neighbouring styles do not print the same.
    waiting["judge"] = [*waiting["judge"][len(KINDS) // 2 :], *waiting["judge"][: len(KINDS) // 2]]
    fits = getattr(module, "fits", lambda *_: True)
    for i, style in enumerate(module.STYLES):
        half = HALVES[i % len(HALVES)]
        queue = waiting[half]
        for number, kind in enumerate([kind for kind in queue if fits(kind, style)][:DOCUMENTS]):
            queue.remove(kind)
            queue.append(kind)
            # A thousand times: no document of one seed is one of another.
            own = seed * 1000 + RENDERERS.index(renderer) * 100 + i
            yield Job(renderer, style, half, kind, own, scanned=number % SCANNED == i // len(HALVES) % SCANNED)


def make(wanted: Sequence[Job], module: ModuleType, out: Path) -> Iterator[dict[str, Any]]:
    """Write documents and their scans, and give their rows of the manifest."""
    found = [(job, made, out / "born" / f"{job.name}.pdf") for job in wanted if (made := written(job, module))]
    render(module, [(made, job.style, path) for job, made, path in found])
    shorter: dict[Path, tuple[Made, str, Path]] = {}
    for job, made, path in found:
        if path.exists() and (pages := len(page_texts(path))) > PAGES:
            shorter[path] = (cut(made, PAGES / pages), job.style, path)
    render(module, list(shorter.values()))
    as_set = getattr(module, "as_set", lambda made, _: made)
    for job, whole, path in found:
        if not path.exists():
            continue
        made = as_set(shorter[path][0] if path in shorter else whole, job.style)
        texts = page_texts(path)
        truth = placed(made, texts)
        yield _written(job, out, path, truth, len(texts))
        if job.scanned:
            copy = out / "scans" / path.name
            note = scans.scan(path, copy, f"{job.name} {job.seed}")
            yield _written(job, out, copy, truth, len(texts)) | {"note": note}


def written(job: Job, module: ModuleType) -> Made | None:
    """The first document of the job's kind that its style can show, None where there is none among a few."""
    can = getattr(module, "can", lambda *_: True)
    tries = (document(job.kind, job.seed + attempt * 1_000_000) for attempt in range(TRIES))
    return next((made for made in tries if can(made, job.style)), None)


def render(module: ModuleType, documents: Sequence[tuple[Made, str, Path]]) -> None:
    """Print documents, with one start of the program where the renderer can do that."""
    if hasattr(module, "render_all"):
        try:
            module.render_all(documents)
        except RuntimeError as error:
            print(error, file=sys.stderr)
        return
    for made, style, path in documents:
        module.render(made, style, path)


def cut(made: Made, share: float) -> Made:
    """The first sections of a document: about the share of its items, never with a heading at the end."""
    end = max(2, int(len(made.items) * share))
    while end > 2 and not isinstance(made.items[min(end, len(made.items) - 1)], Heading):
        end -= 1
    while end > 2 and isinstance(made.items[end - 1], Heading):
        end -= 1
    return replace(made, items=made.items[:end]) if end > 2 else made


def contact_sheet(pdfs: list[Path]) -> Image.Image:
    """The first page of each."""
    thumbs = []
    for pdf in pdfs:
        with pdfium.PdfDocument(pdf) as document_:
            page = document_[0]
            thumbs.append(page.render(scale=THUMB / page.get_height()).to_pil().convert("RGB"))
    width = max((thumb.width for thumb in thumbs), default=1) + 6
    columns = max(1, SHEET // width)
    sheet = Image.new("RGB", (columns * width, -(-len(thumbs) // columns) * (THUMB + 6) or 1), "grey")
    for i, thumb in enumerate(thumbs):
        sheet.paste(thumb, (i % columns * width, i // columns * (THUMB + 6)))
    return sheet


def _written(job: Job, out: Path, pdf: Path, truth: dict[str, Any], pages: int) -> dict[str, Any]:
    text, found = pdf.with_suffix(".gt.md"), pdf.with_suffix(".blocks.json")
    text.write_text(markdown(truth["blocks"]), encoding="utf-8")
    found.write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    with pdfium.PdfDocument(pdf) as document_:
        tagged = bool(raw.FPDFCatalog_IsTagged(document_))
    return {
        "path": pdf.relative_to(out).as_posix(),
        "kind": f"{'born' if pdf.parent.name == 'born' else 'scan'}/{job.half}",
        "ground_truth": text.relative_to(out).as_posix(),
        "half": job.half,
        "style": job.style,
        "renderer": job.renderer,
        "tagged": "yes" if tagged else "no",
        "blocks": found.relative_to(out).as_posix(),
        "pages": pages,
        "note": "",
    }


if __name__ == "__main__":
    main()
