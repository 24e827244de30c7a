"""SimpleDirectoryReader with the reader as ``file_extractor``: a directory, its file system and its workers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import SimpleDirectoryReader
from llama_index.core.readers.base import BaseReader
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index_fakes import FAKE, Loads, NotInstalled


def test_it_extracts_with_the_reader(scan: Path) -> None:
    reader = OcrPluginsReader(engine=FAKE)
    documents = SimpleDirectoryReader(str(scan.parent), file_extractor={".pdf": reader}).load_data()
    assert [d.metadata["page_label"] for d in documents] == ["1", "2", "3"]
    assert [d.metadata["file_path"] for d in documents] == [str(scan)] * 3
    assert [d.id_ for d in documents] == [d.id_ for d in reader.load_data(scan)]


def test_one_broken_file_leaves_the_others(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scan.parent / "a-broken.pdf").write_bytes(b"this is no PDF")
    documents = SimpleDirectoryReader(
        str(scan.parent), file_extractor={".pdf": OcrPluginsReader(engine=FAKE)}
    ).load_data()
    assert [d.metadata["file_name"] for d in documents] == ["scan.pdf"] * 3
    assert "a-broken.pdf" in capsys.readouterr().out


def test_its_event_loop_extracts_too(scan: Path) -> None:
    directory = SimpleDirectoryReader(str(scan.parent), file_extractor={".pdf": OcrPluginsReader(engine=FAKE)})
    assert asyncio.run(directory.aload_data()) == directory.load_data()


def test_it_passes_its_file_system_on(scan: Path, memory: Any) -> None:
    memory.pipe_file("/far/away.pdf", scan.read_bytes())
    extractor: dict[str, BaseReader] = {".pdf": OcrPluginsReader(engine=FAKE)}
    documents = SimpleDirectoryReader("/far", file_extractor=extractor, fs=memory, raise_on_error=True).load_data()
    assert [(d.metadata["file_name"], d.metadata["page"]) for d in documents] == [("away.pdf", n) for n in (1, 2, 3)]


@pytest.mark.filterwarnings("ignore:Specified num_workers exceed number of CPUs")
def test_its_workers_load_the_models_once_each_and_not_for_every_file(scan: Path, tmp_path: Path) -> None:
    for name in ("b.pdf", "c.pdf", "d.pdf"):
        (scan.parent / name).write_bytes(scan.read_bytes())
    loads = tmp_path / "loads"
    loads.mkdir()
    directory = SimpleDirectoryReader(
        input_files=[str(path) for path in sorted(scan.parent.glob("*.pdf"))],
        file_extractor={".pdf": OcrPluginsReader(engine=Loads(texts=(str(loads),)), pages=1)},
        raise_on_error=True,
    )
    documents = directory.load_data(num_workers=2)
    assert [d.metadata["file_name"] for d in documents] == ["b.pdf", "c.pdf", "d.pdf", "scan.pdf"]
    processes = [path.name.partition("-")[0] for path in loads.iterdir()]
    assert 1 <= len(processes) == len(set(processes)) <= 2
    assert [d.text for d in documents] == [d.text for d in directory.load_data()]


def test_a_missing_package_stops_it(scan: Path) -> None:
    directory = SimpleDirectoryReader(
        str(scan.parent), file_extractor={".pdf": OcrPluginsReader(engine=NotInstalled())}
    )
    with pytest.raises(ImportError, match="pip install"):
        directory.load_data()
