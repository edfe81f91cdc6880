"""Recognise a web page that a site sends in place of a file.

Many sites answer every address with a page and 200: single-page apps, domain parking, firewalls
with a bot check. Such a page says nothing about AI, and no line of it may get into a file.
Everything here scans forward only, so the time is linear in the size of the answer.
"""

import codecs

from rightsdesk.consent.dialects.web.own_site import LINKED_RSL
from rightsdesk.consent.dialects.web.robots import FIELD as ROBOTS
from rightsdesk.consent.dialects.web.robots import is_robots, says_something
from rightsdesk.consent.dialects.web.rsl import FIELD as RSL
from rightsdesk.platforms.http.answer import Answer, is_html

LONGEST_NAME = 100


def is_page(answer: Answer, name: str) -> bool:
    """Whether this is a web page in place of the file `name` (a field of the site).

    Servers can be misconfigured: a file labelled as a page counts as a file if its content fits.
    """
    text = text_of(answer)
    element = first_element(text)
    labelled = is_html(answer)
    if name in (RSL, LINKED_RSL):
        return element is None or (element != "rsl" and (labelled or element in _HTML))
    if element is not None:
        return True
    if name == ROBOTS:
        return not (says_something(text) if labelled else is_robots(text))
    return not text.lstrip("\ufeff \t\r\n").startswith(("[", "{"))


def text_of(answer: Answer) -> str:
    """Return the body as text: UTF-8, or UTF-16 if it begins with a BOM."""
    body = answer.body
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if wide else "utf-8", "replace").replace("\x00", "\ufffd")


def first_element(text: str) -> str | None:
    """Return the name of a text's first element, in lower case and without a prefix.

    "" for markup without an element, None for text that is not HTML or XML.
    """
    at, markup = 0, False
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == "\ufeff"):
            at += 1
        for begin, end in (("<!--", "-->"), ("<?", "?>"), ("<!", ">")):
            if text.startswith(begin, at):
                found = text.find(end, at + len(begin))
                if found < 0:
                    return ""
                at, markup = found + len(end), True
                break
        else:
            break
    if not text.startswith("<", at):
        return "" if markup else None
    name = text[at + 1 : at + 1 + LONGEST_NAME]
    for number, char in enumerate(name):
        if not (char.isalnum() or char in "-_.:"):
            name = name[:number]
            break
    return name.rpartition(":")[2].lower()


_HTML = frozenset(
    {"", "html", "head", "body", "div", "span", "p", "a", "script", "style", "title", "meta"}
    | {"link", "main", "section", "article", "header", "footer", "nav", "center", "table", "img"}
    | {"form", "iframe", "noscript", "h1", "h2", "h3", "pre", "br", "b", "svg", "template"}
)
