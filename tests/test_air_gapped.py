"""What docs/air-gapped.md promises: the default engine reads without a network, and does not even ask."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import run
from no_network import NoNetwork

from ocr_plugins.testing import made_page, made_pdf

pytestmark = pytest.mark.slow

CITED = """
import json, sys, ocr_plugins
from ocr_plugins.metadata import passage_metadata
document = ocr_plugins.read(sys.argv[1])
chunk = document.chunks()[0]
(picture,) = ocr_plugins.cite(passage_metadata(chunk, document), sys.argv[1])
print(json.dumps([chunk.text, picture.size[0] > 100]))
"""


@pytest.fixture
def no_network(tmp_path: Path) -> NoNetwork:
    folder = tmp_path / "no-network"
    folder.mkdir()
    return NoNetwork(folder)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_pdf([made_page(["The crane was built in 1928."], size=(900, 400))]))
    return path


def test_there_is_no_network(no_network: NoNetwork) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://localhost:9')"
    done = subprocess.run([sys.executable, "-c", code], env=no_network.environment, capture_output=True, check=False)
    assert b"no network: socket.getaddrinfo" in done.stderr
    assert len(no_network.asked()) == 1


def test_download_of_the_default_engine_finds_all_there(no_network: NoNetwork) -> None:
    done = run("download", "rapidocr", env=no_network.environment)
    assert done.returncode == 0, done.stderr
    assert "Nothing to fetch" in done.stderr
    assert no_network.asked() == []


def test_a_scan_is_converted(scan: Path, no_network: NoNetwork) -> None:
    done = run("convert", scan, env=no_network.environment)
    assert done.returncode == 0, done.stderr
    assert "The crane was built in 1928." in done.stdout
    assert no_network.asked() == []


def test_a_passage_is_read_and_cited(scan: Path, no_network: NoNetwork) -> None:
    command = [sys.executable, "-c", CITED, str(scan)]
    done = subprocess.run(command, env=no_network.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["The crane was built in 1928.", True]
    assert no_network.asked() == []
