"""How a document is cut into passages: sections, what stays together, what fits."""
