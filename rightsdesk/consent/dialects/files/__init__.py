"""Dialects in audio files: our own field, PLUS, the sentence, XMP rights, Content Credentials."""
