"""Express new bytes as a delta to old bytes: refer to moved runs, keep only new bytes.

When a field grows into the padding, the bytes between the two (usually cover art) move a
little. Without a delta, the journal would store them twice.
"""

from __future__ import annotations

from rightsdesk.files.patch.patch import Patch, Splice

_PROBE = 32  # bytes to search for: too many to match elsewhere by chance
_STEP = 2048  # bytes between probes: shorter moved runs may be stored as new
_REACH = 1 << 14  # bytes: runs that moved further are not found


def delta(old: bytes, new: bytes) -> Patch:
    """Return the patch from `old` to `new`. It is small if runs of bytes have only moved."""
    splices: list[Splice] = []
    done_old = done_new = at = 0
    while at + _PROBE <= len(new):
        found = old.find(new[at : at + _PROBE], done_old, done_old + _REACH + at - done_new)
        if found < 0:
            at += _STEP
            continue
        back = common_end(old[done_old:found], new[done_new:at])
        ahead = common_start(old, new, found, at)
        splices.append(Splice(done_old, found - back - done_old, new[done_new : at - back]))
        done_old, done_new = found + ahead, at + ahead
        at = done_new
    splices.append(Splice(done_old, len(old) - done_old, new[done_new:]))
    return Patch.of(len(old), splices)


def apply(patch: Patch, old: bytes) -> bytes:
    """Return the new bytes that `patch` makes from `old`."""
    return b"".join(
        [
            piece if isinstance(piece, bytes) else old[piece[0] : sum(piece)]
            for piece in patch.pieces()
        ]
    )


def common_start(a: bytes, b: bytes, a_from: int = 0, b_from: int = 0) -> int:
    """Return how many bytes `a` and `b` share from their start, or from these offsets."""
    most = min(len(a) - a_from, len(b) - b_from)
    low, step = 0, _PROBE
    while low < most:  # in growing steps: most pairs are equal to the end, or hardly at all
        step = min(step, most - low)
        a_part = a[a_from + low : a_from + low + step]
        b_part = b[b_from + low : b_from + low + step]
        if a_part != b_part:
            return low + _first_difference(a_part, b_part)
        low, step = low + step, step * 4
    return low


def common_end(a: bytes, b: bytes) -> int:
    """Return how many bytes `a` and `b` share before their end."""
    most = min(len(a), len(b))
    a_from, b_from = len(a) - most, len(b) - most
    high, step = most, _PROBE
    while high:
        low = max(high - step, 0)
        a_part, b_part = a[a_from + low : a_from + high], b[b_from + low : b_from + high]
        if a_part != b_part:
            return most - low - _last_difference(a_part, b_part) - 1
        high, step = low, step * 4
    return most


def _first_difference(a: bytes, b: bytes) -> int:
    """Return the first index at which two different strings of equal length differ."""
    low, high = 0, len(a)
    while high - low > 1:  # [0, low) is common, [0, high) is not
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _last_difference(a: bytes, b: bytes) -> int:
    """Return the last index at which two different strings of equal length differ."""
    low, high = 0, len(a)
    while high - low > 1:  # [high, end) is common, [low, end) is not
        middle = (low + high) // 2
        if a[middle:high] == b[middle:high]:
            high = middle
        else:
            low = middle
    return low
