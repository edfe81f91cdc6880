"""Names that try to act: markup, turned directions, hidden characters. Every screen that shows
one is walked, widget by widget, row by row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)
from sqlalchemy import insert
from sqlalchemy import text as sql

from rightsdesk.consent import PRESETS, Preset
from rightsdesk.desktop.parts.message_box import ask, message_box
from rightsdesk.desktop.parts.opening import tell_where
from rightsdesk.practice.catalogue import KOVAL
from rightsdesk.store.schema import accounts
from rightsdesk.workspace.types.scopes import Filter, Scope, ScopeKind
from tests.desktop.conftest import Scene, Watched
from tests.desktop.pages.test_pages import KEYS

EVIL = "<b>A\u202eB\u2066C\u2060D</b>&E"
SAFE = "<b>A\\u202eB\\u2066C\\u2060D</b>&E"
HIDDEN = set("\u202e\u2066\u2060")
ROLE = Qt.ItemDataRole
TIP = ROLE.ToolTipRole.value
ROLES = (ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole)


def cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[int, str]]:
    flat = isinstance(model, QAbstractListModel)  # whose columnCount is private
    for row in range(model.rowCount(parent)):
        for column in range(1 if flat else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in ROLES:
                yield int(role.value), str(model.data(index, role) or "")
        if not flat:
            yield from cells(model, model.index(row, 0, parent))


def texts(top: QWidget) -> Iterator[tuple[str, str]]:
    """What a window shows or says: where, and what."""
    for widget in [top, *top.findChildren(QWidget)]:
        kind = type(widget).__name__
        yield f"{kind} tip", widget.toolTip()
        yield f"{kind} name", widget.accessibleName()
        yield f"{kind} description", widget.accessibleDescription()
        yield f"{kind} title", widget.windowTitle()
        if isinstance(widget, QLabel):
            plain = widget.textFormat() is Qt.TextFormat.PlainText
            assert plain or "<b>" not in widget.text(), "a form's own labels are Qt's"
            yield kind, widget.text()
        if isinstance(widget, QAbstractButton):
            yield kind, widget.text()
        if isinstance(widget, QPlainTextEdit) and widget.isReadOnly():
            yield kind, widget.toPlainText()
        if isinstance(widget, QAbstractItemView | QComboBox) and widget.model() is not None:
            for role, text in cells(widget.model(), QModelIndex()):
                yield f"{kind} of {widget.objectName()}, role {role}", text
    for action in top.findChildren(QAction):
        yield "action", action.text()
        yield "action tip", action.toolTip()


def must_be_harmless(top: QWidget, *, names: bool = True) -> None:
    found = list(texts(top))
    bad = [(where, text) for where, text in found if HIDDEN & set(text)]
    assert not bad
    tips = [
        text
        for where, text in found
        if "tip" in where or where.endswith(f"role {ROLE.ToolTipRole.value}")
    ]
    assert not [text for text in tips if "<b>" in text], "parted, so that Qt shows it as it is"
    if names:
        assert [text for _, text in found if SAFE in text.replace("&&", "&").replace("\u200b", "")]


@pytest.fixture
def evil(open_window: Callable[[], Scene], workspace: Watched, music: Path) -> Scene:
    """The window with an artist, a folder and a file of such names."""
    folder = music / "x\u202ey"
    os.rename(music / KOVAL, folder)
    release = sorted(p for p in folder.iterdir() if p.is_dir())[0]
    song = sorted(p for p in release.iterdir() if p.is_file())[0]
    os.rename(song, song.with_name(f"A\u202eB\u2066C\u2060D{song.suffix}"))
    artist = workspace.artists.add(EVIL)
    workspace.catalogue.scan(artist.id, [str(folder)])
    workspace.consents.set(Scope(ScopeKind.ARTIST, artist.id), PRESETS[Preset.NO_AI])
    return open_window()


def test_the_main_window_shows_what_is_there(evil: Scene) -> None:
    evil.words()
    must_be_harmless(evil.window)
    for row in range(len(evil.window.view_state.model.listing.grouped.ids)):
        evil.select(row)
        evil.settle()
        must_be_harmless(evil.window)


@pytest.fixture
def worse(evil: Scene, workspace: Watched) -> Scene:
    """All that comes from others has such a name: titles, labels, logins, problems, jobs."""
    with workspace.real._database.write() as connection:
        artist = connection.execute(sql("SELECT id FROM artists")).scalar_one()
        for table, *columns in (
            ("releases", "title", "label", "catalogue_number"),
            ("recordings", "title", "performer"),
            ("files", "problem"),
        ):
            values = ", ".join(f"{column} = :evil" for column in columns)
            connection.execute(sql(f"UPDATE {table} SET {values}"), {"evil": EVIL})
        row = dict.fromkeys(("remote_id", "name", "url", "problem", "unread_why"), EVIL)
        row |= dict.fromkeys(("checked_at", "created_at"), "2026-01-01T00:00:00+00:00")
        row |= {"artist_id": artist, "platform": "soundcloud", "state": "reconnect"}
        connection.execute(insert(accounts).values(**row))
    workspace.jobs.apply(workspace.jobs.plan_tag(Filter()))
    return evil


@pytest.mark.parametrize("key", KEYS)
def test_every_page_too(worse: Scene, key: str) -> None:
    worse.window.go_to(key)
    worse.settle()
    must_be_harmless(worse.window, names=key not in ("settings",))


@pytest.mark.parametrize("action", ["folders", "export", "remove", "rename"])
def test_its_dialogs_too(evil: Scene, action: str) -> None:
    getattr(evil.window.actions_, action).trigger()
    evil.settle()
    opened = QApplication.activeModalWidget() or evil.window
    must_be_harmless(opened, names=action in ("folders", "remove"))
    opened.close()


def test_the_preview_and_what_comes_of_it(evil: Scene) -> None:
    evil.window.catalogue.write.click()
    preview = evil.dialog("review")
    preview.table.expandAll()
    must_be_harmless(preview, names=False)
    preview.go.click()
    evil.qtbot.waitUntil(lambda: "Done" in evil.window.notice.text.text())
    evil.settle()
    must_be_harmless(evil.window)


def test_message_boxes_show_text_as_it_is(qtbot: object, empty: Scene) -> None:
    image = "<img src='file:///etc/hostname'>\u202e"
    boxes = [message_box(empty.window, image, details=image, title="A title")]
    ask(empty.window, image, "&Yes", "&No", lambda: None, details=image, name="asked")
    boxes.append(empty.dialog("asked"))
    boxes.append(tell_where(empty.window, image))
    for box in boxes:
        assert isinstance(box, QMessageBox)
        labels = [label for label in box.findChildren(QLabel) if label.text()]
        assert any("\\u202e" in label.text() for label in labels)
        assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
        must_be_harmless(box, names=False)
        box.close()


def wait_until_gone(scene: Scene, box: QWidget) -> None:
    scene.qtbot.waitUntil(lambda: not box.isVisible())


def test_enter_and_escape_mean_no(empty: Scene) -> None:
    agreed: list[int] = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        ask(empty.window, "Sure?", "&Yes", "&No", lambda: agreed.append(1), name="asked")
        box = empty.dialog("asked")
        empty.qtbot.keyClick(box, key)
        wait_until_gone(empty, box)
    assert not agreed
    ask(empty.window, "Sure?", "&Yes", "&No", lambda: agreed.append(1), name="sure")
    box = empty.dialog("sure")
    next(b for b in box.buttons() if "Yes" in b.text()).click()
    assert agreed == [1]
