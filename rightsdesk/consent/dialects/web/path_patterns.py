"""Path patterns of robots.txt (RFC 9309, section 2.2.3), which TDMRep and RSL use too.

A pattern is a prefix of the path; `*` matches any characters, a final `$` the end of the path.
Matching takes linear time, because patterns come from other people's files.
"""


def matches(pattern: str, path: str) -> bool:
    """Whether the pattern covers the path. An empty pattern covers nothing."""
    if not pattern:
        return False
    ends = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if ends and not rest:
        return path == first
    place = len(first)
    last = rest.pop() if ends else ""
    for part in rest:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return not ends or (len(path) - len(last) >= place and path.endswith(last))


def covers_all(pattern: str) -> bool:
    """Whether the pattern covers every path of a site, judged by its form."""
    return pattern in ("/", "*", "/*")


def reaches_into(pattern: str, place: str) -> bool:
    """Whether the pattern covers some, and not plainly all, paths that begin with `place`."""
    literal, wild, _ = pattern.partition("*")
    inside = literal.removesuffix("$").startswith(place)
    across = bool(wild) and place.startswith(literal) and not matches(pattern, place)
    return bool(pattern) and (inside or across)
