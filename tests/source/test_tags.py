"""Tagged PDFs of several pages: whether the tags of a document name its headings."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from ocr_plugins import BlockKind, Pipeline
from ocr_plugins.source.open import open_source


def tagged_pdf(pages: int, titled: Collection[int]) -> bytes:
    """Pages of a large line and a paragraph; on some of them the large line is tagged as a heading."""
    numbers = range(1, pages + 1)
    first = {number: 5 + 4 * (number - 1) for number in numbers}
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 4 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % first[n] for n in numbers), pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/StructTreeRoot/K[%s]/ParentTree<</Nums[%s]>>>>"
        % (
            b" ".join(b"%d 0 R %d 0 R" % (first[n] + 2, first[n] + 3) for n in numbers),
            b" ".join(b"%d[%d 0 R %d 0 R]" % (n, first[n] + 2, first[n] + 3) for n in numbers),
        ),
    ]
    for n in numbers:
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/StructParents %d" % (first[n] + 1, n)
        kind = b"H1" if n in titled else b"P"
        texts = (
            (kind, 20, 740, b"Part"),
            (b"P", 11, 700, b"A paragraph that goes on and on, to the end of its only line."),
        )
        content = b"".join(
            b"/%s <</MCID %d>> BDC BT /F %d Tf 70 %d Td (%s) Tj ET EMC\n" % (tag, mark, size, y, text)
            for mark, (tag, size, y, text) in enumerate(texts)
        )
        element = b"<</Type/StructElem/S/%s/P 4 0 R/Pg %d 0 R/K[%d]>>"
        objects += [
            page + b"/Resources<</Font<</F 3 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
            element % (kind, first[n], 0),
            element % (b"P", first[n], 1),
        ]
    numbered = (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"


def names_headings(pages: int, titled: Collection[int]) -> bool:
    """Whether the tags of a document name its headings, told on its last page, which has none."""
    with open_source(tagged_pdf(pages, titled)) as source:
        layer = source.page(pages).text_layer()
    assert layer is not None
    assert layer.tagged is not None
    return layer.tagged.headings


@pytest.mark.parametrize(("headings", "named"), [(4, False), (6, True)])
def test_tags_name_the_headings_of_a_document_where_there_are_some_on_half_of_its_pages(
    headings: int, named: bool
) -> None:
    assert names_headings(10, range(1, headings + 1)) == named


@pytest.mark.parametrize("pages", [7, 13])
def test_the_first_dozen_of_pages_tells_of_all(pages: int) -> None:
    assert names_headings(24, range(pages, pages + 6)) == (pages == 7)


@pytest.mark.parametrize(("titled", "kind"), [([1], BlockKind.HEADING), ([1, 2], BlockKind.PARAGRAPH)])
def test_a_title_alone_among_the_tags_leaves_the_headings_of_other_pages_to_geometry(
    titled: list[int], kind: BlockKind
) -> None:
    first, *_, last = Pipeline(text="layer").read(tagged_pdf(4, titled)).pages
    assert first.blocks[0].kind == BlockKind.HEADING
    assert last.blocks[0].kind == kind
