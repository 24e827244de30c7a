"""The documentation site: it builds without a warning, and is read without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("material", reason="make docs installs what the site is built with")

ROOT = Path(__file__).parents[1]
# What a browser fetches by itself.
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}


class Fetched(HTMLParser):
    """The addresses that a page fetches when it is opened."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FETCHED:
            self.addresses += [value for name, value in attrs if name == FETCHED[tag] and value]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "adapters").is_dir(), reason="pages of the site lie in the repository alone"),
]


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    fetched = {(page.name, address) for page in pages for address in Fetched(page).addresses}
    assert {page.name for page in pages} <= {name for name, _ in fetched}
    assert [(page, address) for page, address in fetched if re.match(r"(https?:)?//", address)] == []


def test_style_sheets_have_their_fonts_and_pictures_inside(site: Path) -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import\s+)['\"]?(?:https?:)?//[^)]*", sheets) == []


def test_what_a_page_of_the_site_says_is_found_by_its_search(site: Path) -> None:
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    for words in ("text-layer-distrusted", "passage_metadata", "ocr-plugins convert", "Honest limits"):
        assert words in index


def test_the_reference_shows_methods_and_links(site: Path) -> None:
    page = (site / "reference" / "documents.html").read_text(encoding="utf-8")
    assert 'id="ocr_plugins.OcrDocument.to_markdown"' in page
    assert ":class:" not in page
    assert ":func:" not in page
