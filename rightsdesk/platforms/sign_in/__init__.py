"""Signing in: OAuth, sessions, tokens and their renewal."""
