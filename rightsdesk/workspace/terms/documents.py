"""Which documents are watched: those of the platforms that artists use, or of named ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from rightsdesk.resources.facts import PlatformFacts, all_facts
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.store.schema import accounts, artists
from rightsdesk.workspace.guided.attestations import (
    NOT_HERE,
    PRESENCE,
    current_attestations,
    platform_called,
)
from rightsdesk.workspace.terms.types import Concerned, NoSuchAlarm, NothingToWatch, Watched


def watched(database: Database, platforms: Sequence[str] = ()) -> list[Watched]:
    """The documents of platforms by name or id; without any, of all that an artist uses.

    Raises NotOffered for an unknown platform, and NothingToWatch.
    """
    if platforms:
        chosen = {platform_called(name).id for name in platforms}
    else:
        with database.read() as connection:
            chosen = set(users(connection))
    found = documents_of(facts for facts in all_facts() if facts.id in chosen)
    if not found:
        raise NothingToWatch(
            worded(
                "RightsDesk knows no document of {platforms}.", platforms=", ".join(sorted(chosen))
            )
            if chosen
            else worded("No artist uses a platform so far, so there are no terms to watch."),
            untouched="Nothing was fetched.",
            advice="Connect an account, say which platforms you use, or name one: "
            "rightsdesk terms check SoundCloud",
        )
    return found


def documents_of(platforms: Iterable[PlatformFacts]) -> list[Watched]:
    """All documents of these platforms, in their order."""
    return [
        Watched(facts.id, facts.name, document)
        for facts in platforms
        for document in facts.documents
    ]


def users(connection: Connection) -> dict[str, Concerned]:
    """Who uses each platform, by its id: by an account there, or by their own word."""
    names = {row.id: row.name for row in connection.execute(select(artists.c.id, artists.c.name))}
    using: dict[str, set[int]] = {}
    logins: dict[str, list[tuple[int, str]]] = {}
    a = accounts.c
    query = select(a.id, a.artist_id, a.platform, a.name).order_by(a.id)
    for row in connection.execute(query):
        using.setdefault(row.platform, set()).add(row.artist_id)
        logins.setdefault(row.platform, []).append((row.id, row.name))
    for artist, attested in current_attestations(connection).items():
        away = {
            one.platform
            for one in attested.values()
            if one.control == PRESENCE and one.value == NOT_HERE
        }
        for platform, _control in attested:
            if platform not in away:
                using.setdefault(platform, set()).add(artist)
    return {
        platform: Concerned(
            tuple(sorted(((one, names[one]) for one in some), key=lambda pair: pair[1])),
            tuple(logins.get(platform, ())),
        )
        for platform, some in using.items()
    }


def named(name: str) -> Watched:
    """A document by `platform/document`, or by its platform if that has only one.

    Raises NotOffered for an unknown platform, and NoSuchAlarm for an unknown document.
    """
    platform, _, wanted = name.partition("/")
    found = documents_of([platform_called(platform)])
    fitting = [one for one in found if wanted in ("", one.document.id)]
    if len(fitting) == 1:
        return fitting[0]
    keys = ", ".join(one.key for one in found)
    raise NoSuchAlarm(
        worded(
            "{platform} has several documents."
            if len(fitting) > 1
            else "RightsDesk knows no document “{name}”.",
            platform=platform,
            name=name,
        ),
        advice=worded("Name one of these: {keys}", keys=keys) if keys else "",
    )
