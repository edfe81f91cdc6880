"""Platforms: where a person must act, and what is known of each."""
