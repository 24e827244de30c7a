"""TrOCR on checkpoints of the real classes: the same tokens as the documented recipe, and every fault is told."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import trocr_checkpoints as checkpoints
from PIL import Image
from safetensors.torch import load_file, save_file

from ocr_plugins import Lines, ModelError, OptionError, PageImage, UnknownEngineError, get_engine
from ocr_plugins.engines.trocr import TrOcrRecognizer
from ocr_plugins.runtime.pytorch import FittingBatches

LIMIT = 40
IMAGES = [checkpoints.line_image(text) for text in checkpoints.TEXTS]


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A checkpoint of each published shape, and one as they were saved years ago."""
    root = tmp_path_factory.mktemp("trocr")
    made = {kind: checkpoints.make(root / kind, kind) for kind in ("base", "small", "large")}
    return made | {"old": checkpoints.as_old(made["base"], root / "old")}


@pytest.fixture
def base(folders: dict[str, Path]) -> Iterator[TrOcrRecognizer]:
    recognizer = TrOcrRecognizer(model=str(folders["base"]))
    yield recognizer
    recognizer.close()


class TestParity:
    """The engine's tokens are those of ``processor(image)`` → ``model.generate`` → ``batch_decode``, line by line."""

    @pytest.mark.parametrize("kind", ["base", "small", "large"])
    def test_the_made_checkpoints_look_at_the_image(self, folders: dict[str, Path], kind: str) -> None:
        texts = [text for _, text in checkpoints.recipe(folders[kind], IMAGES, max_new_tokens=LIMIT)]
        assert texts == list(checkpoints.TEXTS)

    @pytest.mark.parametrize("batch_size", [1, 5, 32])
    @pytest.mark.parametrize("kind", ["base", "small", "large"])
    def test_tokens_and_texts_equal_the_recipe(self, folders: dict[str, Path], kind: str, batch_size: int) -> None:
        expected = checkpoints.recipe(folders[kind], IMAGES, max_new_tokens=LIMIT)
        recognizer = TrOcrRecognizer(
            model=str(folders[kind]), batch_size=batch_size, max_new_tokens=LIMIT, guards=False, dtype="float32"
        )
        read = recognizer.read_raw(IMAGES)
        assert [list(reading.tokens) for reading in read] == [ids for ids, _ in expected]
        assert [reading.text for reading in read] == [text for _, text in expected]
        assert [reading.tokens for reading in recognizer.read_raw(IMAGES[::-1])] == [r.tokens for r in read[::-1]]

    def test_a_limit_cuts_where_the_recipe_is_cut(self, folders: dict[str, Path]) -> None:
        expected = checkpoints.recipe(folders["base"], IMAGES, max_new_tokens=3)
        read = TrOcrRecognizer(model=str(folders["base"]), max_new_tokens=3, guards=False).read_raw(IMAGES)
        assert [list(reading.tokens) for reading in read] == [ids for ids, _ in expected]
        assert not any(reading.finished for reading in read if len(reading.tokens) == 3 and reading.tokens[-1] != 2)

    def test_beams_equal_the_recipe(self, folders: dict[str, Path]) -> None:
        arguments = {"max_new_tokens": LIMIT, "num_beams": 3, "early_stopping": True}
        expected = [text for _, text in checkpoints.recipe(folders["base"], IMAGES[:4], None, **arguments)]
        recognizer = TrOcrRecognizer(model=str(folders["base"]), max_new_tokens=LIMIT, num_beams=3, guards=False)
        assert [text for text, _ in recognizer.read_lines(IMAGES[:4])] == expected

    def test_a_checkpoint_of_old_reads_as_the_new_one(self, folders: dict[str, Path]) -> None:
        """No generation_config.json, a pickle, and an n-gram ban in config.json that would corrupt "40007"."""
        read = TrOcrRecognizer(model=str(folders["old"]), guards=False).read_lines(IMAGES)
        assert [text for text, _ in read] == list(checkpoints.TEXTS)

    def test_confidence_is_the_mean_probability_of_the_tokens(self, folders: dict[str, Path]) -> None:
        """The same as transformers computes from all scores, which the engine does not keep."""
        from transformers import TrOCRProcessor, VisionEncoderDecoderModel

        model = VisionEncoderDecoderModel.from_pretrained(folders["base"]).eval()
        pixels = TrOCRProcessor.from_pretrained(folders["base"])(images=IMAGES[1], return_tensors="pt").pixel_values
        out = model.generate(pixels, max_new_tokens=LIMIT, output_scores=True, return_dict_in_generate=True)
        steps = model.compute_transition_scores(out.sequences, out.scores, normalize_logits=True)
        for beams in (1, 2):
            other = TrOcrRecognizer(model=str(folders["base"]), guards=False, num_beams=beams)
            ((_, confidence),) = other.read_lines(IMAGES[1:2])
            assert confidence == pytest.approx(float(steps.mean().exp()), abs=1e-4)


class TestCalls:
    def test_half_precision_reads_the_same_text(self, folders: dict[str, Path]) -> None:
        read = TrOcrRecognizer(model=str(folders["base"]), dtype="bfloat16", guards=False).read_lines(IMAGES)
        assert [text for text, _ in read] == list(checkpoints.TEXTS)

    def test_several_threads_share_one_recognizer(self, base: TrOcrRecognizer) -> None:
        expected = [base.read_raw([image])[0].text for image in IMAGES]
        base.close()
        with ThreadPoolExecutor(4) as pool:
            read = list(pool.map(lambda image: base.read_raw([image])[0].text, IMAGES))
        assert read == expected

    def test_several_threads_load_at_once(self, folders: dict[str, Path]) -> None:
        """transformers changes PyTorch's default number format while it loads, for all threads."""

        def read(kind: str) -> list[str]:
            dtype = "bfloat16" if kind == "small" else "float32"
            recognizer = TrOcrRecognizer(model=str(folders[kind]), guards=False, dtype=dtype)
            texts = [text for text, _ in recognizer.read_lines(IMAGES)]
            assert {str(weight.dtype) for weight in recognizer._checkpoint.model.parameters()} == {f"torch.{dtype}"}
            return texts

        with ThreadPoolExecutor(4) as pool:
            read_texts = list(pool.map(read, ["base", "small", "large", "small"]))
        assert read_texts == [list(checkpoints.TEXTS)] * 4

    def test_workers_share_the_model(self, base: TrOcrRecognizer) -> None:
        base.load()
        assert copy.deepcopy(base)._checkpoint is base._checkpoint

    def test_a_pickle_has_the_options_alone(self, base: TrOcrRecognizer) -> None:
        expected = base.read_lines(IMAGES[:2])
        data = pickle.dumps(base)
        assert len(data) < 2000
        assert pickle.loads(data).read_lines(IMAGES[:2]) == expected

    def test_no_crops_load_no_model(self) -> None:
        assert TrOcrRecognizer(model="/no/such/folder").read_lines([]) == []

    def test_nothing_is_printed_while_loading(
        self, folders: dict[str, Path], capfd: pytest.CaptureFixture[str]
    ) -> None:
        TrOcrRecognizer(model=str(folders["base"])).read_lines(IMAGES[:1])
        assert capfd.readouterr() == ("", "")


class TestGuards:
    @pytest.mark.parametrize(
        "crop",
        [
            Image.new("RGB", (300, 40), "white"),
            Image.new("RGB", (300, 40), "navy"),
            Image.new("RGB", (300, 1), "white"),
            Image.new("RGB", (1, 1), "black"),
            Image.effect_noise((300, 40), 60).convert("RGB"),
        ],
        ids=["white", "blue", "1 pixel high", "1 pixel", "noise"],
    )
    def test_a_crop_without_ink_gives_no_text(self, base: TrOcrRecognizer, crop: Image.Image) -> None:
        assert base.read_lines([crop, IMAGES[0], crop]) == [("", None), *base.read_lines(IMAGES[:1]), ("", None)]

    def test_without_guards_the_model_writes_on_blank_paper(self, folders: dict[str, Path]) -> None:
        """Why the ink is measured: the confidence does not tell."""
        recognizer = TrOcrRecognizer(model=str(folders["base"]), guards=False)
        ((text, _),) = recognizer.read_lines([Image.new("RGB", (300, 40), "white")])
        assert text

    def test_a_text_that_runs_into_its_limit_is_flagged(self, folders: dict[str, Path]) -> None:
        recognizer = TrOcrRecognizer(model=str(folders["base"]), max_new_tokens=2, max_aspect=100)
        (short,) = recognizer.read_words([IMAGES[6]])
        assert short.truncated
        assert "faithfully".startswith(short.text[:3])
        (whole,) = TrOcrRecognizer(model=str(folders["base"]), max_aspect=100).read_words([IMAGES[6]])
        assert not whole.truncated

    def test_a_wide_line_is_read_in_pieces(self, folders: dict[str, Path]) -> None:
        """Two lines that the model knows, side by side on one crop."""
        recognizer = TrOcrRecognizer(model=str(folders["base"]), max_aspect=IMAGES[1].width / IMAGES[1].height)
        wide = Image.new("RGB", (2 * IMAGES[1].width, IMAGES[1].height), "white")
        wide.paste(IMAGES[1], (0, 0))
        wide.paste(IMAGES[1], (IMAGES[1].width, 0))
        assert recognizer.read_lines([wide])[0][0] == "Dear Madam, Dear Madam,"


class TestFaults:
    """Never random weights in silence: a checkpoint is what it should be, or an error says what is wrong."""

    def fails(self, folder: Path, **options: object) -> str:
        with pytest.raises((ModelError, OptionError)) as caught:
            TrOcrRecognizer(model=str(folder), **options).read_lines(IMAGES[:1])
        return str(caught.value)

    @pytest.fixture
    def copy(self, folders: dict[str, Path], tmp_path: Path) -> Path:
        for file in folders["base"].iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        return tmp_path

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert "does not exist" in self.fails(tmp_path / "nowhere")

    def test_a_folder_without_a_checkpoint(self, tmp_path: Path) -> None:
        assert "no config.json" in self.fails(tmp_path)

    def test_another_kind_of_model(self, copy: Path) -> None:
        (copy / "config.json").write_text('{"model_type": "bert"}')
        assert "'bert'" in self.fails(copy)

    def test_another_model_of_the_same_class(self, copy: Path) -> None:
        config = json.loads((copy / "config.json").read_text())
        config["encoder"]["model_type"] = "donut-swin"
        (copy / "config.json").write_text(json.dumps(config))
        assert "donut-swin" in self.fails(copy)

    def test_a_damaged_config(self, copy: Path) -> None:
        (copy / "config.json").write_text("{")
        assert "config.json" in self.fails(copy)

    def test_missing_weights_are_refused(self, copy: Path) -> None:
        weights = load_file(copy / "model.safetensors")
        lost = next(name for name in weights if "decoder" in name and "q_proj" in name)
        del weights[lost]
        save_file(weights, copy / "model.safetensors", {"format": "pt"})
        assert lost in self.fails(copy)

    def test_the_pooler_may_be_missing(self, copy: Path) -> None:
        weights = {name: w for name, w in load_file(copy / "model.safetensors").items() if "pooler" not in name}
        save_file(weights, copy / "model.safetensors", {"format": "pt"})
        assert TrOcrRecognizer(model=str(copy)).read_lines(IMAGES[:1])[0][0] == "To"

    def test_weights_of_another_shape_are_refused(self, copy: Path) -> None:
        config = json.loads((copy / "config.json").read_text())
        config["decoder"]["decoder_ffn_dim"] = 64
        (copy / "config.json").write_text(json.dumps(config))
        assert str(copy) in self.fails(copy)

    def test_a_truncated_file_of_weights(self, copy: Path) -> None:
        weights = copy / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1000])
        assert "cannot be loaded" in self.fails(copy)

    def test_no_tokenizer(self, copy: Path) -> None:
        for file in copy.glob("tokenizer*"):
            file.unlink()
        assert "processor" in self.fails(copy).lower()

    @pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
    def test_a_device_that_is_not_here(self, folders: dict[str, Path]) -> None:
        assert "device='cuda'" in self.fails(folders["base"], device="cuda")

    @pytest.mark.parametrize("options", [{"device": "tpu"}, {"quantization": "2bit"}, {"num_beams": 0}, {"modle": "x"}])
    def test_wrong_options_are_errors_at_once(self, options: dict[str, object]) -> None:
        with pytest.raises(OptionError, match=next(iter(options))):
            get_engine("trocr", **options)

    def test_a_wrong_detector_is_an_error_at_once(self) -> None:
        with pytest.raises(UnknownEngineError, match="line detector 'nope'"):
            get_engine("trocr", detector="nope")
        with pytest.raises(OptionError, match="box_treshold"):
            get_engine("trocr", detector_options='{"box_treshold": 0.5}')


class TestMemory:
    def test_out_of_memory_lowers_the_batch_size(self) -> None:
        """A model that takes eight items at most; the size stays down for the next run."""
        sizes: list[int] = []

        def model(batch: Iterable[int]) -> list[int]:
            items = list(batch)
            sizes.append(len(items))
            if len(items) > 8:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return items

        batches = FittingBatches(20)
        assert batches.run(range(30), model) == list(range(30))
        assert sizes == [20, 10, 5, 5, 5, 5, 5, 5]
        assert batches.size == 5

    def test_a_single_item_that_does_not_fit_is_an_error_with_a_remedy(self) -> None:
        def model(_batch: object) -> list[int]:
            raise torch.OutOfMemoryError("CUDA out of memory.")

        with pytest.raises(ModelError, match="smaller model"):
            FittingBatches(4).run([1, 2], model)

    def test_what_onednn_says_where_it_gets_no_memory_counts_as_that(self) -> None:
        def model(batch: Iterable[int]) -> list[int]:
            items = list(batch)
            if len(items) > 1:
                raise RuntimeError("could not create a primitive")
            return items

        assert FittingBatches(4).run(range(4), model) == list(range(4))

    def test_other_errors_are_passed_on(self) -> None:
        with pytest.raises(ZeroDivisionError):
            FittingBatches(4).run([1, 2], lambda batch: [1 // 0])

    @pytest.mark.skipif(sys.platform != "linux", reason="address space limits are Linux's")
    def test_a_process_short_of_memory_reads_all_the_same(self, folders: dict[str, Path]) -> None:
        """The real allocator refuses a batch of hundreds of crops, and the smaller ones are read."""
        code = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import trocr_checkpoints as c
from ocr_plugins.engines.trocr import TrOcrRecognizer
r = TrOcrRecognizer(model={str(folders["base"])!r}, batch_size=3000, guards=False, threads=1)
r.read_lines([c.line_image("To")])
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 300_000_000,) * 2)
texts = {{text for text, _ in r.read_lines([c.line_image("To")] * 3000)}}
print(texts, 0 < r._batches.size < 3000)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "{'To'} True\n", done.stderr[-2000:]


def test_a_tokenizer_that_is_a_sentencepiece_model_alone_is_read(folders: dict[str, Path], tmp_path: Path) -> None:
    published = checkpoints.as_published_small(folders["small"], tmp_path / "published")
    # It has learned other pieces than the model was trained with, so no text is right, but it reads.
    assert len(TrOcrRecognizer(model=str(published)).read_lines(IMAGES[:2])) == 2


def test_a_page_with_two_thousand_lines_is_read_and_bounded(folders: dict[str, Path], placed: str) -> None:
    width, height = 2000, 3600
    page = Image.new("RGB", (width, height), "white")
    line = checkpoints.line_image("To")
    places = [(100 * (i % 20), 36 * (i // 20)) for i in range(2000)]
    for place in places:
        page.paste(line, place)
    # Half a pixel within, as crops are cut at whole pixels around a box.
    right, bottom = line.width - 0.5, line.height - 0.5
    boxes = [((x + 0.5) / width, (y + 0.5) / height, (x + right) / width, (y + bottom) / height) for x, y in places]
    detector: dict[str, object] = {"detector": placed, "detector_options": {"boxes": boxes}}
    (result,) = get_engine("trocr", model=str(folders["base"]), threads=1, **detector).recognize([PageImage(page)])
    assert isinstance(result, Lines)
    assert len(result.lines) == 2000
    assert {line.text for line in result.lines} == {"To"}
