"""One run of bytes told by another: what moved is named, only what is new is kept.

When a field grows into the padding, what lies between the two moves by a few bytes: cover
art, as a rule. Kept as they are, old and new bytes would fill the journal twice over.
"""

from __future__ import annotations

from rightsdesk.files.patch.patch import Patch, Splice

_PROBE = 32  # bytes that are looked for: too many to be found elsewhere by chance
_STEP = 2048  # bytes between tries: a run that moved and is shorter may be kept as new
_REACH = 1 << 14  # bytes by which a run may have moved to be found


def delta(old: bytes, new: bytes) -> Patch:
    """The patch from `old` to `new`, small where runs of bytes have only moved."""
    splices: list[Splice] = []
    told_old = told_new = at = 0
    while at + _PROBE <= len(new):
        found = old.find(new[at : at + _PROBE], told_old, told_old + _REACH + at - told_new)
        if found < 0:
            at += _STEP
            continue
        back = common_end(old[told_old:found], new[told_new:at])
        ahead = common_start(old, new, found, at)
        splices.append(Splice(told_old, found - back - told_old, new[told_new : at - back]))
        told_old, told_new = found + ahead, at + ahead
        at = told_new
    splices.append(Splice(told_old, len(old) - told_old, new[told_new:]))
    return Patch.of(len(old), splices)


def apply(patch: Patch, old: bytes) -> bytes:
    """What `delta` told: the new bytes."""
    pieces = patch.pieces()
    return b"".join([one if isinstance(one, bytes) else old[one[0] : sum(one)] for one in pieces])


def common_start(a: bytes, b: bytes, a_from: int = 0, b_from: int = 0) -> int:
    """How many bytes two strings have in common, from their beginning or these places on."""
    most = min(len(a) - a_from, len(b) - b_from)
    low, step = 0, _PROBE
    while low < most:  # in growing steps, since most are alike to the end or hardly at all
        step = min(step, most - low)
        one = a[a_from + low : a_from + low + step]
        other = b[b_from + low : b_from + low + step]
        if one != other:
            return low + _first_difference(one, other)
        low, step = low + step, step * 4
    return low


def common_end(a: bytes, b: bytes) -> int:
    """How many bytes two strings have in common before their end."""
    most = min(len(a), len(b))
    ahead, behind = len(a) - most, len(b) - most
    high, step = most, _PROBE
    while high:
        low = max(high - step, 0)
        one, other = a[ahead + low : ahead + high], b[behind + low : behind + high]
        if one != other:
            return most - low - _last_difference(one, other) - 1
        high, step = low, step * 4
    return most


def _first_difference(a: bytes, b: bytes) -> int:
    """Where two different strings of one length part."""
    low, high = 0, len(a)
    while high - low > 1:  # [0, low) is common, [0, high) is not
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _last_difference(a: bytes, b: bytes) -> int:
    """The last place at which two different strings of one length differ."""
    low, high = 0, len(a)
    while high - low > 1:  # from `high` on all is common, from `low` on it is not
        middle = (low + high) // 2
        if a[middle:high] == b[middle:high]:
            high = middle
        else:
            low = middle
    return low
