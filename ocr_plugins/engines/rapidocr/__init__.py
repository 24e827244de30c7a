"""The default engine: PP-OCRv6 small from the ``rapidocr`` wheel, on the CPU, offline.

The models and their pre- and post-processing constants are RapidOCR's (https://github.com/RapidAI/RapidOCR,
Apache-2.0). The models run here, rather than through ``RapidOCR()``, to read the lines of several pages in batches of
similar width, without padding them much, to compute few of the recogniser's 18,710 classes, and without its classifier
of upside-down lines, which garbles good ones: the pipeline turns whole pages instead.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from ocr_plugins.engine import EngineInfo, EngineOptions, LineDetector, LineRecognizer, LineText, PageImage, Quad
from ocr_plugins.engines.lines import LineEngine, LineEngineOptions
from ocr_plugins.engines.rapidocr.ctc import decode, line_text
from ocr_plugins.errors import ModelError
from ocr_plugins.runtime.onnx import Array, Model, Precision, Runtime, Shortlist, downloaded

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

_INFO = EngineInfo(
    summary="PP-OCRv6 small: detection and recognition on the CPU, models inside the package",
    licence="Apache-2.0",
    languages="English, Chinese, Japanese and the languages in Latin script",
    requires=("rapidocr", "cv2", "onnxruntime"),
    install="pip install 'ocr-plugins[rapidocr]'",
    boxes=True,
    confidence=True,
    longest_edge=2000,
    enlarge_to=1280,
)

LINE_HEIGHT = 48
# Padded to less than the narrow end, single digits and short words are misread: the model has seen lines of 320.
MIN_WIDTH, MAX_WIDTH = 256, 2048
# Pixels of all lines of a batch side by side, and how they are padded to one width. A batch costs as much as 300 pixels
# more, so that of several widths the narrowest is at least this share of the widest.
BATCH_WIDTH, WIDTH_STEP, SIMILAR_WIDTH = 4096, 32, 0.8
# Measured over 174,000 columns in Latin, Greek, Chinese and Japanese: no line in which every column is above these has
# a better class outside the shortlist, but for half a percent of single Chinese characters.
LEAST_BLANK, LEAST_SCORE = 14.0, 10.0
# Where ink is looked for: in squares of so many pixels, darker or lighter than the ground by so many grey levels.
INK_STEP, INK_CONTRAST, INK_MARGIN = 4, 30, 64


Size = Literal["tiny", "small", "medium"]
Script = Literal[
    "multi", "arabic", "cyrillic", "devanagari", "el", "en", "eslav", "korean", "latin", "ta", "te", "th"
]  # fmt: skip


class RuntimeOptions(EngineOptions):
    """How the models are run."""

    runtime: Runtime = Field("auto", description="auto, openvino or onnxruntime; auto prefers OpenVINO")
    precision: Precision = Field("auto", description="auto, float32 or bfloat16 (OpenVINO on CPUs that have it)")
    threads: int = Field(0, ge=0, description="threads per model, 0 for one per core")
    size: Size = Field("small", description="of PP-OCRv6: tiny, small or medium; only small is in the package")


class RecognizerOptions(RuntimeOptions):
    """Options of the line recogniser."""

    script: Script = Field(
        "multi", description="multi, or a script of PP-OCRv5 that it lacks: arabic, cyrillic, devanagari, el, …"
    )


class DetectorOptions(RuntimeOptions):
    """Options of the line detector."""

    detection_edge: int = Field(1280, ge=320, le=4096, description="longest edge, in pixels, at which lines are found")
    box_threshold: float = Field(0.5, ge=0, le=1, description="least mean score of a line's pixels")


class RapidOcrDetector(LineDetector):
    """Text lines by Differentiable Binarization (https://arxiv.org/abs/1911.08947), PP-OCRv6 small."""

    Options = DetectorOptions
    info = _INFO
    options: DetectorOptions

    @cached_property
    def _model(self) -> Model:
        return _load(self.options, _Choice("det", self.options.size))

    @cached_property
    def _boxes(self) -> Any:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        return DBPostProcess(
            thresh=0.3, box_thresh=self.options.box_threshold, max_candidates=3000, unclip_ratio=1.6, use_dilation=True
        )

    def detect(self, images: Sequence[PageImage]) -> list[list[Quad]]:
        return [self._detect(page) for page in images]

    def _detect(self, page: PageImage) -> list[Quad]:
        import cv2

        left, top, right, bottom = _inked_part(page.grey)
        inked = np.asarray(page.image)[top:bottom, left:right]
        scale = min(1.0, self.options.detection_edge / max(inked.shape))
        height, width = (max(32, round(side * scale / 32) * 32) for side in inked.shape[:2])
        pixels = cv2.resize(inked, (width, height), interpolation=cv2.INTER_AREA)
        scores = self._model(_normalised(pixels)[None])[0]
        quads, _ = self._boxes(scores, inked.shape[:2])
        offset = np.array((left, top))
        return [_quad(quad + offset) for quad in quads]

    def download(self) -> list[str]:
        return _download(_Choice("det", self.options.size))

    def close(self) -> None:
        self.__dict__.pop("_model", None)


class RapidOcrRecognizer(LineRecognizer):
    """Text of line images by a CTC recogniser, PP-OCRv6 small."""

    Options = RecognizerOptions
    info = _INFO
    options: RecognizerOptions

    @property
    def _choice(self) -> _Choice:
        return _Choice("rec", self.options.size, self.options.script)

    @cached_property
    def _model(self) -> Model:
        # When a common character stands out was measured on the model in the package.
        common = _common if self._choice.bundled else None
        return _load(self.options, self._choice, best_class=True, common=common)

    def read_lines(self, crops: Sequence[Image]) -> list[tuple[str, float | None]]:
        return [(line.text, line.confidence) for line in self.read_words(crops)]

    def read_words(self, crops: Sequence[Image]) -> list[LineText]:
        texts = [LineText("")] * len(crops)
        widths = [_scaled_width(crop) for crop in crops]
        for part in _batches(widths):
            padded = _padded(widths[part[0]])
            batch = np.zeros((len(part), 3, LINE_HEIGHT, padded), np.float32)
            for row, i in enumerate(part):
                batch[row, :, :, : widths[i]] = _line_pixels(crops[i], widths[i])
            classes, scores = self._model(batch)
            for i, line_classes, line_scores in zip(part, classes, scores, strict=True):
                columns = len(line_classes) * widths[i] / padded
                characters = decode(line_classes, line_scores, self._alphabet, columns)
                texts[i] = line_text(characters, np.asarray(crops[i].convert("L")))
        return texts

    @cached_property
    def _alphabet(self) -> list[str]:
        return ["", *self._model.characters, " "]

    def download(self) -> list[str]:
        return _download(self._choice)

    def close(self) -> None:
        self.__dict__.pop("_model", None)


class RapidOcrOptions(DetectorOptions, RecognizerOptions, LineEngineOptions):
    """Options of the engine."""

    min_confidence: float = Field(0.5, ge=0, le=1, description="lines below it are left out")


class RapidOcrEngine(LineEngine):
    """Detector and recogniser together, the engine ``rapidocr``; its options are :class:`RapidOcrOptions`."""

    Options = RapidOcrOptions
    info = _INFO
    options: RapidOcrOptions

    def __init__(self, **options: Any) -> None:
        given = RapidOcrOptions.parse(type(self).__name__, options).model_dump()
        super().__init__(
            RapidOcrDetector(**{k: given[k] for k in DetectorOptions.model_fields}),
            RapidOcrRecognizer(**{k: given[k] for k in RecognizerOptions.model_fields}),
            **options,
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A model of RapidOCR: for detection (``det``) or recognition (``rec``), of a size, for a script."""

    task: str
    size: str
    script: str = "multi"

    @property
    def version(self) -> str:
        return "PP-OCRv6" if self.script == "multi" else "PP-OCRv5"

    @property
    def key(self) -> str:
        """As RapidOCR's list of models has it."""
        return f"{self.script}_{self.version}_{self.task}_{self.size if self.script == 'multi' else 'mobile'}"

    @property
    def bundled(self) -> bool:
        return (self.size, self.script) == ("small", "multi")

    @property
    def path(self) -> Path:
        import rapidocr

        if self.bundled:
            return Path(rapidocr.__file__).parent / "models" / f"{self.version}_{self.task}_{self.size}.onnx"
        return downloaded(f"rapidocr/{self.key}.onnx")


def _load(options: RuntimeOptions, choice: _Choice, **arguments: Any) -> Model:
    if not choice.path.is_file():
        if choice.bundled:
            raise ModelError(
                f"The installed rapidocr has no {choice.path.name}: pip install 'ocr-plugins[rapidocr]' --upgrade"
            )
        raise ModelError(
            f"The model {choice.key} is not on this machine. To fetch it: "
            f"ocr-plugins download rapidocr -O size={choice.size} -O script={choice.script}"
        )
    return Model(
        choice.path, runtime=options.runtime, precision=options.precision, threads=options.threads, **arguments
    )


def _download(choice: _Choice) -> list[str]:
    """Fetch a model from where RapidOCR keeps it, with RapidOCR's own loader, and check it before it gets its name."""
    import rapidocr
    from omegaconf import OmegaConf
    from rapidocr.utils.download_file import DownloadFile, DownloadFileException, DownloadFileInput

    path = choice.path
    if choice.bundled or path.is_file():
        return []
    models = OmegaConf.load(Path(rapidocr.__file__).parent / "default_models.yaml")
    entry = OmegaConf.select(models, "onnxruntime")[choice.version][choice.task].get(choice.key)
    if entry is None:
        raise ModelError(f"The installed rapidocr knows no model {choice.key}.")
    partial = path.with_suffix(".partial")
    try:
        DownloadFile.run(DownloadFileInput(entry.model_dir, partial, log, verbose=False))
        if not DownloadFile.check_file_sha256(partial, entry.SHA256):
            raise ModelError(f"{entry.model_dir} is not the file that it should be: its SHA-256 differs. Try again.")
        partial.replace(path)
    except (DownloadFileException, OSError) as e:
        raise ModelError(f"{choice.key} cannot be fetched from {entry.model_dir}: {e}") from e
    finally:
        partial.unlink(missing_ok=True)
    return [str(path)]


def _common(characters: Sequence[str]) -> Shortlist:
    """Latin and Greek letters, digits, punctuation and signs; the classes are the blank, the characters, the space."""
    alphabet = ["", *characters, " "]
    common = (i for i, c in enumerate(alphabet) if all(ord(x) < 0x400 or 0x2000 <= ord(x) < 0x2400 for x in c))
    return Shortlist(tuple(common), LEAST_BLANK, LEAST_SCORE)


def _inked_part(grey: Array) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what differs from the ground, in pixels, with a margin.

    The detector overlooks a little text on a lot of white.
    """
    from PIL import Image

    reduced = np.asarray(Image.fromarray(grey).reduce(INK_STEP), np.int16)
    ink = np.abs(reduced - np.median(reduced)) > INK_CONTRAST
    height, width = grey.shape
    rows, columns = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    if not len(rows):
        return 0, 0, width, height
    return (
        max(0, int(columns[0]) * INK_STEP - INK_MARGIN),
        max(0, int(rows[0]) * INK_STEP - INK_MARGIN),
        min(width, (int(columns[-1]) + 1) * INK_STEP + INK_MARGIN),
        min(height, (int(rows[-1]) + 1) * INK_STEP + INK_MARGIN),
    )


def _quad(corners: Array) -> Quad:
    start, end, below_end, below_start = ((float(x), float(y)) for x, y in corners)
    return start, end, below_end, below_start


def _normalised(pixels: Array) -> Array:
    """RGB bytes, height × width × 3, as the BGR planes in -1..1 that the models take."""
    return np.ascontiguousarray((pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1).transpose(2, 0, 1))


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines that are read together, widest first: few enough, and not much narrower than the first."""
    part: list[int] = []
    for i in sorted(range(len(widths)), key=widths.__getitem__, reverse=True):
        padded = _padded(widths[part[0]]) if part else 0
        if part and (_padded(widths[i]) < SIMILAR_WIDTH * padded or padded * (len(part) + 1) > BATCH_WIDTH):
            yield part
            part = []
        part.append(i)
    if part:
        yield part


def _padded(width: int) -> int:
    return max(MIN_WIDTH, math.ceil(width / WIDTH_STEP) * WIDTH_STEP)


def _scaled_width(crop: Image) -> int:
    return max(1, min(MAX_WIDTH, math.ceil(crop.width * LINE_HEIGHT / crop.height)))


def _line_pixels(crop: Image, width: int) -> Array:
    import cv2

    return _normalised(cv2.resize(np.asarray(crop), (width, LINE_HEIGHT)))
