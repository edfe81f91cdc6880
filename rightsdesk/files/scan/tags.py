"""Read one audio file for the catalogue: what it is, what it says, and its declarations.

The file is opened once, and read quickly where it is of the plain kind. Else our fields
come from our own containers, so that what is shown and what is written agree, and the
rest from mutagen. Either way it is made fit to be shown.
"""

from __future__ import annotations

import math
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from rightsdesk.consent import Fields
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import CONTAINERS, container_of
from rightsdesk.files.containers.id3.tags import Swollen
from rightsdesk.files.errors import Damaged, Unsupported
from rightsdesk.files.fast_readers import quick_look
from rightsdesk.files.opening import open_descriptor, opened
from rightsdesk.files.os_errors import explain
from rightsdesk.files.owned import DAMAGED_PACKET, XMP_DAMAGED, places_of
from rightsdesk.files.scan import catalogue_tags
from rightsdesk.files.signed.manifest_place import signature_of

LONGEST = 1000
"""Characters of a title or name that are taken over from a file."""

_LONGEST_DURATION = 366 * 24 * 60 * 60  # seconds; a header that says more is wrong
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)  # ISO 3901:2019, 4.2
_UPC = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)  # GTIN-8, -12 (UPC), -13 (EAN), -14
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Bidirectional embeddings, overrides and isolates (Unicode Standard Annex 9, 2)."""
_YEAR = re.compile(r"\s*([12][0-9]{3})(?![0-9])", re.ASCII)
_NUMBER = re.compile(r"\s*([0-9]{1,5})(?![0-9])", re.ASCII)


_PLAIN_PLACES = {container.name: places_of(container.room) for container in CONTAINERS}
"""What plain files of a kind have room for: see `owned.places_of`."""


class AudioFile(NamedTuple):
    """What a file says of itself.

    Texts are "" and numbers 0 where the file does not say; `duration_ms` is None where
    it can't be told. `isrc` is upper case without hyphens and `upc` digits only; what has
    not that form is taken as not said. `fields` are the owned fields (`owned.py`).
    `problem` is a sentence when part of the file could not be read, else "". `places` is
    which fields beyond the text ones can be set (`owned.places_of`), `signed` where somebody
    else's Content Credentials lie, "" where there are none. `isrc_said` is the text that stands
    where the ISRC belongs, if it is anything but one well-formed code: malformed, or several.
    """

    container: str
    title: str = ""
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    track: int = 0
    disc: int = 0
    isrc: str = ""
    upc: str = ""
    duration_ms: int | None = None
    fields: Fields = MappingProxyType({})
    problem: str = ""
    places: str = ""
    signed: str = ""
    isrc_said: str = ""
    year: int = 0
    label: str = ""
    catalogue_number: str = ""


def read_audio(path: str | bytes) -> AudioFile:
    """Read a file; links are followed.

    Raises NotAudio, Damaged or Unsupported for a file that can't be told what it is, and
    the causes of `trouble` for one that can't be opened or read. A file of a known kind
    that is not sound comes back with its `problem`.
    """
    try:
        descriptor, size = open_descriptor(path)
        try:
            looked = quick_look(descriptor, size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise explain(error) from error
    if looked is not None:
        name, quick = looked
        places = "" if quick.old_tag else _PLAIN_PLACES[name]
        places = places.replace("2", "") if quick.no_line else places
        return _audio(name, quick.found, quick.seconds, quick.fields, "", places)
    with opened(path) as f:
        return _thoroughly(f)


def _thoroughly(f: BinaryIO) -> AudioFile:
    problems: list[str] = []
    fields: Fields = {}
    found: catalogue_tags.Found = {}
    seconds, places = 0.0, ""
    container = container_of(f)
    try:
        fields = container.fields(f)
        places = places_of(container.settable(f))
        problems += [DAMAGED_PACKET] if XMP_DAMAGED in fields else []
    except (Damaged, Unsupported) as error:
        problems.append(f"{error.sentence} {error.advice}".strip())
        if isinstance(error, Swollen):  # other readers unpack it without a limit
            return _audio(container.name, {}, 0.0, {}, error.sentence, "")
    try:
        found, seconds = catalogue_tags.read(container, f)
    except Damaged as error:
        problems.append(error.sentence)
    signature = signature_of(container, f)
    signed = signature.place if signature else ""
    told = " ".join(dict.fromkeys(problems))
    return _audio(container.name, found, seconds, fields, told, places, signed)


def _audio(
    name: str,
    found: catalogue_tags.Found,
    seconds: float,
    fields: Fields,
    problem: str,
    places: str,
    signed: str = "",
) -> AudioFile:
    said = found.get
    return AudioFile(
        container=name,
        title=_text(said("title", ())),
        artist=_text(said("artist", ())),
        album=_text(said("album", ())),
        album_artist=_text(said("album_artist", ())),
        track=_number(said("track", ())),
        disc=_number(said("disc", ())),
        isrc=_code(said("isrc", ()), _ISRC),
        upc=_code(said("upc", ()), _UPC),
        duration_ms=_milliseconds(seconds),
        fields=fields,
        problem=problem,
        places=places,
        signed=signed,
        isrc_said=_flawed_isrc(said("isrc", ())),
        year=_year(said("date", ())),
        label=_text(said("label", ())),
        catalogue_number=_text(said("catalogue_number", ())),
    )


def shown(text: str) -> str:
    """Text from a file, fit to be shown: one line, no longer than `LONGEST`, without
    control characters and without those that turn the direction of what follows."""
    if text.isprintable() and len(text) <= LONGEST:  # the rule, and quickly told
        return " ".join(text.split())
    kept = (_shown_character(character) for character in text[: 2 * LONGEST])
    return " ".join("".join(kept).split())[:LONGEST].rstrip()


def _shown_character(character: str) -> str:
    if character in _TURNING:
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if category == "Cs" else character  # half a character


def _text(values: Sequence[str]) -> str:
    if len(values) == 1:
        return shown(values[0])
    # ID3v2.3 has no list of values; taggers that join them differ, so a comma is ours.
    return shown(", ".join(dict.fromkeys(filter(None, map(shown, values)))))


def _number(values: Iterable[str]) -> int:
    for value in values:
        if match := _NUMBER.match(value):
            return int(match[1])
    return 0


def _year(values: Iterable[str]) -> int:
    """The year that a date begins with; 0 for none."""
    return next((int(match[1]) for match in map(_YEAR.match, values) if match), 0)


def _code(values: Iterable[str], form: re.Pattern[str]) -> str:
    for value in values:
        if form.fullmatch(value):
            return value
        for code in _codes(value):
            if form.fullmatch(code):
                return code
    return ""


def _codes(value: str) -> Iterator[str]:
    """The codes that a text may hold, without what people put between their parts."""
    for part in re.split(r"[;,/\0]", value[:LONGEST]):
        yield re.sub(r"[\s\u2010-\u2015:-]", "", part).upper().removeprefix("ISRC")


def _flawed_isrc(values: Sequence[str]) -> str:
    """What the file has as its ISRC, unless that is one well-formed code or nothing."""
    if not values or (len(values) == 1 and _ISRC.fullmatch(values[0])):
        return ""
    codes = {code for value in values for code in _codes(value) if code}
    flawed = len(codes) > 1 or not all(map(_ISRC.fullmatch, codes))
    return "; ".join(filter(None, map(shown, values))) if flawed else ""


def _milliseconds(seconds: float) -> int | None:
    if not math.isfinite(seconds) or not 0 < seconds < _LONGEST_DURATION:
        return None
    return round(seconds * 1000)


Read = tuple[AudioFile | None, str]
"""What a file says, and a sentence where something could not be read."""


def read_one(path: str | bytes) -> Read:
    """What one file says; the world's faults become the sentence."""
    try:
        audio = read_audio(path)
    except KnownError as error:
        return None, str(error)
    return audio, audio.problem


def answer(paths: Sequence[bytes]) -> list[Any]:
    """What these files say, in a form for `answers_of`."""
    read = (read_one(path) for path in paths)
    return [(None if audio is None else tuple(audio), problem) for audio, problem in read]


def answers_of(message: Any) -> list[Read]:
    """What `answer` told, as it was."""
    return [(None if row is None else AudioFile._make(row), problem) for row, problem in message]
