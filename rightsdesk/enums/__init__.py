"""Sets of values that are stored and printed: causes of failures, carriers.

Each value stays as it is; a value of another version keeps its text."""
