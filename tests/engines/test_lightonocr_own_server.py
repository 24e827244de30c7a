"""A server of our own: started at the first page, shared, told of when it fails, and never left behind."""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocr_plugins import Blocks, OcrEngine, PageImage, Pipeline, get_engine
from ocr_plugins.engines.lightonocr import LightOnOcrServerOptions
from ocr_plugins.engines.lightonocr.families import ANY_MODEL, Family, by_name
from ocr_plugins.engines.lightonocr.serving import command
from ocr_plugins.errors import CancelledError, EngineError, MissingDependencyError, ModelError, OptionError
from ocr_plugins.testing import made_page, made_pdf

pytestmark = pytest.mark.slow

SERVER = Path(__file__).parents[1] / "own_server.py"
PAGE = PageImage(made_page(["a page"], size=(420, 300)))
# A process that reads a page with a server of its own, and then does what it is told.
READS = """
import os, signal, sys, time
from ocr_plugins import PageImage, get_engine
from ocr_plugins.testing import made_page
signal.signal(signal.SIGINT, signal.default_int_handler)
page = PageImage(made_page(["a page"], size=(420, 300)))
engine = get_engine("vlm-server", serve=sys.argv[1], serve_args=sys.argv[3:], timeout=60)
if sys.argv[2] != "waits":
    print(engine.recognize([page])[0].blocks[0].text, flush=True)
if sys.argv[2] == "raises":
    raise RuntimeError("on purpose")
if sys.argv[2] == "forks":
    child = os.fork()
    print(child, flush=True) if child else time.sleep(1000)
if sys.argv[2] == "waits":
    engine.recognize([page])
if sys.argv[2] != "ends":
    print("reading", flush=True)
    time.sleep(1000)
"""


def serve(*behaviours: str, model: str = "served") -> str:
    return f'"{{python}}" "{SERVER}" --host {{host}} --port {{port}} --model {model} {" ".join(behaviours)}'


def text_of(engine: OcrEngine) -> str:
    (read,) = engine.recognize([PAGE])
    assert isinstance(read, Blocks), read
    return " ".join(block.text for block in read.blocks)


def error_of(engine: OcrEngine) -> str:
    (read,) = engine.recognize([PAGE])
    assert type(read) is EngineError, read
    return str(read)


class Noted:
    """The processes that servers have noted."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self._file.read_text().split()] if self._file.exists() else []

    @property
    def left(self) -> list[int]:
        return [pid for pid in self.pids if runs(pid)]

    def wait_for(self, done: Callable[[Noted], bool]) -> None:
        give_up = time.monotonic() + 60
        while not done(self) and time.monotonic() < give_up:
            time.sleep(0.05)
        assert done(self)


def runs(pid: int) -> bool:
    """Whether there is such a process; one that has ended may wait there for somebody to take notice."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Noted:
    """And where logs are, which is nobody else's place."""
    monkeypatch.setenv("OWN_SERVER_PIDS", str(tmp_path / "pids"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return Noted(tmp_path / "pids")


def test_it_is_started_by_the_first_page_and_stopped_by_close(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve("no-health")) as engine:
        assert noted.pids == []
        assert text_of(engine) == text_of(engine) == f"read by {noted.pids[0]} as served"
        assert noted.left == noted.pids[:1]
    assert noted.left == []


def test_after_close_it_is_started_anew(noted: Noted) -> None:
    engine = get_engine("lightonocr-server", serve=serve())
    first = text_of(engine)
    engine.close()
    assert text_of(engine) != first
    engine.close()
    engine.close()
    assert len(noted.pids) == 2
    assert noted.left == []


def test_its_log_goes_with_it_unless_somebody_was_told_of_it(noted: Noted, tmp_path: Path) -> None:
    with get_engine("vlm-server", serve=serve()) as engine:
        text_of(engine)
        assert "starting" in next(tmp_path.glob("*.log")).read_text()
    assert list(tmp_path.glob("*.log")) == []
    engine = get_engine("vlm-server", serve=serve())
    text_of(engine)
    del engine
    gc.collect()
    noted.wait_for(lambda n: not list(tmp_path.glob("*.log")))
    with get_engine("vlm-server", serve=serve("dies")) as engine:
        message = error_of(engine)
    assert str(next(tmp_path.glob("*.log"))) in message


def test_what_it_started_itself_ends_too_even_if_it_does_not_want_to(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve("stubborn")) as engine:
        text_of(engine)
        assert len(noted.left) == 2
    assert noted.left == []


def test_an_engine_that_is_forgotten_leaves_no_server(noted: Noted) -> None:
    engine = get_engine("vlm-server", serve=serve())
    text_of(engine)
    del engine
    gc.collect()
    noted.wait_for(lambda n: n.left == [])


def test_an_exception_on_the_way_stops_it(noted: Noted) -> None:
    def fails(_: object) -> None:
        assert noted.left
        raise RuntimeError("on purpose")

    document = made_pdf([PAGE.image] * 2)
    with (
        pytest.raises(RuntimeError, match="on purpose"),
        Pipeline("vlm-server", engine_options={"serve": serve()}, upright=False, batch_size=1) as reading,
    ):
        reading.read(document, progress=fails)
    assert noted.left == []


def test_while_it_starts_reading_can_be_cancelled(noted: Noted) -> None:
    options = {"serve": serve("silent")}
    with Pipeline("vlm-server", engine_options=options, upright=False) as reading:
        with pytest.raises(CancelledError):
            reading.read(made_pdf([PAGE.image] * 2), cancel=lambda: bool(noted.pids))
        assert noted.left
    assert noted.left == []


def test_the_pages_of_one_that_does_not_start_all_say_so(noted: Noted) -> None:
    with Pipeline("vlm-server", engine_options={"serve": serve("dies")}, upright=False) as reading:
        document = reading.read(made_pdf([PAGE.image] * 3))
    assert len(document.errors) == 3
    assert all("no such model" in error for error in document.errors.values())
    assert len(noted.pids) == 1


def test_all_workers_share_one(noted: Noted) -> None:
    options = {"serve": serve(), "concurrency": 1}
    with Pipeline("vlm-server", engine_options=options, upright=False, workers=3) as reading:
        document = reading.read(made_pdf([PAGE.image] * 6))
    assert document.errors == {}
    assert len(noted.pids) == 1
    assert noted.left == []


def test_pickling_takes_the_options_and_not_the_server(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve(), serve_args=["child"]) as engine:
        text_of(engine)
        with pickle.loads(pickle.dumps(engine)) as other:
            assert other.options == engine.options
            assert text_of(other) != text_of(engine)
        assert noted.left == noted.pids[:2]
    assert noted.left == []


def test_one_that_dies_while_starting_is_told_of_at_once_with_the_end_of_its_log(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve("dies")) as engine:
        message = error_of(engine)
        assert "ended while it was starting (exit code 1)" in message
        assert "starting\nno such model\nCorrect serve, serve_args or serve_python" in message
        # It is not tried again for every page.
        assert error_of(engine) == message
    assert len(noted.pids) == 1


def test_one_that_is_never_ready_is_given_up_and_stopped(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve("silent", "child"), serve_timeout=1.0) as engine:
        assert "was not ready after 1 s" in (message := error_of(engine))
        assert "starting\nRaise serve_timeout" in message
        assert noted.left == []


def test_a_port_that_somebody_took_first_is_left_to_him(noted: Noted) -> None:
    with get_engine("vlm-server", serve=serve("taken")) as engine:
        assert text_of(engine) == f"read by {noted.pids[1]} as served"
    assert len(noted.pids) == 2


def test_one_that_dies_while_reading_costs_the_rest_until_it_is_closed(noted: Noted, waits: list[float]) -> None:
    with get_engine("vlm-server", serve=serve("dies-reading")) as engine:
        message = error_of(engine)
        assert "has ended (exit code 3)" in message
        assert "CUDA error: out of memory\nRead again what is missing" in message
        assert "has ended (exit code 3)" in error_of(engine)
        assert len(noted.pids) == 1


def test_proxies_are_not_asked_for_it(noted: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with get_engine("vlm-server", serve=serve()) as engine:
        assert "read by" in text_of(engine)


def reads(then: str, *behaviours: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", READS, serve(), then, *behaviours]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("then", "code"), [("ends", 0), ("raises", 1)])
def test_it_is_gone_when_the_interpreter_has_ended(noted: Noted, then: str, code: int) -> None:
    process = reads(then, "child")
    said, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert said == f"read by {noted.pids[0]} as served\n"
    assert len(noted.pids) == 2
    assert noted.left == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("behaviours", [(), ("silent",)], ids=["reading", "starting"])
def test_ctrl_c_leaves_no_server(noted: Noted, behaviours: tuple[str, ...]) -> None:
    process = reads("waits" if behaviours else "reads", *behaviours)
    noted.wait_for(lambda n: len(n.pids) == 1)
    if not behaviours:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)][1] == "reading\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert noted.left == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
@pytest.mark.parametrize("then", ["reads", "forks"])
def test_a_parent_that_is_killed_leaves_no_server(noted: Noted, name: str, then: str) -> None:
    """Nor where a process that it forked still holds the pipe."""
    with reads(then, "child") as process:
        assert process.stdout is not None
        process.stdout.readline()
        fork = int(process.stdout.readline()) if then == "forks" else None
        assert len(noted.left) == 2
        process.send_signal(signal.Signals[name])
        process.wait(60)
        noted.wait_for(lambda n: n.left == [])
        if fork:
            assert runs(fork)
            os.kill(fork, signal.SIGKILL)


@pytest.mark.parametrize("engine", ["lightonocr-server", "vlm-server"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give base_url, the address of a server, or serve"),
        ({"base_url": "http://localhost:1", "serve": "vllm"}, "exclude one another"),
        ({"base_url": "http://localhost:1", "serve_timeout": 900}, "serve_timeout is for a server that is started"),
        ({"base_url": "http://localhost:1", "serve_args": ["-v"]}, "serve_args is for a server that is started"),
        ({"serve": "ollama"}, "give vllm, sglang, transformers or a command in which {port}"),
        ({"serve": "server {port}", "serve_python": sys.executable}, "no effect on a command without"),
        ({"serve": "vllm", "serve_timeout": 0}, "serve_timeout"),
    ],
)
def test_what_cannot_be_started_or_has_no_effect_is_an_error(
    engine: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        get_engine(engine, model="someone/model", **options)


def started(family: Family, **options: Any) -> list[str]:
    return command(LightOnOcrServerOptions(**options), family, 8123)


def test_each_server_is_started_as_it_is_documented(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    for name in ("python", "vllm", "transformers"):
        (python.parent / name).write_text("")
        (python.parent / name).chmod(0o755)
    model, third = "lightonai/LightOnOCR-2-1B", "lightonai/LightOnOCR-3-1B"
    families = {name: by_name(name) or ANY_MODEL for name in (model, third)}
    one_image = ["--limit-mm-per-prompt", '{"image": 1}', "--mm-processor-cache-gb", "0", "--no-enable-prefix-caching"]
    here = ["--host", "127.0.0.1", "--port", "8123"]
    vllm = [str(python.with_name("vllm")), "serve"]
    named: dict[str, Any] = {"serve_python": python, "serve_args": ["-v"]}
    assert started(families[model], serve="vllm", **named) == [*vllm, model, *one_image, *here, "-v"]
    long = [*vllm, third, *one_image, "--max-model-len", "20480", *here, "-v"]
    assert started(families[third], serve="vllm", model=third, **named) == long
    sglang = [str(python), "-m", "sglang.launch_server", "--model-path", model, *here, "-v"]
    assert started(families[model], serve="sglang", **named) == sglang
    transformers = [str(python.with_name("transformers")), "serve", model, *here, "-v"]
    assert started(families[model], serve="transformers", **named) == transformers


def test_arguments_may_be_given_as_in_a_shell() -> None:
    given = """--max-num-seqs 32 --limit '{"image": 1}'"""
    words = ["run", "8123", "--max-num-seqs", "32", "--limit", '{"image": 1}']
    assert started(ANY_MODEL, serve="run {port}", serve_args=given) == words
    with pytest.raises(OptionError, match="serve: No closing quotation"):
        get_engine("vlm-server", serve="run '{port}")


def test_a_command_has_its_places_filled_and_its_braces_left() -> None:
    words = started(ANY_MODEL, serve="""run {model} '{"image": 1}' --at={host}:{port}""", model="a folder/{port}")
    assert words == ["run", "a folder/{port}", '{"image": 1}', "--at=127.0.0.1:8123"]


def test_a_server_that_is_not_installed_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    engine = get_engine("lightonocr-server", serve="vllm", serve_python=tmp_path / "python")
    with engine, pytest.raises(MissingDependencyError, match=r"vllm is not installed .* serve_python='ENV/bin/python'"):
        engine.recognize([PAGE])
    engine = get_engine("lightonocr-server", serve="vllm", serve_python=tmp_path / "none")
    with engine, pytest.raises(MissingDependencyError, match="there is no program .*none"):
        engine.recognize([PAGE])


def test_a_command_that_does_not_exist_is_told_of(noted: Noted) -> None:
    with get_engine("vlm-server", serve="no-such-server --port {port}") as engine:
        assert "(no-such-server) ended while it was starting (exit code 127)" in (message := error_of(engine))
        assert "no-such-server: No such file or directory" in message


def test_a_checkpoint_with_the_label_of_another_model_is_not_given_to_transformers(tmp_path: Path) -> None:
    parts = {"vision_config": {"model_type": "pixtral"}, "text_config": {"model_type": "qwen3"}}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "mistral3"} | parts))
    for name in ("model.safetensors", "tokenizer.json", "processor_config.json"):
        (tmp_path / name).touch()
    engine = get_engine("lightonocr-server", serve="transformers", model=str(tmp_path))
    with engine, pytest.raises(ModelError, match="does not say lighton_ocr.*serve='vllm'"):
        engine.recognize([PAGE])
