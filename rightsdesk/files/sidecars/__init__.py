"""Read and write XMP sidecars next to audio files."""
