"""An artist's account never acts for another artist: tested in every layer, with hostile input."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rightsdesk.changes.types import Change, Outcome, Plan
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.practice.http import Reply, Request
from rightsdesk.practice.soundcloud import PracticeSoundCloud
from rightsdesk.roster.accounts import AccountTaken, NotConfirmed, account_by_id, keep_account
from rightsdesk.roster.artists import NoSuchArtist, add_artist
from rightsdesk.roster.vault_errors import SecretDamaged
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.artists import Account, Artist
from rightsdesk.workspace.types.scopes import Filter
from tests.workspace.conftest import KOVAL, SIGNAL, choose

SignIn = Callable[..., Account]


@pytest.fixture
def acted(soundcloud: PracticeSoundCloud) -> Iterator[set[tuple[str, str]]]:
    """Pairs of token owner and track owner, for every request about a single track."""
    pairs: set[tuple[str, str]] = set()

    def watch(request: Request, _reply: Reply) -> None:
        who = soundcloud.oauth.account_of(request.headers.get("Authorization", ""), "OAuth")
        for owner in (KOVAL, SIGNAL):
            for track in soundcloud.tracks(owner):
                if request.path == f"/tracks/{track['urn']}":
                    pairs.add((str(who), owner))

    soundcloud.watch = watch
    yield pairs
    assert pairs <= {(KOVAL, KOVAL), (SIGNAL, SIGNAL)}, "an account acted for another artist"


def tags(soundcloud: PracticeSoundCloud, artist: str) -> list[object]:
    return [(t["tag_list"], t["description"] or "") for t in soundcloud.tracks(artist)]


def planned(workspace: Workspace, artist: Artist) -> Plan:
    plan = workspace.jobs.plan_sync(Filter(artist_id=artist.id))
    assert plan.planned
    return plan


def move(workspace: Workspace, account: Account, artist: Artist, sign_in: SignIn) -> Account:
    """Remove a login from one artist and connect it to another."""
    assert workspace.accounts.remove(account.id) == ""
    moved = sign_in(artist, account.name)
    workspace.accounts.read_items(moved.id)
    return moved


def test_each_account_is_used_only_for_its_own_artist(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    acted: set[tuple[str, str]],
) -> None:
    for artist in (koval, signal):
        sign_in(artist)
        choose(workspace, artist)
    assert set(workspace.jobs.apply(workspace.jobs.plan_sync(Filter())).counts) == {"done"}
    assert acted == {(KOVAL, KOVAL), (SIGNAL, SIGNAL)}
    assert set(workspace.jobs.apply(workspace.jobs.plan_undo()).counts) == {"done"}


def test_a_plan_for_one_artist_leaves_the_other_alone(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
    acted: set[tuple[str, str]],
) -> None:
    for artist in (koval, signal):
        sign_in(artist)
        choose(workspace, artist)
    before = tags(soundcloud, SIGNAL)
    workspace.jobs.apply(planned(workspace, koval))
    assert tags(soundcloud, SIGNAL) == before
    assert acted == {(KOVAL, KOVAL)}


def test_a_login_never_belongs_to_two_artists(
    workspace: Workspace, koval: Artist, signal: Artist, sign_in: SignIn
) -> None:
    sign_in(koval)
    with pytest.raises(AccountTaken):
        sign_in(signal, KOVAL)
    assert [account.artist_id for account in workspace.accounts.all()] == [koval.id]


def test_a_login_with_another_name_does_nothing_before_a_confirmation(
    workspace: Workspace,
    koval: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
    isolated: Path,
) -> None:
    """Also after a kill while the question was open: only the confirmation makes it usable."""
    account = sign_in(koval, SIGNAL, theirs=False)
    assert account.state == "unconfirmed"
    assert f"the login “{SIGNAL}” belongs to {KOVAL}" in account.problem
    choose(workspace, koval)
    asked = len(soundcloud.seen)
    with Workspace.open(isolated) as again:
        for deed in (again.accounts.read_items, again.accounts.check):
            with pytest.raises(NotConfirmed):
                deed(account.id)
        assert again.jobs.plan_sync(Filter()).changes == ()
        assert again.accounts.check_all().items == 0
        assert again.accounts.by_id(account.id).state == "unconfirmed"
    assert len(soundcloud.seen) == asked
    assert sign_in(koval, SIGNAL, theirs=False).state == "unconfirmed", (
        "signing in twice is no confirmation"
    )
    assert workspace.accounts.confirm(account.id).state == "connected"
    assert workspace.accounts.read_items(account.id)
    assert sign_in(koval, SIGNAL, theirs=False).state == "connected", "the question was answered"


def test_an_unconfirmed_login_can_be_removed(
    workspace: Workspace, koval: Artist, sign_in: SignIn
) -> None:
    account = sign_in(koval, SIGNAL, theirs=False)
    assert workspace.accounts.remove(account.id) == ""
    assert workspace.accounts.all() == []


def test_swapped_secrets_open_nothing(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
    isolated: Path,
) -> None:
    """An attacker who can write the database swaps the sealed secrets of two accounts."""
    first, second = sign_in(koval), sign_in(signal)
    choose(workspace, koval)
    workspace.close()
    with closing(sqlite3.connect(next(isolated.glob("*.sqlite3")))) as database, database:
        swap = "UPDATE secrets SET account_id = ? WHERE account_id = ?"
        for new, old in ((-1, first.id), (first.id, second.id), (second.id, -1)):
            database.execute(swap, (new, old))
    asked = len(soundcloud.seen)
    with Workspace.open(isolated) as again:
        for account in (first, second):
            with pytest.raises(SecretDamaged):
                again.accounts.check(account.id)
    assert len(soundcloud.seen) == asked


def test_a_plan_is_not_applied_after_its_account_is_removed(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    plan = planned(workspace, koval)
    before = tags(soundcloud, KOVAL)
    workspace.accounts.remove(account.id)
    report = workspace.jobs.apply(plan)
    assert {result.outcome for result in report.results} <= {Outcome.FAILED, Outcome.SKIPPED}
    assert "no longer connected" in report.results[0].problem
    assert tags(soundcloud, KOVAL) == before


def test_a_plan_is_not_applied_with_the_account_of_another_artist(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    """Planned for one artist; then the login is connected for the other artist instead."""
    account = sign_in(koval)
    choose(workspace, koval)
    plan = planned(workspace, koval)
    before = tags(soundcloud, KOVAL)
    move(workspace, account, signal, sign_in)
    report = workspace.jobs.apply(plan)
    assert Outcome.DONE not in {result.outcome for result in report.results}
    assert tags(soundcloud, KOVAL) == before


def test_changes_of_one_artist_are_not_undone_with_the_account_of_another(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    workspace.jobs.apply(planned(workspace, koval))
    written = tags(soundcloud, KOVAL)
    move(workspace, account, signal, sign_in)
    undo = workspace.jobs.plan_undo()
    assert undo.planned == ()
    assert "no longer connected" in undo.changes[0].problem
    workspace.jobs.apply(undo)
    assert tags(soundcloud, KOVAL) == written


def test_changes_are_undone_once_the_same_login_is_back(
    workspace: Workspace, koval: Artist, sign_in: SignIn, soundcloud: PracticeSoundCloud
) -> None:
    account = sign_in(koval)
    choose(workspace, koval)
    before = tags(soundcloud, KOVAL)
    workspace.jobs.apply(planned(workspace, koval))
    for _ in range(2):
        account = move(workspace, account, koval, sign_in)
    undo = workspace.jobs.plan_undo()
    assert undo.planned
    assert set(workspace.jobs.apply(undo).counts) == {"done"}
    assert tags(soundcloud, KOVAL) == before


def test_a_stopped_job_is_not_resumed_with_the_account_of_another_artist(
    workspace: Workspace,
    koval: Artist,
    signal: Artist,
    sign_in: SignIn,
    soundcloud: PracticeSoundCloud,
) -> None:
    class Stop:
        """Checked between two changes; stops from the second change on."""

        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return bool(soundcloud.count("PUT"))

    account = sign_in(koval)
    choose(workspace, koval)
    report = workspace.jobs.apply(planned(workspace, koval), cancel=Stop())
    assert report.cancelled
    before = tags(soundcloud, KOVAL)
    move(workspace, account, signal, sign_in)
    choose(workspace, signal)
    assert report.job is not None
    workspace.jobs.apply(workspace.jobs.plan_resume(report.job))
    assert tags(soundcloud, KOVAL) == before


def test_an_item_of_a_removed_account_belongs_to_no_artist(
    workspace: Workspace, koval: Artist, signal: Artist, sign_in: SignIn
) -> None:
    """Item ids are never reused, even after a restart."""
    choose(workspace, koval)
    old = {change.target.id for change in _after(workspace, koval, sign_in(koval))}
    for account in workspace.accounts.all():
        workspace.accounts.remove(account.id)
    choose(workspace, signal)
    new = {change.target.id for change in _after(workspace, signal, sign_in(signal))}
    assert old
    assert new
    assert max(old) < min(new)


def _after(workspace: Workspace, artist: Artist, _account: Account) -> tuple[Change, ...]:
    return planned(workspace, artist).changes


def test_names_are_found_without_accents_if_only_one_artist_matches(workspace: Workspace) -> None:
    ze = workspace.artists.add("Zé Ramos")
    assert workspace.catalogue.find(artist="ze ramos").artist_id == ze.id
    other = workspace.artists.add("Ze Ramos")
    assert workspace.catalogue.find(artist="Ze Ramos").artist_id == other.id
    assert workspace.catalogue.find(artist="Zé Ramos").artist_id == ze.id
    with pytest.raises(NoSuchArtist):
        workspace.catalogue.find(artist="zè ramos")


def test_a_login_with_the_artists_name_without_accents_is_no_question(workspace: Workspace) -> None:
    database = workspace._database
    ze, ramos = (add_artist(database, name) for name in ("Zé Ramos", "Ramos"))
    states = [
        account_by_id(
            database,
            keep_account(
                database,
                artist_id=artist,
                platform=CarrierId.AUDIUS,
                remote_id=name,
                base_url="",
                name=name,
            ),
        ).state
        for artist, name in ((ze, "Zeramos"), (ramos, "zeramos official"), (ramos, "Ramos"))
    ]
    assert states == ["connected", "unconfirmed", "connected"]
