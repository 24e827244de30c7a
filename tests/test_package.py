"""The package as a whole: what is public, what importing it costs, and which module may know which."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import ocr_plugins
from ocr_plugins import errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ocr_plugins"
MAX_LINES = 400
HEAVY = ["torch", "transformers", "openai", "onnxruntime", "openvino", "rapidocr", "cv2", "pypdfium2"]

# From the bottom up; a module imports from its own layer and from those below it.
LAYERS = (
    {"document", "errors", "files", "parallel"},
    {"shortlist"},
    {"engine", "hub", "models", "repeats", "torch_models"},
    {"layout"},
    {"ctc", "figures", "latex", "metadata", "plugins", "pdf_objects", "upright"},
    {"markdown", "markdown_rules"},
    {"html_reader", "markdown_inline", "markdown_parser"},
    {"pdf_forms", "pdf_hidden", "pdf_links", "structure"},
    {"links", "textlayer"},
    {"source", "pdf", "page_blocks"},
    {"pipeline"},
    {"quick"},
    {"convert", "testing"},
    {"cli"},
)
# Imported in a function: ``page.markdown``, for convenience, and the HTML of table cells that have Markdown.
UPWARDS = {("document", "markdown"), ("markdown", "markdown_inline")}
ENGINES_MAY_IMPORT = {
    *("ctc", "document", "engine", "errors", "hub", "models", "plugins", "repeats", "torch_models", "upright"),
    # For models that write Markdown.
    *("latex", "markdown_inline", "markdown_parser"),
}
ADAPTERS_MAY_IMPORT = {"ocr_plugins", "engine", "errors", "metadata", "source"}


def test_the_public_names() -> None:
    assert ocr_plugins.__all__ == [
        "BBox",
        "Block",
        "BlockKind",
        "Blocks",
        "Cell",
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
        "Pipeline",
        "Progress",
        "Region",
        "SourceError",
        "SourceNotFoundError",
        "Table",
        "TextLine",
        "UnknownEngineError",
        "UnsupportedSourceError",
        "Word",
        "WordSpan",
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
    docs = {name: getattr(ocr_plugins, name).__doc__ for name in ocr_plugins.__all__}
    # A dataclass without a docstring gets its signature as one.
    assert [name for name, doc in docs.items() if not doc or doc.startswith(f"{name}(")] == []


def test_the_package_is_typed() -> None:
    assert files("ocr_plugins").joinpath("py.typed").is_file()


def in_a_new_process(code: str) -> Any:
    """What the code prints last, as JSON."""
    command = [sys.executable, "-W", "error", "-c", code]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


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


def test_importing_is_quick() -> None:
    code = "import time; t = time.process_time(); import ocr_plugins; print(time.process_time() - t)"
    assert min(in_a_new_process(code) for _ in range(4)) < 0.3


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    """Modules that a file imports, in functions too, but not those for type checkers alone."""

    class Visitor(ast.NodeVisitor):
        def __init__(self) -> None:
            self.found: list[str] = []

        def visit_If(self, node: ast.If) -> None:
            if ast.unparse(node.test) != "TYPE_CHECKING":
                self.generic_visit(node)

        def visit_Import(self, node: ast.Import) -> None:
            self.found += [alias.name for alias in node.names]

        def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
            assert node.level == 0, f"{path}: import by the full name"
            self.found.append(str(node.module))

    visitor = Visitor()
    visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return iter(visitor.found)


def ours(path: Path, own: str = "-") -> set[str]:
    """The parts of ocr_plugins that a file imports, outside its ``own`` package.

    As ``engine``, ``layout``, ``ocr_plugins`` for the package itself.
    """
    names = [name.split(".") for name in imports_of(path) if not f"{name}.".startswith(f"{own}.")]
    return {(parts + parts)[1] if len(parts) > 1 else parts[0] for parts in names if parts[0] == "ocr_plugins"}


def part_of(path: Path) -> str:
    """``engine`` for engine.py, ``layout`` for layout/tables.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_modules_import_only_from_layers_below() -> None:
    rank = {part: i for i, layer in enumerate(LAYERS) for part in layer}
    wrong = []
    for path in modules(PACKAGE):
        part = part_of(path)
        if part in ("__init__", "__main__", "engines"):
            continue
        assert part in rank, f"{path.name} is in no layer: put it into LAYERS"
        wrong += [
            f"{path.name} imports {other}"
            for other in sorted(ours(path))
            if other != part and rank.get(other, len(LAYERS)) > rank[part] and (part, other) not in UPWARDS
        ]
    assert wrong == []


def test_engines_know_neither_one_another_nor_the_pipeline() -> None:
    registration, *engines = modules(PACKAGE / "engines")
    assert len(engines) >= 8
    wrong = {}
    for path in engines:
        name = path.relative_to(registration.parent).parts[0].removesuffix(".py")
        if others := ours(path, own=f"ocr_plugins.engines.{name}") - ENGINES_MAY_IMPORT:
            wrong[str(path)] = others
    assert wrong == {}
    assert ours(registration) == {"plugins"}


def test_adapters_use_the_public_names() -> None:
    adapters = [path for path in modules(ROOT / "adapters") if "tests" not in path.parts]
    assert len(adapters) >= 4
    assert [f"{p.name}: {ours(p) - ADAPTERS_MAY_IMPORT}" for p in adapters if ours(p) - ADAPTERS_MAY_IMPORT] == []


def test_no_module_is_long() -> None:
    folders = ("ocr_plugins", "adapters", "examples", "benchmarks", "scripts")
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in modules(ROOT / folder)
    }
    assert len(lengths) > 30
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
