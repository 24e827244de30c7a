"""What LightOnOCR sees of a page: all of it, and nothing that the recipe would not show it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from transformers.models.pixtral.image_processing_pil_pixtral import PixtralImageProcessorPil

from ocr_plugins import BBox, Block, BlockKind
from ocr_plugins.engine import Blocks
from ocr_plugins.engines.lightonocr.families import UNKNOWN, Family, by_name
from ocr_plugins.engines.lightonocr.framing import framed

TINY = Path(__file__).parents[1] / "data" / "lightonocr-tiny"
GROUND = (250, 240, 210)


def noisy(size: tuple[int, int]) -> Image.Image:
    """A page of a cream ground, in whose left third every tenth pixel is some other colour."""
    chance = np.random.default_rng(0)
    pixels = np.full((size[1], size[0], 3), GROUND, np.uint8)
    spots = chance.random((size[1], size[0])) < 0.1
    spots[:, size[0] // 3 :] = False
    pixels[spots] = chance.integers(0, 255, (int(spots.sum()), 3))
    return Image.fromarray(pixels)


def processed(image: Image.Image, edge: int = 1540) -> tuple[np.ndarray, list[int]]:
    """The pixels (height, width, 3) and the sides as the recipe's image processor gives them to the model."""
    processor = PixtralImageProcessorPil.from_pretrained(TINY)
    processor.size = {"longest_edge": edge}
    made = processor(images=[image], return_tensors="np")
    return made["pixel_values"][0].transpose(1, 2, 0), list(made["image_sizes"][0])


LETTER, A4 = (1700, 2200), (1654, 2339)


@pytest.mark.parametrize("size", [LETTER, (2200, 1700), (140, 98), (98, 98), (4000, 3080)])
def test_a_page_of_an_odd_number_of_patches_keeps_its_last_column(size: tuple[int, int]) -> None:
    page = noisy(size)
    alone, (height, width) = processed(page)
    pixels, sides = processed(framed(page, UNKNOWN, 1540).image)
    assert [height % 28, width % 28] != [0, 0], "the recipe's image must be one that loses something"
    assert sides == [-(-height // 28) * 28, -(-width // 28) * 28]
    assert np.array_equal(pixels[:height, :width], alone), "what is on the page stays as the recipe shows it"
    added = np.concatenate([pixels[height:].reshape(-1, 3), pixels[:, width:].reshape(-1, 3)])
    ground, _ = processed(Image.new("RGB", (28, 28), GROUND))
    assert np.array_equal(added, np.broadcast_to(ground[0, 0], added.shape))


@pytest.mark.parametrize("size", [A4, (224, 168), (3080, 2184), (56, 28)])
def test_a_page_of_whole_tokens_is_given_as_it_is(size: tuple[int, int]) -> None:
    page = noisy(size)
    assert framed(page, UNKNOWN, 1540).image is page


def test_an_edge_of_no_whole_number_of_tokens_is_not_exceeded() -> None:
    _, sides = processed(framed(noisy((1560, 2200)), UNKNOWN, 1000).image, 1000)
    assert max(sides) <= 1000
    assert [side % 28 for side in sides] == [0, 0]


def test_qwen_drops_nothing_and_so_is_given_the_page() -> None:
    family = by_name("LightOnOCR-3-4B")
    assert isinstance(family, Family)
    page = noisy(LETTER)
    assert framed(page, family, 2048).image is page


def test_boxes_are_those_of_the_page_and_not_of_what_was_added() -> None:
    frame = framed(noisy(LETTER), UNKNOWN, 1540)
    assert frame.image.size == (1204, 1540)
    right = Block(BlockKind.PARAGRAPH, "to the edge", BBox(0.5, 0.0, 1190 / 1204, 1.0))
    (block,) = frame.on_page(Blocks((right,))).blocks
    assert block.box is not None
    assert [block.box.left, block.box.right] == pytest.approx([0.5 * 1204 / 1190, 1.0])
