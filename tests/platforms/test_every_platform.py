"""Rules for every platform, each tested against its own practice server.

Read, plan, write, read back, undo; a second plan is empty. Failures: an expired sign-in, a limit, a
failing server, a truncated answer.
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
from rightsdesk.practice.faults import Fault, FaultKind
from tests.fake_clock import FakeClock
from tests.platforms.connected import raises
from tests.platforms.rigs import RIGS as OTHER_RIGS
from tests.platforms.rigs import Rig
from tests.platforms.site_rigs import SITE_RIGS

RIGS = {**OTHER_RIGS, **SITE_RIGS}

NO_API = {"own_site"}
"""It has no API, so these rules do not apply: test_own_site.py has its own rules."""

TRAINING = Use.GENERATIVE_TRAINING
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url="https://label.example/ai")


@pytest.fixture(params=sorted(RIGS))
def rig(
    request: pytest.FixtureRequest,
    fake_clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    no_thread_is_left: None,
) -> Iterator[Rig]:
    """A rig; afterwards, none of its secrets may be in any log."""
    caplog.set_level(logging.DEBUG)
    rig = RIGS[request.param](fake_clock)
    yield rig
    rig.close()
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("rightsdesk"))
    assert rig.secrets, "a rig without secrets proves nothing"
    assert not [secret for secret in rig.secrets if secret in ours]


@pytest.fixture
def client(rig: Rig) -> Client:
    return rig.client()


def planned(platform: Platform, items: list[RemoteItem]) -> Iterator[tuple[RemoteItem, Fields]]:
    """The items that need a write, each with its edit."""
    for item in items:
        if edit := platform.suite.edit(item.fields, NO_AI):
            yield item, edit


def first(rig: Rig, client: Client) -> tuple[RemoteItem, Fields]:
    return next(planned(rig.platform, list(rig.platform.items(client))))


def test_every_platform_has_a_rig() -> None:
    assert set(RIGS) | NO_API == set(NAMES)


def test_capabilities_are_known_without_http() -> None:
    """The matrix needs the capabilities. Only a caller of the platform needs its client."""
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


def test_listed_items_have_the_promised_fields(rig: Rig, client: Client) -> None:
    platform = rig.platform
    items = list(platform.items(client))
    assert items
    assert len({item.remote_id for item in items}) == len(items)
    # A field that no dialect reads (a licence) is only shown.
    assert set(platform.suite.fields) <= set(platform.capabilities.fields)
    for item in items:
        assert item.reach in platform.capabilities.reads
        assert set(item.fields) <= set(platform.capabilities.fields)
        again = platform.item(client, item.remote_id)
        assert (again.fields, again.stamp) == (item.fields, item.stamp)
        assert (again.reach, again.remote_id) == (item.reach, item.remote_id)


def test_a_consent_is_written_and_undone(rig: Rig, client: Client) -> None:
    platform, suite = rig.platform, rig.platform.suite
    untouched = rig.untouched()
    items = list(platform.items(client))
    todo = list(planned(platform, items))
    assert todo
    for before, edit in todo:
        assert set(edit) <= set(platform.capabilities.fields)
        platform.write(client, before.remote_id, before, edit)
        after = platform.item(client, before.remote_id)
        for name, values in edit.items():
            assert platform.same(name, tuple(values), after.fields.get(name, ()))
        intended = suite.read(edited(before.fields, edit)).consent
        assert suite.read(after.fields).consent == intended
        assert Permission.PROHIBITED in (intended.get(Use.LIKENESS), intended.get(TRAINING))
        assert after.stamp != before.stamp
        assert suite.edit(after.fields, NO_AI) == {}, "the second plan is empty"

        sent = len(rig.server.seen)
        same = {name: after.fields.get(name, ()) for name in edit}
        platform.write(client, before.remote_id, after, same)
        assert len(rig.server.seen) == sent, "no request without a difference"

        back = {name: before.fields.get(name, ()) for name in edit}
        platform.write(client, before.remote_id, after, back)
        restored = platform.item(client, before.remote_id)
        for name, values in back.items():
            assert platform.same(name, values, restored.fields.get(name, ()))
        assert suite.read(restored.fields).consent == suite.read(before.fields).consent
        assert rig.untouched() == untouched


def test_an_expired_token_is_renewed_silently(rig: Rig, client: Client) -> None:
    if not rig.renews:
        pytest.skip("this sign-in is valid until revoked")
    item, edit = first(rig, client)
    rig.expire()
    rig.platform.write(client, item.remote_id, item, edit)
    assert rig.saved[-1].tokens is not None
    rig.platform.whoami(client)


def test_a_restart_continues_with_the_saved_credentials(rig: Rig, client: Client) -> None:
    if not rig.renews:
        pytest.skip("this sign-in is valid until revoked")
    rig.platform.whoami(client)
    rig.expire()
    rig.platform.whoami(client)
    with rig.client(rig.saved[-1]) as later:
        assert rig.platform.whoami(later) == rig.platform.whoami(client)


def test_revoked_access_is_reported_once_and_not_retried(rig: Rig, client: Client) -> None:
    rig.platform.whoami(client)
    rig.revoke()
    rig.expire()
    with raises(NeedsReconnect, rig.secrets):
        rig.platform.whoami(client)
    asked = len(rig.server.seen)
    with raises(NeedsReconnect, rig.secrets):
        rig.platform.whoami(client)
    assert len(rig.server.seen) == asked, "a refused sign-in is not tried again"


def test_a_limit_stops_a_write_and_says_when_it_ends(rig: Rig, client: Client) -> None:
    item, edit = first(rig, client)
    rig.server.faults.add(Fault(FaultKind.TOO_MANY, on=rig.write_call, retry_after="7200"))
    with raises(RateLimited, rig.secrets) as caught:
        rig.platform.write(client, item.remote_id, item, edit)
    assert caught.value.stops
    assert caught.value.until > rig.fake_clock.wall
    rig.fake_clock.move(hours=3)
    assert rig.platform.item(client, item.remote_id).fields == item.fields


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.ERROR, times=0), ServerTrouble),
        (Fault(FaultKind.TRUNCATED, times=0), BadAnswer),
        (Fault(FaultKind.CUT_OFF, times=0), BadAnswer),
        (Fault(FaultKind.NOT_JSON, times=0), BadAnswer),
        (Fault(FaultKind.OVERSIZED, times=0), BadAnswer),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
)
def test_trouble_while_reading_is_reported(
    rig: Rig, client: Client, fault: Fault, error: type[PlatformError]
) -> None:
    item, edit = first(rig, client)
    rig.platform.write(client, item.remote_id, item, edit)
    rig.server.faults.add(fault)
    with raises(error, rig.secrets):
        rig.platform.item(client, item.remote_id)


@pytest.mark.parametrize(
    "answer", ["[]", "null", "7", '"x"', "{}", '{"data": 7}', '{"items": [7]}', '{"value": []}']
)
def test_an_answer_of_any_other_shape_is_a_bad_answer(
    rig: Rig, client: Client, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any answer of a hostile server gives an error message, never a bug."""
    item, _ = first(rig, client)
    reply = rig.server.error(200, "")
    whole = type(reply)(200, answer.encode(), {"Content-Type": "application/json"})
    monkeypatch.setattr(rig.server, "handle", lambda request: whole)
    for read in (
        lambda: rig.platform.item(client, item.remote_id),
        lambda: rig.platform.whoami(client),
    ):
        with pytest.raises(PlatformError):
            read()


def test_a_lost_answer_is_distinguished_from_a_lost_write(rig: Rig, client: Client) -> None:
    item, edit = first(rig, client)
    rig.server.faults.add(Fault(FaultKind.LOST_ANSWER, on=rig.write_call, times=3))
    with pytest.raises(PlatformError):
        rig.platform.write(client, item.remote_id, item, edit)
    after = rig.platform.item(client, item.remote_id)
    for name, values in edit.items():
        assert rig.platform.same(name, tuple(values), after.fields.get(name, ()))


def test_no_secret_shows_in_a_repr(rig: Rig, client: Client) -> None:
    rig.platform.whoami(client)
    texts = [repr(client), *map(repr, rig.saved), repr(rig.credentials())]
    assert not [secret for secret in rig.secrets for text in texts if secret in text]


def test_a_write_to_an_unknown_field_is_a_bug_of_ours(rig: Rig, client: Client) -> None:
    item, _ = first(rig, client)
    with pytest.raises(ValueError, match="made-up"):
        rig.platform.write(client, item.remote_id, item, {"made-up": ("x",)})
