"""Text fields as raw bytes in any encoding, and text chunks of RIFF and AIFF."""
