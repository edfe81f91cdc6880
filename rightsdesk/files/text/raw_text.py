"""Read and change text bytes that are not in their stated or expected encoding.

The encoding of such bytes is unknown. They are shown byte by byte as Windows-1252. A change
keeps every byte that need not go, and adds only ASCII. ASCII reads the same in every
encoding that music files use here (Latin-1, Windows code pages, MacRoman, Shift-JIS, EUC,
Big5, UTF-8).

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
    """Return whether these bytes are valid UTF-8 (which includes ASCII)."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def text_of(raw: bytes) -> str:
    """Return the text of bytes as UTF-8; if invalid, a character for each byte."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_CHARACTERS[byte] for byte in raw)


def changed(raw: bytes, text: str) -> bytes:
    """Return the bytes that `text_of` shows as `text`, derived from the current bytes.

    Valid UTF-8 becomes UTF-8. In an unknown encoding, every byte stays that `text` still
    shows. Raises `Unsupported` if other than ASCII would have to be added or removed.
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
