"""Four rules that every dialect follows, and each dialect's own examples."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import Dialect, DialectError, Suite
from rightsdesk.consent.dialects.every import ALL_DIALECTS
from rightsdesk.consent.dialects.files.ai_consent import AiConsent
from rightsdesk.consent.dialects.files.sentence import CopyrightSentence, standard_sentence
from rightsdesk.consent.dialects.platforms.soundcloud import SoundCloudTrack
from rightsdesk.consent.dialects.registries.tdm_ai import TdmAi
from rightsdesk.consent.dialects.suites import FILE_SUITE, SOUNDCLOUD_SUITE
from rightsdesk.consent.dialects.web.ai_crawlers import AiCrawlers
from rightsdesk.consent.dialects.web.aipref import Aipref
from rightsdesk.consent.dialects.web.robots_txt import RobotsTxt
from rightsdesk.consent.dialects.web.rsl_link import RslLink
from rightsdesk.consent.dialects.web.tdmrep import Tdmrep
from rightsdesk.consent.dialects.web.tdmrep_file import TdmrepFile
from rightsdesk.consent.fields import Fields, edited
from rightsdesk.consent.losses import loss_sentence
from rightsdesk.resources.crawlers import crawler_list
from tests.unit.strategies import consents, declarations, lines, mutated

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
TDM = (Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING)
SITE = "https://label.example"
WITH_SETTINGS: list[Dialect] = [
    TdmrepFile("/music/", policy_url=f"{SITE}/tdm-policy.json"),
    AiCrawlers(crawler_list().kinds),
    RobotsTxt(crawler_list().kinds, licence_url=f"{SITE}/rsl.xml"),
    RslLink(f"{SITE}/rsl.xml"),
    TdmAi("ISCC:KECRIHLR2PFI6HTI"),
]
DIALECTS = [*ALL_DIALECTS, *WITH_SETTINGS]
SUITES = [FILE_SUITE, SOUNDCLOUD_SUITE]
NO_AI = Declaration(PRESETS[Preset.NO_AI])

every_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.id)
every_suite = pytest.mark.parametrize("suite", SUITES, ids=["file", "soundcloud"])


@given(declaration=declarations)
def test_never_widens(declaration: Declaration) -> None:
    for dialect in DIALECTS:
        for use, answer in dialect.decode(dialect.encode(declaration)).items():
            intended = declaration.consent.get(use, NO)
            assert answer.rank <= intended.rank, (dialect.id, use)


@given(declaration=declarations)
def test_reports_every_loss(declaration: Declaration) -> None:
    for dialect in DIALECTS:
        said = dialect.decode(dialect.encode(declaration))
        differing = {use for use in Use if said.get(use) != declaration.consent.get(use)}
        losses = dialect.losses(declaration)
        assert {loss.use for loss in losses} == differing, dialect.id
        assert all(loss_sentence(loss).endswith(".") for loss in losses)


NOISE = st.text(max_size=60) | st.sampled_from(
    [
        "train-ai=y train-ai=n",
        "generative-training=maybe",
        "AI rights reserved: no fun",
        "1 0",
        "=",
        "[[[[",
        "{}",
        '{"entries": null}',
        '[{"location": 1}]',
        "<rsl/>",
        "User-agent\nDisallow",
    ]
)
GRANTS = ("=y", "0", "all", "true", "UseFor", "EXCEPT", "ALLOWED", "permits")
"""Without a word from this list, in any language, nothing can be a grant."""


@every_dialect
@settings(max_examples=30)
@given(data=st.data())
def test_fails_closed(dialect: Dialect, data: st.DataObject) -> None:
    fields = {name: (data.draw(NOISE),) for name in dialect.fields}
    try:
        said = dialect.decode(fields)
    except DialectError:
        return
    allowed = [use for use in said if said[use] is YES]
    assert not allowed or any(mark in str(fields) for mark in GRANTS)


@every_dialect
@settings(max_examples=30)
@given(data=st.data(), declaration=declarations)
def test_damage_never_opens_what_was_closed(
    dialect: Dialect, data: st.DataObject, declaration: Declaration
) -> None:
    written = dialect.encode(declaration)
    damaged = {
        name: tuple(data.draw(mutated(v)) for v in values) for name, values in written.items()
    }
    try:
        said = dialect.decode(damaged)
    except DialectError:
        return
    closed = [use for use, answer in declaration.consent.items() if answer is not YES]
    assert not [use for use in closed if said.get(use) is YES]


@every_dialect
@settings(max_examples=30)
@given(declaration=declarations, data=st.data())
def test_an_edit_leaves_nothing_to_edit(
    dialect: Dialect, declaration: Declaration, data: st.DataObject
) -> None:
    before = {name: (data.draw(lines),) for name in dialect.fields if data.draw(st.booleans())}
    try:
        once = edited(before, dialect.edit(before, declaration))
    except DialectError:
        return
    assert dialect.edit(once, declaration) == {}


@given(first=declarations, second=declarations)
def test_writing_over_an_older_consent_never_widens(
    first: Declaration, second: Declaration
) -> None:
    for dialect in DIALECTS:
        before = edited({}, dialect.edit({}, first))
        said = dialect.decode(edited(before, dialect.edit(before, second)))
        for use in second.consent:
            assert use not in said or said[use].rank <= second.consent[use].rank, dialect.id


@every_dialect
def test_a_read_only_dialect_is_never_edited(dialect: Dialect) -> None:
    fields = dict.fromkeys(dialect.read_only, ("whatever",))
    assert not set(dialect.edit(fields, NO_AI)) & set(dialect.read_only)


@every_dialect
@pytest.mark.parametrize("depth", ["[", '{"entries":', "<a>", "AI rights reserved: ", "a=b, "])
def test_hostile_input_is_refused_or_read_and_never_crashes(dialect: Dialect, depth: str) -> None:
    fields = dict.fromkeys(dialect.fields, (depth * 5000,))
    for act in (dialect.decode, lambda held: dialect.edit(held, NO_AI)):
        with suppress(DialectError):
            act(fields)
    assert all(note.endswith(".") for note in dialect.notes_on(fields))


@every_dialect
def test_a_dialect_that_reads_nothing_states_nothing(dialect: Dialect) -> None:
    assert dialect.decode({}) == Consent()
    assert dialect.notes_on({}) == ()
    assert all(note.endswith(".") for note in dialect.notes(NO_AI))


def test_every_dialect_is_listed_under_a_unique_name() -> None:
    def kinds(kind: type[object]) -> set[type[object]]:
        return {kind}.union(*(kinds(sub) for sub in kind.__subclasses__()))

    ours = {k for k in kinds(Dialect) if "rightsdesk" in k.__module__ and hasattr(k, "id")}
    assert ours == {type(dialect) for dialect in ALL_DIALECTS}
    assert len({dialect.id for dialect in ALL_DIALECTS}) == len(ALL_DIALECTS)
    assert len({dialect.name for dialect in ALL_DIALECTS}) == len(ALL_DIALECTS)


@every_suite
@given(declaration=declarations, line=lines)
def test_a_second_write_changes_nothing(suite: Suite, declaration: Declaration, line: str) -> None:
    before: Fields = {"COPYRIGHT": (line,), "description": (line,), "tag_list": ('techno "a b"',)}
    once = edited(before, suite.edit(before, declaration))
    assert suite.edit(once, declaration) == {}


@every_suite
@given(first=declarations, second=declarations, line=lines.filter(bool))
def test_a_later_consent_leaves_no_trace_of_the_first(
    suite: Suite, first: Declaration, second: Declaration, line: str
) -> None:
    own_words = tuple(d.sentence for d in (first, second) if d.sentence)
    second = Declaration(second.consent, terms_url=second.terms_url, former_sentences=own_words)
    before: Fields = {"COPYRIGHT": (line,), "description": (line,)}
    twice = edited(before, suite.edit(before, first))
    twice = edited(twice, suite.edit(twice, second))
    directly = edited(before, suite.edit(before, second))
    # The mark that rights are reserved stays true either way. An address that none of our sentences
    # names may belong to another owner.
    kept = ("xmpRights:Marked", *(["xmpRights:WebStatement"] if first.sentence else []))
    for fields in (twice, directly):
        for name in kept:
            fields.pop(name, None)
    assert twice == directly


@every_suite
@given(consent=consents)
def test_what_a_suite_writes_is_read_back_as_intended(suite: Suite, consent: Consent) -> None:
    says = suite.after({}, Declaration(consent))
    assert says.conflicts == ()
    assert not says.problems
    lost = {loss.use for loss in suite.losses(Declaration(consent))}
    for use, answer in consent.items():
        if use in says.consent:
            assert says.consent[use].rank <= answer.rank
        else:
            assert answer is YES, "only a yes may be left out"
            assert use in lost
    if suite is FILE_SUITE:
        assert {use: says.consent[use] for use in consent} == dict(consent)


def test_ai_consent_is_written_as_documented() -> None:
    assert AiConsent().encode(NO_AI)["AI-CONSENT"] == (
        "generative-training=n, other-training=n, likeness=n, ai-input=n, data-mining=n, "
        "search=y, recommendation=y",
    )


@pytest.mark.parametrize(
    "value", ["search=yes", "search", "search=1", "search=y,", "search=y, search=n"]
)
def test_ai_consent_refuses_ambiguous_values(value: str) -> None:
    with pytest.raises(DialectError):
        AiConsent().decode({"AI-CONSENT": (value,)})


def test_of_a_repeated_field_the_stricter_value_counts() -> None:
    fields = {"AI-CONSENT": ("search=y, likeness=ask", "likeness=n")}
    assert AiConsent().decode(fields) == Consent({Use.LIKENESS: NO, Use.SEARCH: YES})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("train-ai=n, search=y", {Use.GENERATIVE_TRAINING: NO, Use.SEARCH: YES}),
        ("train-ai=n;exceptions=cc-cr", {Use.GENERATIVE_TRAINING: NO}),
        ("foo=?1, train-ai=y", {Use.GENERATIVE_TRAINING: YES}),
        ("train-ai=1, search=N", {}),
        ("train-ai=n, train-ai=n", {Use.GENERATIVE_TRAINING: NO}),
        ("", {}),
    ],
)
def test_aipref_reads_what_the_drafts_allow(value: str, said: Mapping[Use, Permission]) -> None:
    assert Aipref().decode({"CONTENT-USAGE": (value,)}) == Consent(said)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("train-genai=n", {Use.GENERATIVE_TRAINING}),
        ("train-ai=y, train-genai=n", {Use.GENERATIVE_TRAINING}),
        ("train-ai=n, train-genai=y", {Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING}),
        ("ai-use=n", {Use.AI_INPUT}),
        ("ai-output=n", {Use.AI_INPUT}),
        ("all=n", {*TDM, Use.AI_INPUT}),
        ("bots=n, train-ai=y", {*TDM, Use.AI_INPUT}),
        ("all=y, train-genai=y, ai-use=y, bots=y", set()),
        ("train-genai=N, all=?0", set()),
    ],
)
def test_aipref_labels_of_older_drafts_can_only_refuse(value: str, refused: set[Use]) -> None:
    assert Aipref().decode({"CONTENT-USAGE": (value,)}) == Consent(dict.fromkeys(refused, NO))


@pytest.mark.parametrize(
    "value",
    [
        "train-ai=n, train-ai=y",
        "train-ai=y, train-ai",
        "train-ai=y;a=1, train-ai=y",
        "a=(1, 2), a=2",
    ],
)
def test_two_answers_for_one_label_are_refused(value: str) -> None:
    """RFC 9651, 4.2.2 lets the last answer win, but it is unclear which answer was meant."""
    with pytest.raises(DialectError):
        Aipref().decode({"CONTENT-USAGE": (value,)})


@pytest.mark.parametrize("value", ["train-ai=n search=y", "Train-AI=n", "train-ai=n,,", "ümlaut=n"])
def test_aipref_that_does_not_parse_is_void(value: str) -> None:
    with pytest.raises(DialectError):
        Aipref().decode({"CONTENT-USAGE": (value,)})


def test_tdmrep_names_a_policy_only_with_a_reservation() -> None:
    url = "https://label.example/ai-policy"
    reserved = Tdmrep().encode(Declaration(PRESETS[Preset.ASK_FIRST], terms_url=url))
    assert reserved == {"TDM-RESERVATION": ("1",), "TDM-POLICY": (url,)}
    opened = Tdmrep().encode(Declaration(PRESETS[Preset.OPEN], terms_url=url))
    assert opened == {"TDM-RESERVATION": ("0",)}


@pytest.mark.parametrize("value", ["", "00", "-0", "0.0", "false", "\xa00", "\u20030", "٠", "０"])
def test_tdmrep_accepts_only_an_exact_zero(value: str) -> None:
    assert Tdmrep().decode({"TDM-RESERVATION": (value,)}) == Consent()
    assert Tdmrep().decode({"TDM-RESERVATION": (" 0\n",)})[Use.DATA_MINING] is YES


def test_tdmrep_is_silent_if_only_a_part_is_allowed() -> None:
    assert Tdmrep().encode(Declaration(Consent({Use.DATA_MINING: YES}))) == {}


def test_the_sentence_is_good_english() -> None:
    url = "https://label.example/ai-policy"
    consent = Consent({Use.GENERATIVE_TRAINING: NO, Use.DATA_MINING: ASK, Use.SEARCH: YES})
    assert standard_sentence(Declaration(consent, terms_url=url)) == (
        "AI rights reserved: no training of generative AI; licence required for text and data "
        "mining; see https://label.example/ai-policy (Art. 4(3) Directive (EU) 2019/790)."
    )


def test_the_sentence_is_appended_to_the_copyright_line_and_removed_again() -> None:
    dialect, before = CopyrightSentence(), {"COPYRIGHT": ("© 2026 Velvet Owl", "℗ 2026 Label")}
    after = edited(before, dialect.edit(before, NO_AI))
    assert after["COPYRIGHT"][0] == "© 2026 Velvet Owl"
    assert after["COPYRIGHT"][1].startswith("℗ 2026 Label | AI rights reserved: no training")
    assert edited(after, dialect.edit(after, Declaration(sentence=""))) == before


@pytest.mark.parametrize(
    ("second", "edit", "after"),
    [
        ("one", {"COPYRIGHT": ("two",)}, {"COPYRIGHT": ("two",), "COPYRIGHT-2": ("two",)}),
        ("one", {"COPYRIGHT": ()}, {}),
        ("other", {"COPYRIGHT": ()}, {"COPYRIGHT-2": ("other",)}),
        ("one", {"COPYRIGHT": (), "COPYRIGHT-2": ("x",)}, {"COPYRIGHT-2": ("x",)}),
        ("one", {"AI-CONSENT": ()}, {"COPYRIGHT": ("one",), "COPYRIGHT-2": ("one",)}),
    ],
)
def test_a_second_copyright_line_follows_the_first_if_it_repeats_it(
    second: str, edit: Fields, after: Fields
) -> None:
    fields = {"COPYRIGHT": ("one",), "COPYRIGHT-2": (second,)}
    assert FILE_SUITE.edited(fields, edit) == after


def test_a_truncated_sentence_is_damaged_and_can_be_repaired() -> None:
    dialect, cut = CopyrightSentence(), {"COPYRIGHT": ("© Owl | AI rights reserved: no trai",)}
    with pytest.raises(DialectError):
        dialect.decode(cut)
    mended = edited(cut, dialect.edit(cut, NO_AI))
    assert mended["COPYRIGHT"][0].count("AI rights reserved") == 1
    assert dialect.decode(mended)[Use.LIKENESS] is NO


def test_the_artists_own_words_replace_the_standard_sentence() -> None:
    dialect, before = CopyrightSentence(), {"COPYRIGHT": ("© Owl",)}
    own = Declaration(NO_AI.consent, sentence="Robots: hands off.")
    standard = edited(before, dialect.edit(before, NO_AI))
    assert edited(standard, dialect.edit(standard, own)) == {
        "COPYRIGHT": ("© Owl | Robots: hands off.",)
    }


def test_soundcloud_keeps_other_tags_and_the_text() -> None:
    before = {"tag_list": ('techno "deep house" geo:lat=43.5',), "description": ("Made at night.",)}
    after = edited(before, SoundCloudTrack().edit(before, NO_AI))
    assert after["tag_list"][0] == 'techno "deep house" geo:lat=43.5 noai'
    assert after["description"][0].startswith("Made at night.\n\nAI rights reserved: ")
    opened = edited(after, SoundCloudTrack().edit(after, Declaration()))
    assert opened == before


def test_soundcloud_reads_the_tag_of_other_programs() -> None:
    said = SoundCloudTrack().decode({"tag_list": ('techno NoAI "ai:search=yes"',)})
    assert said[Use.GENERATIVE_TRAINING] is NO
    assert said[Use.SEARCH] is YES


def test_a_file_that_contradicts_itself_is_read_strictly_and_reported() -> None:
    says = FILE_SUITE.read(
        {"AI-CONSENT": ("generative-training=y",), "CONTENT-USAGE": ("train-ai=n",)}
    )
    assert says.consent[Use.GENERATIVE_TRAINING] is NO
    assert says.conflicts == (Use.GENERATIVE_TRAINING,)


OURS = "AI rights reserved: {} (Art. 4(3) Directive (EU) 2019/790)."
ASKING = OURS.format("licence required for text and data mining")
REFUSING = OURS.format("no text and data mining")
VALUE = "http://ns.useplus.org/ldf/vocab/DMI-{}"
SEE = VALUE.format("PROHIBITED-SEECONSTRAINT")


@pytest.mark.parametrize(
    ("fields", "conflicts"),
    [
        ({"AI-CONSENT": ("search=y, likeness=n", "search=n")}, {Use.SEARCH}),
        ({"AI-CONSENT": ("search=y", "search=y", "likeness=n")}, set()),
        ({"CONTENT-USAGE": ("train-ai=n", "train-ai=y")}, {Use.GENERATIVE_TRAINING}),
        ({"TDM-RESERVATION": ("0", "1")}, set(TDM)),
        ({"TDM-RESERVATION": ("1", "unset"), "TDM-POLICY": ("a", "b")}, set()),
        ({"tdm:reservation": ("1", "0")}, set(TDM)),
        ({"plus:DataMining": (VALUE.format("ALLOWED"), VALUE.format("PROHIBITED"))}, set(TDM)),
        ({"plus:DataMining": (SEE,), "plus:OtherConstraints": ("Ask.", ASKING)}, set()),
        ({"COPYRIGHT": ("© A", ASKING)}, set()),
        ({"COPYRIGHT": (ASKING, REFUSING)}, {Use.DATA_MINING}),
        ({"COPYRIGHT": (f"© A | {ASKING}",), "COPYRIGHT-2": (REFUSING,)}, {Use.DATA_MINING}),
    ],
)
def test_different_values_in_a_single_valued_field_contradict(
    fields: Fields, conflicts: set[Use]
) -> None:
    assert set(FILE_SUITE.read(fields).conflicts) == conflicts


def test_a_coarse_value_does_not_contradict_a_finer_value_that_implies_it() -> None:
    says = FILE_SUITE.after({}, Declaration(PRESETS[Preset.ASK_FIRST]))
    assert says.consent == PRESETS[Preset.ASK_FIRST]
    assert says.conflicts == ()


def test_a_damaged_declaration_is_named_and_states_nothing() -> None:
    says = FILE_SUITE.read({"AI-CONSENT": ("generative-training:y",), "TDM-RESERVATION": ("1",)})
    assert len(says.problems) == 1
    assert says.consent == Consent(
        dict.fromkeys((Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING), NO)
    )


def test_a_grant_next_to_a_damaged_declaration_is_not_certain() -> None:
    damaged = {"AI-CONSENT": ("generative-training:n",)}
    free = FILE_SUITE.read({**damaged, "TDM-RESERVATION": ("0",), "CONTENT-USAGE": ("search=n",)})
    assert len(free.problems) == 1
    assert free.consent == Consent({Use.SEARCH: NO})
