"""What platforms and registries keep: Bluesky, Audius, YouTube, DDEX, TDM·AI."""

import csv
import datetime
import io
import json
from collections.abc import Mapping

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use, compare
from rightsdesk.consent.dialects import DialectError
from rightsdesk.consent.dialects.platforms.audius import AudiusTrack, AudiusUser
from rightsdesk.consent.dialects.platforms.bluesky import (
    INTENTS,
    LEXICON,
    BlueskyAi,
    BlueskyIntents,
)
from rightsdesk.consent.dialects.platforms.youtube import YoutubeTrainability
from rightsdesk.consent.dialects.registries.ddex import GRANTS, NOTE, DdexUseTypes
from rightsdesk.consent.dialects.registries.tdm_ai import FIELD, TdmAi
from rightsdesk.consent.dialects.web.tdmrep import COVERED
from rightsdesk.consent.dialects.web.tdmrep_file import TdmrepFile
from rightsdesk.consent.uses import AI_USES

NO, ASK, YES = Permission.PROHIBITED, Permission.CONSTRAINED, Permission.ALLOWED
G, T, M, S = Use.GENERATIVE_TRAINING, Use.OTHER_TRAINING, Use.DATA_MINING, Use.SEARCH
Answers = Mapping[Use, Permission]
LIKENESS, INPUT = Use.LIKENESS, Use.AI_INPUT
URL = "https://label.example/ai-policy"
DAY = datetime.date(2026, 11, 22)
NO_AI = Declaration(PRESETS[Preset.NO_AI], terms_url=URL, date=DAY)

# --- Bluesky ---------------------------------------------------------------------------

WHEN = "2026-11-22T10:00:00.000Z"
PREFERENCES = {
    "training": {"allow": False, "updatedAt": WHEN},
    "inference": {"allow": False, "updatedAt": WHEN},
    "syntheticContent": {"allow": False, "updatedAt": WHEN},
    "embedding": {"allow": True, "updatedAt": WHEN},
}
RECORD = {
    "$type": LEXICON,
    "updatedAt": WHEN,
    "scope": {"$type": f"{LEXICON}#globalScope"},
    "preferences": PREFERENCES,
}


def bluesky(record: object) -> Consent:
    return BlueskyAi().decode({LEXICON: (json.dumps(record),)})


def with_(record: Mapping[str, object], **changes: object) -> dict[str, object]:
    return {**record, **changes}


def test_bluesky_reads_the_lexicons_example() -> None:
    assert bluesky(RECORD) == Consent(dict.fromkeys((G, T, INPUT, LIKENESS), NO))


def test_bluesky_is_written_in_full() -> None:
    (text,) = BlueskyAi().encode(NO_AI)[LEXICON]
    record = json.loads(text)
    midnight = "2026-11-22T00:00:00.000Z"
    assert record["scope"] == {"$type": "community.lexicon.preference.ai#globalScope"}
    assert record["updatedAt"] == midnight
    assert set(record["preferences"]) == set(RECORD["preferences"])
    assert record["preferences"]["embedding"] == {"allow": False, "updatedAt": midnight}


def test_bluesky_reads_both_spellings_of_the_scope() -> None:
    opened = {"training": {"allow": True, "updatedAt": WHEN}}
    for spelling in ("#globalScope", f"{LEXICON}#globalScope"):
        said = bluesky(with_(RECORD, scope={"$type": spelling}, preferences=opened))
        assert said == Consent({G: YES, T: YES})


@pytest.mark.parametrize("scope", ["entityScope", "collectionScope"])
def test_a_grant_to_some_is_no_grant_to_all(scope: str) -> None:
    preferences = {
        "training": {"allow": True, "updatedAt": WHEN},
        "inference": {"allow": False, "updatedAt": WHEN},
    }
    record = with_(RECORD, scope={"$type": f"#{scope}"}, preferences=preferences)
    assert bluesky(record) == Consent({INPUT: NO})


def test_an_override_that_differs_is_named() -> None:
    """README of the lexicon: a record for an entity or collection overrides the account's."""
    yes = {"training": {"allow": True, "updatedAt": WHEN}}
    scope = {"$type": f"{LEXICON}#entityScope", "entity": "did:plc:company"}
    override = with_(RECORD, scope=scope, preferences=yes)
    texts = (json.dumps(RECORD), json.dumps(override))
    assert BlueskyAi().decode({LEXICON: texts})[G] is NO
    (note,) = BlueskyAi().notes_on({LEXICON: texts})
    assert "did:plc:company" in note
    assert "allows" in note
    opened = with_(RECORD, preferences=yes)
    refused = with_(override, preferences={"training": {"allow": False, "updatedAt": WHEN}})
    (note,) = BlueskyAi().notes_on({LEXICON: (json.dumps(opened), json.dumps(refused))})
    assert "refuses" in note
    assert BlueskyAi().notes_on({LEXICON: (json.dumps(RECORD), json.dumps(RECORD))}) == ()
    assert BlueskyAi().notes_on({LEXICON: ("{}",)}) == ()


@pytest.mark.parametrize(
    "record",
    [
        [],
        {},
        with_(RECORD, scope=None),
        with_(RECORD, scope={}),
        with_(RECORD, scope={"$type": "#everyScope"}),
        with_(RECORD, preferences=None),
        with_(RECORD, preferences={"training": None}),
        with_(RECORD, preferences={"training": {"allow": "true", "updatedAt": WHEN}}),
        with_(RECORD, preferences={"training": {"allow": True}}),
        with_({**RECORD, "$type": "app.bsky.feed.post"}),
    ],
)
def test_a_record_that_breaks_its_lexicon_is_refused(record: object) -> None:
    with pytest.raises(DialectError):
        bluesky(record)


def test_bluesky_keeps_dates_and_unknown_members() -> None:
    preferences = {**PREFERENCES, "org.example": {"allow": True, "updatedAt": WHEN}}
    before = {LEXICON: (json.dumps(with_(RECORD, preferences=preferences)), "override")}
    changed = BlueskyAi().edit(before, NO_AI)[LEXICON]
    after = json.loads(changed[0])["preferences"]
    assert after["training"] == PREFERENCES["training"]
    assert after["embedding"]["updatedAt"] == "2026-11-22T00:00:00.000Z"
    assert after["org.example"] == preferences["org.example"]
    assert changed[1:] == ("override",)
    assert BlueskyAi().edit({LEXICON: changed[:1]}, NO_AI) == {}
    assert BlueskyAi().edit(BlueskyAi().encode(NO_AI), Declaration()) == {LEXICON: ()}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"syntheticContentGeneration": {"allow": False, "updatedAt": WHEN}}, {G: NO}),
        ({"syntheticContentGeneration": {"allow": True}, "bulkDataset": {"allow": True}}, {G: YES}),
        ({"bulkDataset": {"allow": False}, "publicAccessArchive": {"allow": True}}, {M: NO}),
        ({"bulkDataset": {"updatedAt": WHEN}}, {}),
    ],
)
def test_the_older_proposal_is_read_and_never_written(
    record: Mapping[str, object], said: Answers
) -> None:
    fields = {INTENTS: (json.dumps(record),)}
    assert BlueskyIntents().decode(fields) == Consent(said)
    assert BlueskyIntents().edit(fields, NO_AI) == {}


# --- Audius ----------------------------------------------------------------------------


def test_the_audius_account_switch_is_only_turned_off() -> None:
    dialect, field = AudiusUser(), "allow_ai_attribution"
    opened = Declaration(PRESETS[Preset.OPEN])
    assert dialect.decode({field: ("true",)}) == Consent({LIKENESS: YES})
    assert dialect.edit({field: ("true",)}, NO_AI) == {field: ("false",)}
    assert dialect.edit({field: ("false",)}, NO_AI) == {}
    assert dialect.edit({field: ("false",)}, opened) == {}
    assert "agreement" in dialect.notes(opened)[0]


def test_the_audius_track_has_one_bit_for_every_ai_use() -> None:
    dialect, field = AudiusTrack(), "no_ai_use"
    assert dialect.decode({field: ("true",)}) == Consent(dict.fromkeys(AI_USES, NO))
    assert dialect.decode({field: ("false",)}) == Consent()
    assert dialect.edit({field: ("false",)}, NO_AI) == {field: ("true",)}
    assert dialect.edit({field: ("True",)}, Declaration()) == {field: ("false",)}
    assert dialect.edit({}, Declaration()) == {}


@pytest.mark.parametrize("value", ["", "yes", "1", "null"])
def test_audius_says_true_or_false_or_nothing(value: str) -> None:
    for dialect in (AudiusUser(), AudiusTrack()):
        with pytest.raises(DialectError):
            dialect.decode({dialect.fields[0]: (value,)})


# --- YouTube ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permitted", "said"),
    [(("none",), NO), (("all",), YES), (("Adobe", "IBM"), ASK), (("ALL",), ASK), ((), None)],
)
def test_youtube_reads_as_the_artist_needs_to_know(
    permitted: tuple[str, ...], said: object
) -> None:
    answers = YoutubeTrainability().decode({"permitted": permitted})
    assert set(answers.values()) == ({said} if said else set())


def test_a_list_of_companies_is_wider_than_none() -> None:
    fields = {"permitted": ("Adobe", "IBM")}
    comparison = compare(NO_AI.consent, YoutubeTrainability().decode(fields))
    assert comparison.wider == (G, T)
    assert YoutubeTrainability().notes_on(fields) == ("May train on it already: Adobe, IBM.",)


def test_none_on_youtube_names_its_other_meaning() -> None:
    assert "does not offer" in YoutubeTrainability().notes_on({"permitted": ("none",)})[0]


@pytest.mark.parametrize("permitted", [("all", "none"), ("none", "IBM"), ("",), ("all", "IBM")])
def test_an_answer_that_contradicts_itself_is_refused(permitted: tuple[str, ...]) -> None:
    with pytest.raises(DialectError):
        YoutubeTrainability().decode({"permitted": permitted})


def test_youtube_is_never_written() -> None:
    assert YoutubeTrainability().edit({"permitted": ("all",)}, NO_AI) == {}
    assert len(YoutubeTrainability().losses(NO_AI)) == len(NO_AI.consent)


# --- DDEX ------------------------------------------------------------------------------


def test_a_use_type_in_a_message_is_a_grant_that_may_contradict() -> None:
    message = {GRANTS: ("Stream", "UseForTrainingGenerativeAI", "UseForDataMining")}
    said = DdexUseTypes().decode(message)
    assert said == Consent({G: YES, M: YES})
    assert compare(NO_AI.consent, said).wider == (G, M)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("UseForTrainingNonGenerativeAI, Stream", {T: YES}),
        ("UseForGenerativeAI", {G: YES}),
        ("usefordatamining", {}),
        ("NonUseForDataMining", {}),
    ],
)
def test_use_types_are_read_by_their_exact_names(value: str, said: Answers) -> None:
    assert DdexUseTypes().decode({GRANTS: (value,)}) == Consent(said)


def test_the_note_is_a_table_of_what_is_not_granted() -> None:
    mixed = Declaration(Consent({G: NO, T: ASK, M: YES, S: NO}), terms_url=URL)
    fields = DdexUseTypes().encode(mixed)
    assert list(csv.reader(io.StringIO(fields[NOTE][0]))) == [
        ["UseType", "Granted", "Licence"],
        ["UseForTrainingGenerativeAI", "no", URL],
        ["UseForTrainingNonGenerativeAI", "on request", URL],
    ]
    assert DdexUseTypes().decode(fields) == Consent({G: NO, T: ASK})


def test_grants_by_other_parties_are_never_changed() -> None:
    edit = DdexUseTypes().edit({GRANTS: ("UseForDataMining",)}, NO_AI)
    assert set(edit) == {NOTE}


@pytest.mark.parametrize("text", ["UseForDataMining,yes", "Stream,no", "x", '"open', "=1+1,no"])
def test_a_damaged_note_is_refused(text: str) -> None:
    with pytest.raises(DialectError):
        DdexUseTypes().decode({NOTE: (text,)})


# --- TDM·AI ----------------------------------------------------------------------------


def tdm_ai(document: object) -> Consent:
    return TdmAi().decode({FIELD: (json.dumps(document),)})


def test_tdm_ai_is_written_for_a_recording() -> None:
    (text,) = TdmAi("ISCC:KEC").encode(NO_AI)[FIELD]
    assert json.loads(text) == {"iscc": "ISCC:KEC", "tdm-reservation": 1, "tdm-policy": URL}
    assert tdm_ai(json.loads(text)) == Consent(dict.fromkeys(COVERED, NO))


def test_without_an_iscc_the_registry_gets_nothing() -> None:
    assert TdmAi().encode(NO_AI) == {}
    assert {loss.use for loss in TdmAi().losses(NO_AI)} == set(NO_AI.consent)
    assert "ISCC" in TdmAi().notes(NO_AI)[0]


@pytest.mark.parametrize("bit", [0.0, -0.0, False, "0", None, "", "00", [0], 2])
def test_only_the_number_zero_allows(bit: object) -> None:
    assert tdm_ai({"iscc": "ISCC:K", "tdm-reservation": bit}) == Consent()
    rule = json.dumps([{"location": "/", "tdm-reservation": bit}])
    assert TdmrepFile().decode({"tdmrep.json": (rule,)}) == Consent()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"iscc": "ISCC:K", "tdm-reservation": 0}, dict.fromkeys(COVERED, YES)),
        ([{"tdm-reservation": "1"}, {"tdm-reservation": 0}], dict.fromkeys(COVERED, NO)),
        ({"tdm-reservation": False}, {}),
        ({"train-genai": "false", "search": "true", "intent": "activate"}, {G: NO, S: YES}),
        ({"train-ai": "false"}, {G: NO, T: NO}),
        ({"train-ai": "true"}, {T: YES}),
        ({"all": "false", "train-ai": "true"}, {G: NO, T: NO, M: NO, INPUT: NO}),
        ({"all": "true"}, {M: YES}),
    ],
)
def test_tdm_ai_reads_both_of_its_forms(document: object, said: Answers) -> None:
    assert tdm_ai(document) == Consent(said)


@pytest.mark.parametrize(
    "document", [7, ["x"], {"train-ai": True}, {"search": "yes"}, {"all": "true", "intent": "end"}]
)
def test_any_other_record_is_refused(document: object) -> None:
    with pytest.raises(DialectError):
        tdm_ai(document)
