"""Plugins: the registry, and plugins of strangers installed with pip."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocr_plugins import EngineInfo, OcrEngine, get_engine, hookimpl, list_engines
from ocr_plugins import plugins as plugins_module
from ocr_plugins.errors import MissingDependencyError, OptionError, UnknownEngineError
from ocr_plugins.plugins import Registry, get_detector, get_layout
from ocr_plugins.testing import FakeEngine, made_page

HERE = Path(__file__).parent
TALLY = HERE / "tally_plugin"
FAKE = "ocr_plugins.testing:FakeEngine"


class Needy(OcrEngine):
    """An engine whose packages are not installed."""

    info = EngineInfo(requires=("no_such_module",), install="pip install 'needy[all]'")

    def recognize(self, images: Any) -> Any:
        raise NotImplementedError


def needy_without_a_command() -> OcrEngine:
    raise NotImplementedError


needy_without_a_command.info = EngineInfo(requires=("no_such_module",))  # type: ignore[attr-defined]


def plugin(register: Callable[[Registry], object]) -> Callable[[], object]:
    """What loads a plugin module with this hook."""
    module = types.ModuleType("plugin")
    module.ocr_plugins_register = hookimpl(lambda registry: register(registry))  # type: ignore[attr-defined]  # noqa: PLW0108
    return lambda: module


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """An empty registry that get_engine and list_engines use."""
    empty = Registry()
    monkeypatch.setattr(plugins_module, "registry", lambda: empty)
    return empty


def test_a_plugin_registers_engines_and_detectors(registry: Registry) -> None:
    def register(r: Registry) -> None:
        r.engine("fake", FAKE)
        r.line_detector("lines", "ocr_plugins.engines.rapidocr:RapidOcrDetector")
        r.layout_detector("regions", "ocr_plugins.pixels.regions:CdlaDetector")

    registry.register("good", "good-dist", plugin(register))
    assert registry.broken == []
    assert isinstance(get_engine("fake", texts=("hello",)), FakeEngine)
    assert type(get_detector("lines")).__name__ == "RapidOcrDetector"
    assert type(get_layout("regions")).__name__ == "CdlaDetector"
    (entry,) = list_engines()
    assert (entry.name, entry.distribution, entry.installed) == ("fake", "good-dist", True)
    assert entry.info == FakeEngine.info


def test_our_engines_come_in_through_the_same_door() -> None:
    entries = {e.name: e for e in list_engines()}
    assert entries["rapidocr"].distribution == "ocr-plugins"
    assert entries["rapidocr"].installed
    assert {"rapidocr"} <= plugins_module.registry().line_detectors.keys()
    assert {"cdla"} <= plugins_module.registry().layout_detectors.keys()


def test_engines_are_listed_by_name(registry: Registry) -> None:
    def register(r: Registry) -> None:
        for name in ("b", "c", "a"):
            r.engine(name, FAKE)

    registry.register("good", "good-dist", plugin(register))
    assert [e.name for e in list_engines()] == ["a", "b", "c"]


def test_the_first_to_take_a_name_keeps_it(registry: Registry) -> None:
    registry.register("first", "first-dist", plugin(lambda r: r.engine("fake", FAKE)))
    registry.register("second", "second-dist", plugin(lambda r: r.engine("fake", "elsewhere:Engine")))
    assert isinstance(get_engine("fake"), FakeEngine)
    (broken,) = registry.broken
    assert (broken.name, broken.distribution) == ("second", "second-dist")
    assert "'fake' is taken by first-dist" in broken.error


@pytest.mark.parametrize("target", ["module", "module:", ":Class", ""])
def test_a_target_is_a_module_and_a_name(registry: Registry, target: str) -> None:
    registry.register("bad", "bad-dist", plugin(lambda r: r.engine("bad", target)))
    assert registry.engines == {}
    assert "package.module:Class" in registry.broken[0].error


def test_a_hook_that_fails_half_way_registers_nothing(registry: Registry) -> None:
    registry.register("good", "good-dist", plugin(lambda r: r.engine("fake", FAKE)))

    def register(r: Registry) -> None:
        r.engine("half", FAKE)
        r.line_detector("half", FAKE)
        r.layout_detector("half", FAKE)
        raise RuntimeError("half-way")

    registry.register("bad", "bad-dist", plugin(register))
    assert list(registry.engines) == ["fake"]
    assert registry.line_detectors == registry.layout_detectors == {}
    assert [e.error for e in list_engines()] == [None, "RuntimeError: half-way"]


@pytest.mark.parametrize("error", [ImportError("no module"), SyntaxError("bad"), SystemExit("gone")])
def test_a_plugin_that_cannot_be_imported_is_listed_with_its_error(registry: Registry, error: BaseException) -> None:
    def load() -> object:
        raise error

    registry.register("bad", "bad-dist", load)
    (entry,) = list_engines()
    assert (entry.name, entry.distribution, entry.installed) == ("bad", "bad-dist", False)
    assert entry.error == f"{type(error).__name__}: {error}"


def test_a_misspelt_hook_is_an_error(registry: Registry) -> None:
    module = types.ModuleType("plugin")
    module.ocr_plugins_registre = hookimpl(lambda _: None)  # type: ignore[attr-defined]
    registry.register("bad", "bad-dist", lambda: module)
    assert "PluginValidationError" in registry.broken[0].error


def test_a_plugin_without_the_hook_is_an_error(registry: Registry) -> None:
    registry.register("empty", "empty-dist", lambda: types.ModuleType("plugin"))
    (broken,) = registry.broken
    assert "ocr_plugins_register" in broken.error


def test_an_unknown_engine_names_the_known_and_the_broken(registry: Registry) -> None:
    registry.register("good", "good-dist", plugin(lambda r: r.engine("fake", FAKE)))
    registry.register("bad", "bad-dist", plugin(lambda _: 1 / 0))
    with pytest.raises(UnknownEngineError, match=r"no engine 'fak'.*Known: fake\..*'bad' is broken: ZeroDivisionError"):
        get_engine("fak")


@pytest.mark.usefixtures("registry")
def test_unknown_detectors_say_so() -> None:
    with pytest.raises(UnknownEngineError, match=r"no line detector 'x'.*Known: none"):
        get_detector("x")
    with pytest.raises(UnknownEngineError, match=r"no layout detector 'x'.*Known: none"):
        get_layout("x")


@pytest.mark.parametrize(
    ("target", "command"),
    [("Needy", "pip install 'needy[all]'"), ("needy_without_a_command", "pip install no_such_module")],
)
def test_a_missing_package_is_named_with_the_command(registry: Registry, target: str, command: str) -> None:
    registry.register("needy", "needy-dist", plugin(lambda r: r.engine("needy", f"{__name__}:{target}")))
    (entry,) = list_engines()
    assert (entry.missing, entry.error, entry.installed) == (("no_such_module",), None, False)
    with pytest.raises(MissingDependencyError) as caught:
        get_engine("needy")
    assert isinstance(caught.value, ImportError)
    assert str(caught.value).endswith(f"needs no_such_module: {command}")


@pytest.mark.parametrize("target", ["no_such_package.module:Class", "ocr_plugins.testing:NoSuchClass"])
def test_an_engine_that_cannot_be_imported_says_why(registry: Registry, target: str) -> None:
    registry.register("good", "good-dist", plugin(lambda r: r.engine("fake", FAKE)))
    registry.register("bad", "bad-dist", plugin(lambda r: r.engine("bad", target)))
    assert [(e.name, e.installed) for e in list_engines()] == [("bad", False), ("fake", True)]
    with pytest.raises(UnknownEngineError, match=r"'bad' of bad-dist cannot be imported: .*[nN]o"):
        get_engine("bad")
    assert isinstance(get_engine("fake"), FakeEngine)


def test_what_is_no_engine_is_refused(registry: Registry) -> None:
    registry.register("bad", "bad-dist", plugin(lambda r: r.engine("bad", "builtins:dict")))
    with pytest.raises(UnknownEngineError, match="is no OcrEngine"):
        get_engine("bad")


def test_a_wrong_option_is_named() -> None:
    with pytest.raises(OptionError, match=r"no_such_option.*Known options:.*min_confidence"):
        get_engine("rapidocr", no_such_option=1)
    with pytest.raises(OptionError, match=r"min_confidence.*less than or equal to 1"):
        get_engine("rapidocr", min_confidence=2)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which a plugin that reads and the broken one are installed."""
    target = tmp_path_factory.mktemp("site")
    arguments = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    packages = [str(TALLY), str(HERE / "broken_plugin")]
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, *packages],
        check=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    return os.environ | {"PYTHONPATH": str(target)}


@pytest.fixture(scope="module")
def tally_marks(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scans") / "marks.png"
    made_page(["|||||", "|||"]).save(path)
    return str(path)


def run_python(env: dict[str, str], code: str, *arguments: str) -> Any:
    """What the last line that ``code`` prints says, as JSON."""
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    result = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.slow
def test_an_installed_plugin_is_listed_and_a_broken_one_beside_it(installed: dict[str, str]) -> None:
    code = "import json, ocr_plugins; print(json.dumps([(e.name, e.error) for e in ocr_plugins.list_engines()]))"
    listed = run_python(installed, code)
    assert ["rapidocr", None] in listed
    assert ["tally", None] in listed
    assert listed[-1] == ["broken", "RuntimeError: broken on purpose"]


@pytest.mark.slow
def test_an_installed_plugin_reads(installed: dict[str, str], tally_marks: str) -> None:
    code = """
import json, sys, ocr_plugins
document = ocr_plugins.read(sys.argv[1], engine="tally", ink=100)
print(json.dumps([document.text, document.pages[0].engine, document.confidence]))
"""
    assert run_python(installed, code, tally_marks) == ["||||| |||", "tally", None]


@pytest.mark.slow
def test_the_default_engine_works_beside_a_broken_plugin(installed: dict[str, str], tally_marks: str) -> None:
    code = "import json, sys, ocr_plugins; print(json.dumps(ocr_plugins.read(sys.argv[1]).pages[0].error))"
    assert run_python(installed, code, tally_marks) is None


def test_an_unknown_engine_names_installed_plugins(installed: dict[str, str]) -> None:
    code = """
import json, ocr_plugins
try:
    ocr_plugins.get_engine("tali")
except ocr_plugins.UnknownEngineError as e:
    print(json.dumps(str(e)))
"""
    message = run_python(installed, code)
    assert re.search(r"Known: .*rapidocr.*, tally", message)
    assert "'broken' is broken: RuntimeError: broken on purpose" in message


@pytest.mark.slow
def test_the_command_line_lists_and_uses_an_installed_plugin(installed: dict[str, str], tally_marks: str) -> None:
    def command_line(*arguments: str) -> str:
        command = [sys.executable, "-m", "ocr_plugins", *arguments]
        return subprocess.run(command, env=installed, check=True, capture_output=True, text=True).stdout

    listed = command_line("engines")
    assert "tally marks" in listed
    assert "broken on purpose" in listed
    assert command_line("convert", tally_marks, "--engine", "tally", "--format", "text").split() == ["|||||", "|||"]


@pytest.mark.slow
def test_langchain_uses_an_installed_plugin(installed: dict[str, str], tally_marks: str) -> None:
    pytest.importorskip("langchain_ocr_plugins")
    code = """
import json, sys
from langchain_ocr_plugins import OcrPluginsLoader
(document,) = OcrPluginsLoader(sys.argv[1], engine="tally", engine_options={"ink": 100}).load()
print(json.dumps([document.page_content, document.metadata["ocr_engine"]]))
"""
    assert run_python(installed, code, tally_marks) == ["||||| |||", "tally"]


@pytest.mark.slow
def test_llama_index_uses_an_installed_plugin(installed: dict[str, str], tally_marks: str) -> None:
    pytest.importorskip("llama_index.readers.ocr_plugins")
    code = """
import json, sys
from llama_index.readers.ocr_plugins import OcrPluginsReader
(document,) = OcrPluginsReader(engine="tally", engine_options={"ink": 100}).load_data(sys.argv[1])
print(json.dumps([document.text, document.metadata["ocr_engine"]]))
"""
    assert run_python(installed, code, tally_marks) == ["||||| |||", "tally"]


@pytest.mark.slow
def test_it_passes_the_contract_of_all_engines(installed: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(TALLY / "tally_contract.py")]
    result = subprocess.run(command, env=installed, cwd=HERE.parent, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout
