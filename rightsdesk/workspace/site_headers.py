"""The headers that an artist's site would have to send: shown, for a person to put there."""

from __future__ import annotations

from rightsdesk.consent.dialects.server_headers import WebServer, server_snippet
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.roster.accounts import all_accounts
from rightsdesk.roster.artists import artist_by_id
from rightsdesk.store.database import Database
from rightsdesk.workspace import wishes
from rightsdesk.workspace.planning import NothingChosen, declaration_of


def header_snippets(database: Database, artist_id: int) -> dict[WebServer, str]:
    """Lines for each web server's configuration that say what this artist chose.

    Raises NoSuchArtist, and NothingChosen where there is no choice yet.
    """
    artist = artist_by_id(database, artist_id)
    with database.read() as connection:
        wanted = wishes.load(connection).effective(artist_id=artist_id)
    if not wanted:
        raise NothingChosen
    sites = [a.base_url for a in all_accounts(database, artist_id) if a.platform == OwnSite.id]
    site = sites[0].rstrip("/") if len(sites) == 1 else ""
    declared = declaration_of(artist, wanted)
    return {server: server_snippet(server, declared, site) for server in WebServer}
