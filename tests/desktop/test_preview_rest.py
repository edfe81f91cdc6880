"""Where some of a plan opens something up, the rest of it can be done without agreeing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rightsdesk.changes.types import NO_CONFIRMATION, JobKind
from rightsdesk.consent import PRESETS, Consent, Permission, Preset, Standing, Use
from rightsdesk.desktop.jobs.preview import offer_the_rest
from rightsdesk.workspace.types import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene
from tests.desktop.test_main_job import write
from tests.desktop.test_preview import change, plan, preview

LEFT = Qt.MouseButton.LeftButton
NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
CLOSES, OPENS = change(1, Consent(), NO_AI), change(2, NO_AI, OPEN)


def test_it_is_offered_only_where_there_is_a_rest(qtbot: QtBot) -> None:
    for made in (plan(CLOSES), plan(OPENS), plan(CLOSES, OPENS, kind=JobKind.UNDO)):
        assert offer_the_rest(preview(qtbot, made)) is None
    dialog = preview(qtbot, plan(CLOSES, OPENS))
    rest = offer_the_rest(dialog)
    assert rest is not None
    assert rest.text() == "&Only the other 1, which opens nothing"
    assert dialog.cancel.isDefault(), "keeping everything is still what Enter does"
    with qtbot.waitSignal(dialog.agreed) as agreed:
        qtbot.mouseClick(rest, LEFT)
    assert agreed.args == [dialog.plan, NO_CONFIRMATION]
    assert not dialog.isVisible()


def test_the_rest_is_written_and_the_other_left_alone(scene: Scene) -> None:
    write(scene)
    first, second = scene.workspace.catalogue.recordings(Filter())[:2]
    open_up = Scope(ScopeKind.RECORDING, first)
    scene.workspace.consents.set(open_up, OPEN, confirmed=tuple(Use))
    narrower = NO_AI.overlaid({Use.SEARCH: Permission.PROHIBITED})
    scene.workspace.consents.set(Scope(ScopeKind.RECORDING, second), narrower)
    scene.window.actions_.write.trigger()
    dialog = scene.dialog("preview")
    assert not dialog.go.isEnabled()
    rest = dialog.findChild(QPushButton, "only-the-rest")
    assert rest is not None
    scene.qtbot.mouseClick(rest, LEFT)
    notice = scene.window.notice.text
    scene.qtbot.waitUntil(lambda: "left alone" in notice.text())
    scene.settle()
    stands = [row.cells["file"].standing for row in scene.workspace.catalogue.rows([first, second])]
    assert stands == [Standing.CONFLICTS, Standing.AGREES]
