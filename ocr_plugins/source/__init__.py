"""A path, bytes or a binary file becomes pages that are read one at a time: images by Pillow, PDFs by PDFium."""
