"""Finding audio files below folders, and reading what they say for the catalogue."""
