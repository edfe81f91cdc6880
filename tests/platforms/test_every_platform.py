"""Rules for every platform, each against its own practice server.

Read, plan, write, read back, undo; nothing to do the second time. Failures: an expired sign-in, a
limit, a failing server, an answer that is cut off.
"""

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rightsdesk.consent import PRESETS, Declaration, Permission, Preset, Use
from rightsdesk.consent.fields import Fields, edited
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import (
    BadAnswer,
    NeedsReconnect,
    PlatformError,
    RateLimited,
    ServerTrouble,
)
from rightsdesk.platforms.interface import Platform, RemoteItem
from rightsdesk.platforms.registry import NAMES
from rightsdesk.practice.faults import Fault, Kind
from tests.platforms.desk import Hands, raises
from tests.platforms.site_stands import SITE_STANDS
from tests.platforms.stands import STANDS as OTHER_STANDS
from tests.platforms.stands import Stand

STANDS = {**OTHER_STANDS, **SITE_STANDS}

NO_API = {"own_site"}
"""Without an API none of this holds: test_own_site.py tells what does."""

TRAINING = Use.GENERATIVE_TRAINING
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://label.example/ai")


@pytest.fixture(params=sorted(STANDS))
def stand(
    request: pytest.FixtureRequest,
    hands: Hands,
    caplog: pytest.LogCaptureFixture,
    no_thread_is_left: None,
) -> Iterator[Stand]:
    """A stand; afterwards, none of its secrets may be in any log."""
    caplog.set_level(logging.DEBUG)
    stand = STANDS[request.param](hands)
    yield stand
    stand.close()
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("rightsdesk"))
    assert stand.secrets, "a stand without secrets proves nothing"
    assert not [secret for secret in stand.secrets if secret in ours]


@pytest.fixture
def client(stand: Stand) -> Client:
    return stand.client()


def planned(platform: Platform, items: list[RemoteItem]) -> Iterator[tuple[RemoteItem, Fields]]:
    """The items for which there is something to write, each with the edit."""
    for item in items:
        if edit := platform.suite.edit(item.fields, NO_AI):
            yield item, edit


def first(stand: Stand, client: Client) -> tuple[RemoteItem, Fields]:
    return next(planned(stand.platform, list(stand.platform.items(client))))


def test_every_platform_has_a_stand() -> None:
    assert set(STANDS) | NO_API == set(NAMES)


def test_what_a_platform_can_do_is_known_without_http() -> None:
    """The matrix asks for it; only who calls a platform needs what calls it."""
    script = """
import sys
from rightsdesk.platforms.registry import all_platforms
for one in all_platforms():
    assert one.suite and one.capabilities and one.nouns and one.sign_in
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    callers = {"authlib", "cryptography", "http.server", "httpcore", "httpx", "paramiko"}
    assert not {*callers, "requests", "urllib3"} & set(done.stdout.split())


def test_what_is_listed_is_what_the_platform_promises(stand: Stand, client: Client) -> None:
    platform = stand.platform
    items = list(platform.items(client))
    assert items
    assert len({item.remote_id for item in items}) == len(items)
    # What no dialect reads (a licence) is only shown.
    assert set(platform.suite.fields) <= set(platform.capabilities.fields)
    for item in items:
        assert item.reach in platform.capabilities.reads
        assert set(item.fields) <= set(platform.capabilities.fields)
        again = platform.item(client, item.remote_id)
        assert (again.fields, again.stamp) == (item.fields, item.stamp)
        assert (again.reach, again.remote_id) == (item.reach, item.remote_id)


def test_a_choice_goes_there_and_back(stand: Stand, client: Client) -> None:
    platform, suite = stand.platform, stand.platform.suite
    untouched = stand.untouched()
    items = list(platform.items(client))
    todo = list(planned(platform, items))
    assert todo
    for before, edit in todo:
        assert set(edit) <= set(platform.capabilities.fields)
        platform.write(client, before.remote_id, before, edit)
        after = platform.item(client, before.remote_id)
        for name, values in edit.items():
            assert platform.same(name, tuple(values), after.fields.get(name, ()))
        meant = suite.read(edited(before.fields, edit)).consent
        assert suite.read(after.fields).consent == meant
        assert Permission.PROHIBITED in (meant.get(Use.LIKENESS), meant.get(TRAINING))
        assert after.stamp != before.stamp
        assert suite.edit(after.fields, NO_AI) == {}, "the second time there is nothing to do"

        sent = len(stand.server.seen)
        same = {name: after.fields.get(name, ()) for name in edit}
        platform.write(client, before.remote_id, after, same)
        assert len(stand.server.seen) == sent, "no request where nothing differs"

        back = {name: before.fields.get(name, ()) for name in edit}
        platform.write(client, before.remote_id, after, back)
        restored = platform.item(client, before.remote_id)
        for name, values in back.items():
            assert platform.same(name, values, restored.fields.get(name, ()))
        assert suite.read(restored.fields).consent == suite.read(before.fields).consent
        assert stand.untouched() == untouched


def test_an_ended_token_is_renewed_without_a_word(stand: Stand, client: Client) -> None:
    if not stand.renews:
        pytest.skip("this sign-in holds until it is taken back")
    item, edit = first(stand, client)
    stand.expire()
    stand.platform.write(client, item.remote_id, item, edit)
    assert stand.saved[-1].tokens is not None
    stand.platform.whoami(client)


def test_a_restart_goes_on_with_what_was_saved(stand: Stand, client: Client) -> None:
    if not stand.renews:
        pytest.skip("this sign-in holds until it is taken back")
    stand.platform.whoami(client)
    stand.expire()
    stand.platform.whoami(client)
    with stand.client(stand.saved[-1]) as later:
        assert stand.platform.whoami(later) == stand.platform.whoami(client)


def test_taken_back_access_is_said_once_and_for_all(stand: Stand, client: Client) -> None:
    stand.platform.whoami(client)
    stand.revoke()
    stand.expire()
    with raises(NeedsReconnect, stand.secrets):
        stand.platform.whoami(client)
    asked = len(stand.server.seen)
    with raises(NeedsReconnect, stand.secrets):
        stand.platform.whoami(client)
    assert len(stand.server.seen) == asked, "a refused sign-in is not tried again"


def test_a_limit_stops_a_write_with_its_end(stand: Stand, client: Client) -> None:
    item, edit = first(stand, client)
    stand.server.faults.add(Fault(Kind.TOO_MANY, on=stand.write_call, retry_after="7200"))
    with raises(RateLimited, stand.secrets) as caught:
        stand.platform.write(client, item.remote_id, item, edit)
    assert caught.value.stops
    assert caught.value.until > stand.hands.wall
    stand.hands.move(hours=3)
    assert stand.platform.item(client, item.remote_id).fields == item.fields


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Kind.ERROR, times=0), ServerTrouble),
        (Fault(Kind.TRUNCATED, times=0), BadAnswer),
        (Fault(Kind.CUT_OFF, times=0), BadAnswer),
        (Fault(Kind.NOT_JSON, times=0), BadAnswer),
        (Fault(Kind.OVERSIZED, times=0), BadAnswer),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
)
def test_trouble_while_reading_is_told(
    stand: Stand, client: Client, fault: Fault, error: type[PlatformError]
) -> None:
    item, edit = first(stand, client)
    stand.platform.write(client, item.remote_id, item, edit)
    stand.server.faults.add(fault)
    with raises(error, stand.secrets):
        stand.platform.item(client, item.remote_id)


@pytest.mark.parametrize(
    "answer", ["[]", "null", "7", '"x"', "{}", '{"data": 7}', '{"items": [7]}', '{"value": []}']
)
def test_any_other_shape_is_a_bad_answer(
    stand: Stand, client: Client, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a hostile server sends: an error in words, never a bug of ours."""
    item, _ = first(stand, client)
    reply = stand.server.error(200, "")
    whole = type(reply)(200, answer.encode(), {"Content-Type": "application/json"})
    monkeypatch.setattr(stand.server, "handle", lambda request: whole)
    for read in (
        lambda: stand.platform.item(client, item.remote_id),
        lambda: stand.platform.whoami(client),
    ):
        with pytest.raises(PlatformError):
            read()


def test_a_lost_answer_can_be_told_from_a_lost_write(stand: Stand, client: Client) -> None:
    item, edit = first(stand, client)
    stand.server.faults.add(Fault(Kind.LOST_ANSWER, on=stand.write_call, times=3))
    with pytest.raises(PlatformError):
        stand.platform.write(client, item.remote_id, item, edit)
    after = stand.platform.item(client, item.remote_id)
    for name, values in edit.items():
        assert stand.platform.same(name, tuple(values), after.fields.get(name, ()))


def test_nothing_secret_shows_in_a_repr(stand: Stand, client: Client) -> None:
    stand.platform.whoami(client)
    texts = [repr(client), *map(repr, stand.saved), repr(stand.credentials())]
    assert not [secret for secret in stand.secrets for text in texts if secret in text]


def test_a_write_to_a_field_that_is_not_there_is_a_mistake_of_ours(
    stand: Stand, client: Client
) -> None:
    item, _ = first(stand, client)
    with pytest.raises(ValueError, match="made-up"):
        stand.platform.write(client, item.remote_id, item, {"made-up": ("x",)})
