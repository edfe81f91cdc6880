"""Dialects on platforms: the platforms' own switches, and our tags and sentences there."""
