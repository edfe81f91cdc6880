"""Bytes stored as a difference to other bytes: exact, and small if content only moved."""

import random
from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.patch.delta import apply, common_end, common_start, delta

pieces = st.lists(st.sampled_from([b"a", b"ab" * 40, b"\0" * 100, bytes(range(256))]), max_size=6)


@given(old=pieces, new=pieces)
def test_the_new_bytes_are_restored_exactly(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"".join(old), b"".join(new)
    assert apply(delta(before, after), before) == after


def test_moved_bytes_are_not_stored() -> None:
    cover = random.Random(1).randbytes(60_000)
    before = b"(c) 2024" + cover + bytes(300)
    after = b"(c) 2024, all rights reserved" + cover + b"TXXX" * 20 + bytes(199)
    stored = delta(before, after)
    assert apply(stored, before) == after
    assert len(stored.to_bytes()) < 500


@given(common=st.binary(max_size=300), first=st.binary(max_size=40), second=st.binary(max_size=40))
def test_common_bytes_are_measured_from_both_ends(
    common: bytes, first: bytes, second: bytes
) -> None:
    pairs = zip_longest(first, second)
    alike = next((at for at, (a, b) in enumerate(pairs) if a != b), len(first))
    assert common_start(common + first, common + second) == len(common) + alike
    assert common_end(first[::-1] + common, second[::-1] + common) == len(common) + alike
    assert common_start(first + common, b"+" + first + common, 0, 1) == len(first + common)
