"""The facade: `Workspace` and the objects that it consists of, a module each."""
