"""Test the packages as they are published: python scripts/packages.py DIST [--linked] [PYTEST_ARGUMENT ...].

DIST has the wheels and source distributions that ``make build`` makes. The wheels are installed into a new environment,
and the tests of the source distributions are run there, without the modules that lie beside them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from pathlib import Path

# Distribution, its package, and the tests that read the repository instead.
PACKAGES = {
    "ocr_plugins": ("ocr_plugins", ["tests/test_structure.py", "tests/test_wheel.py"]),
    "langchain_ocr_plugins": ("langchain_ocr_plugins", []),
    "llama_index_readers_ocr_plugins": ("llama_index", []),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dist", type=Path)
    parser.add_argument("--linked", action="store_true", help="take what they require from this environment")
    parser.add_argument("--only", action="append", choices=PACKAGES, help="test this one; may be repeated")
    given, pytest = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        python = installed(given.dist.resolve(), folder / "venv", linked=given.linked)
        return max(tested(name, given.dist, folder, python, pytest) for name in given.only or PACKAGES)


def installed(dist: Path, folder: Path, *, linked: bool) -> Path:
    """The Python of a new environment that has the wheels, and nothing of the repository."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wheels = [next(dist.glob(f"{name}-*.whl")) for name in PACKAGES]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python), "install"]
    if linked:
        subprocess.run([*pip, "--no-deps", "--no-index", *map(str, wheels)], check=True)
        own = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
        # What is on the path like this comes last, and its own .pth files, editable installs among them, are not read.
        (Path(own) / "linked.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    else:
        names = [name.replace("_", "-") for name in PACKAGES]
        required = [f"{name}[test] @ {wheel.as_uri()}" for name, wheel in zip(names, wheels, strict=True)]
        subprocess.run([*pip, *required], check=True)
    return python


def tested(name: str, dist: Path, folder: Path, python: Path, arguments: list[str]) -> int:
    """Run the tests of a source distribution against the installed wheel; pytest's exit code."""
    (sdist,) = dist.glob(f"{name}-*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    root = folder / sdist.name.removesuffix(".tar.gz")
    package, left_out = PACKAGES[name]
    (root / package).rename(root / f"{package}.not-here")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    where = subprocess.run(
        [python, "-c", "import ocr_plugins; print(ocr_plugins.__file__)"],
        cwd=root,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    if not Path(where).is_relative_to(python.parents[1]):
        raise SystemExit(f"{where} is not the wheel")
    ignored = [f"--ignore={path}" for path in left_out]
    tests = arguments if any(not argument.startswith("-") for argument in arguments) else ["tests", *arguments]
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *ignored, *tests]
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
