"""Blocks to Markdown and back: what is rendered is escaped here and nowhere else, what is parsed is written anew."""
