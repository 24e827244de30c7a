"""The default engine."""

from __future__ import annotations

import functools
import hashlib
import http.server
import shutil
import string
import threading
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf
from PIL import Image

from ocr_plugins import LineEngine, Lines, ModelError, OcrEngine, OptionError, PageImage, get_engine
from ocr_plugins.engines.rapidocr import RapidOcrRecognizer
from ocr_plugins.engines.rapidocr.models import Choice, load
from ocr_plugins.runtime.onnx import Shortlist
from ocr_plugins.testing import EngineContract, made_page

pytestmark = pytest.mark.slow

TEXT = ["Item 17 costs $1,024.50 (incl. 19% VAT).", "Don't panic: it's only #42 & co.", "e-mail: a_b@example.org"]
SMALL = (900, 400)
RECOGNIZER = Choice("rec", "small")


class TestRapidOcr(EngineContract):
    def make_engine(self, **options: Any) -> OcrEngine:
        return get_engine("rapidocr", **options)


@pytest.fixture(scope="module")
def engine() -> Iterator[LineEngine]:
    with get_engine("rapidocr") as made:
        assert isinstance(made, LineEngine)
        yield made


def read(page: Image.Image, engine: OcrEngine) -> list[str]:
    """The texts of the page's lines, from top to bottom."""
    (result,) = engine.recognize([PageImage(page)])
    assert isinstance(result, Lines)
    return [line.text for line in sorted(result.lines, key=lambda line: line.box.top)]


@pytest.mark.parametrize("options", [{"runtime": "onnxruntime"}, {"precision": "float32"}, {"threads": 1}])
def test_every_way_to_run_it_reads_every_character(options: dict[str, Any]) -> None:
    with get_engine("rapidocr", **options) as engine:
        assert read(made_page(TEXT, size=SMALL), engine) == TEXT


def test_a_precision_that_the_runtime_does_not_know_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="precision: .*pip install openvino"):
        get_engine("rapidocr", runtime="onnxruntime", precision="bfloat16")
    monkeypatch.setattr("importlib.util.find_spec", {"rapidocr", "cv2", "onnxruntime"}.__contains__)
    get_engine("rapidocr", precision="float32")
    with pytest.raises(OptionError, match="precision: "):
        get_engine("rapidocr", precision="bfloat16")


def test_a_full_page_is_read_line_by_line(engine: LineEngine) -> None:
    numbered = [f"This is line number {n} of the page" for n in range(1, 31)]
    assert read(made_page(numbered), engine) == numbered


@pytest.mark.parametrize("size", [16, 20, 40, 64])
def test_small_and_large_type_is_read(size: int, engine: LineEngine) -> None:
    lines = ["Dear reader,", "here is a letter."]
    assert read(made_page(lines, font_size=size, size=SMALL), engine) == lines


@pytest.mark.parametrize("text", ["Dear reader", "Bob", "7"])
def test_a_few_words_on_a_large_page_are_read(text: str, engine: LineEngine) -> None:
    assert read(made_page([text], font_size=24), engine) == [text]


@pytest.mark.parametrize("degrees", [-6, 3])
def test_a_slanting_line_is_read(degrees: float, engine: LineEngine) -> None:
    page = made_page(TEXT[:1], size=SMALL).rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")
    assert read(page, engine) == TEXT[:1]


def test_light_text_on_a_dark_ground_is_read(engine: LineEngine) -> None:
    assert read(made_page(TEXT, size=SMALL).point(lambda v: 255 - v), engine) == TEXT


def test_a_line_image_is_read_without_detection(engine: LineEngine) -> None:
    crops = [made_page([text], size=(760, 56), margin=4) for text in (TEXT[0], "", TEXT[1])]
    (first, _), (nothing, unknown), (second, confidence) = engine.read_lines(crops)
    assert (first, nothing, second) == (TEXT[0], "", TEXT[1])
    assert unknown is None
    assert confidence is not None
    assert 0.9 < confidence <= 1


def test_lines_that_it_is_unsure_of_are_left_out() -> None:
    page = made_page(TEXT[:1], size=SMALL)
    with get_engine("rapidocr", min_confidence=1.0) as unsure:
        assert read(page, unsure) == []


def test_detection_may_see_the_page_smaller() -> None:
    with get_engine("rapidocr", detection_edge=640) as engine:
        assert read(made_page(TEXT, size=SMALL), engine) == TEXT


@pytest.mark.parametrize("text", ["α = 0.05 ± 2 µm", "Señor Łukasz, « déjà-vu » — 100 €"])
def test_letters_and_signs_beyond_ascii_are_read(text: str, engine: LineEngine) -> None:
    (result,) = read(made_page([text], font_size=32, size=SMALL), engine)
    assert SequenceMatcher(None, result, text).ratio() > 0.8


def test_a_line_outside_the_shortlist_gets_all_classes() -> None:
    """Whatever the shortlist is, the result is that of the whole last layer."""
    crops = [made_page([text], size=(760, 56), margin=4) for text in (TEXT[0], "Bob 17")]
    with RapidOcrRecognizer(precision="float32") as all_classes:
        all_classes._model = load(all_classes.options, RECOGNIZER, best_class=True)
        expected = all_classes.read_lines(crops)
    for characters in (string.ascii_letters, string.digits, string.printable):
        with RapidOcrRecognizer(precision="float32") as short:
            common = functools.partial(shortlist_of, characters)
            short._model = load(short.options, RECOGNIZER, best_class=True, common=common)
            read_short = short.read_lines(crops)
        assert [text for text, _ in read_short] == [text for text, _ in expected]
        for (_, confidence), (_, known) in zip(read_short, expected, strict=True):
            assert confidence == pytest.approx(known, abs=0.01)


def shortlist_of(common: str, characters: Sequence[str]) -> Shortlist:
    classes = [i for i, c in enumerate(characters, 1) if c in common]
    return Shortlist((0, *classes, len(characters) + 1), 14.0, 10.0)


def test_lines_of_all_widths_come_back_in_their_places(engine: LineEngine) -> None:
    words = ["one", "twenty-one", "three hundred and one", "a thousand, three hundred and twenty-one lines"]
    crops = [made_page([w], size=(60 + 17 * len(w), 56), margin=4) for w in words]
    order = [3, 0, 2, 1, 0, 3]
    assert [text for text, _ in engine.read_lines([crops[i] for i in order])] == [words[i] for i in order]


def test_words_have_places_on_the_page_and_confidences(engine: LineEngine) -> None:
    (result,) = engine.recognize([PageImage(made_page(["Dear old reader"], size=SMALL))])
    assert isinstance(result, Lines)
    (line,) = result.lines
    assert [word.text for word in line.words] == ["Dear", "old", "reader"]
    assert all(word.confidence is not None and word.confidence > 0.9 for word in line.words)
    for word, following in pairwise(line.words):
        assert line.box.left - 0.01 <= word.box.left < word.box.right < following.box.left
        assert word.box.overlap_y(line.box) > 0


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """RapidOCR's list of models points to a server on this machine that has one; the folder that it serves."""
    served = tmp_path / "hub"
    served.mkdir()
    model = RECOGNIZER.path
    shutil.copy(model, served / "model.onnx")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=served)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        entry = {
            "model_dir": f"http://127.0.0.1:{server.server_port}/model.onnx",
            "SHA256": hashlib.sha256(model.read_bytes()).hexdigest(),
        }
        models = {"onnxruntime": {"PP-OCRv5": {"rec": {"latin_PP-OCRv5_rec_mobile": entry}}}}
        listed = OmegaConf.create(models)
        monkeypatch.setattr("omegaconf.OmegaConf.load", lambda _: listed)
        monkeypatch.setenv("OCR_PLUGINS_CACHE", str(tmp_path / "cache"))
        yield served
        server.shutdown()


def test_a_model_that_is_asked_for_is_fetched_once_and_used(hub: Path, tmp_path: Path) -> None:
    with get_engine("rapidocr", script="latin") as engine:
        with pytest.raises(ModelError, match="ocr-plugins download rapidocr -O size=small -O script=latin"):
            read(made_page(TEXT, size=SMALL), engine)
        (fetched,) = engine.download()
        assert Path(fetched).is_relative_to(tmp_path / "cache")
        assert engine.download() == []
        assert read(made_page(TEXT, size=SMALL), engine) == TEXT


def test_a_damaged_download_is_refused_and_leaves_nothing(hub: Path, tmp_path: Path) -> None:
    (hub / "model.onnx").write_bytes(b"half of it")
    with pytest.raises(ModelError, match="SHA-256"):
        get_engine("rapidocr", script="latin").download()
    (hub / "model.onnx").unlink()
    with pytest.raises(ModelError, match="cannot be fetched from http"):
        get_engine("rapidocr", script="latin").download()
    assert [p for p in (tmp_path / "cache").rglob("*") if p.is_file()] == []


def test_the_models_in_the_package_are_not_fetched() -> None:
    assert get_engine("rapidocr").download() == []


@pytest.mark.parametrize(("size", "script"), [("medium", "multi"), ("tiny", "multi"), ("small", "arabic")])
def test_rapidocr_lists_the_models_that_can_be_chosen(
    size: str, script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("OCR_PLUGINS_CACHE", str(tmp_path))
    monkeypatch.setattr(
        "rapidocr.utils.download_file.DownloadFile._make_http_request", lambda url, _: asked.append(url)
    )
    with pytest.raises(AttributeError):
        get_engine("rapidocr", size=size, script=script).download()
    assert asked[0].startswith("https://")
