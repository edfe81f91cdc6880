"""The use cases: the one room between the two faces and everything below."""

from rightsdesk.workspace.connections import PendingSignIn
from rightsdesk.workspace.wishes import WideningNotConfirmed
from rightsdesk.workspace.workspace import Workspace

__all__ = ["PendingSignIn", "WideningNotConfirmed", "Workspace"]
