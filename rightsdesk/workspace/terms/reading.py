"""What was fetched, as text: whole, or broken with the reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rightsdesk.errors import KnownError
from rightsdesk.sentences import worded
from rightsdesk.terms.broken import language, unusable
from rightsdesk.terms.decoding import decoded
from rightsdesk.terms.pages import NEEDS_SCRIPTS, needs_scripts, page_text
from rightsdesk.terms.paragraphs import paragraphs
from rightsdesk.workspace.terms.types import Watched


@dataclass(frozen=True, slots=True)
class FetchedText:
    """A fetched text. `broken` is why it is no whole text, "" if it may be one."""

    text: str
    fetched_sha256: str
    broken: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the text; "" if there is none."""
        return text_hash(self.text) if self.text else ""


def text_hash(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def read_text(watched: Watched, body: bytes) -> FetchedText:
    """Return the text of a fetched page or file. Never raises for what is in it."""
    fetched = hashlib.sha256(body).hexdigest()
    try:
        page = decoded(body)
        text = page_text(page).encode("utf-8", "replace").decode()
        if needs_scripts(page, text):
            return FetchedText(text, fetched, NEEDS_SCRIPTS)
        found = paragraphs(text)
    except KnownError as error:
        return FetchedText("", fetched, error.sentence)
    if why := unusable(found):
        return FetchedText(text, fetched, why)
    written_in = language(found)
    if written_in and written_in != watched.document.language.partition("-")[0]:
        return FetchedText(
            text, fetched, worded("It is in another language ({language}).", language=written_in)
        )
    return FetchedText(text, fetched)
