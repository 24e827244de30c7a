"""Pages per second of LightOnOCR in this process, against the recipe of the model's documentation, page by page.

    python benchmarks/lightonocr.py --edge 770 --recipe-pages 2        # a small model on the CPU, 8 pages
    python benchmarks/lightonocr.py --size published --device cuda --pages 256 --batch-size 128 --recipe-pages 4
    … --compile                                                        # fused norms and feed-forward layers

The models have random weights, so nothing is downloaded; ``published`` has the sizes of the 1B models. Both sides write
the same number of tokens, greedily, each in a process of its own. On the CPU one thread computes and its own time is
counted, so that the ratio does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from ocr_plugins.engines.lightonocr.local import LocalBackend
    from ocr_plugins.engines.lightonocr.writing import WrittenPage

SIZES: dict[str, dict[str, dict[str, int]]] = {
    "small": {
        "vision": {"hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8, "num_hidden_layers": 8},
        "text": {
            "hidden_size": 512,
            "intermediate_size": 1536,
            "num_attention_heads": 8,
            "num_hidden_layers": 10,
            "num_key_value_heads": 4,
            "vocab_size": 32768,
        },
    },
    "published": {
        "vision": {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24},
        "text": {
            "hidden_size": 1024,
            "intermediate_size": 3072,
            "num_attention_heads": 16,
            "num_hidden_layers": 28,
            "num_key_value_heads": 8,
            "vocab_size": 151936,
        },
    },
}
TEMPLATE = (
    "<|im_start|>user\n{% for content in messages[0]['content'] %}{% if content['type'] == 'image' %}<|image_pad|>"
    "{% endif %}{% endfor %}<|im_end|>\n<|im_start|>assistant\n"
)


def save_model(folder: Path, size: str) -> None:
    """A checkpoint with random weights in bfloat16, as the published ones are, and a tokenizer of bytes."""
    import torch
    import transformers
    from tokenizers import pre_tokenizers
    from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil

    torch.manual_seed(0)
    tokenizer = transformers.Qwen2Tokenizer(
        vocab={character: i for i, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))},
        merges=[],
        eos_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>"],
        extra_special_tokens={
            "image_token": "<|image_pad|>",
            "image_break_token": "<|vision_pad|>",
            "image_end_token": "<|vision_end|>",
        },
    )
    config = transformers.LightOnOcrConfig(
        image_token_id=tokenizer.image_token_id,
        vision_config={"model_type": "pixtral", "head_dim": 64, "patch_size": 14, "rope_theta": 10000}
        | SIZES[size]["vision"],
        text_config={"model_type": "qwen3", "head_dim": 128, "rope_theta": 1000000} | SIZES[size]["text"],
    )
    with torch.device("cpu"):
        model = transformers.LightOnOcrForConditionalGeneration(config).to(torch.bfloat16)
    # An end never comes: both sides write up to the limit.
    model.generation_config = transformers.GenerationConfig(eos_token_id=config.text_config.vocab_size - 1)
    parts = {"encoder": model.model.vision_encoder, "language model": model.model.language_model}
    counts = (f"{name} {sum(p.numel() for p in part.parameters()) / 1e6:.0f} M" for name, part in parts.items())
    print(f"{size}: {', '.join(counts)} parameters")
    model.save_pretrained(folder)
    images = PixtralImageProcessorPil(patch_size=14, size={"longest_edge": 1540})
    transformers.LightOnOcrProcessor(images, tokenizer, chat_template=TEMPLATE).save_pretrained(folder)


def made_pages(count: int, edge: int) -> list[Image.Image]:
    """A4 pages of text, each different."""
    from ocr_plugins.testing import made_page

    width, font = round(edge / 2**0.5), max(6, edge // 70)
    return [
        made_page(
            [f"Page {i}, line {n}: {'the quick brown fox ' * 2}" for n in range(30)],
            size=(width, edge),
            font_size=font,
            margin=font,
        )
        for i in range(count)
    ]


def run_recipe(args: argparse.Namespace, folder: str, count: int) -> dict[str, Any]:
    """As in the documentation of transformers: ``apply_chat_template``, ``generate``, ``decode``."""
    import torch
    import transformers

    dtype = getattr(torch, args.dtype)
    model = transformers.LightOnOcrForConditionalGeneration.from_pretrained(folder, dtype=dtype).to(args.device)
    processor = transformers.LightOnOcrProcessor.from_pretrained(folder)

    def read(image: Image.Image, tokens: int) -> list[int]:
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": [{"type": "image", "image": image}]}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        )
        inputs = {k: v.to(args.device, dtype if v.is_floating_point() else None) for k, v in inputs.items()}
        output = model.generate(**inputs, max_new_tokens=tokens, do_sample=False)
        written: list[int] = output[0, inputs["input_ids"].shape[1] :].tolist()
        return written

    pages = made_pages(count, args.edge)
    read(made_pages(1, 420)[0], 4)
    encoding = _timed(model.model.vision_encoder, args)
    clock = _clock(args)
    began = clock()
    written = [read(page, args.tokens) for page in pages]
    seconds = clock() - began
    return _report(args, written, seconds) | {"encoding": sum(encoding) / seconds}


def run_ours(args: argparse.Namespace, folder: str, count: int) -> dict[str, Any]:
    from ocr_plugins.engines.lightonocr import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.local import LocalBackend

    backend = LocalBackend(
        LightOnOcrOptions(
            model=folder,
            device=args.device,
            dtype=args.dtype,
            batch_size=args.batch_size,
            max_new_tokens=args.tokens,
            stop_repeats=False,
        )
    )
    model = backend._checkpoint().model
    if args.compile:
        for module in model.model.language_model.modules():
            if type(module).__name__ in ("Qwen3MLP", "Qwen3RMSNorm"):
                module.compile(dynamic=True)
    pages = made_pages(count, args.edge)
    written(backend, made_pages(1, 420))
    encoding = _timed(model.model.vision_encoder, args)
    clock = _clock(args)
    began = clock()
    tokens = [page.tokens for page in written(backend, pages)]
    seconds = clock() - began
    return _report(args, tokens, seconds) | {"encoding": sum(encoding) / seconds}


def written(backend: LocalBackend, images: Sequence[Image.Image]) -> list[WrittenPage]:
    """What the model writes for the images, greedily, in their order."""
    from ocr_plugins.engines.lightonocr.attempts import Asked
    from ocr_plugins.engines.lightonocr.writing import WrittenPage

    asked = (Asked(i, image, 0.0) for i, image in enumerate(images))
    pages: dict[int, WrittenPage] = {}
    for i, page in filter(None, backend.write(asked)):
        if not isinstance(page, WrittenPage):
            raise page
        pages[i] = page
    return [pages[i] for i in range(len(images))]


def _clock(args: argparse.Namespace) -> Callable[[], float]:
    import torch

    if args.device != "cpu":
        return time.perf_counter
    torch.set_num_threads(1)
    return time.process_time


def _timed(module: Any, args: argparse.Namespace) -> list[float]:
    """Seconds of each call of a module from now on."""
    import torch

    clock, times = _clock(args), []

    def now() -> float:
        if args.device != "cpu":
            torch.cuda.synchronize()
        return clock()

    def began(*_: Any) -> None:
        times.append(-now())

    def ended(*_: Any) -> None:
        times[-1] += now()

    module.register_forward_pre_hook(began)
    module.register_forward_hook(ended)
    return times


def _report(args: argparse.Namespace, written: list[list[int]], seconds: float) -> dict[str, Any]:
    report = {
        "written": written,
        "seconds": seconds,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }
    if args.device.startswith("cuda"):
        import torch

        report["memory"] = torch.cuda.max_memory_allocated() / 1e9
    return report


def _child(run: Any, args: argparse.Namespace, folder: str, count: int, file: str) -> None:
    Path(file).write_text(json.dumps(run(args, folder, count)), encoding="utf-8")


def measured(run: Any, args: argparse.Namespace, folder: str, count: int) -> dict[str, Any]:
    file = f"{folder}/report.json"
    process = multiprocessing.get_context("spawn").Process(target=_child, args=(run, args, folder, count, file))
    process.start()
    process.join()
    report: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    speed = count / report["seconds"], sum(map(len, report["written"])) / report["seconds"]
    print(
        f"{run.__name__:<12} {count} pages in {report['seconds']:.1f} s: {speed[0]:.3f} pages/s, "
        f"{speed[1]:.0f} tokens/s, encoder {report['encoding']:.0%} of the time, peak {report['memory']:.2f} GB",
        flush=True,
    )
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--recipe-pages", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=1000)
    parser.add_argument("--edge", type=int, default=1540, help="longest edge of the pages in pixels")
    parser.add_argument("--compile", action="store_true", help="torch.compile for parts of the language model")
    parser.add_argument("--runs", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        save_model(Path(folder), args.size)
        ratios = []
        for _ in range(args.runs):
            recipe = measured(run_recipe, args, folder, args.recipe_pages)
            ours = measured(run_ours, args, folder, args.pages)
            ratios.append(recipe["seconds"] / args.recipe_pages / (ours["seconds"] / args.pages))
            pairs = list(zip(recipe["written"], ours["written"], strict=False))
            same = sum(a == b for a, b in pairs)
            print(f"{ratios[-1]:.2f} times the pages per second; {same} of {len(pairs)} pages have the same tokens")


if __name__ == "__main__":
    main()
