"""The facade: `Workspace` and its seven objects."""
