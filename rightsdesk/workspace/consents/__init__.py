"""What is wanted: set for an artist, a release or a recording, and inherited."""
