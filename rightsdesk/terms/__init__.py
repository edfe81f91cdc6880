"""Compares two versions of a platform's terms: does what AI may do with uploaded content change?

Pure values: no network, no files, no tables. The rules are data, in `rules.toml`.
"""
