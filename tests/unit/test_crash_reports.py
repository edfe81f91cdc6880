"""A crash report names the bug. It contains no secret and no person's name."""

import os
from pathlib import Path

import pytest

from rightsdesk import crash_reports
from rightsdesk.redaction import without_file_names, without_secrets

SECRETS = {
    "a key of S3": "canary8secret1Wm5Qe9Xt2aaJf2",
    "a JWT": "eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0NTY3ODkwIn0123."
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "an app password": "abcd-ef23-ghij-4k5l",
    "a SoundCloud token": "2-290559-12345678-AbCdEfGhIjKlMn",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_texts_that_resemble_a_key_are_removed_everywhere(secret: str) -> None:
    text = f"the server said: {secret}, and more"
    assert without_secrets(text) == "the server said: [removed], and more".replace(
        "[removed]", ".".join("[removed]" for _ in secret.split("."))
    )


def test_addresses_lose_logins_and_queries() -> None:
    text = "GET https://mira:Pa55@host.example/a?key=x1&b=2 failed"
    said = without_secrets(text)
    assert said == "GET https://[removed]@host.example/a?key=[removed]&b=[removed] failed"


def test_names_in_a_traceback_stay() -> None:
    def a_function_with_quite_a_long_name_indeed() -> None:
        raise ValueError("test_a_name_of_a_file_that_is_long_enough_to_look_odd")

    with pytest.raises(ValueError, match="long") as caught:
        a_function_with_quite_a_long_name_indeed()
    said = crash_reports.report(caught.value)
    assert "a_function_with_quite_a_long_name_indeed" in said
    assert "test_a_name_of_a_file_that_is_long_enough_to_look_odd" in said
    assert "Python" in said


def test_names_of_a_persons_files_are_not_in_a_report(tmp_path: Path) -> None:
    song = tmp_path / "Hidden Album, (2027)" / "01 Geheim – Ж.flac"
    with pytest.raises(OSError, match="No such") as caught:
        song.read_bytes()
    said = crash_reports.report(caught.value)
    assert "Hidden" not in said
    assert "Geheim" not in said
    assert "[path]" in said
    assert f'File "{__file__}"'.replace(str(Path.home()), "~") in said, "where it broke stays"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No such file: '/home/mira/Music/Hidden/1.flac'", "No such file: '[path].flac'"),
        ("b'/mnt/nas/Hidden\\xc3' is gone", "b'[path]' is gone"),
        ("OSError: 'C:\\Users\\Mira\\Hidden.wav'", "OSError: '[path].wav'"),
        ("'\\\\nas\\music\\Hidden.mp3'", "'[path].mp3'"),
        ("cannot open ~/Music/Hidden Song.flac", "cannot open [path].flac"),
        ("GET https://host.example/a/b failed", "GET https://host.example/a/b failed"),
        ('  File "/usr/lib/rightsdesk/a.py", line 3', '  File "/usr/lib/rightsdesk/a.py", line 3'),
        ("    ratio = done / total", "    ratio = done / total"),
        ("no/absolute/path", "no/absolute/path"),
    ],
)
def test_paths_keep_only_the_kind_of_file(text: str, said: str) -> None:
    assert without_file_names(text) == said


def test_a_report_is_private_and_only_a_few_are_kept(tmp_path: Path) -> None:
    paths = [crash_reports.keep(tmp_path, f"Traceback: {n}") for n in range(25)]
    last = paths[-1]
    assert last is not None
    assert last.parent == tmp_path / crash_reports.FOLDER
    assert len(list(last.parent.iterdir())) == crash_reports.MOST_REPORTS
    if os.name == "posix":
        assert last.stat().st_mode & 0o777 == 0o600
        assert last.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_data_folder_the_report_is_a_temp_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr("rightsdesk.crash_reports.tempfile.mkdtemp", lambda **_: str(made))
    for folder in (None, tmp_path / "not there"):
        path = crash_reports.keep(folder, "Traceback: one")
        assert path is not None
        assert path.parent == made
    assert not (tmp_path / "not there").exists()
    assert path is not None
    path.unlink()
    made.rmdir()
    assert crash_reports.keep(None, "Traceback: one") is None


def test_an_endless_traceback_is_cut() -> None:
    text = "  File x\n" * 1_000_000
    said = crash_reports.report(text)
    assert len(said) < crash_reports.LONGEST + 1000
