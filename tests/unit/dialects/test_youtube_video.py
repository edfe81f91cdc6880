"""YouTube videos: what our tags and our paragraph state, and the limits on their length."""

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import DialectError, Suite
from rightsdesk.consent.dialects.platforms.audius import AudiusTrack, AudiusUser
from rightsdesk.consent.dialects.platforms.youtube import YoutubeTrainability
from rightsdesk.consent.dialects.platforms.youtube_video import YoutubeVideo, tag_length, too_long

NO_AI = Declaration(PRESETS[Preset.NO_AI])
dialect = YoutubeVideo()


def test_other_tags_and_the_text_stay_and_ours_leave_no_trace() -> None:
    before = {"tags": ("deep house", "AI:likeness=yes"), "description": ("At sea.",)}
    edit = dialect.edit(before, NO_AI)
    assert edit["tags"][:2] == ("deep house", "noai")
    assert "ai:generative-training=no" in edit["tags"]
    assert "AI:likeness=yes" not in edit["tags"]
    [text] = edit["description"]
    assert text.startswith("At sea.\n\nAI rights reserved: no training of generative AI")
    back = dialect.edit(edit, Declaration())
    assert back == {"tags": ("deep house",), "description": ("At sea.",)}


def test_a_tag_without_a_valid_answer_is_no_permission() -> None:
    with pytest.raises(DialectError):
        dialect.decode({"tags": ("ai:likeness=maybe",)})


def test_tags_by_other_people_state_nothing() -> None:
    assert dialect.decode({"tags": ("ai", "ai:art", "no ai=yes", "geo:lat=1")}) == Consent()


def test_length_is_counted_as_youtube_does() -> None:
    assert tag_length(()) == 0
    assert tag_length(("Foo-Baz",)) == 7
    assert tag_length(("Foo Baz", "b")) == 9 + 1 + 1
    assert too_long({"tags": ("a" * 500,), "description": ("é" * 2500,)}) == ""
    assert too_long({"description": ("é" * 2501,)}) == (
        "The description would be too long for YouTube (5,002 of 5,000 bytes). Shorten it, then "
        "repeat."
    )
    assert too_long({"tags": ("a" * 498, "bc")}) == (
        "The tags would be too long for YouTube (501 of 500 characters). Take some away, then "
        "repeat."
    )


def test_what_youtube_would_refuse_is_known_before_the_request() -> None:
    """`snippet.description`: valid UTF-8, but for < and > (its reference)."""
    refused = YoutubeVideo().refused
    assert refused({"description": ("No AI. ≤ ‹ › &lt;",), "tags": ("a",)}) == ""
    assert refused({}) == ""
    for text in ("I <3 you", "a > b", "</p>"):
        assert "takes no “<” and no “>”" in refused({"description": (text,)})
    assert "too long for YouTube" in refused({"description": ("é" * 2501,)})


def test_a_read_only_field_causes_no_loss() -> None:
    """We never set YouTube's own switch, so it cannot lose anything that we write."""
    suite = Suite((YoutubeVideo(), YoutubeTrainability()))
    assert suite.losses(NO_AI) == ()


def test_a_carrier_gets_only_the_fields_that_it_has() -> None:
    suite = Suite((AudiusTrack(), AudiusUser()), only_present=True)
    account, track = {"allow_ai_attribution": ("true",)}, {"no_ai_use": ("false",)}
    assert suite.edit(account, NO_AI) == {"allow_ai_attribution": ("false",)}
    assert suite.edit(track, NO_AI) == {"no_ai_use": ("true",)}
    assert suite.edit({}, NO_AI) == {}
    declaration = Declaration(Consent({Use.LIKENESS: Permission.PROHIBITED}))
    assert suite.losses(declaration, suite.settable(account)) == ()
    assert {loss.use for loss in suite.losses(declaration, suite.settable(track))} == {
        *(Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.AI_INPUT, Use.DATA_MINING)
    }
