"""Every word of the window can be translated: shown by a language that only marks its words."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from rightsdesk import phrases
from rightsdesk.changes.names import job_name
from rightsdesk.consent import PRESETS, Preset
from rightsdesk.desktop.accounts.texts import facts_text
from rightsdesk.desktop.design import words
from rightsdesk.desktop.shell import languages
from rightsdesk.desktop.state.tasks import TaskRunner
from rightsdesk.enums.carriers import CarrierId
from rightsdesk.errors import KnownError
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.resources.facts import all_facts
from rightsdesk.roster.accounts import keep_account
from rightsdesk.sentences import Sentence
from rightsdesk.workspace import Workspace
from rightsdesk.workspace.types.problems import ProblemKind
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.cli.fakes import run
from tests.desktop.conftest import Scene, Watched

PROJECT = Path(__file__).resolve().parents[3]
UPDATE = PROJECT / "resources" / "translations" / "update.py"
OPENS, CLOSES = "⟦", "⟧"
LETTERS = re.compile(r"[^\W\d_]{2,}")
PAGES = (
    *("home", "catalogue", "platforms", "licences", "activity", "problems", "evidence"),
    "settings",
)
DATA = re.compile(
    # Names and numbers of the sample music, and names of things that no language changes.
    r"Mira Koval|RightsDesk|SoundCloud|Kitchen Tapes|Windowsill|koval\w*|file://\S+|/\S+"
    r"|English|Deutsch|Español|Français|https://\S*|AI rights reserved: .*"
    r"|\b\w+/[\w/+-]+|UTC|EU, CH except FR"  # time zones, and territories in codes
    r"|\b[A-Z]:\\\S+|\d+ ?%|Ctrl|Shift|Alt|Esc|MK|XMP|ISRC|DDEX|CSV|UPC|URL|[\w.-]+\.\w{2,4}\b",
    re.IGNORECASE,
)

PLACES = "licence-zone"
"""A list of time zones, each called by its place as the database of zones spells it."""


@pytest.fixture(scope="session")
def update() -> ModuleType:
    """The maker of translations, as a module."""
    spec = importlib.util.spec_from_file_location("update_translations", UPDATE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def folder(update: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a language in which every message is the English one in brackets."""
    folder = tmp_path_factory.mktemp("language")
    source, target = folder / "rightsdesk_de.ts", folder / "rightsdesk_de.qm"
    update.update(source)
    tree = etree.parse(str(source))
    for message in tree.iter("message"):
        text = message.findtext("source") or ""
        translation = message.find("translation")
        assert translation is not None
        translation.attrib.pop("type", None)
        forms = list(translation) or [translation]
        for form in forms:
            form.text = f"{OPENS}{text}{CLOSES}"
    tree.write(str(source), encoding="utf-8", xml_declaration=True)
    update.release(source, target)
    return folder


@pytest.fixture
def marked(folder: Path) -> QTranslator:
    """That language."""
    translator = QTranslator()
    assert translator.load(str(folder / "rightsdesk_de.qm"))
    return translator


@pytest.fixture
def marking(marked: QTranslator) -> Iterator[None]:
    """The marking language, chosen for the window; English again afterwards."""
    words.use_language("de", marked)
    yield
    words.use_language("en_GB", None)


def shown_texts(top: QWidget) -> Iterator[tuple[str, str]]:
    """Every text that a person sees or hears: (which widget, text)."""
    for widget in [top, *top.findChildren(QWidget)]:
        if not widget.isVisibleTo(top):
            continue
        name = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QLabel | QAbstractButton):
            yield name, widget.text()
        if isinstance(widget, QLineEdit):
            yield name, widget.placeholderText()
        if isinstance(widget, QComboBox) and widget.objectName() != PLACES:
            yield from ((name, widget.itemText(n)) for n in range(widget.count()))
        if isinstance(widget, QTabBar):
            yield from ((name, widget.tabText(n)) for n in range(widget.count()))
        if isinstance(widget, QHeaderView) and widget.model() is not None:
            roles = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
            for section in range(widget.count()):
                for role in (*roles, Qt.ItemDataRole.ToolTipRole):
                    heading = widget.model().headerData(section, widget.orientation(), role)
                    yield f"{name} (heading)", str(heading or "")
        yield f"{name} (name)", widget.accessibleName()
        yield f"{name} (description)", widget.accessibleDescription()
        yield f"{name} (tooltip)", widget.toolTip()
    for menu in top.findChildren(QMenu):
        yield "menu", menu.title()
    for action in top.findChildren(QAction):
        yield "action", action.text()


def untranslated(text: str) -> bool:
    """Whether there are words outside of brackets that are no data."""
    left, before = text.replace("&", "").replace("\u200b", ""), ""
    while left != before:  # there are brackets within brackets: a translated word in a sentence
        before, left = left, re.sub(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}", "", left)
    for name in sorted((facts.name for facts in all_facts()), key=len, reverse=True):
        left = left.replace(name, "")
    return bool(LETTERS.search(DATA.sub("", left)))


def test_every_word_of_the_pages_is_translated(
    marking: None, open_window: Callable[..., Scene], workspace: Watched, music: Path
) -> None:
    real = workspace.real
    artist = real.artists.add(KOVAL)
    real.catalogue.scan(artist.id, [str(music / KOVAL)])
    real.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    scene = open_window(page="home")
    wrong: set[str] = set()
    for key in PAGES:
        scene.window.go_to(key)
        scene.settle()
        if key == "licences":
            scene.window.licences.begin()
            scene.settle()
        wrong |= {f"{key}: {w}: {t!r}" for w, t in shown_texts(scene.window) if untranslated(t)}
    assert not wrong, "\n".join(sorted(wrong))


def test_every_word_of_the_first_start_is_translated(
    marking: None, open_window: Callable[..., Scene]
) -> None:
    scene = open_window()
    wrong = {f"{w}: {t!r}" for w, t in shown_texts(scene.window.start) if untranslated(t)}
    assert not wrong, "\n".join(sorted(wrong))


def test_numbers_take_the_form_that_the_language_has(marking: None) -> None:
    assert words.counted("%n file", "%n files", 1) == "⟦1 files⟧"
    assert words.counted("%n file", "%n files", 1200) == "⟦1.200 files⟧"
    words.use_language("en_GB", None)
    assert words.counted("%n file", "%n files", 1200) == "1,200 files"


def test_sentences_of_the_engine_are_said_again_and_not_read(marking: None) -> None:
    """Form, number, list and day are each written as the language has them."""
    values = {
        "what": phrases.and_list([phrases.counted(2, "file"), "A & B"]),
        "day": phrases.short_date(date(2026, 5, 3)),
    }
    text = Sentence("{what} since {day}", values)
    assert text == "2 files and A & B since 3 May 2026"
    assert words.sentence(text) == "⟦2 files⟧ und A & B since 3. Mai 2026"
    assert words.sentence("What a server said.") == "What a server said."
    error = KnownError(Sentence("{name} is gone.", {"name": "{x}"}), advice="Close")
    assert words.error_text(error) == "{x} is gone. ⟦Close⟧"


def test_what_was_stored_is_said_in_the_language_of_the_window(
    marking: None,
    open_window: Callable[..., Scene],
    workspace: Watched,
    work: TaskRunner,
    music: Path,
    tmp_path: Path,
) -> None:
    """Of a damaged file, of a failed change of an earlier job, of an account, and of what was
    ignored; the same store is English on the command line."""
    real = workspace.real
    artist = real.artists.add(KOVAL)
    real.catalogue.scan(artist.id, [str(music / KOVAL)])
    real.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    plan = real.jobs.plan_tag(Filter())
    [victim] = (music / KOVAL).rglob("*.opus")
    victim.write_bytes(victim.read_bytes()[:40])
    real.jobs.apply(plan)
    real.catalogue.scan(artist.id, [str(victim)])
    login = {"remote_id": "7", "base_url": "", "url": "", "name": "somebody else"}
    keep_account(real._database, artist_id=artist.id, platform=CarrierId.SOUNDCLOUD, **login)
    [codes] = [p for p in real.catalogue.problems(Filter()) if p.kind is ProblemKind.CATALOGUE]
    real.catalogue.ignore([codes.id])
    real.close()
    with Workspace.open(tmp_path / "data") as again:
        workspace.real = again
        scene = open_window(page="problems")
        shown = {text for line in scene.window.problems.list.lines.lines for text in line.words}
        shown.add(scene.window.actions_.undo.text())
        scene.window.go_to("platforms")
        scene.settle()
        shown |= {text for _, text in shown_texts(scene.window.platforms)}
        scene.window.go_to("activity")
        scene.settle()
        page = scene.window.activity
        [job] = again.jobs.all()
        row = page.feed.row_of_job(job.id)
        assert row is not None
        why = page.history.act_rect(row, "why").center()
        scene.qtbot.mouseClick(page.history.viewport(), Qt.MouseButton.LeftButton, pos=why)
        scene.settle()
        shown |= {page.feed.rows[row].title, *(r.text for r in page.feed.rows[row].reasons or ())}
        shown |= {facts_text(account) for account in again.accounts.all()}
        [file] = [p for p in again.catalogue.problems(Filter()) if p.kind is ProblemKind.FILE]
        [account] = again.accounts.all()
        [failed] = again.jobs.failures(job.id)
        commands = (["jobs", "show", str(job.id)], ["problems"], ["history"])
        english = " ".join(" ".join(run(again, *one).out for one in commands).split())
        work.close()
    everything = "\n".join(shown)
    for stored in (file.sentence, account.problem, failed.problem, job_name(job), codes.sentence):
        said = words.sentence(stored)
        assert said != stored
        assert said in everything
        assert stored not in everything.replace(said, "")
        assert stored in english
    assert OPENS not in english


def test_a_language_is_chosen_at_the_start(
    qapp: QApplication, folder: Path, tmp_path: Path
) -> None:
    try:
        assert languages.available(folder) == [("en", "English"), ("de", "Deutsch")]
        assert languages.install(qapp, "de", folder) == "de_DE"
        assert words.tr("Home") == "⟦Home⟧"
        assert words.language() == "de_DE"
        # A language without translations is English as a whole.
        assert languages.install(qapp, "de", tmp_path) == "en"
        assert words.tr("Home") == "Home"
    finally:
        languages.install(qapp, languages.ENGLISH, tmp_path)
