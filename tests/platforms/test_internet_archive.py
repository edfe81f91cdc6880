"""The Internet Archive's items: listed, read, changed, read back, against the practice server."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rightsdesk.changes.names import job_name
from rightsdesk.changes.types import Outcome, Result
from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.fields import Fields, edited
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    BadAnswer,
    ChangedThere,
    ItemGone,
    NeedsReconnect,
    Refused,
    ServerTrouble,
)
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.read_after_write import PAUSES, NotMadeYet, NotShownYet
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice import catalogue
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import Request
from rightsdesk.practice.internet_archive import SCRAPE, PracticeInternetArchive
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.rigs import InternetArchiveRig

NO_AI = Declaration(PRESETS[Preset.NO_AI])
USER = InternetArchiveRig.user
POST = "POST /metadata/"


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[InternetArchiveRig]:
    rig = InternetArchiveRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: InternetArchiveRig) -> Client:
    return rig.client()


def reserved(rig: InternetArchiveRig, client: Client, name: str) -> tuple[RemoteItem, Fields]:
    """An item, and the edit that says no to AI there."""
    item = rig.platform.item(client, name)
    return item, rig.platform.suite.edit(item.fields, NO_AI)


def test_keys_show_the_account(rig: InternetArchiveRig, client: Client) -> None:
    me = rig.platform.whoami(client)
    assert (me.remote_id, me.name) == (USER, "Mara")


def test_the_sentence_is_added_to_the_rights_and_the_licence_stays(
    rig: InternetArchiveRig, client: Client
) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.platform.write(client, "salt", item, edit)
    rights = rig.server.metadata("salt")["rights"]
    assert rights.startswith("℗ 2026 Mara Linde | AI rights reserved: no training")
    tide = rig.platform.item(client, "low-tide")
    assert tide.fields == {"licence": ("https://creativecommons.org/licenses/by-nc/4.0/",)}
    with pytest.raises(ValueError, match="licence"):
        rig.platform.write(client, "low-tide", tide, {"licence": ()})


def test_several_statements_stay_several(rig: InternetArchiveRig, client: Client) -> None:
    item, edit = reserved(rig, client, "salt-live")
    rig.platform.write(client, "salt-live", item, edit)
    first, second = rig.server.metadata("salt-live")["rights"]
    assert first == "℗ 2025 Mara Linde"
    assert second.startswith("Cover: Ada | AI rights")


def test_keys_are_sent_in_the_body_and_only_with_a_write(
    rig: InternetArchiveRig, client: Client
) -> None:
    requests: list[Request] = []
    rig.server.watch = lambda request, reply: requests.append(request)
    item, edit = reserved(rig, client, "salt")
    rig.platform.write(client, "salt", item, edit)
    list(rig.platform.items(client))
    [write] = [request for request in requests if request.method == "POST"]
    secret = rig.server.keys[USER].secret
    assert write.form["secret"] == secret
    assert write.form["priority"] == "-5"
    assert write.headers["X-Accept-Reduced-Priority"] == "1"
    assert [step["op"] for step in json.loads(write.form["-patch"])] == ["test", "replace"]
    for request in requests:
        assert secret not in request.target
        shown = request.headers.get("Authorization", "")
        assert bool(shown) == (request.path == "/")


def test_a_later_change_is_not_overwritten(rig: InternetArchiveRig, client: Client) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.server.edit("salt", rights="℗ 2026 Mara Linde & Ada")
    with raises(ChangedThere, rig.secrets):
        rig.platform.write(client, "salt", item, edit)
    assert rig.server.metadata("salt")["rights"] == "℗ 2026 Mara Linde & Ada"


def test_a_write_that_shows_later_is_waited_for(rig: InternetArchiveRig, client: Client) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.server.lagging = 2
    rig.platform.write(client, "salt", item, edit)
    assert rig.platform.item(client, "salt").fields == edited(item.fields, edit)
    assert sum(rig.fake_clock.slept) <= sum(PAUSES)


def test_a_write_in_the_queue_is_not_done_and_not_sent_again(
    rig: InternetArchiveRig, client: Client
) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.server.lagging = 50
    with raises(NotShownYet, rig.secrets) as caught:
        rig.platform.write(client, "salt", item, edit)
    assert "no need to send it again" in caught.value.advice
    assert rig.server.count(POST) == 1


def test_an_undo_before_the_archive_made_the_change_is_reported_as_such(
    rig: InternetArchiveRig, client: Client
) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.server.lagging = 50
    with raises(NotShownYet, rig.secrets):
        rig.platform.write(client, "salt", item, edit)
    back = {name: item.fields.get(name, ()) for name in edit}
    made = replace(item, fields=edited(item.fields, edit))
    with raises(NotMadeYet, rig.secrets) as caught:
        rig.platform.write(client, "salt", made, back)
    assert "not made the change" in caught.value.sentence
    assert caught.value.skips


def test_an_item_of_another_user_is_refused_with_the_archives_message(
    rig: InternetArchiveRig, client: Client
) -> None:
    item, edit = reserved(rig, client, "salt")
    other = rig.client(keys_of(rig, "kessel@label.example"))
    with raises(Refused, rig.secrets) as caught:
        rig.platform.write(other, "salt", item, edit)
    assert "does not have permission" in caught.value.sentence


def test_a_busy_archive_is_a_server_trouble(rig: InternetArchiveRig, client: Client) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.server.faults.add(Fault(FaultKind.ERROR, on=POST, status=503))
    with raises(ServerTrouble, rig.secrets):
        rig.platform.write(client, "salt", item, edit)
    assert rig.server.count(POST) == 1, "a write is never sent again"


def test_expired_keys_are_reported_at_the_write_and_then_not_sent(
    rig: InternetArchiveRig, client: Client
) -> None:
    item, edit = reserved(rig, client, "salt")
    rig.revoke()
    for _ in range(2):
        with raises(NeedsReconnect, rig.secrets):
            rig.platform.write(client, "salt", item, edit)
    assert rig.server.count(POST) == 1


@pytest.mark.parametrize(("access", "secret"), [("", "x"), ("x", ""), ("a\r\nX: y", "b")])
def test_text_that_cannot_be_keys_is_never_sent(
    rig: InternetArchiveRig, access: str, secret: str
) -> None:
    with raises(NeedsReconnect, rig.secrets):
        rig.client(Credentials(identifier=access, secret=secret))
    assert rig.server.seen == []


def test_a_long_list_is_read_by_page_without_missing_items(fake_clock: FakeClock) -> None:
    class LongRig(InternetArchiveRig):
        def practice(self) -> PracticeInternetArchive:
            items = [{"identifier": f"study-{number}"} for number in range(7)]
            shelf = {"identifier": "shelf", "mediatype": "collection"}
            return PracticeInternetArchive({USER: [*items, shelf]}, page=3)

    rig = LongRig(fake_clock)
    rig.server.darken("study-2")
    names = [item.remote_id for item in rig.platform.items(rig.client())]
    assert names == [f"study-{number}" for number in (0, 1, 3, 4, 5, 6)]
    assert rig.server.count(f"GET {SCRAPE}") == 3
    with raises(ItemGone, rig.secrets):
        rig.platform.item(rig.client(), "study-2")
    rig.close()


def test_a_circular_list_is_abandoned(rig: InternetArchiveRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.PAGING_LOOP, on=f"GET {SCRAPE}", times=0))
    with raises(BadAnswer, rig.secrets):
        list(rig.platform.items(client))


@pytest.mark.parametrize(
    ("length", "duration"),
    [("201.04", 201_040), ("3:21", 201_000), ("1:00:01.5", 3_601_500), ("long", None)],
)
def test_an_item_with_one_recording_shows_its_length(
    fake_clock: FakeClock, length: str, duration: int | None
) -> None:
    class OneRig(InternetArchiveRig):
        def practice(self) -> PracticeInternetArchive:
            return PracticeInternetArchive({USER: [{"identifier": "one", "length": length}]})

    rig = OneRig(fake_clock)
    assert rig.platform.item(rig.client(), "one").duration_ms == duration
    rig.close()


@pytest.mark.parametrize("name", ["", "../services", "a b", "a/b", "é"])
def test_only_identifiers_become_paths(rig: InternetArchiveRig, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        rig.platform.item(client, name)


def test_signing_out_says_that_the_keys_stay_valid(rig: InternetArchiveRig, client: Client) -> None:
    with raises(Refused, rig.secrets) as caught:
        rig.platform.sign_out(client)
    assert "s3.php" in caught.value.sentence


def test_the_whole_job_through_a_workspace(isolated: Path, tmp_path: Path) -> None:
    """Scan, connect, set a consent, sync, read back, undo."""
    music = tmp_path / "music"
    catalogue.build(music)
    items = [
        {"identifier": "night-ferry", "title": "Night Ferry"},
        {"identifier": "paper-moons", "title": "Paper Moons", "rights": "℗ 2024 Mira Koval"},
    ]
    for metadata in items:
        metadata |= {"creator": catalogue.KOVAL}
        metadata |= {
            "length": str(catalogue.LENGTH_MS / 1000),
            "licenseurl": "https://l.example/by",
        }
    everything = Filter()
    with (
        PracticeInternetArchive({USER: items}) as archive,
        Workspace.open(isolated) as connected,
    ):
        artist = connected.artists.add(catalogue.KOVAL)
        connected.catalogue.scan(artist.id, [str(music / catalogue.KOVAL)])
        keys = archive.keys[USER]
        account = connected.accounts.confirm(
            connected.accounts.add(
                artist.id,
                "internet_archive",
                identifier=keys.access,
                secret=keys.secret,
                base_url=archive.base_url,
            ).id
        )
        assert account.name == "Mara"
        before = [archive.metadata(str(metadata["identifier"])) for metadata in items]
        connected.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        plan = connected.jobs.plan_sync(everything)
        assert job_name(plan) == "No AI on 2 Internet Archive items"
        report = connected.jobs.apply(plan, confirmed=plan.confirmation())
        assert report.counts == {"done": 2}
        rows = connected.catalogue.rows(connected.catalogue.recordings(everything))
        cells = [row.cells["internet_archive"] for row in rows if "internet_archive" in row.cells]
        assert [cell.says[Use.GENERATIVE_TRAINING] for cell in cells] == [Permission.PROHIBITED] * 2
        assert connected.jobs.plan_sync(everything).changes == ()
        undone = connected.jobs.apply(connected.jobs.plan_undo())
        assert undone.counts == {"done": 2}
        assert [archive.metadata(str(metadata["identifier"])) for metadata in items] == before

        connected.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        archive.lagging = 50
        plan = connected.jobs.plan_sync(everything)
        results: list[Result] = []
        connected.jobs.apply(plan, confirmed=plan.confirmation(), on_result=results.append)
        assert {result.outcome for result in results} == {Outcome.UNCONFIRMED}
        assert all("doesn't show it yet" in result.problem for result in results)
        message = connected.accounts.remove(account.id)
        assert "s3.php" in message
        assert keys.secret not in "".join(map(repr, archive.seen))


def keys_of(rig: InternetArchiveRig, user: str) -> Credentials:
    keys = rig.server.keys[user]
    return Credentials(identifier=keys.access, secret=keys.secret)
