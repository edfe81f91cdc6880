"""The page Licences: what is listed, the form with its own yes, ending, and what else shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

from rightsdesk.consent import PRESETS, Preset, Use
from rightsdesk.consent.licences.agreement import Agreement
from rightsdesk.consent.licences.licence import LicenceState
from rightsdesk.consent.licences.period import Period
from rightsdesk.desktop.design.chips import Chip
from rightsdesk.desktop.design.text import Text
from rightsdesk.desktop.pages.licences.form import LicenceForm
from rightsdesk.desktop.pages.licences.page import LicencesPage
from rightsdesk.desktop.pages.licences.words import Shown
from rightsdesk.desktop.parts.names_list import NamesList
from rightsdesk.desktop.review.digest import Digest
from rightsdesk.desktop.review.words import heading_of
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene

G = Use.GENERATIVE_TRAINING


def opened(scene: Scene) -> LicencesPage:
    scene.window.go_to("licences")
    scene.settle()
    assert scene.window.licences.isVisible()
    return scene.window.licences


def add(scene: Scene, partner: str, days: int | None = None) -> int:
    workspace = scene.workspace
    last = None if days is None else workspace.now().date() + timedelta(days=days)
    agreement = Agreement(partner, frozenset({G}), period=Period(None, last))
    artist = scene.window.view_state.artists[0]
    scope = Scope(ScopeKind.ARTIST, artist.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI], confirmed=tuple(Use))
    number: int = workspace.licences.add(agreement, [scope], confirmed=agreement.uses)
    scene.window.view_state.something_changed()
    scene.settle()
    return number


def filled(scene: Scene, page: LicencesPage, partner: str) -> LicenceForm:
    """The form with a partner, a use and the music of the first artist."""
    page.begin()
    scene.settle()
    form = page.form
    assert form is not None
    scene.qtbot.keyClicks(form.partner, partner)
    form.uses.boxes[G].click()
    if not form.music.chosen:
        form.music.list.item(0).setCheckState(Qt.CheckState.Checked)
    scene.qtbot.waitUntil(lambda: form._opening is not None)
    scene.settle()
    return form


def names(page: LicencesPage) -> list[str]:
    return [row.name.text() for row in page.rows]


def texts(widgets: Iterable[Text]) -> str:
    return " ".join(widget.text() for widget in widgets)


def test_an_empty_page_says_what_a_licence_is_for(scene: Scene) -> None:
    page = opened(scene)
    assert page.views.currentWidget() is page.empty
    assert "A licence lets one partner do" in texts(page.empty.findChildren(Text))


def test_storing_needs_the_yes_of_its_own(scene: Scene) -> None:
    artist = scene.window.view_state.artists[0]
    scope = Scope(ScopeKind.ARTIST, artist.id)
    scene.workspace.consents.set(scope, PRESETS[Preset.NO_AI], confirmed=tuple(Use))
    page = opened(scene)
    form = filled(scene, page, "Klay")
    assert form.yes.isVisible()
    assert "Yes, Klay may do more with" in form.yes.text()
    assert not form.store.isEnabled()
    assert form.store.accessibleDescription().endswith("Say yes to that above first.")
    assert not form.content.isAncestorOf(form.yes), "it stays in view, above its button"
    [named] = form.content.findChildren(NamesList)
    form.show_music.click()
    assert named.hasFocus() or form.focusWidget() is named
    assert named.visibleRegion().boundingRect().height() == named.height(), "all of it is in view"

    form.yes.click()
    form.store.click()
    scene.qtbot.waitUntil(lambda: page.form is None)
    scene.settle()

    assert names(page) == ["Klay"]
    (view,) = scene.workspace.licences.all()
    assert view.licence.agreement.uses == {G}


def test_an_empty_form_says_what_to_do_first(scene: Scene) -> None:
    page = opened(scene)
    page.begin()
    scene.settle()
    form = page.form
    assert form is not None
    assert not form.store.isEnabled()
    assert form.missing.isVisible()
    assert not form.content.isAncestorOf(form.missing), "it stays in view, above its button"
    assert form.missing.text() == "The licence names no partner. Say who may use the music."
    assert not form.music.chosen, "nothing is opened up by default"
    assert form.store.accessibleDescription() == form.missing.text()


def test_a_flaw_is_said_in_the_form_and_nothing_is_stored(scene: Scene) -> None:
    page = opened(scene)
    form = filled(scene, page, "Klay")
    form.territory.clear()
    scene.qtbot.keyClicks(form.territory, "Atlantis")
    scene.qtbot.waitUntil(lambda: form.missing.isVisible())
    assert "no country" in form.missing.text()
    assert not form.store.isEnabled()
    form.go_back()
    scene.settle()
    assert page.form is None
    assert scene.workspace.licences.all() == []


def test_a_last_day_that_is_over_is_said_in_the_form(scene: Scene) -> None:
    form = filled(scene, opened(scene), "Klay")
    last = form.period.last
    last.day.setDate(last.day.date().addYears(-3))
    last.box.click()
    scene.qtbot.waitUntil(lambda: form.missing.isVisible())
    assert "is already over" in form.missing.text()
    assert not form.store.isEnabled()


def test_chips_show_what_ends_soon(scene: Scene) -> None:
    page = opened(scene)
    for partner, days in (("Klay", 400), ("Endel", 12)):
        add(scene, partner, days)
    assert names(page) == ["Endel", "Klay"]
    page.chips[Shown.SOON].click()
    assert names(page) == ["Endel"]
    assert page.rows[0].state.text() == "Ends in 12 days"
    page.chips[Shown.ENDED].click()
    assert names(page) == []


def test_a_name_has_one_line_and_the_heading_says_what_holds(scene: Scene) -> None:
    page = opened(scene)
    add(scene, "Orchard Listening Lab", 400)
    [row] = page.rows
    assert row.name.height() < 2 * row.name.fontMetrics().height()
    assert row.state.y() < row.name.height(), "the state is on the same line"
    assert page.header.title.accessibleName() == "1 licence holds today"
    assert page.header.sub.text() == "None ends soon."
    assert [shown for shown, chip in page.chips.items() if chip.isVisible()] == [
        Shown.ALL,
        Shown.HOLDS,
    ]
    add(scene, "Endel", 12)
    assert page.header.title.accessibleName() == "2 licences hold today"
    assert page.header.sub.text() == "1 ends within 30 days"
    assert page.chips[Shown.SOON].isVisible()


def test_the_details_of_a_track_keep_to_their_panel_whatever_a_partner_is_called(
    scene: Scene,
) -> None:
    add(scene, "The Orchard Listening Laboratory of the Lower Harbour", 400)
    scene.select("Lantern")
    scene.window.catalogue.open_details()
    scene.settle()
    details = scene.window.catalogue.details
    [chip] = [one for one in details.findChildren(Chip) if "Orchard" in one.text()]
    across = details._area.viewport().width()
    body = details._area.widget()
    assert body is not None
    assert body.width() <= across
    assert 0 < chip.width() <= across
    assert "Orchard" in chip.toolTip(), "what is cut is said in full"


def test_the_days_of_a_licence_can_be_read_whole(scene: Scene) -> None:
    page = opened(scene)
    page.begin()
    scene.settle()
    assert page.form is not None
    for day in (page.form.period.first.day, page.form.period.last.day):
        field = day.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        words = field.fontMetrics().horizontalAdvance(field.text())
        option = QStyleOptionFrame()
        field.initStyleOption(option)
        contents = QStyle.SubElement.SE_LineEditContents
        assert field.style().subElementRect(contents, option, field).width() >= words


def test_ending_asks_in_the_row(scene: Scene) -> None:
    page = opened(scene)
    number = add(scene, "Klay", 400)
    row = page.rows[0]
    assert row.change.isVisible()
    row.end.click()
    assert row.question.isVisible()
    row.keep.click()
    assert not row.question.isVisible()
    row.end.click()
    row.yes.click()
    scene.settle()
    assert scene.workspace.licences.named(number).state is LicenceState.ENDED
    assert page.rows[0].state.text().startswith("Ended on")
    assert "agreed until" in page.rows[0].state.text()
    assert " · agreed until " in page.rows[0].terms.text()
    assert page.rows[0].end.isHidden()
    assert page.rows[0].change.isHidden()


def test_home_leads_to_what_ends_soon(scene: Scene) -> None:
    add(scene, "Endel", 12)
    scene.window.view_state.choose_artist(scene.window.view_state.artists[0].id)
    scene.window.go_to("home")
    scene.settle()
    said = texts(scene.window.home.findChildren(Text))
    assert "A licence ends in 12 days" in said
    assert "except Endel" in said
    scene.window.steps.do(
        next(
            step
            for step in scene.workspace.catalogue.home().steps
            if step.action.value == "licence_ends"
        )
    )
    scene.settle()
    assert scene.window.page is scene.window.licences
    assert names(scene.window.licences) == ["Endel"]


@pytest.mark.parametrize("ended", [True, False])
def test_the_window_takes_ended_partners_out_by_itself(scene: Scene, ended: bool) -> None:
    number = add(scene, "Klay")
    plan = scene.workspace.jobs.plan_tag(scene.window.view_state.filter)
    scene.workspace.jobs.apply(plan, confirmed=plan.confirmation())
    if ended:
        scene.workspace.licences.end(number)
    scene.window.schedule.ask()
    scene.settle()
    assert scene.workspace.licences.to_narrow() is False
    names_of_jobs = [job.about.ended for job in scene.workspace.jobs.all()]
    assert bool(names_of_jobs[0]) is ended


def test_a_review_names_the_partner_whom_all_files_will_name(scene: Scene) -> None:
    workspace, artist = scene.workspace.real, scene.window.view_state.artists[0]
    scope = Scope(ScopeKind.ARTIST, artist.id)
    workspace.consents.set(scope, PRESETS[Preset.NO_AI], confirmed=tuple(Use))
    workspace.licences.add(Agreement("Klay", frozenset({G})), [scope], confirmed={G})
    digest = Digest.of(workspace.jobs.plan_tag(Filter(artist_id=artist.id)), {})
    assert heading_of(digest, digest.planned).endswith("will say No AI, except Klay")


def test_the_days_of_a_licence_are_those_of_its_time_zone(scene: Scene) -> None:
    """Each zone is offered once, by its place; a licence from before keeps the one it has."""
    page = opened(scene)
    form = filled(scene, page, "Klay")
    zone = form.period.zone
    names = [zone.itemText(n) for n in range(zone.count())]
    assert len(set(names)) == len(names) > 300
    assert "Berlin (Europe)" in names
    assert not [name for name in names if "Etc" in name or "_" in name]
    zone.setCurrentIndex(zone.findData("Asia/Tokyo"))
    zone.activated.emit(zone.currentIndex())
    scene.qtbot.waitUntil(lambda: form._opening is not None)
    assert form.agreement().period.zone == "Asia/Tokyo"
    form.yes.click()
    form.store.click()
    scene.qtbot.waitUntil(lambda: page.form is None)
    scene.settle()
    (view,) = scene.workspace.licences.all()
    page.begin(view)
    scene.settle()
    assert page.form is not None
    assert page.form.period.zone.currentData() == "Asia/Tokyo"


def test_only_the_artist_in_view_is_offered_until_another_one_is_searched(scene: Scene) -> None:
    """A manager looks after many: their names would stand before the releases of this one."""
    koval = scene.window.view_state.artists[0]
    scene.workspace.artists.add("Ada Lind")
    scene.window.view_state.something_changed()
    scene.settle()
    scene.window.view_state.choose_artist(koval.id)
    page = opened(scene)
    page.begin()
    scene.settle()
    form = page.form
    assert form is not None

    def offered() -> list[str]:
        return [form.music.list.item(n).text() for n in range(form.music.list.count())]

    assert offered()[0] == f"All music of {koval.name}"
    assert "All music of Ada Lind" not in offered()
    scene.qtbot.keyClicks(form.music.field, "ada")
    scene.qtbot.waitUntil(lambda: offered() == ["All music of Ada Lind"])
