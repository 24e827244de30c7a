"""An engine that says what a page says, and not where, is not believed whatever it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pytest

from ocr_plugins import Markdown, OcrError, PageImage, Pipeline, Recognition, StreamingEngine
from ocr_plugins.testing import made_page, made_pdf

LINES = [f"Line {n} of a letter to the keeper of the lamp, as sent." for n in range(20)]
TRUE = "\n".join(LINES)


class Says(StreamingEngine):
    """Reads every page as one text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def recognize_stream(self, images: Iterable[PageImage]) -> Iterator[tuple[int, Recognition] | None]:
        for place, _ in enumerate(images):
            yield place, Markdown(self.text)

    def recognize(self, images: Sequence[PageImage]) -> list[Recognition | OcrError]:
        return [Markdown(self.text) for _ in images]


def codes(text: str) -> list[str]:
    scan = made_pdf([made_page(LINES, size=(1000, 1300))])
    (page,) = Pipeline(Says(text), upright=False).read(scan).pages
    return [warning.code for warning in page.warnings]


@pytest.mark.parametrize("text", [TRUE, "\n\n".join(LINES[:9]), f"{TRUE} and more {TRUE[:500]}"])
def test_a_text_that_may_be_the_pages_is_believed(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", ["", "The quick brown fox.", " ".join([TRUE] * 8)])
def test_far_too_little_or_too_much_text_is_told(text: str) -> None:
    assert codes(text) == ["text-amount"]


def test_the_commands_of_formulas_are_no_characters_on_the_page() -> None:
    assert (
        codes(
            "\n\n".join(
                rf"$$\mathbf{{\overline{{x}}}}_{{{n}}}^{{2}}\rightarrow\operatorname{{lamp}}$$" for n in range(99)
            )
        )
        == []
    )
