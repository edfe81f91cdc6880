"""The facade: `Workspace` and the seven objects that it is composed of."""
