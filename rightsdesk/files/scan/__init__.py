"""Find audio files in folders, and read them for the catalogue."""
