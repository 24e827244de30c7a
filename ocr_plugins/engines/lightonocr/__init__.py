"""LightOnOCR: a vision language model that turns a page image straight into Markdown, in this process or on a server.

Models and prompts are LightOn's (https://huggingface.co/lightonai, Apache-2.0).
"""

from __future__ import annotations

import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ocr_plugins.engine import Blocks, EngineInfo, PageImage, StreamingEngine
from ocr_plugins.engines.lightonocr.attempts import Attempt, read_pages
from ocr_plugins.engines.lightonocr.families import UNKNOWN, Family, by_name, of_checkpoint
from ocr_plugins.engines.lightonocr.framing import Framed, framed
from ocr_plugins.engines.lightonocr.local import LocalBackend
from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions, LightOnOcrServerOptions, VlmServerOptions
from ocr_plugins.engines.lightonocr.server import ServerBackend
from ocr_plugins.errors import ModelError, OcrError
from ocr_plugins.runtime.lora import located_if_here

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from ocr_plugins.engines.lightonocr.checkpoint import Checkpoint

__all__ = [
    "LightOnOcrEngine",
    "LightOnOcrOptions",
    "LightOnOcrServerEngine",
    "LightOnOcrServerOptions",
    "PageReader",
    "VlmServerOptions",
]

# Pages given at once on a GPU; a step takes hardly longer for many than for few.
GPU_BATCH = 64
# Separates best the pages of the kind that the small checkpoint was made for from others (area under the curve: 0.968).
LOW_CONFIDENCE = 0.8
# Of Nvidia's driver, in Linux and in Windows' Linux, and of AMD's; in containers nvidia-smi may be missing.
GPU_DEVICES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")


class PageReader(StreamingEngine):
    """What these engines do: page images are framed, read until the model comes to an end, and its text parsed."""

    options: LightOnOcrOptions | LightOnOcrServerOptions | VlmServerOptions
    _backend: LocalBackend | ServerBackend

    def _set_info(self, family: Family, batch_size: int) -> None:
        """Tell the pipeline how to render and to batch; also refuses what the family cannot do.

        Raises:
            OptionError: ``grounding`` is wanted of a model that gives no boxes.
        """
        options = self.options
        family.prompt(grounding=options.grounding)
        self.info = replace(
            self.info,
            boxes=options.grounding,
            longest_edge=options.longest_edge or family.longest_edge,
            batch_size=batch_size,
        )

    def close(self) -> None:
        self._backend.close()

    def for_worker(self) -> Self:
        """All workers share one model or one server; in this process they take turns at it."""
        other = super().for_worker()
        other._backend = self._backend
        return other

    def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[tuple[int, Blocks | OcrError] | None]:
        from ocr_plugins.engines.lightonocr.output import parse_output
        from ocr_plugins.pixels.upright import is_blank

        options, backend = self.options, self._backend
        frames: dict[int, Framed] = {}
        blank: deque[int] = deque()

        def inked() -> Iterator[tuple[int, Image]]:
            """Nobody is asked about blank pages, on which the model would invent something."""
            for i, page in enumerate(images):
                if is_blank(page):
                    blank.append(i)
                else:
                    yield i, page.image

        def seen(pages: Iterable[tuple[int, Image]]) -> Iterator[tuple[int, Image]]:
            for i, image in pages:
                frames[i] = self._framed(image, family)
                yield i, frames[i].image

        pages = inked()
        if (first := next(pages, None)) is not None:
            family = backend.family
            dialect = family.answer(grounding=options.grounding)
            temperature = family.temperature if options.temperature is None else options.temperature
            coming = seen(chain([first], pages))
            for result in read_pages(backend.read, coming, temperature=temperature, retries=options.retries):
                yield from ((blank.popleft(), Blocks()) for _ in range(len(blank)))
                if result is None:
                    yield None
                    continue
                i, attempt = result
                frame = frames.pop(i)
                if isinstance(attempt, Attempt):
                    yield i, _judged(frame.on_page(parse_output(attempt.text, dialect)), attempt)
                else:
                    yield i, attempt
        yield from ((i, Blocks()) for i in blank)

    def _framed(self, image: Image, family: Family) -> Framed:
        return framed(image, family, self.options.longest_edge or family.longest_edge)


class LightOnOcrEngine(PageReader):
    """The engine ``lightonocr``, in this process; its options are :class:`LightOnOcrOptions`.

    The workers of a pipeline share one model and take turns.
    """

    Options = LightOnOcrOptions
    options: LightOnOcrOptions
    _backend: LocalBackend
    info = EngineInfo(
        summary="LightOnOCR 1 to 3: a vision language model writes the page as Markdown, in this process",
        licence="Apache-2.0",
        languages="English, French and other European languages",
        requires=("torch", "transformers"),
        install="pip install 'ocr-plugins[lightonocr]'",
        confidence=True,
        low_confidence=LOW_CONFIDENCE,
        longest_edge=1540,
        batch_size=8,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        family = _family_here(self.options.model, self.options.revision)
        self._set_info(family, self.options.batch_size or self._expected_batch())
        self._backend = LocalBackend(self.options)

    def _expected_batch(self) -> int:
        """Pages to be given at once, told without importing torch; as many as fit into a GPU are written at a time."""
        options = self.options
        gpu = options.device.startswith("cuda") or (options.device == "auto" and _has_gpu())
        return GPU_BATCH if gpu else self.info.batch_size

    def load(self) -> Checkpoint:
        """Load the model now instead of with the first page.

        Returns:
            The model, its tokenizer, and what else it takes to use it.

        Raises:
            OcrError: It is not there, damaged, or does not fit.
        """
        return self._backend.load()

    def inputs(self, page: PageImage) -> dict[str, torch.Tensor]:
        """What the model is called with to read a page: the ids of the prompt, and the pixels.

        Raises:
            OcrError: The model cannot be loaded, or the page not be cut into patches.
        """
        checkpoint = self._backend.load()
        prompt = checkpoint.family.prompt(grounding=self.options.grounding)
        return checkpoint.inputs(self._framed(page.image, checkpoint.family).image, prompt)

    def download(self) -> list[str]:
        return self._backend.download()


class LightOnOcrServerEngine(PageReader):
    """The engine ``lightonocr-server``; its options are :class:`LightOnOcrServerOptions`.

    The workers of a pipeline share one server, also one that is started.
    """

    Options = LightOnOcrServerOptions
    options: LightOnOcrServerOptions
    _backend: ServerBackend
    info = replace(
        LightOnOcrEngine.info,
        summary="LightOnOCR 1 to 3 on a server with OpenAI's API, such as vLLM",
        requires=("openai",),
        install="pip install 'ocr-plugins[server]'",
        batch_size=64,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        family = self._expected_family()
        self._set_info(family, self.options.concurrency)
        self._backend = ServerBackend(self.options, family)

    def _expected_family(self) -> Family:
        """By the name of the model or, if only that is given, by what the server calls it."""
        options = self.options
        served = None if "model" in options.model_fields_set else by_name(options.served_model_name or "")
        return served or (_family_here(options.model) if options.serve else by_name(options.model)) or UNKNOWN


def _family_here(model: str, revision: str | None = None) -> Family:
    """By the name or, where that does not tell, by the config if the model is on this machine."""
    named = by_name(model)
    if named and not Path(model).is_dir():
        return named
    try:
        found = located_if_here(model, revision)
        return of_checkpoint(found, model) if found else UNKNOWN
    except (ModelError, ImportError):
        # Said when a page is read, as of every model that is not there.
        return UNKNOWN


def _judged(read: Blocks, attempt: Attempt) -> Blocks:
    """Blocks with the confidence of the whole page: which tokens made which block is not known."""
    blocks = tuple(replace(block, confidence=attempt.confidence if block.text else None) for block in read.blocks)
    return Blocks(blocks, truncated=not attempt.finished)


def _has_gpu() -> bool:
    """By PyTorch's own word where it is loaded already, otherwise by what the driver leaves on the machine."""
    if torch := sys.modules.get("torch"):
        return bool(torch.cuda.is_available())
    return shutil.which("nvidia-smi") is not None or any(Path(path).exists() for path in GPU_DEVICES)
