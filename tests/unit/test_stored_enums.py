"""Values that are stored: they stay as they are, and others keep their text."""

import copy
import json
import pickle
from pathlib import Path

import pytest

import rightsdesk
from rightsdesk.enums.carriers import ON_DISK, PLATFORMS, CarrierId
from rightsdesk.enums.causes import Cause
from rightsdesk.enums.stored import StoredEnum
from rightsdesk.platforms.registry import UnknownPlatform, all_platforms, name_of, platform_by_id

PACKAGE = Path(rightsdesk.__path__[0])


@pytest.mark.parametrize("kind", [Cause, CarrierId])
def test_a_value_of_another_version_keeps_its_text(kind: type[StoredEnum]) -> None:
    odd = kind("of another version")
    assert isinstance(odd, kind)
    assert (odd.name, odd.value, str(odd), f"{odd}") == ("UNKNOWN", *["of another version"] * 3)
    assert json.dumps({odd: odd}) == '{"of another version": "of another version"}'
    assert odd not in set(kind)
    assert odd == kind(odd.value) == pickle.loads(pickle.dumps(odd)) == copy.deepcopy(odd)


def test_carriers_are_stored_as_always() -> None:
    """A new one may come between them."""
    as_always = [
        "file",
        "sidecar",
        "soundcloud",
        "bluesky",
        "youtube",
        "audius",
        "internet_archive",
        "peertube",
        "funkwhale",
        "own_site",
        "wordpress_com",
        "wordpress",
        "cloudflare",
    ]
    values = [carrier.value for carrier in CarrierId]
    assert [value for value in values if value in as_always] == as_always


def test_each_carrier_that_is_not_on_disk_is_a_platform_in_a_module_of_its_own() -> None:
    for carrier in PLATFORMS:
        assert (PACKAGE / "platforms" / f"{carrier}.py").is_file()
        assert platform_by_id(carrier).id is carrier
        assert platform_by_id(carrier).name == name_of(carrier) == carrier.display_name
    assert [platform.id for platform in all_platforms()] == list(PLATFORMS)


@pytest.mark.parametrize("carrier", [*ON_DISK, CarrierId("myspace")])
def test_another_carrier_is_no_platform(carrier: CarrierId) -> None:
    for ask in (platform_by_id, name_of):
        with pytest.raises(UnknownPlatform, match=f"does not know: '{carrier}'"):
            ask(carrier)
