"""Files for several test modules, which import what they share from ``llama_index_fakes``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from ocr_plugins.testing import made_page, made_pdf

sys.path.insert(0, str(Path(__file__).parent))


def pytest_configure(config: pytest.Config) -> None:
    """What the repository's own configuration has too, for whoever tests the source distribution."""
    config.addinivalue_line("markers", "slow: takes seconds")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned PDF of three pages."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_pdf([made_page([f"page {n}"]) for n in (1, 2, 3)]))
    return path


@pytest.fixture
def memory() -> Iterator[Any]:
    """A file system that is not the disk; its contents are shared by the whole process."""
    fs = fsspec.filesystem("memory")
    yield fs
    for path in fs.ls("/", detail=False):
        fs.rm(path, recursive=True)
