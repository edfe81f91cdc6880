"""What an INFO list says, as frames of the ID3v2.3 tag that is put beside it.

Readers that look at the first tag only (TagLib, and the players on top of it) no longer see
the list once there is a tag. So what the list says is in the tag, too; the list stays as it
is. From then on those frames are as foreign as any other. Text in an unknown encoding is not
copied: nobody can say what it would have to read like.

Sources: Microsoft/IBM "Multimedia Programming Interface and Data Specifications 1.0" (INFO);
TagLib's `RIFF::Info::Tag` for what its readers take each id for; id3v2.3.0 section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from rightsdesk.files.containers.copyright_chunks import InfoList
from rightsdesk.files.containers.id3.text import new_date, new_text
from rightsdesk.files.text import raw_text
from rightsdesk.files.text.text_chunks import INFO_FRAMES


def frames_of(lists: Sequence[InfoList]) -> list[tuple[str, bytes]]:
    """The frames, by id, that say what the lists say, and so what TagLib showed of them.

    In a list the last entry of a kind counts. TagLib reads only the first list: what further
    ones say is told where that says nothing.
    """
    said: dict[bytes, str] = {}
    for one in reversed(lists):
        for entry in one.entries:
            raw = entry.raw.split(b"\0", 1)[0]
            if raw and raw_text.is_utf8(raw):
                said[entry.id.upper()] = raw.decode("utf-8")
    frames: dict[str, bytes] = {}
    for item, name in INFO_FRAMES.items():
        if item in said:
            head = b"XXX" if name == "COMM" else b""
            frames.setdefault(name, new_text(said[item], language=head))
    return list((frames | dict(new_date(said.get(b"ICRD", "")))).items())
