"""Catalogue: what each recording says, everywhere."""
