"""Read an audio file for the catalogue: its kind, its tags and its declarations.

A plain file is read by the fast readers, and opened once. Otherwise our fields come from
our containers, so that display and writes agree, and the other tags from mutagen. In both
cases the texts are cleaned for display.
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
from rightsdesk.files.fast_readers import read_fast
from rightsdesk.files.opening import open_descriptor, opened
from rightsdesk.files.os_errors import explain
from rightsdesk.files.owned import DAMAGED_PACKET, XMP_DAMAGED, places_of
from rightsdesk.files.scan import catalogue_tags
from rightsdesk.files.signed.manifest_place import signature_of
from rightsdesk.files.text.codes import ISRC, UPC, plain
from rightsdesk.sentences import together

LONGEST = 1000
"""Characters of a title or name that are kept. Longer texts are cut."""

_LONGEST_DURATION = 366 * 24 * 60 * 60  # seconds: a larger value in a header is wrong
_MUSICBRAINZ = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Bidirectional embeddings, overrides and isolates (Unicode Standard Annex 9, 2)."""
_YEAR = re.compile(r"\s*([12][0-9]{3})(?![0-9])", re.ASCII)
_NUMBER = re.compile(r"\s*([0-9]{1,5})(?![0-9])", re.ASCII)


_PLAIN_PLACES = {container.name: places_of(container.room) for container in CONTAINERS}
"""The places in plain files, by kind: see `owned.places_of`."""


class AudioFile(NamedTuple):
    """The content of a file for the catalogue.

    Missing texts are "", missing numbers 0; an unknown `duration_ms` is None. `isrc` is upper
    case without hyphens, `upc` digits only; values in another form count as missing. `fields`
    are the owned fields (`owned.py`). `problem` is a sentence if a part of the file can't be
    read, else "". `places` are the settable places besides the text fields
    (`owned.places_of`). `signed` is the place of foreign Content Credentials, "" without.
    `malformed_isrc` is the file's text for the ISRC if it is malformed or holds several codes.
    `mb_…` are MusicBrainz ids in lower case, "" for none and for several.
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
    malformed_isrc: str = ""
    year: int = 0
    label: str = ""
    catalogue_number: str = ""
    mb_artist: str = ""
    mb_album_artist: str = ""
    mb_release: str = ""
    mb_recording: str = ""


def read_audio(path: str | bytes) -> AudioFile:
    """Read a file; links are followed.

    Raises NotAudio, Damaged or Unsupported if the kind can't be determined, and the errors
    of `os_errors` if the file can't be opened or read. A damaged file of a known kind is
    returned with its `problem`.
    """
    try:
        descriptor, size = open_descriptor(path)
        try:
            fast = read_fast(descriptor, size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise explain(error) from error
    if fast is not None:
        name, reading = fast
        places = "" if reading.old_tag else _PLAIN_PLACES[name]
        places = places.replace("2", "") if reading.no_second_line else places
        return _audio(name, reading.found, reading.seconds, reading.fields, "", places)
    with opened(path) as f:
        return _thoroughly(f)


def _thoroughly(f: BinaryIO) -> AudioFile:
    problems: list[str] = []
    fields: Fields = {}
    found: catalogue_tags.RawTags = {}
    seconds, places = 0.0, ""
    container = container_of(f)
    try:
        fields = container.fields(f)
        places = places_of(container.settable(f))
        problems += [DAMAGED_PACKET] if XMP_DAMAGED in fields else []
    except (Damaged, Unsupported) as error:
        problems.append(together((error.sentence, error.advice)))
        if isinstance(error, Swollen):  # mutagen would unpack it without a limit
            return _audio(container.name, {}, 0.0, {}, error.sentence, "")
    try:
        found, seconds = catalogue_tags.read(container, f)
    except Damaged as error:
        problems.append(error.sentence)
    signature = signature_of(container, f)
    signed = signature.place if signature else ""
    problem = together(dict.fromkeys(problems))
    return _audio(container.name, found, seconds, fields, problem, places, signed)


def _audio(
    name: str,
    found: catalogue_tags.RawTags,
    seconds: float,
    fields: Fields,
    problem: str,
    places: str,
    signed: str = "",
) -> AudioFile:
    value_of = found.get
    return AudioFile(
        container=name,
        title=_text(value_of("title", ())),
        artist=_text(value_of("artist", ())),
        album=_text(value_of("album", ())),
        album_artist=_text(value_of("album_artist", ())),
        track=_number(value_of("track", ())),
        disc=_number(value_of("disc", ())),
        isrc=_code(value_of("isrc", ()), ISRC),
        upc=_code(value_of("upc", ()), UPC),
        duration_ms=_milliseconds(seconds),
        fields=fields,
        problem=problem,
        places=places,
        signed=signed,
        malformed_isrc=_flawed_isrc(value_of("isrc", ())),
        year=_year(value_of("date", ())),
        label=_text(value_of("label", ())),
        catalogue_number=_text(value_of("catalogue_number", ())),
        mb_artist=musicbrainz_id(value_of("mb_artist", ())),
        mb_album_artist=musicbrainz_id(value_of("mb_album_artist", ())),
        mb_release=musicbrainz_id(value_of("mb_release", ())),
        mb_recording=musicbrainz_id(value_of("mb_recording", ())),
    )


def shown(text: str) -> str:
    """Return text from a file in a form for display.

    It is a single line of at most `LONGEST` characters, without control characters and
    without characters that override the text direction.
    """
    if text.isprintable() and len(text) <= LONGEST:  # the usual case, and a fast check
        if "  " not in text and text[:1] != " " != text[-1:]:  # its only white space is the space
            return text
        return " ".join(text.split())
    kept = (_shown_character(character) for character in text[: 2 * LONGEST])
    return " ".join("".join(kept).split())[:LONGEST].rstrip()


def _shown_character(character: str) -> str:
    if character in _TURNING:
        return ""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if category == "Cs" else character  # Cs: a lone surrogate


def _text(values: Sequence[str]) -> str:
    if not values:
        return ""
    if len(values) == 1:
        return shown(values[0])
    # ID3v2.3 has no list of values, and taggers join them differently. We use a comma.
    return shown(", ".join(dict.fromkeys(filter(None, map(shown, values)))))


def _number(values: Iterable[str]) -> int:
    for value in values:
        if match := _NUMBER.match(value):
            return int(match[1])
    return 0


def _year(values: Iterable[str]) -> int:
    """Return the year that a date begins with; 0 for none."""
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
    """Yield the codes in a text, without spaces and hyphens between their parts."""
    for part in re.split(r"[;,/\0]", value[:LONGEST]):
        yield plain(part)


def musicbrainz_id(values: Iterable[str]) -> str:
    """Return the MusicBrainz id (a UUID) in a tag, in lower case; "" for none and for several.

    Several artists of one track have several ids, so none of them is the one that was named.
    """
    found = {
        part.strip().lower()
        for value in values
        for part in re.split(r"[;,/\0]", value[:LONGEST])
        if part.strip()
    }
    number = found.pop() if len(found) == 1 else ""
    return number if _MUSICBRAINZ.fullmatch(number) else ""


def _flawed_isrc(values: Sequence[str]) -> str:
    """Return the file's text for the ISRC; "" for a single well-formed code or none."""
    if not values or (len(values) == 1 and ISRC.fullmatch(values[0])):
        return ""
    codes = {code for value in values for code in _codes(value) if code}
    flawed = len(codes) > 1 or not all(map(ISRC.fullmatch, codes))
    return "; ".join(filter(None, map(shown, values))) if flawed else ""


def _milliseconds(seconds: float) -> int | None:
    if not math.isfinite(seconds) or not 0 < seconds < _LONGEST_DURATION:
        return None
    return round(seconds * 1000)


ReadTags = tuple[AudioFile | None, str]
"""The content of a file (None if unreadable), and a sentence about a problem, or ""."""


def read_file(path: str | bytes) -> ReadTags:
    """Return the content of a file. Known errors become the sentence."""
    try:
        audio = read_audio(path)
    except KnownError as error:
        return None, str(error)
    return audio, audio.problem


def answer(paths: Sequence[bytes]) -> list[Any]:
    """Read these files in a helper process; return a message for `answers_of`."""
    read = (read_file(path) for path in paths)
    return [(None if audio is None else tuple(audio), problem) for audio, problem in read]


def answers_of(message: Any) -> list[ReadTags]:
    """Return the results in a message of `answer`."""
    return [(None if row is None else AudioFile._make(row), problem) for row, problem in message]
