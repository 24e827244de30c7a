"""The command line ``ocr-plugins``."""

from ocr_plugins.cli.commands import main

__all__ = ["main"]
