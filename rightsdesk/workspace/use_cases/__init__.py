"""The facade: `Workspace` and its 13 objects."""
