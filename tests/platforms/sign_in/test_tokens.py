"""Renewing tokens: once, stored before use, and never again after a refusal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import AppRefused, BadAnswer, NeedsReconnect, Offline
from rightsdesk.platforms.sign_in.tokens import TokenSet, TokenSource
from rightsdesk.practice.faults import Fault, FaultKind
from tests.fake_clock import NOON, FakeClock
from tests.platforms.connected import ARTIST, ConnectedAccount, raises

TOKEN = "POST /oauth/token"


class DiskFullError(KnownError):
    """What a store raises when it cannot save."""


def test_a_fresh_token_is_used_unchanged(connected: ConnectedAccount) -> None:
    connected.platform.whoami(connected.client())
    assert connected.practice.count(TOKEN) == 0
    assert connected.practice.seen[-1].scheme == "OAuth"


def test_a_token_is_renewed_a_minute_before_its_end(connected: ConnectedAccount) -> None:
    client = connected.client()
    connected.fake_clock.move(seconds=3599 - 61)
    connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 0
    connected.fake_clock.move(seconds=2)
    connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 1
    assert len(connected.saved) == 1


def test_an_expired_token_is_renewed_after_a_401(connected: ConnectedAccount) -> None:
    client = connected.client()
    connected.practice.oauth.expire(ARTIST)
    assert connected.platform.whoami(client).name == ARTIST
    assert connected.practice.count(TOKEN) == 1


def test_a_renewed_token_is_saved_before_it_is_used(connected: ConnectedAccount) -> None:
    calls_when_saved: list[int] = []
    source = connected.source(
        save=lambda tokens: calls_when_saved.append(connected.practice.count("GET"))
    )
    connected.fake_clock.move(hours=1)
    connected.platform.whoami(connected.client(source))
    assert calls_when_saved == [0]


def test_a_crash_between_saving_and_using_loses_nothing(connected: ConnectedAccount) -> None:
    first_run = connected.source()
    connected.fake_clock.move(hours=2)
    first_run.header()  # renewed and saved; then the program is killed
    second_run = connected.source(connected.saved[-1])
    assert connected.platform.whoami(connected.client(second_run)).name == ARTIST
    connected.fake_clock.move(hours=2)
    assert connected.platform.whoami(connected.client(second_run)).name == ARTIST


def test_a_token_that_could_not_be_saved_is_kept_and_saved_later(
    connected: ConnectedAccount,
) -> None:
    full = True

    def save(tokens: TokenSet) -> None:
        if full:
            raise DiskFullError("The disk is full.")
        connected.saved.append(tokens)

    source = connected.source(save=save)
    client = connected.client(source)
    connected.fake_clock.move(hours=2)
    for _ in range(2):
        with pytest.raises(DiskFullError):
            connected.platform.whoami(client)
    assert connected.practice.count("GET /me") == 0
    full = False
    assert connected.platform.whoami(client).name == ARTIST
    assert connected.practice.count(TOKEN) == 1
    assert len(connected.saved) == 1


def test_threads_that_need_a_new_token_at_once_share_one_renewal(
    connected: ConnectedAccount,
) -> None:
    client = connected.client()
    connected.practice.oauth.expire(ARTIST)
    together = Barrier(4)

    def ask() -> str:
        together.wait()
        return connected.platform.whoami(client).name

    with ThreadPoolExecutor(4) as pool:
        names = [job.result() for job in [pool.submit(ask) for _ in range(4)]]
    assert names == [ARTIST] * 4
    assert connected.practice.count(TOKEN) == 1


def test_a_revoked_account_needs_a_person_and_sends_nothing_more(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    client = connected.client()
    connected.practice.revoke(ARTIST)
    for _ in range(5):
        with raises(NeedsReconnect, secrets):
            connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 1
    assert connected.practice.count("GET /me") == 1
    assert connected.fake_clock.slept == []


def test_a_platform_that_rejects_renewed_tokens_gets_no_more_requests(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    client = connected.client()
    connected.practice.faults.add(Fault(FaultKind.EXPIRED, on="GET /me", times=0))
    for _ in range(5):
        with raises(NeedsReconnect, secrets):
            connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 1
    assert connected.practice.count("GET /me") == 2


def test_a_refresh_token_lost_in_transit_needs_a_new_sign_in(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    """The server used the token up, and its answer was lost: only a person can help."""
    client = connected.client()
    connected.fake_clock.move(hours=2)
    connected.practice.faults.add(Fault(FaultKind.LOST_ANSWER, on=TOKEN))
    with raises(Offline, secrets):
        connected.platform.whoami(client)
    with raises(NeedsReconnect, secrets):
        connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 2


def test_trouble_during_a_renewal_is_no_reason_to_reconnect(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    client = connected.client()
    connected.fake_clock.move(hours=2)
    connected.practice.faults.add(Fault(FaultKind.HANG_UP, on=TOKEN))
    with raises(Offline, secrets):
        connected.platform.whoami(client)
    assert connected.platform.whoami(client).name == ARTIST


def test_a_deleted_app_is_reported_once_and_not_retried(
    connected: ConnectedAccount, secrets: set[str]
) -> None:
    client = connected.client()
    connected.fake_clock.move(hours=2)
    connected.practice.oauth.client_id = "another-app"
    for _ in range(3):
        with raises(AppRefused, secrets):
            connected.platform.whoami(client)
    assert connected.practice.count(TOKEN) == 1


def test_an_artists_token_never_shows_another_artists_tracks(connected: ConnectedAccount) -> None:
    titles = [item.title for item in connected.platform.items(connected.client())]
    assert titles == ["Harbour Lights", "Salt", "Low Tide"]


def test_an_account_without_a_refresh_token_needs_a_person(fake_clock: FakeClock) -> None:
    source = TokenSource(
        TokenSet("once", "", NOON, NOON + timedelta(hours=1)),
        save=lambda tokens: None,
        renew=lambda token: pytest.fail("there is no token to renew with"),
        service="SoundCloud",
        clock=fake_clock.clock,
    )
    fake_clock.move(hours=2)
    assert source.header() == "Bearer once"
    with pytest.raises(NeedsReconnect):
        source.renew("Bearer once")


def test_a_refresh_token_missing_from_the_answer_is_kept(fake_clock: FakeClock) -> None:
    saved: list[TokenSet] = []
    source = TokenSource(
        TokenSet("old", "lasting", NOON, NOON + timedelta(hours=1)),
        save=saved.append,
        renew=lambda token: TokenSet(
            "new", "", fake_clock.wall, fake_clock.wall + timedelta(hours=1)
        ),
        service="YouTube",
        clock=fake_clock.clock,
    )
    assert source.renew("Bearer old") == "Bearer new"
    assert saved[0].refresh_token == "lasting"
    assert "lasting" not in repr((source, saved))


def test_a_token_valid_for_a_minute_is_not_renewed_for_each_call() -> None:
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": 60}
    tokens = TokenSet.from_answer(answer, service="SoundCloud", now=NOON)
    assert not tokens.is_due(NOON)
    assert tokens.is_due(NOON + timedelta(seconds=30))


@pytest.mark.parametrize("life", [None, "soon", -1, 0, float("nan"), 1e400, [], "", {}])
def test_a_nonsensical_lifetime_counts_as_unknown(life: object) -> None:
    answer = {"access_token": "a", "expires_in": life}
    tokens = TokenSet.from_answer(answer, service="SoundCloud", now=NOON)
    assert tokens.expires_at is None
    assert not tokens.is_due(NOON + timedelta(days=1))


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"access_token": None},
        {"access_token": 7},
        {"access_token": "two\r\nX-Header: lines"},
        {"access_token": "schlüssel"},
        {"access_token": "a b"},
        {"access_token": "x" * 20_000},
        {"access_token": "fine", "refresh_token": [1]},
    ],
)
def test_an_answer_without_usable_tokens_is_refused(answer: object) -> None:
    with pytest.raises(BadAnswer) as caught:
        TokenSet.from_answer(answer, service="SoundCloud", now=NOON)
    assert "schlüssel" not in str(caught.value)


@given(
    st.builds(
        TokenSet,
        st.text(min_size=1),
        st.text(),
        st.none() | st.just(NOON),
        st.none() | st.datetimes(timezones=st.just(NOON.tzinfo)),
    )
)
def test_tokens_survive_the_vault(tokens: TokenSet) -> None:
    assert TokenSet.from_bytes(tokens.to_bytes()) == tokens


@given(st.binary())
def test_other_bytes_are_no_tokens(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a set of tokens"):
        TokenSet.from_bytes(data)


def test_tokens_stored_by_another_program_are_used_before_a_refusal_counts(
    fake_clock: FakeClock,
) -> None:
    stored = [TokenSet("old", "used", NOON, NOON + timedelta(hours=1))]

    def refused(token: str) -> TokenSet:
        later = fake_clock.wall + timedelta(hours=1)
        stored.append(
            TokenSet("theirs", "next", fake_clock.wall, later)
        )  # the other program was faster
        raise NeedsReconnect("Connect SoundCloud again.")

    source = TokenSource(
        stored[0],
        save=lambda tokens: pytest.fail("we stored nothing new"),
        renew=refused,
        service="SoundCloud",
        clock=fake_clock.clock,
        stored=lambda: stored[-1],
    )
    assert source.renew("Bearer old") == "Bearer theirs"
    assert source.header() == "Bearer theirs"
