"""Model files and the runtime that runs them: OpenVINO where it is installed, ONNX Runtime otherwise."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ocr_plugins.errors import MissingDependencyError, ModelError
from ocr_plugins.runtime.leaving import working
from ocr_plugins.runtime.shortlist import Array, Shortlist, best_classes

__all__ = ["Array", "Model", "Precision", "Runtime", "Shortlist", "bundled", "chosen", "downloaded"]

Precision = Literal["auto", "float32", "bfloat16"]
Runtime = Literal["auto", "openvino", "onnxruntime"]


def chosen(runtime: Runtime) -> Literal["openvino", "onnxruntime"]:
    """The runtime that is meant: ``auto`` is OpenVINO if it is installed, ONNX Runtime otherwise."""
    if runtime == "auto":
        return "openvino" if importlib.util.find_spec("openvino") else "onnxruntime"
    return runtime


def bundled(name: str) -> Path:
    """Path of a model file in this package's data.

    Raises:
        ModelError: The file is not there, as in a checkout whose large files were left out.
    """
    path = Path(str(files("ocr_plugins").joinpath("data", name)))
    if not path.is_file():
        raise ModelError(f"The model file {name} is missing from the installation: reinstall ocr-plugins.")
    return path


def downloaded(name: str) -> Path:
    """Where a model file that was asked for lies, in ``~/.cache/ocr-plugins`` or ``$OCR_PLUGINS_CACHE``; it may not."""
    folder = os.environ.get("OCR_PLUGINS_CACHE")
    return (Path(folder) if folder else Path.home() / ".cache" / "ocr-plugins") / name


class Model:
    """An ONNX model on the CPU.

    Args:
        path: The model file.
        runtime: ``auto`` takes OpenVINO if it is installed.
        precision: ``auto`` computes in bfloat16 where the CPU has instructions for it and OpenVINO runs it.
        threads: How many, 0 for as many as the CPU has cores.
        best_class: Return the index and the value of the largest entry along the last axis instead of the whole
            output. It is done inside the graph where the runtime can, which keeps wide outputs out of memory.
        common: With ``best_class``, makes the shortlist of classes to be tried first out of all :attr:`characters`;
            OpenVINO saves time by it, ONNX Runtime does without.

    Raises:
        MissingDependencyError: The runtime is not installed.
        ModelError: The file is no model that the runtime can load.
    """

    def __init__(
        self,
        path: Path,
        *,
        runtime: Runtime = "auto",
        precision: Precision = "auto",
        threads: int = 0,
        best_class: bool = False,
        common: Callable[[Sequence[str]], Shortlist] | None = None,
    ) -> None:
        runtime = chosen(runtime)
        self._lock = threading.Lock()
        load = _load_openvino if runtime == "openvino" else _load_onnxruntime
        try:
            with working():
                self._run, self.characters = load(path, precision, threads, best_class, common)
        except ImportError as e:
            raise MissingDependencyError(f"{runtime} is not installed: pip install 'ocr-plugins[rapidocr]'") from e
        except Exception as e:
            raise ModelError(f"{path} cannot be loaded by {runtime}: {e}") from e

    characters: list[str]
    """The classes of a text recogniser, from the model's metadata; empty for other models."""

    def __call__(self, batch: Array) -> list[Array]:
        """Run one batch; the outputs in the model's order. Threads take turns: OpenVINO's request serves one."""
        with working(), self._lock:
            return self._run(batch)


def _load_openvino(
    path: Path,
    precision: Precision,
    threads: int,
    best_class: bool,
    common: Callable[[Sequence[str]], Shortlist] | None,
) -> tuple[Callable[[Array], list[Array]], list[str]]:
    openvino = _openvino()
    from openvino import opset13

    core = _core()
    model = core.read_model(path)
    characters = _rt_characters(model)
    fast = precision == "bfloat16" or (
        precision == "auto" and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    )
    hint = "bf16" if fast else "f32"

    def compiled(model: Any, hint: str) -> Callable[[Array], list[Array]]:
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,
            # Every new batch shape would leave compiled kernels behind, and memory would grow with the pages read.
            "CPU_RUNTIME_CACHE_CAPACITY": "0",
            "INFERENCE_PRECISION_HINT": hint,
        }
        if threads:
            config["INFERENCE_NUM_THREADS"] = threads
        request = core.compile_model(model, "CPU", config).create_infer_request()
        count = len(model.outputs)

        def run(batch: Array) -> list[Array]:
            result = request.infer({0: batch}, share_inputs=True)
            return [np.array(result[i]) for i in range(count)]

        return run

    if best_class and common and characters:
        return best_classes(model, common(characters), compiled, hint), characters
    if best_class:
        top = opset13.topk(model.get_results()[0].input_value(0), np.int64(1), axis=-1, mode="max", sort="none")
        outputs = [opset13.squeeze(o, np.int64(-1)) for o in (top.output(1), top.output(0))]
        model = openvino.Model(outputs, model.get_parameters())
    return compiled(model, hint), characters


def _openvino() -> Any:
    """OpenVINO without its telemetry.

    At its import it would report to Google Analytics, unasked: under an identifier that it leaves in the home
    directory, and by forking this process from a thread, so that a Ctrl-C at that moment may never end it. Without
    ``openvino_telemetry`` it has a stub for that.
    """
    kept = sys.modules.get("openvino_telemetry")
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        sys.modules.pop("openvino_telemetry", None)
        if kept is not None:
            sys.modules["openvino_telemetry"] = kept
    return openvino


@functools.cache
def _core() -> Any:
    """The one Core of the process, which is never taken down.

    Its CPU plugin gives the thread that makes it a stack for signal handlers, and takes that away with it, also where
    another one made later would go back to it, or from another thread: the next Ctrl-C is a segmentation fault then.
    """
    return _openvino().Core()


def _rt_characters(model: Any) -> list[str]:
    info = model.get_rt_info()
    framework = info["framework"] if "framework" in info else {}  # noqa: SIM401 - it is no dict
    return framework["character"].value.splitlines() if "character" in framework else []


def _load_onnxruntime(
    path: Path, _precision: Precision, threads: int, best_class: bool, _common: object
) -> tuple[Callable[[Array], list[Array]], list[str]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map.get("character", "").splitlines()
    name = session.get_inputs()[0].name

    def run(batch: Array) -> list[Array]:
        outputs = [np.asarray(o) for o in session.run(None, {name: batch})]
        return [outputs[0].argmax(-1), outputs[0].max(-1)] if best_class else outputs

    return run, characters
