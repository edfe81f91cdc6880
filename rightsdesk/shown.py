"""Makes foreign text safe to show on a terminal and in the window: nothing acts, nothing hides.

Names come from other people's files, servers and folders. Characters that could control a terminal,
forge a line, or change the direction of the text around them are escaped.
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
            *(0x180E, 0xFEFF),  # characters of no width that no script needs any more
            *range(0xFFF9, 0xFFFC),  # interlinear annotation
            0xE0001,  # the deprecated language tag
        ),
    )
)
"""Format characters without a visible effect. Joiners (U+200C, U+200D), direction marks, soft
hyphens, spaces of no width and emoji tags are not among them: writing needs them."""


def shown(text: str, *, keep: str = "") -> str:
    """The text with undecodable bytes, control and invisible characters escaped.

    `\\xff` is a byte that is not text (`os.fsdecode` hides it in a surrogate), `\\n` and the like
    are controls, `\\u202e` is a change of direction. `keep` are characters that stay, such as line
    breaks where lines may break.
    """
    if text.isprintable():
        return text
    return "".join(character if character in keep else _shown(character) for character in text)


def _shown(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a raw byte, by PEP 383
        return f"\\x{code - 0xDC00:02x}"
    hidden = character in _UNSEEN or unicodedata.bidirectional(character) in _TURNING
    if hidden or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode("ascii")
    return character
