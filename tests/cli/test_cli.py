"""What a user of the command line can rely on."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from commands import convert, files, pdf, run, scan

from ocr_plugins import OcrDocument
from ocr_plugins.cli import main
from ocr_plugins.testing import made_page

HEAVY = ("torch", "transformers", "onnxruntime", "openvino", "rapidocr", "cv2", "pypdfium2")


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


def test_several_files_need_a_folder_or_a_word(tmp_path: Path) -> None:
    paths = pdf(tmp_path / "a.pdf", "a"), pdf(tmp_path / "b.pdf", "b")
    for arguments in (paths, (tmp_path,)):
        refused = convert(*arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "-o DIR" in refused.stderr
    assert convert(*paths, "--stdout").stdout == "a\n\nb\n"
    lines = convert(*paths, "--stdout", "--format", "json").stdout.splitlines()
    assert [OcrDocument.from_json(line).text for line in lines] == ["a", "b"]


def test_a_directory_is_mirrored(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "scans"
    for name in ("a.pdf", "sub/a.PDF", "sub/sub/b.pdf", ".hidden/c.pdf", "._a.pdf"):
        pdf(folder / name, name)
    (folder / "notes.txt").write_text("no scan")
    done = convert(folder, folder / "a.pdf", "-o", out)
    assert done.exit_code == 0
    assert files(out) == ["a.md", "sub/a.md", "sub/sub/b.md"]
    assert (out / "sub/a.md").read_text() == "sub/a.PDF\n"
    assert "3 files converted" in done.stderr


@pytest.mark.parametrize(("format_", "suffix"), [("md", ".md"), ("json", ".json"), ("text", ".txt")])
def test_output_is_named_after_input_and_format(tmp_path: Path, out: Path, format_: str, suffix: str) -> None:
    printed = convert(pdf(tmp_path / "v1.2.pdf", "a"), "--format", format_, "-o", out, "--stdout").stdout
    assert files(out) == [f"v1.2{suffix}"]
    assert (out / f"v1.2{suffix}").read_text() == printed


def test_inputs_that_differ_in_suffix_alone_keep_it(tmp_path: Path, out: Path) -> None:
    convert(pdf(tmp_path / "a.pdf", "a"), scan(tmp_path / "A.png"), "-o", out, "--engine", "scripted")
    assert files(out) == ["A.png.md", "a.pdf.md"]


def test_results_of_one_name_are_refused_before_anything_is_read(tmp_path: Path, out: Path) -> None:
    done = convert(pdf(tmp_path / "x/a.pdf", "x"), pdf(tmp_path / "y/a.pdf", "y"), "-o", out)
    assert done.exit_code == 2
    assert "would both become" in done.stderr
    assert not out.exists()


def test_a_result_never_overwrites_an_input(tmp_path: Path) -> None:
    path = pdf(tmp_path / "scan.md", "a PDF of that name")
    before = path.read_bytes()
    assert convert(path, "-o", tmp_path, "--force").exit_code == 2
    assert path.read_bytes() == before


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


def test_a_truncated_page_is_noted(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.png")
    done = convert(path, "--engine", "scripted", "-O", "truncate=true")
    assert done.exit_code == 0
    assert f"note: {path}, page 1: the engine stopped before the end of the page.\n" in done.stderr


def test_output_that_exists_is_kept_unless_forced(tmp_path: Path, out: Path) -> None:
    arguments = (pdf(tmp_path / "a.pdf", "new"), pdf(tmp_path / "b.pdf", "new"), "-o", out)
    out.mkdir()
    (out / "a.md").write_text("old")
    kept = convert(*arguments)
    assert kept.exit_code == 0
    assert (out / "a.md").read_text() == "old"
    assert (out / "b.md").read_text() == "new\n"
    assert f"{out / 'a.md'} exists" in kept.stderr
    assert "1 file converted, 1 skipped" in kept.stderr
    assert convert(*arguments, "--force").exit_code == 0
    assert (out / "a.md").read_text() == "new\n"


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [pdf(tmp_path / f"{name}.pdf", "new") for name in "abcd"]
    out.mkdir()
    (out / "b.md").write_text("old")
    synced: list[int] = []

    def full_at_the_second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    done = convert(*paths, "-o", out, "--force")
    assert done.exit_code == 1
    assert files(out) == ["a.md", "b.md"]
    assert [(out / name).read_text() for name in files(out)] == ["new\n", "old"]
    assert f"error: {out / 'b.md'} cannot be written: No space left on device." in done.stderr
    assert "2 of 4 files not tried" in done.stderr


def test_an_interruption_while_writing_leaves_nothing_half_written(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert convert(pdf(tmp_path / "a.pdf", "a"), "-o", out).exit_code == 130
    assert files(out) == []


def test_a_file_that_cannot_be_written_does_not_stop_the_others(tmp_path: Path, out: Path) -> None:
    pdf(tmp_path / "scans/a/a.pdf", "a")
    pdf(tmp_path / "scans/b.pdf", "b")
    out.mkdir()
    (out / "a").write_text("in the way of a folder")
    done = convert(tmp_path / "scans", "-o", out)
    assert done.exit_code == 1
    assert files(out) == ["a", "b.md"]
    assert f"error: {out / 'a/a.md'} cannot be written: File exists." in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no limits of this kind")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_result_that_does_not_fit_behind_stdout_is_an_error(tmp_path: Path, unbuffered: str) -> None:
    command = [sys.executable, "-m", "ocr_plugins", "convert", str(pdf(tmp_path / "a.pdf", "long " * 1000))]
    with (tmp_path / "a.md").open("wb") as file:
        done = subprocess.run(
            ["sh", "-c", 'ulimit -f 2; exec "$@"', "sh", *command],
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=file,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: The result cannot be written: File too large.\n0 files converted, 1 error")
    assert len(done.stderr.splitlines()) == 2


def test_an_output_folder_that_cannot_be_made_is_wrong_usage(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "a")
    assert f"Error: The folder {path} cannot be made" in convert(path, "-o", path).stderr
    assert convert(path, "-o", path).exit_code == 2


def test_after_an_interruption_the_same_command_goes_on(tmp_path: Path, out: Path) -> None:
    paths = [scan(tmp_path / f"{name}.png") for name in "abc"]
    done = convert(*paths, "-o", out, "--engine", "scripted", "-O", "interrupt_at=b.png")
    assert done.exit_code == 130
    assert files(out) == ["a.md"]
    assert "1 file converted" in done.stderr
    assert "2 files converted, 1 skipped" in convert(*paths, "-o", out, "--engine", "scripted").stderr
    assert files(out) == ["a.md", "b.md", "c.md"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_it_at_once_and_leaves_what_is_finished(tmp_path: Path, out: Path) -> None:
    paths = [pdf(tmp_path / "a.pdf", "done"), scan(tmp_path / "hang.png"), pdf(tmp_path / "z.pdf", "never")]
    marker = tmp_path / "marker"
    arguments = ["convert", *paths, "-o", out, "--engine", "scripted", "-O", f"hang={marker}"]
    # What a shell starts in the background ignores the signal, and so would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([sys.executable, "-m", "ocr_plugins", *map(str, arguments)], stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    give_up = time.monotonic() + 30
    while not marker.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=10)
    assert process.returncode == 130
    assert files(out) == ["a.md"]
    assert b"1 file converted" in messages
    assert b"Traceback" not in messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engine", "nosuch"], "Known: lightonocr, lightonocr-server, lost, rapidocr, scripted"),
        (["--engine", "unavailable"], "pip install 'scripted[model]'"),
        (["--engine", "scripted", "-O", "nosuch=1"], "nosuch: "),
        (["--engine", "scripted", "-O", "fail_on=two"], "fail_on: "),
        (["-O", "fail_on"], "KEY=VALUE"),
        (["--pages", "0"], "'1-3,7'"),
        (["--pages", "3-1"], "'1-3,7'"),
        (["--format", "docx"], "'md', 'json', 'text'"),
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


def test_engines_tells_what_is_installed_and_how_to_get_the_rest() -> None:
    lines = CliRunner().invoke(main, ["engines"]).stdout.splitlines()
    row = {line.split()[0]: line for line in lines if line.strip()}
    assert "installed" in row["rapidocr"]
    assert "Apache-2.0" in row["rapidocr"]
    assert "boxes, confidence" in row["rapidocr"]
    assert row["rapidocr"].split()[-1] == "ocr-plugins"
    assert "MIT" in row["scripted"]
    assert "pip install 'scripted[model]'" in row["unavailable"]
    assert "broken of broken is broken: ModuleNotFoundError: No module named 'a_module_that_nobody_has'" in lines


def test_engines_as_json() -> None:
    entries = {e["name"]: e for e in json.loads(CliRunner().invoke(main, ["engines", "--json"]).stdout)}
    installed = [entries[name]["installed"] for name in ("rapidocr", "scripted", "unavailable", "broken")]
    assert installed == [True, True, False, False]
    assert entries["scripted"]["info"]["licence"] == "MIT"
    assert entries["unavailable"]["missing"] == ["a_module_that_nobody_has"]
    assert "ModuleNotFoundError" in entries["broken"]["error"]


def test_engines_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ocr_plugins.cli import main; main(['engines'], standalone_mode=False);"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"
    assert "rapidocr" in done.stdout
