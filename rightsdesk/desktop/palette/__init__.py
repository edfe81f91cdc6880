"""The palette: type a few letters, press Enter, and be there; what it finds, and where it leads."""
