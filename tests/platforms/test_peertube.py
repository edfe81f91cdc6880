"""PeerTube's videos: listed, read, changed, read back, against the practice server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rightsdesk.changes.names import job_name
from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.platforms.described import PeerTubeVideo
from rightsdesk.consent.fields import Fields
from rightsdesk.platforms.http.address import Endpoints
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    AddressRefused,
    BadAnswer,
    DoesNotFit,
    ItemGone,
    NeedsReconnect,
    Refused,
)
from rightsdesk.platforms.interface import RemoteItem
from rightsdesk.platforms.sign_in.credentials import Credentials
from rightsdesk.practice import catalogue
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.http import Request
from rightsdesk.practice.peertube import PracticePeerTube
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.rigs import PeerTubeRig

NO_AI = Declaration(PRESETS[Preset.NO_AI])
LIST = "GET /api/v1/users/me/videos"
PUT = "PUT /api/v1/videos/"


@pytest.fixture
def rig(fake_clock: FakeClock, no_thread_is_left: None) -> Iterator[PeerTubeRig]:
    rig = PeerTubeRig(fake_clock)
    yield rig
    rig.close()


@pytest.fixture
def client(rig: PeerTubeRig) -> Client:
    return rig.client()


def named(rig: PeerTubeRig, client: Client, title: str) -> tuple[RemoteItem, Fields]:
    """A video, and the edit that says no to AI there."""
    item = next(candidate for candidate in rig.platform.items(client) if candidate.title == title)
    return item, rig.platform.suite.edit(item.fields, NO_AI)


def bodies(rig: PeerTubeRig) -> list[str]:
    """The bodies of all writes from now on."""
    sent: list[str] = []

    def watch(request: Request, reply: Any) -> None:
        if request.method == "PUT":
            sent.append(request.body.decode())

    rig.server.watch = watch
    return sent


def test_the_account_is_known_by_its_name_and_its_server(rig: PeerTubeRig, client: Client) -> None:
    me = rig.platform.whoami(client)
    assert me.remote_id == f"mara@{rig.server.base_url.partition('//')[2]}"
    assert me.name == "Mara"


def test_a_server_has_to_be_named(rig: PeerTubeRig) -> None:
    with raises(AddressRefused, rig.secrets):
        rig.platform.client(Endpoints("", ""), "", rig.credentials(), save=print, limits=rig.limits)


def test_the_password_is_used_once_and_not_stored(rig: PeerTubeRig, client: Client) -> None:
    rig.platform.whoami(client)
    [kept] = rig.saved
    assert kept.secret == ""
    assert kept.tokens is not None
    assert kept.identifier == "mara"
    rig.expire()
    rig.platform.whoami(client)
    renewed = rig.saved[-1].tokens
    assert renewed is not None
    assert renewed.refresh_token != kept.tokens.refresh_token


def test_a_wrong_password_is_reported_and_not_tried_again(rig: PeerTubeRig) -> None:
    client = rig.client(Credentials(identifier="mara", secret="wrong-password"))
    for _ in range(2):
        with raises(NeedsReconnect, rig.secrets | {"wrong-password"}) as caught:
            rig.platform.whoami(client)
    assert "password" in caught.value.sentence
    assert rig.server.count("POST /api/v1/users/token") == 1
    assert rig.saved == []


def test_two_factor_sign_in_has_its_own_message(rig: PeerTubeRig, client: Client) -> None:
    rig.server.two_factor.add("mara")
    with raises(NeedsReconnect, rig.secrets) as caught:
        rig.platform.whoami(client)
    assert "code" in caught.value.sentence


def test_an_address_that_is_no_peertube_is_reported(rig: PeerTubeRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.NOT_JSON))
    with raises(BadAnswer, rig.secrets):
        rig.platform.whoami(client)


def test_a_video_is_read_completely(rig: PeerTubeRig, client: Client) -> None:
    tide, _ = named(rig, client, "Low Tide")
    assert tide.fields == {"licence": ("Attribution",)}
    assert (tide.duration_ms, tide.artist, tide.isrc) == (120_000, "Mara", "")
    salt, _ = named(rig, client, "Salt")
    assert salt.fields == {"tags": ("ambient", "Sea"), "description": ("Recorded at sea. ",)}


@pytest.mark.parametrize("old", [False, True])
def test_a_shortened_description_is_never_used(fake_clock: FakeClock, old: bool) -> None:
    text = "Deep water. " * 60

    class LongRig(PeerTubeRig):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{"description": text}]}, old=old, now=self.now)

    rig = LongRig(fake_clock)
    [item] = rig.platform.items(rig.client())
    assert item.fields["description"] == (text,)
    assert rig.server.count(f"GET /api/v1/videos/{item.remote_id}/description") == old
    rig.close()


def test_only_differences_are_sent_and_never_the_licence(rig: PeerTubeRig, client: Client) -> None:
    sent = bodies(rig)
    item, edit = named(rig, client, "Salt")
    rig.platform.write(client, item.remote_id, item, {**edit, "tags": item.fields["tags"]})
    assert 'name="description"' in sent[0]
    assert "name=" not in sent[0].replace('name="description"', "")
    with pytest.raises(ValueError, match="licence"):
        rig.platform.write(client, item.remote_id, item, {"licence": ("CC0",)})


def test_an_empty_tuple_clears_a_field(rig: PeerTubeRig, client: Client) -> None:
    item, _ = named(rig, client, "Salt")
    rig.platform.write(client, item.remote_id, item, {"tags": (), "description": ()})
    assert rig.platform.item(client, item.remote_id).fields == {}


def test_a_sixth_tag_is_never_sent_and_reported_as_a_loss(rig: PeerTubeRig, client: Client) -> None:
    item, edit = named(rig, client, "Crowded")
    assert set(edit) == {"description"}
    rig.platform.write(client, item.remote_id, item, edit)
    after = rig.platform.item(client, item.remote_id)
    assert after.fields["tags"] == ("one", "two", "three", "four", "five")
    assert rig.platform.suite.read(after.fields).consent[Use.GENERATIVE_TRAINING] is (
        Permission.PROHIBITED
    )
    dialect = PeerTubeVideo()
    assert dialect.notes_on(after.fields) == (
        "All 5 tags are taken, so there is no room for “noai”.",
    )
    assert "only added where there is room" in dialect.notes(NO_AI)[0]


def test_a_use_that_tags_and_texts_cannot_state_is_a_loss() -> None:
    consent = Consent({Use.SEARCH: Permission.ALLOWED, Use.LIKENESS: Permission.PROHIBITED})
    losses = PeerTubeVideo().losses(Declaration(consent))
    assert {loss.use for loss in losses} == {Use.SEARCH}


def test_the_tag_is_read_in_any_case_and_only_our_tag_is_removed() -> None:
    dialect = PeerTubeVideo()
    fields = {"tags": ("sea", "NoAI")}
    assert dialect.decode(fields)[Use.AI_INPUT] is Permission.PROHIBITED
    opened = Declaration(PRESETS[Preset.OPEN])
    assert dialect.edit(fields, opened) == {"tags": ("sea",)}


def test_a_description_that_would_be_too_long_is_not_sent(rig: PeerTubeRig, client: Client) -> None:
    item, _ = named(rig, client, "Salt")
    with raises(DoesNotFit, rig.secrets):
        rig.platform.write(client, item.remote_id, item, {"description": ("x" * 10_001,)})
    assert rig.server.count(PUT) == 0


def test_tags_may_return_in_any_order_and_case(rig: PeerTubeRig) -> None:
    assert rig.platform.same("tags", ("a", "noai"), ("NoAI", "A"))
    assert not rig.platform.same("tags", ("a",), ("a", "noai"))


def test_another_accounts_video_is_refused_with_the_servers_message(fake_clock: FakeClock) -> None:
    class TwoRig(PeerTubeRig):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{}], "kessel": [{}]}, now=self.now)

    rig = TwoRig(fake_clock)
    client = rig.client()
    foreign = rig.platform.item(client, rig.server.videos("kessel")[0]["uuid"])
    with raises(Refused, rig.secrets) as caught:
        rig.platform.write(client, foreign.remote_id, foreign, {"tags": ("noai",)})
    assert "another user" in caught.value.sentence
    rig.close()


def test_a_long_list_is_read_by_page_within_the_servers_limit(fake_clock: FakeClock) -> None:
    class LongRig(PeerTubeRig):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{}] * 230}, now=self.now)

    rig = LongRig(fake_clock)
    start = fake_clock.seconds
    assert len({item.remote_id for item in rig.platform.items(rig.client())}) == 230
    assert rig.server.count(LIST) == 3
    assert len(rig.server.seen) / (fake_clock.seconds - start) < 5.1
    rig.close()


def test_a_circular_list_is_abandoned(rig: PeerTubeRig, client: Client) -> None:
    rig.server.faults.add(Fault(FaultKind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, rig.secrets):
        list(rig.platform.items(client))
    assert rig.server.count(LIST) == 2


def test_signing_out_ends_the_session(rig: PeerTubeRig, client: Client) -> None:
    rig.platform.whoami(client)
    rig.platform.sign_out(client)
    with raises(NeedsReconnect, rig.secrets):
        rig.platform.whoami(client)


@pytest.mark.parametrize("name", ["", "1", "../users/me", "ABCDEF00-0000-0000-0000-000000000000"])
def test_only_uuids_become_paths(rig: PeerTubeRig, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        rig.platform.item(client, name)


def test_a_missing_video_is_reported(rig: PeerTubeRig, client: Client) -> None:
    with raises(ItemGone, rig.secrets):
        rig.platform.item(client, "00000000-0000-0000-0000-000000000000")


@pytest.mark.slow
def test_the_whole_job_through_a_workspace(isolated: Path, tmp_path: Path) -> None:
    """Scan, connect by a password (not kept), set a consent, sync, read back, undo."""
    music = tmp_path / "music"
    catalogue.build(music)
    shared = {"duration": 2, "channel": {"displayName": catalogue.KOVAL}}
    titles = ("Night Ferry", "Paper Moons")
    videos = [{"name": title, "tags": ["sea"], **shared} for title in titles]
    with PracticePeerTube({"mira": videos}) as tube, Workspace.open(isolated) as connected:
        artist = connected.artists.add(catalogue.KOVAL)
        connected.catalogue.scan(artist.id, [str(music / catalogue.KOVAL)])
        password = tube.passwords["mira"]
        connected.accounts.confirm(
            connected.accounts.add(
                artist.id, "peertube", identifier="mira", secret=password, base_url=tube.base_url
            ).id
        )
        connected.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        before = tube.videos("mira")
        plan = connected.jobs.plan_sync(Filter())
        assert job_name(plan) == "No AI on 2 PeerTube videos"
        assert connected.jobs.apply(plan, confirmed=plan.confirmation()).counts == {"done": 2}
        assert [video["tags"] for video in tube.videos("mira")] == [["sea", "noai"]] * 2
        assert connected.jobs.plan_sync(Filter()).changes == ()
        assert connected.jobs.apply(connected.jobs.plan_undo()).counts == {"done": 2}
        assert tube.videos("mira") == before
        assert tube.count("POST /api/v1/users/token") == 1
    kept = b"".join(file.read_bytes() for file in isolated.rglob("*") if file.is_file())
    assert not [secret for secret in tube.issued if secret.encode() in kept]
