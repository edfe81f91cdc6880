"""A site whose folder is reached through OpenSSH's server, with a key."""

import os
import pwd
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from rightsdesk.consent import PRESETS, Declaration, Preset
from rightsdesk.platforms.http.errors import AddressRefused, NeedsReconnect, Refused
from rightsdesk.platforms.own_site import OwnSite
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice.website import PracticeWebsite
from tests.platforms.connected import raises
from tests.platforms.real.programs import free_port, program, running
from tests.platforms.sites.changes import PASSWORD, Place, place

NO_AI = Declaration(PRESETS[Preset.NO_AI])
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
UNDEFINED_ID = 0xFFFFFFFF
ACCESS_LIST = (
    (1, 6, UNDEFINED_ID),
    (2, 4, 4711),
    (4, 4, UNDEFINED_ID),
    (16, 6, UNDEFINED_ID),
    (32, 4, UNDEFINED_ID),
)
"""As Linux stores it: owner, user 4711, group, mask, others (linux/posix_acl_xattr.h)."""

CONF = """
Port {port}
ListenAddress 127.0.0.1
HostKey {work}/host
PidFile none
AuthorizedKeysFile {work}/authorized
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
Subsystem sftp internal-sftp {options}
"""


def new_key(file: Path) -> tuple[str, str]:
    """A temporary key in a file; also as text, with its public half."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    file.write_bytes(text)
    file.chmod(0o600)
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return text.decode(), public.decode()


class Sshd:
    def __init__(self, work: Path, options: str = "") -> None:
        self.work, self.port = work, free_port()
        self.key, public = new_key(work / "person")
        (work / "authorized").write_text(public + "\n")
        (work / "host.pub").write_text(new_key(work / "host")[1] + "\n")
        (work / "sshd_config").write_text(CONF.format(port=self.port, work=work, options=options))

    @property
    def fingerprint(self) -> str:
        """In the format of OpenSSH."""
        keygen = [program("ssh-keygen"), "-l", "-E", "sha256", "-f", str(self.work / "host.pub")]
        output = subprocess.run(keygen, capture_output=True, text=True, check=True).stdout
        return output.split()[1]

    @property
    def command(self) -> list[str]:
        if os.geteuid() == 0:
            with suppress(OSError):  # the start script of the system does the same
                Path("/run/sshd").mkdir(mode=0o755)
        return [program("sshd"), "-D", "-e", "-f", str(self.work / "sshd_config")]


@pytest.fixture
def sshd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Sshd]:
    """The server; a test can name requests that it denies."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / "ssh").mkdir()
    server = Sshd(tmp_path / "ssh", getattr(request, "param", ""))
    with running(server.command, "Server listening on"):
        yield server


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeWebsite]:
    (tmp_path / "html").mkdir()
    with PracticeWebsite(tmp_path / "html") as server:
        yield server


def account(sshd: Sshd, practice: PracticeWebsite, **how: Any) -> Place:
    user = pwd.getpwuid(os.geteuid()).pw_name
    address = f"sftp://{user}@127.0.0.1:{sshd.port}{practice.root}"
    credentials = Credentials(identifier=address, secret=sshd.key, host_key=sshd.fingerprint)
    return place(OwnSite(), practice.base_url, credentials=replace(credentials, **how))


def test_a_reservation_is_published_and_undone(sshd: Sshd, practice: PracticeWebsite) -> None:
    root = practice.root
    (root / "robots.txt").write_bytes(ROBOTS)
    (root / "robots.txt").chmod(0o604)
    site = account(sshd, practice)
    site.platform.whoami(site.client)
    done = site.declare(NO_AI)
    assert (root / "robots.txt").stat().st_mode & 0o777 == 0o604
    site.undo(done)
    assert {p.name: p.read_bytes() for p in root.rglob("*") if p.is_file()} == {
        "robots.txt": ROBOTS
    }
    site.client.close()


def test_a_link_on_the_server_stays_a_link(
    sshd: Sshd, practice: PracticeWebsite, tmp_path: Path
) -> None:
    (tmp_path / "robots.txt").write_bytes(ROBOTS)
    (practice.root / "robots.txt").symlink_to(tmp_path / "robots.txt")
    site = account(sshd, practice)
    site.client.folder.write("robots.txt", b"User-agent: *\n")  # type: ignore[attr-defined]
    assert (practice.root / "robots.txt").is_symlink()
    assert (tmp_path / "robots.txt").read_bytes() == b"User-agent: *\n"
    site.client.close()


def test_a_wrong_password_or_key_is_reported(
    sshd: Sshd, practice: PracticeWebsite, tmp_path: Path
) -> None:
    for secret in (PASSWORD, new_key(tmp_path / "other")[0]):
        site = account(sshd, practice, secret=secret)
        with raises(NeedsReconnect, {secret}):
            site.read()
        site.client.close()


def test_a_server_with_another_key_gets_nothing(sshd: Sshd, practice: PracticeWebsite) -> None:
    site = account(sshd, practice)
    site.read()
    site.client.close()
    host_key = site.saved[-1].host_key
    other = new_key(sshd.work / "unused")[1]
    assert host_key != other
    late = account(sshd, practice, host_key=other)
    with raises(AddressRefused, {sshd.key}):
        late.read()
    late.client.close()


def test_a_pipe_is_reported_without_waiting(sshd: Sshd, practice: PracticeWebsite) -> None:
    os.mkfifo(practice.root / "robots.txt")
    site = account(sshd, practice)
    with raises(Refused, {sshd.key}) as caught:
        site.client.folder.read("robots.txt")  # type: ignore[attr-defined]
    assert "a pipe or a device" in caught.value.sentence
    site.client.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_owner_and_group_stay(sshd: Sshd, practice: PracticeWebsite) -> None:
    place = practice.root / "robots.txt"
    place.write_bytes(ROBOTS)
    place.chmod(0o640)
    os.chown(place, 1234, 4321)
    site = account(sshd, practice)
    site.client.folder.write("robots.txt", b"User-agent: *\n")  # type: ignore[attr-defined]
    found = place.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (1234, 4321, 0o640)
    assert place.read_bytes() == b"User-agent: *\n"
    assert [path.name for path in practice.root.iterdir()] == ["robots.txt"]
    site.client.close()


@pytest.mark.parametrize("sshd", ["", "-P posix-rename,rename"], indirect=True)
def test_access_lists_attributes_and_hard_links_stay(sshd: Sshd, practice: PracticeWebsite) -> None:
    place = practice.root / "robots.txt"
    place.write_bytes(ROBOTS)
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in ACCESS_LIST)
    try:
        os.setxattr(place, "user.note", b"mine")
        os.setxattr(place, "system.posix_acl_access", packed)
    except OSError:
        pytest.skip("this file system has no access lists")
    os.link(place, practice.root / "same.txt")
    site = account(sshd, practice)
    done = site.declare(NO_AI)
    assert place.read_bytes() != ROBOTS
    assert os.getxattr(place, "user.note") == b"mine"
    assert os.getxattr(place, "system.posix_acl_access") == packed
    assert place.samefile(practice.root / "same.txt")
    site.undo(done)
    assert place.read_bytes() == ROBOTS
    assert site.saved[-1].overwrites
    site.client.close()


def test_new_folders_have_the_permissions_of_their_neighbours(
    sshd: Sshd, practice: PracticeWebsite
) -> None:
    (practice.root / "music").mkdir()
    (practice.root / "music").chmod(0o751)
    site = account(sshd, practice)
    done = site.declare(NO_AI)
    assert (practice.root / ".well-known").stat().st_mode & 0o7777 == 0o751
    site.undo(done)
    assert [path.name for path in practice.root.iterdir()] == ["music"]
    site.client.close()


@pytest.mark.parametrize(
    "sshd",
    ["-P posix-rename", "-P posix-rename,rename", "-P posix-rename,rename,fsync,opendir,setstat"],
    indirect=True,
)
def test_a_server_with_fewer_move_operations_can_be_published_to(
    sshd: Sshd, practice: PracticeWebsite
) -> None:
    robots = practice.root / "robots.txt"
    robots.write_bytes(ROBOTS)
    robots.chmod(0o644)
    site = account(sshd, practice)
    done = site.declare(NO_AI)
    assert robots.read_bytes().startswith(ROBOTS)
    assert b"# END RightsDesk" in robots.read_bytes()
    assert [p.name for p in practice.root.rglob(".robots*")] == []
    site.undo(done)
    assert robots.read_bytes() == ROBOTS
    assert robots.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in practice.root.iterdir()] == ["robots.txt"]
    site.client.close()
