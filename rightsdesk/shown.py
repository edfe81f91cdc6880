"""How foreign text is shown, on a terminal and in the window: nothing in it acts, nothing hides.

Names come from other people's files, servers and folders. What could steer a terminal, forge a
line, or turn the direction of the text around it is written out.
"""

from __future__ import annotations

import unicodedata

_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Classes of characters that embed, isolate or override a direction (Unicode, UAX 9)."""
_UNSEEN = frozenset(
    map(
        chr,
        (
            *range(0x2060, 0x2070),  # invisible operators, and deprecated format characters
            *(0x180E, 0xFEFF),  # signs of no width that no script needs any more
            *range(0xFFF9, 0xFFFC),  # interlinear annotation
            0xE0001,  # the deprecated language tag
        ),
    )
)
"""Format characters that change nothing that a reader sees. Joiners (U+200C, U+200D), marks of
direction, soft hyphens, spaces of no width and emoji tags stay: writing needs them."""


def shown(text: str, *, keep: str = "") -> str:
    """The text with undecodable bytes, control and invisible characters written out.

    `\\xff` for a byte that is no text (as `os.fsdecode` hides it in a surrogate), `\\n` and
    the like for controls, `\\u202e` for what turns the direction of what follows. `keep` are
    characters that stay as they are: a line break, where lines may break.
    """
    if text.isprintable():
        return text
    return "".join(one if one in keep else _shown(one) for one in text)


def _shown(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a raw byte, by PEP 383
        return f"\\x{code - 0xDC00:02x}"
    hidden = character in _UNSEEN or unicodedata.bidirectional(character) in _TURNING
    if hidden or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode("ascii")
    return character
