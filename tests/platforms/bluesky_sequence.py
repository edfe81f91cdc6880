"""One sequence of changes to AI preferences, run against the practice server and a real server.

The two must not differ in versions, conflicts, dates and sessions.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects.platforms.bluesky import LEXICON, UNDATED
from rightsdesk.platforms.bluesky import NO_RECORD, Bluesky
from rightsdesk.platforms.http.client import Client
from rightsdesk.platforms.http.errors import ChangedThere
from rightsdesk.platforms.interface import RemoteItem

NO_AI = Declaration(PRESETS[Preset.NO_AI])
OPEN_TO_INPUT = Declaration(
    Consent({Use.GENERATIVE_TRAINING: Permission.PROHIBITED, Use.AI_INPUT: Permission.ALLOWED})
)
Edit = Callable[[dict[str, Any] | None], None]
"""Changes the record as another app would: `edit(record)`, or None to delete it."""

platform = Bluesky()


def record_of(item: RemoteItem) -> dict[str, Any]:
    [text] = item.fields[LEXICON]
    record: dict[str, Any] = json.loads(text)
    return record


def declare(client: Client, before: RemoteItem, declaration: Declaration) -> RemoteItem:
    edit = platform.suite.edit(before.fields, declaration)
    platform.write(client, before.remote_id, before, edit)
    return platform.item(client, before.remote_id)


def run_sequence(client: Client, edit: Edit) -> None:
    """From an account without a record, through edits, and back."""
    me = platform.whoami(client)
    [silent] = platform.items(client)
    assert (silent.remote_id, silent.artist) == (me.remote_id, me.name)
    assert (silent.fields.get(LEXICON), silent.stamp) == (None, NO_RECORD)

    first = declare(client, silent, NO_AI)
    record = record_of(first)
    assert record["$type"] == LEXICON
    assert record["scope"] == {"$type": f"{LEXICON}#globalScope"}
    assert set(record["preferences"]) == {"training", "inference", "syntheticContent", "embedding"}
    assert not any(answer["allow"] for answer in record["preferences"].values())
    dates = {record["updatedAt"], *(a["updatedAt"] for a in record["preferences"].values())}
    assert len(dates) == 1
    assert UNDATED not in dates

    # The same consent again: neither side has anything to do.
    assert platform.suite.edit(first.fields, NO_AI) == {}
    assert declare(client, first, NO_AI).stamp == first.stamp

    # Unknown members stay, and unchanged answers keep their date.
    strange = {**record, "note": "by hand", "updatedAt": "2026-01-01T00:00:00.000Z"}
    strange["preferences"] = {
        name: {**answer, "updatedAt": "2026-01-01T00:00:00.000Z"}
        for name, answer in record["preferences"].items()
    } | {"dreaming": {"allow": True, "updatedAt": "2026-01-01T00:00:00.000Z"}}
    edit(strange)
    with pytest.raises(ChangedThere) as caught:
        platform.write(client, first.remote_id, first, {LEXICON: ()})
    assert caught.value.skips
    edited = platform.item(client, first.remote_id)
    assert edited.stamp != first.stamp
    second = declare(client, edited, OPEN_TO_INPUT)
    changed = record_of(second)
    assert changed["note"] == "by hand"
    assert changed["preferences"]["dreaming"] == strange["preferences"]["dreaming"]
    assert changed["preferences"]["training"] == strange["preferences"]["training"]
    assert changed["preferences"]["inference"]["allow"] is True
    assert changed["preferences"]["inference"]["updatedAt"] > "2026-01-02"
    assert set(changed["preferences"]) == {"training", "inference", "dreaming"}

    # Back to the text of the other app: exactly the same record, including dates.
    platform.write(client, second.remote_id, second, {LEXICON: edited.fields[LEXICON]})
    assert platform.item(client, second.remote_id).stamp == edited.stamp

    # A record that was deleted meanwhile, and a record that was created meanwhile.
    edit(None)
    with pytest.raises(ChangedThere):
        declare(client, edited, OPEN_TO_INPUT)
    gone = platform.item(client, edited.remote_id)
    edit(strange)
    with pytest.raises(ChangedThere):
        declare(client, gone, NO_AI)

    # Nothing left to declare: the record is deleted.
    last = platform.item(client, gone.remote_id)
    platform.write(client, last.remote_id, last, {LEXICON: ()})
    assert platform.item(client, last.remote_id).stamp == NO_RECORD
