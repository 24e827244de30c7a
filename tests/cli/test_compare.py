"""Engines side by side, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import pdf, scan

from ocr_plugins.cli import main

TWO = ("--engines", "scripted,other")


def compare(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)], input=stdin)


def test_engines_are_compared_with_the_first(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=2)
    done = compare(path, *TWO, "-O", "scripted.text=the quick fox on", "-O", "other.text=the quack fox on")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["engine", "pages", "words", "agreement", "%", "confidence", "s/page", "warnings"]
    assert [line.split()[:4] for line in lines[1:3]] == [["scripted", "2", "10", "0.500"], ["other", "2", "10", "80.0"]]
    assert lines[1].endswith("2 low-confidence")
    assert lines[3:] == [
        "",
        "page 1, scripted → other",
        "  the [-quick-]{+quack+} fox on 1",
        "",
        "page 2, scripted → other",
        "  the [-quick-]{+quack+} fox on 2",
    ]


def test_the_pages_that_agree_least_are_shown(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.tif", pages=3)
    arguments = (path, *TWO, "-O", "other.fail_on=2", "-O", "other.text=word")
    done = compare(*arguments, "--worst", "1")
    assert done.exit_code == 1
    assert done.stdout.count("→") == 1
    assert done.stdout.endswith("page 2, scripted → other\n  [-words 2-]\n")
    assert done.stderr == "error: other: page 2: RuntimeError: the ink is gone\n"
    assert "→" not in compare(*arguments, "--worst", "0").stdout


def test_all_of_it_is_in_the_file(tmp_path: Path) -> None:
    path, page = pdf(tmp_path / "a.pdf", "one", "two", password="sesame"), tmp_path / "new" / "compare.html"
    arguments = (*TWO, "--password", "sesame", "-o", page, "--pages", "2")
    assert compare(path, *arguments).exit_code == 0
    assert 'src="data:image/webp' in page.read_text()
    assert compare("-", *arguments, stdin=path.read_bytes()).exit_code == 0
    assert page.read_text().count("<section") == 1


def test_text_of_a_pdf_is_read_by_the_engines_unless_told(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", "its own text")
    assert "own text" not in compare(path, *TWO, "-O", "other.text=b").stdout
    assert compare(path, *TWO, "--text", "auto").stdout.splitlines()[2].split()[3] == "100.0"


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["--engines", "scripted"], "two engines or more", 2),
        (["--engines", "scripted,"], "two engines or more", 2),
        (["--engines", "scripted,nosuch"], "There is no engine 'nosuch'", 2),
        ([*TWO, "-O", "trocr.model=x"], "'trocr' is not among the engines", 2),
        ([*TWO, "--pages", "0"], "'1-3,7'", 2),
        ([*TWO, "-O", "scripted.nosuch=1"], "nosuch: ", 2),
        ([*TWO, "-o", "a.png"], "would overwrite the input", 2),
        ([*TWO, "--pages", "9"], "selects none", 2),
        (["--engines", "lost,scripted"], "model.onnx is missing", 2),
        ([*TWO, "-O", "other.interrupt_at=a.png"], "interrupted", 130),
    ],
)
def test_wrong_usage_and_bad_ends_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    done = compare(scan(Path("a.png")), *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr


def test_a_file_that_cannot_be_written_leaves_the_numbers(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    done = compare(scan(tmp_path / "a.png"), *TWO, "-o", tmp_path / "in the way" / "compare.html")
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr
    assert done.stdout.startswith("engine")
