"""The pictures of figures: what is cut out, how the files are called, and how the results link them."""

from __future__ import annotations

import errno
import gc
import os
import pickle
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from PIL import Image
from reportlab.lib.utils import ImageReader

import ocr_plugins
from ocr_plugins import BBox, Block, BlockKind, Blocks, Markdown, OcrDocument, OcrEngine, Page, PageImage, Pipeline
from ocr_plugins.cli import main
from ocr_plugins.engine import Recognition
from ocr_plugins.errors import PageError
from ocr_plugins.pipeline.figures import save_figures
from ocr_plugins.testing import made_page, made_pdf

SIZE = (600, 800)
# Where the picture is pasted on the page, in pixels, and as a box.
PLACE = (120, 400, 420, 640)
BOX = BBox(0.2, 0.5, 0.7, 0.8)
RED, BLUE = (200, 30, 30), (30, 30, 200)


def page_with(color: tuple[int, int, int]) -> Image.Image:
    """A page of some lines with a picture in one colour."""
    page = made_page([f"Line {n} of the text on this page" for n in range(1, 12)], size=SIZE, font_size=20, margin=60)
    page.paste(color, PLACE)
    return page


class SeesFigures(OcrEngine):
    """Finds a figure with its caption in the same place of every page."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[weakref.ref[Image.Image]] = []

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition]:
        self.images += [weakref.ref(page.image) for page in images]
        return [self.read() for _ in images]

    def read(self) -> Recognition:
        caption = Block(BlockKind.CAPTION, "Figure 1: All [red] & *round*")
        return Blocks((Block(BlockKind.PARAGRAPH, "before"), Block(BlockKind.FIGURE, box=BOX), caption))


class WritesMarkdown(SeesFigures):
    def read(self) -> Recognition:
        return Markdown("before\n\n<!-- figure 0.200,0.500,0.700,0.800 -->\n\nafter")


def saved_png(path: Path, *colors: tuple[int, int, int]) -> Path:
    """A scan with a page for each colour, as PNG or TIFF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = map(page_with, colors)
    several: dict[str, Any] = {"save_all": True, "append_images": others} if others else {}
    first.save(path, **several)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def links(markdown: str) -> list[tuple[str, str]]:
    """Alt text and destination of each image, as a Markdown reader understands them."""
    parts = [part for token in MarkdownIt().parse(markdown) for part in token.children or ()]
    images = [part for part in parts if part.type == "image"]
    # Not the rendered alt text, from which markdown-it-py before 4.3 leaves out what is escaped.
    alts = ["".join(child.content for child in image.children or ()) for image in images]
    return [(alt, unquote(str(image.attrs["src"]))) for alt, image in zip(alts, images, strict=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.mark.parametrize("engine", [SeesFigures(), WritesMarkdown()])
def test_the_picture_of_a_figure_is_saved(engine: OcrEngine, tmp_path: Path, folder: Path) -> None:
    document = Pipeline(engine, images=folder).read(saved_png(tmp_path / "scan.png", RED))
    figure = document.pages[0].blocks[1]
    assert figure.image is not None
    assert Path(figure.image).parent == folder
    with Image.open(figure.image) as picture:
        assert picture.format == "PNG"
        assert picture.size == (300, 240)
        assert picture.getcolors() == [(300 * 240, RED)]
    assert OcrDocument.from_json(document.to_json()) == document


def test_without_a_folder_nothing_is_saved_and_a_comment_says_where_it_is(tmp_path: Path) -> None:
    document = Pipeline(SeesFigures()).read(saved_png(tmp_path / "scan.png", RED))
    assert document.markdown.splitlines()[2] == "<!-- figure 0.200,0.500,0.700,0.800 -->"
    assert names(tmp_path) == ["scan.png"]


def test_the_picture_is_cut_from_the_page_as_it_was_set_upright(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "turned.png"
    page_with(RED).transpose(Image.Transpose.ROTATE_270).save(path)
    (page,) = Pipeline(SeesFigures(), images=folder).read(path).pages
    assert page.rotation == 270
    assert page.blocks[1].image
    with Image.open(page.blocks[1].image) as picture:
        assert picture.getcolors() == [(300 * 240, RED)]


@pytest.mark.parametrize("text", ["auto", "layer"])
def test_the_figures_of_a_page_with_its_own_text_are_saved(
    text: Any, draw_pdf: Callable[..., bytes], folder: Path
) -> None:
    def page(canvas: Any) -> None:
        canvas.drawString(100, 700, "A figure follows, which is red all over.")
        canvas.drawImage(ImageReader(Image.new("RGB", (9, 6), RED)), 100, 400, 300, 200)

    document = Pipeline(SeesFigures(), text=text, images=folder).read(draw_pdf(page), name="born.pdf")
    (name,) = names(folder)
    assert name.startswith("born-p001-1-")
    assert document.markdown.endswith(f"![]({(folder / name).as_posix()})")
    with Image.open(folder / name) as picture:
        assert picture.width / picture.height == pytest.approx(1.5, abs=0.01)
        assert picture.getpixel((picture.width // 2, picture.height // 2)) == RED


def test_names_tell_document_page_and_figure_and_are_the_same_each_time(tmp_path: Path, folder: Path) -> None:
    path = saved_png(tmp_path / "my scan.tif", RED, BLUE)
    first = Pipeline(SeesFigures(), images=folder).read(path)
    assert [name[:-12] for name in names(folder)] == ["my-scan-p001-1-", "my-scan-p002-1-"]
    before = names(folder)
    assert Pipeline(SeesFigures(), images=folder, batch_size=2).read(path) == first
    assert names(folder) == before


def test_documents_of_one_name_keep_their_own_pictures(tmp_path: Path, folder: Path) -> None:
    pipeline = Pipeline(SeesFigures(), images=folder)
    for color in (RED, BLUE):
        document = pipeline.read(saved_png(tmp_path / str(color[0]) / "scan.png", color))
        assert document.pages[0].blocks[1].image
    assert len(names(folder)) == 2
    reds = pipeline.read(tmp_path / str(RED[0]) / "scan.png").pages[0].blocks[1].image
    assert reds
    with Image.open(reds) as picture:
        assert picture.getpixel((0, 0)) == RED


def test_threads_may_save_the_same_picture(tmp_path: Path, folder: Path) -> None:
    path = saved_png(tmp_path / "scan.png", RED)
    pipeline = Pipeline(SeesFigures(), images=folder)
    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(lambda _: pipeline.read(path), range(12)))
    assert len({document.markdown for document in documents}) == 1
    assert len(names(folder)) == 1


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("<bytes>", "bytes"),
        ("C:\\scans\\a b.pdf", "a-b"),
        ("s3://bucket/ąę#1?.pdf", "ąę-1"),
        (".pdf", "pdf"),
        ("/", "document"),
        ("x" * 400 + ".pdf", "x" * 180),
        ("漢" * 100, "漢" * 60),
        ("broken\udcff.pdf", "broken"),
    ],
)
def test_any_name_of_a_document_gives_a_name_that_every_file_system_takes(source: str, stem: str, folder: Path) -> None:
    page = save_figures(Page(7, blocks=(Block(BlockKind.FIGURE, box=BOX),)), folder, source, lambda: page_with(RED))
    (name,) = names(folder)
    assert name[:-12] == f"{stem}-p007-1-"
    assert page.blocks[0].image == (folder / name).as_posix()


def test_ornaments_and_what_lies_off_the_page_are_not_saved(folder: Path) -> None:
    boxes = [BBox(0.1, 0.1, 0.9, 0.11), BBox(1.2, 0.1, 1.9, 0.5), BBox(0.8, 0.8, 1.5, 1.5), None]
    page = Page(1, blocks=tuple(Block(BlockKind.FIGURE, box=box) for box in boxes))
    saved = save_figures(page, folder, "a.pdf", lambda: page_with(RED))
    assert [bool(block.image) for block in saved.blocks] == [False, False, True, False]
    assert len(names(folder)) == 1


def test_a_page_without_figures_is_not_drawn(folder: Path) -> None:
    def drawn() -> Image.Image:
        raise AssertionError

    page = Page(1, blocks=(Block(BlockKind.PARAGRAPH, "text", BOX),))
    assert save_figures(page, folder, "a.pdf", drawn) is page
    assert not folder.exists()


def test_a_page_that_cannot_be_drawn_keeps_its_text(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def damaged() -> Image.Image:
        raise PageError("the image is damaged")

    page = Page(2, blocks=(Block(BlockKind.PARAGRAPH, "text"), Block(BlockKind.FIGURE, box=BOX)))
    assert save_figures(page, folder, "a.pdf", damaged) == page
    assert caplog.messages == ["a.pdf, page 2: its figures are not saved: the image is damaged"]


def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Pipeline(SeesFigures(), images=folder).read(saved_png(tmp_path / "scan.png", RED))
    assert names(folder) == []


@pytest.mark.slow
def test_pages_that_are_done_leave_no_image_in_memory(folder: Path) -> None:
    engine = SeesFigures()
    for _ in Pipeline(engine, images=folder).iter_pages(made_pdf([page_with(RED)] * 6)):
        gc.collect()
        assert sum(image() is not None for image in engine.images) <= 1
    assert len(names(folder)) == 6


def test_the_folder_survives_pickling_and_the_one_liner_takes_it(tmp_path: Path, folder: Path) -> None:
    path = saved_png(tmp_path / "scan.png", RED)
    pipeline = pickle.loads(pickle.dumps(Pipeline(SeesFigures(), images=str(folder))))
    document = ocr_plugins.read(path, engine=SeesFigures(), images=folder)
    assert pipeline.read(path).markdown == document.markdown
    assert "![" in document.markdown
    assert "![" not in ocr_plugins.read(path, engine=SeesFigures()).markdown


def test_the_link_says_what_the_caption_says() -> None:
    figure, caption = Block(BlockKind.FIGURE, image="a b/ü(1).png"), "Figure 1: All [red] & *round* `_a_` <b> \\"
    page = Page(1, blocks=(figure, Block(BlockKind.CAPTION, caption)))
    assert links(page.markdown) == [(caption, "a b/ü(1).png")]
    said = Page(1, blocks=(Block(BlockKind.FIGURE, "a chart of sales", image="x.png"),))
    assert said.markdown == "![a chart of sales](x.png)"


def test_links_begin_where_the_markdown_lies(tmp_path: Path) -> None:
    page = Page(1, blocks=(Block(BlockKind.FIGURE, image=(tmp_path / "images/a.png").as_posix()),))
    assert page.relink(tmp_path).markdown == "![](images/a.png)"
    document = OcrDocument("a.pdf", (page,))
    assert document.relink(tmp_path / "out" / "sub").markdown == "![](../../images/a.png)"
    assert document.relink(os.fspath(tmp_path / "images")).pages[0].blocks[0].image == "a.png"


def convert(*arguments: str | Path) -> Any:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line with an engine that sees figures."""
    monkeypatch.setattr("ocr_plugins.pipeline.pipeline.engine_for_workers", lambda *_: SeesFigures())


@pytest.mark.usefixtures("scripted")
def test_converted_files_link_their_own_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scans = tmp_path / "scans"
    colors = {"a.png": RED, "sub dir/a.png": BLUE}
    for name, color in colors.items():
        saved_png(scans / name, color)
    monkeypatch.chdir(tmp_path)
    assert convert("scans", "-o", "out", "--images", "out/my (pictures)").exit_code == 0
    for name, color in colors.items():
        result = (tmp_path / "out" / name).with_suffix(".md")
        ((alt, link),) = links(result.read_text())
        assert alt == "Figure 1: All [red] & *round*"
        with Image.open(result.parent / link) as picture:
            assert picture.getpixel((0, 0)) == color
    assert convert("scans", "-o", "out", "--format", "json", "--images", "out/my (pictures)").exit_code == 0
    document = OcrDocument.from_json((tmp_path / "out/sub dir/a.json").read_text())
    image = document.pages[0].blocks[1].image
    assert image is not None
    assert image.startswith("../my (pictures)/a-p001-1-")
    assert links(convert("scans/a.png", "--images", "out").stdout)[0][1].startswith("out/a-p001-1-")


@pytest.mark.usefixtures("scripted")
def test_pictures_of_an_earlier_run_are_no_inputs(tmp_path: Path) -> None:
    path = saved_png(tmp_path / "scans" / "a.png", RED)
    for _ in range(2):
        done = convert(path.parent, "-o", tmp_path / "out", "--images", path.parent / "images", "--force")
        assert "1 file converted, 1 page" in done.stderr
    into_the_scans = convert(path.parent, "-o", tmp_path / "more", "--images", path.parent)
    assert "2 files converted" in into_the_scans.stderr


@pytest.mark.usefixtures("scripted")
def test_pictures_that_cannot_be_written_are_an_error_that_names_them(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [saved_png(tmp_path / f"{name}.png", RED) for name in "ab"]
    refused = convert(paths[0], "--images", paths[1])
    assert refused.exit_code == 2
    assert f"The folder {paths[1]} cannot be made" in refused.stderr

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    done = convert(*paths, "-o", tmp_path / "out", "--images", folder)
    assert done.exit_code == 1
    assert f"error: {folder / 'a-p001-1-'}" in done.stderr
    assert ".png cannot be written: No space left on device." in done.stderr
    assert "1 of 2 files not tried" in done.stderr
    assert names(folder) == names(tmp_path / "out") == []
