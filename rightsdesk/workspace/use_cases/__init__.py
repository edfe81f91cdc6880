"""The facade: `Workspace` and its eleven objects."""
