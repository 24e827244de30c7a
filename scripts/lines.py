"""Lines of code by room: neither blank, nor comment, nor docstring.

python scripts/lines.py [FOLDER]
"""

from __future__ import annotations

import ast
import sys
import tokenize
from collections import Counter
from pathlib import Path

NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(path: Path) -> int:
    """The lines of a module that hold code."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            texts |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    with tokenize.open(path) as file:
        tokens = [t for t in tokenize.generate_tokens(file.readline) if t.type not in NO_CODE]
    return len({line for t in tokens for line in range(t.start[0], t.end[0] + 1)} - texts)


def main() -> None:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "ocr_plugins")
    rooms: Counter[str] = Counter()
    for path in root.rglob("*.py"):
        rooms[path.relative_to(root).parts[0]] += code_lines(path)
    for room, lines in sorted(rooms.items(), key=lambda pair: -pair[1]):
        print(f"{lines:6}  {room}")
    print(f"{rooms.total():6}  in all")


if __name__ == "__main__":
    main()
