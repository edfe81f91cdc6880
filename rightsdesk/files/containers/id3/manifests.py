"""Content Credentials in ID3 tags: a GEOB frame holds the manifest.

Source: C2PA Technical Specification 2.2, annex A.3.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from rightsdesk.files.containers.base import Signed, read_at
from rightsdesk.files.containers.id3.tags import tags_at
from rightsdesk.files.errors import FileError

MEDIA_TYPES = (b"application/c2pa\0", b"application/x-c2pa-manifest-store\0")
"""The media types of a GEOB frame with a manifest. The second was used before C2PA 1.0."""

_FRAME_HEAD = 64  # the first bytes of a GEOB frame, which contain its media type
_LARGEST_ODD_TAG = 1 << 22


def manifests_in(f: BinaryIO, start: int, end: int) -> Iterator[Signed]:
    """Yield the manifests in the ID3 tags of [start, end)."""
    try:
        tags = tags_at(f, start, end)
    except FileError:  # the tag can't be parsed: search its bytes for the media type
        head = read_at(f, start, min(_LARGEST_ODD_TAG, end - start))
        if head[:3] == b"ID3" and any(media_type in head for media_type in MEDIA_TYPES):
            yield Signed("ID3 GEOB", start, len(head))
        return
    for tag in tags:
        for frame in tag.frames:
            if frame.id in ("GEOB", "GEO"):
                head = read_at(f, frame.start, min(_FRAME_HEAD, frame.end - frame.start))
                if any(media_type in head for media_type in MEDIA_TYPES):
                    yield Signed("ID3 GEOB", frame.start, frame.end - frame.start)
