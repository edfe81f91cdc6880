"""Platforms without an API: what they offer, what a person attested, and their standing."""
