"""One history of everything that was done: read by page, undone and redone entry by entry."""
