"""XMP sidecars next to audio files: read and written."""
