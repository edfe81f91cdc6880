"""Addresses as machines accept them: absolute, without white space, in ASCII if required.

A person types the address of their terms, and it ends up in headers, robots.txt and XML. Text that
is not a web address would break its line there, or smuggle in another one.
"""

from urllib.parse import quote, urlsplit, urlunsplit

_KEPT = "/?:@!$&'()*+,;=-._~%[]#"


def web_address(text: str) -> str:
    """The text if it is an absolute http(s) address on one line; else ""."""
    address = text.strip()
    if any(mark.isspace() or not mark.isprintable() or mark in '<>"\\' for mark in address):
        return ""
    try:
        parts = urlsplit(address)
        reachable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address if reachable else ""


def ascii_address(text: str) -> str:
    """The address in ASCII (RFC 3986; host names as IDNA), for header fields and robots.txt.

    Empty if the text is not a web address, or its host name has no ASCII form.
    """
    address = web_address(text)
    if address.isascii():
        return address
    parts = urlsplit(address)
    try:
        place = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    rest = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, place, *rest))


def mail_address(text: str) -> str:
    """The text if it looks like one e-mail address; else ""."""
    name, at, host = text.strip().partition("@")
    fine = all(mark.isprintable() and mark not in ' <>"(),:;\\' for mark in name + host)
    return f"{name}@{host}" if at and name and "." in host and "@" not in host and fine else ""
