"""LlamaIndex integration of ocr-plugins: a reader for scans."""

from llama_index.readers.ocr_plugins.base import OcrPluginsReader

__all__ = ["OcrPluginsReader"]
