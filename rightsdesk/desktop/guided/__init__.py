"""Platforms without an API: steps to follow, and what a person attests."""
