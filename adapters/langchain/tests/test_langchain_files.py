"""Which files of a path are loaded, and in which order."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from langchain_fakes import FAKE, names
from langchain_ocr_plugins import OcrPluginsLoader

from ocr_plugins.errors import OptionError, SourceNotFoundError, UnsupportedSourceError


def test_a_directory_is_read_with_its_subdirectories(folder: Path) -> None:
    assert names(OcrPluginsLoader(folder, engine=FAKE).load()) == ["a.pdf", "b.pdf", "c.PNG"]
    assert names(OcrPluginsLoader(folder, engine=FAKE, glob="*").load()) == ["a.pdf", "b.pdf"]


def test_a_directory_is_read_in_the_order_of_names(folder: Path) -> None:
    for name in ("h.pdf", "d.pdf", "g.pdf", "e.pdf", "c.pdf", "f.pdf"):
        (folder / name).write_bytes((folder / "a.pdf").read_bytes())
    documents = OcrPluginsLoader(folder, engine=FAKE, glob="*.pdf").load()
    assert names(documents) == [f"{letter}.pdf" for letter in "abcdefgh"]


@pytest.mark.parametrize("glob", ["**/*.png", "**/*.PNG", "SUB/[a-d].Png", "sub/?.p[mn]g"])
def test_a_pattern_takes_upper_and_lower_case_as_types_do(folder: Path, glob: str) -> None:
    assert names(OcrPluginsLoader(folder, engine=FAKE, glob=glob).load()) == ["c.PNG"]


def test_a_list_is_read_in_the_order_given(folder: Path) -> None:
    documents = OcrPluginsLoader([str(folder / "sub"), folder / "a.pdf"], engine=FAKE).load()
    assert names(documents) == ["c.PNG", "a.pdf"]


def test_a_file_in_two_of_the_paths_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    documents = OcrPluginsLoader(["sub", folder / "a.pdf", folder], engine=FAKE).load()
    assert names(documents) == ["c.PNG", "a.pdf", "b.pdf"]


@pytest.mark.parametrize("glob", ["**/*", "*.txt", "*.jpg"])
def test_a_directory_of_which_no_file_is_taken_warns(tmp_path: Path, caplog: Any, glob: str) -> None:
    (tmp_path / "notes.txt").write_text("not a scan")
    (tmp_path / ".hidden.jpg").write_bytes(b"")
    with caplog.at_level(logging.WARNING, "langchain_ocr_plugins"):
        assert OcrPluginsLoader(tmp_path, engine=FAKE, glob=glob).load() == []
    (message,) = caplog.messages
    assert message.startswith(str(tmp_path))
    assert repr(glob) in message
    assert ".pdf" in message


def test_what_is_taken_does_not_warn(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    OcrPluginsLoader(folder, engine=FAKE, glob="A.pdf").load()
    assert not caplog.records


@pytest.mark.parametrize("glob", ["", "/scans/*.pdf"])
def test_a_pattern_that_is_not_relative_is_refused(folder: Path, glob: str) -> None:
    with pytest.raises(OptionError, match="glob"):
        OcrPluginsLoader(folder, glob=glob)


def test_an_address_is_refused_with_the_reason() -> None:
    with pytest.raises(UnsupportedSourceError, match=r"^https://example\.org/a\.pdf is an address: nothing is fetched"):
        OcrPluginsLoader("https://example.org/a.pdf", engine=FAKE).load()


def test_a_path_without_a_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"none\.pdf"):
        OcrPluginsLoader(tmp_path / "none.pdf", engine=FAKE).load()
