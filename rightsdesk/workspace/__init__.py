"""The use cases: the one layer between window or command line and everything below.

Names load on first access. Every command needs this package's values, even one that only shows its
help. The engine, with its database and platforms, takes most of a second to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["PendingSignIn", "WideningNotConfirmed", "Workspace"]

_HOMES = {
    "PendingSignIn": "sign_in.pending",
    "WideningNotConfirmed": "consents.consents",
    "Workspace": "use_cases.workspace",
}


if TYPE_CHECKING:
    from rightsdesk.workspace.consents.consents import WideningNotConfirmed
    from rightsdesk.workspace.sign_in.pending import PendingSignIn
    from rightsdesk.workspace.use_cases.workspace import Workspace
else:

    def __getattr__(name: str) -> object:
        """The class of that name, from its module (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
