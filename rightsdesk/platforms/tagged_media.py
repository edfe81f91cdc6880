"""Shared by self-hosted media platforms: tags, and a long description.

There is no default server. Each silently cuts off descriptions that are too long, so the length is
checked before sending.
"""

from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.errors import AddressRefused, DoesNotFit
from rightsdesk.platforms.json_checks import one_value, same_lines
from rightsdesk.sentences import worded

TAGS, DESCRIPTION, LICENCE = "tags", "description", "licence"


def server_of(endpoints: Endpoints, service: str, example: str) -> str:
    """Return the server's address. Raises `AddressRefused` if there is none."""
    if not endpoints.api:
        raise AddressRefused(
            worded("{service} has no central server, and the account names none.", service=service),
            advice=worded("Enter the server's address, such as {example}.", example=example),
        )
    return endpoints.api


def same_described(name: str, written: tuple[str, ...], observed: tuple[str, ...]) -> bool:
    """Whether the tags are the same in any order and case, and texts apart from line ends."""
    if name == TAGS:
        return sorted(map(str.casefold, written)) == sorted(map(str.casefold, observed))
    return same_lines(" ".join(written)) == same_lines(" ".join(observed))


def fitting(description: tuple[str, ...], suite: Suite) -> str:
    """Return a description that may be sent, "" for none. Raises `DoesNotFit`."""
    text = one_value(DESCRIPTION, description)
    if why := suite.refused({DESCRIPTION: (text,)}):
        raise DoesNotFit(why, untouched="Nothing was sent.")
    return text
