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
from rightsdesk.practice.faults import Fault, Kind
from rightsdesk.practice.http import Request
from rightsdesk.practice.peertube import PracticePeerTube
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types import Filter, Scope, ScopeKind
from tests.platforms.desk import Hands, raises
from tests.platforms.stands import PeerTubeStand

NO_AI = Declaration(PRESETS[Preset.NO_AI])
LIST = "GET /api/v1/users/me/videos"
PUT = "PUT /api/v1/videos/"


@pytest.fixture
def stand(hands: Hands, no_thread_is_left: None) -> Iterator[PeerTubeStand]:
    stand = PeerTubeStand(hands)
    yield stand
    stand.close()


@pytest.fixture
def client(stand: PeerTubeStand) -> Client:
    return stand.client()


def named(stand: PeerTubeStand, client: Client, title: str) -> tuple[RemoteItem, Fields]:
    """A video, and the edit that says no to AI there."""
    item = next(candidate for candidate in stand.platform.items(client) if candidate.title == title)
    return item, stand.platform.suite.edit(item.fields, NO_AI)


def bodies(stand: PeerTubeStand) -> list[str]:
    """The bodies of all writes from now on."""
    sent: list[str] = []

    def watch(request: Request, reply: Any) -> None:
        if request.method == "PUT":
            sent.append(request.body.decode())

    stand.server.watch = watch
    return sent


def test_the_account_is_known_by_its_name_and_its_server(
    stand: PeerTubeStand, client: Client
) -> None:
    me = stand.platform.whoami(client)
    assert me.remote_id == f"mara@{stand.server.base_url.partition('//')[2]}"
    assert me.name == "Mara"


def test_a_server_has_to_be_named(stand: PeerTubeStand) -> None:
    with raises(AddressRefused, stand.secrets):
        stand.platform.client(
            Endpoints("", ""), "", stand.credentials(), save=print, limits=stand.limits
        )


def test_the_password_is_used_once_and_not_kept(stand: PeerTubeStand, client: Client) -> None:
    stand.platform.whoami(client)
    [kept] = stand.saved
    assert kept.secret == ""
    assert kept.tokens is not None
    assert kept.identifier == "mara"
    stand.expire()
    stand.platform.whoami(client)
    renewed = stand.saved[-1].tokens
    assert renewed is not None
    assert renewed.refresh_token != kept.tokens.refresh_token


def test_a_wrong_password_is_said_and_not_tried_again(stand: PeerTubeStand) -> None:
    client = stand.client(Credentials(identifier="mara", secret="wrong-password"))
    for _ in range(2):
        with raises(NeedsReconnect, stand.secrets | {"wrong-password"}) as caught:
            stand.platform.whoami(client)
    assert "password" in caught.value.sentence
    assert stand.server.count("POST /api/v1/users/token") == 1
    assert stand.saved == []


def test_a_second_step_at_sign_in_is_told_apart(stand: PeerTubeStand, client: Client) -> None:
    stand.server.two_factor.add("mara")
    with raises(NeedsReconnect, stand.secrets) as caught:
        stand.platform.whoami(client)
    assert "code" in caught.value.sentence


def test_an_address_that_is_no_peertube_is_said(stand: PeerTubeStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.NOT_JSON))
    with raises(BadAnswer, stand.secrets):
        stand.platform.whoami(client)


def test_a_video_is_read_whole(stand: PeerTubeStand, client: Client) -> None:
    tide, _ = named(stand, client, "Low Tide")
    assert tide.fields == {"licence": ("Attribution",)}
    assert (tide.duration_ms, tide.artist, tide.isrc) == (120_000, "Mara", "")
    salt, _ = named(stand, client, "Salt")
    assert salt.fields == {"tags": ("ambient", "Sea"), "description": ("Recorded at sea. ",)}


@pytest.mark.parametrize("old", [False, True])
def test_a_long_description_is_never_taken_from_a_shortened_one(hands: Hands, old: bool) -> None:
    text = "Deep water. " * 60

    class LongStand(PeerTubeStand):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{"description": text}]}, old=old, now=self.now)

    stand = LongStand(hands)
    [item] = stand.platform.items(stand.client())
    assert item.fields["description"] == (text,)
    assert stand.server.count(f"GET /api/v1/videos/{item.remote_id}/description") == old
    stand.close()


def test_only_what_differs_is_sent_and_never_the_licence(
    stand: PeerTubeStand, client: Client
) -> None:
    sent = bodies(stand)
    item, edit = named(stand, client, "Salt")
    stand.platform.write(client, item.remote_id, item, {**edit, "tags": item.fields["tags"]})
    assert 'name="description"' in sent[0]
    assert "name=" not in sent[0].replace('name="description"', "")
    with pytest.raises(ValueError, match="licence"):
        stand.platform.write(client, item.remote_id, item, {"licence": ("CC0",)})


def test_an_empty_tuple_clears_a_field(stand: PeerTubeStand, client: Client) -> None:
    item, _ = named(stand, client, "Salt")
    stand.platform.write(client, item.remote_id, item, {"tags": (), "description": ()})
    assert stand.platform.item(client, item.remote_id).fields == {}


def test_a_sixth_tag_is_never_sent_and_that_is_told(stand: PeerTubeStand, client: Client) -> None:
    item, edit = named(stand, client, "Crowded")
    assert set(edit) == {"description"}
    stand.platform.write(client, item.remote_id, item, edit)
    after = stand.platform.item(client, item.remote_id)
    assert after.fields["tags"] == ("one", "two", "three", "four", "five")
    assert stand.platform.suite.read(after.fields).consent[Use.GENERATIVE_TRAINING] is (
        Permission.PROHIBITED
    )
    dialect = PeerTubeVideo()
    assert dialect.caveats(after.fields) == (
        "All 5 tags are taken, so there is no room for “noai”.",
    )
    assert "only added where there is room" in dialect.notes(NO_AI)[0]


def test_what_tags_and_texts_cannot_say_is_a_loss() -> None:
    consent = Consent({Use.SEARCH: Permission.ALLOWED, Use.LIKENESS: Permission.PROHIBITED})
    losses = PeerTubeVideo().losses(Declaration(consent))
    assert {loss.use for loss in losses} == {Use.SEARCH}


def test_the_tag_is_read_in_any_case_and_taken_back_alone() -> None:
    dialect = PeerTubeVideo()
    fields = {"tags": ("sea", "NoAI")}
    assert dialect.decode(fields)[Use.AI_INPUT] is Permission.PROHIBITED
    opened = Declaration(PRESETS[Preset.OPEN])
    assert dialect.edit(fields, opened) == {"tags": ("sea",)}


def test_a_description_that_would_be_too_long_is_not_sent(
    stand: PeerTubeStand, client: Client
) -> None:
    item, _ = named(stand, client, "Salt")
    with raises(DoesNotFit, stand.secrets):
        stand.platform.write(client, item.remote_id, item, {"description": ("x" * 10_001,)})
    assert stand.server.count(PUT) == 0


def test_tags_come_back_in_any_order_and_case(stand: PeerTubeStand) -> None:
    assert stand.platform.same("tags", ("a", "noai"), ("NoAI", "A"))
    assert not stand.platform.same("tags", ("a",), ("a", "noai"))


def test_another_accounts_video_is_refused_in_the_servers_words(hands: Hands) -> None:
    class TwoStand(PeerTubeStand):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{}], "kessel": [{}]}, now=self.now)

    stand = TwoStand(hands)
    client = stand.client()
    foreign = stand.platform.item(client, stand.server.videos("kessel")[0]["uuid"])
    with raises(Refused, stand.secrets) as caught:
        stand.platform.write(client, foreign.remote_id, foreign, {"tags": ("noai",)})
    assert "another user" in caught.value.sentence
    stand.close()


def test_a_long_list_comes_page_by_page_within_the_servers_limit(hands: Hands) -> None:
    class LongStand(PeerTubeStand):
        def practice(self) -> PracticePeerTube:
            return PracticePeerTube({"mara": [{}] * 230}, now=self.now)

    stand = LongStand(hands)
    start = hands.seconds
    assert len({item.remote_id for item in stand.platform.items(stand.client())}) == 230
    assert stand.server.count(LIST) == 3
    assert len(stand.server.seen) / (hands.seconds - start) < 5.1
    stand.close()


def test_a_list_that_leads_in_a_circle_is_left(stand: PeerTubeStand, client: Client) -> None:
    stand.server.faults.add(Fault(Kind.PAGING_LOOP, on=LIST, times=0))
    with raises(BadAnswer, stand.secrets):
        list(stand.platform.items(client))
    assert stand.server.count(LIST) == 2


def test_signing_out_ends_the_session(stand: PeerTubeStand, client: Client) -> None:
    stand.platform.whoami(client)
    stand.platform.sign_out(client)
    with raises(NeedsReconnect, stand.secrets):
        stand.platform.whoami(client)


@pytest.mark.parametrize("name", ["", "1", "../users/me", "ABCDEF00-0000-0000-0000-000000000000"])
def test_only_uuids_become_paths(stand: PeerTubeStand, client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        stand.platform.item(client, name)


def test_a_video_that_is_gone_is_said(stand: PeerTubeStand, client: Client) -> None:
    with raises(ItemGone, stand.secrets):
        stand.platform.item(client, "00000000-0000-0000-0000-000000000000")


@pytest.mark.slow
def test_the_whole_job_through_a_workspace(isolated: Path, tmp_path: Path) -> None:
    """Scan, connect by a password, choose, sync, read back, undo; the password is gone."""
    music = tmp_path / "music"
    catalogue.build(music)
    shared = {"duration": 2, "channel": {"displayName": catalogue.KOVAL}}
    titles = ("Night Ferry", "Paper Moons")
    videos = [{"name": title, "tags": ["sea"], **shared} for title in titles]
    with PracticePeerTube({"mira": videos}) as tube, Workspace.open(isolated) as desk:
        artist = desk.artists.add(catalogue.KOVAL)
        desk.catalogue.scan(artist.id, [str(music / catalogue.KOVAL)])
        password = tube.passwords["mira"]
        desk.accounts.confirm(
            desk.accounts.add(
                artist.id, "peertube", identifier="mira", secret=password, base_url=tube.base_url
            ).id
        )
        desk.consents.set(Scope(ScopeKind.ARTIST, artist.id), NO_AI.consent)
        before = tube.videos("mira")
        plan = desk.jobs.plan_sync(Filter())
        assert job_name(plan) == "No AI on 2 PeerTube videos"
        assert desk.jobs.apply(plan, confirmed=plan.confirmation()).counts == {"done": 2}
        assert [video["tags"] for video in tube.videos("mira")] == [["sea", "noai"]] * 2
        assert desk.jobs.plan_sync(Filter()).changes == ()
        assert desk.jobs.apply(desk.jobs.plan_undo()).counts == {"done": 2}
        assert tube.videos("mira") == before
        assert tube.count("POST /api/v1/users/token") == 1
    kept = b"".join(file.read_bytes() for file in isolated.rglob("*") if file.is_file())
    assert not [secret for secret in tube.issued if secret.encode() in kept]
