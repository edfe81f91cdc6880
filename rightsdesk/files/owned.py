"""The fields in a file that are ours to write. Everything else stays byte for byte.

`COPYRIGHT`, `COPYRIGHT-2` and the `xmpRights` properties are shared: they may hold an
artist's own text. The dialects decide their new text. A container only reads and sets whole
values.
"""

from __future__ import annotations

from collections.abc import Collection

AI_CONSENT = "AI-CONSENT"
CONTENT_USAGE = "CONTENT-USAGE"
TDM_RESERVATION = "TDM-RESERVATION"
TDM_POLICY = "TDM-POLICY"
COPYRIGHT = "COPYRIGHT"

COPYRIGHT_2 = "COPYRIGHT-2"
"""The second copyright line of kinds of files with two places for it.

These places are WAV's `ICOP` and AIFF's `(c) ` next to the ID3 tag (some readers read only
these), the `TCOP` of an ID3 tag before FLAC, and `©cpy` or `cprt` in the user data of an M4A.
It is read and set on its own. In an MP3 or FLAC without another line, it is the line of an
APEv2 tag, which is only read. If only `COPYRIGHT` is set, the line in `ICOP` or `(c) ` follows
it if it was absent or equal. A different line is left alone."""

OWN = (AI_CONSENT, CONTENT_USAGE, TDM_RESERVATION, TDM_POLICY)
"""Fields that only RightsDesk and tools of the same standards write."""

OWNED = (*OWN, COPYRIGHT)
"""The text fields of every container, in the order of writing."""

XMP_OWNED = (
    "xmpRights:Marked",
    "xmpRights:WebStatement",
    "xmpRights:UsageTerms",
    "plus:DataMining",
    "plus:OtherConstraints",
    "tdm:reservation",
    "tdm:policy",
)
"""The XMP properties that are read and set in files that can hold XMP."""

XMP_READ = ("dc:rights",)
"""The XMP properties that are only read, because they are foreign."""

XMP_DAMAGED = "xmp:damaged"
"""The key that marks a damaged packet among the fields of a file. Its properties are unknown,
and none can be set. The value is the same for all such files."""

DAMAGED_PACKET = "This file's XMP packet is damaged, so what it declares is not known."
"""The message for such a file. Its other fields are readable."""

SETTABLE = (*OWNED, COPYRIGHT_2, *XMP_OWNED)
"""Every field that some container may set."""


def places_of(settable: Collection[str]) -> str:
    """Return a short code for the store: the places that a file has besides its text fields.

    `x`: XMP properties can be set. `2`: the second copyright line can be set. `n`: no text
    field can be set.
    """
    xmp = "x" if set(XMP_OWNED) <= set(settable) else ""
    text = "" if set(OWNED) <= set(settable) else "n"
    return xmp + ("2" if COPYRIGHT_2 in settable else "") + text


def lacks_text(places: str) -> bool:
    """Return whether no text field can be set in a file with these `places_of`."""
    return "n" in places


def takes_xmp(places: str) -> bool:
    """Return whether XMP properties can be set in a file with these `places_of`."""
    return "x" in places


def settable_in(places: str) -> tuple[str, ...]:
    """Return the fields that can be set with these places: the inverse of `places_of`."""
    second = (COPYRIGHT_2,) if "2" in places else ()
    text = () if "n" in places else OWNED
    return (*text, *second, *(XMP_OWNED if "x" in places else ()))


def owned_name(found: str) -> str | None:
    """Return the owned text field with this name, in any ASCII case; else None."""
    name = found.upper()
    return name if found.isascii() and name in OWNED else None
