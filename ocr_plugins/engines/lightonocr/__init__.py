"""LightOnOCR: a vision language model that turns a page image straight into Markdown, in this process or on a server.

Models and prompts are LightOn's (https://huggingface.co/lightonai, Apache-2.0).
"""

from __future__ import annotations

import itertools
import math
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ocr_plugins.blocks import Block
from ocr_plugins.engine import Blocks, EngineInfo, OcrEngine, PageImage, Recognition
from ocr_plugins.engines.lightonocr.attempts import Attempt, read_pages
from ocr_plugins.engines.lightonocr.families import UNKNOWN, Family, by_name, of_config, read_config
from ocr_plugins.engines.lightonocr.local import LocalBackend
from ocr_plugins.engines.lightonocr.options import LightOnOcrOptions
from ocr_plugins.engines.lightonocr.server import ServerBackend
from ocr_plugins.errors import ModelError, OcrError, OptionError
from ocr_plugins.runtime.hub import cached

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LightOnOcrEngine", "LightOnOcrOptions"]

# Pages given at once on a GPU; a step takes hardly longer for many than for few.
GPU_BATCH = 64


class LightOnOcrEngine(OcrEngine):
    """The engine ``lightonocr``; its options are :class:`LightOnOcrOptions`.

    The workers of a pipeline share one model and take turns.
    """

    Options = LightOnOcrOptions
    options: LightOnOcrOptions
    info = EngineInfo(
        summary="LightOnOCR 1 to 3: a vision language model writes the page as Markdown, here or on a server",
        licence="Apache-2.0",
        languages="English, French and other European languages",
        requires=("torch", "transformers"),
        install="pip install 'ocr-plugins[lightonocr]'",
        longest_edge=1540,
        batch_size=8,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        served = self.options.backend == "server"
        if served != (self.options.base_url is not None):
            raise OptionError("LightOnOcrEngine: backend='server' and base_url belong together: give both or neither.")
        self._family = self._expected_family()
        self._family.prompt(grounding=self.options.grounding)
        # Of this engine, for the pipeline to render and batch by.
        vars(self)["info"] = replace(
            self.info,
            requires=("openai",) if served else self.info.requires,
            install="pip install 'ocr-plugins[server]'" if served else self.info.install,
            boxes=self.options.grounding,
            longest_edge=self.options.longest_edge or self._family.longest_edge,
            batch_size=self.options.concurrency if served else self.options.batch_size or self._expected_batch(),
        )
        self._backend = self._server() if served else LocalBackend(self.options)
        self._kept: list[tuple[PageImage, Blocks | OcrError | None]] = []

    def _expected_family(self) -> Family:
        """By the name or, where that does not tell, by the config if the model is on this machine."""
        options = self.options
        named = by_name(options.model)
        if options.backend == "server":
            chosen = "model" in options.model_fields_set
            return (None if chosen else by_name(options.served_model_name or "")) or named or UNKNOWN
        if named and not Path(options.model).is_dir():
            return named
        try:
            folder = cached(options.model, options.revision)
            return of_config(read_config(folder), options.model) if folder else UNKNOWN
        except (ModelError, ImportError):
            # Said when a page is read, as of every model that is not there.
            return UNKNOWN

    def _expected_batch(self) -> int:
        """Pages to be given at once, told without importing torch; as many as fit into a GPU are written at a time."""
        device = self.options.device
        gpu = device.startswith("cuda") or (device == "auto" and shutil.which("nvidia-smi") is not None)
        return GPU_BATCH if gpu else self.info.batch_size

    def _server(self) -> ServerBackend:
        options, family = self.options, self._family
        assert options.base_url is not None
        return ServerBackend(
            base_url=options.base_url,
            model=options.model,
            served_model_name=options.served_model_name,
            prompt=family.prompt(grounding=options.grounding),
            longest_edge=options.longest_edge or family.longest_edge,
            max_tokens=options.max_new_tokens or family.max_new_tokens,
            top_p=family.top_p if options.top_p is None else options.top_p,
            # Where each request has a seed of its own, servers sample more slowly.
            seed=options.seed if "seed" in options.model_fields_set else None,
            template_arguments={"enable_thinking": False} if family.architecture == "qwen3_5" else {},
            stop_repeats=options.stop_repeats,
            api_key_env=options.api_key_env,
            concurrency=options.concurrency,
            timeout=options.timeout,
        )

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        if len(images) > 1:
            self._kept = []
        results = [self._recall(page) for page in images]
        unread = [i for i, result in enumerate(results) if result is None]
        for i, read in zip(unread, self._read([images[i] for i in unread]), strict=True):
            results[i] = read
        errors = [result for result in results if isinstance(result, OcrError)]
        if errors:
            if len(images) > 1:
                self._kept = list(zip(images, results, strict=True))
            raise errors[0]
        return [result for result in results if isinstance(result, Blocks)]

    def _recall(self, page: PageImage) -> Blocks | OcrError | None:
        """What was read on a page in a batch in which another failed: the pipeline then asks for each page alone."""
        for i, (kept, result) in enumerate(self._kept):
            if kept is page:
                del self._kept[i]
                return result
        return None

    def _read(self, images: Sequence[PageImage]) -> list[Blocks | OcrError]:
        """Read pages; nobody is asked about blank ones, on which the model would invent something."""
        from ocr_plugins.pixels.upright import is_blank

        inked = [not is_blank(page) for page in images]
        pictures = [page.image for page in itertools.compress(images, inked)]
        read = iter(self._read_inked(pictures) if pictures else [])
        return [next(read) if has_ink else Blocks() for has_ink in inked]

    def _read_inked(self, images: Sequence[Image]) -> list[Blocks | OcrError]:
        from ocr_plugins.engines.lightonocr.output import parse_output

        options, backend = self.options, self._backend
        family = self._family if isinstance(backend, ServerBackend) else backend.family
        dialect = family.answer(grounding=options.grounding)
        framed = [_framed(image, family.patch, options.longest_edge or family.longest_edge) for image in images]
        attempts = read_pages(
            lambda batch, temperature: backend.generate(batch, temperature=temperature),
            framed,
            temperature=family.temperature if options.temperature is None else options.temperature,
            retries=options.retries,
        )
        return [
            replace(_on_page(parse_output(attempt.text, dialect), image, frame), truncated=not attempt.finished)
            if isinstance(attempt, Attempt)
            else attempt
            for attempt, image, frame in zip(attempts, images, framed, strict=True)
        ]

    def download(self) -> list[str]:
        return [] if isinstance(self._backend, ServerBackend) else self._backend.download()

    def close(self) -> None:
        self._kept = []
        if not isinstance(self._backend, ServerBackend):
            self._backend.close()

    def for_worker(self) -> Self:
        """All workers share one model, and take turns."""
        other = super().for_worker()
        other._backend = self._backend
        return other


def _framed(image: Image, least: int, edge: int) -> Image:
    """The image, or a strip that would become thinner than a patch on a page that is as thick as one."""
    thickness = math.ceil(least * max(1.0, max(image.size) / edge))
    if min(image.size) >= thickness:
        return image
    import PIL.Image
    from PIL.ImageStat import Stat

    page = PIL.Image.new("RGB", (max(image.width, thickness), max(image.height, thickness)), tuple(Stat(image).median))
    page.paste(image)
    return page


def _on_page(read: Blocks, image: Image, framed: Image) -> Blocks:
    """Blocks with their boxes in 0..1 of the image, not of what it was framed by."""
    if framed is image:
        return read
    x, y = framed.width / image.width, framed.height / image.height
    return replace(read, blocks=tuple(_scaled(block, x, y) for block in read.blocks))


def _scaled(block: Block, x: float, y: float) -> Block:
    return replace(block, box=block.box.scaled(x, y).clipped()) if block.box else block
