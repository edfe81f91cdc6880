"""Activity: what is under way, what was done, and how to undo it."""
