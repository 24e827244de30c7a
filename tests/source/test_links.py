"""Links of a PDF page are kept as Markdown; the text stays plain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from markdown_it import MarkdownIt
from reportlab.pdfbase.pdfmetrics import stringWidth

from ocr_plugins import Block, OcrDocument, Pipeline

URL = "https://example.org/a"


@pytest.fixture
def read(draw_pdf: Callable[..., bytes]) -> Callable[..., OcrDocument]:
    return lambda *pages: Pipeline(text="layer").read(draw_pdf(*pages))


def write(canvas: Any, y: float, *parts: str | tuple[str, str], size: float = 12) -> None:
    """A line of texts, and of texts with the address that they lead to."""
    x = 72.0
    canvas.setFont("Helvetica", size)
    for part in parts:
        text, url = (part, None) if isinstance(part, str) else part
        canvas.drawString(x, y, text)
        right = x + stringWidth(text, "Helvetica", size)
        if url:
            canvas.linkURL(url, (x, y - 3, right, y + size))
        x = right


def one(document: OcrDocument) -> Block:
    (block,) = document.pages[0].blocks
    return block


def test_words_under_a_link_become_a_link(read: Callable[..., OcrDocument]) -> None:
    document = read(lambda c: write(c, 700, "See ", ("our pages", URL), " for more."))
    assert one(document).text == "See our pages for more."
    assert document.markdown == f"See [our pages]({URL}) for more."


def test_the_right_one_of_the_same_words_is_linked(read: Callable[..., OcrDocument]) -> None:
    document = read(lambda c: write(c, 700, "Not here but ", ("here", URL), ", and not here or there."))
    assert document.markdown == f"Not here but [here]({URL}), and not here or there."


def test_words_under_two_links_lead_to_one_address(read: Callable[..., OcrDocument]) -> None:
    def page(canvas: Any) -> None:
        write(canvas, 700, "Look ", ("here", URL), " first, and not here, nor at what is here.")
        x = 72 + stringWidth("Look ", "Helvetica", 12)
        for other in ("https://example.org/b", "https://example.org/c"):
            canvas.linkURL(other, (x, 697, x + stringWidth("here", "Helvetica", 12), 712))

    document = read(page)
    assert document.markdown == f"Look [here]({URL}) first, and not here, nor at what is here."


def test_links_inside_of_links_are_told_apart(read: Callable[..., OcrDocument]) -> None:
    def page(canvas: Any) -> None:
        write(canvas, 700, "From ", ("this place", "https://example.org/b"), " on to the end.")
        canvas.linkURL(URL, (70, 697, 400, 712))

    assert read(page).markdown == f"[From]({URL}) [this place](https://example.org/b) on to the end."


def test_an_address_that_is_its_own_text_is_not_written_twice(read: Callable[..., OcrDocument]) -> None:
    document = read(
        lambda c: write(c, 700, "At ", (URL, URL), " or ", ("a.b@example.org", "mailto:a.b@example.org"), ".")
    )
    assert document.markdown == f"At <{URL}> or <a.b@example.org>."


def test_a_link_over_a_line_end_is_one_link(read: Callable[..., OcrDocument]) -> None:
    def page(canvas: Any) -> None:
        write(canvas, 700, "They say that it is all there in ", ("this great long exam-", URL))
        write(canvas, 686, ("ple of theirs", URL), ", which is on the web.")

    block = one(read(page))
    assert block.text.endswith("in this great long example of theirs, which is on the web.")
    words = "this great long example of theirs"
    assert block.markdown == block.text.replace(words, f"[{words}]({URL})")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org", "https://exa mple.org"]
)
def test_other_addresses_are_left_out(url: str, read: Callable[..., OcrDocument]) -> None:
    document = read(lambda c: write(c, 700, "Click ", ("here", url), " now."))
    assert document.markdown == "Click here now."
    assert one(document).markdown is None


@pytest.mark.parametrize(
    ("before", "words", "after", "url"),
    [
        ("Wow!", "[a] *b* _c_", " and [d](e) too", "https://example.org/(x)"),
        ("a \\", "back\\", "(y) slash", "https://example.org/?a=1&copy;=2"),
        ("1. ", "# one", " # two", "https://example.org/ä|b"),
        ("<b>", "<i>", "</i> & &amp;", "https://example.org/<b>"),
    ],
)
def test_the_rendered_text_is_the_plain_text(
    before: str, words: str, after: str, url: str, read: Callable[..., OcrDocument]
) -> None:
    block = one(read(lambda c: write(c, 700, "x ", before, (words, url), after)))
    assert block.markdown is not None
    (inline,) = (t for t in MarkdownIt().parse(block.markdown) if t.type == "inline")
    children = inline.children or []
    assert "".join(t.content for t in children if not t.type.startswith("link")) == block.text
    (link,) = (t for t in children if t.type == "link_open")
    assert str(link.attrs["href"]).startswith("https://example.org/")
    assert not any(t.type in ("em_open", "image", "html_inline") for t in children)


def test_a_list_item_and_a_heading_keep_their_links(read: Callable[..., OcrDocument]) -> None:
    def page(canvas: Any) -> None:
        write(canvas, 740, "All about ", ("pages", URL), size=24)
        write(canvas, 700, "This is some text below the heading, which is long.")
        write(canvas, 660, "1. ", ("first", URL), " of all")

    assert read(page).markdown.split("\n\n") == [
        f"# All about [pages]({URL})",
        "This is some text below the heading, which is long.",
        f"1. [first]({URL}) of all",
    ]


def test_a_paragraph_that_goes_on_over_the_page_end_keeps_its_links(read: Callable[..., OcrDocument]) -> None:
    first = "It begins on this page with "
    document = read(
        lambda c: write(c, 400, first, ("a link", URL), " and it *does*"),
        lambda c: write(c, 400, "go on there with ", ("another", URL), "."),
    )
    assert document.markdown == f"{first}[a link]({URL}) and it \\*does\\* go on there with [another]({URL})."
