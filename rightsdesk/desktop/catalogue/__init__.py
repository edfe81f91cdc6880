"""Artists, their folders, the first start, and what is wrong in the catalogue."""
