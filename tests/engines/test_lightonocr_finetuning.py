"""LightOnOCR on one's own pages: every published shape is trained, saved and read; what is wrong is told before."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import finetune_lightonocr
import lightonocr_checkpoints as checkpoints
import pytest
import torch
from attempts import once
from safetensors.torch import load_file

from ocr_plugins import PageImage, get_engine
from ocr_plugins.engines.lightonocr.writing import WrittenPage
from ocr_plugins.runtime.hub import has_processor
from ocr_plugins.testing import made_page

TINY = Path(__file__).parents[1] / "data" / "lightonocr-tiny"
LIMIT = 12
PAGES = [made_page([f"Page {i}", "of a letter"], size=(98, 70), font_size=12, margin=4) for i in range(4)]
LABEL = {"model_type": "mistral3", "architectures": ["LightOnOCRForConditionalGeneration"]}
# By their names: the architecture, and what is published of the first generations in config.json.
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "LightOnOCR-1B-1025": ("lighton", LABEL),
    "LightOnOCR-0.9B-16k-1025": ("lighton", LABEL | {"image_token_id": None, "image_token_index": 256}),
    "LightOnOCR-2-1B": ("lighton", LABEL),
    "LightOnOCR-2-1B-bbox": ("lighton", LABEL),
    "LightOnOCR-3-1B": ("lighton", {}),
    "LightOnOCR-3-0.8B": ("qwen", {}),
}

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, checkpoints.Made]:
    """Untrained models of both architectures."""
    folder = tmp_path_factory.mktemp("saved")
    torch.manual_seed(0)
    made = {}
    for name, make in (("lighton", checkpoints.lighton_model), ("qwen", checkpoints.qwen_model)):
        model, processor = make(checkpoints.tokenizer())
        model.save_pretrained(folder / name)
        processor.save_pretrained(folder / name)
        made[name] = checkpoints.Made(folder / name, [], processor)
    return made


def published(saved: dict[str, checkpoints.Made], folder: Path, name: str) -> Path:
    architecture, config = SHAPES[name]
    copy = checkpoints.published if config else checkpoints.relabelled
    return copy(saved[architecture], folder / name, **config).folder


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """An image, a PDF of one page and one of two, with their Markdown."""
    folder = tmp_path / "pages"
    (folder / "below").mkdir(parents=True)
    PAGES[0].save(folder / "a.png")
    PAGES[1].save(folder / "b.pdf")
    PAGES[2].save(folder / "below" / "c.pdf", save_all=True, append_images=PAGES[3:])
    for i, name in enumerate(("a.md", "b.md", "below/c.p1.md", "below/c.p2.md")):
        (folder / name).write_text(f"# Page {i}\n\nof a letter\n")
    return folder


Finetune = Callable[..., str]


@pytest.fixture
def finetune(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Finetune:
    """Run the example; gives what it prints last."""

    def run(model: Path | str, pages: Path, out: Path, *options: str) -> str:
        given = ["--model", str(model), "--pages", str(pages), "--out", str(out), "--workers", "0", *options]
        monkeypatch.setattr(sys, "argv", ["finetune_lightonocr.py", *given])
        finetune_lightonocr.main()
        return capsys.readouterr().out.splitlines()[-1]

    return run


def engine(model: Path) -> Any:
    return get_engine("lightonocr", model=str(model), device="cpu", dtype="float32", max_new_tokens=LIMIT)


def tokens(model: Path) -> list[list[int]]:
    pages = once(engine(model)._backend.write, PAGES)
    return [page.tokens for page in pages if isinstance(page, WrittenPage)]


QUICKLY = ("--steps", "2", "--batch-size", "2", "--rate", "0.05", "--longest-edge", "140", "--dtype", "float32")


@pytest.mark.parametrize("name", SHAPES)
def test_a_published_shape_is_trained_and_its_adapter_reads_as_the_merged_model(
    saved: dict[str, checkpoints.Made], pages: Path, tmp_path: Path, finetune: Finetune, name: str
) -> None:
    base = published(saved, tmp_path, name)
    finetune(base, pages, tmp_path / "mine", *QUICKLY)
    finetune(base, pages, tmp_path / f"my-{name}", *QUICKLY, "--merge")
    assert not (tmp_path / "mine" / "config.json").exists()
    assert not (tmp_path / f"my-{name}" / "adapter_config.json").exists()
    assert engine(tmp_path / "mine").load().family == engine(base).load().family, "an adapter's name does not count"
    assert has_processor(tmp_path / "mine")
    trained = {name.split(".")[-3] for name in load_file(tmp_path / "mine" / "adapter_model.safetensors")}
    assert trained >= {"q_proj", "o_proj", "down_proj"}
    read = tokens(tmp_path / "mine")
    assert len(read) == len(PAGES)
    assert read == tokens(tmp_path / f"my-{name}")
    assert read != tokens(base)


def test_what_is_learned_is_the_answer_and_its_end_to_the_page_as_it_is_read(
    saved: dict[str, checkpoints.Made], pages: Path
) -> None:
    for made in saved.values():
        used, end = engine(made.folder), made.processor.tokenizer.eos_token_id
        row = finetune_lightonocr.Lessons(used, [finetune_lightonocr.Lesson(pages / "a.png", "# Page")])[0]
        asked, answer = used.inputs(PageImage(PAGES[0])), [*made.processor.tokenizer("# Page")["input_ids"], end]
        prompt = asked["input_ids"].shape[1]
        assert row["input_ids"].tolist() == [asked["input_ids"][0].tolist() + answer]
        assert row["labels"].tolist() == [[-100, *answer]]
        assert torch.equal(row["pixel_values"], asked["pixel_values"])
        whole = torch.tensor([[-100] * prompt + answer])
        model = used.load().model
        with torch.no_grad():
            expected = model(**{**row, "labels": whole, "logits_to_keep": 0}).loss
            assert torch.allclose(model(**row).loss, expected)


def test_the_image_encoder_is_left_as_it_is(saved: dict[str, checkpoints.Made]) -> None:
    """Its layers, and those between it and the text decoder, have some of the same names."""
    for made in saved.values():
        names = [name for name, _ in engine(made.folder).load().model.named_modules()]
        adapted = [name for name in names if re.fullmatch(finetune_lightonocr.TARGETS, name)]
        assert adapted
        assert all(name.startswith("model.language_model.layers.") for name in adapted)


def losses(printed: str) -> tuple[float, float]:
    before, after = re.findall(r"[0-9]+\.[0-9]+", printed)
    return float(before), float(after)


@pytest.mark.parametrize(
    "options",
    [(), ("--full", "--rate", "3e-3"), ("--dtype", "bfloat16", "--checkpointing")],
    ids=["adapter", "full", "bfloat16"],
)
def test_a_model_that_reads_learns_another_kind_of_page(
    tmp_path: Path, finetune: Finetune, options: tuple[str, ...]
) -> None:
    """The small checkpoint writes what it sees: it is taught to write a word before it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for i, word in enumerate(("able", "about", "above", "across", "after", "again")):
        made_page([word], size=(112, 28), font_size=17, margin=2).save(folder / f"{i}.png")
        (folder / f"{i}.md").write_text(f"Note: {word}")
    how = ("--steps", "6", "--batch-size", "2", "--rate", "1e-2", "--dropout", "0", "--dtype", "float32")
    before, after = losses(finetune(TINY, folder, tmp_path / "mine", *how, *options))
    assert after < before / 2
    assert engine(tmp_path / "mine").recognize([PageImage(made_page(["able"], size=(112, 28), font_size=17, margin=2))])
    assert (tmp_path / "mine" / "config.json").exists() == ("--full" in options)


def test_training_goes_on_from_where_it_was_saved(
    saved: dict[str, checkpoints.Made], pages: Path, tmp_path: Path, finetune: Finetune, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught, seen = finetune_lightonocr.taught, []

    def counted(asked: dict[str, Any], answer: torch.Tensor) -> dict[str, Any]:
        seen.append(answer)
        return taught(asked, answer)

    monkeypatch.setattr(finetune_lightonocr, "taught", counted)
    base, out = saved["lighton"].folder, tmp_path / "mine"
    how = (*QUICKLY, "--dropout", "0", "--save-steps", "1", "--steps", "3")
    finetune(base, pages, out, *how)
    at_once, pages_at_once = tokens(out), len(seen)
    shutil.rmtree(out / "training" / "checkpoint-3")
    finetune(base, pages, out, *how, "--resume")
    assert len(seen) - pages_at_once == pages_at_once - 3, "the first epoch, of three pages, is not seen again"
    assert tokens(out) == at_once


@pytest.fixture
def refused(finetune: Finetune, capsys: pytest.CaptureFixture[str]) -> Finetune:
    """As :func:`finetune` where it ends before training; gives what it says."""

    def run(*given: Any) -> str:
        with pytest.raises(SystemExit) as ended:
            finetune(*given)
        assert ended.value.code == 2
        return capsys.readouterr().err

    return run


def remove(name: str) -> Callable[[Path], None]:
    return lambda pages: (pages / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda pages: (pages / name).write_bytes(content)


def blank(pages: Path) -> None:
    made_page([], size=(98, 70)).save(pages / "a.png")


def cut(pages: Path) -> None:
    (pages / "a.png").write_bytes((pages / "a.png").read_bytes()[:200])


def empty(pages: Path) -> None:
    for path in pages.rglob("*.*"):
        path.unlink()


def one_page(pages: Path) -> None:
    shutil.rmtree(pages / "below")
    remove("b.pdf")(pages)
    remove("b.md")(pages)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (remove("a.md"), r"a\.md is missing: write down"),
        (remove("below/c.p2.md"), r"c\.p2\.md is missing: .* page 2 of c\.pdf"),
        (write("a.md", b" \n"), r"a\.md is empty: write down"),
        (write("a.md", b"\xff\xfe"), r"a\.md is not in UTF-8: save it so"),
        (write("d.md", b"# D"), r"d\.md belongs to no page: .*take this away"),
        (write("below/c.p3.md", b"# D"), r"c\.p3\.md belongs to no page"),
        (write("a.png", b""), r"a\.png cannot be read: .*is empty.*take it away"),
        (write("b.pdf", b"%PDF-1.7 nothing"), r"b\.pdf cannot be read"),
        (cut, r"a\.png cannot be read"),
        (blank, r"a\.png is blank, and a\.md is not"),
        (empty, "there are no pages; give a folder with name.md beside name.png"),
        (one_page, "a single page is too little"),
    ],
)
def test_a_folder_with_something_wrong_is_refused_before_training(
    saved: dict[str, checkpoints.Made],
    pages: Path,
    tmp_path: Path,
    refused: Finetune,
    harm: Callable[[Path], object],
    message: str,
) -> None:
    harm(pages)
    told = refused(saved["lighton"].folder, pages, tmp_path / "mine")
    assert re.search(message, told), told
    assert len(told.splitlines()) == 1, "nothing else is wrong"


def test_all_that_is_wrong_is_told_at_once(
    saved: dict[str, checkpoints.Made], pages: Path, tmp_path: Path, refused: Finetune
) -> None:
    remove("a.md")(pages)
    write("below/c.p1.md", b"")(pages)
    told = refused(saved["lighton"].folder, pages, tmp_path / "mine")
    assert len(told.splitlines()) == 2


def test_the_text_of_a_whole_document_may_lie_beside_those_of_its_pages(pages: Path, tmp_path: Path) -> None:
    """By it the model is evaluated."""
    write("below/c.md", b"# Page 2 and 3")(pages)
    lessons = finetune_lightonocr.lessons_in(pages, finetune_lightonocr.PageKeeper(tmp_path, 140))
    assert [lesson.markdown.split("\n")[0] for lesson in lessons] == [f"# Page {i}" for i in range(4)]


def test_a_model_or_options_that_cannot_be_trained_with_are_refused(
    saved: dict[str, checkpoints.Made], pages: Path, tmp_path: Path, refused: Finetune
) -> None:
    base, out = saved["lighton"].folder, tmp_path / "mine"
    assert "nothing was saved in" in refused(base, pages, out, "--resume")
    assert "no effect with --full" in refused(base, pages, out, "--full", "--merge")
    assert "does not exist" in refused(tmp_path / "nowhere", pages, out)
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").touch()
    assert "is an adapter: give --merge" in refused(tmp_path / "adapter", pages, out)
