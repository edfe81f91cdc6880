"""AIFF and AIFF-C: big-endian IFF chunks, with our fields in an `ID3 ` chunk.

The copyright line is also in `(c) `, XMP in an `APPL` chunk with the signature `XMP `.

Source: Apple "Audio Interchange File Format 1.3" and "AIFF-C". The `ID3 ` chunk is a
convention (upper case, as iTunes writes it). A file without samples may lack SSND.
"""

from __future__ import annotations

from rightsdesk.files.containers.chunklayout import ChunkedForm
from rightsdesk.files.containers.chunks import Chunked
from rightsdesk.files.containers.copyright_chunks import AIFF_COPYRIGHT

AIFF = Chunked(
    form=ChunkedForm(
        name="AIFF",
        order="big",
        outer=b"FORM",
        wide=(),
        forms=(b"AIFF", b"AIFC"),
        needed=(b"COMM",),
    ),
    audio=b"SSND",
    tag_id=b"ID3 ",
    xmp_id=b"APPL",
    xmp_signature=b"XMP ",
    line_id=AIFF_COPYRIGHT,
    endings=(".aif", ".aiff", ".aifc"),
    second_line="(c) chunk",
    reader=("mutagen.aiff", "AIFF"),
)
