"""Letters: filled from the record only, kept as they were, and followed up."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.period import Period
from rightsdesk.message_files import languages
from rightsdesk.resources.letter_forms import letter_forms
from rightsdesk.store.deeds import DeedKind
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.exports.saving import AlreadyThere
from rightsdesk.workspace.letters.filling import open_places
from rightsdesk.workspace.letters.types import (
    LetterFixed,
    LetterOpen,
    NoSuchLetter,
    NothingReserved,
)
from rightsdesk.workspace.reports import history
from rightsdesk.workspace.reports.types import StampLine
from rightsdesk.workspace.types.artists import Artist, Details
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.use_cases.reports import NoSuchForm

KINDS = ("objection", "query", "reservation", "takedown")


@pytest.fixture
def mira(workspace: Workspace, koval: Artist) -> Filter:
    """The music of Mira Koval, who said “No AI”, with her details."""
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    details = Details(rightsholder="Mira Koval Music", contact="rights@mira.example")
    workspace.artists.set_details(koval.id, details)
    return Filter(artist_id=koval.id)


def test_each_kind_is_there_in_each_language() -> None:
    forms = letter_forms()
    assert tuple(forms) == KINDS
    for kind, of_languages in forms.items():
        assert set(of_languages) == set(languages()), kind
        shapes = {
            tuple((one.when, one.text.count("{")) for one in form.paragraphs)
            for form in of_languages.values()
        }
        assert len(shapes) == 1, kind  # the same paragraphs, with as many values


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, languages())))
def test_a_letter_says_what_the_record_has(
    kind: str, language: str, workspace: Workspace, mira: Filter
) -> None:
    made = workspace.letters.draft(kind, mira, "A Firm", language=language)
    assert "A Firm" in made.text
    assert "QZES52400001" in made.text
    assert "rights@mira.example" in made.text
    assert "Mira Koval" in made.subject
    assert "{" not in made.text
    # Each value that is not there is marked, in a language that has words for it.
    assert len(open_places(made.text)) == len(made.missing)
    assert "address" in made.missing
    assert "contact" not in made.missing


def test_nothing_is_made_up(workspace: Workspace, koval: Artist) -> None:
    chosen = Filter(artist_id=koval.id)
    made = workspace.letters.draft("takedown", chosen, "", language="en")
    assert set(made.missing) == {"recipient", "address", "rightsholder", "contact", "material"}
    assert "since" not in made.text.lower().split("recordings:")[0].split("please")[0]


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, languages())))
def test_a_letter_names_licences_and_the_head_of_the_ledger(
    kind: str, language: str, workspace: Workspace, mira: Filter
) -> None:
    assert mira.artist_id is not None
    last = datetime.now(UTC).date() + timedelta(days=400)
    period = Period(last=last, zone="Pacific/Auckland")
    for partner in ("Klay", "Former Firm"):
        agreement = Agreement(partner, frozenset({Use.AI_INPUT}), period=period)
        scope = Scope(ScopeKind.ARTIST, mira.artist_id)
        number = workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    workspace.licences.end(number)
    text = workspace.letters.draft(kind, mira, "A Firm", language=language).text
    assert ("Klay: " in text) == (kind != "objection")
    assert ("(Pacific/Auckland)" in text) == (kind != "objection")
    assert "Former Firm" not in text
    assert workspace.evidence.head().hash in text


def test_a_letter_names_the_newest_time_stamp_that_holds(
    workspace: Workspace, mira: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def line(entry: int, state: str, *, fits: bool = True) -> StampLine:
        return StampLine(
            entry, "rfc3161", f"tsa-{entry}", state, f"2026-11-0{entry}T21:06:12+00:00", fits
        )

    stamps = (
        line(1, "holds"),
        line(2, "claims-block"),
        line(3, "holds", fits=False),
        line(4, "pending"),
        line(5, "broken"),
    )
    real = history.seal
    monkeypatch.setattr(history, "seal", lambda *of: replace(real(*of), stamps=stamps))
    text = workspace.letters.draft("query", mira, "A Firm").text
    assert "Time stamp of entry 2: confirmed in a block of Bitcoin, not checked here" in text
    assert ", 2026-11-02 21:06 UTC, tsa-2" in text
    assert [n for n in range(1, 6) if f"tsa-{n}" in text] == [2]
    monkeypatch.setattr(history, "seal", lambda *of: replace(real(*of), stamps=stamps[2:]))
    assert "Time stamp" not in workspace.letters.draft("query", mira, "A Firm").text


def test_a_reservation_does_not_contradict_the_choice(workspace: Workspace, mira: Filter) -> None:
    assert mira.artist_id is not None
    assert "44b" in workspace.letters.draft("reservation", mira, "A Firm", language="de").text
    [(number, _), *_] = workspace.catalogue.releases(mira.artist_id)
    consent = PRESETS[Preset.OPEN]
    workspace.consents.set(Scope(ScopeKind.RELEASE, number), consent, confirmed=tuple(consent))
    with pytest.raises(NothingReserved):
        workspace.letters.draft("reservation", mira, "A Firm")


def test_a_letter_about_a_release_names_only_its_recordings(
    workspace: Workspace, mira: Filter
) -> None:
    assert mira.artist_id is not None
    releases = workspace.catalogue.releases(mira.artist_id)
    texts = [
        workspace.letters.draft("query", Filter(release_id=number), "A Firm").text
        for number, _title in releases
    ]
    for (_number, title), text in zip(releases, texts, strict=True):
        assert title in text
    assert "Lantern Songs" not in texts[-1] or "Night Ferry" not in texts[-1]


def test_what_can_not_be_written_is_refused(
    workspace: Workspace, mira: Filter, signal: Artist
) -> None:
    with pytest.raises(NoSuchLetter, match="of one artist"):
        workspace.letters.draft("query", Filter(), "A Firm")
    with pytest.raises(NoSuchLetter):
        workspace.letters.draft("poem", mira, "A Firm")
    with pytest.raises(NoSuchForm):
        workspace.letters.draft("query", mira, "A Firm", language="xx")


def test_a_letter_is_kept_sent_and_answered(workspace: Workspace, mira: Filter) -> None:
    letters = workspace.letters
    made = letters.write(letters.draft("query", mira, "A Firm"))
    with pytest.raises(LetterOpen, match="address"):
        letters.sent(made.id)
    with pytest.raises(LetterOpen):
        letters.answered(made.id)
    changed = letters.change(made.id, "All is filled in.")
    assert letters.sent(made.id, date(2026, 5, 3)).sent_on == "2026-05-03"
    with pytest.raises(LetterFixed):
        letters.change(made.id, "Something else")
    with pytest.raises(LetterFixed):
        letters.sent(made.id)
    with pytest.raises(LetterOpen):
        letters.answered(made.id, date(2026, 5, 2))
    answered = letters.answered(made.id, date(2026, 6, 1), "Noted.")
    assert letters.all() == [answered]
    assert (answered.text, answered.note) == (changed.text, "Noted.")
    entries = workspace.history.entries()
    kinds = [entry.deed.kind for entry in entries[:4]]
    assert kinds == [
        *(DeedKind.LETTER_ANSWERED, DeedKind.LETTER_SENT),
        *(DeedKind.LETTER_WRITTEN, DeedKind.LETTER_WRITTEN),
    ]
    digest = hashlib.sha256(b"All is filled in.").hexdigest()
    assert {(entry.deed.after or {})["text_sha256"] for entry in entries[:3]} == {digest}


def test_letters_outlive_their_artist(workspace: Workspace, mira: Filter) -> None:
    made = workspace.letters.write(workspace.letters.draft("query", mira, "A Firm"))
    assert mira.artist_id is not None
    workspace.artists.remove(mira.artist_id)
    kept = workspace.letters.named(made.id)
    assert (kept.artist_id, kept.artist, kept.text) == (None, "Mira Koval", made.text)
    changed = workspace.letters.change(made.id, "Filled in.")
    assert workspace.letters.sent(changed.id).sent_on


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_a_letter_is_saved_once(
    ending: str, workspace: Workspace, mira: Filter, tmp_path: Path
) -> None:
    place = tmp_path / f"letter.{ending}"
    draft = workspace.letters.draft("query", mira, "<b>A Firm</b>")
    workspace.letters.save(draft, str(place))
    text = place.read_text("utf-8")
    assert "QZES52400001" in text
    assert ("<b>" in text) is (ending == "txt")
    with pytest.raises(AlreadyThere):
        workspace.letters.save(draft, str(place))
    with pytest.raises(NoSuchForm):
        workspace.letters.save(draft, str(tmp_path / "letter.doc"))


def test_an_unknown_letter_is_said(workspace: Workspace) -> None:
    for step in (workspace.letters.named, workspace.letters.sent, workspace.letters.answered):
        with pytest.raises(NoSuchLetter):
            step(7)
