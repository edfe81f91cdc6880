"""Alarms: raised, listed, and answered by a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from rightsdesk.consent import Use
from rightsdesk.resources.facts import all_facts
from rightsdesk.sentences import worded
from rightsdesk.store import texts
from rightsdesk.store.database import Database
from rightsdesk.store.deeds import DeedKind, note
from rightsdesk.store.schema import terms_alarms, terms_versions
from rightsdesk.terms.values import ChangedParagraph, Direction, Judgement, ParagraphReason, Stated
from rightsdesk.workspace.guided.attestations import NoSuchDay
from rightsdesk.workspace.terms import documents, keeping
from rightsdesk.workspace.terms.types import (
    Alarm,
    AlarmAnswer,
    Concerned,
    NoSuchAlarm,
    TermsVersion,
    Watched,
)

ASK_AGAIN_AFTER = timedelta(days=30)
"""When to ask again, if a person names no day."""


def raise_alarm(
    connection: Connection,
    watched: Watched,
    old: TermsVersion,
    new_id: int,
    judged: Judgement,
    at: str,
) -> int:
    """Store an alarm in the transaction of its version; its id."""
    concerned = documents.users(connection).get(watched.platform, Concerned())
    row = {
        "platform": watched.platform,
        "document": watched.document.id,
        "old_id": old.id,
        "new_id": new_id,
        "judgement": texts.dump(shape_of(judged)),
        "concerned": texts.dump({"artists": concerned.artists, "accounts": concerned.accounts}),
        "raised_at": at,
    }
    statement = insert(terms_alarms).values(row).returning(terms_alarms.c.id)
    return int(connection.execute(statement).scalar_one())


def note_return(connection: Connection, watched: Watched, text_sha256: str, at: str) -> None:
    """Note on a document's alarms that their earlier text came back, or the newer one again."""
    a, v = terms_alarms.c, terms_versions.c
    for side, back_at in ((a.old_id, at), (a.new_id, "")):
        these = select(v.id).where(v.text_sha256 == text_sha256)
        change = update(terms_alarms).where(
            a.platform == watched.platform, a.document == watched.document.id, side.in_(these)
        )
        connection.execute(change.values(back_at=back_at))


def shape_of(judged: Judgement) -> dict[str, Any]:
    """A judgement as plain data."""
    return {
        "direction": judged.direction.value,
        "uses": [use.value for use in judged.uses],
        "paragraphs": [
            {"old": one.old, "new": one.new, "why": one.why, "reasons": _reason_shapes(one)}
            for one in judged.paragraphs
        ],
    }


def _reason_shapes(paragraph: ChangedParagraph) -> list[dict[str, Any]]:
    return [
        {"stated": one.stated.value, "new": one.is_new, "what": one.what, "rules": one.rules}
        for one in paragraph.reasons
    ]


def _paragraph(shape: Mapping[str, Any]) -> ChangedParagraph:
    """A paragraph as stored. Those of older versions have no reasons, only their English words."""
    reasons = tuple(
        ParagraphReason(Stated(one["stated"]), one["new"], tuple(one["what"]), tuple(one["rules"]))
        for one in shape.get("reasons", ())
    )
    if not reasons:
        return ChangedParagraph(shape["old"], shape["new"], shape["why"])
    return ChangedParagraph.because(shape["old"], shape["new"], reasons)


def all_alarms(connection: Connection) -> list[Alarm]:
    """All alarms, the newest first."""
    query = select(terms_alarms).order_by(terms_alarms.c.id.desc())
    rows = connection.execute(query).mappings().all()
    if not rows:
        return []
    names = {
        (facts.id, document.id): (facts.name, document.title, document.region)
        for facts in all_facts()
        for document in facts.documents
    }
    return [_alarm(connection, row, names) for row in rows]


def alarm_by_id(connection: Connection, number: int) -> Alarm:
    """One alarm. Raises NoSuchAlarm."""
    found = next((one for one in all_alarms(connection) if one.id == number), None)
    if found is None:
        raise NoSuchAlarm(
            worded("There is no alarm {number}.", number=number),
            advice="The list of changes in terms has their numbers.",
        )
    return found


def artists_of(alarm: Alarm, using: Mapping[str, Concerned]) -> frozenset[int]:
    """The artists whom an alarm concerns: those who used the platform then, or do now."""
    then_and_now = (*alarm.concerned.artists, *using.get(alarm.platform, Concerned()).artists)
    return frozenset(number for number, _ in then_and_now)


def answer(
    database: Database,
    number: int,
    given: AlarmAnswer,
    now: datetime,
    *,
    ask_on: date | None = None,
) -> Alarm:
    """Store a person's answer, which may be changed later. Returns the alarm.

    `ask_on` is the day to ask again, 30 days from now by default. Raises NoSuchAlarm and NoSuchDay.
    """
    today = now.astimezone().date()
    ask_at = ""
    if given is AlarmAnswer.ASK_AGAIN:
        ask_on = ask_on or today + ASK_AGAIN_AFTER
        if ask_on <= today:
            raise NoSuchDay(
                "The day to ask again has to be after today.", untouched="Nothing was saved."
            )
        ask_at = ask_on.isoformat()
    with database.write() as connection:
        before = alarm_by_id(connection, number)
        values = {
            "answer": given.value,
            "answered_at": now.isoformat(timespec="seconds") if given else "",
            "ask_at": ask_at,
        }
        connection.execute(update(terms_alarms).where(terms_alarms.c.id == number).values(values))
        note(
            connection,
            DeedKind.TERMS_ALARM_ANSWERED,
            names={"platform": before.platform, "document": before.title},
            before={"alarm": number, "answer": before.answer.value, "ask_at": before.ask_at},
            after={"alarm": number, "answer": given.value, "ask_at": ask_at},
        )
        return alarm_by_id(connection, number)


def _alarm(
    connection: Connection,
    row: RowMapping,
    names: Mapping[tuple[str, str], tuple[str, str, str]],
) -> Alarm:
    platform, document = row["platform"], row["document"]
    name, title, region = names.get((platform, document), (platform, document, ""))
    judged, concerned = json.loads(row["judgement"]), json.loads(row["concerned"])
    old, new = (keeping.version_by_id(connection, row[side]) for side in ("old_id", "new_id"))
    if old is None or new is None:  # foreign keys: versions are never deleted
        raise LookupError(f"alarm {row['id']} has lost a version")
    return Alarm(
        id=row["id"],
        platform=platform,
        platform_name=name,
        document=document,
        title=title,
        region=region,
        old=old,
        new=new,
        direction=Direction(judged["direction"]),
        uses=tuple(Use(one) for one in judged["uses"]),
        paragraphs=tuple(_paragraph(one) for one in judged["paragraphs"]),
        concerned=Concerned(
            tuple((number, named) for number, named in concerned["artists"]),
            tuple((number, named) for number, named in concerned["accounts"]),
        ),
        raised_at=row["raised_at"],
        answer=AlarmAnswer(row["answer"]),
        answered_at=row["answered_at"],
        ask_at=row["ask_at"],
        back_since=row["back_at"],
    )
