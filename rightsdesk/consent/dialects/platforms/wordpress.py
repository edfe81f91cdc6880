"""The artist's reservation with an audio file in WordPress: a paragraph of its description.

WordPress has no field for AI consent. Our sentence is in the description of a media file (or in the
caption, if a person put it there), and only ever reserves. Both are HTML, so the sentence is
written as HTML: WordPress itself would change the spelling of an `&` in it.
"""

import html
from collections.abc import Iterable
from dataclasses import replace

from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, SharedFields
from rightsdesk.consent.dialects.files.sentence import (
    chosen_sentence,
    stated_by,
    with_sentence,
    without_ours,
    without_written,
)
from rightsdesk.consent.dialects.take_back import Values
from rightsdesk.consent.fields import Fields
from rightsdesk.sentences import worded

CAPTION, DESCRIPTION = "caption", "description"
POST = "post"
PARAGRAPH = "\n\n"


class WordPressMedia(SharedFields):
    """`description` and `caption` of a media file, as edited (not as rendered)."""

    id = "wordpress-media"
    name = "WordPress media"
    fields = (DESCRIPTION, CAPTION)

    def decode(self, fields: Fields) -> Consent:
        """The strictest of our sentences. Raises DialectError for a damaged one."""
        texts = (text for name in self.fields for text in fields.get(name, ()))
        return strictest(stated_by(html.unescape(text)) for text in texts)

    def take_back(self, name: str, now: Values, written: Values, before: Values) -> Values | None:
        """Without the sentence that was written; the rest of the text stays as it is."""
        return without_written(now, written, before, PARAGRAPH)

    def _filled(self, fields: Fields, declaration: Declaration) -> Fields:
        """Adds or replaces one paragraph; everything else stays."""
        as_html = _as_html(declaration)
        caption = fields.get(CAPTION, ())
        former = [*as_html.former_sentences, as_html.sentence or ""]
        if any(without_ours(text, former) != text for text in caption):
            caption = with_sentence(caption, as_html, PARAGRAPH)
        filled = {
            DESCRIPTION: with_sentence(fields.get(DESCRIPTION, ()), as_html, PARAGRAPH),
            CAPTION: caption,
        }
        return {name: values for name, values in filled.items() if values}


class WordPressPost(Dialect):
    """Our sentence in posts that play the file: the post's address, then the sentence."""

    id = "wordpress-post"
    name = "WordPress posts"
    fields = (POST,)
    read_only = fields

    def encode(self, declaration: Declaration) -> Fields:
        """Nothing: RightsDesk reads posts and never writes them."""
        return {}

    def decode(self, fields: Fields) -> Consent:
        """The strictest of the sentences. Raises DialectError for a damaged one."""
        return strictest(stated_by(text.partition("\n")[2]) for text in fields.get(POST, ()))

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """Where the sentence is, and that only the artist can change it there."""
        posts = dict.fromkeys(text.partition("\n")[0] for text in fields.get(POST, ()))
        where = ", ".join(post for post in posts if post)
        if not posts:
            return ()
        return (
            worded(
                "RightsDesk only reads posts. To change one, edit it in WordPress: {where}."
                if where
                else "RightsDesk only reads posts. To change one, edit it in WordPress.",
                where=where,
            ),
        )


def same_html(written: Iterable[str], observed: Iterable[str]) -> bool:
    """Whether two HTML texts are equal, ignoring line ends, spaces at them, and spellings of
    characters."""
    return [_plain(text) for text in written] == [_plain(text) for text in observed]


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in html.unescape(text).splitlines()).strip()


def _as_html(declaration: Declaration) -> Declaration:
    former = declaration.former_sentences
    return replace(
        declaration,
        sentence=html.escape(chosen_sentence(declaration), quote=False),
        former_sentences=(*former, *(html.escape(text, quote=False) for text in former)),
    )
