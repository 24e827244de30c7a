"""Where results go, and what is never overwritten or half written."""

from __future__ import annotations

import errno
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from commands import convert, files, pdf, scan

from ocr_plugins import OcrDocument
from ocr_plugins.cli import main


@pytest.mark.parametrize(("format_", "suffix"), [("md", ".md"), ("json", ".json"), ("text", ".txt")])
def test_output_is_named_after_input_and_format(tmp_path: Path, out: Path, format_: str, suffix: str) -> None:
    printed = convert(pdf(tmp_path / "v1.2.pdf", "a"), "--format", format_, "-o", out, "--stdout").stdout
    assert files(out) == [f"v1.2{suffix}"]
    assert (out / f"v1.2{suffix}").read_text() == printed


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


def test_inputs_that_differ_in_suffix_alone_keep_it(tmp_path: Path, out: Path) -> None:
    convert(pdf(tmp_path / "a.pdf", "a"), scan(tmp_path / "A.png"), "-o", out, "--engine", "scripted")
    assert files(out) == ["A.png.md", "a.pdf.md"]


def test_several_files_need_a_folder_or_a_word(tmp_path: Path) -> None:
    paths = pdf(tmp_path / "a.pdf", "a"), pdf(tmp_path / "b.pdf", "b")
    for arguments in (paths, (tmp_path,)):
        refused = convert(*arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "-o DIR" in refused.stderr
    assert convert(*paths, "--stdout").stdout == "a\n\nb\n"
    lines = convert(*paths, "--stdout", "--format", "json").stdout.splitlines()
    assert [OcrDocument.from_json(line).text for line in lines] == ["a", "b"]


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


def test_a_file_that_cannot_be_written_does_not_stop_the_others(tmp_path: Path, out: Path) -> None:
    pdf(tmp_path / "scans/a/a.pdf", "a")
    pdf(tmp_path / "scans/b.pdf", "b")
    out.mkdir()
    (out / "a").write_text("in the way of a folder")
    done = convert(tmp_path / "scans", "-o", out)
    assert done.exit_code == 1
    assert files(out) == ["a", "b.md"]
    assert f"error: {out / 'a/a.md'} cannot be written: File exists." in done.stderr


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


@pytest.mark.parametrize(("name", "format_"), [("a.md", "md"), ("b.JSON", "json"), ("c.txt", "text")])
def test_a_single_input_may_have_the_name_of_its_output(tmp_path: Path, name: str, format_: str) -> None:
    path, target = pdf(tmp_path / "a.pdf", "words"), tmp_path / "new" / name
    assert convert(path, "-o", target).exit_code == 0
    assert target.read_text() == convert(path, "--format", format_).stdout
    assert files(tmp_path / "new") == [name]


def test_a_folder_that_exists_may_be_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes.md").mkdir()
    convert(pdf(tmp_path / "a.pdf", "words"), "-o", tmp_path / "notes.md")
    assert files(tmp_path / "notes.md") == ["a.md"]


def test_several_inputs_do_not_go_into_one_file(tmp_path: Path) -> None:
    paths = pdf(tmp_path / "in/a.pdf", "a"), pdf(tmp_path / "in/b.pdf", "b")
    for arguments in (paths, (tmp_path / "in",)):
        done = convert(*arguments, "-o", tmp_path / "all.md")
        assert done.exit_code == 2
        assert "all.md names one file" in done.stderr
    assert not (tmp_path / "all.md").exists()


def test_a_name_of_another_format_is_wrong_usage(tmp_path: Path) -> None:
    done = convert(pdf(tmp_path / "a.pdf", "a"), "-o", tmp_path / "a.json", "--format", "md")
    assert done.exit_code == 2
    assert "a.json is a name for json, and --format is md" in done.stderr


def test_a_dash_is_stdin(tmp_path: Path, out: Path) -> None:
    data = pdf(tmp_path / "a.pdf", "words").read_bytes()
    run = functools.partial(CliRunner().invoke, main, input=data)
    assert run(["convert", "-"]).stdout == "words\n"
    assert OcrDocument.from_json(run(["convert", "-", "--format", "json"]).stdout).source == "<stdin>"
    assert run(["convert", "-", "-o", str(out)]).exit_code == 0
    assert run(["convert", "-", "-o", str(out / "named.md")]).exit_code == 0
    assert files(out) == ["named.md", "stdin.md"]


def test_an_empty_stdin_is_an_error() -> None:
    done = CliRunner().invoke(main, ["convert", "-"], input=b"")
    assert done.exit_code == 1
    assert "error: <stdin> is empty" in done.stderr
