"""LightOnOCR on a server: keys are sent where they may be and told to nobody, addresses are mended or refused."""

from __future__ import annotations

import logging
import pickle

import pytest
from lightonocr_servers import Server, error_of_one, read_one

from ocr_plugins.engine import PageImage
from ocr_plugins.engines.lightonocr import LightOnOcrServerEngine
from ocr_plugins.errors import EngineError, OptionError
from ocr_plugins.testing import made_page

KEY = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_the_key_comes_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCR_KEY", KEY)
    read_one(server, api_key_env="OCR_KEY")
    assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"


def test_openai_s_key_is_not_sent_over_http_unless_it_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    read_one(server)
    assert KEY not in str(server.calls[0].headers)
    read_one(server, api_key_env="OPENAI_API_KEY")
    assert KEY in str(server.calls[1].headers)
    assert LightOnOcrServerEngine(base_url="https://example.org")._backend._key == KEY


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_told_by_the_name_of_its_variable(
    server: Server, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("OCR_KEY", KEY)
    server.chat = lambda call: call.refuse(status, f"Incorrect API key provided: {KEY}")
    message = error_of_one(server, api_key_env="OCR_KEY")
    assert f"does not accept the key in $OCR_KEY ({status}: Incorrect API key provided: …)." in message
    assert len(server.calls) == 1


def test_a_key_in_place_of_its_variable_s_name_is_refused_and_not_repeated(server: Server) -> None:
    with pytest.raises(OptionError, match="not the key") as caught:
        LightOnOcrServerEngine(base_url=server.address, api_key_env=KEY)
    assert KEY not in str(caught.value)


def test_a_missing_key_is_asked_for(server: Server) -> None:
    server.models = server.chat = lambda call: call.refuse(401, "Unauthorized")
    assert "wants a key (401: Unauthorized): put it into OCR_KEY." in error_of_one(server, api_key_env="OCR_KEY")
    assert "put it into an environment variable, and the variable's name into api_key_env" in error_of_one(server)


def test_the_key_is_nowhere_to_be_found(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OCR_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    server.in_turn(lambda call: call.write("text"), lambda call: call.refuse(400, f"Bearer {KEY}"))
    used = LightOnOcrServerEngine(base_url=server.address, api_key_env="OCR_KEY")
    pages = [PageImage(made_page(["text"], size=(200, 200)))]
    (read,), (failed,) = (used.recognize(pages) for _ in range(2))
    assert isinstance(failed, EngineError)
    assert failed.__cause__ is None
    assert failed.__context__ is None
    for text in (repr(used), str(used), repr(read), repr(failed), caplog.text):
        assert KEY not in text
    assert KEY.encode() not in pickle.dumps((used, read, failed))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1"),
        ("http://localhost:8000/", "http://localhost:8000/v1"),
        ("http://localhost:8000/v1", "http://localhost:8000/v1"),
        (" http://localhost:8000/v1/ ", "http://localhost:8000/v1"),
        ("http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1"),
        ("https://ocr.example.org/vllm/v1", "https://ocr.example.org/vllm/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_what_people_give_is_mended(given: str, used: str) -> None:
    assert LightOnOcrServerEngine(base_url=given).options.base_url == used


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://local host/v1",
        "http://local\x00host/v1",
        "localhost:8000",
        "ftp://host/v1",
        "http://",
        "http://host:port/v1",
        "http://[::1",
        "file:///etc",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(OptionError, match="such as http://localhost:8000/v1"):
        LightOnOcrServerEngine(base_url=given)


@pytest.mark.parametrize("given", [f"http://me:{KEY}@host/v1", f"http://{KEY}@host", f"http://host/v1?key={KEY}"])
def test_a_key_in_the_address_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(OptionError, match="give the address alone") as caught:
        LightOnOcrServerEngine(base_url=given)
    assert KEY not in str(caught.value)
