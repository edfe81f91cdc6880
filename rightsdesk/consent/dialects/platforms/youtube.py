"""YouTube: whether third parties may train on a video, as its API reports.

Source: YouTube Video Third-Party Trainability API, `permitted`: `all`, `none`, or the permitted
companies. It can be read without an account, and no program can write it: the switch is in YouTube
Studio. It says nothing about Google's own use. A list of companies reads as “ask me”: reading it as
no would hide from the artist that some may train already, reading it as yes would widen it to all.
"""

from rightsdesk import phrases
from rightsdesk.consent.consent import Consent, strictest
from rightsdesk.consent.declaration import Declaration
from rightsdesk.consent.dialects.base import Dialect, DialectError
from rightsdesk.consent.fields import Fields
from rightsdesk.consent.uses import Permission, Use
from rightsdesk.sentences import worded

FIELD = "permitted"
TRAINING = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING)
_SHOWN = 20


class YoutubeTrainability(Dialect):
    """`permitted`, one value for each entry of the list. Read only."""

    id = "youtube-trainability"
    name = "YouTube third-party training"
    fields = (FIELD,)
    read_only = fields

    def encode(self, declaration: Declaration) -> Fields:
        """Nothing: YouTube offers no way to write it."""
        return {}

    def decode(self, fields: Fields) -> Consent:
        """No for none, yes for all, “ask me” for a list.

        Raises DialectError if all or none occurs with other entries.
        """
        entries = [value.strip() for value in fields.get(FIELD, ())]
        words = {entry.lower() for entry in entries}
        if not all(entries) or (len(words) > 1 and words & {"all", "none"}):
            raise DialectError("YouTube's answer contradicts itself.")
        return strictest(Consent(dict.fromkeys(TRAINING, _meaning(entry))) for entry in entries)

    def notes(self, declaration: Declaration) -> tuple[str, ...]:
        """Where to change it."""
        return (
            "Only you can change this, in YouTube Studio: Settings, Channel, Advanced settings, "
            "Third-party training. It does not limit what Google itself does.",
        )

    def notes_on(self, fields: Fields) -> tuple[str, ...]:
        """What “none” can also mean, and which companies are on the list."""
        entries = [value.strip() for value in fields.get(FIELD, ())]
        if [entry.lower() for entry in entries] == ["none"]:
            return ("“None” can also mean that YouTube does not offer this video for training.",)
        if not entries or "all" in entries:
            return ()
        names = phrases.first_few((entry[:60] for entry in entries), _SHOWN)
        return (worded("May train on it already: {names}.", names=names),)


def _meaning(entry: str) -> Permission:
    if entry.lower() == "none":
        return Permission.PROHIBITED
    return Permission.ALLOWED if entry == "all" else Permission.CONSTRAINED
