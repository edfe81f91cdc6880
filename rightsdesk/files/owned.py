"""The one place that says what in a file is ours.

Everything else in a file belongs to someone else and stays byte for byte. `COPYRIGHT`,
`COPYRIGHT-2` and the `xmpRights` properties are shared: an artist's own line may stand
there, so what their new text is gets decided above (the dialects); a container only
reads and sets the whole value.
"""

from __future__ import annotations

from collections.abc import Collection

AI_CONSENT = "AI-CONSENT"
CONTENT_USAGE = "CONTENT-USAGE"
TDM_RESERVATION = "TDM-RESERVATION"
TDM_POLICY = "TDM-POLICY"
COPYRIGHT = "COPYRIGHT"

COPYRIGHT_2 = "COPYRIGHT-2"
"""A second copyright line, where a kind of file has two places for it: WAV's `ICOP` and
AIFF's `(c) ` beside the ID3 tag (some readers know only these), the `TCOP` of an ID3 tag
before FLAC, and `©cpy` or `cprt` in the user data of an M4A. It is read and set on its own.
In an MP3 or FLAC it is also that of an APEv2 tag where no other is; that one is only read.
Where only `COPYRIGHT` is set, the line in `ICOP` or `(c) ` follows it if there was none or if
both said the same; a line that says something else is left alone."""

OWN = (AI_CONSENT, CONTENT_USAGE, TDM_RESERVATION, TDM_POLICY)
"""Fields that only RightsDesk and tools of the same standards write."""

OWNED = (*OWN, COPYRIGHT)
"""The text fields of every container, in the order in which it writes them."""

XMP_OWNED = (
    "xmpRights:Marked",
    "xmpRights:WebStatement",
    "xmpRights:UsageTerms",
    "plus:DataMining",
    "plus:OtherConstraints",
    "tdm:reservation",
    "tdm:policy",
)
"""The XMP properties that may be read and set, where a kind of file can carry XMP."""

XMP_READ = ("dc:rights",)
"""XMP properties that are read only: they are someone else's."""

XMP_DAMAGED = "xmp:damaged"
"""Told with the properties where a packet cannot be read: what is in it is not known, and
no property can be set. Its value is the same for all such files."""

DAMAGED_PACKET = "This file's XMP packet is damaged, so what it declares is not known."
"""What is told of such a file; the rest of it is known."""

SETTABLE = (*OWNED, COPYRIGHT_2, *XMP_OWNED)
"""Every field that some container may set."""


def places_of(settable: Collection[str]) -> str:
    """A short note, for the store, of which places a file has beyond its text fields.

    `x`: its XMP properties can be set; `2`: its second copyright line can; `n`: no text
    field can.
    """
    xmp = "x" if set(XMP_OWNED) <= set(settable) else ""
    text = "" if set(OWNED) <= set(settable) else "n"
    return xmp + ("2" if COPYRIGHT_2 in settable else "") + text


def lacks_text(places: str) -> bool:
    """Whether no text field can be set in a file."""
    return "n" in places


def takes_xmp(places: str) -> bool:
    """Whether the XMP properties can be set in a file."""
    return "x" in places


def settable_in(places: str) -> tuple[str, ...]:
    """The fields that can be set where a file has these places: `places_of` the other way."""
    second = (COPYRIGHT_2,) if "2" in places else ()
    text = () if "n" in places else OWNED
    return (*text, *second, *(XMP_OWNED if "x" in places else ()))


def owned_name(found: str) -> str | None:
    """The owned text field that a name in a file stands for, in any ASCII case; else None."""
    name = found.upper()
    return name if found.isascii() and name in OWNED else None
