"""The contract of every engine, run on this one; lines of its own, as it reads no Latin text."""

from ocr_plugins_tally import TallyEngine

from ocr_plugins import OcrEngine
from ocr_plugins.testing import EngineContract


class TestTally(EngineContract):
    max_cer = 0.0
    lines = ("|||", "|||||||", "|")

    def make_engine(self, **options: object) -> OcrEngine:
        engine: OcrEngine = TallyEngine(**options)
        return engine
