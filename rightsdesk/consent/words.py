"""The names of uses and permissions as people read them."""

from collections.abc import Iterable, Mapping

from rightsdesk.consent.uses import Permission, Use

USE_NAMES: Mapping[Use, str] = {
    Use.GENERATIVE_TRAINING: "training AI that makes music",
    Use.OTHER_TRAINING: "training other AI",
    Use.LIKENESS: "imitating voice or style",
    Use.AI_INPUT: "use as AI input",
    Use.DATA_MINING: "data mining",
    Use.SEARCH: "search",
    Use.RECOMMENDATION: "recommendations",
}

PERMISSION_NAMES: Mapping[Permission, str] = {
    Permission.PROHIBITED: "No",
    Permission.CONSTRAINED: "Ask me",
    Permission.ALLOWED: "Yes",
}


def listed(uses: Iterable[Use]) -> str:
    """`data mining, search`: uses in a row, for a sentence."""
    return ", ".join(USE_NAMES[use] for use in uses)


def permission_name(permission: Permission | None) -> str:
    """`No`, `Ask me`, `Yes`, or `nothing said`."""
    return "nothing said" if permission is None else PERMISSION_NAMES[permission]
