"""Fixtures for the tests of engines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from lightonocr_servers import Server

from ocr_plugins.plugins import registry


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this machine that answers as it is told."""
    made = Server()
    yield made
    made.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that openai waits before it asks again, none of which pass."""
    seconds: list[float] = []
    monkeypatch.setattr("openai._base_client.time", SimpleNamespace(sleep=seconds.append, time=time.time))
    monkeypatch.setattr("ocr_plugins.engines.lightonocr.server.PAUSE", 0)
    return seconds


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """More are slower for models of this size."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def placed() -> Iterator[str]:
    """The name under which the line detector ``PlacedLines`` is registered, as a third party's."""
    registry().line_detector("placed", "placed_lines:PlacedLines")
    yield "placed"
    registry.cache_clear()
