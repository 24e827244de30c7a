"""What `ocr-plugins convert` gives, and what it says."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import convert, files, pdf, run, scan

from ocr_plugins import OcrDocument
from ocr_plugins.cli.report import stretches
from ocr_plugins.testing import made_page


@pytest.mark.slow
def test_the_default_engine_reads_an_image(tmp_path: Path) -> None:
    made_page(["The quick brown fox"], size=(900, 300), font_size=60).save(tmp_path / "fox.png")
    done = run("convert", tmp_path / "fox.png")
    assert "The quick brown fox" in done.stdout
    totals = re.match(r"1 file converted, 1 page, (.*) s per page, mean confidence (.*)\n", done.stderr)
    assert totals
    assert float(totals[1]) > 0
    assert 0.9 < float(totals[2]) <= 1


def test_the_result_alone_is_on_stdout(tmp_path: Path) -> None:
    done = run("convert", pdf(tmp_path / "letter.pdf", "Dear Sir"))
    assert (done.stdout, done.returncode) == ("Dear Sir\n", 0)
    assert done.stderr.startswith("1 file converted, 1 page, ")


def test_results_are_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = run("convert", scan(tmp_path / "a.png"), "--engine", "scripted", "-O", "text=żółw", env=environment)
    assert done.stdout == "żółw 1\n"


def test_json_reads_back_with_everything(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    document = OcrDocument.from_json(convert(path, "--engine", "scripted", "--format", "json").stdout)
    assert document.source == str(path)
    assert [[b.text for b in p.blocks] for p in document.pages] == [["a.tif", "words 1"], ["a.tif", "words 2"]]


@pytest.mark.parametrize("format_", ["md", "text"])
def test_furniture_is_kept_on_demand(tmp_path: Path, format_: str) -> None:
    arguments = (scan(tmp_path / "a.tif"), "--engine", "scripted", "--format", format_)
    assert convert(*arguments).stdout == "words 1\n"
    assert convert(*arguments, "--furniture").stdout == "a.tif\n\nwords 1\n"


def test_pages_are_selected(tmp_path: Path) -> None:
    assert convert(pdf(tmp_path / "a.pdf", "one", "two", "three"), "--pages", "3,1").stdout == "three\n\none\n"


def test_an_encrypted_pdf_needs_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdf(tmp_path / "a.pdf", "secret", password="sesame")
    refused = convert(path)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--password" in refused.stderr
    assert convert(path, "--password", "sesame").stdout == "secret\n"
    monkeypatch.setenv("OCR_PLUGINS_PASSWORD", "sesame")
    assert convert(path).stdout == "secret\n"


def test_bad_files_are_listed_and_the_others_converted(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "scans"
    pdf(folder / "a.pdf", "good")
    (folder / "b.pdf").write_bytes(b"")
    (folder / "c.pdf").write_bytes(b"%PDF-1.7 and then garbage")
    pdf(folder / "d.pdf", "secret", password="sesame")
    scan(folder / "e.png")
    done = convert(folder, tmp_path / "missing.pdf", "-o", out, "--engine", "scripted")
    assert done.exit_code == 1
    assert files(out) == ["a.md", "e.md"]
    errors = "\n".join(line for line in done.stderr.splitlines() if line.startswith("error: "))
    assert re.findall(r"(\w+\.pdf).*(empty|damaged|encrypted)", errors) == [
        ("b.pdf", "empty"),
        ("c.pdf", "damaged"),
        ("d.pdf", "encrypted"),
    ]
    assert f"There is no file {tmp_path / 'missing.pdf'}" in errors
    assert errors.count("b.pdf") == 1
    assert "2 files converted, 4 errors, 2 pages" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_directory_without_scans_is_an_error(tmp_path: Path, out: Path) -> None:
    done = convert(tmp_path, "-o", out)
    assert done.exit_code == 1
    assert f"error: {tmp_path} holds no file of a supported type: .bmp" in done.stderr


def test_a_page_that_fails_is_listed_and_the_others_converted(tmp_path: Path, out: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=3)
    done = convert(path, "--engine", "scripted", "-O", "fail_on=2", "-o", out)
    assert done.exit_code == 1
    assert (out / "a.md").read_text() == "words 1\n\nwords 3\n"
    assert f"error: {path}, page 2: RuntimeError: the ink is gone\n" in done.stderr
    assert "1 file converted, 1 error, 3 pages" in done.stderr
    assert "mean confidence 0.500" in done.stderr


def test_a_file_without_a_good_page_gives_no_result(tmp_path: Path, out: Path) -> None:
    arguments = (scan(tmp_path / "a.png"), "--engine", "scripted", "-O", "fail_on=1", "--format", "json")
    assert (convert(*arguments).stdout, convert(*arguments).exit_code) == ("", 1)
    convert(*arguments, "-o", out)
    assert files(out) == []


def test_what_to_distrust_is_summed_up_by_file_and_kind(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=4)
    done = convert(path, "--engine", "scripted", "-O", "truncate=true", "--pages", "1-2,4")
    assert done.exit_code == 0
    assert f"note: {path}: 3 pages low-confidence (1-2, 4)\n" in done.stderr
    assert f"note: {path}: 3 pages truncated (1-2, 4)\n" in done.stderr
    assert done.stderr.count("note: ") == 2


def test_verbose_says_why_each_page_is_to_be_distrusted(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.png")
    done = run("convert", path, "--engine", "scripted", "-O", "truncate=true", "-v")
    assert f"{path}, page 1: The engine stopped before the end of the page. (truncated)" in done.stderr
    assert f"note: {path}: 1 page truncated (1)\n" in done.stderr


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([7], "7"), ([1, 2, 3, 7], "1-3, 7"), (range(1, 40, 2), "1, 3, 5, 7, 9, 11, 13, 15, …")],
)
def test_page_numbers_take_little_room(numbers: Sequence[int], text: str) -> None:
    assert stretches(numbers) == text


def test_one_page_is_not_called_pages(tmp_path: Path) -> None:
    done = run("convert", pdf(tmp_path / "a.pdf", "a"), "--pages", "2", "-v")
    assert "a.pdf has 1 page: pages='2' selects none of them" in done.stderr
    assert "1 pages" not in done.stderr + run("convert", pdf(tmp_path / "a.pdf", "a"), "-v").stderr


def test_tables_over_several_pages_become_one_on_demand(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    arguments = (path, "--engine", "scripted", "-O", "table=true")
    header = "| name | page |"
    assert convert(*arguments).stdout.count(header) == 2
    assert convert(*arguments, "--join-tables").stdout.count(header) == 1
    refused = convert(*arguments, "--join-tables", "--format", "json")
    assert (refused.exit_code, "--join-tables is for Markdown" in refused.stderr) == (2, True)


def test_pages_are_marked_in_markdown_on_demand(tmp_path: Path) -> None:
    arguments = (scan(tmp_path / "a.tif", pages=2), "--engine", "scripted")
    assert convert(*arguments, "--page-breaks", "--furniture").stdout == (
        "<!-- page 1 -->\n\na.tif\n\nwords 1 words 2\n\n<!-- page 2 -->\n\na.tif\n"
    )
    assert convert(*arguments, "--no-figures").stdout == "words 1 words 2\n"
    for option in ("--page-breaks", "--no-figures"):
        refused = convert(*arguments, option, "--format", "json")
        assert (refused.exit_code, f"{option} is for Markdown" in refused.stderr) == (2, True)


def test_pages_are_given_to_the_engine_in_batches_as_told(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=3)
    arguments = (path, "--engine", "scripted", "-O", "text=batch of {batch}, page")
    assert convert(*arguments).stdout.startswith("batch of 1, page 1")
    assert convert(*arguments, "--batch-size", "3").stdout.startswith("batch of 3, page 1")


@pytest.mark.slow
def test_pages_are_not_turned_where_they_are_known_to_be_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.png"
    made_page(["The quick brown fox"] * 5, size=(900, 700), font_size=60).rotate(90, expand=True).save(path)
    read = [
        OcrDocument.from_json(convert(path, "--format", "json", *arguments).stdout).pages[0].rotation
        for arguments in ([], ["--no-upright"])
    ]
    assert read == [90, 0]


def test_the_layout_detector_is_named_or_none(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.png")
    assert convert(path, "--engine", "scripted", "--layout", "none").exit_code == 0
    refused = convert(path, "--engine", "scripted", "--layout", "nosuch")
    assert (refused.exit_code, "There is no layout detector 'nosuch'" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engine", "nosuch"], "Known: lightonocr, lightonocr-server, lost, other, rapidocr, scripted"),
        (["--engine", "unavailable"], "pip install 'scripted[model]'"),
        (["--engine", "scripted", "-O", "nosuch=1"], "nosuch: "),
        (["--engine", "scripted", "-O", "fail_on=two"], "fail_on: "),
        (["-O", "fail_on"], "KEY=VALUE"),
        (["--pages", "0"], "'1-3,7'"),
        (["--pages", "3-1"], "'1-3,7'"),
        (["--format", "docx"], "'md', 'json', 'text', 'html', 'chunks'"),
        (["--exclude", ""], "it is empty"),
        (["--nosuch"], "No such option"),
    ],
)
def test_wrong_usage_names_the_remedy(tmp_path: Path, out: Path, arguments: list[str], message: str) -> None:
    done = convert(pdf(tmp_path / "a.pdf", "a"), "-o", out, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr.splitlines()[-1]
    assert not out.exists()


def test_what_every_file_would_meet_stops_the_run(tmp_path: Path, out: Path) -> None:
    paths = pdf(tmp_path / "a.pdf", "a"), scan(tmp_path / "b.png"), pdf(tmp_path / "c.pdf", "c")
    done = convert(*paths, "-o", out, "--engine", "lost")
    assert done.exit_code == 2
    assert files(out) == ["a.md"]
    assert "mean confidence unknown\nError: model.onnx is missing: reinstall it\n" in done.stderr


def test_options_become_what_the_engine_wants(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    done = convert(path, "--engine", "scripted", "-O", "text=1600", "-O", "fail_on=2")
    assert done.stdout == "1600 1\n"


@pytest.mark.slow
def test_tracebacks_are_for_verbose_alone(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"")
    assert "Traceback" not in run("convert", bad).stderr
    for done in (run("-v", "convert", bad), run("convert", "-v", bad)):
        assert "Traceback" in done.stderr
        assert done.returncode == 1
