"""How much there is to do on platforms: for the page, and for the side bar without it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rightsdesk.desktop.pages.platforms.sections import ArtistAccounts, BoardSection, used_of
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace.overview.values import Action, RosterRow

if TYPE_CHECKING:
    from rightsdesk.workspace import Workspace


def numbers(one: RosterRow) -> tuple[int, int, int, int]:
    """Switches to set or check again, accounts to sign in to, items to write, items to match."""
    found = Counter(step.action for step in one.steps)
    of_items: Counter[Action] = Counter()
    for step in one.steps:
        if step.platform != CarrierId.FILES:
            of_items[step.action] += step.count
    return (
        found[Action.SWITCH_OFF] + found[Action.LOOK_AGAIN],
        found[Action.RECONNECT],
        of_items[Action.WRITE],
        of_items[Action.ANSWER],
    )


def needs_you(one: RosterRow) -> bool:
    """Whether an artist has something that a person has to do on a platform."""
    return any(numbers(one))


def accounts_of(workspace: Workspace, artist_id: int) -> ArtistAccounts:
    """What is known of an artist's accounts. Reads the store."""
    home = workspace.catalogue.home(artist_id)
    return ArtistAccounts(
        tuple(workspace.accounts.all(artist_id)),
        {one.carrier: one.bar for one in home.carriers},
        workspace.catalogue.left_to_write(artist_id),
        workspace.catalogue.carriers_for_all(),
    )


def needing(workspace: Workspace, artist_id: int | None) -> int:
    """How many platforms of an artist need the person; without one, how many artists do.

    Reads the store.
    """
    if artist_id is None:
        return sum(map(needs_you, workspace.catalogue.roster()))
    used = used_of(workspace.platforms.guided(artist_id), accounts_of(workspace, artist_id))
    return sum(one.section is BoardSection.NEEDS_YOU for one in used)
