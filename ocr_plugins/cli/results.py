"""What becomes of a document in each format of results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ocr_plugins.chunks import MAX_TOKENS
from ocr_plugins.cli.files import Format
from ocr_plugins.document import OcrDocument
from ocr_plugins.metadata import passage_ids, passage_metadata

__all__ = ["Rendering"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How documents are written down.

    Attributes:
        furniture: Keep page headers, footers and numbers, in Markdown and text.
        join_tables: Make tables that run over several pages one, in Markdown.
        page_breaks: Put a comment with its number before each page, in Markdown.
        figures: Show with a comment where a figure is that has no picture, in Markdown.
        max_tokens: The most that a chunk has, in characters.
        password: Of encrypted PDFs, whose pages HTML shows.
    """

    furniture: bool = False
    join_tables: bool = False
    page_breaks: bool = False
    figures: bool = True
    max_tokens: int = MAX_TOKENS
    password: str | None = None

    def render(self, document: OcrDocument, format_: Format, content: Path | bytes) -> str:
        """The document in one format; ``content`` is what it was read from."""
        match format_:
            case "json":
                return document.to_json() + "\n"
            case "html":
                return document.to_html(content, password=self.password)
            case "chunks":
                return "".join(f"{json.dumps(chunk, ensure_ascii=False)}\n" for chunk in self._chunks(document))
            case "md":
                text = document.to_markdown(
                    furniture=self.furniture,
                    join_tables=self.join_tables,
                    page_breaks=self.page_breaks,
                    figures=self.figures,
                )
            case "text":
                blocks = (block for page in document.pages for block in page.blocks)
                text = "\n\n".join(b.text for b in blocks if b.text and (self.furniture or not b.kind.is_furniture))
        return f"{text}\n" if text else ""

    def _chunks(self, document: OcrDocument) -> Iterator[dict[str, object]]:
        chunks = document.chunks(self.max_tokens)
        for chunk, id_ in zip(chunks, passage_ids(chunks, document.source), strict=True):
            metadata = {"source": document.source} | passage_metadata(chunk, document)
            yield {"id": id_, "text": chunk.text, "markdown": chunk.markdown, "metadata": metadata}
