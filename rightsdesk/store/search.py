"""The texts that a search reads: three folded texts for each recording.

`text` has a line each for title, performer, release, artist, label, year and catalogue number,
`files` one for each file name, `codes` has ISRC, UPC and catalogue number without hyphens. All are
without accents and in lower case (`folding.unaccented`), and words and signs have spaces between
them. The title comes first, so the texts also sort recordings by title.

A word of a search is found at the beginning of a word of names and file names: "release 2" finds
Release 2, and not whatever has a 2 in its ISRC. A number of one or two digits is a whole number of
a name. Only what looks like a code is searched in codes, and there anywhere.

A recording whose id is above those of all texts is new. Triggers note in `search_stale` which other
recordings a statement touched. `Database.write` calls `refresh` before it commits: texts change in
the same transaction as what they are made of.

So a search is a plain `instr`, which takes 0.05 s of processor time for 100,000 recordings. An FTS5
trigram index would answer in less, but costs 6 to 8 s while they are scanned, and 12 to 32 MB.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.sqlite import insert

from rightsdesk.folding import unaccented
from rightsdesk.store.bulk import read_many, write_many
from rightsdesk.store.joins import catalogued
from rightsdesk.store.schema import (
    artists,
    files,
    recordings,
    releases,
    search_stale,
    search_texts,
)

_COLUMNS = ("recording_id", "text", "codes", "files")
_SEPARATORS = (b"/", b"\\")
_NEW = insert(search_texts)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["recording_id"], set_={name: _NEW.excluded[name] for name in _COLUMNS[1:]}
).values(dict.fromkeys(_COLUMNS))


def refresh(connection: Connection) -> None:
    """Make the texts of all recordings that changed in this write transaction."""
    written = func.coalesce(func.max(search_texts.c.recording_id), 0)
    newest = connection.execute(select(written)).scalar_one()
    new = select(recordings.c.id).where(recordings.c.id > newest)
    marked = select(search_stale.c.recording_id)
    if all(connection.execute(one.limit(1)).first() is None for one in (new, marked)):
        return
    stale = union_all(new, marked)
    names: defaultdict[int, dict[str, None]] = defaultdict(dict)
    of_files = select(files.c.recording_id, files.c.path).where(files.c.recording_id.in_(stale))
    for number, path in read_many(connection, of_files):
        names[number][_line(_file_name(path))] = None
    r, of = recordings.c, releases.c
    query = (
        select(
            *(r.id, r.title, r.isrc, r.performer, of.title, artists.c.name),
            *(of.label, of.year, of.catalogue_number, of.upc),
        )
        .select_from(catalogued())
        .where(r.id.in_(stale))
    )
    rows = []
    for number, title, isrc, *shared in read_many(connection, query):
        lines, codes = _shared(*shared)
        own = _line(title)
        text = lines if own in lines else (own, *lines)
        rows.append((number, _text(text), f"{_code(isrc)} {codes}", _text(names[number])))
    write_many(connection, _PUT, _COLUMNS, rows)
    connection.execute(delete(search_stale))


@lru_cache(maxsize=256)
def _shared(*shown: str | int | None) -> tuple[tuple[str, ...], str]:
    """The lines and the codes of what the recordings of a release mostly have in common.

    `shown`: performer, release, artist, label, year, catalogue number and UPC. Making them once
    for a release, not for each of its recordings, halves the time that a first scan takes for this.
    """
    *named, upc = [str(value or "") for value in shown]
    return tuple(dict.fromkeys(map(_line, named))), f"{_code(upc)} {_code(named[-1])}"


def _text(lines: Iterable[str]) -> str:
    return " \n".join(lines) + " "


@lru_cache(maxsize=4096)
def _line(shown: str) -> str:
    """The folded words of a title or name."""
    return _tokens(unaccented(shown))


def _code(code: str) -> str:
    return unaccented(_plain(code))


def matches(text: str) -> ColumnElement[bool]:
    """The condition on `recordings` that each word of a search is found somewhere: see above.

    `upc:` and `isrc:` before a word find codes that begin with it. Hyphens in a code do not matter.
    """
    wanted: list[ColumnElement[bool]] = []
    found: list[ColumnElement[bool]] = []
    for typed in text.split():
        name, colon, code = typed.partition(":")
        if colon and code and name.lower() == "upc":
            wanted.append(with_upc(code))
        elif colon and code and name.lower() == "isrc":
            wanted.append(recordings.c.isrc.like(f"{_escaped(_plain(code))}%", escape="\\"))
        else:
            found.append(_has(unaccented(typed)))
    if found:
        meant = select(search_texts.c.recording_id).where(and_(*found))
        wanted.append(recordings.c.id.in_(meant))
    return and_(True, *wanted)


def with_upc(code: str) -> ColumnElement[bool]:
    """The condition on `recordings` that the release's UPC begins so."""
    begins = releases.c.upc.like(f"{_escaped(_plain(code))}%", escape="\\")
    return recordings.c.release_id.in_(select(releases.c.id).where(begins))


def with_label(name: str) -> ColumnElement[bool]:
    """The condition on `recordings` that the release is on this label, as its files write it."""
    return recordings.c.release_id.in_(select(releases.c.id).where(releases.c.label == name))


LEAST_CODE = 5
"""Letters and digits of a word from which on it may be a part of a code."""
_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts without spaces between words, from Thai to Chinese: any letter can begin a word."""
_LETTERS = rf"[^\W_{_NO_SPACES}]+"
_TOKEN = re.compile(rf"{_LETTERS}(?:'{_LETTERS})*|\S")


def _tokens(text: str) -> str:
    """Words and signs of a folded text with a space before each: ` lo - fi ( live )`."""
    if text.isascii() and text.replace(" ", "").isalnum():  # words with one space between them
        return f" {text}"
    return "".join(f" {token}" for token in _TOKEN.findall(text.replace("’", "'")))


def _has(word: str) -> ColumnElement[bool]:
    c, tokens = search_texts.c, _tokens(word)
    if word.isdecimal() and len(word) < 3:
        return func.instr(c.text, f"{tokens} ") > 0
    found = [func.instr(c.text, tokens) > 0, func.instr(c.files, tokens) > 0]
    plain = _plain(word)
    if len(plain) >= LEAST_CODE and plain.isalnum() and any(map(str.isdigit, plain)):
        found.append(func.instr(c.codes, plain) > 0)
    return or_(*found)


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _file_name(path: bytes) -> str:
    """The name of a file, as text: what is none in it is replaced."""
    for separator in _SEPARATORS:
        path = path.rpartition(separator)[2]
    return path.decode("utf-8", "replace")
