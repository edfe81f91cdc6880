"""The window starts in every locale, and says nothing about it on stderr."""

from __future__ import annotations

import locale
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from rightsdesk.desktop.utf8 import ensure_utf8

START = """
import os, sys
from rightsdesk.desktop.shell.app import application
app = application()
from PySide6.QtCore import QLocale
print(QLocale().name(), os.fsencode("\\u00e9") == b"\\xc3\\xa9")
"""
LOCALES: list[dict[str, str]] = [
    {"LC_ALL": "C"},
    {"LC_CTYPE": "POSIX", "LANG": "C"},
    {"LANG": "no_SUCH.locale"},
]
OTHERS = ("LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME")


def environment(values: Mapping[str, str]) -> dict[str, str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("LC_", "LANG"))}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", **values}


@pytest.mark.parametrize("values", LOCALES, ids=lambda v: " ".join(map("=".join, v.items())))
def test_qt_finds_a_locale_that_it_works_in(values: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=environment(values),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("True\n")


@pytest.fixture
def locale_afterwards() -> Iterator[None]:
    """The process has its own locale again."""
    before = locale.setlocale(locale.LC_CTYPE)
    yield
    locale.setlocale(locale.LC_CTYPE, before)


@pytest.mark.usefixtures("locale_afterwards")
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their encoding is UTF-8 anyway")
def test_only_the_encoding_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Language, numbers and dates stay those of the person."""
    for name in ("LC_ALL", "LC_CTYPE", *OTHERS):
        monkeypatch.setenv(name, "C")  # and afterwards as it was
    values = {"LC_ALL": "C", "LANG": "de_DE.ISO-8859-1"}
    ensure_utf8(values)
    assert "LC_ALL" not in values
    assert values.pop("LC_CTYPE").lower().replace("-", "").endswith("utf8")
    assert values == {
        "LANG": "de_DE.ISO-8859-1",
        **dict.fromkeys(OTHERS, "C"),
    }
    ensure_utf8()
    before = dict(os.environ)
    ensure_utf8()
    assert dict(os.environ) == before, "once is enough"
