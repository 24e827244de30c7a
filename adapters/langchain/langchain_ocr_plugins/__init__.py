"""LangChain integration of ocr-plugins: a document loader and a blob parser."""

from langchain_ocr_plugins.loader import OcrPluginsLoader
from langchain_ocr_plugins.parser import OcrBlobParser

__all__ = ["OcrBlobParser", "OcrPluginsLoader"]
