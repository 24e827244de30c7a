"""Engines side by side on one document."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from counting import calls
from seen_documents import HOSTILE, Element, frame_of, parsed

import ocr_plugins
from ocr_plugins import Comparison, OptionError, compare
from ocr_plugins.comparison import Change, word_changes
from ocr_plugins.testing import FakeEngine, made_page, made_pdf

TRUTH = "the quick brown fox jumps over the lazy dog"


def reads(*texts: str, **options: object) -> FakeEngine:
    return FakeEngine(texts=texts, output="blocks", **options)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Two pages."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_pdf([made_page(["ink"], size=(600, 400))] * 2))
    return path


@pytest.fixture
def comparison(scan: Path) -> Comparison:
    return compare(scan, [reads(TRUTH), reads("the quick brown box jumps the very lazy dog", confidence=0.5)])


def test_words_are_compared_and_white_space_is_not() -> None:
    assert word_changes("a  quick\nbrown fox", "a quack brown fox jumps") == [
        Change(("a",), ("a",)),
        Change(("quick",), ("quack",)),
        Change(("brown", "fox"), ("brown", "fox")),
        Change((), ("jumps",)),
    ]


def test_each_page_is_there_as_each_engine_read_it(comparison: Comparison) -> None:
    assert [[page.number for page in pages] for pages in comparison.pages()] == [[1, 1], [2, 2]]
    assert [change.second for change in comparison.changes(1) if not change.same] == [("box",), (), ("very",)]
    assert comparison.agreement(0) == 1
    # Seven of nine words, and of nine, are in both.
    assert comparison.agreement() == comparison.agreement(page=0) == pytest.approx(14 / 18)


def test_readings_are_summed_up(scan: Path) -> None:
    first, second = compare(scan, [reads(TRUTH), reads("a dog", confidence=0.5, fail_on=2)]).summary()
    assert (first.engine, second.engine) == ("FakeEngine", "FakeEngine#2")
    assert (first.words, first.agreement, first.confidence, first.errors, first.warnings) == (18, None, 0.9, 0, {})
    assert (second.words, second.errors, second.warnings) == (2, 1, {"low-confidence": 1})
    assert second.agreement == pytest.approx(2 / 20)


def test_the_page_with_which_a_model_loads_does_not_count() -> None:
    reading = ocr_plugins.comparison.Reading("a", ocr_plugins.OcrDocument("a", ()), (9.0, 1.0, 2.0))
    assert [s.seconds_per_page for s in Comparison("a", (reading,)).summary()] == [1.5]


def test_a_file_object_is_read_once_for_all(scan: Path) -> None:
    compared = compare(io.BytesIO(scan.read_bytes()), [reads("a"), reads("a")], pages="2", name="scan")
    assert [reading.document.source for reading in compared.readings] == ["scan", "scan"]
    assert compared.agreement() == 1


def test_engines_are_made_before_the_first_one_reads(scan: Path) -> None:
    engine = reads("a")
    engine.recognize = pytest.fail  # type: ignore[assignment, method-assign]
    with pytest.raises(ocr_plugins.UnknownEngineError):
        compare(scan, [engine, "nosuch"])
    with pytest.raises(OptionError, match="not among the engines"):
        compare(scan, [engine], engine_options={"trocr": {}})
    with pytest.raises(OptionError, match="needs an engine"):
        compare(scan, [])


def test_texts_that_only_repeat_themselves_take_no_longer_than_they_are_long() -> None:
    def work(words: int) -> int:
        return calls(lambda: word_changes("no " * words, "no " * words + "yes"))

    assert work(8_000) < 3 * work(4_000)


def test_frequent_words_tie_the_texts_of_a_page_together() -> None:
    assert word_changes("no " * 1_500, "yes " + "no " * 1_500)[1].same


def columns(page: Element) -> list[list[str]]:
    """Of each page what stands in each column."""
    return [[column.text for column in section.all(css="reading")] for section in page.all("section")]


def test_html_has_the_pages_the_numbers_and_the_marks(comparison: Comparison) -> None:
    page = parsed(comparison.to_html())
    assert [[cell.text for cell in row.all()] for row in page.all("tr")][1][:3] == ["FakeEngine", "2", "18"]
    first, second = page.all("section")
    assert [image.attributes["src"][:15] for image in first.all("img")] == ["data:image/webp"]
    assert first.all(css="reading")[0].all("del") == []
    other = second.all(css="reading")[1]
    assert [mark.text for mark in other.all("del")] == ["fox", "over"]
    assert [mark.text for mark in other.all("ins")] == ["box", "very"]
    assert "confidence 0.50" in other.text
    assert "low-confidence" in other.text


def test_html_keeps_the_paragraphs_of_each(scan: Path) -> None:
    compared = compare(scan, [reads("a b", "c d"), reads("a x", "y d", "e")], pages=1)
    (section,) = parsed(compared.to_html()).all("section")
    paragraphs = [[p.text for p in text.all("p")] for text in section.all(css="text")]
    assert paragraphs == [["a b", "c d"], ["a b c x", "y d", "e"]]


def test_html_says_what_failed_and_shows_what_there_is(scan: Path, tmp_path: Path) -> None:
    compared = compare(scan.read_bytes(), [reads("a", fail_on=1), reads("a")], name="gone.pdf")
    page = parsed(compared.to_html())
    assert "There is no file gone.pdf here" in page.all(css="note")[0].text
    assert "made to fail on page 1" in columns(page)[0][0]
    assert "data:image" in compared.to_html(scan)


def test_hostile_text_is_text_and_nothing_is_let_in(scan: Path) -> None:
    written = compare(scan, [reads("a"), reads(HOSTILE)], pages=1).to_html()
    page = parsed(written)
    (policy,) = [meta.attributes["content"] for meta in page.all("meta") if meta.attributes.get("http-equiv")]
    assert "script-src 'none'" in policy
    assert page.all("script") == []
    assert not [e for e in page.all() if any(name.startswith("on") for name in e.attributes)]
    assert "<script>window.pwned=1</script>" in columns(page)[0][1]


def test_a_cell_shows_the_first_pages_and_says_how_to_see_all(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(made_pdf([made_page(["ink"], size=(300, 300))] * 7))
    cell = compare(path, [reads("a"), reads("b")])._repr_html_()
    assert len(frame_of(cell).all("section")) == 5
    assert "5 of 7 pages are shown." in frame_of(cell).text
