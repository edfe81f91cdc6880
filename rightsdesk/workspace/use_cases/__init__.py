"""The facade: `Workspace` and its eight objects."""
