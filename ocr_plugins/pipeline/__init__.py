"""Source, pixels, engine and layout put together: pages in, pages out."""
