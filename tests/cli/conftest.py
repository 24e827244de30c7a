"""The plugins of these tests, and where results go."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr_plugins.plugins import registry


@pytest.fixture(autouse=True)
def plugins(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The engines of ``cli_plugin`` and a broken plugin, as if pip had installed them, here and in subprocesses."""
    folder = tmp_path_factory.mktemp("site-packages")
    for name, module in (("scripted", "cli_plugin"), ("broken", "a_module_that_nobody_has")):
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ocr_plugins]\n{name} = {module}\n")
    paths = [str(folder), str(Path(__file__).parents[1])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    for path in paths:
        monkeypatch.syspath_prepend(path)
    registry.cache_clear()
    yield
    registry.cache_clear()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"
