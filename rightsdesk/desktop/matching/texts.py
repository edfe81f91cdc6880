"""The words of matching: what differs between a track and a candidate."""

from __future__ import annotations

from rightsdesk import phrases
from rightsdesk.desktop.parts.texts import tr
from rightsdesk.workspace.types.matches import Doubt, MatchCandidate, MatchQuestion


def doubt_text(doubt: Doubt, question: MatchQuestion, candidate: MatchCandidate) -> str:
    """Why a candidate is not certain, with both values where they differ."""
    pairs = {
        Doubt.TITLE: (tr("Title differs"), question.title, candidate.title),
        Doubt.ARTIST: (tr("Artist differs"), question.performer, candidate.artist),
        Doubt.LENGTH: (
            tr("Length differs"),
            phrases.length(question.duration_ms),
            phrases.length(candidate.duration_ms),
        ),
        Doubt.ISRC: (tr("ISRC differs"), question.isrc, candidate.isrc),
    }
    if doubt in pairs:
        what, there, here = pairs[doubt]
        if not there:
            return {
                Doubt.ARTIST: tr("The platform names no artist"),
            }.get(doubt, what)
        form = tr("{what}: “{there}” there, “{here}” in your catalogue")
        return form.format(what=what, there=there, here=here)
    if doubt is Doubt.NO_LENGTH:
        return tr("A length is not known, so it can't be compared")
    return tr("Another recording or track fits as well")


def candidate_text(candidate: MatchCandidate) -> str:
    """Title, release and length of a candidate."""
    length = phrases.length(candidate.duration_ms)
    return " · ".join(part for part in (candidate.release, candidate.artist, length) if part)


def question_text(question: MatchQuestion, platform: str) -> str:
    """Where a track is, who plays it, and how long it is."""
    length = phrases.length(question.duration_ms)
    return " · ".join(part for part in (platform, question.performer, length) if part)
