"""A site whose folder is reached by WebDAV, on wsgidav: a server not written by this project."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
from cheroot.wsgi import Server
from wsgidav.wsgidav_app import WsgiDAVApp

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.losses import CarrierLoss
from rightsdesk.platforms.http.errors import ItemGone, NeedsReconnect, Offline
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.practice.website import PracticeWebsite
from tests.platforms.connected import raises
from tests.platforms.sites.changes import PASSWORD, Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI])
ROBOTS = b"User-agent: *\r\nDisallow: /private/"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dav" / "site").mkdir(parents=True)
    return tmp_path / "dav" / "site"


@pytest.fixture
def dav(root: Path) -> Iterator[str]:
    config = {
        "provider_mapping": {"/": str(root.parent)},
        "simple_dc": {"user_mapping": {"*": {"mara": {"password": PASSWORD}}}},
        "http_authenticator": {
            "accept_basic": True,
            "accept_digest": False,
            "default_to_digest": False,
        },
        "property_manager": True,
        "verbose": 0,
        "logging": {"enable": False},
    }
    server = Server(("127.0.0.1", 0), WsgiDAVApp(config))
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    yield f"webdav://mara@127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


@pytest.fixture
def practice(root: Path) -> Iterator[PracticeWebsite]:
    with PracticeWebsite(root) as server:
        yield server


@pytest.fixture
def site(dav: str, practice: PracticeWebsite) -> Iterator[Place]:
    found = place(OwnSite(), practice.base_url, identifier=f"{dav}/site", secret=PASSWORD)
    yield found
    found.client.close()


def test_a_reservation_is_published_and_undone(site: Place, root: Path) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    site.platform.whoami(site.client)
    done = site.declare(NO_AI)
    names = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert names == {"robots.txt", ".well-known/tdmrep.json", "rightsdesk/rsl.xml"}
    site.undo(done)
    assert (root / "robots.txt").read_bytes() == ROBOTS
    assert [p.name for p in root.rglob("*") if p.is_file()] == ["robots.txt"]


def test_what_webdav_does_not_show_is_reported_before_a_file_is_replaced(
    site: Place, root: Path
) -> None:
    assert site.unshown(NO_AI) == set(), "nothing is replaced"
    (root / "robots.txt").write_bytes(ROBOTS)
    assert site.unshown(NO_AI) == {CarrierLoss.UNSEEN_OWNER}


def test_a_wrong_password_is_reported(dav: str, practice: PracticeWebsite) -> None:
    site = place(OwnSite(), practice.base_url, identifier=f"{dav}/site", secret="wrong-" + PASSWORD)
    with raises(NeedsReconnect, {PASSWORD}):
        site.platform.whoami(site.client)
    with raises(NeedsReconnect, {PASSWORD}):
        site.read()
    site.client.close()


def test_a_missing_folder_is_reported(dav: str, practice: PracticeWebsite) -> None:
    site = place(OwnSite(), practice.base_url, identifier=f"{dav}/nowhere", secret=PASSWORD)
    with raises(ItemGone, {PASSWORD}):
        site.platform.whoami(site.client)
    site.client.close()


def test_an_unreachable_server_is_reported(practice: PracticeWebsite) -> None:
    address = "webdav://mara@127.0.0.1:1/site"
    site = place(OwnSite(), practice.base_url, identifier=address, secret=PASSWORD)
    with raises(Offline, {PASSWORD}):
        site.platform.whoami(site.client)
    site.client.close()


def test_properties_set_by_other_programs_stay(site: Place, dav: str, root: Path) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    url = dav.replace("webdav://mara@", "http://") + "/site/robots.txt"
    auth = ("mara", PASSWORD)
    value = '<p xmlns="urn:mara">by hand</p>'
    body = f'<propertyupdate xmlns="DAV:"><set><prop>{value}</prop></set></propertyupdate>'
    assert httpx.request("PROPPATCH", url, content=body, auth=auth).status_code == 207
    site.declare(NO_AI)
    assert b"BEGIN RightsDesk" in (root / "robots.txt").read_bytes()
    properties = httpx.request("PROPFIND", url, headers={"Depth": "0"}, auth=auth).text
    assert "urn:mara" in properties
    assert "by hand" in properties
