"""What audio files say: our own field, PLUS, the sentence, XMP rights, Content Credentials."""
