"""A plugin that cannot be imported."""

raise RuntimeError("broken on purpose")
