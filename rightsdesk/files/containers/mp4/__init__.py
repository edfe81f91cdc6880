"""M4A: boxes, items, offsets and fragments."""
