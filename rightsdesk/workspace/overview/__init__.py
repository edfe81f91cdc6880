"""What home, the roster and the catalogue show: bars, counts, groups, covers and next steps."""
