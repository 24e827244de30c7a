"""The contract of every engine, run on this one, and what is peculiar to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("tesserocr", reason="pip install -e examples/plugin-tesseract")

import ocr_plugins_tesseract
from ocr_plugins_tesseract import TesseractEngine, find_models

import ocr_plugins
from ocr_plugins import (
    BBox,
    EngineError,
    Lines,
    MissingDependencyError,
    ModelError,
    OcrEngine,
    OptionError,
    PageImage,
    Word,
)
from ocr_plugins.plugins import Registry
from ocr_plugins.testing import EngineContract, made_page

try:
    find_models("eng")
except (MissingDependencyError, ModelError) as e:
    pytest.skip(str(e), allow_module_level=True)

SCAN = Path(__file__).parents[1] / "data" / "scan.pdf"
STORY = (
    "The council met on the third of May",
    "to hear what its members had to say.",
    "Nobody came before noon. The chairman,",
    "who lives close to the station, waited",
    "and read the newspapers of last week.",
    "Later all of them went to the river.",
)


class TestTesseract(EngineContract):
    def make_engine(self, **options: object) -> OcrEngine:
        return TesseractEngine(**options)


def test_the_hook_registers_it() -> None:
    registry = Registry()
    registry.register("tesseract", "ocr-plugins-tesseract", lambda: ocr_plugins_tesseract)
    assert (registry.broken, list(registry.engines)) == ([], ["tesseract"])


def read(engine: TesseractEngine, image: Image.Image) -> Lines:
    (result,) = engine.recognize([PageImage(image)])
    assert isinstance(result, Lines), result
    return result


def test_a_real_scan_is_read_with_its_words() -> None:
    with ocr_plugins.Pipeline(TesseractEngine()) as pipeline:
        page = pipeline.read(SCAN, pages="1").pages[0]
    assert page.error is None
    assert "the authorised representative of the Board of Deputies" in page.text
    assert (page.confidence or 0) > 0.85
    lines = [line for block in page.blocks for line in block.lines]
    assert all(" ".join(word.text for word in line.words) == line.text for line in lines)
    assert all(line.words[0].box.left <= line.words[-1].box.left for line in lines)


def test_words_lie_on_their_ink_and_know_how_sure_they_are() -> None:
    page = made_page(["one two"], size=(600, 300), margin=100)
    (line,) = read(TesseractEngine(), page).lines
    one, two = line.words
    assert (one.text, two.text) == ("one", "two")
    assert line.box.left <= one.box.left < one.box.right < two.box.left < two.box.right <= line.box.right
    assert 0.7 < (one.confidence or 0) <= 1
    assert line.confidence == pytest.approx(((one.confidence or 0) + (two.confidence or 0)) / 2)


def test_a_line_is_cut_where_a_wide_gap_separates_cells() -> None:
    page = Image.new("RGB", (1000, 300), "white")
    page.paste(made_page(["Price and", "Total sum"], size=(400, 300), margin=100), (0, 0))
    page.paste(made_page(["1,305.60", "2,611.20"], size=(400, 300), margin=100), (500, 0))
    texts = {line.text for line in read(TesseractEngine(psm=6), page).lines}
    assert texts == {"Price and", "1,305.60", "Total sum", "2,611.20"}


def test_words_read_from_the_right_stand_from_left_to_right() -> None:
    shalom, olam = Word("שלום", BBox(0.5, 0.1, 0.6, 0.15), 0.9), Word("עולם", BBox(0.38, 0.1, 0.48, 0.15), 0.9)
    (line,) = ocr_plugins_tesseract.pieces([shalom, olam], 0.0, PageImage(made_page([])))
    assert line.text == "שלום עולם"
    assert line.words == (olam, shalom)


def test_a_falling_line_says_so() -> None:
    page = made_page(["A line that falls to the right"], size=(800, 300)).rotate(-2, fillcolor="white")
    (line,) = read(TesseractEngine(), page).lines
    assert line.slope * 300 / (line.box.width * 800) == pytest.approx(0.035, abs=0.015)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_pages_are_read_where_the_mode_looks_for_them(degrees: int) -> None:
    page = made_page(STORY, size=(1000, 700)).rotate(degrees, expand=True)
    assert {line.text for line in read(TesseractEngine(psm=1), page).lines} == set(STORY)


def test_words_that_are_not_sure_enough_are_left_out() -> None:
    assert read(TesseractEngine(min_confidence=1), made_page(["Hello world"])) == Lines()


def test_as_many_pages_are_read_side_by_side_as_there_are_threads() -> None:
    pages = [PageImage(made_page([text], size=(600, 300)), i) for i, text in enumerate(("one", "two", "three"), 1)]
    engine = TesseractEngine(threads=2)
    assert engine.info.batch_size == 2
    results = engine.recognize(pages)
    assert [result.lines[0].text for result in results if isinstance(result, Lines)] == ["one", "two", "three"]
    engine.close()


def test_a_page_that_takes_too_long_is_an_error_in_its_place() -> None:
    engine = TesseractEngine(timeout=0.01)
    (late,) = engine.recognize([PageImage(made_page(["Many words on a page of text"] * 20))])
    assert isinstance(late, EngineError)
    assert str(late) == "Tesseract took more than 0.01 s: set a longer timeout=."


def test_a_language_without_a_model_names_the_package_and_what_there_is() -> None:
    with pytest.raises(
        ModelError, match="no model for tlh, chi_xxx .*: apt install tesseract-ocr-tlh tesseract-ocr-chi-xxx"
    ):
        TesseractEngine(lang="eng+tlh+chi_xxx").recognize([PageImage(made_page(["Hello"]))])
    with pytest.raises(ModelError, match="Installed: .*eng.*osd"):
        find_models("tlh")


def test_several_languages_are_read_together() -> None:
    try:
        find_models("eng+deu")
    except ModelError as e:
        pytest.skip(str(e))
    said = ["The weather is fine today.", "Morgen ist der Himmel wolkenlos."]
    assert [line.text for line in read(TesseractEngine(lang="deu+eng"), made_page(said)).lines] == said


def test_without_any_model_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(MissingDependencyError, match=f"in {tmp_path}: apt install tesseract-ocr"):
        TesseractEngine().recognize([PageImage(made_page(["Hello"]))])


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot load eng from .*: install its models anew"):
        TesseractEngine(tessdata=tmp_path).recognize([PageImage(made_page(["Hello"]))])


@pytest.mark.parametrize(
    ("options", "named"), [({"lang": "../eng"}, "lang"), ({"psm": 2}, "take 3"), ({"psm": 0}, "psm")]
)
def test_options_that_make_no_sense_are_errors(options: dict[str, object], named: str) -> None:
    with pytest.raises(OptionError, match=named):
        TesseractEngine(**options)
