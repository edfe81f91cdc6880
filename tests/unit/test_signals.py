"""Every language is explained once, and never promised more for than was seen."""

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
    told = Counter(dialect for signal in all_signals() for dialect in signal.dialects)
    assert set(told) == {dialect.id for dialect in ALL_DIALECTS}
    assert set(told.values()) == {1}


def test_every_signal_says_who_reads_it_in_whole_sentences() -> None:
    for signal in all_signals():
        for text in (signal.where, signal.readers, signal.good_for):
            assert text[0].isupper() or text.startswith(("exiftool", "img2dataset", "robots"))
            assert text.endswith(".")


def test_a_signal_is_found_by_its_name_or_a_place_of_it() -> None:
    assert signal_named(" TDMRep ") is signal_named("tdmrep-header") is not None
    assert signal_named("fax") is None


def test_the_vocabulary_is_what_the_language_says_itself() -> None:
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


def test_a_language_that_is_only_read_lacks_no_words() -> None:
    assert wordless(BlueskyIntents()) == ()


@pytest.mark.parametrize("dialect", ALL_DIALECTS, ids=lambda one: one.id)
def test_caveats_never_raise(dialect: Dialect) -> None:
    fields = dict.fromkeys(dialect.fields, ("� {[<nonsense", ""))
    assert all(text.endswith(".") for text in dialect.caveats(fields))
