"""Fuzzing: mutate every kind of file, then read it, change it and change it back.

Run it as a program for any number of files. Failures are printed with their seed:

    python -m tests.files.fuzz 10000
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

from rightsdesk.consent.fields import LEFT_ALONE
from rightsdesk.errors import KnownError
from rightsdesk.files.containers import container_of, foreign_difference, same_essence
from rightsdesk.files.owned import XMP_DAMAGED, XMP_OWNED
from rightsdesk.files.patch.patch import Patch
from rightsdesk.files.signed.manifest import declared_in
from rightsdesk.files.signed.manifest_place import signature_of
from tests.files.changing import NO_AI, NO_AI_IN_XMP, nothing, settable
from tests.files.corpus import FILES

LONGEST = 2.0
"""Time limit for a file, in seconds."""

_LARGEST = 500 << 20  # bytes of memory that the process may take


def no_ai_for(file: bytes) -> dict[str, tuple[str, ...]]:
    """Return No AI in every field that this file can hold, except its own copyright line."""
    names = settable(file)
    return NO_AI | {name: v for name, v in NO_AI_IN_XMP.items() if name in names}


def changed_or_refused(file: bytes) -> str:
    """Read and change any file; return the cause of a refusal, "" if it was changed.

    Any error but a KnownError is a bug.
    """
    opened = io.BytesIO(file)
    try:
        container = container_of(opened)
        signed = signature_of(container, opened)
        if signed is not None:
            declared_in(signed, opened)
        container.fields(opened)
        edit = no_ai_for(file)
        patch = container.patch(opened, edit)
        before = list(container.foreign(opened))
    except KnownError as refused:
        return refused.cause
    assert len(before) < 100_000
    new, back = io.BytesIO(), io.BytesIO()
    patch.write(opened, new)
    assert container_of(new).name == container.name
    assert foreign_difference(container, opened, new) is None
    assert same_essence(container, opened, new)
    found = container.fields(new)
    assert {name: found.get(name) for name in edit} == edit
    Patch.from_bytes(patch.inverse(opened).to_bytes()).write(new, back)
    assert back.getvalue() == file
    bare = container.patch(new, nothing(new.getvalue()))
    bare.write(new, out := io.BytesIO())
    remaining = container.fields(out)
    left = remaining.keys() - {"dc:rights", LEFT_ALONE, *remaining.get(LEFT_ALONE, ())}
    assert not left or XMP_DAMAGED in left, "only a damaged packet may stay unchanged"
    assert left <= {XMP_DAMAGED, *XMP_OWNED}
    assert foreign_difference(container, opened, out) is None
    return ""


def mutated(file: bytes, numbers: random.Random) -> bytes:
    """Return the file with flipped bits, false sizes, missing bytes or extra bytes."""
    out = bytearray(file)
    for _ in range(numbers.choice((1, 1, 2, 5))):
        # The start holds the structure, so it is hit more often.
        at = numbers.choice((numbers.randrange(len(out)), numbers.randrange(min(300, len(out)))))
        kind = numbers.randrange(8)
        if kind == 0:
            out[at] ^= 1 << numbers.randrange(8)
        elif kind == 1:
            out[at] = numbers.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            out[at : at + 4] = numbers.choice((bytes(4), b"\xff" * 4, b"\x7f" * 4, b"\0\0\0\1"))
        elif kind == 3 and len(out) > 1:
            del out[at:]
        elif kind == 4:
            del out[at : at + numbers.randrange(1, 40)]
        elif kind == 5:  # a duplicated part
            out[at:at] = out[numbers.randrange(len(out)) :][: numbers.randrange(1, 400)]
        elif kind == 6:  # a size that is a little off
            out[at] = (out[at] + numbers.choice((-4, -2, -1, 1, 2, 4))) % 256
        else:
            out[at:at] = numbers.randbytes(numbers.randrange(1, 40))
        if not out:
            break
    return bytes(out)


def mutations(name: str, count: int, *, seed: int = 0) -> Iterator[bytes]:
    """Yield `count` mutated forms of a file of the corpus, the same in every run."""
    numbers = random.Random(f"{name} {seed}")
    for _ in range(count):
        yield mutated(FILES[name], numbers)


def main(count: int, seed: int) -> int:
    """Test `count` mutations; return the number of failures."""
    import resource  # not on Windows, and only needed here

    wrong = 0
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for name in FILES:
        for number, file in enumerate(mutations(name, -(-count // len(FILES)), seed=seed)):
            start = time.perf_counter()
            try:
                outcomes[changed_or_refused(file) or "changed"] += 1
            except Exception as error:  # any error is a finding
                wrong += 1
                print(f"{name} {number} of seed {seed}: {error!r}")
            slowest = max(slowest, time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{sum(outcomes.values())} files: {dict(outcomes)}, {wrong} wrong,")
    print(f"slowest {slowest:.2f} s, largest memory {memory >> 20} MB")
    return wrong + (slowest > LONGEST) + (memory > _LARGEST)


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]] or [10_000]
    sys.exit(main(arguments[0], arguments[1] if len(arguments) > 1 else 0) > 0)
