"""Problems by their ids, for those who ignore them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rightsdesk.roster.artists import all_artists
from rightsdesk.sentences import worded
from rightsdesk.store.database import Database
from rightsdesk.workspace.catalogue.deciding.making import NoSuchFinding, NotToDecide
from rightsdesk.workspace.status.problems import problems
from rightsdesk.workspace.types.findings import DecisionKind
from rightsdesk.workspace.types.problems import Problem
from rightsdesk.workspace.types.scopes import Filter


def problems_to_ignore(database: Database, ids: Sequence[str], now: datetime) -> list[Problem]:
    """The listed problems with these ids, of all artists or of one.

    Raises NoSuchFinding, and NotToDecide for one that can't be ignored.
    """
    wanted, found = dict.fromkeys(ids), dict[str, Problem]()
    filters = (Filter(), *(Filter(artist_id=artist.id) for artist in all_artists(database)))
    for chosen in filters:
        if len(found) == len(wanted):
            break
        for one in problems(database, chosen, now):
            if one.id in wanted:
                found.setdefault(one.id, one)
    for number in wanted:
        if number not in found:
            raise NoSuchFinding(
                worded("There is no open finding or problem “{number}”.", number=number),
                advice="The list of problems has their ids.",
            )
        if DecisionKind.IGNORE not in found[number].decisions:
            raise NotToDecide(
                worded(
                    "“{number}” can't be ignored: {sentence}",
                    number=number,
                    sentence=found[number].sentence,
                ),
                untouched="Nothing was changed.",
            )
    return [found[number] for number in wanted]
