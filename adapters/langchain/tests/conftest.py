"""Files for several test modules, which import what they share from ``langchain_fakes``."""

from __future__ import annotations

import sys
from pathlib import Path

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
def folder(tmp_path: Path) -> Path:
    """A directory with two good scans, one of them in a subdirectory, a damaged one and files of no concern."""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(made_pdf([made_page(["a"])]))
    (folder / "b.pdf").write_bytes(b"this is no PDF")
    made_page(["c"]).save(folder / "sub" / "c.PNG")
    (folder / "notes.txt").write_text("not a scan")
    (folder / "._a.pdf").write_bytes(b"what some systems leave beside a file")
    return folder
