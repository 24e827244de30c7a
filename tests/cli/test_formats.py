"""Several formats at once, each in its own file beside the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import convert, files, pdf, scan

from ocr_plugins import OcrDocument, cite
from ocr_plugins.metadata import passage_ids, passage_metadata

ALL = ("md", "json", "text", "html", "chunks")
SCRIPTED = ("--engine", "scripted")


def formats(*names: str) -> list[str]:
    return [argument for name in names for argument in ("--format", name)]


def test_each_format_has_its_own_file(tmp_path: Path, out: Path) -> None:
    done = convert(pdf(tmp_path / "a.pdf", "words"), "-o", out, *formats(*ALL, "md"))
    assert done.exit_code == 0
    assert files(out) == ["a.html", "a.json", "a.jsonl", "a.md", "a.txt"]
    assert "1 file converted, 1 page" in done.stderr


def test_a_format_that_is_there_is_kept_and_the_others_are_added(tmp_path: Path, out: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "new")
    out.mkdir()
    (out / "a.md").write_text("old")
    done = convert(path, "-o", out, *formats("md", "text"))
    assert ((out / "a.md").read_text(), (out / "a.txt").read_text()) == ("old", "new\n")
    assert f"{out / 'a.md'} exists: {path} is read for text alone" in done.stderr
    assert "0 files converted, 1 skipped" in convert(path, "-o", out, *formats("md", "text")).stderr


def test_each_format_of_a_document_that_lacks_pages_is_marked(tmp_path: Path, out: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=3)
    convert(path, "-o", out, *SCRIPTED, "-O", "fail_on=2", *formats("md", "json"))
    assert files(out) == [".a.json.incomplete", ".a.md.incomplete", "a.json", "a.md"]
    convert(path, "-o", out, *SCRIPTED, *formats("md", "json"))
    assert files(out) == ["a.json", "a.md"]


@pytest.mark.parametrize("arguments", [(), ("--stdout",), ("-o", "all.md")])
def test_several_formats_need_a_folder(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = convert(pdf(tmp_path / "a.pdf", "a"), *formats("md", "json"), *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "-o" in done.stderr


def test_chunks_are_lines_of_json_with_all_that_a_store_needs(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "the first page", "the second page")
    document = OcrDocument.from_json(convert(path, *formats("json")).stdout)
    lines = convert(path, *formats("chunks")).stdout.splitlines()
    chunks = document.chunks()
    ids = passage_ids(chunks, str(path))
    assert [json.loads(line) for line in lines] == [
        {
            "id": id_,
            "text": chunk.text,
            "markdown": chunk.markdown,
            "metadata": {"source": str(path)} | passage_metadata(chunk, document),
        }
        for chunk, id_ in zip(chunks, ids, strict=True)
    ]
    assert cite(json.loads(lines[0])["metadata"], path)


def test_chunks_are_as_long_as_told(tmp_path: Path) -> None:
    arguments = (scan(tmp_path / "a.png"), *SCRIPTED, "-O", f"text={'A sentence of words. ' * 4}")
    assert len(convert(*arguments, *formats("chunks")).stdout.splitlines()) == 1
    short = [
        json.loads(line) for line in convert(*arguments, *formats("chunks"), "--max-tokens", "40").stdout.splitlines()
    ]
    assert len(short) > 1
    assert all(len(chunk["text"]) <= 40 for chunk in short)
    refused = convert(*arguments, "--max-tokens", "40")
    assert (refused.exit_code, "--max-tokens is for chunks" in refused.stderr) == (2, True)


def test_html_shows_the_pages_of_stdin_and_of_encrypted_files_too(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "secret", password="sesame")
    page = convert(path, *formats("html"), "--password", "sesame").stdout
    assert page.startswith("<!doctype html>")
    assert 'src="data:image/' in page
    assert page == convert("-", *formats("html"), "--password", "sesame", stdin=path.read_bytes()).stdout.replace(
        "&lt;stdin&gt;", "a.pdf"
    )


def test_options_of_markdown_may_stand_beside_other_formats(tmp_path: Path, out: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    assert convert(path, "-o", out, *SCRIPTED, *formats("md", "text"), "--page-breaks").exit_code == 0
    assert "<!-- page 2 -->" in (out / "a.md").read_text()
    assert "<!--" not in (out / "a.txt").read_text()
