"""AIFF and AIFF-C: IFF chunks, big-endian; our fields live in an `ID3 ` chunk.

Source: Apple "Audio Interchange File Format 1.3" and "AIFF-C"; the `ID3 ` chunk is a
convention (upper case, as iTunes writes it). A file without samples may lack SSND.
"""

from __future__ import annotations

from rightsdesk.files.containers.chunks import Chunked

AIFF = Chunked(
    name="AIFF",
    order="big",
    outer=b"FORM",
    forms=(b"AIFF", b"AIFC"),
    audio=b"SSND",
    needed=(b"COMM",),
    tag_id=b"ID3 ",
)
