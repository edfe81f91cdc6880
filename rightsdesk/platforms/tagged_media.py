"""What the free platforms that anybody can run have in common: tags, and a long description.

There is no first server among them, and each cuts off a description that is too long for it
in silence: so it is measured before it is sent.
"""

from rightsdesk.consent.dialects.suite import Suite
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.errors import AddressRefused, DoesNotFit
from rightsdesk.platforms.json_checks import one_value, same_lines

TAGS, DESCRIPTION, LICENCE = "tags", "description", "licence"


def server_of(endpoints: Endpoints, service: str, example: str) -> str:
    """The server's address. Raises `AddressRefused` where none is named."""
    if not endpoints.api:
        raise AddressRefused(
            f"Every {service} account is on a server of its own.",
            advice=f"Give the server's address, such as {example}.",
        )
    return endpoints.api


def same_described(name: str, written: tuple[str, ...], told: tuple[str, ...]) -> bool:
    """The same tags in any order and case; the same text, whatever became of line ends."""
    if name == TAGS:
        return sorted(map(str.casefold, written)) == sorted(map(str.casefold, told))
    return same_lines(" ".join(written)) == same_lines(" ".join(told))


def fitting(description: tuple[str, ...], suite: Suite) -> str:
    """A description that may be sent, "" for none. Raises `DoesNotFit`."""
    text = one_value(DESCRIPTION, description)
    if why := suite.refused({DESCRIPTION: (text,)}):
        raise DoesNotFit(why, untouched="Nothing was sent.")
    return text
