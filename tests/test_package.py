"""The package as a whole: what is public, what importing it costs, and which module may know which."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from importlib.resources import files
from typing import Any

import pytest

import ocr_plugins
from ocr_plugins import errors

HEAVY = ["torch", "transformers", "openai", "onnxruntime", "openvino", "rapidocr", "cv2", "pypdfium2"]


def test_the_public_names() -> None:
    assert ocr_plugins.__all__ == [
        "SUFFIXES",
        "BBox",
        "Block",
        "BlockKind",
        "Blocks",
        "CancelledError",
        "Cell",
        "Comparison",
        "CorruptSourceError",
        "EncryptedPdfError",
        "EngineError",
        "EngineInfo",
        "EngineOptions",
        "Font",
        "LayoutDetector",
        "LineDetector",
        "LineEngine",
        "LineRecognizer",
        "LineText",
        "Lines",
        "Markdown",
        "MissingDependencyError",
        "ModelError",
        "OcrDocument",
        "OcrEngine",
        "OcrError",
        "OptionError",
        "Page",
        "PageError",
        "PageImage",
        "PageLimitError",
        "PageSelectionError",
        "PageWarning",
        "Passage",
        "Pipeline",
        "Place",
        "Progress",
        "Quad",
        "Recognition",
        "Region",
        "SourceError",
        "SourceNotFoundError",
        "StreamingEngine",
        "Table",
        "TextLine",
        "UnknownEngineError",
        "UnsupportedSourceError",
        "WarningCode",
        "Word",
        "WordSpan",
        "cite",
        "compare",
        "get_engine",
        "hookimpl",
        "list_engines",
        "read",
    ]
    for name in ocr_plugins.__all__:
        assert getattr(ocr_plugins, name) is not None


def test_every_error_is_public_documented_and_drawn_in_the_tree() -> None:
    tree = inspect.getdoc(errors) or ""
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.OcrError)
        assert error.__doc__
        assert name in tree
        assert getattr(ocr_plugins, name) is error
    defined = {n for n, e in vars(errors).items() if inspect.isclass(e) and issubclass(e, Exception)}
    assert defined == set(errors.__all__)


def test_what_is_public_is_documented() -> None:
    public = {name: getattr(ocr_plugins, name) for name in ocr_plugins.__all__}
    docs = {name: value.__doc__ for name, value in public.items() if inspect.isclass(value) or inspect.isroutine(value)}
    # A dataclass without a docstring gets its signature as one.
    assert [name for name, doc in docs.items() if not doc or doc.startswith(f"{name}(")] == []


def test_the_package_is_typed() -> None:
    assert files("ocr_plugins").joinpath("py.typed").is_file()


def in_a_new_process(code: str) -> Any:
    """What the code prints last, as JSON."""
    command = [sys.executable, "-W", "error", "-c", code]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "import ocr_plugins",
        "import ocr_plugins; ocr_plugins.list_engines()",
        "import ocr_plugins; ocr_plugins.get_engine('rapidocr')",
        "import ocr_plugins; ocr_plugins.Pipeline()",
    ],
)
def test_no_runtime_is_imported_before_a_page_is_read(code: str) -> None:
    imported = in_a_new_process(f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))")
    assert "ocr_plugins" in imported
    assert sorted(set(HEAVY) & set(imported)) == []
    assert "pytest" not in imported
