"""Change each named number of some modules, one at a time, and print what no test notices.

    python scripts/mutate_thresholds.py [ocr_plugins/layout/order.py ...] [--factors 3 0.333] [--tests tests/layout]

Every number in an assignment at the top level of a module counts, elements of tuples and arguments of calls too. Each
change is compiled into the module before anything imports it, in a process of its own, so that what is made from a
number at import (defaults, regular expressions, values of other modules) changes with it. Exits with 1 if a change
goes unnoticed, with 2 if the tests fail without any.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import pkgutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TypeVar
from unittest.mock import patch

import pytest

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "ocr_plugins"
# Seconds after which a test hangs, and so notices the change.
HANGS = 60


@dataclass(frozen=True)
class Mutation:
    """One number to be changed: its module, its name and place there, and its new value."""

    path: Path
    name: str
    line: int
    column: int
    old: float
    new: float

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.name} = {self.old:g} -> {self.new:g}"


def main() -> int:
    """Run the command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", type=Path, help="files or folders; default: layout and pixels")
    parser.add_argument("--factors", nargs="+", type=float, default=[3.0, 1 / 3], metavar="FACTOR")
    parser.add_argument("--tests", nargs="+", help="what should notice; default: the tests of the module's room")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--unnamed", action="store_true", help="the fractions within functions instead")
    options = parser.parse_args()

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    folders = options.modules or [ROOT / PACKAGE / "layout", ROOT / PACKAGE / "pixels"]
    files = [file for path in folders for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
    mutations = [m for file in files for m in find_mutations(file.resolve(), options.factors, unnamed=options.unnamed)]

    _import_all()
    tests = {mutation: options.tests or _tests_of(mutation.path) for mutation in mutations}
    everything = sorted({name for names in tests.values() for name in names})
    for _, code in _in_parallel([None], lambda _: _run(everything), 1):
        if code:
            print(f"without any change this fails: pytest {' '.join(everything)}")
            return 2

    unnoticed = 0
    for mutation, code in _in_parallel(mutations, lambda m: _run(tests[m], m), options.jobs):
        if code == 0:
            unnoticed += 1
            print(mutation, flush=True)
    numbers = len({(m.path, m.line, m.column) for m in mutations})
    print(f"{numbers} numbers, {len(mutations)} changes, {unnoticed} unnoticed")
    return 1 if unnoticed else 0


def find_mutations(path: Path, factors: Iterable[float], *, unnamed: bool = False) -> Iterator[Mutation]:
    """The changes to try on a module: each number, but for zeros, times each factor."""
    for name, node in _numbers(ast.parse(path.read_text()), unnamed=unnamed):
        old = node.value
        assert isinstance(old, int | float)
        for factor in factors if old else ():
            new = old * factor
            if isinstance(old, int):
                new = round(new) if round(new) != old else old + (1 if factor > 1 else -1)
            yield Mutation(path, name, node.lineno, node.col_offset, old, new)


def _numbers(module: ast.Module, *, unnamed: bool) -> list[tuple[str, ast.Constant]]:
    """The numbers of a module with the names they are known by."""
    if unnamed:
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
        names = {n: f.name for f in functions for n in _constants(f) if isinstance(n.value, float)}
        return [(name, number) for number, name in names.items()]
    found = []
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            (target,) = statement.targets if isinstance(statement, ast.Assign) else (statement.target,)
            pairs = [(target, statement.value)]
            if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                pairs = list(zip(target.elts, statement.value.elts, strict=True))
            for name, value in pairs:
                numbers = _constants(value)
                several = len(numbers) > 1
                found += [(ast.unparse(name) + f"[{i}]" * several, number) for i, number in enumerate(numbers)]
    return found


def _constants(node: ast.AST) -> list[ast.Constant]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Constant) and type(n.value) in (int, float)]


def _mutated(mutation: Mutation) -> CodeType:
    """The module's code with the number changed."""
    tree = ast.parse(mutation.path.read_text())
    (number,) = (n for n in _constants(tree) if (n.lineno, n.col_offset) == (mutation.line, mutation.column))
    number.value = mutation.new
    return compile(tree, mutation.path, "exec")


def _import_all() -> None:
    """Import the package with all it needs, then forget the package: what a changed module needs is there already."""
    package = importlib.import_module(PACKAGE)
    for room in ("layout", "pixels", "source", "pipeline"):
        for module in pkgutil.walk_packages([f"{package.__path__[0]}/{room}"], f"{PACKAGE}.{room}."):
            importlib.import_module(module.name)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def _tests_of(path: Path) -> list[str]:
    """The tests of a module, nearest first: those named like it, those of its folder, those of its room."""
    place = Path("tests") / path.relative_to(ROOT / PACKAGE)
    near = [place.with_name(f"test_{place.name}"), place.parent, Path(*place.parts[:2])]
    return [str(tests) for tests in dict.fromkeys(near) if tests.exists()]


def _run(tests: Iterable[str], mutation: Mutation | None = None) -> int:
    """Run the tests, each argument after the other, up to the first failure; returns the exit code of pytest.

    The process is good for nothing else afterwards.
    """
    original = SourceFileLoader.get_code
    changed = {str(mutation.path): _mutated(mutation)} if mutation else {}

    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        return changed.get(str(loader.path)) or original(loader, fullname)

    options = ["-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", f"--timeout={HANGS}"]
    with patch.object(SourceFileLoader, "get_code", get_code):
        return next((int(code) for test in tests if (code := pytest.main([test, *options]))), 0)


def _fork(work: Callable[[], int]) -> int:
    """Start ``work`` in a silent copy of this process; returns its id."""
    if child := os.fork():
        return child
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        code = work()
    finally:
        os._exit(code)


def _in_parallel(items: Iterable[T], work: Callable[[T], int], jobs: int) -> Iterator[tuple[T, int]]:
    """What ``work`` returns for each item, as it comes, in up to ``jobs`` processes at a time."""
    waiting, running = deque(items), dict[int, T]()
    while waiting or running:
        while waiting and len(running) < jobs:
            item = waiting.popleft()
            running[_fork(partial(work, item))] = item
        child, status = os.wait()
        yield running.pop(child), os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
