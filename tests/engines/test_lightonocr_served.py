"""LightOnOCR on a real server with a real model: ``transformers serve`` with the small checkpoint."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import random
import signal
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jiwer
import pytest
from attempts import once
from lightonocr_servers import Call, Server
from PIL import Image

from ocr_plugins.document import Page
from ocr_plugins.engines.lightonocr import LightOnOcrServerEngine
from ocr_plugins.engines.lightonocr.attempts import Attempt
from ocr_plugins.engines.lightonocr.serving import OwnServer
from ocr_plugins.errors import OcrError
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.pipeline.pipeline import Pipeline, Progress

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Known = list[tuple[Image.Image, str]]

CHECKPOINT = Path(__file__).parents[1] / "data" / "lightonocr-tiny"
OPTIONS: dict[str, Any] = {"model": str(CHECKPOINT), "temperature": 0.0, "timeout": 200.0}
EXAMPLE = Path(__file__).parents[2] / "examples" / "train_lightonocr.py"


class RealServer:
    """``transformers serve``, started and stopped by an engine, on the loopback interface, without the network."""

    def __init__(self) -> None:
        self.engine = LightOnOcrServerEngine(serve="transformers", serve_args=["--device", "cpu"], **OPTIONS)

    @property
    def address(self) -> str:
        address = self._own.address()
        assert isinstance(address, str), address
        return address.removesuffix("/v1")

    @property
    def _own(self) -> OwnServer:
        assert self.engine._backend._own is not None
        return self.engine._backend._own

    def kill(self) -> None:
        """From outside, as the system does it where memory is short."""
        process = self._own._process
        assert process is not None
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.ended(60)

    def answer(self, call: Call) -> None:
        """Pass a request on, as a gateway does."""
        request = urllib.request.Request(f"{self.address}{call.path}", json.dumps(call.body).encode())
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=200) as response:
            call.begin()
            for line in response:
                call.send(line)


def reader(address: str, **options: Any) -> LightOnOcrServerEngine:
    return LightOnOcrServerEngine(base_url=address, **OPTIONS | options)


def read(engine: LightOnOcrServerEngine, known: Known) -> list[Attempt | OcrError]:
    return once(engine._backend.read, [image for image, _ in known])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    if not CHECKPOINT.is_dir():
        pytest.skip(f"the checkpoint {CHECKPOINT.name} is not in this checkout")
    pytest.importorskip("fastapi", reason="transformers serve needs fastapi and uvicorn")
    pytest.importorskip("uvicorn", reason="transformers serve needs fastapi and uvicorn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        made = RealServer()
        yield made
        made.engine.close()


@pytest.fixture(scope="module")
def known() -> Known:
    """Pages of the kind that the checkpoint has learned, with their Markdown."""
    spec = importlib.util.spec_from_file_location("train_lightonocr", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return [example.make_page(random.Random(f"page {i}")) for i in range(6)]


@pytest.fixture(scope="module")
def document(known: Known) -> bytes:
    file = io.BytesIO()
    first, *others = (image for image, _ in known)
    first.save(file, "TIFF", save_all=True, append_images=others)
    return file.getvalue()


def texts_are_right(texts: Sequence[str], truth: Sequence[str]) -> bool:
    """Each is nearer to its page's than to any other page's, and nearly all characters are right."""
    own = [jiwer.cer(true, text) for true, text in zip(truth, texts, strict=True)]
    others = [min(jiwer.cer(t, text) for t in truth if t != true) for true, text in zip(truth, texts, strict=True)]
    return all(a < b for a, b in zip(own, others, strict=True)) and sum(own) / len(own) <= 0.1


def read_well(results: Sequence[Attempt | OcrError], known: Known) -> bool:
    texts = [result.text for result in results if isinstance(result, Attempt)]
    return texts_are_right(texts, [text for _, text in known])


def test_pages_are_read(real: RealServer, known: Known) -> None:
    results = read(real.engine, known)
    assert all(isinstance(result, Attempt) and result.finished for result in results)
    assert read_well(results, known)


def test_an_answer_ends_at_the_token_limit(real: RealServer, known: Known) -> None:
    (cut,) = read(reader(real.address, max_new_tokens=3), known[:1])
    assert isinstance(cut, Attempt)
    assert not cut.finished
    assert 0 < len(cut.text) < len(known[0][1]) / 2


def test_a_server_killed_half_way_costs_the_rest_which_another_one_reads(
    real: RealServer, document: bytes, known: Known
) -> None:
    def kill(progress: Progress) -> None:
        if progress.page == 2:
            real.kill()

    with Pipeline(real.engine, upright=False, batch_size=2) as reading:
        first = reading.read(document, progress=kill)
    assert [page.number for page in first.pages] == [1, 2, 3, 4, 5, 6]
    assert list(first.errors) == [3, 4, 5, 6]
    died = "The server that was started (transformers) has ended (exit code 137)"
    assert all(error.startswith(died) for error in first.errors.values())
    assert [page.text for page in first.pages[2:]] == [""] * 4
    with Pipeline(real.engine, upright=False, batch_size=2) as reading:
        second = reading.read(document, pages="3-6")
    assert second.errors == {}
    expected = [Page(1, blocks=parse_markdown(text)).text for _, text in known]
    assert texts_are_right([page.text for page in (*first.pages[:2], *second.pages)], expected)


def test_a_wrong_key_is_refused_and_the_right_one_reads(
    server: Server, real: RealServer, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``transformers serve`` takes every key, so a gateway before it asks for one."""

    def gateway(call: Call) -> None:
        right = call.headers["authorization"] == "Bearer right"
        real.answer(call) if right else call.refuse(401, "Incorrect API key provided")

    server.chat = gateway
    used = reader(server.address, served_model_name=str(CHECKPOINT), api_key_env="OCR_KEY")
    monkeypatch.setenv("OCR_KEY", "wrong")
    assert all("does not accept the key in $OCR_KEY" in str(result) for result in read(used, known[:3]))
    monkeypatch.setenv("OCR_KEY", "right")
    assert read_well(read(used, known[:3]), known[:3])


def test_overload_is_waited_out(
    server: Server, real: RealServer, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def gateway(call: Call) -> None:
        if server.under_way > 2:
            refused.append(call)
            call.refuse(429, "Too many requests", retry_after="0.3")
        else:
            real.answer(call)

    server.chat = gateway
    monkeypatch.setattr("ocr_plugins.engines.lightonocr.server.RETRIES", 1000)
    used = reader(server.address, served_model_name=str(CHECKPOINT), concurrency=6)
    assert read_well(read(used, known), known)
    assert refused
    assert server.most_under_way <= 6
