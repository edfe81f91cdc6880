"""Finding what lies below a folder, in the bytes that paths are stored as."""

import os

from sqlalchemy import Column, ColumnElement, or_

from rightsdesk.store import texts


def within(column: Column[bytes], place: str) -> ColumnElement[bool]:
    """The condition that a stored path is a file or folder, or lies below it."""
    path = texts.dump_path(os.path.abspath(place))
    folder = path.rstrip(os.sep.encode()) + os.sep.encode()
    after = folder[:-1] + bytes([folder[-1] + 1])
    return or_(column == path, (column >= folder) & (column < after))
