"""LightOnOCR: page images to Markdown by one vision-language model."""
