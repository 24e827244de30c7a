"""LightOnOCR in this process writes what the recipe of its documentation writes, token by token.

Proved on tiny checkpoints of its classes that know a dozen page images by heart, made once for all tests.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from attempts import once
from lightonocr_checkpoints import (
    LIMIT,
    Made,
    Sample,
    asked,
    contract_page,
    documented,
    lighton_model,
    make,
    published,
    qwen_model,
    relabelled,
    samples,
    tokenizer,
)
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file

from ocr_plugins import (
    BBox,
    BlockKind,
    Blocks,
    ModelError,
    OcrEngine,
    OcrError,
    PageImage,
    Pipeline,
    get_engine,
)
from ocr_plugins.engines.lightonocr import LightOnOcrEngine, LightOnOcrOptions, writing
from ocr_plugins.engines.lightonocr.attempts import Asked, Attempt
from ocr_plugins.engines.lightonocr.checkpoint import load
from ocr_plugins.engines.lightonocr.local import LocalBackend
from ocr_plugins.engines.lightonocr.slots import Slots
from ocr_plugins.engines.lightonocr.writing import WrittenPage
from ocr_plugins.runtime.lora import Located
from ocr_plugins.runtime.placement import place
from ocr_plugins.testing import EngineContract


@pytest.fixture(scope="session")
def lighton(tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch.manual_seed(0)
    return make(tmp_path_factory.mktemp("lighton") / "model", *lighton_model(tokenizer()), samples())


@pytest.fixture(scope="session")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch.manual_seed(0)
    grounded = [
        Sample(s.image, f"![title](100,100,900,400) Page {i}\n![text](100,500,900,800) No. {i}", "grounding")
        for i, s in enumerate(samples()[:3])
    ]
    return make(tmp_path_factory.mktemp("qwen") / "model", *qwen_model(tokenizer()), [*samples(), *grounded])


@pytest.fixture(scope="session")
def variants(lighton: Made, qwen: Made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """As published: LightOnOCR-1B and -2-1B, LightOnOCR-0.9B-16k, LightOnOCR-3-0.8B and -4B, and as saved today."""
    folder = tmp_path_factory.mktemp("variants")
    label = {"model_type": "mistral3", "architectures": ["LightOnOCRForConditionalGeneration"]}
    token = lighton.processor.image_token_id
    return {
        "saved": lighton,
        "mistral3": published(lighton, folder / "mistral3", **label),
        "index": published(lighton, folder / "index", **label, image_token_id=None, image_token_index=token),
        "qwen3_5": qwen,
    }


@pytest.fixture(scope="session")
def expected(lighton: Made, qwen: Made) -> dict[Path, list[list[int]]]:
    return {made.folder: documented(made) for made in (lighton, qwen)}


def backend(made: Made, **options: Any) -> LocalBackend:
    defaults: dict[str, Any] = {
        "device": "cpu",
        "dtype": "float32",
        "max_new_tokens": LIMIT,
        "stop_repeats": False,
        "retries": (),
    }
    return LocalBackend(LightOnOcrOptions(model=str(made.folder), **defaults | options))


def tokens(pages: Sequence[WrittenPage | OcrError]) -> list[list[int]]:
    return [page.tokens for page in pages if isinstance(page, WrittenPage)]


def plain(made: Made) -> list[Sample]:
    return [sample for sample in made.samples if not sample.prompt]


@pytest.mark.parametrize("variant", ["saved", "mistral3", "index", "qwen3_5"])
@pytest.mark.parametrize("batch_size", [1, 5, 16])
def test_greedy_tokens_are_those_of_the_documented_recipe(
    variants: dict[str, Made], expected: dict[Path, list[list[int]]], lighton: Made, variant: str, batch_size: int
) -> None:
    made = variants[variant]
    pages = plain(made)
    truth = expected[made.folder if made.folder in expected else lighton.folder][: len(pages)]
    written = once(backend(made, batch_size=batch_size).write, [page.image for page in pages])
    assert tokens(written) == truth
    known = [page for page in pages if page.ends]
    assert [made.processor.decode(t, skip_special_tokens=True) for t in truth[: len(known)]] == [p.text for p in known]


def test_the_order_of_pages_does_not_matter(lighton: Made, expected: dict[Path, list[list[int]]]) -> None:
    order = [3, 0, 12, 7, 1, 11, 2, 10, 5]
    written = once(backend(lighton, batch_size=4).write, [lighton.samples[i].image for i in order])
    assert tokens(written) == [expected[lighton.folder][i] for i in order]


def test_what_is_drawn_for_a_page_depends_on_the_seed_and_not_on_its_neighbours(lighton: Made) -> None:
    images = [sample.image for sample in lighton.samples[:6]]
    together = once(backend(lighton, batch_size=6, seed=1, top_p=1.0).write, images, 2.0)
    alone = [once(backend(lighton, seed=1, top_p=1.0).write, [image], 2.0)[0] for image in images]
    assert tokens(together) == tokens(alone)
    other = once(backend(lighton, seed=2, top_p=1.0).write, images, 2.0)
    assert tokens(other) != tokens(together)


@pytest.mark.parametrize("made", ["lighton", "qwen"])
def test_a_loop_is_stopped_and_leaves_the_others_alone(
    made: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Made = request.getfixturevalue(made)
    images = [sample.image for sample in known.samples[:13]]
    # Tiny models do not keep it up for as long as large ones.
    monkeypatch.setattr(writing, "LOOPS", ((2, 24),))
    read = once(backend(known, batch_size=16, stop_repeats=True).read, images)
    written = once(backend(known, batch_size=16, stop_repeats=True).write, images)
    assert [a.text for a in read if isinstance(a, Attempt)][:12] == [sample.text for sample in known.samples[:12]]
    loop, page = read[12], written[12]
    assert isinstance(loop, Attempt)
    assert isinstance(page, WrittenPage)
    assert not loop.finished
    assert loop.text == "Contents ."
    assert len(page.tokens) < LIMIT


def test_the_limit_is_no_end(lighton: Made) -> None:
    (read,) = once(backend(lighton, max_new_tokens=3).read, [lighton.samples[0].image])
    assert isinstance(read, Attempt)
    assert not read.finished
    assert lighton.samples[0].text.startswith(read.text)


def test_an_attempt_knows_how_likely_it_is(lighton: Made) -> None:
    sure, unsure = (once(backend(lighton, top_p=1.0).read, [lighton.samples[0].image], t)[0] for t in (0.0, 2.0))
    assert isinstance(sure, Attempt)
    assert isinstance(unsure, Attempt)
    assert sure.logprob is not None
    assert unsure.logprob is not None
    assert -0.1 < sure.logprob <= 0
    assert unsure.logprob < sure.logprob


def test_out_of_memory_halves_the_batch(
    lighton: Made, expected: dict[Path, list[list[int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    step, sizes = Slots.step, []

    def limited(self: Slots, lengths: list[int], device: torch.device) -> Any:
        sizes.append(len(lengths))
        if len(lengths) > 3:
            raise torch.OutOfMemoryError("made to fail")
        return step(self, lengths, device)

    monkeypatch.setattr(Slots, "step", limited)
    written = once(backend(lighton, batch_size=8).write, [s.image for s in lighton.samples])
    assert tokens(written) == expected[lighton.folder]
    assert max(sizes) == 8
    assert sizes.count(8) == sizes.count(4) == 1, "it must not try again what was too much"


def test_threads_take_turns(lighton: Made) -> None:
    shared = backend(lighton, batch_size=2)
    with ThreadPoolExecutor(3) as pool:
        read = list(pool.map(lambda s: once(shared.read, [s.image])[0], lighton.samples[:6]))
    assert [a.text for a in read if isinstance(a, Attempt)] == [s.text for s in lighton.samples[:6]]


@pytest.mark.parametrize(
    ("made", "size", "seen"),
    [
        ("lighton", (3000, 2000), (1540, 1036)),
        ("lighton", (140, 98), (140, 98)),
        ("qwen", (4096, 1024), (2048, 512)),
        ("qwen", (320, 96), (320, 96)),
    ],
)
def test_pages_are_reduced_to_the_longest_edge_and_never_enlarged(
    made: str, size: tuple[int, int], seen: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    known: Made = request.getfixturevalue(made)
    checkpoint = load(Located(known.folder, known.folder), name="a model", placement=place("cpu", "float32"))
    inputs = checkpoint.inputs(Image.new("RGB", size))
    if made == "lighton":
        assert inputs["image_sizes"].tolist() == [[seen[1], seen[0]]]
    else:
        assert inputs["image_grid_thw"].tolist() == [[1, seen[1] // 16, seen[0] // 16]]


def test_inputs_are_those_of_the_documented_processor(lighton: Made, qwen: Made) -> None:
    for made in (lighton, qwen):
        checkpoint = load(Located(made.folder, made.folder), name="a model", placement=place("cpu", "float32"))
        for sample in made.samples:
            ours, theirs = checkpoint.inputs(sample.image, sample.prompt), asked(made.processor, sample)
            assert ours["input_ids"].tolist() == theirs["input_ids"].tolist()
            assert torch.equal(ours["pixel_values"], theirs["pixel_values"])


def test_torchvision_is_not_needed(lighton: Made, qwen: Made) -> None:
    code = (
        "import sys; sys.modules['torchvision'] = None\n"
        "from ocr_plugins import get_engine\n"
        "from ocr_plugins.engine import PageImage\n"
        "from PIL import Image, ImageDraw\n"
        "image = Image.new('RGB', (140, 98), 'white'); ImageDraw.Draw(image).text((9, 9), 'text', 'black')\n"
        f"for folder in ({str(lighton.folder)!r}, {str(qwen.folder)!r}):\n"
        "    get_engine('lightonocr', model=folder, device='cpu', max_new_tokens=4).recognize([PageImage(image)])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def changed_weights(made: Made, folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> Made:
    copy = relabelled(made, folder)
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return copy


VISION = "model.vision_encoder.transformer.layers.0.attention.q_proj.weight"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop(VISION), f"1 missing.*{VISION}"),
        (lambda w: w.update({"vision_tower.weight": torch.zeros(2)}), "1 unexpected.*vision_tower.weight"),
        (lambda w: w.update({VISION: torch.zeros(2, 2)}), "q_proj|size|shape"),
    ],
)
def test_wrong_weights_are_refused(lighton: Made, tmp_path: Path, change: Any, message: str) -> None:
    broken = changed_weights(lighton, tmp_path / "model", change)
    with pytest.raises(ModelError, match=message):
        once(backend(broken).read, [lighton.samples[0].image])


def test_a_missing_weight_of_qwen_is_refused(qwen: Made, tmp_path: Path) -> None:
    broken = changed_weights(qwen, tmp_path / "model", lambda w: w.pop(next(k for k in w if "visual" in k)))
    with pytest.raises(ModelError, match="1 missing"):
        once(backend(broken).read, [qwen.samples[0].image])


def test_damaged_files_are_refused(lighton: Made, tmp_path: Path) -> None:
    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        broken = relabelled(lighton, tmp_path / name)
        (broken.folder / name).write_bytes(b'{"broken')
        with pytest.raises(ModelError, match="ownload the model again"):
            once(backend(broken).read, [lighton.samples[0].image])


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "bert", "architectures": ["BertModel"], "vision_config": None, "text_config": None},
        {"model_type": "mistral3", "text_config": {"model_type": "mistral"}},
    ],
)
def test_another_model_is_refused(lighton: Made, tmp_path: Path, config: dict[str, Any]) -> None:
    other = relabelled(lighton, tmp_path / "model", **config)
    with pytest.raises(ModelError, match=f"no LightOnOCR model.*{config['model_type']}"):
        LightOnOcrEngine(model=str(other.folder)).recognize([PageImage(lighton.samples[0].image)])


def test_a_model_that_is_not_there_is_an_error_that_says_how_to_get_it(lighton: Made, tmp_path: Path) -> None:
    page = PageImage(lighton.samples[0].image)
    with pytest.raises(ModelError, match="ocr-plugins download lightonocr --model nobody/LightOnOCR-2-1B"):
        LightOnOcrEngine(model="nobody/LightOnOCR-2-1B", offline=True).recognize([page])
    with pytest.raises(ModelError, match="does not exist"):
        LightOnOcrEngine(model=str(tmp_path / "none")).recognize([page])
    with pytest.raises(ModelError, match=r"no config\.json"):
        LightOnOcrEngine(model=str(tmp_path)).recognize([page])


def strip(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((width // 4, height // 4, width // 2, height // 2), "black")
    return image


@pytest.mark.parametrize("made", ["lighton", "qwen"])
def test_pages_of_extreme_sizes_are_kept(made: str, request: pytest.FixtureRequest) -> None:
    known: Made = request.getfixturevalue(made)
    images = [strip(1, 1), strip(20_000, 200), strip(200, 20_000), strip(3, 40), known.samples[0].image]
    engine = get_engine("lightonocr", model=str(known.folder), device="cpu", temperature=0, max_new_tokens=8)
    results = engine.recognize([PageImage(image) for image in images])
    assert len(results) == 5
    assert results[0] == Blocks()
    with Pipeline(engine=engine, upright=False) as pipeline:
        for image in images:
            file = io.BytesIO()
            image.save(file, "PNG")
            document = pipeline.read(file.getvalue())
            assert len(document.pages) == 1
            assert document.pages[0].error is None


def test_a_page_without_an_end_is_read_again_and_then_kept_as_truncated(
    lighton: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[int, float]] = []
    write = LocalBackend.write

    def noted(self: LocalBackend, asked: Iterator[Asked[Image.Image]]) -> Any:
        def note(page: Asked[Image.Image]) -> Asked[Image.Image]:
            asked_for.append((page.key, page.temperature))
            return page

        return write(self, map(note, asked))

    monkeypatch.setattr(LocalBackend, "write", noted)
    engine = LightOnOcrEngine(model=str(lighton.folder), device="cpu", temperature=0, max_new_tokens=LIMIT)
    good, looping = engine.recognize([PageImage(lighton.samples[i].image) for i in (1, 12)])
    assert asked_for == [(0, 0), (1, 0), (1, 0.2), (1, 0.5), (1, 0.8)]
    assert isinstance(good, Blocks)
    assert isinstance(looping, Blocks)
    assert (good.truncated, looping.truncated) == (False, True)
    assert looping.blocks[0].text.startswith("Contents")


def test_grounding_gives_every_block_its_box_and_kind(qwen: Made) -> None:
    engine = get_engine("lightonocr", model=str(qwen.folder), device="cpu", temperature=0, grounding=True)
    assert engine.info.boxes
    results = engine.recognize([PageImage(sample.image) for sample in qwen.samples[:3]])
    for i, result in enumerate(results):
        assert isinstance(result, Blocks)
        assert [(b.kind, b.text, b.box) for b in result.blocks] == [
            (BlockKind.TITLE, f"Page {i}", BBox(0.1, 0.1, 0.9, 0.4)),
            (BlockKind.PARAGRAPH, f"No. {i}", BBox(0.1, 0.5, 0.9, 0.8)),
        ]


def test_the_engines_of_workers_share_the_model_and_those_of_processes_do_not(lighton: Made) -> None:
    engine = LightOnOcrEngine(model=str(lighton.folder), device="cpu")
    assert engine.for_worker()._backend is engine._backend
    assert pickle.loads(pickle.dumps(engine))._backend is not engine._backend


class TestLightOnOcr(EngineContract):
    folder: ClassVar[Path]

    @pytest.fixture(autouse=True)
    def _checkpoint(self, lighton: Made) -> None:
        type(self).folder = lighton.folder

    def make_engine(self, **options: object) -> OcrEngine:
        return get_engine(
            "lightonocr", **{"model": str(self.folder), "device": "cpu", "max_new_tokens": LIMIT} | options
        )

    def make_page(self, lines: Sequence[str]) -> Image.Image:
        return contract_page(lines)


class TestLightOnOcrOfQwen(TestLightOnOcr):
    @pytest.fixture(autouse=True)
    def _checkpoint(self, qwen: Made) -> None:
        type(self).folder = qwen.folder
