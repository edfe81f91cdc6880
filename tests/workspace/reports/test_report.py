"""Reports: what is in them, their shape, and that nothing foreign acts in them."""

import hashlib
import json
import threading
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.period import Period
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.exports.saving import AlreadyThere
from rightsdesk.workspace.reports.recordings import Cancelled
from rightsdesk.workspace.reports.words import Words
from rightsdesk.workspace.types.artists import Artist
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from rightsdesk.workspace.use_cases.reports import NoSuchForm
from tests.workspace.conftest import SignIn, Song
from tests.workspace.imports.test_imports import itunes, proposed

SCHEMA = files("rightsdesk.resources") / "report" / "report.schema.json"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def chosen(workspace: Workspace, koval: Artist) -> Artist:
    """Mira Koval, who said “No AI” and had it written into her files."""
    workspace.consents.set(Scope(ScopeKind.ARTIST, koval.id), PRESETS[Preset.NO_AI])
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter(artist_id=koval.id)))
    return koval


def as_json(workspace: Workspace, wanted: Filter, folder: Path, *, hashed: bool = False) -> Any:
    """A report as JSON, checked against its schema."""
    place = folder / "report.json"
    workspace.reports.save(wanted, str(place), hash_files=hashed, replace=True)
    document = json.loads(place.read_bytes())
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    return document


def page(workspace: Workspace, wanted: Filter, folder: Path, language: str = "en") -> Any:
    """A report as HTML, read by a strict parser."""
    place = folder / "report.html"
    workspace.reports.save(wanted, str(place), language=language, replace=True)
    return etree.fromstring(place.read_bytes())


def words_of(tree: Any) -> str:
    """All words of a page."""
    return " ".join("".join(tree.itertext()).split())


def test_json_says_what_was_chosen_found_and_done(
    workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    document = as_json(workspace, Filter(artist_id=chosen.id), tmp_path)
    assert document["about"] == {"kind": "artist", "name": "Mira Koval"}
    assert document["consents"][0]["preset"] == "no-ai"
    assert document["choices"][0]["kind"] == "artist"
    assert document["carriers"][0]["carrier"] == CarrierId.FILES
    assert document["carriers"][0]["standings"] == {"agrees": document["totals"]["recordings"]}
    assert [entry["kind"] for entry in document["history"]][-1] == "artist-added"
    job = next(entry for entry in document["history"] if entry["kind"] == "job")
    assert job["result"] == {"done": document["totals"]["files"]}
    head = workspace.evidence.head()
    assert (document["seal"]["entry"], document["seal"]["head"]) == (head.number, head.hash)
    assert not document["files_hashed"]


def test_files_are_read_for_their_hashes_on_request(
    workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    document = as_json(workspace, Filter(artist_id=chosen.id), tmp_path, hashed=True)
    lines = [file for recording in document["recordings"] for file in recording["files"]]
    assert len(lines) == document["totals"]["files"]
    for line in lines:
        assert line["sha256"] == hashlib.sha256(Path(line["path"]).read_bytes()).hexdigest()
        assert line["audio"]
    plain = as_json(workspace, Filter(artist_id=chosen.id), tmp_path)
    assert not any(f["sha256"] for recording in plain["recordings"] for f in recording["files"])


def test_a_file_that_cannot_be_read_says_why(
    workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    before = as_json(workspace, Filter(artist_id=chosen.id), tmp_path)
    Path(before["recordings"][0]["files"][0]["path"]).unlink()
    after = as_json(workspace, Filter(artist_id=chosen.id), tmp_path, hashed=True)
    gone = after["recordings"][0]["files"][0]
    assert gone["sha256"] == ""
    assert gone["problem"]


def test_a_release_has_its_own_entries_only(
    workspace: Workspace, chosen: Artist, signal: Artist, tmp_path: Path
) -> None:
    releases = workspace.catalogue.releases(chosen.id)
    for number, _title in releases:
        workspace.consents.set(
            Scope(ScopeKind.RELEASE, number),
            PRESETS[Preset.ASK_FIRST],
            confirmed=tuple(PRESETS[Preset.ASK_FIRST]),
        )
    number, title = releases[0]
    document = as_json(workspace, Filter(release_id=number), tmp_path)
    assert document["about"] == {"kind": "release", "name": title}
    kinds = [entry["kind"] for entry in document["history"]]
    assert kinds.count("consent-set") == 2  # the artist's, and this release's
    assert kinds.count("job") == 1
    assert [artist["name"] for artist in document["artists"]] == ["Mira Koval"]
    assert {one["release"] for one in document["recordings"]} == {title}
    names = [(choice["kind"], choice["name"]) for choice in document["choices"]]
    assert names == [("artist", "Mira Koval"), ("release", title)]


def test_the_roster_has_everyone(
    workspace: Workspace, chosen: Artist, signal: Artist, tmp_path: Path
) -> None:
    document = as_json(workspace, Filter(), tmp_path)
    assert {artist["name"] for artist in document["artists"]} == {"Mira Koval", "Salt & Signal"}
    assert {one["recordings"] for one in document["consents"]} == {6, 5}
    kinds = [entry.deed.kind for entry in workspace.history.entries(limit=1000)]
    assert [entry["kind"] for entry in document["history"]] == kinds


def test_tracks_of_an_account_are_in_it(
    workspace: Workspace, chosen: Artist, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(chosen)
    workspace.accounts.read_accounts()
    document = as_json(workspace, Filter(artist_id=chosen.id), tmp_path)
    items = [item for one in document["recordings"] for item in one["items"]]
    assert {item["platform"] for item in items} == {"soundcloud"}
    assert document["accounts"][0]["platform_name"] == "SoundCloud"
    assert document["terms"][0]["platform"] == "soundcloud"


def test_an_empty_roster_can_be_reported(workspace: Workspace, tmp_path: Path) -> None:
    document = as_json(workspace, Filter(), tmp_path)
    assert document["recordings"] == []
    assert "Nothing has been done yet." in words_of(page(workspace, Filter(), tmp_path))


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "No AI"), ("de", "Keine KI"), ("fr", "Pas d’IA"), ("es", "No a la IA")],
)
def test_a_page_is_in_one_language(
    language: str, says: str, workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    tree = page(workspace, Filter(artist_id=chosen.id), tmp_path, language)
    assert tree.get("lang") == language
    words = words_of(tree)
    assert says in words
    for english in () if language == "en" else ("No AI", "What was", "training AI", "as chosen"):
        assert english not in words


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Numbers that are missing here"),
        ("de", "Nummern, die hier fehlen"),
        ("fr", "Les numéros qui manquent ici"),
        ("es", "Los números que faltan aquí"),
    ],
)
def test_gaps_in_the_numbers_of_entries_are_explained(
    language: str, says: str, workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    chosen_music = Filter(artist_id=chosen.id)
    document = as_json(workspace, chosen_music, tmp_path)
    numbers = [entry["id"] for entry in document["history"]]
    assert len(numbers) < document["seal"]["entries"], "the end of the job has a number"
    assert "ends of jobs" in document["history_numbers"]
    assert says in words_of(page(workspace, chosen_music, tmp_path, language))


def test_the_two_numbers_of_entries_say_what_they_count(
    workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    chosen_music = Filter(artist_id=chosen.id)
    document = as_json(workspace, chosen_music, tmp_path)
    counted = workspace.evidence.verify().entries
    assert document["seal"]["entries"] == counted
    words = words_of(page(workspace, chosen_music, tmp_path))
    assert f"{len(document['history'])} entries about this music since" in words
    assert f"{counted} entries in the whole history: also those about other music" in words


def test_numbers_without_gaps_need_no_explanation(workspace: Workspace, tmp_path: Path) -> None:
    workspace.artists.add("Mira Koval")
    assert as_json(workspace, Filter(), tmp_path)["history_numbers"] == ""
    assert "Numbers that are missing here" not in words_of(page(workspace, Filter(), tmp_path))


def test_a_page_loads_and_runs_nothing(
    workspace: Workspace, artist: Artist, folder: Path, song: Song, tmp_path: Path
) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=y> & \u202egnp"
    song("a.mp3", title=hostile, artist="Someone", album="<b>")
    workspace.catalogue.scan(artist.id, [str(folder)])
    workspace.artists.rename(artist.id, "<i>Some & one</i>")
    tree = page(workspace, Filter(artist_id=artist.id), tmp_path)
    tags = {element.tag.removeprefix(XHTML) for element in tree.iter()}
    assert not tags & {"script", "img", "i", "b", "a", "link", "iframe", "object", "form"}
    names = {name for element in tree.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name in ("src", "href", "srcset") for name in names)
    words = words_of(tree)
    assert "<script>alert(1)</script>" in words
    assert "\u202e" not in words
    policy = tree.find(f".//{XHTML}meta[@http-equiv]").get("content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_report_is_not_written_over_anything(
    workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    place = tmp_path / "there.html"
    place.write_text("mine", "utf-8")
    with pytest.raises(AlreadyThere):
        workspace.reports.save(Filter(), str(place))
    assert place.read_text("utf-8") == "mine"
    with pytest.raises(NoSuchForm):
        workspace.reports.save(Filter(), str(tmp_path / "report.doc"))
    with pytest.raises(NoSuchForm):
        workspace.reports.save(Filter(), str(tmp_path / "report.html"), language="xx")
    with pytest.raises(NoSuchForm):
        workspace.reports.save(Filter(), str(tmp_path / "report.pdf"))
    assert [one.name for one in tmp_path.glob("*report*")] == []


@pytest.mark.parametrize("ending", ["html", "json"])
def test_a_stopped_report_leaves_no_file(
    ending: str, workspace: Workspace, chosen: Artist, tmp_path: Path
) -> None:
    stop = threading.Event()

    def progress(_done: int, _total: int, _label: str) -> None:
        stop.set()

    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(Cancelled):
        workspace.reports.save(
            Filter(),
            str(folder / f"report.{ending}"),
            hash_files=True,
            progress=progress,
            cancel=stop,
        )
    assert list(folder.iterdir()) == []


def test_a_licence_is_in_the_reports_that_it_concerns(
    workspace: Workspace, chosen: Artist, signal: Artist, tmp_path: Path
) -> None:
    [(first, title), (other, _)] = workspace.catalogue.releases(chosen.id)
    agreement = Agreement(
        partner="Klay",
        uses=frozenset({Use.GENERATIVE_TRAINING}),
        period=Period(last=date(2099, 12, 31), zone="Pacific/Kiritimati"),
        reference="K-17",
    )
    scope = Scope(ScopeKind.RELEASE, first)
    workspace.licences.add(agreement, [scope], confirmed=(Use.GENERATIVE_TRAINING,))
    document = as_json(workspace, Filter(artist_id=chosen.id), tmp_path)
    [licence] = document["licences"]
    assert (licence["partner"], licence["state"], licence["covers"]) == ("Klay", "holds", [title])
    licensed = [line for line in document["recordings"] if line["licensed"]]
    assert {line["release"] for line in licensed} == {title}
    assert not any(file["licensed"] for line in licensed for file in line["files"])
    plan = workspace.jobs.plan_tag(Filter(artist_id=chosen.id))
    job = workspace.jobs.apply(plan, confirmed=plan.confirmation()).job
    assert job is not None
    changed = [one for one in workspace.jobs.changes(job) if one.named_after]
    assert {grant.partner for one in changed for grant in one.named_after} == {"Klay"}
    written = as_json(workspace, Filter(release_id=first), tmp_path)["recordings"]
    files = [file for line in written for file in line["files"]]
    assert len(changed) == len(files) > 1
    assert {(file["licensed"][0]["partner"], file["standing"]) for file in files} == {
        ("Klay", "agrees")
    }
    for elsewhere in (Filter(release_id=other), Filter(artist_id=signal.id)):
        assert as_json(workspace, elsewhere, tmp_path)["licences"] == []
    words = words_of(page(workspace, Filter(release_id=first), tmp_path, "de"))
    assert "Lizenz für Klay" in words
    assert "bis 31. Dezember 2099 (Pacific/Kiritimati)" in words
    assert "K-17" in words

    view = workspace.licences.end(1)
    day = view.licence.ended_on
    assert day is not None
    [ended] = as_json(workspace, Filter(release_id=first), tmp_path)["licences"]
    assert (ended["until"], ended["state"]) == ("2099-12-31", "ended")
    assert ended["last_day"] == ended["ended_on"] == day.isoformat()
    words = words_of(page(workspace, Filter(release_id=first), tmp_path, "en"))
    assert "agreed: until 31 December 2099 (Pacific/Kiritimati)" in words
    assert f"ended on {day.day} " in words


def test_what_was_done_for_all_artists_is_in_the_report_of_each(
    workspace: Workspace, koval: Artist, signal: Artist, tmp_path: Path
) -> None:
    """An artist's own part of it, and no name of another artist."""
    workspace.consents.set_artists((koval.id, signal.id), PRESETS[Preset.NO_AI])
    act = workspace.history.undo(workspace.history.entries()[0].id, confirmed=tuple(Use))
    for artist, other in ((koval, signal), (signal, koval)):
        wanted = Filter(artist_id=artist.id)
        entries = as_json(workspace, wanted, tmp_path)["history"]
        undo, done = (entry for entry in entries if entry["kind"].startswith("consent-"))
        assert (undo["undoes"], done["undone_by"]) == (done["id"], act.id)
        words = words_of(page(workspace, wanted, tmp_path))
        assert f"Consent for “{artist.name}”: No AI" in words
        assert other.name not in words
        assert "more)" not in words
    everyone = words_of(page(workspace, Filter(), tmp_path))
    assert everyone.count("(and 1 more)") == 2


def test_a_choice_for_some_recordings_is_in_the_report_of_each(
    workspace: Workspace, koval: Artist, tmp_path: Path
) -> None:
    numbers = workspace.catalogue.recordings(Filter(artist_id=koval.id))[:2]
    workspace.consents.set_for(numbers, PRESETS[Preset.NO_AI])
    for number in numbers:
        entries = as_json(workspace, Filter(recording_id=number), tmp_path)["history"]
        assert [entry["kind"] for entry in entries].count("consent-set") == 1


def test_an_artist_of_an_imported_library_has_a_report(
    workspace: Workspace, tmp_path: Path
) -> None:
    """An import counts its artists where a job lists their numbers."""
    songs = {name: tmp_path / name / "1.flac" for name in ("Mira Koval", "Salt")}
    for song in songs.values():
        song.parent.mkdir()
        song.write_bytes(b"")
    tracks: list[dict[str, object]] = [
        {"path": song, "artist": name} for name, song in songs.items()
    ]
    found = proposed(workspace, itunes(tmp_path / "library.xml", tracks))
    workspace.imports.take_over(found, found.artists)
    for artist in workspace.artists.all():
        words = words_of(page(workspace, Filter(artist_id=artist.id), tmp_path))
        assert f"Artist added: “{artist.name}”" in words
        assert ("Salt" in words) == (artist.name == "Salt")
    assert "Imported from" in words_of(page(workspace, Filter(), tmp_path))


def test_a_stored_problem_is_said_in_the_language_of_the_page(
    workspace: Workspace, chosen: Artist, music: Path, tmp_path: Path
) -> None:
    [victim] = (music / chosen.name).rglob("*.opus")
    victim.write_bytes(victim.read_bytes()[:40])
    workspace.catalogue.scan(chosen.id, [str(victim)])
    listed = workspace.catalogue.problems(Filter(artist_id=chosen.id))
    [damaged] = [problem for problem in listed if problem.kind is ProblemKind.FILE]
    english = words_of(page(workspace, Filter(), tmp_path))
    german = words_of(page(workspace, Filter(), tmp_path, "de"))
    said = Words("de").say(damaged.sentence)
    assert damaged.sentence in english
    assert said != damaged.sentence
    assert said in german
    assert damaged.sentence not in german


def test_a_problem_names_its_file_from_the_folder_of_the_artist_on(
    workspace: Workspace, chosen: Artist, music: Path, tmp_path: Path
) -> None:
    [victim] = (music / chosen.name).rglob("*.opus")
    victim.write_bytes(victim.read_bytes()[:40])
    workspace.catalogue.scan(chosen.id, [str(music / chosen.name)])
    words = words_of(page(workspace, Filter(), tmp_path))
    assert str(victim.relative_to(music / chosen.name)) in words
    assert str(victim) not in words
