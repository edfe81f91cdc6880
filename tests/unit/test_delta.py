"""Bytes told by other bytes: always exact, and small where things only moved."""

import random

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.delta import apply, delta

pieces = st.lists(st.sampled_from([b"a", b"ab" * 40, b"\0" * 100, bytes(range(256))]), max_size=6)


@given(old=pieces, new=pieces)
def test_whatever_the_two_are_the_new_one_comes_back(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"".join(old), b"".join(new)
    assert apply(delta(before, after), before) == after


def test_what_only_moved_is_not_kept() -> None:
    cover = random.Random(1).randbytes(60_000)
    before = b"(c) 2024" + cover + bytes(300)
    after = b"(c) 2024, all rights reserved" + cover + b"TXXX" * 20 + bytes(199)
    told = delta(before, after)
    assert apply(told, before) == after
    assert len(told.to_bytes()) < 500
