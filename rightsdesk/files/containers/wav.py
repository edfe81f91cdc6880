"""WAV, Broadcast WAV and RF64: RIFF chunks, with our fields in an `id3 ` chunk.

The copyright line is also in `ICOP`, XMP in `_PMX`.

Source: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0",
EBU Tech 3306. The `id3 ` chunk is a convention (lower case, as Mp3tag, Picard and mutagen
write it).
"""

from __future__ import annotations

from rightsdesk.files.containers.chunklayout import ChunkedForm
from rightsdesk.files.containers.chunks import Chunked

WAV = Chunked(
    form=ChunkedForm(
        name="WAV",
        order="little",
        outer=b"RIFF",
        wide=(b"RF64", b"BW64"),
        forms=(b"WAVE",),
        needed=(b"fmt ", b"data"),
    ),
    audio=b"data",
    tag_id=b"id3 ",
    xmp_id=b"_PMX",
    xmp_signature=b"",
    line_id=b"LIST",
    endings=(".wav", ".wave"),
    second_line="INFO ICOP",
    reader=("mutagen.wave", "WAVE"),
)
