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
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.http import Request
from rightsdesk.practice.internet_archive import SCRAPE, PracticeInternetArchive
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter, Scope, ScopeKind
from tests.platforms.desk import Hands, raises
from tests.platforms.stands import InternetArchiveStand

NO_AI = Declaration(PRESETS[Preset.NO_AI])
USER = InternetArchiveStand.user
POST = "POST /metadata/"


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[InternetArchiveStand]:
    stand = InternetArchiveStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: InternetArchiveStand) -> Client:
    return stand.client()


def reserved(stand: InternetArchiveStand, client: Client, name: str) -> tuple[RemoteItem, Fields]:
    """An item, and the edit that says no to AI there."""
    item = stand.platform.item(client, name)
    return item, stand.platform.suite.edit(item.fields, NO_AI)


def test_keys_tell_whose_they_are(stand: InternetArchiveStand, client: Client) -> None:
    me = stand.platform.whoami(client)
    assert (me.remote_id, me.name) == (USER, "Mara")


def test_the_sentence_joins_the_rights_and_the_licence_stays(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.platform.write(client, "salt", item, edit)
    rights = stand.server.metadata("salt")["rights"]
    assert rights.startswith("℗ 2026 Mara Linde | AI rights reserved: no training")
    tide = stand.platform.item(client, "low-tide")
    assert tide.fields == {"licence": ("https://creativecommons.org/licenses/by-nc/4.0/",)}
    with pytest.raises(ValueError, match="licence"):
        stand.platform.write(client, "low-tide", tide, {"licence": ()})


def test_several_statements_stay_several(stand: InternetArchiveStand, client: Client) -> None:
    item, edit = reserved(stand, client, "salt-live")
    stand.platform.write(client, "salt-live", item, edit)
    first, second = stand.server.metadata("salt-live")["rights"]
    assert first == "℗ 2025 Mara Linde"
    assert second.startswith("Cover: Ada | AI rights")


def test_keys_travel_in_the_body_and_only_with_a_write(
    stand: InternetArchiveStand, client: Client
) -> None:
    seen: list[Request] = []
    stand.server.watch = lambda request, reply: seen.append(request)
    item, edit = reserved(stand, client, "salt")
    stand.platform.write(client, "salt", item, edit)
    list(stand.platform.items(client))
    [write] = [request for request in seen if request.method == "POST"]
    secret = stand.server.keys[USER].secret
    assert write.form["secret"] == secret
    assert write.form["priority"] == "-5"
    assert write.headers["X-Accept-Reduced-Priority"] == "1"
    assert [step["op"] for step in json.loads(write.form["-patch"])] == ["test", "replace"]
    for request in seen:
        assert secret not in request.target
        shown = request.headers.get("Authorization", "")
        assert bool(shown) == (request.path == "/")


def test_what_was_changed_meanwhile_is_not_overwritten(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.server.edit("salt", rights="℗ 2026 Mara Linde & Ada")
    with raises(ChangedThere, stand.secrets):
        stand.platform.write(client, "salt", item, edit)
    assert stand.server.metadata("salt")["rights"] == "℗ 2026 Mara Linde & Ada"


def test_a_write_that_shows_a_little_later_is_waited_for(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.server.lagging = 2
    stand.platform.write(client, "salt", item, edit)
    assert stand.platform.item(client, "salt").fields == edited(item.fields, edit)
    assert sum(stand.hands.slept) <= sum(PAUSES)


def test_a_write_that_waits_in_the_queue_is_not_done_and_not_sent_again(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.server.lagging = 50
    with raises(NotShownYet, stand.secrets) as caught:
        stand.platform.write(client, "salt", item, edit)
    assert "no need to send it again" in caught.value.advice
    assert stand.server.count(POST) == 1


def test_an_undo_before_the_archive_made_the_change_blames_nobody(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.server.lagging = 50
    with raises(NotShownYet, stand.secrets):
        stand.platform.write(client, "salt", item, edit)
    back = {name: item.fields.get(name, ()) for name in edit}
    made = replace(item, fields=edited(item.fields, edit))
    with raises(NotMadeYet, stand.secrets) as caught:
        stand.platform.write(client, "salt", made, back)
    assert "not made the change" in caught.value.sentence
    assert caught.value.skips


def test_somebody_elses_item_is_refused_in_the_archives_words(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    other = stand.client(keys_of(stand, "kessel@label.example"))
    with raises(Refused, stand.secrets) as caught:
        stand.platform.write(other, "salt", item, edit)
    assert "does not have permission" in caught.value.sentence


def test_a_busy_archive_is_trouble_on_its_side(stand: InternetArchiveStand, client: Client) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.server.faults.add(Fault(Kind.ERROR, on=POST, status=503))
    with raises(ServerTrouble, stand.secrets):
        stand.platform.write(client, "salt", item, edit)
    assert stand.server.count(POST) == 1, "a write is never sent twice"


def test_keys_that_ended_are_said_at_the_write_and_then_kept_back(
    stand: InternetArchiveStand, client: Client
) -> None:
    item, edit = reserved(stand, client, "salt")
    stand.revoke()
    for _ in range(2):
        with raises(NeedsReconnect, stand.secrets):
            stand.platform.write(client, "salt", item, edit)
    assert stand.server.count(POST) == 1


@pytest.mark.parametrize(("access", "secret"), [("", "x"), ("x", ""), ("a\r\nX: y", "b")])
def test_what_cannot_be_keys_is_never_sent(
    stand: InternetArchiveStand, access: str, secret: str
) -> None:
    with raises(NeedsReconnect, stand.secrets):
        stand.client(Credentials(identifier=access, secret=secret))
    assert stand.server.seen == []


def test_a_long_list_comes_page_by_page_without_what_is_gone(hands: Hands) -> None:
    class LongStand(InternetArchiveStand):
        def practice(self) -> PracticeInternetArchive:
            items = [{"identifier": f"study-{number}"} for number in range(7)]
            shelf = {"identifier": "shelf", "mediatype": "collection"}
            return PracticeInternetArchive({USER: [*items, shelf]}, page=3)

    stand = LongStand(hands)
    stand.server.darken("study-2")
    names = [item.remote_id for item in stand.platform.items(stand.client())]
    assert names == [f"study-{number}" for number in (0, 1, 3, 4, 5, 6)]
    assert stand.server.count(f"GET {SCRAPE}") == 3
    with raises(ItemGone, stand.secrets):
        stand.platform.item(stand.client(), "study-2")
    stand.close()


def test_a_list_that_leads_in_a_circle_is_left(stand: InternetArchiveStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.PAGING_LOOP, on=f"GET {SCRAPE}", times=0))
    with raises(BadAnswer, stand.secrets):
        list(stand.platform.items(client))


@pytest.mark.parametrize(
    ("length", "duration"),
    [("201.04", 201_040), ("3:21", 201_000), ("1:00:01.5", 3_601_500), ("long", None)],
)
def test_the_one_recording_tells_its_length(
    hands: Hands, length: str, duration: int | None
) -> None:
    class OneStand(InternetArchiveStand):
        def practice(self) -> PracticeInternetArchive:
            return PracticeInternetArchive({USER: [{"identifier": "one", "length": length}]})

    stand = OneStand(hands)
    assert stand.platform.item(stand.client(), "one").duration_ms == duration
    stand.close()


@pytest.mark.parametrize("name", ["", "../services", "a b", "a/b", "é"])
def test_only_identifiers_become_paths(
    stand: InternetArchiveStand, client: Client, name: str
) -> None:
    with pytest.raises(ValueError, match="identifier"):
        stand.platform.item(client, name)


def test_signing_out_says_that_the_keys_live_on(
    stand: InternetArchiveStand, client: Client
) -> None:
    with raises(Refused, stand.secrets) as caught:
        stand.platform.sign_out(client)
    assert "s3.php" in caught.value.sentence


def test_the_whole_job_through_a_workspace(isolated: Path, tmp_path: Path) -> None:
    """Scan, connect, choose, sync, read back, undo."""
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
        Workspace.open(isolated) as desk,
    ):
        artist = desk.artists.add(catalogue.KOVAL)
        desk.catalogue.scan(artist.id, [str(music / catalogue.KOVAL)])
        keys = archive.keys[USER]
        account = desk.accounts.confirm(
            desk.accounts.add(
                artist.id,
                "internet_archive",
                identifier=keys.access,
                secret=keys.secret,
                base_url=archive.base_url,
            ).id
        )
        assert account.name == "Mara"
        before = [archive.metadata(str(metadata["identifier"])) for metadata in items]
        desk.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        plan = desk.jobs.plan_sync(everything)
        assert job_name(plan) == "No AI on 2 Internet Archive items"
        report = desk.jobs.apply(plan, confirmed=plan.confirmation())
        assert report.counts == {"done": 2}
        rows = desk.catalogue.rows(desk.catalogue.recordings(everything))
        cells = [row.cells["internet_archive"] for row in rows if "internet_archive" in row.cells]
        assert [cell.says[Use.GENERATIVE_TRAINING] for cell in cells] == [Permission.PROHIBITED] * 2
        assert desk.jobs.plan_sync(everything).changes == ()
        undone = desk.jobs.apply(desk.jobs.plan_undo())
        assert undone.counts == {"done": 2}
        assert [archive.metadata(str(metadata["identifier"])) for metadata in items] == before

        desk.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        archive.lagging = 50
        plan = desk.jobs.plan_sync(everything)
        results: list[Result] = []
        desk.jobs.apply(plan, confirmed=plan.confirmation(), on_result=results.append)
        assert {result.outcome for result in results} == {Outcome.UNCONFIRMED}
        assert all("doesn't show it yet" in result.problem for result in results)
        message = desk.accounts.remove(account.id)
        assert "s3.php" in message
        assert keys.secret not in "".join(map(repr, archive.seen))


def keys_of(stand: InternetArchiveStand, user: str) -> Credentials:
    keys = stand.server.keys[user]
    return Credentials(identifier=keys.access, secret=keys.secret)
