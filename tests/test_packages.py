"""The three packages as they are published: built, installed without the repository, and tested there."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECTS = {
    "ocr_plugins": ROOT,
    "langchain_ocr_plugins": ROOT / "adapters" / "langchain",
    "llama_index_readers_ocr_plugins": ROOT / "adapters" / "llama_index",
}
# A few tests of each, which show that the wheel is whole; scripts/packages.py runs all before a release.
CHOSEN = {
    "ocr_plugins": ["tests/test_package.py", "tests/test_document.py", "tests/test_air_gapped.py"],
    "langchain_ocr_plugins": ["tests/test_langchain_blobs.py"],
    "llama_index_readers_ocr_plugins": ["tests/test_llama_index_pages.py"],
}
FRAMEWORKS = {"langchain_ocr_plugins": "langchain_core", "llama_index_readers_ocr_plugins": "llama_index.core"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (ROOT / "adapters").is_dir(), reason="this is not the repository"),
]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    for project in PROJECTS.values():
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(project)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("name", PROJECTS)
def test_the_wheel_works_without_the_repository(name: str, dist: Path) -> None:
    if name in FRAMEWORKS and importlib.util.find_spec(FRAMEWORKS[name].split(".")[0]) is None:
        pytest.skip(f"needs {FRAMEWORKS[name]}")
    script = [sys.executable, str(ROOT / "scripts" / "packages.py"), str(dist), "--linked", "--only", name]
    done = subprocess.run([*script, *CHOSEN[name]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PROJECTS)
def test_the_source_distribution_holds_tests_readme_and_licence(name: str, dist: Path) -> None:
    (sdist,) = dist.glob(f"{name}-*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {path.partition("/")[2] for path in archive.getnames()}
    tests = {f"tests/{path.name}" for path in (PROJECTS[name] / "tests").glob("*.py")}
    assert tests
    assert tests | {"LICENSE", "README.md", "pyproject.toml"} <= held


@pytest.mark.parametrize("name", PROJECTS)
def test_the_wheel_carries_its_licence_and_the_type_marker(name: str, dist: Path) -> None:
    (wheel,) = dist.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
    assert [path for path in held if path.endswith(".dist-info/licenses/LICENSE")]
    assert [path for path in held if path.endswith("/py.typed")]


def test_the_packages_have_one_version_and_the_changelog_has_it() -> None:
    read = [tomllib.loads((p / "pyproject.toml").read_text(encoding="utf-8"))["project"] for p in PROJECTS.values()]
    (version,) = {project["version"] for project in read}
    headings = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert "## [Unreleased]" in headings
    assert [line for line in headings if line.startswith(f"## [{version}] - ")]
