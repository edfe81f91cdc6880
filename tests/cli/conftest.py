"""Fixtures of the real workspace, for tests that need it."""

from tests.workspace.conftest import artist, folder, koval, music, signal, song, workspace

__all__ = ["artist", "folder", "koval", "music", "signal", "song", "workspace"]
