"""RightsDesk's own block in a robots.txt, and how it is merged into an existing file.

The block is between two comment lines. Everything outside stays. Nothing inside may leak: crawlers
join `User-agent` lines without a rule between them. So the last group ends with an empty
`Disallow:`, which forbids nothing (RFC 9309, section 2.2.2). So does a group that the file left
open before our block. `Allow: /` would work too, but would reopen a site that bars everyone.
"""

import re
from collections.abc import Iterator, Sequence

from rightsdesk.consent.dialects.base import DialectError

BEGIN, END = "# BEGIN RightsDesk", "# END RightsDesk"
NO_EFFECT = "Disallow:"
READ_BY_ALL = 500 * 1024
"""Bytes of robots.txt that every crawler reads; it may ignore the rest (RFC 9309, section 2.5)."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_NAME = re.compile(r"\s*([a-z-]+)\s*:", re.IGNORECASE)
_AGENTS = ("user-agent", "useragent")
_RULES = ("allow", "disallow", "content-usage", "content-signal")
_OF_NO_GROUP = ("sitemap", "host")
"""Lines that address all crawlers, at any place in the file."""


def write_block(
    turned_away: Sequence[str],
    rules: Sequence[str],
    extra: Sequence[str] = (),
    named: Sequence[str] = (),
    *,
    comments: Sequence[str] = (),
) -> str:
    """The block: refused crawlers, then the lines for everyone; "" without both.

    `extra` lines go into every group. `named` are crawlers with groups of their own elsewhere in
    the file, for which the lines are repeated. `comments` come before all groups.
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
    content = "\n\n".join("\n".join(group) for group in groups)
    return "\n".join([BEGIN, *comments, content, END, ""])


def merge_block(existing: str, block: str) -> str:
    """The file with this block replacing an older one, or at its end; the rest is untouched.

    A file that is longer than crawlers read gets the block at its beginning. An empty block removes
    the older one. Raises DialectError if an older block has no end, since its extent is then
    unknown.
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
    """Our block as it is in the file; "" if there is none."""
    before, after, found = _around(existing)
    return existing[len(before) : len(existing) - len(after)] if found else ""


def without_block(existing: str) -> str:
    """The file without our block. Raises DialectError if the block is damaged."""
    before, after, _ = _around(existing)
    return before + after


def put_back(now: str, written: str, before: str) -> str | None:
    """The file as it is now with our block as before a write, and every other line unchanged. None
    if that cannot be determined.

    `written` is the file after that write, `before` the file until then. It cannot be determined if
    the write replaced more than a block, if the block was edited or removed since, or if lines next
    to it mean something else without it: a rule after the block belongs to the block's last group.
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
        if block[1:2] == [NO_EFFECT]:  # `merge_block` inserts it where it is needed
            del block[1]
        return merge_block(now, "\n".join([*block, ""]))
    first = next((name for name in _names(tail) if name not in _OF_NO_GROUP), "")
    if first and (first not in _AGENTS or _leaves_open(head)):
        return None
    return _without_gap(head) + tail


def _alike(first: str, second: str) -> bool:
    """Whether texts have the same lines, ignoring empty lines and line ends."""
    lines = ([line.strip() for line in t.splitlines() if line.strip()] for t in (first, second))
    return next(lines) == next(lines)


def _around(existing: str) -> tuple[str, str, bool]:
    """The text before and after our block, and whether there is one."""
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
    """The block before everything else. The next line must name a crawler: a rule would belong to
    the last group of the block."""
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
    """The text without the one empty line that separates our block."""
    return re.sub(r"(\r\n|\r|\n)(?:\r\n|\r|\n)\Z", r"\1", before)


def _leaves_open(before: str) -> bool:
    """Whether the last group has crawlers but no rule yet, as plain crawlers see it."""
    deciding = ("allow", "disallow", *_AGENTS)
    return next((n for n in reversed(list(_names(before))) if n in deciding), "") in _AGENTS


def _names(text: str) -> Iterator[str]:
    """The names of a text's lines, in lower case."""
    for line in re.split(r"\r\n|\r|\n", text):
        if found := _NAME.match(line.partition("#")[0]):
            yield found[1].lower()
