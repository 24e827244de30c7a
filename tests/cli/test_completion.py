"""What the shells complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import run


def completed(*words: str) -> list[str]:
    """What is offered for the last word."""
    environment = os.environ | {
        "_OCR_PLUGINS_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["ocr-plugins", *words]),
        "COMP_CWORD": str(len(words)),
    }
    return [line.partition(",")[2] for line in run(env=environment).stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ev",), {"evaluate"}),
        (("convert", "--engine", "rap"), {"rapidocr"}),
        (("convert", "--engine", "scr"), {"scripted"}),
        (("evaluate", "a.png", "--engine", "rap"), {"rapidocr"}),
        (("download", "lightonocr-"), {"lightonocr-server"}),
        (("convert", "--format", "ch"), {"chunks"}),
        (("convert", "--fail"), {"--fail-fast"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
    ],
)
def test_commands_options_engines_and_formats_are_completed(words: tuple[str, ...], expected: set[str]) -> None:
    assert set(completed(*words)) == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_understands(tmp_path: Path, shell: str) -> None:
    script = run("completion", shell).stdout
    assert f"_OCR_PLUGINS_COMPLETE={shell}_complete" in script
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(script)
        subprocess.run([program, "-n", tmp_path / "script"], check=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    """As bash does when Tab is pressed."""
    (tmp_path / "script").write_text(run("completion", "bash").stdout)
    program = tmp_path / "ocr-plugins"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ocr_plugins "$@"\n')
    program.chmod(0o755)
    asked = (
        f"source {tmp_path}/script; COMP_WORDS=(ocr-plugins convert --format js); COMP_CWORD=3;"
        "_ocr_plugins_completion ocr-plugins; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "json\n"
