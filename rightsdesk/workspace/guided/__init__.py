"""Platforms without an API: what they offer, what a person attested, and how they stand."""
