"""Removing our part from a field that was edited since leaves that edit unchanged."""

import json
from collections.abc import Callable, Mapping

import pytest

from rightsdesk.consent import PRESETS, Consent, Declaration, Permission, Preset, Use
from rightsdesk.consent.dialects import Suite
from rightsdesk.consent.dialects.base import Dialect
from rightsdesk.consent.dialects.files.sentence import CopyrightSentence
from rightsdesk.consent.dialects.files.xmp_rights import XmpRights
from rightsdesk.consent.dialects.platforms.archive_rights import ArchiveRights
from rightsdesk.consent.dialects.platforms.bluesky import LEXICON, BlueskyAi
from rightsdesk.consent.dialects.platforms.described import FunkwhaleTrack, PeerTubeVideo
from rightsdesk.consent.dialects.platforms.soundcloud import SoundCloudTrack
from rightsdesk.consent.dialects.platforms.wordpress import WordPressMedia
from rightsdesk.consent.dialects.platforms.youtube_video import YoutubeVideo
from rightsdesk.consent.dialects.suite import WayBack
from rightsdesk.consent.fields import Fields

NO_AI = Declaration(PRESETS[Preset.NO_AI])
ASK = Declaration(PRESETS[Preset.ASK_FIRST])
OWN = Declaration(NO_AI.consent, sentence="Leave my songs & voice alone.")

TEXTS: Mapping[str, Dialect] = {
    "COPYRIGHT": CopyrightSentence(),
    "xmpRights:UsageTerms": XmpRights(),
    "rights": ArchiveRights(),
    "description": SoundCloudTrack(),
}
DESCRIBED = (SoundCloudTrack(), PeerTubeVideo(), FunkwhaleTrack(), YoutubeVideo(), WordPressMedia())


def undone(dialect: Dialect, before: Fields, now: Fields, written: Fields) -> WayBack:
    return Suite((dialect,)).way_back(
        now, written, before, lambda name, values: now.get(name, ()) == tuple(values)
    )


def both() -> list[tuple[str, Dialect]]:
    every = [(name, dialect) for name, dialect in TEXTS.items()]
    return [*every, *(("description", dialect) for dialect in DESCRIBED[1:])]


@pytest.mark.parametrize(("name", "dialect"), both(), ids=lambda x: getattr(x, "id", x))
@pytest.mark.parametrize("declaration", [NO_AI, OWN], ids=["standard", "own"])
@pytest.mark.parametrize("old", ["", "Recorded in May."], ids=["empty", "text"])
@pytest.mark.parametrize(
    ("edit", "left"),
    [
        (lambda t: f"{t}\n\nNow on tour.", "{old}\n\nNow on tour."),
        (lambda t: f"Now on tour.\n\n{t}", "Now on tour.\n\n{old}"),
        (lambda t: t.replace("May", "June") + "\n\nBye.", "{old}\n\nBye."),
    ],
    ids=["behind", "before", "inside"],
)
def test_our_sentence_is_removed_and_the_edit_stays(
    name: str,
    dialect: Dialect,
    declaration: Declaration,
    old: str,
    edit: Callable[[str], str],
    left: str,
) -> None:
    before = {name: (old,)} if old else {}
    written = {name: dialect.edit(before, declaration)[name]}
    now = {name: (edit(written[name][0]),)}
    way = undone(dialect, before, now, written)
    expected = left.format(old=old.replace("May", "June") if "Bye" in left else old).strip()
    assert (way.edit, way.left) == ({name: (expected,)}, ())


@pytest.mark.parametrize("dialect", DESCRIBED, ids=lambda d: d.id)
def test_the_replaced_sentence_is_restored_in_its_place(dialect: Dialect) -> None:
    first = {**dialect.edit({"description": ("A song.",)}, ASK)}
    before = {"description": first["description"]}
    written = {"description": dialect.edit(before, NO_AI)["description"]}
    now = {"description": (written["description"][0] + "\n\nThanks!",)}
    way = undone(dialect, before, now, written)
    assert dialect.decode(way.edit) == dialect.decode(before)
    assert way.edit["description"][0].startswith("A song.\n\n")
    assert "Thanks!" in way.edit["description"][0]


@pytest.mark.parametrize("dialect", DESCRIBED, ids=lambda d: d.id)
def test_a_field_without_our_part_stays_unchanged(dialect: Dialect) -> None:
    written = {"description": dialect.edit({}, NO_AI)["description"]}
    way = undone(dialect, {}, {"description": ("Another text.",)}, written)
    assert (way.edit, way.left) == ({}, ("description",))


def test_an_edited_sentence_stays() -> None:
    dialect = SoundCloudTrack()
    written = {"description": dialect.edit({}, NO_AI)["description"]}
    now = {"description": (written["description"][0].replace("training", "drilling"),)}
    assert undone(dialect, {}, now, written).left == ("description",)


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ('folk "live set"', '{} "new one"', ('folk "live set" "new one"',)),
        ("folk", "noai", ()),
    ],
)
def test_tags_of_one_text(before: str, now: str, after: tuple[str, ...]) -> None:
    name, dialect = "tag_list", SoundCloudTrack()
    old = {name: (before,)}
    written = {name: dialect.edit(old, NO_AI)[name]}
    there = {name: (now.format(written[name][0]),)}
    assert undone(dialect, old, there, written).edit == {name: after}


@pytest.mark.parametrize("dialect", [PeerTubeVideo(), FunkwhaleTrack(), YoutubeVideo()])
def test_our_tags_are_removed_and_other_tags_stay(dialect: Dialect) -> None:
    before = {"tags": ("folk", "live")}
    written = {"tags": dialect.edit(before, NO_AI)["tags"]}
    now = {"tags": ("new", *(tag for tag in written["tags"] if tag != "live"))}
    assert undone(dialect, before, now, written).edit == {"tags": ("new", "folk")}
    gone = {"tags": ("folk", "new")}
    assert undone(dialect, before, gone, written).left == ("tags",)


def test_a_newer_answer_on_bluesky_stays() -> None:
    dialect = BlueskyAi()
    written = {LEXICON: dialect.edit({}, NO_AI)[LEXICON]}
    record = json.loads(written[LEXICON][0])
    record["preferences"]["inference"] = {"allow": True, "updatedAt": "2026-01-01T00:00:00.000Z"}
    way = undone(dialect, {}, {LEXICON: (json.dumps(record),)}, written)
    assert list(json.loads(way.edit[LEXICON][0])["preferences"]) == ["inference"]
    assert dialect.decode(way.edit) == Consent({Use.AI_INPUT: Permission.ALLOWED})


def test_an_unreadable_bluesky_record_stays() -> None:
    written = {LEXICON: BlueskyAi().edit({}, NO_AI)[LEXICON]}
    assert undone(BlueskyAi(), {}, {LEXICON: ("{",)}, written).left == (LEXICON,)
