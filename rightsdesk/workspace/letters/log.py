"""The letters that were written: stored, changed until they are sent, and noted as answered.

Each step writes its deed in the same transaction. A deed has the digest of the text, so a letter
can't be changed later without notice.
"""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import Connection, insert, select, update

from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, DeedScope, note
from rightsdesk.store.schema import letters
from rightsdesk.workspace.letters.filling import open_places
from rightsdesk.workspace.letters.types import (
    Draft,
    Letter,
    LetterFixed,
    LetterOpen,
    NoSuchLetter,
)

UNTOUCHED = "Nothing was noted."


def all_letters(database: Database, artist_id: int | None = None) -> list[Letter]:
    """The letters, newest first."""
    query = select(letters).order_by(letters.c.id.desc())
    if artist_id is not None:
        query = query.where(letters.c.artist_id == artist_id)
    with database.read() as connection:
        return [Letter(**row) for row in connection.execute(query).mappings()]


def letter(database: Database, number: int) -> Letter:
    """One letter. Raises NoSuchLetter."""
    with database.read() as connection:
        return _letter(connection, number)


def write(database: Database, draft: Draft) -> Letter:
    """Store a letter that was written."""
    row = {
        "kind": draft.kind,
        "language": draft.language,
        "artist_id": draft.artist_id,
        "artist": draft.artist,
        "recipient": draft.recipient,
        "address": draft.address,
        "subject": draft.subject,
        "text": draft.text,
        "written_at": texts.now(),
    }
    with database.write() as connection:
        number = connection.execute(insert(letters).values(row).returning(letters.c.id))
        made = _letter(connection, int(number.scalar_one()))
        _note(connection, DeedKind.LETTER_WRITTEN, made, None)
    return made


def change(database: Database, number: int, text: str) -> Letter:
    """Replace the text of a letter that was not sent. Raises NoSuchLetter and LetterFixed."""
    with database.write() as connection:
        before = _letter(connection, number)
        if before.sent_on:
            raise LetterFixed(
                worded("Letter {number} was sent, so its text stays.", number=number),
                untouched="Nothing was changed.",
                advice="Write another letter.",
            )
        if text == before.text:
            return before
        return _put(connection, before, DeedKind.LETTER_WRITTEN, {"text": text})


def sent(database: Database, number: int, on: date) -> Letter:
    """Note that a person sent a letter on a day. Raises NoSuchLetter, LetterFixed, LetterOpen."""
    with database.write() as connection:
        before = _letter(connection, number)
        if before.sent_on:
            raise LetterFixed(
                worded("Letter {number} was sent on {day}.", number=number, day=before.sent_on),
                untouched=UNTOUCHED,
            )
        if places := open_places(f"{before.subject}\n{before.text}"):
            raise LetterOpen(
                worded(
                    "In letter {number} these places are still to be filled in: {places}.",
                    number=number,
                    places=", ".join(places),
                ),
                untouched=UNTOUCHED,
                advice="Fill them in, then note that it was sent.",
            )
        return _put(connection, before, DeedKind.LETTER_SENT, {"sent_on": on.isoformat()})


def answered(database: Database, number: int, on: date, said: str) -> Letter:
    """Note that a letter was answered on a day, and what was said. Raises NoSuchLetter and
    LetterOpen."""
    with database.write() as connection:
        before = _letter(connection, number)
        if not before.sent_on or on.isoformat() < before.sent_on:
            raise LetterOpen(
                worded("Letter {number} was not sent by then.", number=number),
                untouched=UNTOUCHED,
                advice="Note first when it was sent.",
            )
        values = {"answered_on": on.isoformat(), "note": said.strip()}
        return _put(connection, before, DeedKind.LETTER_ANSWERED, values)


def _put(connection: Connection, before: Letter, kind: DeedKind, values: dict[str, str]) -> Letter:
    connection.execute(update(letters).where(letters.c.id == before.id).values(values))
    after = _letter(connection, before.id)
    _note(connection, kind, after, before)
    return after


def _letter(connection: Connection, number: int) -> Letter:
    row = connection.execute(select(letters).where(letters.c.id == number)).mappings().first()
    if row is None:
        raise NoSuchLetter(
            worded("There is no letter {number}.", number=number),
            untouched="Nothing was changed.",
            advice="The list of letters has their numbers.",
        )
    return Letter(**row)


def _note(connection: Connection, kind: DeedKind, after: Letter, before: Letter | None) -> None:
    note(
        connection,
        kind,
        DeedScope(artist_id=after.artist_id),
        before=None if before is None else _value(before),
        after=_value(after),
        names={"artist": after.artist, "recipient": after.recipient},
    )


def _value(letter: Letter) -> dict[str, object]:
    return {
        "letter": letter.id,
        "kind": letter.kind,
        "subject": letter.subject,
        "text_sha256": hashlib.sha256(letter.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "sent_on": letter.sent_on,
        "answered_on": letter.answered_on,
        "note": letter.note,
    }
