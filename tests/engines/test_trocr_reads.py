"""TrOCR end to end with a small checkpoint that reads: lines and pages to Markdown and to the frameworks' documents.

The checkpoint in data/trocr-small was trained by examples/finetune_trocr.py, see its README.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from click.testing import CliRunner
from langchain_ocr_plugins import OcrPluginsLoader
from llama_index.readers.ocr_plugins import OcrPluginsReader
from PIL import Image, ImageDraw, ImageFont
from rendered_lines import bundled_fonts, draw, rendered_line

from ocr_plugins import OcrEngine, Pipeline, get_engine, read
from ocr_plugins.cli import main
from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.testing import EngineContract, made_page, made_pdf

pytest.importorskip("torch")
DATA = Path(__file__).parents[1] / "data"
MODEL = str(DATA / "trocr-small")
if not Path(MODEL).is_dir():
    pytest.skip("the checkpoint trocr-small is in the repository alone", allow_module_level=True)
WORDS = [word for line in __doc__.splitlines() for word in line.split()] + ["Total", "bank", "quickly", "jumped", "vex"]
PLAIN = [word for word in WORDS if word.isalpha() and word.islower()]
LETTER = (
    "San Francisco, March 20",
    "Dear Madam,",
    "Thanking you for the sympathy expressed,",
    "we remain at your service in this matter.",
    "The funds are in the charge of the bank.",
    "Yours respectfully,",
)


@pytest.fixture(scope="module")
def reader() -> TrOcrRecognizer:
    return TrOcrRecognizer(model=MODEL)


class TestContract(EngineContract):
    max_cer = 0.05

    def make_engine(self, **options: object) -> OcrEngine:
        return get_engine("trocr", model=MODEL, **options)


class TestLines:
    def test_unseen_rendered_lines_are_read(self, reader: TrOcrRecognizer) -> None:
        """Of words it may have seen, in fonts it has seen, in lines it has not."""
        lines = [rendered_line(np.random.default_rng([7, i]), WORDS, bundled_fonts(), worn=False) for i in range(60)]
        texts = [text for text, _ in reader.read_lines([line.image.convert("RGB") for line in lines])]
        assert jiwer.cer([line.text for line in lines], texts) <= 0.03

    def test_unseen_words_on_clean_paper_are_read_nearly_without_error(self, reader: TrOcrRecognizer) -> None:
        rng = np.random.default_rng(3)
        fonts = bundled_fonts()
        texts = [" ".join(rng.choice(PLAIN, rng.integers(2, 5))) for _ in range(60)]
        images = [draw(text, fonts[i % len(fonts)], 36).convert("RGB") for i, text in enumerate(texts)]
        assert jiwer.cer(texts, [text for text, _ in reader.read_lines(images)]) <= 0.01

    def test_real_print_is_read(self, reader: TrOcrRecognizer) -> None:
        """Whole lines of a printed book, five times as wide as the model's image."""
        images = sorted((DATA / "lines").glob("*.jpg"))
        texts = [text for text, _ in reader.read_lines([Image.open(path).convert("RGB") for path in images])]
        truths = [path.with_suffix(".gt.txt").read_text(encoding="utf-8").strip() for path in images]
        assert len(truths) >= 10
        assert jiwer.cer(truths, texts) <= 0.10

    def test_confidence_tells_good_lines_from_bad_ones(self, reader: TrOcrRecognizer) -> None:
        font = bundled_fonts()[0]
        good = draw("and then the others", font, 32).convert("RGB")
        bad = good.resize((good.width // 8, good.height // 8)).resize(good.size)
        ((_, sure), (_, unsure)) = reader.read_lines([good, bad])
        assert sure is not None
        assert unsure is not None
        assert sure > 0.9
        assert unsure < sure - 0.1

    def test_a_blank_crop_gives_no_text(self, reader: TrOcrRecognizer) -> None:
        assert reader.read_lines([Image.new("RGB", (320, 32), "white")]) == [("", None)]


class TestPages:
    def test_a_page_becomes_markdown(self) -> None:
        page = made_page(LETTER, font_size=36)
        with Pipeline("trocr", engine_options={"model": MODEL}) as pipeline:
            document = pipeline.read(made_pdf([page]))
        assert jiwer.cer(" ".join(LETTER), " ".join(document.pages[0].text.split())) <= 0.04
        (lines,) = ([line for block in page.blocks for line in block.lines] for page in document.pages)
        assert len(lines) == len(LETTER)
        assert all(line.confidence and line.box for line in lines)

    def test_pages_in_one_batch_stay_apart(self) -> None:
        pages = [made_page([line], font_size=36) for line in LETTER[1:4]]
        document = read(made_pdf(pages), engine="trocr", model=MODEL)
        read_lines = [" ".join(page.text.split()) for page in document.pages]
        assert jiwer.cer(list(LETTER[1:4]), read_lines) <= 0.06
        # A character of the shortest line is as much as that.
        assert all(jiwer.cer(line, text) <= 0.1 for line, text in zip(LETTER[1:4], read_lines, strict=True))

    def test_words_that_a_detector_found_apart_are_read_as_one_line(self, placed: str) -> None:
        page = Image.new("RGB", (1400, 300), "white")
        font = ImageFont.load_default(48)
        for left, word in ((80, "we"), (180, "remain"), (360, "yours")):
            ImageDraw.Draw(page).text((left, 120), word, "black", font)
        sides = ((74, 148), (178, 333), (354, 482))
        boxes = [(left / 1400, 128 / 300, right / 1400, 182 / 300) for left, right in sides]
        options: dict[str, Any] = {"model": MODEL, "detector": placed, "detector_options": {"boxes": boxes}}
        (block,) = read(made_pdf([page]), engine="trocr", **options).pages[0].blocks
        assert block.text.endswith("e remain yours")
        assert len(block.lines) == 1

    def test_langchain_documents(self, tmp_path: Path) -> None:
        (tmp_path / "letter.pdf").write_bytes(made_pdf([made_page(LETTER, font_size=36)]))
        loader = OcrPluginsLoader(tmp_path / "letter.pdf", engine="trocr", engine_options={"model": MODEL})
        (document,) = loader.load()
        assert "Dear Madam" in document.page_content
        assert document.metadata["page"] == 0

    def test_llama_index_documents(self, tmp_path: Path) -> None:
        (tmp_path / "letter.pdf").write_bytes(made_pdf([made_page(LETTER, font_size=36)]))
        (document,) = OcrPluginsReader(engine="trocr", engine_options={"model": MODEL}).load_data(
            tmp_path / "letter.pdf"
        )
        assert "Dear Madam" in document.text


def test_the_example_prints_the_page(tmp_path: Path) -> None:
    made_page(LETTER, font_size=36).save(tmp_path / "letter.png")
    script = Path(__file__).parents[2] / "examples" / "trocr_page.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "letter.png")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Thanking you for the sympathy" in done.stdout
    assert done.stdout.count("<!-- ") == 5


def test_the_evaluation_gives_it_the_lines_as_they_are() -> None:
    """No detector stands between, as in the paper: the same lines as :class:`TestLines` reads."""
    arguments = ["--engine", "trocr", "--model", MODEL, "-O", "num_beams=1", "-O", "guards=true", "-O", "dtype=float32"]
    done = CliRunner().invoke(main, ["evaluate", str(DATA / "lines"), "--lines", "--json", *arguments])
    (found,) = json.loads(done.stdout)
    assert found["files"] == found["pages"] == 13
    assert 0 < found["cer"] <= 0.10
    assert found["cer"] < found["wer"]
