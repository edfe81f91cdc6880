"""Change a built file as the writer does, and check the invariants of every change."""

from __future__ import annotations

import io
from collections.abc import Mapping

from rightsdesk.consent.fields import LEFT_ALONE, UNKNOWN_ENCODING
from rightsdesk.files.containers import (
    Container,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.patch.patch import Patch

NO_AI: dict[str, tuple[str, ...]] = {
    "AI-CONSENT": ("generative-training=n, other-training=n, likeness=n",),
    "CONTENT-USAGE": ("train-ai=n",),
    "TDM-RESERVATION": ("1",),
    "TDM-POLICY": ("https://label.example/ai-policy",),
    "COPYRIGHT": ("© 2026 Björk. No AI training without licence.",),
}
NOTHING: dict[str, tuple[str, ...]] = dict.fromkeys(NO_AI, ())
BOTH_LINES = {**NO_AI, "COPYRIGHT-2": NO_AI["COPYRIGHT"]}
"""The fields of a WAV or AIFF after `NO_AI`: its own copyright line follows the tag's."""
NO_AI_IN_XMP: dict[str, tuple[str, ...]] = {
    "plus:DataMining": ("http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",),
    "plus:OtherConstraints": ("Ask first: <label@label.example> & co.",),
    "xmpRights:Marked": ("True",),
    "xmpRights:WebStatement": ("https://label.example/ai-policy?a=1&b=2",),
    "xmpRights:UsageTerms": ("No AI training\nwithout licence.",),
    "tdm:reservation": ("1",),
    "tdm:policy": ("https://label.example/policy.json",),
}


def fields(data: bytes) -> dict[str, tuple[str, ...]]:
    file = io.BytesIO(data)
    return container_of(file).fields(file)


def settable(data: bytes) -> tuple[str, ...]:
    file = io.BytesIO(data)
    return container_of(file).settable(file)


def nothing(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return the edit that removes all our fields from this file."""
    left = fields(data).get(LEFT_ALONE, ())
    return {name: () for name in settable(data) if name not in left}


def plan(data: bytes, edit: Mapping[str, tuple[str, ...]]) -> Patch:
    file = io.BytesIO(data)
    return container_of(file).patch(file, edit)


def keeps_lengths(patch: Patch) -> bool:
    """Return whether every splice keeps its length, so that nothing moves."""
    return all(splice.growth == 0 for splice in patch.splices)


def change(data: bytes, edit: Mapping[str, tuple[str, ...]]) -> bytes:
    """Return the file with the edit applied. Fails if anything foreign changes."""
    patch = plan(data, edit)
    old, out = io.BytesIO(data), io.BytesIO()
    patch.write(old, out)
    new = out.getvalue()
    check(container_of(old), data, new, edit)
    back = io.BytesIO()
    Patch.from_bytes(patch.inverse(old).to_bytes()).write(out, back)
    assert back.getvalue() == data
    return new


def check(
    container: Container, old: bytes, new: bytes, edit: Mapping[str, tuple[str, ...]]
) -> None:
    """Check that the file has the edited fields, and that nothing else changed."""
    before, after = io.BytesIO(old), io.BytesIO(new)
    assert container_of(after).name == container.name
    expected = {**container.fields(before), **edit}
    found = container.fields(after)
    if "COPYRIGHT" in edit and "COPYRIGHT-2" not in edit:  # it may follow the first line
        expected["COPYRIGHT-2"] = found.get("COPYRIGHT-2", ())
    if "COPYRIGHT" not in edit and found.get("COPYRIGHT") == expected.get("COPYRIGHT-2", ())[:1]:
        expected["COPYRIGHT"] = found["COPYRIGHT"]  # a first tag must not hide the line
        if "COPYRIGHT-2" not in container.settable(before):  # only read without another line
            del expected["COPYRIGHT-2"]
    unknown = expected.pop(UNKNOWN_ENCODING, ())
    expected[UNKNOWN_ENCODING] = tuple(name for name in unknown if expected.get(name))
    assert found == {name: got for name, got in expected.items() if got}
    assert container.settable(after) == container.settable(before)
    assert foreign_difference(container, before, after) is None
    assert same_essence(container, before, after)
    assert container.patch(after, edit).empty
