"""Text fields as raw bytes, in whatever encoding they are, and in chunks of RIFF and AIFF."""
