"""Names that were probably meant."""

import pytest

from rightsdesk.suggestions import LONGEST, closest, did_you_mean

ARTISTS = ("Mira Koval", "Salt & Signal", "Björk", "MF DOOM", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mira Kovall", ["Mira Koval"]),
        ("salt and signal", ["Salt & Signal"]),
        ("bjrok", ["Björk"]),
        ("Koval", ["Mira Koval"]),
        ("mf dom", ["MF DOOM"]),
        ("Somebody", []),
        ("ko", []),
        ("", []),
        (" ", []),
        ("Mira Koval" * LONGEST, []),
    ],
)
def test_close_names_are_found_whatever_their_case_and_accents(
    typed: str, meant: list[str]
) -> None:
    assert closest(typed, ARTISTS) == meant


def test_the_question_names_at_most_three() -> None:
    names = [f"Release {number}" for number in range(9)]
    assert did_you_mean("Relase 1", names).startswith("Did you mean “Release 1”, “Release ")
    assert len(closest("Relase 1", names)) == 3
    assert did_you_mean("Nothing alike", names) == ""
    assert closest("Release", ["x" * (LONGEST + 1), *names])
