"""The small checkpoint reads pages that it never saw, by the recipe of LightOnOCR's documentation and by the engine."""

import importlib.util
import io
import random
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from PIL.ImageFilter import GaussianBlur

from ocr_plugins import Blocks, OcrError, Page, PageImage, Pipeline
from ocr_plugins.engine import Recognition
from ocr_plugins.markdown.parse import parse_markdown
from ocr_plugins.plugins import get_engine

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
jiwer = pytest.importorskip("jiwer")

ROOT = Path(__file__).parents[1]
CHECKPOINT = ROOT / "data" / "lightonocr-tiny"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lightonocr_pages", ROOT.parent / "examples" / "lightonocr_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def processor() -> Any:
    return transformers.AutoProcessor.from_pretrained(CHECKPOINT)


@pytest.fixture(scope="module")
def model() -> Any:
    model, loading = transformers.LightOnOcrForConditionalGeneration.from_pretrained(
        CHECKPOINT, dtype=torch.float32, output_loading_info=True
    )
    assert not loading["missing_keys"]
    assert not loading["unexpected_keys"]
    return model


def transcribe(model: Any, processor: Any, image: Image.Image) -> str:
    inputs = processor.apply_chat_template(
        [{"role": "user", "content": [{"type": "image", "image": image}]}],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=True,
        return_tensors="pt",
    )
    ids = model.generate(**inputs, max_new_tokens=160, do_sample=False)
    return str(processor.decode(ids[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))


def test_prompt_is_the_image_alone(processor: Any) -> None:
    conversation = [{"role": "user", "content": [{"type": "image"}]}]
    assert processor.apply_chat_template(conversation, add_generation_prompt=True) == (
        "<|im_start|>system<|im_end|>\n<|im_start|>user\n<|image_pad|><|im_end|>\n<|im_start|>assistant\n"
    )


def test_unseen_pages_are_read(pages: ModuleType, model: Any, processor: Any) -> None:
    made = [pages.make_page(random.Random(f"test {i}"), pages.KINDS[i % 3]) for i in range(12)]
    texts = [transcribe(model, processor, image) for image, _ in made]
    assert jiwer.cer([markdown for _, markdown in made], texts) <= 0.05


@pytest.mark.parametrize("batch_size", [1, 4])
def test_the_engine_writes_for_each_page_what_the_recipe_does(
    pages: ModuleType, model: Any, processor: Any, batch_size: int
) -> None:
    made = [pages.make_page(random.Random(f"test {i}"), pages.KINDS[i % 3]) for i in range(6)]
    file = io.BytesIO()
    first, *others = (image for image, _ in made)
    first.save(file, "TIFF", save_all=True, append_images=others)
    options: dict[str, Any] = {"temperature": 0.0, "device": "cpu", "dtype": "float32", "batch_size": batch_size}
    engine = get_engine("lightonocr", model=str(CHECKPOINT), **options)
    with Pipeline(engine, upright=False) as reading:
        document = reading.read(file.getvalue())
    assert document.errors == {}
    assert not any(page.truncated for page in document.pages)
    assert [page.text for page in document.pages] == [plain(transcribe(model, processor, image)) for image, _ in made]
    rates = [[jiwer.cer(plain(markdown), page.text) for _, markdown in made] for page in document.pages]
    assert [row.index(min(row)) for row in rates] == list(range(6))


def plain(markdown: str) -> str:
    return Page(1, blocks=parse_markdown(markdown)).text


def test_pages_differ(pages: ModuleType) -> None:
    assert len({pages.make_page(random.Random(f"test {i}"))[1] for i in range(200)}) > 195


def test_equal_chances_make_equal_pages(pages: ModuleType) -> None:
    (first, text), (second, same_text) = (pages.make_page(random.Random("again")) for _ in range(2))
    assert first.tobytes() == second.tobytes()
    assert text == same_text


def test_checkpoint_is_small() -> None:
    assert sum(file.stat().st_size for file in CHECKPOINT.iterdir()) < 12_000_000


def test_it_is_surer_of_its_kind_of_page_than_of_others(pages: ModuleType) -> None:
    made = [pages.make_page(random.Random(f"sure {i}"), pages.KINDS[i % 3])[0] for i in range(12)]
    others = [page.rotate(180) for page in made[:6]] + [page.filter(GaussianBlur(3)) for page in made[6:]]
    options: dict[str, Any] = {"device": "cpu", "dtype": "float32", "batch_size": 12, "max_new_tokens": 160}
    engine = get_engine("lightonocr", model=str(CHECKPOINT), temperature=0.0, retries=(), **options)
    sure, unsure = ([confidence(read) for read in engine.recognize(images_of(kind))] for kind in (made, others))
    assert sum(a > b for a in sure for b in unsure) / (len(sure) * len(unsure)) >= 0.95


def images_of(pages: Sequence[Image.Image]) -> list[PageImage]:
    return [PageImage(page) for page in pages]


def confidence(read: Recognition | OcrError) -> float:
    assert isinstance(read, Blocks)
    (known,) = {block.confidence for block in read.blocks}
    assert known is not None
    return known
