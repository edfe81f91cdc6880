"""Text whose bytes are not in the encoding that they claim, or that should be theirs.

Nobody can tell which encoding such bytes are in, so they are never written again: they are
shown byte by byte as Windows-1252, and a change keeps every byte that it does not have to
take away. Only ASCII is added, which reads the same in every encoding that music files use
for such texts (Latin-1, Windows code pages, MacRoman, Shift-JIS, EUC, Big5, UTF-8).

Source: WHATWG Encoding Standard, section 9 (windows-1252 gives each byte a character).
"""

from __future__ import annotations

from rightsdesk.files.errors import Unsupported
from rightsdesk.files.patch.delta import common_end, common_start

_CHARACTERS = "".join(
    chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((byte,)).decode("cp1252")
    for byte in range(256)
)
_BYTES = {ord(character): byte for byte, character in enumerate(_CHARACTERS)}


def is_utf8(raw: bytes) -> bool:
    """Whether these bytes are UTF-8, as ASCII is too."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def text_of(raw: bytes) -> str:
    """The text of bytes that should be UTF-8: else a character for each byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_CHARACTERS[byte] for byte in raw)


def changed(raw: bytes, text: str) -> bytes:
    """The bytes that `text_of` shows as `text`, made from those that are there.

    Known text is UTF-8. Of unknown text every byte stays that `text` does not leave out.
    Raises `Unsupported` where more than ASCII would have to be added or taken away.
    """
    old = text_of(raw)
    if text == old:
        return raw
    if is_utf8(raw):
        return text.encode("utf-8")
    new = text.translate(_BYTES).encode("latin-1", "replace")
    start = common_start(raw, new)
    end = common_end(raw[start:], new[start:])
    added, gone = new[start : len(new) - end], raw[start : len(raw) - end]
    if not (added + gone).isascii() or text_of(new) != text:
        raise Unsupported(
            "This file's copyright line is in an unknown encoding, so this can't be written to it."
        )
    return new
