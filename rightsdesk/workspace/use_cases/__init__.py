"""The facade: `Workspace` and the eight objects that it is composed of."""
