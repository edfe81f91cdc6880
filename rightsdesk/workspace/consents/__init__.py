"""Consents: set for an artist, a release or a recording, and inherited."""
