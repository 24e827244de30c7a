"""What MkDocs is told when it builds the site: which files of the repository are pages, and where links lead.

Links in the sources are those of the repository. Where they lead to a page of the site they are made links of the site;
where they lead to another file, its name stays.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from ocr_plugins.plugins import registry

ROOT = Path(__file__).parents[1]
# Pages that lie elsewhere in the repository, by their name in the site.
PAGES = {
    "benchmarks.md": "benchmarks/README.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "gallery.md": "examples/gallery/README.md",
    "langchain.md": "adapters/langchain/README.md",
    "llama-index.md": "adapters/llama_index/README.md",
    "writing-an-engine.md": "examples/plugin-tesseract/README.md",
}
PICTURES = "examples/gallery"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")
_OPTIONS = re.compile(r"<!-- options: (\S+) -->")
_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages and pictures that lie outside of ``docs``."""
    pictures = {f"{PICTURES}/{path.name}": str(path) for path in (ROOT / PICTURES).glob("*.png")}
    for name, path in ({page: str(ROOT / path) for page, path in PAGES.items()} | pictures).items():
        files.append(File.generated(config, name, abs_src_path=path))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links of the repository into links of the site."""
    here = page.file.src_uri
    folder = posixpath.dirname(PAGES.get(here, f"docs/{here}"))
    places = {path: name for name, path in PAGES.items()}

    def link(match: re.Match[str]) -> str:
        picture, text, target, anchor = match.groups(default="")
        path = posixpath.normpath(posixpath.join(folder, target))
        place = places.get(path, path.removeprefix("docs/"))
        if files.get_file_from_path(place) and (path in places or picture or path.startswith("docs/")):
            return f"{picture}[{text}]({posixpath.relpath(place, posixpath.dirname(here) or '.')}{anchor})"
        if not (ROOT / path).exists():
            return match[0]  # MkDocs says that it leads nowhere
        return f"`{path}`" if text.strip("`") == path else f"{text} (`{path}`)"

    return _outside_code(markdown, lambda prose: _OPTIONS.sub(_options, _LINK.sub(link, prose)))


def _options(match: re.Match[str]) -> str:
    """The table of an engine's options, from the model that checks them."""
    fields = registry().engines[match[1]].load().Options.model_fields
    rows = [
        f"| `{name}` | `{field.get_default(call_default_factory=True)!r}` | {field.description} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| option | default | meaning |", "|---|---|---|", *rows])


def _outside_code(markdown: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [change(markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(markdown[end:])])
