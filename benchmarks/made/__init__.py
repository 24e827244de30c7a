"""Made documents whose Markdown is known: what they say, how they look, and how they become pages."""
