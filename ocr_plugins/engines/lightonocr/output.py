"""What LightOnOCR writes, as blocks.

The families speak three dialects:

- ``markdown``: Markdown with HTML tables and LaTeX; a picture is ``![image](image_1.png)``.
- ``bbox``: the same, and behind each picture its box: ``![image](image_1.png)120,80,640,410``.
- ``grounding``: before every block its label and box, ``![text](112,640,882,698) …``; a ``+`` behind the label says
  that the block continues the one before.

Coordinates are left, top, right and bottom in 0..1000 of the page. What is damaged, as at the end of an output that was
cut off, costs a box but no text. (Formats as in the model cards of LightOnOCR-2-1B-bbox and LightOnOCR-3-1B.)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from ocr_plugins.blocks import BBox, Block, BlockKind
from ocr_plugins.engine import Blocks
from ocr_plugins.engines.lightonocr.families import Dialect
from ocr_plugins.engines.lightonocr.wrapping import unwrapped
from ocr_plugins.markdown.inline import elements
from ocr_plugins.markdown.latex import bare_formula, display_formula, formula_at
from ocr_plugins.markdown.parse import parse_line, parse_markdown

LABELS = (
    *("title", "section", "text", "list", "caption", "footnote", "aside_text", "header", "footer", "page_number"),
    *("table", "chart", "formula", "code", "image"),
)
# Of blocks that are a line or a paragraph. What other labels hold says itself what it is.
_KINDS = {
    "caption": BlockKind.CAPTION,
    "footnote": BlockKind.FOOTNOTE,
    "header": BlockKind.PAGE_HEADER,
    "footer": BlockKind.PAGE_FOOTER,
    "page_number": BlockKind.PAGE_NUMBER,
}
_CAN_CONTINUE = frozenset(
    (
        *(BlockKind.TITLE, BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE),
        *(BlockKind.CODE, BlockKind.CAPTION, BlockKind.FOOTNOTE),
    )
)
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_DAMAGED = rf"(?:{_NUMBER}|[A-Za-z]\d?\b|nan\b|none\b)"
_PART = r"[ \t]*[^\s,()]{0,12}[ \t]*"
_MARKER = re.compile(
    r"!\[(?P<label>[A-Za-z_][\w-]{0,30})(?P<more>\+?)\]"
    rf"\((?:(?P<box>{_PART}(?:,{_PART}){{0,7}})\)|(?P<open>\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{0,3}})) ?"
)
# At the end of an output that was cut off.
_CUT_MARKER = re.compile(r"!\[(?P<label>[A-Za-z_]*)\+?(?P<rest>\](?:\((?:[\d\s,.+-]*|[^()\s]*))?)?\s*$")
_CUT_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)"
    r"(?P<rest>(?: [a-z]+=(?:\"[^\"<>\n]*\"|\d+))*(?: [a-z]*| [a-z]+=(?:\"[^\"<>\n]*\"?|\d*)))?$",
    re.IGNORECASE,
)
_FENCED = r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ \t]*(?P=fence)|.*)"
_PICTURE = re.compile(
    rf"{_FENCED}|(?P<comment><!--(?:.*?-->)?)|(?P<first>^[ \t]*)?!\[(?P<said>[^\]\n]*)\]\([^()\s]*\)"
    # Four numbers, or directly behind it what is left of them.
    rf"(?P<box>[ \t]?{_NUMBER}(?:[ \t]*,[ \t]*{_NUMBER}){{3}}(?![\d,])"
    rf"|{_DAMAGED}(?:,{_DAMAGED}?){{3}}|{_NUMBER}(?:,{_NUMBER})*,?$)?",
    re.DOTALL | re.MULTILINE,
)
# What the model calls every picture.
_NAMELESS = "image"
_HEADING = re.compile(r"(?P<signs>#{1,6})(?:\s+|$)")
_BETWEEN_HEADINGS = re.compile(r"\n\s*\n|\n(?=\s*#{1,6}\s)")


def parse_output(text: str, dialect: Dialect) -> Blocks:
    """The blocks of a page, from the text that the model wrote for it.

    Nothing of that text is passed on as it came: see :mod:`ocr_plugins.markdown_inline`.

    Args:
        text: The output, also one that was cut off.
        dialect: How it is written. Boxes behind pictures are understood in plain Markdown too.

    Returns:
        Blocks in the order of the output; ``truncated`` is for the caller to set. With ``grounding`` every block has
        its box, and page headers, footers and numbers are known; with the other dialects pictures alone have one.
    """
    text = _CUT_TAG.sub(_unless_text, _CUT_MARKER.sub(_unless_label, unwrapped(text)))
    return Blocks(tuple(_grounded(text) if dialect == "grounding" else _parsed(text)))


def _unless_label(cut: re.Match[str]) -> str:
    """Nothing for a marker or picture within which the model was stopped, the text itself if it is no such thing."""
    label = cut["label"].lower()
    whole = cut["rest"] is not None
    return "" if label in LABELS or (not whole and any(name.startswith(label) for name in LABELS)) else cut[0]


def _unless_text(cut: re.Match[str]) -> str:
    """Nothing for a tag within which the model was stopped; a single letter may be text."""
    name, rest = cut["name"].lower(), cut["rest"]
    if rest is not None:
        return "" if "=" in rest or name in ("table", "tr", "td", "th") else cut[0]
    cuttable = cut["close"] or len(name) > 1
    return "" if cuttable and any(element.startswith(name) for element in elements()) else cut[0]


def _parsed(text: str) -> list[Block]:
    return [
        replace(b, markdown=None) if b.kind == BlockKind.FIGURE and b.markdown == _NAMELESS else b
        for b in parse_markdown(_PICTURE.sub(_as_comment, text))
    ]


def _as_comment(picture: re.Match[str]) -> str:
    """A picture as the comment that the parser takes for one; a block of its own where it begins a line."""
    if picture["fence"]:
        return picture[0]
    if picture["comment"]:
        # One that is not closed must not go on to the end of ours.
        return picture[0] if picture["comment"].endswith("-->") else ""
    box = _box(picture["box"] or "")
    place = f" {box.left:.3f},{box.top:.3f},{box.right:.3f},{box.bottom:.3f}" if box else ""
    said = re.sub("-{2,}|[<>]", "-", picture["said"]).strip()
    comment = f"<!-- figure{place}: {said} -->" if said and said != _NAMELESS else f"<!-- figure{place} -->"
    return comment if picture["first"] is None else f"{picture['first']}{comment}\n\n{picture['first']}"


def _box(numbers: str) -> BBox | None:
    """The box in 0..1, with its sides in order; None where it is none, or not on the page."""
    try:
        left, top, right, bottom = (float(number) / 1000 for number in numbers.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (left, top, right, bottom))):
        return None
    box = BBox(min(left, right), min(top, bottom), max(left, right), max(top, bottom)).clipped()
    return box if box.area > 0 else None


def _grounded(text: str) -> Iterator[Block]:
    markers = [m for m in _MARKER.finditer(text) if _is_marker(m)]
    ends = [*(m.start() for m in markers), len(text)]
    yield from _parsed(text[: ends[0]])
    labels: dict[BlockKind, str] = {}
    for marker, end in zip(markers, ends[1:], strict=True):
        label, box = marker["label"].lower(), _box(marker["box"] or marker["open"] or "")
        blocks = _labelled(label, text[marker.end() : end].rstrip())
        if marker["more"] and blocks:
            blocks[0] = _continued(blocks[0], label, labels)
        for block in blocks:
            labels[block.kind] = label
            yield block if block.kind == BlockKind.FIGURE and label not in _FIGURES else replace(block, box=box)


_FIGURES = ("image", "chart")


def _is_marker(found: re.Match[str]) -> bool:
    """Whether it has a box, or a label that only a marker has and what may have been a box."""
    numbers = found["box"] if found["box"] is not None else found["open"]
    known = found["label"].lower() in LABELS
    return bool(re.fullmatch(rf"\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*", numbers)) or (
        known and ("," in numbers or not numbers.strip() or found["open"] is not None)
    )


def _continued(block: Block, label: str, labels: dict[BlockKind, str]) -> Block:
    """The block as one that continues another, where the last of its kind on the page, if any, had the same label."""
    if label == "list":
        if block.kind != BlockKind.PARAGRAPH:
            return block
        # Without a marker it is the rest of an item.
        block = replace(block, kind=BlockKind.LIST_ITEM)
    continues = block.kind in _CAN_CONTINUE and labels.get(block.kind, label) == label
    return replace(block, continues=continues and (label == "list" or block.kind != BlockKind.LIST_ITEM))


def _labelled(label: str, text: str) -> list[Block]:
    if label != "code":
        text = text.lstrip(" \t").strip("\n")
    match label:
        case "title" | "section":
            return [block for part in _BETWEEN_HEADINGS.split(text) for block in _heading(label, part.strip())]
        case "image" | "chart":
            return _figure(text)
        case "formula":
            return _formula(text)
        case "code":
            return _code(text)
        case _:
            kind = _KINDS.get(label, BlockKind.PARAGRAPH)
            if label not in _KINDS:
                return _parsed(text)
            if "<table" in text.lower():
                return [replace(b, kind=kind) if b.kind == BlockKind.PARAGRAPH else b for b in _parsed(text)]
            return [block for part in re.split(r"\n\s*\n", text) for block in parse_line(part, kind)]


def _heading(label: str, text: str) -> list[Block]:
    """A title or the heading of a section, by its number signs where it has some: the model calls both ``title``."""
    signs = _HEADING.match(text)
    level = len(signs["signs"]) if signs else 0
    kind = BlockKind.TITLE if label == "title" and level < 2 else BlockKind.HEADING
    blocks = parse_line(text[signs.end() :] if signs else text, kind)
    return [replace(b, level=level) if b.kind == BlockKind.HEADING else b for b in blocks]


def _figure(text: str) -> list[Block]:
    """A figure with its description, which is not printed on the page, or with the table of a chart's values."""
    blocks = _parsed(text)
    if any(block.kind == BlockKind.TABLE for block in blocks):
        return [Block(BlockKind.FIGURE), *blocks]
    description = " ".join(block.text for block in parse_line(text, BlockKind.PARAGRAPH))
    return [Block(BlockKind.FIGURE, markdown=description or None)]


def _formula(text: str) -> list[Block]:
    formula = display_formula(text) or (formula_at(text, 0) if text else None)
    if formula is None or formula.end < len(text):
        if re.search(r"\$|\\[(\[]", text):
            blocks = _parsed(text)
            return [replace(b, kind=BlockKind.FORMULA) if b.kind == BlockKind.PARAGRAPH else b for b in blocks]
        formula = bare_formula(text)
    return [Block(BlockKind.FORMULA, formula.body, markdown=formula.markdown)] if formula.body else []


def _code(text: str) -> list[Block]:
    if text.lstrip().startswith(("```", "~~~")):
        return _parsed(text.lstrip())
    code = text.strip("\n")
    return [Block(BlockKind.CODE, code)] if code.strip() else []
