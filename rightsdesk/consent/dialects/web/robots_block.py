"""RightsDesk's own block in a robots.txt, and how it goes into a file that is somebody's.

The block stands between two comment lines. Everything outside of it stays as it is. Inside,
nothing may spill over: crawlers join `User-agent` lines that have no rule between them, so
the last group ends with an empty `Disallow:`, which forbids nothing (RFC 9309, section
2.2.2), and so does a group that the file left open before our block. `Allow: /` would do
that too, but would reopen a site that bars everyone.
"""

import re
from collections.abc import Iterator, Sequence

from rightsdesk.consent.dialects.base import DialectError

BEGIN, END = "# BEGIN RightsDesk", "# END RightsDesk"
NO_EFFECT = "Disallow:"
READ_BY_ALL = 500 * 1024
"""Bytes of robots.txt that every crawler reads; it may leave the rest (RFC 9309, section 2.5)."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_NAME = re.compile(r"\s*([a-z-]+)\s*:", re.IGNORECASE)
_AGENTS = ("user-agent", "useragent")
_RULES = ("allow", "disallow", "content-usage", "content-signal")
_OF_NO_GROUP = ("sitemap", "host")
"""Lines that are for all crawlers wherever they stand."""


def write_block(
    turned_away: Sequence[str],
    rules: Sequence[str],
    extra: Sequence[str] = (),
    named: Sequence[str] = (),
    *,
    comments: Sequence[str] = (),
) -> str:
    """The block: crawlers told to stay away, then the lines for everyone; "" for neither.

    `extra` lines go into every group. `named` are crawlers with groups of their own elsewhere
    in the file, to which the lines are said as well. `comments` stand before all groups.
    """
    groups = []
    if turned_away:
        agents = [f"User-agent: {name}" for name in turned_away]
        groups.append([*agents, *extra, "Disallow: /"])
    if rules or (extra and not turned_away):
        if named:
            agents = [f"User-agent: {name}" for name in named]
            groups.append([*agents, *rules, *extra, NO_EFFECT])
        groups.append(["User-agent: *", *rules, *extra, NO_EFFECT])
    if not groups:
        return ""
    said = "\n\n".join("\n".join(group) for group in groups)
    return "\n".join([BEGIN, *comments, said, END, ""])


def merge_block(existing: str, block: str) -> str:
    """The file with this block in place of an older one, or at its end; the rest untouched.

    A file that is longer than crawlers read gets it at its beginning. An empty block takes the
    older one out. Raises DialectError where the end of an older block is missing, since nobody
    can tell what then belongs to it.
    """
    before, after, found = _around(existing)
    if block and _size(before) + _size(block) + 2 > READ_BY_ALL:
        rest = (_without_gap(before) if found else before) + after
        return _in_front(rest, block)
    newline = "\r\n" if "\r\n" in before + after else "\n"
    if not block:
        return _without_gap(before) + after if found else existing
    lines = block.splitlines()
    if _leaves_open(before):
        lines.insert(1, NO_EFFECT)
    written = newline.join(lines) + newline
    if not found and before:
        before += newline if before.endswith(("\n", "\r")) else newline * 2
    return before + written + after


def block_in(existing: str) -> str:
    """Our block as it stands in the file, `""` where there is none."""
    before, after, found = _around(existing)
    return existing[len(before) : len(existing) - len(after)] if found else ""


def without_block(existing: str) -> str:
    """The file without our block. Raises DialectError where the block is damaged."""
    before, after, _ = _around(existing)
    return before + after


def put_back(now: str, written: str, before: str) -> str | None:
    """The file as it is now, with our block put back to what it was before a write, and every
    other line as it is; None where that can't be told.

    `written` is the file as it was left by that write, `before` as it was until then. It can't
    be told where the write replaced more than a block, where somebody edited the block or took
    it out since, and where lines next to it mean something else without it: a rule after the
    block belongs to the block's last group.
    """
    try:
        parts = [_around(text) for text in (now, written, before)]
    except DialectError:
        return None
    (head, tail, found), (head_then, tail_then, _), (head_before, tail_before, _) = parts
    if not found or not _alike(block_in(now), block_in(written)):
        return None
    if not _alike(head_then + tail_then, head_before + tail_before):
        return None
    if block := block_in(before).splitlines():
        if block[1:2] == [NO_EFFECT]:  # `merge_block` puts it in where it is needed
            del block[1]
        return merge_block(now, "\n".join([*block, ""]))
    first = next((name for name in _names(tail) if name not in _OF_NO_GROUP), "")
    if first and (first not in _AGENTS or _leaves_open(head)):
        return None
    return _without_gap(head) + tail


def _alike(one: str, other: str) -> bool:
    """Whether texts have the same lines, but for empty ones and the way in which lines end."""
    lines = ([line.strip() for line in t.splitlines() if line.strip()] for t in (one, other))
    return next(lines) == next(lines)


def _around(existing: str) -> tuple[str, str, bool]:
    """What stands before our block and after it, and whether there is one."""
    begin = end = -1
    for match in _LINE.finditer(existing):
        line = match.group().strip()
        if line.removeprefix("\ufeff") == BEGIN:
            if begin >= 0:
                raise DialectError("The RightsDesk block in robots.txt begins twice.")
            begin = match.start() + line.startswith("\ufeff")
        elif line == END and begin >= 0 and end < 0:
            end = match.end()
    if begin < 0:
        return existing, "", False
    if end < 0:
        raise DialectError("The RightsDesk block in robots.txt has no end.")
    return existing[:begin], existing[end:], True


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _in_front(existing: str, block: str) -> str:
    """The block before all else. What comes next has to begin with a crawler's name: a rule
    would belong to the last group of the block."""
    names = _names(existing[:READ_BY_ALL].removeprefix("\ufeff"))
    if next((name for name in names if name in (*_AGENTS, *_RULES)), "") in _RULES:
        raise DialectError(
            "The file robots.txt is longer than crawlers read, and begins with a rule for no "
            "crawler: shorten it first."
        )
    mark = "\ufeff" if existing.startswith("\ufeff") else ""
    newline = "\r\n" if "\r\n" in existing else "\n"
    return mark + newline.join(block.splitlines()) + newline + existing.removeprefix("\ufeff")


def _without_gap(before: str) -> str:
    """Without the one empty line that sets our block apart."""
    return re.sub(r"(\r\n|\r|\n)(?:\r\n|\r|\n)\Z", r"\1", before)


def _leaves_open(before: str) -> bool:
    """Whether the last group has crawlers but no rule yet, as plain crawlers see it."""
    deciding = ("allow", "disallow", *_AGENTS)
    return next((n for n in reversed(list(_names(before))) if n in deciding), "") in _AGENTS


def _names(text: str) -> Iterator[str]:
    """What the lines of a text begin with, in lower case, as far as they have a name."""
    for line in re.split(r"\r\n|\r|\n", text):
        if found := _NAME.match(line.partition("#")[0]):
            yield found[1].lower()
