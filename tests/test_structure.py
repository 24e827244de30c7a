"""The house of docs/architecture.md: rooms, and imports that go down only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ocr_plugins"
MAX_LINES = 400


def order() -> list[str]:
    """The parts of the package from the top of the house down, as ``cli`` and ``engine``."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tree = text.split("```")[1]
    return [re.sub(r"(/|\.py)$", "", line.split()[0]) for line in tree.strip().splitlines()]


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports_of(path: Path) -> Iterator[str]:
    """The modules that a file imports, in functions and for type checkers too, as ``a.b.c``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the full name"
            yield f"{node.module}"


def parts_of(path: Path) -> set[str]:
    """The parts of the package that a file imports: ``layout`` for ``ocr_plugins.layout.order``."""
    names = [name.split(".") for name in imports_of(path) if f"{name}.".startswith("ocr_plugins.")]
    return {name[1] if len(name) > 1 else "ocr_plugins" for name in names}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def test_every_part_of_the_package_has_its_place_in_the_order() -> None:
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(order()) == sorted(there - {"__init__", "__main__"})


def test_imports_go_down_only() -> None:
    rank = {part: i for i, part in enumerate(order())}
    inside = [path for path in modules(PACKAGE) if path.parent != PACKAGE or not path.stem.startswith("__")]
    assert len(inside) > 60
    wrong = [
        f"{name_of(path)} imports {part}"
        for path in inside
        for part in sorted(parts_of(path))
        if rank.get(part, -1) < rank[path.relative_to(PACKAGE).parts[0].removesuffix(".py")]
    ]
    assert wrong == []


def test_no_modules_import_one_another() -> None:
    known = {".".join(["ocr_plugins", *name_of(p).split("/")]).removesuffix(".__init__"): p for p in modules(PACKAGE)}
    edges = {name: {i for i in imports_of(path) if i in known and i != name} for name, path in known.items()}
    # What nothing imports, or only what has been taken away, goes; a circle is what stays.
    while free := [name for name, targets in edges.items() if not targets & edges.keys()]:
        for name in free:
            del edges[name]
    assert edges == {}


def test_engines_do_not_know_one_another() -> None:
    """They share what lies in ``engines`` itself, and get detectors through the registry."""
    rooms = [folder for folder in (PACKAGE / "engines").iterdir() if (folder / "__init__.py").exists()]
    assert len(rooms) >= 3
    for room in rooms:
        others = tuple(f"ocr_plugins.engines.{other.name}." for other in rooms if other != room)
        for path in modules(room):
            assert not [name for name in imports_of(path) if f"{name}.".startswith(others)], path


def test_a_room_within_layout_sees_no_pixels_and_no_pdf() -> None:
    for path in modules(PACKAGE / "layout"):
        outside = {name.split(".")[0] for name in imports_of(path)} & {"PIL", "cv2", "pypdfium2", "onnxruntime"}
        assert outside == set(), path
        assert not [name for name in imports_of(path) if name.startswith("ocr_plugins.source.pdf")], path


def test_only_the_room_for_pdfs_knows_pdfium() -> None:
    users = {path.parent for path in modules(PACKAGE) if any(n.split(".")[0] == "pypdfium2" for n in imports_of(path))}
    assert users == {PACKAGE / "source" / "pdf"}


def test_what_lies_outside_uses_public_names_alone() -> None:
    public = {path.stem for path in PACKAGE.glob("*.py")} | {"ocr_plugins"}
    outside = [*modules(ROOT / "adapters"), *modules(ROOT / "examples")]
    used = {path: parts_of(path) for path in outside if "tests" not in path.parts}
    assert len(used) >= 8
    assert {str(path): parts - public for path, parts in used.items() if parts - public} == {}


def test_no_module_is_long() -> None:
    folders = ("ocr_plugins", "adapters", "examples", "benchmarks", "scripts")
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in modules(ROOT / folder)
    }
    assert len(lengths) > 60
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
