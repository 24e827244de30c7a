"""Tables: where they are on a page, and what stands in which cell."""
