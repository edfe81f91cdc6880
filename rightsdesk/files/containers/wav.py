"""WAV and Broadcast WAV: RIFF chunks; our fields live in an `id3 ` chunk.

Source: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0";
the `id3 ` chunk is a convention (lower case, as Mp3tag, Picard and mutagen write it).
"""

from __future__ import annotations

from rightsdesk.files.containers.chunks import Chunked

WAV = Chunked(
    name="WAV",
    order="little",
    outer=b"RIFF",
    forms=(b"WAVE",),
    audio=b"data",
    needed=(b"fmt ", b"data"),
    tag_id=b"id3 ",
)
