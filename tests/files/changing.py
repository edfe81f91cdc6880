"""Change a built file the way the writer will, and check what must hold every time."""

from __future__ import annotations

import io
from collections.abc import Mapping

from rightsdesk.files.containers import (
    Container,
    container_of,
    foreign_difference,
    same_essence,
)
from rightsdesk.files.patch import Patch

NO_AI = {
    "AI-CONSENT": ("generative-training=n, other-training=n, likeness=n",),
    "CONTENT-USAGE": ("train-ai=n",),
    "TDM-RESERVATION": ("1",),
    "TDM-POLICY": ("https://label.example/ai-policy",),
    "COPYRIGHT": ("© 2026 Björk. No AI training without licence.",),
}
NOTHING: dict[str, tuple[str, ...]] = dict.fromkeys(NO_AI, ())


def fields(data: bytes) -> dict[str, tuple[str, ...]]:
    file = io.BytesIO(data)
    return container_of(file).fields(file)


def plan(data: bytes, wanted: Mapping[str, tuple[str, ...]]) -> Patch:
    file = io.BytesIO(data)
    return container_of(file).patch(file, wanted)


def change(data: bytes, wanted: Mapping[str, tuple[str, ...]]) -> bytes:
    """The file with `wanted` set. Fails unless all that is not ours is as it was."""
    patch = plan(data, wanted)
    old, out = io.BytesIO(data), io.BytesIO()
    patch.write(old, out)
    new = out.getvalue()
    check(container_of(old), data, new, wanted)
    back = io.BytesIO()
    Patch.from_bytes(patch.inverse(old).to_bytes()).write(out, back)
    assert back.getvalue() == data
    return new


def check(
    container: Container, old: bytes, new: bytes, wanted: Mapping[str, tuple[str, ...]]
) -> None:
    """What the file says is what was wanted, and nothing else changed."""
    before, after = io.BytesIO(old), io.BytesIO(new)
    assert container_of(after).name == container.name
    expected = {**container.fields(before), **wanted}
    assert container.fields(after) == {name: got for name, got in expected.items() if got}
    assert foreign_difference(container, before, after) is None
    assert same_essence(container, before, after)
    assert container.patch(after, wanted).empty
