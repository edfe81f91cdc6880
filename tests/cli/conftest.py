"""The real workspace, where a command is tried on one."""

from tests.workspace.conftest import artist, folder, koval, music, signal, song, workspace

__all__ = ["artist", "folder", "koval", "music", "signal", "song", "workspace"]
