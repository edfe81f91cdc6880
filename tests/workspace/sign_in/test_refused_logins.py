"""Nothing of a refused login is kept, here or at the platform; missing scopes are reported."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from rightsdesk.changes.types import Outcome
from rightsdesk.errors import KnownError
from rightsdesk.platforms.http.errors import AppRefused, RedirectRefused
from rightsdesk.practice.bluesky import PracticeBluesky
from rightsdesk.practice.browser import PracticeBrowser
from rightsdesk.practice.faults import Fault, FaultKind
from rightsdesk.practice.soundcloud import CLIENT_ID, PracticeSoundCloud
from rightsdesk.practice.youtube import CLIENT_ID as YOUTUBE_ID
from rightsdesk.practice.youtube import PracticeYouTube
from rightsdesk.roster.accounts import AccountTaken
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.sign_in.login import AnotherLogin
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.platforms.real.programs import free_port
from tests.workspace.conftest import KOVAL, SIGNAL, choose

SignIn = Callable[..., Account]


@pytest.fixture
def youtube() -> Iterator[PracticeYouTube]:
    with PracticeYouTube({KOVAL: (), SIGNAL: ()}) as server:
        yield server


def answered(workspace: Workspace, pending: object, login: str) -> int:
    with closing(PracticeBrowser(login)) as browser:
        browser(pending.url)  # type: ignore[attr-defined]
        return int(pending.finish())  # type: ignore[attr-defined]


def on_youtube(workspace: Workspace, artist: Artist, youtube: PracticeYouTube, login: str) -> int:
    pending = workspace.accounts.begin_sign_in(
        artist.id,
        "youtube",
        client_id=YOUTUBE_ID,
        client_secret=youtube.oauth.client_secret,
        base_url=youtube.base_url,
        port=0,
    )
    return answered(workspace, pending, login)


def valid(server: PracticeSoundCloud | PracticeYouTube) -> int:
    """How many sign-ins the platform still accepts."""
    return len(set(server.oauth._sessions))


def test_a_login_of_another_user_is_ended_if_only_that_login_ends(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    account = sign_in(koval)
    assert valid(soundcloud) == 1
    with pytest.raises(AccountTaken) as caught:
        sign_in(signal, KOVAL)
    assert "The sign-in was ended at SoundCloud again." in str(caught.value)
    assert valid(soundcloud) == 1, "the login that is in use"
    assert workspace.accounts.check(account.id).state == "connected"


def test_a_login_other_than_the_known_login_is_ended(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    account = sign_in(koval)
    with pytest.raises(AnotherLogin, match="ended at SoundCloud again"):
        answered(workspace, workspace.accounts.reconnect(account.id), SIGNAL)
    assert valid(soundcloud) == 1


def test_a_login_is_not_ended_if_that_ends_the_login_in_use(
    workspace: Workspace, koval: Artist, signal: Artist, youtube: PracticeYouTube
) -> None:
    number = on_youtube(workspace, koval, youtube, KOVAL)
    with pytest.raises(AccountTaken, match="would end one that is in use here"):
        on_youtube(workspace, signal, youtube, KOVAL)
    assert youtube.count("POST /revoke") == 0
    assert workspace.accounts.check(number).state == "connected"
    with pytest.raises(AnotherLogin, match="ended at YouTube again"):
        answered(workspace, workspace.accounts.reconnect(number), SIGNAL)
    assert youtube.count("POST /revoke") == 1
    assert workspace.accounts.check(number).state == "connected"


def test_a_login_that_may_be_in_use_is_not_ended_either(
    workspace: Workspace, koval: Artist, youtube: PracticeYouTube
) -> None:
    number = on_youtube(workspace, koval, youtube, KOVAL)
    youtube.faults.add(Fault(FaultKind.ERROR, on="GET /youtube/v3/channels", status=403))
    with pytest.raises(KnownError, match="could end one that is in use here"):
        answered(workspace, workspace.accounts.reconnect(number), KOVAL)
    assert youtube.count("POST /revoke") == 0
    assert workspace.accounts.check(number).state == "connected"


def test_a_login_that_a_person_assigns_to_another_artist_is_ended(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    account = sign_in(koval, SIGNAL, theirs=False)
    assert account.state == "unconfirmed"
    assert workspace.accounts.remove(account.id) == ""
    assert valid(soundcloud) == 0


def test_removing_an_artist_names_sign_ins_that_could_not_be_ended(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    sign_in(koval)
    sign_in(signal)
    assert workspace.artists.remove(signal.id) == ()
    assert valid(soundcloud) == 1
    soundcloud.faults.add(Fault(FaultKind.ERROR, on="POST /sign-out", times=0))
    [sentence] = workspace.artists.remove(koval.id)
    assert sentence.startswith("RightsDesk could not end the sign-in at SoundCloud.")
    assert workspace.accounts.all() == []


def test_if_a_sign_in_cannot_be_ended_the_place_to_end_it_is_named(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    sign_in(koval)
    soundcloud.faults.add(Fault(FaultKind.ERROR, on="POST /sign-out", times=0))
    with pytest.raises(AccountTaken) as caught:
        sign_in(signal, KOVAL)
    assert "RightsDesk could not end this sign-in at SoundCloud." in str(caught.value)
    assert "in your settings at SoundCloud" in str(caught.value)


def test_a_failed_first_request_leaves_no_sign_in_behind(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    soundcloud.faults.add(Fault(FaultKind.ERROR, on="GET /me", status=400))
    with pytest.raises(KnownError, match="ended at SoundCloud again"):
        sign_in(koval)
    assert valid(soundcloud) == 0
    assert workspace.accounts.all() == []


def test_a_password_session_of_another_user_is_ended(
    workspace: Workspace, koval: Artist, signal: Artist
) -> None:
    with PracticeBluesky({"koval.test": {}}) as bluesky:
        login = {"identifier": "koval.test", "base_url": bluesky.base_url}
        secret = bluesky.app_password("koval.test")
        number = workspace.accounts.add(koval.id, "bluesky", secret=secret, **login).id
        workspace.accounts.confirm(number)
        with pytest.raises(AccountTaken, match="ended at Bluesky again"):
            workspace.accounts.add(signal.id, "bluesky", secret=secret, **login)
        assert bluesky.count("POST /xrpc/com.atproto.server.deleteSession") == 1
        assert workspace.accounts.check(number).state == "connected"


def test_the_effect_of_missing_permissions_is_reported_and_stored(
    workspace: Workspace, koval: Artist, youtube: PracticeYouTube
) -> None:
    youtube.oauth.scope = "https://www.googleapis.com/auth/youtube.readonly"
    number = on_youtube(workspace, koval, youtube, KOVAL)
    sentence = (
        "YouTube gave RightsDesk less than it asked for: your videos can neither be read nor "
        "changed."
    )
    assert workspace.accounts.by_id(number).lacks == (sentence,)
    assert workspace.accounts.check(number).lacks == (sentence,)
    youtube.oauth.scope = "https://www.googleapis.com/auth/youtube.force-ssl openid"
    on_youtube(workspace, koval, youtube, KOVAL)
    assert workspace.accounts.by_id(number).lacks == ()


def test_missing_permissions_explain_why_nothing_was_connected(
    workspace: Workspace, koval: Artist, youtube: PracticeYouTube
) -> None:
    youtube.oauth.scope = "openid"
    youtube.faults.add(Fault(FaultKind.ERROR, on="GET /youtube/v3/channels", status=403))
    with pytest.raises(KnownError) as caught:
        on_youtube(workspace, koval, youtube, KOVAL)
    assert "less than it asked for" in str(caught.value)
    assert "allow all that is asked for" in str(caught.value)


def test_a_sentence_that_youtube_refuses_is_named_in_the_preview(
    workspace: Workspace, koval: Artist
) -> None:
    title = workspace.catalogue.rows(workspace.catalogue.recordings(Filter()))[0].title
    with PracticeYouTube({KOVAL: [{"title": title}]}) as youtube:
        workspace.accounts.confirm(on_youtube(workspace, koval, youtube, KOVAL))
        choose(workspace, koval)
        workspace.accounts.read_accounts()
        [video] = workspace.accounts.questions()
        workspace.accounts.answer(video.item_id, workspace.catalogue.recordings(Filter())[0])
        details = replace(workspace.artists.details(koval.id), sentence="No AI <3")
        workspace.artists.set_details(koval.id, details)
        plan = workspace.jobs.plan_sync(Filter())
        [change] = plan.changes
        assert change.outcome is Outcome.SKIPPED
        assert "YouTube takes no “<” and no “>”" in change.problem
        workspace.jobs.apply(plan)
        assert youtube.count("PUT /youtube/v3/videos") == 0
        workspace.artists.set_details(koval.id, replace(details, sentence="No AI, please"))
        report = workspace.jobs.apply(workspace.jobs.plan_sync(Filter()))
        assert [result.outcome for result in report.results] == [Outcome.DONE]


@pytest.mark.parametrize("wrong", ["client id", "redirect address"])
def test_an_invalid_form_opens_no_browser_and_no_port(
    workspace: Workspace, koval: Artist, soundcloud: PracticeSoundCloud, wrong: str
) -> None:
    client_id = CLIENT_ID
    if wrong == "client id":
        client_id = "another"
    else:
        soundcloud.oauth.redirect_uris = ("http://127.0.0.1:1/callback",)
    port = free_port()
    for _ in range(2):  # the second attempt finds the port free again
        with pytest.raises(AppRefused if wrong == "client id" else RedirectRefused):
            workspace.accounts.begin_sign_in(
                koval.id, "soundcloud", client_id=client_id, base_url=soundcloud.base_url, port=port
            )
