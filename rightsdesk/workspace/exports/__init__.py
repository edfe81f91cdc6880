"""Consents as files and texts for others, written safely."""
