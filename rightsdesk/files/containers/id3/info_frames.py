"""Convert an INFO list to frames for the new ID3v2.3 tag of the same file.

TagLib, and players built on it, read only the first tag. A new tag would hide the list. So
the tag gets the list's texts; the list stays unchanged. After that, these frames are as
foreign as any other. Text in an unknown encoding is not copied, because its meaning is
unknown. Nor is a source that is no ISRC, though the item has that name.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (INFO);
TagLib's `RIFF::Info::Tag` for the meaning of each id; id3v2.3.0 section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from rightsdesk.files.containers.copyright_chunks import InfoList
from rightsdesk.files.containers.id3.text import new_date, new_text
from rightsdesk.files.text import raw_text
from rightsdesk.files.text.text_chunks import INFO_FRAMES, is_meant


def frames_of(lists: Sequence[InfoList]) -> list[tuple[str, bytes]]:
    """Return (frame id, content) for the lists: the same texts that TagLib showed.

    In a list the last entry of a kind counts. TagLib reads only the first list. Further
    lists only fill in what the first one lacks.
    """
    texts: dict[bytes, str] = {}
    for info in reversed(lists):
        for entry in info.entries:
            raw = entry.raw.split(b"\0", 1)[0]
            if raw and raw_text.is_utf8(raw):
                texts[entry.id.upper()] = raw.decode("utf-8")
    frames: dict[str, bytes] = {}
    for item, name in INFO_FRAMES.items():
        if item in texts and is_meant(item, texts[item]):
            language = b"XXX" if name == "COMM" else b""
            frames.setdefault(name, new_text(texts[item], language=language))
    return list((frames | dict(new_date(texts.get(b"ICRD", "")))).items())
