"""Words that window and command line share: for audio states, and for consents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rightsdesk import phrases
from rightsdesk.consent import Consent, Permission, Use, preset_of, read_as
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.presets import PRESET_TEXTS
from rightsdesk.consent.words import listed, permission_name
from rightsdesk.sentences import worded
from rightsdesk.workspace.audio_proof import AudioState
from rightsdesk.workspace.types.consents import EffectiveConsent
from rightsdesk.workspace.types.matrix import StatementView
from rightsdesk.workspace.types.scopes import ScopeKind


@dataclass(frozen=True, slots=True)
class AudioStateWords:
    """A state of a file's audio: a name, a sentence, and what to do about it."""

    name: str
    meaning: str
    advice: str = ""


AUDIO_STATE_WORDS: Mapping[AudioState, AudioStateWords] = {
    AudioState.SAME: AudioStateWords(
        "proven", "The audio is what it was before RightsDesk first changed the file."
    ),
    AudioState.CHANGED: AudioStateWords(
        "different",
        "The audio is no longer what it was before RightsDesk first changed the file.",
        "RightsDesk compares the audio at each change that it makes; so another program or the "
        "disk did this. If that was not intended, restore the file from a backup.",
    ),
    AudioState.UNREADABLE: AudioStateWords(
        "unreadable",
        "The audio could not be read.",
        "Check whether the file is there and plays; if not, restore it from a backup.",
    ),
    AudioState.NOT_RECORDED: AudioStateWords(
        "not noted",
        "RightsDesk changed the file without noting first what its audio was.",
        "There is nothing to compare with, and what the audio is now proves nothing.",
    ),
    AudioState.UNTOUCHED: AudioStateWords(
        "no change noted",
        "RightsDesk has no note of having changed the file: there is nothing to compare with.",
    ),
}

TO_CHECK = (AudioState.CHANGED, AudioState.UNREADABLE, AudioState.NOT_RECORDED)
"""States whose files are listed, the most pressing first."""


def inherited_reservations(scoped: EffectiveConsent) -> tuple[Use, ...]:
    """The uses that a preset does not answer and that an inherited consent reserves."""
    if preset_of(scoped.own) is None:
        return ()
    return tuple(
        use
        for use, answer in scoped.effective.items()
        if use not in scoped.own and answer is not Permission.ALLOWED
    )


def inherited_reservations_words(scoped: EffectiveConsent) -> str:
    """A sentence about the inherited reservations of a preset; "" if there are none."""
    uses, preset = inherited_reservations(scoped), preset_of(scoped.own)
    if preset is None or not uses:
        return ""
    names = phrases.and_list(dict.fromkeys(scoped.origin[use][1] for use in uses))
    answers = phrases.and_list(
        dict.fromkeys(permission_name(scoped.effective[use]) for use in uses)
    )
    title = PRESET_TEXTS[preset].title
    return worded(
        "“{title}” doesn't cover {uses}: there, the answer for {names} still applies ({answers}).",
        title=title,
        uses=listed(uses),
        names=names,
        answers=answers,
    )


def own_consents_words(numbers: Mapping[ScopeKind, int]) -> str:
    """`1 release and 3 recordings`; "" for none."""
    return phrases.and_list(phrases.counted(n, kind) for kind, n in numbers.items() if n)


def as_declared(says: Consent, statements: Iterable[StatementView]) -> Consent:
    """What to name a reading of a carrier by: as our own field declares it, where it has one."""
    own = next((one.says for one in statements if one.dialect == AiConsent.id), None)
    return read_as(says, own)
