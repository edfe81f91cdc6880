"""Every error cause that the program handles is the cause of a real error."""

from importlib import import_module
from pkgutil import walk_packages

import pytest

import rightsdesk
from rightsdesk.changes.types import WIDENING
from rightsdesk.cli.exits import CAUSES, FIRST
from rightsdesk.errors import KnownError


def causes(kind: type[KnownError] = KnownError) -> set[str]:
    return {kind.cause}.union(*(causes(sub) for sub in kind.__subclasses__()))


@pytest.fixture(scope="module")
def known() -> set[str]:
    for module in walk_packages(rightsdesk.__path__, "rightsdesk."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    return causes()


def test_every_handled_cause_belongs_to_an_error(known: set[str]) -> None:
    handled = {*FIRST, WIDENING, "database-damaged", "nothing-to-undo"}.union(*CAUSES.values())
    assert handled - known == set()
