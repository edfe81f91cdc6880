"""What is decided by an error's cause is decided by one that there is."""

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


def test_every_cause_that_something_hangs_on_is_an_errors(known: set[str]) -> None:
    told_apart = {*FIRST, WIDENING, "database-damaged", "nothing-to-undo"}.union(*CAUSES.values())
    assert told_apart - known == set()
