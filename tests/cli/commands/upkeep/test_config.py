"""The config file: defaults that options beat, read strictly, without secrets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.testing

from rightsdesk import config_file, data_folder, log_file
from rightsdesk.cli.program import app
from rightsdesk.cli.session import Session
from rightsdesk.platforms.http import proxies
from rightsdesk.workspace import Workspace
from tests.cli.fakes import FakeWorkspace, run


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    yield
    config_file.use(None)
    proxies.choose(proxies.SYSTEM)
    log_file.end()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config file, empty at first, which the environment names."""
    path = tmp_path / "config.toml"
    path.touch()
    monkeypatch.setenv(config_file.VARIABLE, str(path))
    monkeypatch.delenv(data_folder.VARIABLE, raising=False)
    return path


def opened(*arguments: str) -> Path | None:
    """The data folder that a command opens."""
    folders: list[Path | None] = []

    def opener(folder: Path | None) -> FakeWorkspace:
        folders.append(folder)
        return FakeWorkspace()

    session = Session(opener=opener)  # type: ignore[arg-type]  # it stands in for one
    typer.testing.CliRunner().invoke(app, [*arguments, "artist", "list"], obj=session)
    return folders[0] if folders else None


def test_the_template_is_valid_and_switches_nothing_on(config: Path) -> None:
    config.write_text(config_file.TEMPLATE)
    assert config_file.read() == config_file.Config(config)
    config.write_text(config_file.TEMPLATE.replace("\n#", "\n").replace("\n ", "\n# "))
    found = config_file.read()
    assert (found.language, found.proxy, found.log) == (
        "de",
        "http://proxy.example:8080",
        "info",
    )
    assert found.data_folder == Path.home() / "RightsDesk"


def test_it_names_the_data_folder_and_an_option_beats_it(config: Path, tmp_path: Path) -> None:
    config.write_text('data-dir = "mine"\n')
    assert opened() == tmp_path / "mine"
    assert opened("--data-dir", "/other") == Path("/other")


def test_an_option_names_another_file(config: Path, tmp_path: Path) -> None:
    config.write_text('data-dir = "/first"\n')
    other = tmp_path / "other.toml"
    other.write_text('data-dir = "/second"\n')
    assert opened("--config", str(other)) == Path("/second")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('data_dir = "/x"', "“data_dir”"),
        ('password = "x"', "“password”"),
        ("language = 5", "language"),
        ('language = "tlh"', "en, de, es, fr"),
        ('log = "loud"', "off, info, debug"),
        ('proxy = "http://me:secret@host:80"', "user name or password"),
        ('proxy = "not an address"', "neither"),
        ("data-dir = ", "line 1"),
        ("[data-dir]\nx = 1", "data"),
        ("x" * 200_000, "too large"),
    ],
)
def test_a_mistake_is_refused_in_a_sentence(config: Path, text: str, words: str) -> None:
    config.write_text(text + "\n")
    done = run(FakeWorkspace(), "artist", "list", "--json")
    assert done.code == 3
    error = done.json["error"]
    assert error["cause"] == "config-flawed"
    assert words in error["sentence"]
    assert "secret@" not in done.out
    assert run(FakeWorkspace(), "artist", "list").err.startswith("The config file")


def test_what_is_no_text_is_refused(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in run(FakeWorkspace(), "artist", "list").err


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.toml")
    assert run(FakeWorkspace(), "--config", gone, "artist", "list").code == 3
    assert run(FakeWorkspace(), "--config", gone, "config", "path").out == f"{gone}\n"


def test_help_and_the_path_work_whatever_is_in_it(config: Path) -> None:
    config.write_text("broken")
    assert run(FakeWorkspace(), "tag", "--help").code == 0
    assert run(FakeWorkspace(), "config", "path").out == f"{config}\n"
    assert run(FakeWorkspace(), "config", "show").code == 3


def test_it_is_shown_and_begun(config: Path, tmp_path: Path) -> None:
    config.write_text('log = "off"\n')
    document = run(FakeWorkspace(), "config", "show", "--json").json
    assert (document["file"], document["says"]["log"]) == (str(config), "off")
    done = run(FakeWorkspace(), "config", "init")
    assert done.code == 2
    assert config.read_text() == 'log = "off"\n'
    assert run(FakeWorkspace(), "config", "init", "--yes").code == 0
    assert config.read_text() == config_file.TEMPLATE
    new = tmp_path / "new.toml"
    assert run(FakeWorkspace(), "config", "init", str(new)).code == 0
    assert new.read_text() == config_file.TEMPLATE


def test_its_proxy_holds_until_one_is_chosen(config: Path, workspace: Workspace) -> None:
    config.write_text('proxy = "http://proxy.example:8080"\n')
    config_file.use(config_file.read())
    workspace.settings.use_proxy()
    assert proxies.chosen() == "http://proxy.example:8080"
    workspace.settings.set_proxy("none")
    assert proxies.chosen() == proxies.NONE
    workspace.settings.use_proxy()
    assert proxies.chosen() == proxies.NONE


def test_it_says_how_much_is_logged(config: Path, tmp_path: Path) -> None:
    for level, lines in (("off", 0), ("info", 1), ("debug", 1)):
        folder = tmp_path / level
        folder.mkdir()
        config.write_text(f'log = "{level}"\n')
        config_file.use(config_file.read())
        log_file.begin(folder, "window")
        found = [path.read_text().splitlines() for path in log_file.files(folder)]
        assert sum(map(len, found)) == lines
