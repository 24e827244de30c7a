"""Pieces of lines, as the characters of a PDF page make them up."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ocr_plugins.blocks import BBox, Font, TextLine
from ocr_plugins.source.pdf.frames import Frame
from ocr_plugins.source.pdf.links import Link, find_anchors
from ocr_plugins.source.pdf.walls import Walls
from ocr_plugins.source.textlayer import UNMARKED, Anchor


@dataclass(slots=True)
class Piece:
    """Characters that stand next to each other on one baseline; spaces have no box.

    ``faces`` tells the fonts of the file apart, where ``fonts`` has what they look like.

    Boxes are in points of the page, or of the frame in which turned text is upright.
    """

    text: list[str] = field(default_factory=list)
    boxes: list[BBox] = field(default_factory=list)
    fonts: list[Font] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)
    frame: Frame | None = None

    def extend(self, other: Piece) -> None:
        """Put the characters of another piece behind these."""
        self.text += other.text
        self.boxes += other.boxes
        self.fonts += other.fonts
        self.marks += other.marks
        self.faces += other.faces

    def line(self) -> TextLine | None:
        text = "".join(self.text).strip()
        if not text or not self.boxes:
            return None
        return TextLine(text, self.on_page(BBox.around(self.boxes)), font=self._font())

    def on_page(self, box: BBox) -> BBox:
        return self.frame.back(box) if self.frame else box

    def anchors(self, links: Sequence[Link]) -> Iterator[Anchor]:
        if self.frame:
            links = [replace(link, box=self.frame.into(link.box)) for link in links]
        for anchor in find_anchors(self.text, self.boxes, links):
            yield replace(anchor, box=self.on_page(anchor.box))

    def _font(self) -> Font:
        first = self.fonts[0]
        if all(font is first for font in self.fonts):
            return first
        return Font(
            round(statistics.median(f.size for f in self.fonts), 2),
            sum(f.bold for f in self.fonts) * 2 > len(self.fonts),
            sum(f.italic for f in self.fonts) * 2 > len(self.fonts),
            all(f.mono for f in self.fonts),
        )

    def apart(self, walls: Walls) -> Iterator[Piece]:
        """The piece, or its parts in the cells between ruling lines; turned text is not looked at."""
        return self.parts(walls.cuts(self.boxes) if self.frame is None else [])

    def parts(self, starts: Sequence[int]) -> Iterator[Piece]:
        """The piece cut before some of its characters, or as it is where there are none."""
        if not starts:
            yield self
            return
        part, i = Piece(), 0
        for char in self.text:
            if char != " ":
                if i in starts:
                    yield part
                    part = Piece()
                part.boxes.append(self.boxes[i])
                part.fonts.append(self.fonts[i])
                part.marks.append(self.marks[i])
                part.faces.append(self.faces[i])
                i += 1
            part.text.append(char)
        yield part

    def cut(self) -> Iterator[tuple[int, Piece]]:
        """The piece as parts under one mark; a space belongs to what is before it."""
        if len(set(self.marks)) == 1:
            yield self.marks[0], self
            return
        part, mark, i = Piece(frame=self.frame), UNMARKED, 0
        for char in self.text:
            if char == " ":
                part.text.append(char)
                continue
            if part.boxes and self.marks[i] != mark:
                yield mark, part
                part = Piece(frame=self.frame)
            mark = self.marks[i]
            part.text.append(char)
            part.boxes.append(self.boxes[i])
            part.fonts.append(self.fonts[i])
            i += 1
        if part.boxes:
            yield mark, part
