"""How engines are compared on files whose text is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import pdf, scan
from PIL import Image

from ocr_plugins.cli import main
from ocr_plugins.testing import made_page


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


def rows(result: Result) -> list[list[str]]:
    """The table, without the seconds in its last column."""
    table = result.stdout.partition("\n\n")[0]
    return [line.split()[:-1] for line in table.splitlines() if not line.startswith("engine ")]


def line(path: Path, width: int, truth: str) -> Path:
    """An image of a line, which the engine ``widths`` reads as its width, with its ground truth."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, 30), "white").save(path)
    path.with_name(f"{path.stem}.gt.txt").write_text(truth, encoding="utf-8")
    return path


def page(path: Path, truth: str, suffix: str = ".gt.txt") -> Path:
    """A page, which the engine ``scripted`` reads as ``words 1``, with its ground truth."""
    path.with_name(f"{path.stem}{suffix}").write_text(truth, encoding="utf-8")
    return scan(path)


def test_error_rates_are_over_all_characters_and_words(tmp_path: Path) -> None:
    line(tmp_path / "a.png", 100, "100 wide")
    line(tmp_path / "b.png", 200, "200 wide and on")
    done = evaluate(tmp_path, "--lines", "--engine", "widths")
    # Of 23 characters seven are missing, of six words two.
    assert rows(done) == [["widths", "all", "2", "2", "30.43", "33.33"]]
    assert done.exit_code == 0


def test_folders_have_rows_of_their_own(tmp_path: Path) -> None:
    line(tmp_path / "good" / "a.png", 100, "100 wide")
    line(tmp_path / "bad" / "b.png", 100, "999 wide")
    assert rows(evaluate(tmp_path, "--lines", "--engine", "widths")) == [
        ["widths", str(tmp_path / "bad"), "1", "1", "37.50", "50.00"],
        ["widths", str(tmp_path / "good"), "1", "1", "0.00", "0.00"],
        ["widths", "all", "2", "2", "18.75", "25.00"],
    ]


def test_an_engine_that_finds_lines_is_given_single_lines_as_they_are(tmp_path: Path) -> None:
    line(tmp_path / "a.png", 100, "100 wide")
    assert rows(evaluate(tmp_path, "--engine", "widths", "--lines"))[0][-2:] == ["0.00", "0.00"]
    assert rows(evaluate(tmp_path, "--engine", "widths"))[0][-2:] == ["100.00", "100.00"]


def test_to_any_other_engine_a_line_is_a_page(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "a.png words 1")
    assert rows(evaluate(tmp_path, "--engine", "scripted", "--lines"))[0][-2:] == ["0.00", "0.00"]


@pytest.mark.slow
def test_the_default_engine_reads_pages(tmp_path: Path) -> None:
    made_page(["The quick brown fox"], size=(900, 300), font_size=60).save(tmp_path / "fox.png")
    (tmp_path / "fox.gt.txt").write_text("The quick\n  brown fox\n")
    assert rows(evaluate(tmp_path)) == [["rapidocr", "all", "1", "1", "0.00", "0.00"]]


@pytest.mark.slow
def test_engines_are_compared_each_with_its_options(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "ink 1")
    arguments = ("--engine", "scripted", "--engine", "rapidocr", "-O", "scripted.text=ink", "-O", "rapidocr.threads=1")
    assert [row[0] for row in rows(evaluate(tmp_path, *arguments))] == ["scripted", "rapidocr"]
    refused = evaluate(tmp_path, *arguments, "-O", "tesseract.psm=3")
    assert refused.exit_code == 2
    assert "'tesseract' is not among the engines, scripted, rapidocr" in refused.stderr
    assert evaluate(tmp_path, *arguments, "-O", "text=ink").exit_code == 2


def test_an_option_of_one_engine_goes_before_one_for_all(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "ink 1")
    done = evaluate(tmp_path, "--engine", "scripted", "-O", "scripted.text=ink", "-O", "text=else")
    assert rows(done)[0][-2:] == ["0.00", "0.00"]


@pytest.mark.parametrize("suffix", [".gt.md", ".md"])
def test_markdown_is_compared_as_plain_text(tmp_path: Path, suffix: str) -> None:
    page(tmp_path / "a.png", "# *words*\n\n| 1 | 2 |\n|---|---|\n| [x](http://y) | |\n", suffix)
    (result,) = json.loads(evaluate(tmp_path, "--engine", "scripted", "--json").stdout)[0]["results"]
    assert result["truth"] == "words 1 2 x"


def test_page_headers_count_on_demand(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "words 1")
    assert rows(evaluate(tmp_path, "--engine", "scripted"))[0][-1] == "0.00"
    assert rows(evaluate(tmp_path, "--engine", "scripted", "--furniture"))[0][-1] == "50.00"


def test_a_pdf_is_read_by_the_engine_even_where_it_has_text(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", "text of its own")
    (tmp_path / "a.gt.txt").write_text("words 1")
    assert rows(evaluate(tmp_path, "--engine", "scripted"))[0][-1] == "0.00"


def test_accents_may_be_composed_or_not(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "z\u0307o\u0301łw 1")
    assert rows(evaluate(tmp_path, "--engine", "scripted", "-O", "text=żółw"))[0][-1] == "0.00"


def test_the_worst_files_are_shown_with_what_was_misread(tmp_path: Path) -> None:
    for width, truth in ((1, "1 wide"), (2, "2 wild"), (3, "a line of 3 so wide"), (4, "five")):
        line(tmp_path / f"{width}.png", width, truth)
    done = evaluate(tmp_path, "--lines", "--engine", "widths", "--worst", "2")
    assert done.stdout.partition("\n\n")[2].splitlines() == [
        f"widths: {tmp_path / '4.png'}, CER 100.00 %",
        "  [-five-]{+4 wide+}",
        "",
        f"widths: {tmp_path / '3.png'}, CER 68.42 %",
        "  [-a line of-] 3 [-so-] wide",
    ]
    assert "\n\n" not in evaluate(tmp_path, "--lines", "--engine", "widths", "--worst", "0").stdout


def test_long_stretches_that_agree_are_shortened(tmp_path: Path) -> None:
    page(tmp_path / "a.png", f"{' '.join('abcdefghijkl')} 2")
    done = evaluate(tmp_path, "--engine", "scripted", "-O", f"text={' '.join('abcdefghijkl')}")
    assert done.stdout.endswith("  a b c d … i j k l [-2-]{+1+}\n")


@pytest.mark.slow
def test_what_cannot_be_read_counts_as_missed(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "words 1")
    (page(tmp_path / "b.png", "words 1")).write_bytes(b"no image")
    for lines in ([], ["--lines"]):
        done = evaluate(tmp_path, "--engine", "widths", *lines)
        assert done.exit_code == 1
        assert f"error: widths: {tmp_path / 'b.png'}" in done.stderr
    assert rows(evaluate(tmp_path, "--engine", "scripted")) == [["scripted", "all", "2", "1", "50.00", "50.00"]]


def test_a_page_that_fails_counts_as_missed(tmp_path: Path) -> None:
    scan(tmp_path / "a.tif", pages=2)
    (tmp_path / "a.gt.txt").write_text("words 1 words 2")
    done = evaluate(tmp_path, "--engine", "scripted", "-O", "fail_on=2")
    assert (done.exit_code, rows(done)[0][-1]) == (1, "50.00")
    assert "a.tif: page 2: RuntimeError: the ink is gone" in done.stderr


def test_everything_is_there_as_json(tmp_path: Path) -> None:
    path = page(tmp_path / "a.png", "words one")
    (found,) = json.loads(evaluate(tmp_path, "--engine", "scripted", "--json").stdout)
    assert (found["engine"], found["files"], found["wer"]) == ("scripted", 1, 0.5)
    assert found["seconds_per_page"] > 0
    (result,) = found["results"]
    assert (result["file"], result["truth"], result["text"]) == (str(path), "words one", "words 1")


def test_an_interruption_shows_what_was_read(tmp_path: Path) -> None:
    for name in "abc":
        page(tmp_path / f"{name}.png", "words 1")
    done = evaluate(tmp_path, "--engine", "scripted", "-O", "interrupt_at=b.png")
    assert done.exit_code == 130
    assert rows(done) == [["scripted", "all", "1", "1", "0.00", "0.00"]]


def test_a_folder_without_ground_truth_is_wrong_usage(tmp_path: Path) -> None:
    scan(tmp_path / "a.png")
    (tmp_path / "lost.gt.txt").write_text("no image")
    done = evaluate(tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "name.gt.txt" in done.stderr


def test_what_every_file_would_meet_stops_the_run(tmp_path: Path) -> None:
    page(tmp_path / "a.png", "words 1")
    done = evaluate(tmp_path, "--engine", "lost")
    assert (done.exit_code, done.stderr) == (2, "Error: model.onnx is missing: reinstall it\n")


def test_without_jiwer_the_remedy_is_named_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(tmp_path / "a.png", "words 1")
    monkeypatch.setitem(sys.modules, "jiwer", None)
    done = evaluate(tmp_path, "--engine", "scripted", "-O", "interrupt_at=a.png")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "pip install 'ocr-plugins[evaluate]'" in done.stderr
