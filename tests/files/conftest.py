"""Fixtures for tests on files."""

from tests.files.samples import originals, sample

__all__ = ["originals", "sample"]
