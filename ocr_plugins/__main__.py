"""``python -m ocr_plugins`` is the command ``ocr-plugins``."""

from ocr_plugins.cli import main

main(prog_name="ocr-plugins")
