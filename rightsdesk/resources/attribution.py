"""The attribution of Open Terms Archive, as its licence asks for it (ODC-BY 1.0, section 4.3).

It stands wherever facts from its databases are handed on: in About, and in reports.
"""

from __future__ import annotations

from typing import Final

from rightsdesk.sentences import worded

LICENCE_NAME: Final = "ODC Attribution License (ODC-BY 1.0)"
LICENCE_URL: Final = "https://opendatacommons.org/licenses/by/1-0/"


def attribution() -> str:
    """The line in full. The licence's name and address stand in every language as they are."""
    return worded(
        "Contains information from the Open Terms Archive databases, by Open Terms Archive "
        "contributors (France collection: with contributions from UFC-Que Choisir and the Office "
        "of the French Ambassador for Digital Affairs), which is made available under the "
        "{licence}: {url}",
        licence=LICENCE_NAME,
        url=LICENCE_URL,
    )
