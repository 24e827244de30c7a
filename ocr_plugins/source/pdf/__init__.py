"""PDF pages through PDFium. Its handles, and the one lock under which it is called, stay in this room."""
