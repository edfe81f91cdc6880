"""What packages are built from: file lists, versions, and definitions that other programs read."""

import configparser
import importlib.util
import plistlib
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml
from building import (
    appimage,
    contents,
    deb,
    kinds,
    macos,
    needed,
    share,
    slim,
    smoke,
    trimming,
    windows,
)
from setting_up.places import PACKAGING, PROJECT
from setting_up.system import Need
from setting_up.words import CannotStart

from rightsdesk import __version__
from rightsdesk.cli.command_table import COMMANDS
from rightsdesk.files.containers import CONTAINERS


class TestTryingAProgram:
    def test_a_helper_process_reads_files(self) -> None:
        sample = min((PROJECT / "rightsdesk").rglob("*.flac"))
        program = [sys.executable, str(PACKAGING / "program.py")]
        [(audio, problem)] = smoke.ask_helper(program, [sample])
        assert (audio[0], problem) == ("FLAC", "")

    def test_a_program_without_helpers_is_refused(self) -> None:
        with pytest.raises(CannotStart, match="no answer"):
            smoke.ask_helper([sys.executable, "-c", "", "x"], [])


class TestContents:
    def test_every_data_file_and_every_migration_is_inside(self) -> None:
        inside = {Path(path).relative_to(PROJECT) for path, _ in contents.data_files(PROJECT)}
        found = (PROJECT / "rightsdesk").rglob("*")
        # A program that is killed while it writes bytecode leaves a file of any name there.
        found = (path for path in found if "__pycache__" not in path.parts)
        files = {path.relative_to(PROJECT) for path in found if path.is_file()}
        data = {path for path in files if path.suffix not in (".py", ".pyc")}
        assert data <= inside
        migrations = {path for path in files if path.match("store/migrations/versions/*.py")}
        assert migrations
        assert migrations <= inside

    def test_a_file_keeps_its_folder(self) -> None:
        source = PROJECT / "rightsdesk/resources/signals.toml"
        assert (str(source), "rightsdesk/resources") in contents.data_files(PROJECT)


class TestSlim:
    @pytest.mark.parametrize(
        "name",
        [
            "PySide6/Qt/plugins/platforms/libqwayland.so",
            "PySide6/Qt/plugins/platforms/libqxcb.so",
            "PySide6/Qt/plugins/platforms/libqoffscreen.so",
            "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
            "PySide6/Qt/plugins/wayland-decoration-client/libadwaita.so",
            "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
            "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
            "PySide6\\plugins\\platforms\\qwindows.dll",
            "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
            "PySide6/Qt/lib/libQt6WaylandClient.so.6",
            "PySide6/Qt/lib/libicudata.so.73",
            "PySide6/QtNetwork.abi3.so",
            "PySide6/Qt/translations/qtbase_de.qm",
            "babel/locale-data/de_AT.dat",
            "babel/locale-data/root.dat",
            "babel/global.dat",
            "rightsdesk/resources/signals.toml",
            "rightsdesk/desktop/resources/rightsdesk_de.qm",
        ],
    )
    def test_what_the_program_needs_stays(self, name: str) -> None:
        assert slim.is_needed(name)

    @pytest.mark.parametrize(
        "name",
        [
            "PySide6/Qt/plugins/platforms/libqeglfs.so",
            "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
            "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
            "PySide6/Qt/plugins/wayland-shell-integration/libivi-shell.so",
            "PySide6\\plugins\\platforms\\qminimal.dll",
            "PySide6/Qt/lib/libQt6Quick.so.6",
            "PySide6/Qt/lib/libQt6VirtualKeyboard.so.6",
            "PySide6/Qt/translations/qtbase_ja.qm",
            "PySide6/Qt/translations/designer_de.qm",
            "babel/locale-data/ja.dat",
            "babel/locale-data/ja_JP.dat",
            "c2pa/libs/libc2pa_c.rlib",
            "libstdc++.so.6",
        ],
    )
    def test_what_it_does_not_need_goes(self, name: str) -> None:
        assert not slim.is_needed(name)

    def test_every_language_of_the_window_stays(self) -> None:
        files = (PROJECT / "rightsdesk").rglob("rightsdesk_*.qm")
        languages = {path.stem.partition("_")[2] for path in files}
        assert languages
        for language in languages:
            assert slim.is_needed(f"babel/locale-data/{language}.dat")


class TestVersions:
    @pytest.mark.parametrize(
        ("version", "debian", "numbers"),
        [
            ("0.2.0.dev0", "0.2.0~dev0", "0.2.0.0"),
            ("1.0rc1", "1.0~rc1", "1.0.1.0"),
            ("1.2.3", "1.2.3", "1.2.3.0"),
        ],
    )
    def test_a_version_on_each_system(self, version: str, debian: str, numbers: str) -> None:
        assert deb.debian_version(version) == debian
        assert windows.four_numbers(version) == numbers

    def test_the_version_is_read_from_the_program(self) -> None:
        assert share.version() == __version__

    @pytest.mark.skipif(not shutil.which("dpkg"), reason="dpkg is not installed")
    def test_dpkg_puts_work_in_progress_before_the_release(self) -> None:
        older, newer = deb.debian_version("0.2.0.dev0"), deb.debian_version("0.2.0")
        subprocess.run(["dpkg", "--compare-versions", older, "lt", newer], check=True)


class TestNeeded:
    HEADER = """
Dynamic Section:
  NEEDED               libxcb.so.1
  NEEDED               libQt6Core.so.6
  NEEDED               libstdc++.so.6
  NEEDED               libc.so.6
  NEEDED               ld-linux-x86-64.so.2

Version References:
  required from libc.so.6:
    0x09691a75 0x00 05 GLIBC_2.2.5
    0x069691b4 0x00 04 GLIBC_2.34
"""

    def test_what_is_inside_or_of_glibc_is_not_asked_for(self) -> None:
        outside = needed.libraries_from_outside([self.HEADER], {"libQt6Core.so.6"})
        assert outside == {"libxcb.so.1", "libstdc++.so.6"}

    def test_the_newest_glibc_counts(self) -> None:
        assert needed.glibc([self.HEADER, "GLIBC_2.4"]) == "2.34"

    def test_libraries_have_packages(self) -> None:
        xcb = Need("libxcb.so.1", {"apt": "libxcb1"})
        assert needed.packages_with({"libxcb.so.1", "libstdc++.so.6"}, (xcb,)) == (
            "libstdc++6",
            "libxcb1",
        )

    def test_a_library_without_a_package_stops_the_build(self) -> None:
        with pytest.raises(CannotStart, match=r"libquaver\.so\.1"):
            needed.packages_with({"libquaver.so.1"}, ())


class TestTrimming:
    def test_a_library_goes_that_only_libraries_that_go_ask_for(self) -> None:
        program, gtk, cairo, xcb, x11 = (Path(name) for name in ("p", "g", "c", "x", "y"))
        libraries = {"libgtk.so": gtk, "libcairo.so": cairo, "libxcb.so": xcb, "libx11.so": x11}
        needs = {
            program: {"libx11.so", "libc.so.6"},
            gtk: {"libcairo.so", "libx11.so"},
            cairo: {"libgtk.so"},
            x11: {"libxcb.so"},
            xcb: set[str](),
        }
        assert trimming.unreached(needs, libraries) == {gtk, cairo}

    def test_a_folder_of_the_builder_is_not_searched(self, tmp_path: Path) -> None:
        for tool in ("gcc", "chrpath", "objdump", "strip"):
            if not shutil.which(tool):
                pytest.skip(f"{tool} is not installed")
        inside = tmp_path / "_internal"
        inside.mkdir()
        source = tmp_path / "one.c"
        source.write_text("int one(void) { return 1; }")
        for name, path in (("a", "/home/builder/lib"), ("b", "$ORIGIN/../lib")):
            library = inside / f"{name}.so"
            subprocess.run(
                ["gcc", "-shared", "-fPIC", f"-Wl,-rpath,{path}", "-o", library, source], check=True
            )
        trimming.trim(tmp_path)
        headers = [needed.header(inside / name) for name in ("a.so", "b.so")]
        assert "/home/builder" not in headers[0]
        assert "$ORIGIN/../lib" in headers[1]

    def test_pythons_library_stays(self) -> None:
        assert trimming.is_system_library("libgtk-3.so.0")
        assert not trimming.is_system_library("libpython3.11.so.1.0")


class TestLinux:
    def test_the_control_file_has_what_debian_asks_for(self) -> None:
        text = deb.control_file("0.2.0~dev0", "amd64", ["libc6 (>= 2.34)", "libxcb1"], 1025)
        fields = dict(line.split(": ", 1) for line in text.splitlines() if line[0] != " ")
        assert fields["Installed-Size"] == "2"
        assert fields["Depends"] == "libc6 (>= 2.34), libxcb1"
        assert all(len(line) <= 80 for line in text.splitlines() if line[0] == " ")

    def test_each_override_of_lintian_has_a_reason(self) -> None:
        lines = (PACKAGING / "linux/lintian-overrides").read_text("utf-8").splitlines()
        assert lines[0].startswith("#")
        assert all(line.startswith(("#", "rightsdesk: ")) for line in lines)

    def test_debian_reads_the_changelog(self, tmp_path: Path) -> None:
        if not shutil.which("dpkg-parsechangelog"):
            pytest.skip("dpkg-parsechangelog is not installed")
        file = tmp_path / "changelog"
        file.write_text(deb.changelog("0.2.0~dev0", 0), "utf-8")
        done = subprocess.run(
            ["dpkg-parsechangelog", "-l", file], capture_output=True, text=True, check=True
        )
        assert not done.stderr
        assert "Version: 0.2.0~dev0" in done.stdout
        assert "Date: Thu, 01 Jan 1970 00:00:00 +0000" in done.stdout

    def test_programs_run_and_shared_libraries_do_not(self, tmp_path: Path) -> None:
        for name in ("rightsdesk", "libz.so.1", "_json.cpython-311-x86_64-linux-gnu.so", "note"):
            (tmp_path / name).touch(0o600 if name == "note" else 0o700)
        deb._set_modes(tmp_path)
        runs = {path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o111}
        assert runs == {"rightsdesk"}

    def test_the_description_is_valid(self, tmp_path: Path) -> None:
        if not shutil.which("appstreamcli"):
            pytest.skip("appstreamcli is not installed")
        target = tmp_path / f"{slim.IDENTIFIER}.metainfo.xml"
        share.write_metainfo(target)
        done = subprocess.run(
            ["appstreamcli", "validate", "--no-net", target], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout

    def test_the_day_and_kind_of_a_release(self) -> None:
        template = "@VERSION@ @DATE@ @KIND@"
        assert share.metainfo(template, "0.2.0.dev0", 0) == "0.2.0~dev0 1970-01-01 development"
        assert share.metainfo(template, "0.2.0", 86_400) == "0.2.0 1970-01-02 stable"

    def test_the_runtime_of_an_appimage_is_marked(self) -> None:
        program = b"\x7fELF\x02\x01\x01\x00" + bytes(8) + b"code"
        marked = appimage.marked(program)
        assert marked[8:11] == b"AI\x02"
        assert (marked[:8], marked[11:]) == (program[:8], program[11:])
        with pytest.raises(CannotStart):
            appimage.marked(b"<html>")

    def test_another_runtime_than_the_known_one_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "runtime.c").write_text("int main() { return 0; }")
        monkeypatch.setenv("RIGHTSDESK_APPIMAGE_RUNTIME", str(tmp_path))
        with pytest.raises(CannotStart, match="Nothing was built"):
            appimage._source()


class _File:
    """What Nautilus says of a file."""

    def __init__(self, uri: str, kind: str) -> None:
        self.uri, self.kind = uri, kind

    def get_uri_scheme(self) -> str:
        return self.uri.partition(":")[0]

    def is_directory(self) -> bool:
        return self.kind == "inode/directory"

    def get_mime_type(self) -> str:
        return self.kind

    def get_location(self) -> str:
        return self.uri


class _Item:
    """An entry of a menu."""

    def __init__(self, **words: str) -> None:
        self.words = words

    def connect(self, _signal: str, function: Callable[..., None], *more: Any) -> None:
        self.activate = partial(function, self, *more)


class TestFileManagers:
    FOLDER = PACKAGING / "linux/file_managers"

    def test_every_file_has_its_place(self) -> None:
        assert {path.name for path in self.FOLDER.iterdir() if path.is_file()} == set(
            share.FILE_MANAGERS
        )

    def test_the_menu_entry_opens_what_is_dropped_on_it(self) -> None:
        text = (PROJECT / "resources/rightsdesk.desktop").read_text("utf-8")
        assert "Exec=rightsdesk open %F\n" in text
        assert "MimeType" not in text, "RightsDesk is the default for nothing"
        assert "open" in COMMANDS

    def test_dolphins_entry_is_valid(self, tmp_path: Path) -> None:
        if not shutil.which("desktop-file-validate"):
            pytest.skip("desktop-file-validate is not installed")
        text = (self.FOLDER / "rightsdesk-protect.desktop").read_text("utf-8")
        # The freedesktop specification leaves Type=Service to KDE: as a program it is judged.
        entry = tmp_path / "rightsdesk-protect.desktop"
        as_program = "Type=Application\nName=RightsDesk\nExec=rightsdesk\nNoDisplay=true\n"
        entry.write_text(text.replace("Type=Service\n", as_program), "utf-8")
        done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, "")
        parser = configparser.RawConfigParser(delimiters="=")
        parser.read_string(text)
        kinds = parser["Desktop Entry"]["MimeType"].strip(";").split(";")
        assert {kind.partition("/")[0] for kind in kinds} == {"inode", "audio"}
        assert parser["Desktop Action protect"]["Exec"] == "rightsdesk open %F"

    @pytest.fixture
    def nautilus(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        """The extension, loaded as Nautilus does, with `started` files."""
        started: list[tuple[list[str], str]] = []
        program = SimpleNamespace(launch=lambda places, context: started.append((places, context)))
        display = SimpleNamespace(get_app_launch_context=lambda: "context")
        repository = ModuleType("gi.repository")
        vars(repository).update(
            Gdk=SimpleNamespace(Display=SimpleNamespace(get_default=lambda: display)),
            Gio=SimpleNamespace(DesktopAppInfo=SimpleNamespace(new=lambda _name: program)),
            GObject=SimpleNamespace(GObject=type("GObject", (), {})),
            Nautilus=SimpleNamespace(MenuProvider=type("Menu", (), {}), MenuItem=_Item),
        )
        monkeypatch.setitem(sys.modules, "gi", ModuleType("gi"))
        monkeypatch.setitem(sys.modules, "gi.repository", repository)
        return SimpleNamespace(
            **runpy.run_path(str(self.FOLDER / "rightsdesk_nautilus.py")), started=started
        )

    def test_nautilus_offers_it_for_folders_and_audio(self, nautilus: Any) -> None:
        menu = nautilus.RightsDeskMenu()
        music = _File("file:///m", "inode/directory"), _File("file:///a.mp3", "audio/mpeg")
        [item] = menu.get_file_items(list(music))
        assert menu.get_file_items("window", list(music)), "Nautilus 3"
        item.activate()
        assert nautilus.started == [(["file:///m", "file:///a.mp3"], "context")]
        assert menu.get_file_items([]) == menu.get_background_items("folder") == []

    @pytest.mark.parametrize(
        ("uri", "kind"),
        [("file:///a.pdf", "application/pdf"), ("sftp://host/m", "inode/directory")],
    )
    def test_nautilus_offers_it_for_nothing_else(self, nautilus: Any, uri: str, kind: str) -> None:
        files = [_File("file:///m", "inode/directory"), _File(uri, kind)]
        assert nautilus.RightsDeskMenu().get_file_items(files) == []

    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({"LANG": "de_AT.UTF-8"}, "Mit RightsDesk schützen"),
            ({"LANG": "de_DE", "LC_ALL": "C"}, "Protect with RightsDesk"),
            ({}, "Protect with RightsDesk"),
        ],
    )
    def test_nautilus_says_it_in_the_persons_language(
        self, nautilus: Any, environment: dict[str, str], words: str
    ) -> None:
        assert nautilus.label(environment) == words


class TestFlatpak:
    MANIFEST = PACKAGING / "flatpak" / f"{slim.IDENTIFIER}.yml"

    def test_files_are_reached_by_portals_and_secrets_by_the_keyring(self) -> None:
        manifest = yaml.safe_load(self.MANIFEST.read_text("utf-8"))
        assert manifest["id"] == slim.IDENTIFIER
        assert not [entry for entry in manifest["finish-args"] if "filesystem" in entry]
        assert "--talk-name=org.freedesktop.secrets" in manifest["finish-args"]

    def test_the_files_it_names_exist(self) -> None:
        commands = yaml.safe_load(self.MANIFEST.read_text("utf-8"))["modules"][0]["build-commands"]
        named = re.findall(r"(?<![\w/])(?:packaging|resources)/[\w./-]+", " ".join(commands))
        assert len(named) >= 4
        assert [path for path in named if not (PROJECT / path).exists()] == []


class TestWindows:
    def test_the_setup_program_can_be_made(self, tmp_path: Path) -> None:
        compiler = shutil.which("makensis")
        if not compiler:
            pytest.skip("makensis is not installed")
        folder = tmp_path / "rightsdesk"
        (folder / "_internal").mkdir(parents=True)
        names = ("rightsdesk.exe", "RightsDeskWindow.exe", "LICENCES.txt", "_internal/a.dll")
        for name in names:
            (folder / name).write_bytes(b"MZ")
        icon = self._icon(folder / "rightsdesk.ico")
        assert icon.exists()
        target = tmp_path / "RightsDesk-setup.exe"
        command = windows.nsis_command(compiler, folder, target, {})
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert target.read_bytes().startswith(b"MZ")

    @staticmethod
    def _icon(path: Path) -> Path:
        spec = importlib.util.spec_from_file_location("make", PROJECT / "resources/icons/make.py")
        assert spec is not None
        assert spec.loader is not None
        make = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(make)
        from PySide6.QtGui import QImage

        images = {}
        for size in make.ICO_SIZES:
            image = QImage(size, size, QImage.Format.Format_ARGB32)
            image.fill(0)
            drawn = path.with_name(f"{size}.png")
            assert image.save(str(drawn))
            images[size] = drawn.read_bytes()
            drawn.unlink()
        path.write_bytes(make.ico(images))
        assert not QImage(str(path)).isNull()
        return path

    def test_explorer_offers_it_for_every_kind_of_file_and_forgets_it(self) -> None:
        text = (PACKAGING / "windows/rightsdesk.nsi").read_text("utf-8")
        named = set(re.findall(r'ForEachKind|SystemFileAssociations\\(\.\w+)"', text)) - {""}
        assert named == {ending for kind in CONTAINERS for ending in kind.endings}
        assert text.count("ForEachKind AddEntry") == text.count("ForEachKind RemoveEntry") == 1
        assert not re.search(r'WriteRegStr \w+ "Software\\Classes\\\.', text), "no default"
        assert 'RightsDeskWindow.exe" open' in text

    def test_a_signing_command_is_handed_to_nsis(self) -> None:
        sign = {windows.SIGN: 'signtool sign /fd sha256 "%1"'}
        command = windows.nsis_command("makensis", Path("a"), Path("b"), sign)
        assert '-DSIGN=signtool sign /fd sha256 "%1"' in command
        assert not any(
            word.startswith("-DSIGN")
            for word in windows.nsis_command("makensis", Path("a"), Path("b"), {})
        )

    def test_a_program_is_signed_by_its_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[list[str]] = []
        monkeypatch.setattr(windows, "run", lambda words, purpose: ran.append(words))
        windows.sign(Path("a b.exe"), {windows.SIGN: 'signtool sign "%1"'})
        windows.sign(Path("a b.exe"), {})
        assert ran == [["signtool", "sign", "a b.exe"]]


class TestMacos:
    def test_the_entitlements_are_a_property_list(self) -> None:
        content = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
        assert content == {"com.apple.security.cs.allow-unsigned-executable-memory": True}

    def test_finder_offers_it_for_folders_and_audio(self) -> None:
        contents = PACKAGING / "macos" / macos.QUICK_ACTION / "Contents"
        info = plistlib.loads((contents / "Info.plist").read_bytes())
        [service] = info["NSServices"]
        assert service["NSMessage"] == "runWorkflowAsService"
        assert service["NSSendFileTypes"] == ["public.folder", "public.audio"]
        workflow = plistlib.loads((contents / "document.wflow").read_bytes())
        [action] = workflow["actions"]
        parameters = action["action"]["ActionParameters"]
        assert parameters["inputMethod"] == 1, "files come as arguments, not on stdin"
        done = subprocess.run(["sh", "-n", "-c", parameters["COMMAND_STRING"]], check=False)
        assert done.returncode == 0
        assert f"-b {slim.IDENTIFIER} " in parameters["COMMAND_STRING"]

    def test_a_double_click_opens_no_audio_with_it(self) -> None:
        assert {kind["LSHandlerRank"] for kind in slim.DOCUMENT_TYPES} == {"Alternate"}

    def test_without_a_certificate_the_signature_holds_here_only(self) -> None:
        command = macos.sign_command(Path("RightsDesk.app"), {})
        assert command[-3:] == ["--sign", "-", "RightsDesk.app"]
        assert "runtime" not in command
        assert macos.notary_commands(Path("a.dmg"), {}) == []

    def test_with_one_it_is_hardened_and_notarised(self) -> None:
        keys = {macos.IDENTITY: "Developer ID Application: A", macos.PROFILE: "notary"}
        assert "runtime" in macos.sign_command(Path("RightsDesk.app"), keys)
        submit, staple = macos.notary_commands(Path("a.dmg"), keys)
        assert submit[-1] == "--wait"
        assert staple[:3] == ["xcrun", "stapler", "staple"]


class TestKinds:
    def test_a_kind_that_does_not_exist_builds_nothing(self) -> None:
        with pytest.raises(CannotStart, match="folder, deb, appimage"):
            kinds.build(["rpm"])

    def test_a_package_of_another_system_is_refused(self) -> None:
        with pytest.raises(CannotStart, match="on such a system itself"):
            kinds.build(["macos"], platform="linux")

    def test_the_workflow_builds_every_package_and_only_those_that_exist(self) -> None:
        text = (PROJECT / ".github/workflows/release.yml").read_text("utf-8")
        rows = yaml.safe_load(text)["jobs"]["build"]["strategy"]["matrix"]["include"]
        built = {kind for row in rows for kind in row["kinds"].split()}
        assert built == set(kinds._KINDS) - {"folder"}
        for path in re.findall(r"packaging/[\w./-]+\.(?:py|yml)", text):
            assert (PROJECT / path).exists()

    def test_the_tools_are_locked_with_what_people_get(self) -> None:
        locked = (PACKAGING / "requirements-build.lock").read_text("utf-8")
        asked = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
        [installer] = asked["project"]["optional-dependencies"]["build"]
        assert re.search(rf"^{re.split('[<>=]', installer)[0]}==", locked, re.MULTILINE)
        pins = re.compile(r"^\S+==[^\s\\;]+", re.MULTILINE)
        runtime = (PACKAGING / "requirements.lock").read_text("utf-8")
        assert set(pins.findall(runtime)) <= set(pins.findall(locked))
