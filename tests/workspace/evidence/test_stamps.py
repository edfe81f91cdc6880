"""Time stamps: by a real authority (`openssl ts`) and a calendar, both on this computer."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp

from rightsdesk.errors import KnownError
from rightsdesk.ledger import calendars, rfc3161
from rightsdesk.ledger.rfc3161 import NotHolding, NotStamped, UnreadableReply
from rightsdesk.loopback import LoopbackServer, QuietHandler
from rightsdesk.platforms.http.errors import AddressRefused, PlatformError
from rightsdesk.store.database import FILE_NAME
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.evidence import openssl
from rightsdesk.workspace.evidence.sources import NoCertificate, NoStampSource
from rightsdesk.workspace.evidence.types import StampKind, StampState
from tests.cli.fakes import run

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")

CONFIG = """
[c]
dir = .
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"


class Authority:
    """A time stamping authority in a folder, and its server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        (folder / "extensions").write_text(EXTENSIONS)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self.openssl(
            *("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem"),
            *("-subj", "/CN=Test Root", "-days", "30"),
        )
        self.openssl(
            *("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA")
        )
        self.openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key"),
            *("-CAcreateserial", "-out", "tsa.pem", "-days", "30", "-extfile", "extensions"),
        )
        self.root = (folder / "root.pem").read_bytes()
        self.answers: list[bytes] = []
        """What to answer in place of a real reply, the last first."""

    def openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def reply(self, query: bytes) -> bytes:
        if self.answers:
            return self.answers.pop()
        (self.folder / "q.tsq").write_bytes(query)
        config = ["-config", "tsa.cnf", "-section", "c"]
        self.openssl("ts", "-reply", *config, "-queryfile", "q.tsq", "-out", "r.tsr")
        return (self.folder / "r.tsr").read_bytes()


class Calendar:
    """A calendar that promises at once, and has a block once told so."""

    def __init__(self) -> None:
        self.height: int | None = None
        self.address = ""
        self.answers: list[bytes] = []

    def submit(self, digest: bytes) -> bytes:
        if self.answers:
            return self.answers.pop()
        timestamp = Timestamp(digest)
        tip = timestamp.ops.add(OpAppend(b"calendar")).ops.add(OpSHA256())
        tip.attestations.add(PendingAttestation(self.address))
        return _bytes(timestamp)

    def finish(self, commitment: bytes) -> bytes | None:
        if self.height is None:
            return None
        timestamp = Timestamp(commitment)
        tip = timestamp.ops.add(OpAppend(b"tree")).ops.add(OpSHA256())
        tip.attestations.add(BitcoinBlockHeaderAttestation(self.height))
        return _bytes(timestamp)


def _bytes(timestamp: Timestamp) -> bytes:
    context = BytesSerializationContext()
    timestamp.serialize(context)
    return bytes(context.getbytes())


class Handler(QuietHandler):
    """Serves an authority at /tsa and a calendar below /."""

    authority: Authority
    calendar: Calendar

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/tsa":
            assert self.headers["Content-Type"] == "application/timestamp-query"
            self._answer(self.authority.reply(body), "application/timestamp-reply")
        elif self.path == "/digest":
            self._answer(self.calendar.submit(body), "application/octet-stream")
        else:
            self.send_error(404)

    def do_GET(self) -> None:
        answer = self.calendar.finish(bytes.fromhex(self.path.rpartition("/")[2]))
        if answer is None:
            self.send_error(404)
        else:
            self._answer(answer, "application/octet-stream")

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the server; the authority is there if openssl is."""
    calendar = Calendar()
    handler: Any = type("Here", (Handler,), {"calendar": calendar})
    if shutil.which("openssl"):
        handler.authority = request.getfixturevalue("authority")
        handler.authority.answers.clear()
    running = LoopbackServer(handler)
    running.start()
    calendar.address = f"http://127.0.0.1:{running.port}"
    Handler.calendar = calendar
    yield calendar.address
    running.close()


@pytest.fixture
def calendar(server: str) -> Calendar:
    return Handler.calendar


@pytest.fixture
def stamped(workspace: Workspace, server: str) -> Workspace:
    """A workspace with an entry, and with a calendar of its own."""
    workspace.artists.add("Mira Koval")
    workspace.evidence.choose_calendars([server])
    return workspace


@pytest.fixture
def by_authority(workspace: Workspace, server: str, authority: Authority) -> Workspace:
    """A workspace with an entry, and with an authority."""
    workspace.artists.add("Mira Koval")
    workspace.evidence.choose_authority(f"{server}/tsa", authority.root)
    return workspace


def test_nobody_is_asked_until_somebody_is_chosen(workspace: Workspace) -> None:
    workspace.artists.add("Mira Koval")
    assert workspace.evidence.stamp_sources().kinds == ()
    with pytest.raises(NoStampSource):
        workspace.evidence.stamp()
    with pytest.raises(NoStampSource):
        workspace.evidence.stamp(StampKind.CALENDAR)
    assert workspace.evidence.stamps() == []


@needs_openssl
def test_an_authority_stamps_the_head_and_openssl_agrees(
    by_authority: Workspace, tmp_path: Path
) -> None:
    evidence = by_authority.evidence
    head = evidence.head()
    (one,) = evidence.stamp().made
    assert (one.head, one.kind) == (head, StampKind.AUTHORITY)
    (checked,) = evidence.check_stamps()
    assert (checked.state, checked.fits, checked.by) == (StampState.HOLDS, True, "rfc3161-client")
    assert checked.at is not None
    newest = by_authority.history.entries()[0]
    assert newest.deed.kind is DeedKind.STAMPED
    assert newest.deed.after is not None
    assert newest.deed.after["hash"] == head.hash
    assert evidence.verify().stamps == 1
    paths = evidence.export_stamp(one.id, str(tmp_path / "for" / "the lawyer"))
    text, query, reply, root = sorted(paths, key=lambda path: "txt tsq tsr pem".find(path[-3:]))
    for question in (["-data", text], ["-queryfile", query]):
        done = subprocess.run(
            ["openssl", "ts", "-verify", *question, "-in", reply, "-CAfile", root],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert b"Verification: OK" in done.stdout + done.stderr
    assert Path(text).read_bytes() == f"RightsDesk ledger\nentry 1\n{head.hash}\n".encode()
    # openssl reads the same time as the library
    from rightsdesk.workspace.evidence.sources import roots

    trusted = roots(evidence.stamp_sources())
    assert openssl.verified(one.reply, head.text, trusted) == checked.at
    with pytest.raises(NotHolding):
        openssl.verified(one.reply, b"something else", trusted)


@needs_openssl
def test_a_second_stamp_is_made_only_if_something_was_done(by_authority: Workspace) -> None:
    evidence = by_authority.evidence
    assert len(evidence.stamp().made) == 1
    again = evidence.stamp()
    assert (again.made, again.covered) == ((), (StampKind.AUTHORITY,))
    by_authority.artists.add("Another")
    assert len(evidence.stamp().made) == 1
    assert len(evidence.stamps()) == 2


@needs_openssl
def test_a_reply_that_does_not_hold_leaves_everything_as_it_was(
    by_authority: Workspace, authority: Authority, tmp_path: Path
) -> None:
    evidence = by_authority.evidence
    other = rfc3161.question(b"something else")
    for answer in (b"", b"<html>", authority.reply(other.der)):
        authority.answers.append(answer)
        with pytest.raises(NotStamped) as raised:
            evidence.stamp()
        assert "nothing was changed" in str(raised.value)
    stranger = Authority(tmp_path / "stranger")
    address = evidence.stamp_sources().authority
    evidence.choose_authority(address, stranger.root)
    with pytest.raises(NotStamped):
        evidence.stamp()
    evidence.choose_authority(address)
    with pytest.raises(NotStamped):
        evidence.stamp()
    assert evidence.stamps() == []
    assert [entry.deed.kind for entry in by_authority.history.entries()] == [DeedKind.ARTIST_ADDED]


@needs_openssl
def test_a_reply_to_an_older_question_is_not_taken(
    by_authority: Workspace, authority: Authority
) -> None:
    evidence = by_authority.evidence
    older = rfc3161.question(evidence.head().text)
    authority.answers.append(authority.reply(older.der))
    with pytest.raises(NotStamped):
        evidence.stamp()


@needs_openssl
def test_an_authority_that_refuses_is_quoted(by_authority: Workspace, authority: Authority) -> None:
    authority.answers.append(authority.reply(b"no question"))
    with pytest.raises(NotStamped, match="refused"):
        by_authority.evidence.stamp()


@pytest.fixture
def out_of_order(authority: Authority) -> Iterator[Authority]:
    """An authority that sends its certificates in an order that strict DER does not allow: the
    signer's comes first and last, so no order of the two would be right."""
    config = authority.folder / "tsa.cnf"
    chain = [(authority.folder / name).read_bytes() for name in ("root.pem", "tsa.pem")]
    (authority.folder / "chain.pem").write_bytes(b"".join(chain))
    config.write_text(f"{CONFIG}certs = ./chain.pem\n")
    yield authority
    config.write_text(CONFIG)


@needs_openssl
def test_what_the_strict_reader_refuses_is_read_by_openssl(
    by_authority: Workspace, out_of_order: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = by_authority.evidence
    older = rfc3161.question(evidence.head().text)
    out_of_order.answers.append(out_of_order.reply(older.der))
    with pytest.raises(NotStamped, match="does not hold"):
        evidence.stamp()
    (one,) = evidence.stamp().made
    with pytest.raises(UnreadableReply):
        rfc3161.verified(one.reply, one.head.text, [])
    (checked,) = evidence.check_stamps([one])
    assert (checked.state, checked.by) == (StampState.HOLDS, "openssl")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (checked,) = evidence.check_stamps([one])
    assert checked.state is StampState.UNREADABLE
    by_authority.artists.add("Another")
    with pytest.raises(NotStamped, match="Install openssl"):
        evidence.stamp()


@needs_openssl
def test_a_changed_entry_no_longer_fits_its_stamp(by_authority: Workspace) -> None:
    evidence = by_authority.evidence
    evidence.stamp()
    folder = by_authority.data_dir
    by_authority.close()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("DROP TRIGGER deeds_no_update")
        connection.execute(f"UPDATE deeds SET hash = '{'0' * 64}' WHERE id = 1")
        connection.commit()
    done = run(Workspace.open(folder), "stamp", "list")
    assert done.code == 1
    assert "another entry there" in done.out


def test_a_calendar_promises_and_then_claims_a_block(
    stamped: Workspace, calendar: Calendar, tmp_path: Path
) -> None:
    evidence = stamped.evidence
    (one,) = evidence.stamp().made
    (checked,) = evidence.check_stamps()
    assert (checked.state, checked.fits, checked.at) == (StampState.PENDING, True, None)
    calendar.height = 900_000
    (checked,) = evidence.check_stamps(ask=False)
    assert checked.state is StampState.PENDING
    (checked,) = evidence.check_stamps()
    assert (checked.state, checked.blocks) == (StampState.CLAIMS_BLOCK, (900_000,))
    assert checked.stamp.upgraded_at
    (path, proof) = evidence.export_stamp(one.id, str(tmp_path))
    assert calendars.state(Path(proof).read_bytes(), Path(path).read_bytes()).blocks == (900_000,)


def test_a_calendar_with_a_bad_answer_leaves_everything_as_it_was(
    stamped: Workspace, calendar: Calendar
) -> None:
    evidence = stamped.evidence
    for answer in (b"", b"\x00" * 9, b"\xff" * 20_000, b"\x08"):
        calendar.answers.append(answer)
        with pytest.raises(KnownError, match="changed"):
            evidence.stamp()
    assert evidence.stamps() == []


def test_one_calendar_of_several_is_enough(stamped: Workspace, server: str) -> None:
    evidence = stamped.evidence
    evidence.choose_calendars(["http://127.0.0.1:9", server])
    (one,) = evidence.stamp().made
    assert one.source == server
    evidence.choose_calendars(["http://127.0.0.1:9"])
    stamped.artists.add("Another")
    with pytest.raises(PlatformError):
        evidence.stamp()


def test_a_proof_can_not_name_any_address(stamped: Workspace, calendar: Calendar) -> None:
    calendar.address = "http://127.0.0.1:9/internal"
    stamped.evidence.stamp()
    (checked,) = stamped.evidence.check_stamps()
    assert checked.state is StampState.PENDING


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://alice.btc.calendar.opentimestamps.org", True),
        ("https://finney.calendar.eternitywall.com/", True),
        ("http://alice.btc.calendar.opentimestamps.org", False),
        ("https://calendar.opentimestamps.org.example", False),
        ("https://evil@alice.btc.calendar.opentimestamps.org", False),
        ("https://alice.btc.calendar.opentimestamps.org:8443", False),
        ("https://own.example", True),
        ("https://[", False),
    ],
)
def test_only_known_calendars_are_asked(address: str, allowed: bool) -> None:
    assert calendars.is_allowed(address, ["https://own.example/"]) is allowed


def test_sources_are_checked_before_they_are_stored(workspace: Workspace) -> None:
    evidence = workspace.evidence
    with pytest.raises(AddressRefused):
        evidence.choose_authority("http://tsa.example/tsr")
    with pytest.raises(NoCertificate):
        evidence.choose_authority("https://tsa.example/tsr", b"no certificate")
    with pytest.raises(AddressRefused):
        evidence.choose_calendars(["ftp://x"])
    assert evidence.stamp_sources().kinds == ()
    assert len(evidence.choose_calendars().calendars) == 4
    assert evidence.choose_calendars([]).calendars == ()


def test_the_command_line_makes_and_lists_stamps(
    isolated: Path, server: str, tmp_path: Path
) -> None:
    def rightsdesk(*arguments: str) -> Any:
        return run(Workspace.open(isolated), *arguments)

    rightsdesk("artist", "add", "Mira Koval")
    done = rightsdesk("stamp", "--json")
    assert (done.code, done.json["error"]["cause"]) == (2, "no-stamp-source")
    assert rightsdesk("stamp", "calendars", server, "--json").json["calendars"] == [server]
    made = rightsdesk("stamp", "--json").json["made"]
    assert [(one["kind"], one["entry"]) for one in made] == [("opentimestamps", 1)]
    assert "nothing was done since" in rightsdesk("stamp", "--opentimestamps").out
    listed = rightsdesk("stamp", "list")
    assert (listed.code, "pending" in listed.out) == (0, True)
    done = rightsdesk("stamp", "export", "1", str(tmp_path), "--json")
    assert [Path(path).name for path in done.json["files"]] == ["ledger-1.txt", "ledger-1.txt.ots"]
    assert rightsdesk("stamp", "export", "1", str(tmp_path)).code == 2
    assert rightsdesk("stamp", "export", "7", str(tmp_path)).code == 2


def test_a_system_without_the_library_says_so_and_leaves_reading_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Windows on ARM: the library has no builds for it."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(NotStamped, match="not available on this system"):
        rfc3161.question(b"a head")
    with pytest.raises(UnreadableReply):
        rfc3161.verified(b"a reply", b"a head", [])
