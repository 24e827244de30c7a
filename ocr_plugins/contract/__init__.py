"""What the contract of engines is made of; public through :mod:`ocr_plugins.testing`."""
