"""Blocks of a tagged PDF page, by its author's own structure."""
