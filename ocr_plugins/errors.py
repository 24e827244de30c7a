"""The exceptions of ocr_plugins, one small tree.

Every message says what went wrong and what to do about it::

    OcrError
    ├── SourceError                 the input cannot be opened
    │   ├── SourceNotFoundError     no such file (also a FileNotFoundError)
    │   ├── UnsupportedSourceError  not a PDF or a supported image type
    │   ├── CorruptSourceError      a supported type, but damaged or empty
    │   ├── EncryptedPdfError       a password is missing or wrong
    │   └── PageSelectionError      ``pages=`` selects nothing (also a ValueError)
    ├── PageError                   one page failed, the document is fine
    │   └── PageLimitError          a page or frame is larger than the limits allow
    ├── OptionError                 an unknown or invalid option (also a ValueError)
    ├── EngineError                 an engine broke its contract or failed
    ├── UnknownEngineError          no engine of that name (also a LookupError)
    ├── ModelError                  a model file is missing, damaged or not what it should be
    ├── MissingDependencyError      an optional package is not installed (also an ImportError)
    └── CancelledError              ``cancel`` said so
"""

from __future__ import annotations

__all__ = [
    "CancelledError",
    "CorruptSourceError",
    "EncryptedPdfError",
    "EngineError",
    "MissingDependencyError",
    "ModelError",
    "OcrError",
    "OptionError",
    "PageError",
    "PageLimitError",
    "PageSelectionError",
    "SourceError",
    "SourceNotFoundError",
    "UnknownEngineError",
    "UnsupportedSourceError",
]


class OcrError(Exception):
    """Base class of everything that this package raises on purpose."""


class SourceError(OcrError):
    """The input as a whole cannot be read."""


class SourceNotFoundError(SourceError, FileNotFoundError):
    """The path does not exist or is not a file."""


class UnsupportedSourceError(SourceError):
    """The input is neither a PDF nor a supported image type."""


class CorruptSourceError(SourceError):
    """The input is of a supported type, but empty, truncated or damaged."""


class EncryptedPdfError(SourceError):
    """The PDF needs a password, or the one given is wrong."""


class PageSelectionError(SourceError, ValueError):
    """``pages=`` is malformed or selects no page of the document."""


class PageError(OcrError):
    """One page could not be read; the other pages are not affected.

    The pipeline records it in ``Page.error``, or raises it with ``on_error="raise"``.
    """


class PageLimitError(PageError):
    """A page or image frame is larger than the limits allow."""


class OptionError(OcrError, ValueError):
    """An option is unknown or has an invalid value; the message names the field."""


class EngineError(OcrError):
    """An engine failed, or returned something its contract does not allow."""


class UnknownEngineError(OcrError, LookupError):
    """No engine, line detector or layout detector is registered under that name."""


class ModelError(OcrError):
    """A model file is missing, damaged, or not the model that was asked for."""


class MissingDependencyError(OcrError, ImportError):
    """An optional package is not installed; the message has the exact ``pip install`` line.

    It is an ImportError because LlamaIndex's ``SimpleDirectoryReader`` swallows every other exception.
    """


class CancelledError(OcrError):
    """Reading was stopped by the ``cancel`` of the call; ``iter_pages`` has given the pages before it."""
