"""Checkpoints by hub id: found in the cache, fetched from a hub on this machine, refused with the remedy.

The hub is a small server on the loopback interface that speaks as much of the Hugging Face API as its client asks for.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from no_network import NoNetwork

from ocr_plugins.errors import ModelError
from ocr_plugins.runtime.hub import cached
from ocr_plugins.testing import made_page

pytest.importorskip("torch")

COMMIT = "a" * 40
FILES = {
    "config.json": b'{"model_type": "vision-encoder-decoder"}',
    "model.safetensors": b"safe weights",
    "pytorch_model.bin": b"the same weights, as a pickle",
    "preprocessor_config.json": b"{}",
    "tokenizer.json": b"{}",
    "README.md": b"# A card",
    "logs/run.json": b"{}",
    "optimizer.pt": b"states",
}
ADAPTER = {
    "adapter_config.json": b'{"base_model_name_or_path": "team/reader"}',
    "adapter_model.safetensors": b"few weights",
    "README.md": b"# A card",
}
SMALL = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "data" / "trocr-small").glob("*")}
REPOSITORIES = {"team/reader": FILES, "team/adapter": ADAPTER, "team/small": SMALL}


class Hub(BaseHTTPRequestHandler):
    """Serves the repositories."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        path = self.path.partition("?")[0]
        name = next((name for name in REPOSITORIES if f"/{name}/" in f"{path}/"), "")
        files = REPOSITORIES.get(name, {})
        if path.startswith(f"/api/models/{name}/tree/"):
            self.answer(json.dumps([self.entry(file, content) for file, content in files.items()]).encode())
        elif name and path.startswith(f"/api/models/{name}"):
            siblings = [{"rfilename": file} for file in files]
            self.answer(json.dumps({"id": name, "sha": COMMIT, "siblings": siblings}).encode())
        elif path.startswith(f"/{name}/resolve/") and path.split("/", 5)[5] in files:
            self.answer(files[path.split("/", 5)[5]])
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def entry(self, name: str, content: bytes) -> dict[str, object]:
        return {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep stderr for pytest."""


@pytest.fixture
def hub() -> Iterator[tuple[str, list[str]]]:
    """Address of the hub, and what it is asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Hub,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def command(cache: Path, endpoint: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``ocr-plugins`` in a process of its own: the client reads its environment when it is imported."""
    proxies = {name for name in os.environ if name.lower().endswith("_proxy")}
    own = {k: v for k, v in (os.environ | environment).items() if k not in proxies | {"HF_HUB_OFFLINE", "HF_TOKEN"}}
    return subprocess.run(
        [sys.executable, "-m", "ocr_plugins", *arguments],
        env=own | {"HF_HOME": str(cache), "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1", "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )


def fetched(cache: Path, repository: str = "reader") -> set[str]:
    return {path.name for path in cache.glob(f"hub/models--team--{repository}/snapshots/*/*")}


def test_download_fetches_a_checkpoint_once(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    endpoint, asked = hub
    done = command(tmp_path, endpoint, "download", "trocr", "--model", "team/reader")
    assert done.returncode == 0, done.stderr
    assert fetched(tmp_path) == {"config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"}, (
        "one kind of weights is enough"
    )
    assert "model.safetensors" in done.stderr
    asked.clear()
    again = command(tmp_path, endpoint, "download", "trocr", "-O", "model=team/reader")
    assert "Nothing to fetch" in again.stderr
    assert asked == [], "what is here is used without the network"


@pytest.mark.slow
def test_what_was_downloaded_reads_where_there_is_no_network(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    """What docs/air-gapped.md promises."""
    folder, page = tmp_path / "no-network", tmp_path / "page.png"
    folder.mkdir()
    made_page(["They come at noon."], size=(900, 200), font_size=40).save(page)
    assert command(tmp_path, hub[0], "download", "trocr", "--model", "team/small").returncode == 0
    no_network = NoNetwork(folder)
    done = command(
        tmp_path, hub[0], "convert", "--engine", "trocr", "--model", "team/small", str(page), **no_network.environment
    )
    assert done.returncode == 0, done.stderr
    assert "noon" in done.stdout
    assert no_network.asked() == []


def test_of_a_checkpoint_without_safe_weights_the_others_are_fetched(
    tmp_path: Path, hub: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(FILES, "model.safetensors")
    done = command(tmp_path, hub[0], "download", "trocr", "--model", "team/reader")
    assert done.returncode == 0, done.stderr
    assert fetched(tmp_path) == {"config.json", "pytorch_model.bin", "preprocessor_config.json", "tokenizer.json"}


def test_of_an_adapter_the_base_is_fetched_too(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    endpoint, asked = hub
    done = command(tmp_path, endpoint, "download", "trocr", "--model", "team/adapter")
    assert done.returncode == 0, done.stderr
    assert fetched(tmp_path, "adapter") == {"adapter_config.json", "adapter_model.safetensors"}
    assert {"config.json", "model.safetensors"} <= fetched(tmp_path)
    asked.clear()
    assert "Nothing to fetch" in command(tmp_path, endpoint, "download", "trocr", "--model", "team/adapter").stderr
    assert asked == []
    shutil.rmtree(tmp_path / "hub" / "models--team--reader")
    assert "model.safetensors" in command(tmp_path, endpoint, "download", "trocr", "--model", "team/adapter").stderr


def test_an_adapter_whose_base_the_hub_has_not_is_told(
    tmp_path: Path, hub: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ADAPTER, "adapter_config.json", b'{"base_model_name_or_path": "team/writer"}')
    done = command(tmp_path, hub[0], "download", "lightonocr", "--model", "team/adapter")
    assert done.returncode == 2
    for part in ("is for team/writer", "check the name", "base_model_name_or_path"):
        assert part in done.stderr


def test_a_repository_without_weights_is_no_checkpoint(
    tmp_path: Path, hub: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.delitem(FILES, "model.safetensors")
    monkeypatch.delitem(FILES, "pytorch_model.bin")
    done = command(tmp_path, hub[0], "convert", "--engine", "trocr", "--model", "team/reader", str(scan(data)))
    assert done.returncode != 0
    assert "is no checkpoint: it lacks config.json, weights" in done.stderr


def test_a_first_page_fetches_what_it_needs(tmp_path: Path, hub: tuple[str, list[str]], data: Path) -> None:
    """Naming a hub id is asking for it; these weights are none, which is said then."""
    done = command(tmp_path, hub[0], "convert", "--engine", "trocr", "--model", "team/reader", str(scan(data)))
    assert fetched(tmp_path) >= {"config.json", "model.safetensors"}
    assert done.returncode != 0
    assert "TrOCR checkpoint" in done.stdout + done.stderr


def test_offline_the_error_has_the_folder_the_id_and_the_command(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    endpoint, asked = hub
    scanned = str(scan(Path(__file__).parents[1] / "data"))
    done = command(
        tmp_path, endpoint, "convert", "--engine", "trocr", "--model", "team/reader", "-O", "offline=true", scanned
    )
    assert asked == []
    assert done.returncode != 0
    for part in (str(tmp_path / "hub"), "team/reader", "ocr-plugins download trocr"):
        assert part in done.stderr


def test_no_network_is_told_with_the_remedy(tmp_path: Path) -> None:
    done = command(tmp_path, "http://127.0.0.1:9", "download", "trocr", "--model", "team/reader")
    assert done.returncode == 2
    for part in (str(tmp_path / "hub"), "team/reader", "ocr-plugins download trocr", "local folder"):
        assert part in done.stderr


def test_a_checkpoint_that_the_hub_has_not(tmp_path: Path, hub: tuple[str, list[str]]) -> None:
    done = command(tmp_path, hub[0], "download", "trocr", "--model", "team/writer")
    assert done.returncode == 2
    assert "team/writer" in done.stderr
    assert "check the name" in done.stderr


@pytest.mark.parametrize("model", ["not a hub id", "a/b/c/d", "name?"])
def test_what_can_be_no_checkpoint_is_told(model: str) -> None:
    with pytest.raises(ModelError, match="neither a folder nor a hub id"):
        cached(model)


def scan(data: Path) -> Path:
    return data.parents[1] / "examples" / "data" / "scan.pdf"
