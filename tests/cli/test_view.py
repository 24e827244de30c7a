"""``ocr-plugins view``: what it writes, and what it refuses."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import convert, files, pdf, run, scan
from seen_documents import Element, letter, parsed

from ocr_plugins.cli import main


def view(*arguments: str | Path, **options: object) -> Result:
    return CliRunner().invoke(main, ["view", *map(str, arguments)], **options)  # type: ignore[arg-type]


def shown(path: Path) -> Element:
    return parsed(path.read_text(encoding="utf-8"))


def pictures(path: Path) -> list[str]:
    return [img.attributes["alt"] for img in shown(path).all("img")]


def test_a_document_becomes_one_file(tmp_path: Path, out: Path) -> None:
    done = view(pdf(tmp_path / "a.pdf", "Hello", "world"), "-o", out / "new" / "view.html")
    assert done.exit_code == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", f"{out / 'new' / 'view.html'}: 2 pages, text-layer\n")
    assert files(out) == ["new/view.html"]
    assert pictures(out / "new" / "view.html") == ["Page 1 as it looks", "Page 2 as it looks"]
    assert shown(out / "new" / "view.html").by_id("t2-1").all("p")[0].text == "world"


def test_an_engine_reads_and_pages_are_chosen(tmp_path: Path, out: Path) -> None:
    done = view(scan(tmp_path / "a.tif", pages=3), "-o", out / "a.html", "--engine", "scripted", "--pages", "2-3")
    assert done.exit_code == 0, done.stderr
    assert "2 of 3 pages, scripted" in done.stderr
    assert pictures(out / "a.html") == ["Page 2 as it looks", "Page 3 as it looks"]


def test_an_encrypted_document_is_drawn_with_its_password(tmp_path: Path, out: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "Hello", password="secret")
    assert "password" in view(path, "-o", out / "a.html").stderr
    assert view(path, "-o", out / "a.html", "--password", "secret").exit_code == 0
    assert len(pictures(out / "a.html")) == 1


def test_standard_input_is_a_document(tmp_path: Path, out: Path) -> None:
    done = view("-", "-o", out / "a.html", input=pdf(tmp_path / "a.pdf", "Hello").read_bytes())
    assert done.exit_code == 0, done.stderr
    assert len(pictures(out / "a.html")) == 1


def test_a_result_is_shown_without_reading_again(tmp_path: Path, out: Path) -> None:
    source = pdf(tmp_path / "a.pdf", "Hello", "world")
    convert(source, "-o", out, "--format", "json")
    assert view(out / "a.json", "-o", out / "a.html", "--pages", "2").exit_code == 0
    assert pictures(out / "a.html") == ["Page 2 as it looks"]


def test_a_result_whose_document_has_moved_is_told_where_it_is(tmp_path: Path, out: Path) -> None:
    source = pdf(tmp_path / "a.pdf", "Hello")
    convert(source, "-o", out, "--format", "json")
    moved = source.rename(tmp_path / "b.pdf")
    without = view(out / "a.json", "-o", out / "a.html")
    assert (without.exit_code, pictures(out / "a.html")) == (0, [])
    assert "give the file with --source" in without.stderr
    assert view(out / "a.json", "-o", out / "a.html", "--source", moved).exit_code == 0
    assert len(pictures(out / "a.html")) == 1


def test_pages_that_failed_are_in_it_and_told(tmp_path: Path, out: Path) -> None:
    result = tmp_path / "letter.json"
    result.write_text(letter().to_json())
    done = view(result, "-o", out / "a.html")
    assert done.exit_code == 1
    assert "error: letter.pdf, page 2: The page is damaged." in done.stderr
    assert len(shown(out / "a.html").all("section")) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.pdf"], "Missing option '-o'"),
        ([".", "-o", "a.html"], "File '.' is a directory"),
        (["a.pdf", "-o", "view"], "ends in .html"),
        (["a.pdf", "-o", "a.pdf"], "ends in .html"),
        (["a.html", "-o", "a.html"], "would overwrite the input"),
        (["a.pdf", "-o", "a.html", "--source", "a.pdf"], "leave it out"),
        (["a.json", "-o", "a.html", "--engine", "trocr"], "leave --engine out"),
        (["a.json", "-o", "a.html", "-O", "a=b"], "leave -O out"),
        (["a.json", "-o", "a.html", "--no-upright"], "leave --no-upright out"),
        (["a.pdf", "-o", "a.html", "--engine", "nobody"], "nobody"),
    ],
)
def test_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    pdf(tmp_path / "a.pdf", "Hello")
    done = view(*arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert files(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", None, "There is no file"),
        ("a.pdf", b"text", "a.pdf"),
        ("a.json", None, "cannot be read"),
        ("a.json", b"{}", "is no result"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = view(tmp_path / name, "-o", tmp_path / "a.html")
    assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "a.html").exists()


def test_pages_that_a_result_lacks(tmp_path: Path) -> None:
    result = tmp_path / "letter.json"
    result.write_text(letter().to_json())
    done = view(result, "-o", tmp_path / "a.html", "--pages", "7-")
    assert (done.exit_code, "selects none" in done.stderr) == (2, True), done.stderr


def test_a_folder_that_cannot_be_written_is_known_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(dir: Path) -> None:  # noqa: A002
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    done = view(tmp_path / "no such file.pdf", "-o", tmp_path / "a.html")
    assert done.exit_code == 1
    assert done.stderr == f"Error: {tmp_path / 'a.html'} cannot be written: Read-only file system.\n"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    done = view(pdf(tmp_path / "a.pdf", "Hello"), "-o", tmp_path / "out" / "a.html")
    assert (done.exit_code, "cannot be written" in done.stderr) == (1, True), done.stderr


def test_it_is_listed_and_its_file_is_whole(tmp_path: Path) -> None:
    assert "view" in run("--help").stdout
    done = run("view", pdf(tmp_path / "a.pdf", "Hello"), "-o", tmp_path / "a.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.html").read_text(encoding="utf-8").endswith("</html>\n")
