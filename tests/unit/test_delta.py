"""Bytes told by other bytes: always exact, and small where things only moved."""

import random
from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from rightsdesk.files.patch.delta import apply, common_end, common_start, delta

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


@given(common=st.binary(max_size=300), one=st.binary(max_size=40), other=st.binary(max_size=40))
def test_what_is_in_common_is_measured_from_both_ends(
    common: bytes, one: bytes, other: bytes
) -> None:
    pairs = zip_longest(one, other)
    alike = next((at for at, (a, b) in enumerate(pairs) if a != b), len(one))
    assert common_start(common + one, common + other) == len(common) + alike
    assert common_end(one[::-1] + common, other[::-1] + common) == len(common) + alike
    assert common_start(one + common, b"+" + one + common, 0, 1) == len(one + common)
