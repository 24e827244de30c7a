"""How well Markdown has the structure of a document whose blocks are known."""
