"""A site's folder behind SFTP: passwords, and the server's identity."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko.common import AUTH_FAILED
from paramiko.sftp import SFTP_PERMISSION_DENIED

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.consent.losses import CarrierLoss, loss_sentence
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    ItemGone,
    NeedsReconnect,
    Offline,
    Refused,
    UnknownHost,
)
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice.website import PracticeWebsite
from tests.platforms.connected import raises
from tests.platforms.sites.changes import PASSWORD, Place, place
from tests.platforms.sites.sftp_server import sftp_server

PROJECT = Path(__file__).resolve().parents[3]
NO_AI = Declaration(PRESETS[Preset.NO_AI])
ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@pytest.fixture(scope="module")
def keys() -> tuple[paramiko.PKey, paramiko.PKey]:
    return paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "home" / "site").mkdir(parents=True)
    return tmp_path / "home" / "site"


class SftpHost:
    """A server, the site that it is for, and accounts on it."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root, self._stack = root, stack
        self.agreed: dict[int, str] = {}
        self.web = stack.enter_context(PracticeWebsite(root))

    def server(self, key: paramiko.PKey, port: int = 0) -> int:
        made = self._stack.enter_context(sftp_server(self.root.parent, PASSWORD, key, port))
        self.agreed[made] = key.fingerprint  # the format that paramiko uses
        return made

    def site(self, port: int, path: str = "/site", **how: Any) -> Place:
        """The site on this port. By default, the user has already confirmed the server's key."""
        credentials = Credentials(
            identifier=f"sftp://mara@127.0.0.1:{port}{path}",
            secret=PASSWORD,
            host_key=self.agreed.get(port, ""),
        )
        found = place(OwnSite(), self.web.base_url, credentials=replace(credentials, **how))
        self._stack.callback(found.client.close)
        return found


@pytest.fixture
def host(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SftpHost]:
    monkeypatch.setenv("HOME", str(tmp_path))  # no known hosts, no keys of a person
    with ExitStack() as stack:
        yield SftpHost(root, stack)


def test_a_reservation_is_published_and_undone(
    host: SftpHost, keys: tuple[paramiko.PKey, ...], root: Path
) -> None:
    (root / "robots.txt").write_bytes(ROBOTS)
    site = host.site(host.server(keys[0]))
    site.platform.whoami(site.client)
    done = site.declare(NO_AI)
    assert (root / "rightsdesk" / "rsl.xml").stat().st_mode & 0o777 == 0o644
    assert sorted(p.name for p in root.iterdir()) == [".well-known", "rightsdesk", "robots.txt"]
    site.undo(done)
    assert [p.name for p in root.rglob("*") if p.is_file()] == ["robots.txt"]
    assert (root / "robots.txt").read_bytes() == ROBOTS


def test_what_sftp_cannot_see_is_reported_before_a_file_is_replaced(
    host: SftpHost, keys: tuple[paramiko.PKey, ...], root: Path
) -> None:
    """Access lists and attributes: a folder on this computer keeps them."""
    site = host.site(host.server(keys[0]))
    assert site.unshown(NO_AI) == set(), "nothing is replaced"
    (root / "robots.txt").write_bytes(ROBOTS)
    assert site.unshown(NO_AI) == {CarrierLoss.UNSEEN_ATTRIBUTES}
    assert "access lists" in loss_sentence(CarrierLoss.UNSEEN_ATTRIBUTES)
    here = place(OwnSite(), host.web.base_url, credentials=Credentials(identifier=str(root)))
    assert here.unshown(NO_AI) == set()
    here.client.close()
    site.declare(NO_AI)
    assert site.unshown(NO_AI) == set(), "nothing is left to replace"


def test_a_new_server_is_remembered_by_its_key(
    host: SftpHost, keys: tuple[paramiko.PKey, ...]
) -> None:
    port = host.server(keys[0])
    site = host.site(port)
    site.read()
    kept = site.saved[-1]
    assert kept.host_key == f"{keys[0].get_name()} {keys[0].get_base64()}"
    assert Credentials.from_bytes(kept.to_bytes()) == kept
    later = host.site(port, host_key=kept.host_key)
    later.read()
    assert later.saved == []


def test_an_unconfirmed_server_gets_nothing(
    host: SftpHost, keys: tuple[paramiko.PKey, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(_self: object, name: str, _password: str) -> int:
        asked.append(name)
        return AUTH_FAILED

    monkeypatch.setattr("tests.platforms.sites.sftp_server._Door.check_auth_password", refuse)
    site = host.site(host.server(keys[0]), host_key="")
    with raises(UnknownHost, {PASSWORD}) as caught:
        site.read()
    assert caught.value.fingerprint == keys[0].fingerprint
    assert keys[0].fingerprint in caught.value.sentence
    other = host.site(host.server(keys[0]), host_key=keys[1].fingerprint)
    with raises(AddressRefused, {PASSWORD}) as refused:
        other.read()
    assert "another key" in refused.value.sentence
    assert keys[0].fingerprint in refused.value.sentence
    assert site.saved == other.saved == []
    assert asked == [], "no name and no password were sent"


def test_a_server_with_another_key_gets_no_password(
    host: SftpHost, keys: tuple[paramiko.PKey, ...]
) -> None:
    site = host.site(host.server(keys[1]), host_key=f"{keys[0].get_name()} {keys[0].get_base64()}")
    with raises(AddressRefused, {PASSWORD}) as caught:
        site.read()
    assert "another key" in caught.value.sentence
    assert site.saved == []


def test_a_known_host_has_to_have_its_known_key(
    host: SftpHost, keys: tuple[paramiko.PKey, ...], tmp_path: Path
) -> None:
    port = host.server(keys[1])
    (tmp_path / ".ssh").mkdir()
    known_hosts = tmp_path / ".ssh" / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {keys[0].get_name()} {keys[0].get_base64()}\n")
    with raises(AddressRefused, {PASSWORD}):
        host.site(port).read()
    known_hosts.write_text(f"[127.0.0.1]:{port} {keys[1].get_name()} {keys[1].get_base64()}\n")
    site = host.site(port)
    site.read()
    assert site.saved == []


def test_a_wrong_password_is_reported(host: SftpHost, keys: tuple[paramiko.PKey, ...]) -> None:
    wrong = "wrong-" + PASSWORD
    with raises(NeedsReconnect, {PASSWORD, wrong}):
        host.site(host.server(keys[0]), secret=wrong).read()


def test_an_unreadable_key_is_reported(host: SftpHost, keys: tuple[paramiko.PKey, ...]) -> None:
    key = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{PASSWORD}\n-----END OPENSSH PRIVATE KEY-----\n"
    with raises(NeedsReconnect, {PASSWORD}):
        host.site(host.server(keys[0]), secret=key).read()


def test_a_missing_folder_is_reported(host: SftpHost, keys: tuple[paramiko.PKey, ...]) -> None:
    site = host.site(host.server(keys[0]), "/nowhere")
    with raises(ItemGone, {PASSWORD}):
        site.platform.whoami(site.client)


def test_an_unreachable_server_is_reported(host: SftpHost) -> None:
    with raises(Offline, {PASSWORD}):
        host.site(1).read()


def test_a_read_only_folder_is_reported(
    host: SftpHost, keys: tuple[paramiko.PKey, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = host.site(host.server(keys[0]))
    before = site.read()

    def refused(*_: object) -> int:
        return SFTP_PERMISSION_DENIED

    monkeypatch.setattr("tests.platforms.sites.sftp_server._Files.mkdir", refused)
    with raises(Refused, {PASSWORD}):
        site.write(before, site.plan(before, NO_AI))


def test_an_ended_connection_is_opened_again(
    host: SftpHost, keys: tuple[paramiko.PKey, ...]
) -> None:
    site = host.site(host.server(keys[0]))
    before = site.read()
    site.client.folder._session._client.close()  # type: ignore[attr-defined]
    assert site.read().fields == before.fields


PROGRAM = """
import sys
from rightsdesk.platforms.http.errors import PlatformError
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.platforms.sites.sftp import SftpFolder

try:
    SftpFolder(sys.argv[1], Credentials(secret="x"), lambda _: None).check()
except PlatformError as error:
    print(error)
"""


def test_a_server_that_is_no_ssh_server_gives_a_message_and_no_traceback() -> None:
    """paramiko's thread logs its errors. Without a handler, they would appear on stderr."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            there, _ = listener.accept()
            with there:
                there.sendall(b"220 ftp.mara.example\r\n" * 200)

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"sftp://mara@127.0.0.1:{listener.getsockname()[1]}/"
        run = [sys.executable, "-c", PROGRAM, address]
        done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=PROJECT)
        thread.join()
    assert "broke off" in done.stdout
    assert done.stderr == ""
