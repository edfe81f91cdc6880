"""Consents as texts and files for others, written safely."""
