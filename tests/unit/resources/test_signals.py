"""Every language is explained once, and no explanation promises more than was observed."""

from collections import Counter

import pytest

from rightsdesk.consent import Permission, Use
from rightsdesk.consent.dialects import Dialect
from rightsdesk.consent.dialects.every import ALL_DIALECTS
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.dialects.platforms.bluesky import BlueskyIntents
from rightsdesk.consent.dialects.vocabulary import vocabulary, wordless
from rightsdesk.consent.dialects.web.aipref import Aipref
from rightsdesk.consent.dialects.web.noai import NoaiHeader
from rightsdesk.resources.signals import all_signals, signal_named


def test_every_dialect_belongs_to_one_signal() -> None:
    counts = Counter(dialect for signal in all_signals() for dialect in signal.dialects)
    assert set(counts) == {dialect.id for dialect in ALL_DIALECTS}
    assert set(counts.values()) == {1}


def test_every_signal_names_its_readers_in_whole_sentences() -> None:
    for signal in all_signals():
        for text in (signal.where, signal.readers, signal.good_for):
            assert text[0].isupper() or text.startswith(("exiftool", "img2dataset", "robots"))
            assert text.endswith(".")


def test_a_signal_is_found_by_its_name_or_its_place() -> None:
    assert signal_named(" TDMRep ") is signal_named("tdmrep-header") is not None
    assert signal_named("fax") is None


def test_the_vocabulary_is_what_the_dialect_can_state() -> None:
    assert vocabulary(NoaiHeader())[Permission.PROHIBITED] == (
        Use.GENERATIVE_TRAINING,
        Use.OTHER_TRAINING,
        Use.AI_INPUT,
    )
    assert vocabulary(NoaiHeader())[Permission.ALLOWED] == ()
    assert vocabulary(AiConsent())[Permission.CONSTRAINED] == tuple(Use)
    assert wordless(AiConsent()) == ()
    assert Use.LIKENESS in wordless(Aipref())
    assert Use.SEARCH not in wordless(Aipref())


def test_a_read_only_dialect_lacks_no_words() -> None:
    assert wordless(BlueskyIntents()) == ()


@pytest.mark.parametrize("dialect", ALL_DIALECTS, ids=lambda dialect: dialect.id)
def test_notes_never_raise(dialect: Dialect) -> None:
    fields = dict.fromkeys(dialect.fields, ("� {[<nonsense", ""))
    assert all(text.endswith(".") for text in dialect.notes_on(fields))
