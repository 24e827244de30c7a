"""``ocr-plugins completion``: what a shell needs to complete commands, options, engines and formats."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from ocr_plugins.cli.common import show

__all__ = ["completion"]

COMMAND = "ocr-plugins"
# How the command is asked for completions; click makes the name of that of the command.
VARIABLE = "_OCR_PLUGINS_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print the script that lets a shell complete ocr-plugins.

    \b
    For the shells that are opened from now on:
      bash  ocr-plugins completion bash >> ~/.bashrc
      zsh   ocr-plugins completion zsh >> ~/.zshrc, behind compinit
      fish  ocr-plugins completion fish > ~/.config/fish/completions/ocr-plugins.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    # Not bash's own source(), which also runs the bash that it finds, to tell its version.
    show(ShellComplete.source(made(context.find_root().command, {}, COMMAND, VARIABLE)))
