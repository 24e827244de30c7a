"""Layout: lines, regions and ruling lines become ordered blocks.

:func:`~ocr_plugins.layout.assemble.assemble` is the chain, one page at a time;
:class:`~ocr_plugins.layout.settle.Settler` decides what needs the neighbouring pages. Nothing here
sees pixels: what must is in :mod:`ocr_plugins.pixels`.
"""
