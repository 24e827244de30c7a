"""Everything that needs a GPU to be known, in one run of about six minutes: a table in Markdown.

    python benchmarks/gpu.py                        # on a machine with CUDA
    python benchmarks/gpu.py --device cpu --quick   # whether the script itself works, anywhere

Each step is a process of its own with a limit of time: one that fails leaves the others alone, and its row says why.
Neither network nor models are needed: speed is measured with random weights of the published sizes, and tokens are
compared on the small checkpoints of the tests.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
TINY, TROCR = ROOT / "tests" / "data" / "lightonocr-tiny", ROOT / "tests" / "data" / "trocr-small"
WORDS = ("able", "about", "black", "chair", "earth", "field", "green", "house", "island", "judge", "letter", "market")
# What marks the rows in the output of a step.
MARK = "rows: "
# MB that pages may take beside the model, in the steps where the memory is to run out.
FEW_MB = 64
Row = tuple[str, str]


def text_pages(count: int) -> list[Image.Image]:
    """Pages as the small checkpoint of LightOnOCR reads them."""
    font, pages = ImageFont.load_default(17), []
    for n in range(count):
        page = Image.new("RGB", (224, 56 + 28 * (n % 4)), "white")
        for row in range(page.height // 28):
            line = " ".join(WORDS[(5 * n + 7 * row + i) % len(WORDS)] for i in range(3))
            ImageDraw.Draw(page).text((6, 28 * row + 4), line, "black", font)
        pages.append(page)
    return pages


def tiny(args: argparse.Namespace, **options: Any) -> Any:
    """The part of the engine that gives tokens, with the small checkpoint in float32."""
    from ocr_plugins.engines.lightonocr import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.local import LocalBackend

    made = {"model": str(TINY), "device": args.device, "dtype": "float32", "max_new_tokens": 60}
    return LocalBackend(LightOnOcrOptions(**made | {"stop_repeats": False} | options))


def same(ours: Sequence[Any], theirs: Sequence[Any]) -> str:
    """How many are the same, in words."""
    return f"{sum(a == b for a, b in zip(ours, theirs, strict=True))} of {len(theirs)} the same"


def lightonocr_parity(args: argparse.Namespace) -> list[Row]:
    """The tokens of a batch against those of the documentation's recipe, page by page."""
    import torch
    from transformers import AutoProcessor, LightOnOcrForConditionalGeneration

    from benchmarks.lightonocr import written

    pages = text_pages(4 if args.quick else 24)
    model = LightOnOcrForConditionalGeneration.from_pretrained(TINY, dtype=torch.float32).to(args.device)
    processor = AutoProcessor.from_pretrained(TINY)
    recipe = []
    for page in pages:
        inputs = processor.apply_chat_template(
            [{"role": "user", "content": [{"type": "image", "image": page}]}],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
        ).to(args.device)
        output = model.generate(**inputs, max_new_tokens=60, do_sample=False)
        recipe.append(output[0, inputs["input_ids"].shape[1] :].tolist())
    rows = []
    for size in (1, 16):
        ours = [page.tokens for page in written(tiny(args, batch_size=size), pages)]
        rows.append((f"LightOnOCR, float32, {size} at once", f"{same(ours, recipe)} (pages)"))
    return rows


def line_images(count: int) -> list[Image.Image]:
    font, made = ImageFont.load_default(24), []
    for n in range(count):
        line = Image.new("RGB", (140 + 60 * (n % 3), 36), "white")
        ImageDraw.Draw(line).text(
            (8, 4), " ".join(WORDS[(n + i) % len(WORDS)] for i in range(1 + n % 3)), "black", font
        )
        made.append(line)
    return made


def trocr_parity(args: argparse.Namespace) -> list[Row]:
    import torch
    from transformers import TrOCRProcessor, VisionEncoderDecoderModel

    from ocr_plugins.engines.trocr import TrOcrRecognizer

    lines = line_images(4 if args.quick else 48)
    model = VisionEncoderDecoderModel.from_pretrained(TROCR, dtype=torch.float32).to(args.device).eval()
    processor = TrOCRProcessor.from_pretrained(TROCR)
    recipe = []
    for line in lines:
        pixels = processor(images=line, return_tensors="pt").pixel_values.to(args.device)
        ids = model.generate(pixels, max_new_tokens=48, use_cache=True, do_sample=False)
        recipe += processor.batch_decode(ids, skip_special_tokens=True)
    engine = TrOcrRecognizer(
        model=str(TROCR), device=args.device, dtype="float32", batch_size=16, max_new_tokens=48, guards=False
    )
    read = [text for text, _ in engine.read_lines(lines)]
    return [("TrOCR, float32, 16 at once", f"{same(read, recipe)} (lines)")]


def lightonocr_memory(args: argparse.Namespace) -> list[Row]:
    """The same tokens when the memory runs out on the way."""
    import torch

    from benchmarks.lightonocr import written

    _need_cuda(args)
    pages = text_pages(64)
    backend = tiny(args, batch_size=64)
    before = [page.tokens for page in written(backend, pages)]
    _leave_little(torch)
    after = [page.tokens for page in written(backend, pages)]
    return [("LightOnOCR, memory cut down", f"{backend._rows} rows instead of 64, {same(after, before)} (pages)")]


def trocr_memory(args: argparse.Namespace) -> list[Row]:
    import torch

    from ocr_plugins.engines.trocr import TrOcrRecognizer

    _need_cuda(args)
    lines = line_images(256)
    engine = TrOcrRecognizer(model=str(TROCR), device=args.device, dtype="float32", batch_size=256, guards=False)
    before = [text for text, _ in engine.read_lines(lines)]
    _leave_little(torch)
    after = [text for text, _ in engine.read_lines(lines)]
    return [("TrOCR, memory cut down", f"{engine._batches.size} crops instead of 256, {same(after, before)} (lines)")]


def _need_cuda(args: argparse.Namespace) -> None:
    if not args.device.startswith("cuda"):
        raise SystemExit("needs CUDA")


def _leave_little(torch: Any) -> None:
    """Let the process have what it has on the GPU and :data:`FEW_MB` more."""
    from ocr_plugins.runtime.pytorch import free_memory

    free_memory()
    _, total = torch.cuda.mem_get_info()
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + FEW_MB * 2**20) / total)


def script(name: str, *arguments: object) -> list[Row]:
    """The lines that another benchmark prints."""
    command = [sys.executable, str(ROOT / "benchmarks" / name), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(_last(run.stderr))
    return [(name, " ".join(line.split())) for line in run.stdout.splitlines() if line.strip()]


def lightonocr_speed(args: argparse.Namespace) -> list[Row]:
    if args.quick:
        sizes: tuple[object, ...] = ("--pages", 2, "--recipe-pages", 1, "--tokens", 4, "--edge", 280)
    else:
        sizes = ("--size", "published", "--pages", 64, "--recipe-pages", 2, "--tokens", 500, "--batch-size", 64)
    return script("lightonocr.py", "--device", args.device, *sizes)


def trocr_speed(args: argparse.Namespace) -> list[Row]:
    if args.quick:
        sizes: tuple[object, ...] = ("--lines", 2, "--recipe-lines", 1, "--tokens", 4)
    else:
        sizes = ("--size", "base", "--lines", 512, "--recipe-lines", 8, "--dtype", "bfloat16")
    return script("trocr.py", "--device", args.device, *sizes)


def lightonocr_bits(args: argparse.Namespace) -> list[Row]:
    """Speed and memory with fewer bits, random weights of the published size."""
    if importlib.util.find_spec("bitsandbytes") is None:
        return [("LightOnOCR, 8bit and 4bit", "bitsandbytes is not installed")]
    import torch

    from benchmarks.lightonocr import made_pages, save_model, written
    from ocr_plugins.engines.lightonocr import LightOnOcrOptions
    from ocr_plugins.engines.lightonocr.local import LocalBackend

    edge, tokens, count = (280, 4, 2) if args.quick else (1540, 100, 16)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        save_model(Path(folder), "small" if args.quick else "published")
        for bits in (None, "8bit", "4bit"):
            chosen = {"model": folder, "device": args.device, "quantization": bits, "batch_size": count}
            backend = LocalBackend(LightOnOcrOptions(**chosen, max_new_tokens=tokens, stop_repeats=False))
            written(backend, made_pages(1, 280))
            began = time.perf_counter()
            written(backend, made_pages(count, edge))
            took = time.perf_counter() - began
            peak = torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0
            rows.append(
                (f"LightOnOCR, {bits or 'unquantised'}", f"{count * tokens / took:.0f} tokens/s, peak {peak:.1f} GB")
            )
            backend.close()
            if torch.cuda.is_available():
                torch.cuda.reset_peak_memory_stats()
    return rows


# With the seconds that each may take, in order of how much it tells.
STEPS: dict[str, tuple[Callable[[argparse.Namespace], list[Row]], int]] = {
    step.__name__: (step, seconds)
    for step, seconds in (
        (lightonocr_parity, 90),
        (trocr_parity, 60),
        (lightonocr_memory, 60),
        (trocr_memory, 60),
        (lightonocr_speed, 200),
        (trocr_speed, 90),
        (lightonocr_bits, 150),
    )
}


def _last(output: str) -> str:
    """The last line of what a process said, which tells why it failed."""
    return (output.strip().splitlines() or ["no output"])[-1][:300]


def measured(name: str, args: argparse.Namespace) -> list[Row]:
    """The rows of a step, made in a process of its own, or a row that says why there are none."""
    _, seconds = STEPS[name]
    command = [sys.executable, __file__, "--step", name, "--device", args.device, *["--quick"] * args.quick]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        # With the processes that it has started, which hold the pipes and the GPU.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return [(name, f"not done after {seconds} s")]
    rows = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    if process.returncode or not rows:
        return [(name, f"failed: {_last(errors)}")]
    return [(what, result) for what, result in json.loads(rows[-1])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether the script works")
    parser.add_argument("--step", action="append", choices=STEPS, help="only this one; may be repeated")
    args = parser.parse_args()
    if args.step and len(args.step) == 1:
        print(MARK + json.dumps(STEPS[args.step[0]][0](args)))
        return
    import torch

    card = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
    print(f"{card}, torch {torch.__version__}\n\n| what | result | seconds |\n|---|---|---|", flush=True)
    for name in args.step or STEPS:
        began = time.perf_counter()
        for what, result in measured(name, args):
            print(f"| {what} | {result} | {time.perf_counter() - began:.0f} |", flush=True)


if __name__ == "__main__":
    main()
