"""The content of the top-level `resources/`: made for packages and pages, not imported."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rightsdesk import __version__

PROJECT = Path(__file__).parents[2]
RESOURCES = PROJECT / "resources"


def test_the_desktop_entry_is_valid() -> None:
    validate = shutil.which("desktop-file-validate")
    if not validate:
        pytest.skip("desktop-file-validate is not installed")
    done = subprocess.run(
        [validate, RESOURCES / "rightsdesk.desktop"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_desktop_entry_opens_no_files() -> None:
    """With audio types in the entry, RightsDesk became the default program for FLAC."""
    assert "MimeType" not in (RESOURCES / "rightsdesk.desktop").read_text("utf-8")


def test_the_windows_icon_is_made_from_its_master() -> None:
    spec = importlib.util.spec_from_file_location("make", RESOURCES / "icons/make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    made = make.compact(make.MASTER.read_text("utf-8"))
    assert made == make.WINDOW_ICON.read_text("utf-8"), "run: python resources/icons/make.py"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "packaging/README.md"])
def test_links_in_a_page_lead_to_existing_files(page: str) -> None:
    text = (PROJECT / page).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    folder = (PROJECT / page).parent
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_changelog_has_the_version_or_its_work_in_progress() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] == "Unreleased"
    assert __version__.endswith(".dev0") or __version__ == versions[1]
