"""Ids: the same for the same page of the same file, and no other, wherever the file lies."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.dirfs import DirFileSystem
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore
from llama_index.readers.ocr_plugins import OcrPluginsReader
from llama_index.readers.ocr_plugins.location import location
from llama_index_fakes import FAKE, Fake


def load(path: str | Path, fs: Any = None, **options: Any) -> list[Document]:
    return OcrPluginsReader(**{"engine": FAKE, **options}).load_data(path, fs=fs)


def ids(path: str | Path, fs: Any = None, **options: Any) -> list[str]:
    return [document.id_ for document in load(path, fs, **options)]


def archive(path: Path, *scans: Path) -> Path:
    """A zip archive in which the scans lie under one name."""
    with zipfile.ZipFile(path, "w") as file:
        for scan in scans:
            file.write(scan, "in/x.pdf")
    return path


def test_ids_depend_on_place_and_page_alone(scan: Path, memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe_file(str(scan), scan.read_bytes())
    monkeypatch.chdir(scan.parent)
    here = ids(scan)
    assert len(set(here)) == 3
    assert here == ids(scan, engine=Fake(texts=("other",))) == ids(scan, fsspec.filesystem("file")) == ids("scan.pdf")
    assert ids(scan, pages="2") == here[1:2]
    assert not set(here) & {*ids(scan, memory), *ids(scan, mode="document")}


def test_ids_are_the_same_in_another_process(scan: Path, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", scan)
    code = (
        "import fsspec, sys\n"
        "from llama_index.readers.ocr_plugins.location import location\n"
        "local, zipped = sys.argv[1:]\n"
        "print(location(local, None, None), location('in/x.pdf', fsspec.filesystem('zip', fo=zipped), None))"
    )
    there = subprocess.run(
        [sys.executable, "-c", code, str(scan), str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout.strip()
    zipped = fsspec.filesystem("zip", fo=str(path))
    assert there == f"{location(str(scan), None, None)} {location('in/x.pdf', zipped, None)}"


def test_two_archives_with_files_of_one_name_do_not_overwrite_one_another(tmp_path: Path, scan: Path) -> None:
    archives = [fsspec.filesystem("zip", fo=str(archive(tmp_path / name, scan))) for name in ("a.zip", "b.zip")]
    store = SimpleDocumentStore()
    for fs in archives:
        store.add_documents(load("in/x.pdf", fs))
    assert len(store.docs) == 6
    assert ids("in/x.pdf", archives[0]) == ids("in/x.pdf", archives[0])


def test_an_archive_is_the_same_by_whichever_path_it_was_opened(
    tmp_path: Path, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "a.zip", scan)
    absolute = ids("in/x.pdf", fsspec.filesystem("zip", fo=str(path)))
    monkeypatch.chdir(tmp_path)
    assert ids("in/x.pdf", fsspec.implementations.zip.ZipFileSystem("a.zip")) == absolute
    other = tmp_path / "other"
    other.mkdir()
    archive(other / "a.zip", scan)
    monkeypatch.chdir(other)
    fsspec.implementations.zip.ZipFileSystem.clear_instance_cache()
    assert not set(ids("in/x.pdf", fsspec.filesystem("zip", fo="a.zip"))) & set(absolute)


def test_archives_that_are_open_files_are_told_apart_by_what_is_in_them(tmp_path: Path, scan: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(scan.read_bytes() + b"\n")
    data = [archive(tmp_path / f"{s.stem}.zip", s).read_bytes() for s in (scan, other)]
    first, again, second = (ids("in/x.pdf", fsspec.filesystem("zip", fo=io.BytesIO(data[i]))) for i in (0, 0, 1))
    assert first == again
    assert not set(first) & set(second)


def test_directories_of_a_file_system_are_told_apart(memory: Any, scan: Path) -> None:
    for prefix in ("/p1", "/p2"):
        memory.pipe_file(f"{prefix}/x.pdf", scan.read_bytes())
    first, second = (ids("x.pdf", DirFileSystem(prefix, memory)) for prefix in ("/p1", "/p2"))
    assert not set(first) & set(second)
    assert first == ids("/p1/x.pdf", memory)
    assert second == ids("/p2/x.pdf", memory)


def test_a_local_file_has_its_ids_also_in_a_directory_file_system(scan: Path) -> None:
    assert ids("scan.pdf", DirFileSystem(str(scan.parent))) == ids(scan)


def test_credentials_are_in_no_id_and_the_content_is_instead() -> None:
    class Bucket(fsspec.AbstractFileSystem):  # type: ignore[misc]
        protocol = "bucket"

        def __init__(self, region: str, **options: str) -> None:
            super().__init__(region=region, **options)

    place = location("b/x.pdf", Bucket("north", secret="sesame"), b"content")
    assert "sesame" not in place
    assert place == location("b/x.pdf", Bucket("north", secret="changed"), b"content")
    assert place != location("b/x.pdf", Bucket("north", secret="sesame"), b"other content")
    assert location("b/x.pdf", Bucket("north"), None) != location("b/x.pdf", Bucket("south"), None)


def test_loading_again_updates_and_leaves_no_duplicates(scan: Path) -> None:
    ingestion = IngestionPipeline(
        transformations=[SentenceSplitter(), MockEmbedding(embed_dim=8)],
        docstore=SimpleDocumentStore(),
        vector_store=SimpleVectorStore(),
    )
    assert len(ingestion.run(documents=load(scan))) == 3
    assert ingestion.run(documents=load(scan)) == []
    changed = ingestion.run(documents=load(scan, engine=Fake(texts=("changed",)), pages=2))
    assert [node.get_content() for node in changed] == ["changed"]
    assert ingestion.docstore is not None
    assert len(ingestion.docstore.docs) == 3
